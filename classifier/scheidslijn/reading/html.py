"""HTML: what a reader of the page sees becomes blocks; scripts, menus and hidden text are set aside by name.

The file is parsed as a stream of events (lxml over libxml2, without a tree), so that millions of nested tags cost time
but no stack.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Document
from scheidslijn.reading.decoding import decode
from scheidslijn.reading.draft import Draft
from scheidslijn.reading.files import file_sha256, read_bytes
from scheidslijn.reading.htmlevents import HtmlEvents

_META = re.compile(rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHUNK = 1 << 16


def read_html(path: Path, name: str) -> Document:
    """Read an HTML or XHTML file; `Page.text` is its text, blanks collapsed as a browser does.

    Raises:
        ReadingError: cannot be read or decoded, holds no text, or nests elements too deep.
    """
    data = read_bytes(path, name)
    declared = _META.search(data[:4096])
    text, _ = decode(data, name, declared[1].decode("ascii") if declared else "")
    del data
    return document_of_html(text, name, file_sha256(path, name))


def document_of_html(text: str, name: str, sha256: str) -> Document:
    """Return an HTML text as a `Document`.

    >>> document_of_html("<h1>Wonen</h1><p>Meer <b>huizen</b>.", "a.html", "").pages[0].text
    'Wonen\\n\\nMeer huizen.\\n'

    Raises:
        ReadingError: nests elements too deep, or cannot be parsed at all.
    """
    from lxml import etree

    # subtle: libxml2 takes U+0000 as the end of the text; HTML5 says it reads as U+FFFD
    text = _XML_DECLARATION.sub("", text).replace("\0", "\ufffd")
    events = HtmlEvents(name)
    parser: Any = etree.HTMLParser(target=events, no_network=True)
    try:
        for start in range(0, len(text), _CHUNK):
            parser.feed(text[start : start + _CHUNK])
        parser.close()
    except etree.XMLSyntaxError as error:
        reason = str(error).splitlines()[0][:120]
        raise ReadingError(
            name, f"is not HTML that can be parsed ({reason})", "save it from a browser as PDF"
        ) from error
    draft = Draft()
    draft.extend(events.finish())
    return draft.document(name, "html", sha256, events.title)

"""The one place where XML of a user is parsed: no entities, no network, no huge trees, no document type at all."""

from __future__ import annotations

import re
from typing import Any

from scheidslijn.errors import ReadingError

PROLOG_BYTES = 1_000_000
_ROOT = re.compile(r"<[A-Za-z_]")
DAMAGED = "open it in the program that made it and save it anew"


def refuse_doctype(head: bytes, name: str, part: str) -> None:
    """Refuse XML that declares a document type: office files never do, and entity bombs need one.

    Args:
        head: the first bytes of the part; the root element must begin in the first `PROLOG_BYTES`.
        name: the file, for the message.
        part: the member of the file that holds the XML, for the message.

    Raises:
        ReadingError: a `<!DOCTYPE` stands before the root element, or no root element begins.
    """
    head = head[:PROLOG_BYTES]
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]
    text = head.replace(b"\0", b"").decode("latin-1") if wide else head.decode("latin-1")
    root = _ROOT.search(text)
    prolog = text[: root.start()] if root else text
    if "<!DOCTYPE" in prolog.upper():
        raise ReadingError(
            name, f"holds XML with a document type in {part} (an XML bomb?)", "do not open it; " + DAMAGED
        )
    if root is None:
        raise ReadingError(name, f"is damaged: {part} holds no XML", DAMAGED)


def parse_xml(data: bytes, name: str, part: str) -> Any:
    """Return the root element (lxml) of an XML part.

    Raises:
        ReadingError: not well-formed, nested deeper than 256 elements, one text over 10 MB, or with a document type.
    """
    from lxml import etree

    refuse_doctype(data, name, part)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = str(error).splitlines()[0][:120]
        raise ReadingError(name, f"is damaged: {part} is not valid XML ({reason})", DAMAGED) from error


def local(element: Any) -> str:
    """Return the name of an element without its namespace; "" for anything that is not an element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""

"""ODT (OpenDocument text): the content, with the styles that say what a paragraph is.

Pages are known only when the program that saved the file wrote soft page breaks (`text:soft-page-break`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scheidslijn.errors import ReadingError
from scheidslijn.passage import BlockKind, Document
from scheidslijn.reading.draft import Draft, Item
from scheidslijn.reading.files import file_sha256
from scheidslijn.reading.odtbody import Body
from scheidslijn.reading.odtstyles import Styles
from scheidslijn.reading.xmlsafe import DAMAGED, local, parse_xml
from scheidslijn.reading.zipfiles import open_zip, read_part


def read_odt(path: Path, name: str) -> Document:
    """Read an ODT file.

    Raises:
        ReadingError: damaged, protected by a password, a zip or XML bomb, or without text inside.
    """
    with open_zip(path, name) as archive:
        parts = {part: read_part(archive, part, name) for part in ("content.xml", "styles.xml", "meta.xml")}
        manifest = read_part(archive, "META-INF/manifest.xml", name)
    if manifest is not None and b"encryption-data" in manifest:
        raise ReadingError(name, "is protected by a password", "save a copy without a password")
    roots = {part: None if data is None else parse_xml(data, name, part) for part, data in parts.items()}
    content = roots["content.xml"]
    text = None if content is None else next(content.iter("{*}text"), None)
    if text is None:
        raise ReadingError(name, "is damaged: it holds no text document", DAMAGED)
    paged = next(text.iter("{*}soft-page-break"), None) is not None
    body = Body(Styles([root for root in (roots["styles.xml"], content) if root is not None]), paged)
    draft = Draft()
    draft.extend(_edge(roots["styles.xml"], body, "header"))
    draft.extend(body.items(text))
    draft.extend(_edge(roots["styles.xml"], body, "footer"))
    title = "" if roots["meta.xml"] is None else next((e.text or "" for e in roots["meta.xml"].iter("{*}title")), "")
    return draft.document(name, "odt", file_sha256(path, name), title, paged=paged)


def _edge(root: Any, body: Body, kind: BlockKind) -> list[Item]:
    """Return the running headers or footers of all page styles, each text once."""
    names = (kind, f"{kind}-left", f"{kind}-first")
    found: dict[str, Item] = {}
    for master in () if root is None else root.iter("{*}master-page"):
        for part in master:
            if local(part) in names:
                for item in body.apart(part):
                    found.setdefault(item.text, Item(kind, item.text))
    return list(found.values())

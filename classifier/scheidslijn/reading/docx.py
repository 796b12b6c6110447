"""DOCX (Office Open XML): paragraphs, headings, lists, tables, notes, text boxes, headers and footers, page breaks.

Our own code on lxml, because python-docx gives no footnotes, text boxes or tracked changes, and because the zip and its
XML come from strangers. Pages are known only when the program that saved the file wrote where they break
(`w:lastRenderedPageBreak`); otherwise there is one page without a number.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scheidslijn.errors import ReadingError
from scheidslijn.passage import BlockKind, Document
from scheidslijn.reading.docxbody import Body
from scheidslijn.reading.docxstyles import Styles, attribute
from scheidslijn.reading.draft import Draft, Item
from scheidslijn.reading.files import file_sha256
from scheidslijn.reading.xmlsafe import DAMAGED, local, parse_xml
from scheidslijn.reading.zipfiles import open_zip, read_part

_STRICT = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_USUAL = (
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)


def read_docx(path: Path, name: str) -> Document:
    """Read a DOCX file.

    Raises:
        ReadingError: damaged, protected by a password, a zip or XML bomb, or without a document inside.
    """
    with open_zip(path, name) as archive:
        package = _Package(archive, name)
        main = package.main_part()
        root = package.xml(main)
        if root is None:
            raise ReadingError(name, f"is damaged: {main} is missing", DAMAGED)
        body = Body(
            Styles(package.related(main, "styles")),
            notes=_notes(package, main),
            paged=next(root.iter("{*}lastRenderedPageBreak"), None) is not None,
        )
        edges = _edges(package, main, root, body)
        draft = Draft()
        draft.extend(item for item in edges if item.kind == "header")
        draft.extend(body.items(root))
        draft.extend(body.unused_notes())
        draft.extend(item for item in edges if item.kind == "footer")
        draft.extend(_aside(package.related(main, "comments"), body, "markup"))
        title = _title(package)
    return draft.document(name, "docx", file_sha256(path, name), title, paged=body.paged)


class _Package:
    """The parts of the package and the relations between them."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name

    def xml(self, part: str) -> Any:
        """Return the root of a part, or None when there is none."""
        data = read_part(self._archive, part, self._name)
        if data is None:
            return None
        for strict, usual in zip(_STRICT, _USUAL, strict=True):
            data = data.replace(strict, usual)
        return parse_xml(data, self._name, part)

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Yield id, type (its last word) and target part of every relation of a part ("" is the package)."""
        folder, file = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for relation in () if root is None else root:
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External" and target:
                whole = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                yield relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], whole

    def main_part(self) -> str:
        """Return the part that holds the document."""
        return next((target for _, kind, target in self.relations("") if kind == "officeDocument"), "word/document.xml")

    def related(self, part: str, kind: str) -> Any:
        """Return the root of the first part related in this way, or None."""
        target = next((target for _, found, target in self.relations(part) if found == kind), None)
        return None if target is None else self.xml(target)


def _notes(package: _Package, main: str) -> dict[tuple[str, str], Any]:
    notes: dict[tuple[str, str], Any] = {}
    for kind in ("footnote", "endnote"):
        root = package.related(main, kind + "s")
        for note in () if root is None else root:
            if attribute(note, "type") in ("", "normal"):
                notes[kind, attribute(note, "id")] = note
    return notes


def _edges(package: _Package, main: str, root: Any, body: Body) -> list[Item]:
    """Return running headers and footers, each text once, in the order of the sections."""
    targets = {identity: target for identity, _, target in package.relations(main)}
    items: list[Item] = []
    seen: set[tuple[str, str]] = set()
    for section in root.iter("{*}sectPr"):
        for reference in section:
            kind: BlockKind = "header" if local(reference) == "headerReference" else "footer"
            part = targets.get(attribute(reference, "id"), "")
            if local(reference) not in ("headerReference", "footerReference") or not part:
                continue
            for item in _aside(package.xml(part), body, kind):
                if (kind, item.text) not in seen:
                    seen.add((kind, item.text))
                    items.append(item)
    return items


def _aside(root: Any, body: Body, kind: BlockKind) -> list[Item]:
    if root is None:
        return []
    return [Item(kind, item.text) for item in body.apart(root) if item.text.strip()]


def _title(package: _Package) -> str:
    part = next((target for _, kind, target in package.relations("") if kind == "core-properties"), None)
    root = None if part is None else package.xml(part)
    return "" if root is None else next((e.text or "" for e in root if local(e) == "title"), "")

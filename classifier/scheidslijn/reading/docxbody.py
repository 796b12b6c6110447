"""The body of a DOCX file, walked in document order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheidslijn.passage import BlockKind
from scheidslijn.reading.docxstyles import Look, Styles, attribute, child, heading_level, list_level, look, switch
from scheidslijn.reading.draft import Item
from scheidslijn.reading.grid import GridCell, place_cells, table_items
from scheidslijn.reading.xmlsafe import local

BOLD_HEADING = 80
_INLINE = frozenset("hyperlink ins moveTo smartTag sdt sdtContent fldSimple bdo dir customXml ruby rubyBase".split())
_THROUGH = frozenset(
    "ins moveTo smartTag sdtContent customXml body document hdr ftr footnote endnote comments comment".split()
)
_DRAWN = frozenset({"drawing", "pict", "object"})
_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}


class _Paragraph:
    """The text of one paragraph, and what is set aside or anchored in it."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.bold = self.plain = False
        self.asides: list[tuple[BlockKind, list[str]]] = []
        self.after: list[Item] = []  # notes and text boxes anchored here

    def aside(self, kind: BlockKind, text: str) -> None:
        if not self.asides or self.asides[-1][0] != kind:
            self.asides.append((kind, []))
        self.asides[-1][1].append(text)


class Body:
    """Walks the parts of a DOCX file; see `docx.read_docx`.

    Args:
        styles: of the file.
        notes: elements of footnotes and endnotes by kind ("footnote") and id.
        paged: whether the file says where its pages break.
    """

    def __init__(self, styles: Styles, notes: Mapping[tuple[str, str], Any], paged: bool) -> None:
        self.paged = paged
        self._styles = styles
        self._notes = dict(notes)
        self._heading = 0
        self._look = Look()  # of the paragraph being read
        self._backed = False  # something may lie behind the text of the whole document
        self._turning = False  # a page break was written, and no text since
        self._in_main = 0  # 0 in the running text, more inside tables, text boxes and notes

    def items(self, root: Any) -> list[Item]:
        """Return the items of the main part in reading order."""
        sink: list[Item] = []
        behind = (attribute(anchor, "behindDoc") in ("1", "true") for anchor in root.iter("{*}anchor"))
        self._backed = child(root, "background") is not None or any(behind)
        self._blocks(root, sink, toc=False)
        return sink

    def apart(self, root: Any) -> list[Item]:
        """Return the items of a part outside the running text: a header, a note, comments."""
        sink: list[Item] = []
        paged, self.paged = self.paged, False
        self._in_main += 1
        self._blocks(root, sink, toc=False)
        self._in_main -= 1
        self.paged = paged
        return sink

    def unused_notes(self) -> list[Item]:
        """Return the notes that nothing in the text refers to."""
        return [item for kind, identity in list(self._notes) for item in self._note(kind, identity)]

    def _blocks(self, container: Any, sink: list[Item], toc: bool) -> None:
        for element in container:
            kind = local(element)
            if kind == "p":
                self._paragraph(element, sink, toc)
            elif kind == "tbl":
                self._table(element, sink)
            elif kind == "sdt":
                gallery = next(element.iter("{*}docPartGallery"), None)
                inside = gallery is not None and "table of contents" in attribute(gallery, "val").lower()
                self._blocks(_or_nothing(child(element, "sdtContent")), sink, toc or inside)
            elif kind == "AlternateContent":
                self._blocks(_chosen(element), sink, toc)
            elif kind in _THROUGH:
                self._blocks(element, sink, toc)

    def _paragraph(self, element: Any, sink: list[Item], toc: bool) -> None:
        properties = child(element, "pPr")
        style = self._styles.of(properties)
        paragraph = _Paragraph()
        if self.paged and not self._turning and not self._in_main and _breaks_before(element, properties):
            self._turn(paragraph)
        self._look = look(None, properties).over(style.look)
        self._inline(element, paragraph, None, style.bold)
        text = "".join(paragraph.text)
        heading, listed = heading_level(properties), list_level(properties)
        heading = style.heading if heading is None else heading
        listed = style.list_level if listed is None else listed
        if toc or style.toc:
            sink.append(Item("toc", text))
        elif heading:
            sink.append(Item("heading", text, heading))
            if text.strip() and not self._in_main:
                self._heading = heading
        elif listed > 0:
            sink.append(Item("bullet", text, listed))
        elif paragraph.bold and not paragraph.plain and not self._in_main and _is_heading(text):
            sink.append(Item("heading", text, min(6, self._heading + 1)))
        else:
            sink.append(Item("paragraph", text))
        sink.extend(Item(kind, "".join(parts)) for kind, parts in paragraph.asides)
        sink.extend(paragraph.after)

    def _inline(self, element: Any, paragraph: _Paragraph, aside: BlockKind | None, bold: bool) -> None:
        for part in element:
            kind = local(part)
            if kind == "r":
                self._run(part, paragraph, aside, bold)
            elif kind in ("del", "moveFrom"):
                self._inline(part, paragraph, "markup", bold)
            elif kind in _INLINE:
                self._inline(part, paragraph, aside, bold)
            elif kind == "AlternateContent":
                self._inline(_chosen(part), paragraph, aside, bold)
            elif kind in ("oMath", "oMathPara"):
                paragraph.text.extend(text.text or "" for text in part.iter("{*}t"))
                paragraph.plain = True

    def _run(self, run: Any, paragraph: _Paragraph, aside: BlockKind | None, bold: bool) -> None:
        properties = child(run, "rPr")
        style = self._styles.of(properties, "rStyle")
        own = switch(properties, "b")
        bold = (bold or style.bold) if own is None else own
        if aside is None and self._is_unseen(look(properties).over(style.look).over(self._look)):
            aside = "hidden"
        self._content(run, paragraph, aside, bold)

    def _is_unseen(self, look: Look) -> bool:
        """Whether nobody sees type that is set so. White counts only where nothing lies behind it: not in tables,
        text boxes and notes, and not in a document with pictures or a colour behind its text.
        """
        return bool(look.hidden or (look.pale and not look.shaded and not self._in_main and not self._backed))

    def _content(self, run: Any, paragraph: _Paragraph, aside: BlockKind | None, bold: bool) -> None:
        for part in run:
            kind = local(part)
            if kind in ("t", "delText"):
                self._write(part.text or "", paragraph, aside, bold)
            elif kind in _CHARACTERS:
                self._write(_CHARACTERS[kind], paragraph, aside, bold)
            elif kind == "br":
                if attribute(part, "type") == "page" and self.paged:
                    self._turn(paragraph)
                else:
                    self._write("\n", paragraph, aside, bold)
            elif kind == "lastRenderedPageBreak":
                if self.paged and not self._turning:
                    self._turn(paragraph)
            elif kind == "sym":
                self._write(_symbol(part), paragraph, aside, bold)
            elif kind in ("footnoteReference", "endnoteReference"):
                paragraph.after.extend(self._note(kind.removesuffix("Reference"), attribute(part, "id")))
            elif kind == "AlternateContent":
                self._content(_chosen(part), paragraph, aside, bold)
            elif kind in _DRAWN:
                self._drawn(part, paragraph)

    def _write(self, text: str, paragraph: _Paragraph, aside: BlockKind | None, bold: bool) -> None:
        if aside is not None:
            paragraph.aside(aside, text)
            return
        paragraph.text.append(text)
        if not text.isspace() and text:
            self._turning = False
            paragraph.bold, paragraph.plain = paragraph.bold or bold, paragraph.plain or not bold

    def _turn(self, paragraph: _Paragraph) -> None:
        paragraph.text.append("\f")
        self._turning = True

    def _note(self, kind: str, identity: str) -> list[Item]:
        note = self._notes.pop((kind, identity), None)
        if note is None:
            return []
        return [Item("footnote", "\n".join(item.text for item in self.apart(note)))]

    def _drawn(self, element: Any, paragraph: _Paragraph) -> None:
        """Take the text boxes of a drawing, and the description of a picture; each once."""
        for part in element:
            kind = local(part)
            if kind == "txbxContent":
                paragraph.after.extend(self.apart(part))
            elif kind == "docPr" and attribute(part, "descr").strip():
                paragraph.after.append(Item("figure", attribute(part, "descr")))
            elif kind == "AlternateContent":
                self._drawn(_chosen(part), paragraph)
            else:
                self._drawn(part, paragraph)

    def _table(self, element: Any, sink: list[Item]) -> None:
        self._in_main += 1
        rows: list[list[GridCell]] = []
        above: dict[int, GridCell] = {}  # by column, the cell that a vertical merge goes on
        for row in _found(element, "tr"):
            head = bool(switch(child(row, "trPr"), "tblHeader"))
            cells: list[GridCell] = []
            column, paged = 1, self.paged
            for cell in _found(row, "tc"):
                properties = child(cell, "tcPr")
                columns = _span(child(properties, "gridSpan"))
                merge = child(properties, "vMerge")
                here = GridCell(0, 0, [], head, columns)
                self._blocks(cell, here.items, toc=False)
                if any("\f" in item.text for item in here.items):
                    self.paged = False  # subtle: a row over a page break may name it in every cell; it is one break
                if merge is not None and attribute(merge, "val") in ("", "continue") and column in above:
                    above[column].rows += 1
                    above[column].items.extend(here.items)
                else:
                    cells.append(here)
                    above[column] = here
                column += columns
            self.paged = paged
            rows.append(cells)
        self._in_main -= 1
        sink.extend(table_items(place_cells(rows)))


def _found(element: Any, kind: str) -> list[Any]:
    """Return the rows or cells right under `element`, also those inside content controls and insertions."""
    found: list[Any] = []
    for part in element:
        if local(part) == kind:
            found.append(part)
        elif local(part) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            found.extend(_found(part, kind))
    return found


def _chosen(alternatives: Any) -> Any:
    """Return the one of `mc:AlternateContent` that is shown; the others say the same in an older form."""
    choice = child(alternatives, "Choice")
    return choice if choice is not None else _or_nothing(child(alternatives, "Fallback"))


def _breaks_before(element: Any, properties: Any) -> bool:
    """Whether a paragraph asks for a new page that it does not name as rendered in one of its runs."""
    if not switch(properties, "pageBreakBefore"):
        return False
    return next(element.iter("{*}lastRenderedPageBreak"), None) is None


def _or_nothing(element: Any) -> Any:
    return () if element is None else element  # subtle: an lxml element without children is false


def _span(element: Any) -> int:
    value = "1" if element is None else attribute(element, "val")
    return min(int(value), 1000) if value.isdecimal() and 0 < len(value) < 6 else 1


def _symbol(element: Any) -> str:
    try:
        code = int(attribute(element, "char"), 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x10FFFF else ""


def _is_heading(text: str) -> bool:
    """Whether a paragraph that is bold as a whole reads as a heading."""
    text = text.strip()
    return 0 < len(text) <= BOLD_HEADING and "\n" not in text and text[-1] not in ".,;:!?…"

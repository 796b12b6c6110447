"""The body of an ODT file, walked in document order."""

from __future__ import annotations

from typing import Any

from scheidslijn.passage import BlockKind
from scheidslijn.reading.draft import Item
from scheidslijn.reading.grid import MAX_SPAN, GridCell, place_cells, table_items
from scheidslijn.reading.odtstyles import Style, Styles, attribute
from scheidslijn.reading.xmlsafe import local

_CONTENTS = frozenset(
    "table-of-content illustration-index table-index object-index user-index alphabetical-index bibliography".split()
)
_THROUGH = frozenset("text header footer header-left footer-left header-first footer-first index-body index-title "
                     "numbered-paragraph".split())  # fmt: skip
_SKIPPED = frozenset("sequence-decls variable-decls user-field-decls forms note-citation".split())
_BOLD_HEADING = 80
_MAX_BLANKS = 1000


class _Paragraph:
    """The text of one paragraph, and what is set aside or anchored in it."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.bold = self.plain = False
        self.after: list[Item] = []


class Body:
    """Walks the parts of an ODT file; see `odt.read_odt`."""

    def __init__(self, styles: Styles, paged: bool) -> None:
        self._styles, self._paged = styles, paged
        self._heading = 0
        self._in_main = 0

    def items(self, root: Any) -> list[Item]:
        """Return the items of `office:text` in reading order."""
        sink: list[Item] = []
        self._blocks(root, sink, 0, None)
        return sink

    def apart(self, root: Any) -> list[Item]:
        """Return the items of a part outside the running text: a header, a note, a text box."""
        sink: list[Item] = []
        paged, self._paged = self._paged, False
        self._in_main += 1
        self._blocks(root, sink, 0, None)
        self._in_main -= 1
        self._paged = paged
        return [item for item in sink if item.text.strip()]

    def _blocks(self, container: Any, sink: list[Item], depth: int, aside: BlockKind | None) -> None:
        first = depth > 0
        for element in container:
            kind = local(element)
            if kind in ("p", "h"):
                self._paragraph(element, sink, depth if first else 0, aside)
                first = False
            elif kind == "list":
                for entry in element:
                    self._blocks(entry, sink, depth + 1, aside)
            elif kind == "table":
                self._table(element, sink)
            elif kind == "soft-page-break":
                self._turn(sink)
            elif kind == "section":
                hidden = attribute(element, "display") == "none"
                self._blocks(element, sink, depth, "hidden" if hidden else aside)
            elif kind in _CONTENTS:
                self._blocks(element, sink, 0, "toc")
            elif kind == "tracked-changes":
                sink.append(Item("markup", "\n".join(_all_text(deleted) for deleted in element.iter("{*}deletion"))))
            elif kind in ("frame", "custom-shape", "g", "a"):
                sink.extend(self._drawn(element))
            elif kind in _THROUGH:
                self._blocks(element, sink, depth, aside)

    def _turn(self, sink: list[Item]) -> None:
        if self._paged:
            sink.append(Item("paragraph", "\f"))

    def _paragraph(self, element: Any, sink: list[Item], depth: int, aside: BlockKind | None) -> None:
        style = self._styles.of(element)
        paragraph = _Paragraph()
        self._inline(element, paragraph, style.bold, style)
        text = "".join(paragraph.text)
        level = style.heading
        if local(element) == "h":
            value = attribute(element, "outline-level")
            level = min(6, max(1, int(value))) if value.isdecimal() and len(value) < 4 else (level or 1)
        if aside is not None or style.toc:
            sink.append(Item(aside or "toc", text))
        elif level:
            sink.append(Item("heading", text, level))
            if text.strip() and not self._in_main:
                self._heading = level
        elif depth:
            sink.append(Item("bullet", text, depth))
        elif paragraph.bold and not paragraph.plain and not self._in_main and _is_heading(text):
            sink.append(Item("heading", text, min(6, self._heading + 1)))
        else:
            sink.append(Item("paragraph", text))
        sink.extend(paragraph.after)

    def _inline(self, element: Any, paragraph: _Paragraph, bold: bool, around: Style) -> None:
        hidden = around.hidden or (bool(around.pale) and not around.shaded and not self._in_main)
        self._write(element.text, paragraph, bold, hidden)
        for part in element:
            kind = local(part)
            if kind == "s":
                count = attribute(part, "c")
                blanks = min(int(count), _MAX_BLANKS) if count.isdecimal() and len(count) < 9 else 1
                self._write(" " * blanks, paragraph, bold, hidden)
            elif kind == "tab":
                self._write("\t", paragraph, bold, hidden)
            elif kind == "line-break":
                self._write("\n", paragraph, bold, hidden)
            elif kind == "soft-page-break":
                self._write("\f" if self._paged else "", paragraph, bold, False)
            elif kind == "note":
                notes = (item.text for body in part if local(body) == "note-body" for item in self.apart(body))
                paragraph.after.append(Item("footnote", "\n".join(notes)))
            elif kind in ("annotation", "ruby-text"):
                paragraph.after.append(Item("markup", _all_text(part)))
            elif kind in ("frame", "custom-shape", "g"):
                paragraph.after.extend(self._drawn(part))
            elif kind == "hidden-text":
                paragraph.after.append(Item("hidden", _all_text(part)))
            elif kind not in _SKIPPED and kind:
                style = self._styles.of(part, "text") if kind == "span" else Style()
                self._inline(part, paragraph, bold or style.bold, style.within(around))
            self._write(part.tail, paragraph, bold, hidden)

    def _write(self, text: str | None, paragraph: _Paragraph, bold: bool, hidden: bool) -> None:
        if not text:
            return
        if hidden:
            paragraph.after.append(Item("hidden", text))
            return
        paragraph.text.append(text)
        if not text.isspace():
            paragraph.bold, paragraph.plain = paragraph.bold or bold, paragraph.plain or not bold

    def _drawn(self, element: Any) -> list[Item]:
        """Return the text boxes of a drawing and the description of a picture."""
        items: list[Item] = []
        for part in element:
            kind = local(part)
            if kind in ("text-box", "table"):
                items.extend(self.apart(part if kind == "text-box" else [part]))
            elif kind in ("title", "desc"):
                items.append(Item("figure", _all_text(part)))
            elif kind in ("p", "h", "list"):
                items.extend(self.apart([part]))
            else:
                items.extend(self._drawn(part))
        return items

    def _table(self, element: Any, sink: list[Item]) -> None:
        self._in_main += 1
        rows: list[list[GridCell]] = []
        self._rows(element, rows, False)
        self._in_main -= 1
        sink.extend(table_items(place_cells(rows)))

    def _rows(self, element: Any, rows: list[list[GridCell]], head: bool) -> None:
        turned = False  # the page turned before the row to come
        for part in element:
            kind = local(part)
            if kind == "table-row":
                cells: list[GridCell] = []
                paged = self._paged
                for cell in part:
                    if local(cell) != "table-cell":
                        continue  # covered cells are counted by the span of the cell that covers them
                    here = GridCell(0, 0, [], head, _span(cell, "columns"), _span(cell, "rows"))
                    if turned:
                        here.items.append(Item("paragraph", "\f"))
                        turned = False
                    self._blocks(cell, here.items, 0, None)
                    if any("\f" in item.text for item in here.items):
                        self._paged = False  # a row over a page break may name it in every cell; it is one break
                    cells.append(here)
                self._paged = paged
                rows.append(cells)
            elif kind == "soft-page-break" and self._paged:
                turned = True
            elif kind in ("table-header-rows", "table-rows", "table-row-group"):
                self._rows(part, rows, head or kind == "table-header-rows")


def _span(cell: Any, what: str) -> int:
    value = attribute(cell, f"number-{what}-spanned")
    return min(int(value), MAX_SPAN) if value.isdecimal() and len(value) < 6 else 1


def _all_text(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _is_heading(text: str) -> bool:
    """Whether a paragraph that is bold as a whole reads as a heading."""
    text = text.strip()
    return 0 < len(text) <= _BOLD_HEADING and "\n" not in text and text[-1] not in ".,;:!?…"

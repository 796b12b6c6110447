"""Rows: what reads as one line, and the runs of rows that make a paragraph, a bullet or a heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from scheidslijn.passage import Span
from scheidslijn.reading.pdf_page import SOFT, Line, Style
from scheidslijn.reading.pdf_units import GLYPH, MARKER, Unit, same_row

_LEAD = re.compile(
    rf"({GLYPH}|[-–—*]|o(?=\s)|\(?\d{{1,3}}(?:\.\d{{1,3}})*[.):]|\d{{1,2}}(?:\.\d{{1,2}})+(?=\s)|\(?[a-zA-Z][.)](?=\s|$)|[ivxIVX]{{1,5}}[.)])\s*"
)
_SYMBOLS = re.compile(r"dingbat|wingding|webding|symbol", re.IGNORECASE)
_SURE = re.compile(GLYPH)
_END = re.compile(r"[.!?:;][\"'’”)\]]*[\d¹²³*]{0,3}$")
_RAISED = re.compile(r"[^\W\d][.,!?:;\"'’”)\]]*[\d*†‡]{1,3}$")


@dataclass(slots=True)
class Row:
    """One visual line: its spans from left to right, and what the paragraph rules look at."""

    spans: list[Span]
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    opens: Style
    closes: Style
    pure: bool
    style: Style
    text_x0: float
    first_word: float
    marker: str = ""


@dataclass(slots=True)
class Chunk:
    """Rows that belong together.

    Attributes:
        kind: "paragraph", "bullet" or "heading".
        left, right: edges of its column.
        column: number of its column in the document.
        goes_on, carried_on: whether it is continued by, or continues, a chunk of another column or page.
    """

    rows: list[Row]
    kind: str = "paragraph"
    level: int = 0
    left: float = 0.0
    right: float = 0.0
    column: int = 0
    goes_on: bool = False
    carried_on: bool = False

    @property
    def text(self) -> str:
        """The rows with single spaces; for rules, not for passages."""
        return " ".join(" ".join(row.text for row in self.rows).split())

    @property
    def size(self) -> float:
        """Type size of most rows."""
        return median(row.size for row in self.rows)

    @property
    def ended(self) -> bool:
        """Whether its text ends as a sentence does."""
        return bool(_END.search(self.rows[-1].text))


def rows_of(units: Iterable[Unit], raw: str) -> list[Row]:
    """Group units into rows, top to bottom; neighbours on a row that touch in the raw text become one span."""
    groups: list[list[Unit]] = []
    for unit in sorted(units, key=lambda one: (one.y0 + one.y1, one.x0)):
        if groups and _joins(groups[-1], unit):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return [row_of([line for unit in sorted(g, key=lambda u: u.x0) for line in unit.lines], raw) for g in groups]


def _joins(group: Sequence[Unit], unit: Unit) -> bool:
    for other in group:
        width = min(other.x1, unit.x1) - max(other.x0, unit.x0)
        if width > 0.5 * min(other.x1 - other.x0, unit.x1 - unit.x0):
            return False
    return any(same_row(other, unit, 0.55) for other in group)


def row_of(lines: Sequence[Line], raw: str) -> Row:
    """One row of lines given from left to right."""
    spans: list[Span] = []
    for line in lines:
        last = spans[-1] if spans else None
        if last and last.end <= line.start and not raw[last.end : line.start].strip(" \t\u00a0"):
            spans[-1] = Span(line.page, last.start, line.end)
        else:
            spans.append(Span(line.page, line.start, line.end))
    main = max(lines, key=lambda line: len(line.text))
    text = " ".join(line.text for line in lines)
    first, last_line = lines[0], lines[-1]
    symbol = bool(_SYMBOLS.search(first.opens.font)) and text[1:2].strip() == ""
    marker = re.match(r"(\S)\s*", text) if symbol else _LEAD.match(text)
    rest = first
    if marker and len(lines) > 1 and MARKER.fullmatch(first.text.strip()):
        rest = lines[1]
    width = (rest.x1 - rest.x0) / max(len(rest.text), 1)
    after = text[marker.end() :] if marker and rest is not first else text
    word = after.split(maxsplit=1)[0] if after.split() else ""
    opens = rest.opens
    return Row(
        spans=spans,
        text=text,
        x0=first.x0,
        y0=min(line.y0 for line in lines if line.size >= 0.6 * main.size),
        x1=max(line.x1 for line in lines),
        y1=max(line.y1 for line in lines if line.size >= 0.6 * main.size),
        size=main.size,
        opens=opens,
        closes=last_line.closes,
        pure=main.pure and all(_alike(line.style, main.style) for line in lines if len(line.text) > 3),
        style=main.style,
        text_x0=rest.x0 if rest is not first else first.x0 + (width * marker.end() if marker else 0.0),
        first_word=width * (len(word) + 1),
        marker=("•" if symbol else marker[1]) if marker else "",
    )


def _alike(one: Style, other: Style) -> bool:
    return one.bold == other.bold and one.italic == other.italic


def chunks_of(rows: Sequence[Row], pitch: float, column: int = 0) -> list[Chunk]:
    """Cut the rows of one column into chunks.

    Args:
        rows: from top to foot.
        pitch: usual distance between lines of running text over the type size, over the whole document.
        column: number of the column, kept with the chunks.
    """
    if not rows:
        return []
    left, right = min(r.x0 for r in rows), max(r.x1 for r in rows)
    chunks = [_chunk(rows[0], left, right, None)]
    for at in range(1, len(rows)):
        edge = max(r.x1 for r in rows[max(0, at - 3) : at + 4])
        if _starts(chunks[-1], rows[at], rows[at + 1] if at + 1 < len(rows) else None, edge, pitch):
            chunks.append(_chunk(rows[at], left, right, chunks[-1]))
        else:
            chunks[-1].rows.append(rows[at])
    for chunk in chunks:
        chunk.column = column
    return chunks


def _chunk(row: Row, left: float, right: float, before: Chunk | None) -> Chunk:
    kind = "bullet" if row.marker and _marks(row, before) else "paragraph"
    return Chunk([row], kind, left=left, right=right)


def _marks(row: Row, before: Chunk | None) -> bool:
    """Whether the marker at the head of a row is a bullet or a number, and not a dash or a figure in running text."""
    if _SURE.match(row.marker):
        return True
    return len(row.text) > len(row.marker)


def _starts(chunk: Chunk, row: Row, following: Row | None, edge: float, pitch: float) -> bool:
    """Whether a row opens a new chunk."""
    last = chunk.rows[-1]
    size = max(row.size, last.size)
    if _only_marked(last, row):
        return False
    gap = row.y0 - last.y1
    usual = (pitch - 1) * min(row.size, last.size)
    if len(chunk.rows) > 1:
        usual = min(max(usual, chunk.rows[1].y0 - chunk.rows[0].y1), usual + 0.35 * size)
    if abs(row.size - last.size) > 0.09 * size or gap > usual + 0.32 * size or row.y0 < last.y0 - size:
        return True
    if _restyled(last, row, edge):
        return True
    room = edge - last.x1
    broken = room > 1.1 * row.first_word + 0.5 * size
    ended = bool(_END.search(last.text))
    if row.marker and (_SURE.match(row.marker) or _new_item(chunk, row, ended or broken)):
        return True
    if chunk.kind == "bullet":
        hanging = chunk.rows[0].text_x0
        if len(chunk.rows) == 1 and abs(row.x0 - hanging) < 0.5 * size:
            return False
        if row.x0 < chunk.rows[-1 if len(chunk.rows) > 1 else 0].x0 - 0.6 * size:
            return True
    elif len(chunk.rows) >= 1:
        shift = row.x0 - last.x0
        centred = abs((row.x0 + row.x1) - (last.x0 + last.x1)) < 0.8 * size
        if 0.7 * size < shift < 5 * size and ended and not centred:
            return True
        if len(chunk.rows) > 1 and shift < -0.7 * size and not centred and last.x0 - chunk.rows[0].x0 > -0.3 * size:
            return True
    if broken and last.text[-1:] not in SOFT:
        opening = row.text.lstrip("‘’“”\"'(")[:1]
        if ended and not last.text.endswith((";", ",")):
            return True
        if room > 0.3 * (edge - min(row.x0, last.x0)) and (opening.isupper() or opening.isdigit()):
            return not (row.pure and last.pure and row.style.bold and last.style.bold)
    return False


def _only_marked(last: Row, row: Row) -> bool:
    """Whether a short row ends the sentence above it and looks larger only because a note mark rises above its word."""
    ends = len(row.text.split()) <= 2 and row.text[:1].islower() and _RAISED.search(row.text) is not None
    below = (last.y0 + last.y1) / 2 <= row.y0 and row.y1 - last.y1 < 2.2 * last.size
    taller = 1.0 < row.size / last.size < 1.5
    alike = row.style.bold == last.style.bold
    return ends and below and taller and alike and not _END.search(last.text)


def _restyled(last: Row, row: Row, edge: float) -> bool:
    """Whether the type changes between rows as it does between a heading and its text, not within a sentence."""
    runs_on = edge - last.x1 < row.first_word + 0.5 * row.size and not _END.search(last.text)
    if runs_on and row.text[:1].islower():
        return False
    if last.pure and last.style.bold != row.opens.bold and (row.pure or last.style.bold):
        return True
    if not (last.pure and row.pure):
        return False
    if last.style.italic != row.style.italic:
        return True
    ink = sum(abs(a - b) for a, b in zip(last.style.ink, row.style.ink, strict=True))
    return ink > 150 and edge - last.x1 > row.first_word


def _new_item(chunk: Chunk, row: Row, before_ended: bool) -> bool:
    if chunk.kind == "bullet":
        return before_ended or abs(row.x0 - chunk.rows[0].x0) < 3
    return before_ended

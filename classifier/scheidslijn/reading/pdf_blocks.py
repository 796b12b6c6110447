"""From the pages as read to blocks in reading order: the layout of a whole document."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from scheidslijn.passage import Block, BlockKind, Cell, Span
from scheidslijn.reading.pdf_columns import Region, regions_of
from scheidslijn.reading.pdf_figures import mark_figures
from scheidslijn.reading.pdf_furniture import (
    body_size,
    body_style,
    free,
    mark_contents,
    mark_footnotes,
    mark_running,
)
from scheidslijn.reading.pdf_headings import mark_headings
from scheidslijn.reading.pdf_joining import Piece, join_over
from scheidslijn.reading.pdf_lattice import take_ruled_tables
from scheidslijn.reading.pdf_page import MAX_LINES, PageText
from scheidslijn.reading.pdf_rows import Chunk, Row, chunks_of, rows_of
from scheidslijn.reading.pdf_tables import Grid, goes_on, grid_of, head_texts, is_chart, row_heads
from scheidslijn.reading.pdf_units import Unit, glue_markers, same_row, unit_of

_NOTE = re.compile(r"\s*[(\[]?\d{1,3}[)\].]?(?:\s|[^\W\d])|[*†‡¹²³⁴-⁹]")


@dataclass(slots=True)
class Laid:
    """One page in reading order: columns of rows and tables, before rows are cut into chunks."""

    page: PageText
    parts: list[list[Row] | Grid] = field(default_factory=list)


def layout(pages: Sequence[PageText]) -> list[Block]:
    """The blocks of a document. Every line of every page is in exactly one block.

    Sets `Line.kind` of lines that are set aside.
    """
    size = body_size(pages)
    mark_running(pages, size)
    laid: list[Laid] = []
    for page in pages:
        if len(page.lines) > MAX_LINES:
            laid.append(Laid(page, [rows_of([unit_of([line]) for line in free(page)], page.text)]))
            continue
        mark_contents(page, len(pages))
        tables = take_ruled_tables(page)
        mark_figures(page, size)
        mark_footnotes(page, size)
        laid.append(_lay(page, tables))
    pitch = _pitch(laid, size)
    pieces: list[list[Piece]] = []
    column = 0
    for one in laid:
        found: list[Piece] = []
        for part in one.parts:
            if isinstance(part, Grid):
                found.append(part)
            else:
                column += 1
                found.extend(chunks_of(part, pitch, column))
        pieces.append(found)
    join_over(pieces)
    mark_headings([p for found in pieces for p in found if isinstance(p, Chunk)], size, body_style(pages, size))
    _number_tables(pieces)
    _nest_bullets(pieces)
    return [block for page, found in zip(pages, pieces, strict=True) for block in _page_blocks(page, found)]


def _lay(page: PageText, tables: list[Unit]) -> Laid:
    laid = Laid(page)
    units = [*glue_markers(free(page)), *tables]
    above: Sequence[Unit] = ()
    for region in regions_of(units):
        parts = list(_arrange(region, page))
        if len(parts) == 1 and isinstance(parts[0], Grid) and not parts[0].headed and region.units[0].lines:
            whole = _with_heads(above, region.units, page)
            if whole is not None and len(whole.edges) == len(parts[0].edges):
                while laid.parts and _stands_in(laid.parts[-1], above):
                    laid.parts.pop()
                parts = [whole]
        laid.parts.extend(parts)
        above = region.units
    return laid


def _with_heads(above: Sequence[Unit], units: Sequence[Unit], page: PageText) -> Grid | None:
    """The table with the bold row right above it as column heads, or None when that row is none."""
    if len(above) < 2 or not all(u.lines and u.bold and same_row(u, above[0]) for u in above):
        return None
    if min(u.y0 for u in units) - max(u.y1 for u in above) > 3 * above[0].size:
        return None
    grid = grid_of([*above, *units], page.rules, page.text, 1.2)
    return grid if grid is not None and grid.headed and sum(map(bool, grid.cells[0])) == len(above) else None


def _stands_in(part: list[Row] | Grid, units: Sequence[Unit]) -> bool:
    starts = {line.start for unit in units for line in unit.lines}
    return isinstance(part, list) and all(row.spans[0].start in starts for row in part)


def _arrange(region: Region, page: PageText, depth: int = 0) -> Iterator[list[Row] | Grid]:
    """A region as rows in order, or as a table; bands that are no table are cut on, side by side."""
    if region.sides is None:
        yield from _column(region.units, page)
        return
    if depth < 8 and not any(unit.table for unit in region.units):
        grid = grid_of(region.units, page.rules, page.text, 1.2)
        if grid is not None and page.drawn >= 4 and is_chart(grid):
            for unit in region.units:
                for line in unit.lines:
                    line.kind = "figure"
            return
        if grid is not None:
            yield grid
            return
    if all(unit.lines and max(len(line.text) for line in unit.lines) <= 4 for unit in region.sides[0]):
        yield from _column(region.units, page)  # numbers in the margin
        return
    for side in region.sides:
        for part in regions_of(side, depth + 1):
            yield from _arrange(part, page, depth + 1)


def _column(units: Sequence[Unit], page: PageText) -> Iterator[list[Row] | Grid]:
    """One column from top to foot: rows, and the ruled tables between them."""
    left = [unit for unit in units if unit.table is None]
    for unit in sorted((u for u in units if u.table is not None), key=lambda u: u.y0):
        above = [u for u in left if (u.y0 + u.y1) / 2 < unit.y0]
        left = [u for u in left if (u.y0 + u.y1) / 2 >= unit.y0]
        if above:
            yield rows_of(above, page.text)
        if isinstance(unit.table, Grid):
            yield unit.table
    if left:
        yield rows_of(left, page.text)


def _pitch(laid: Iterable[Laid], size: float) -> float:
    """Usual distance between the tops of body lines over their size."""
    steps = []
    for one in laid:
        for part in one.parts:
            if isinstance(part, Grid):
                continue
            for above, below in itertools.pairwise(part):
                step = below.y0 - above.y0
                if abs(above.size - size) < 0.05 * size and above.size == below.size and 0 < step < 2.2 * size:
                    steps.append(step / below.size)
    return median(steps) if steps else 1.2


def _number_tables(pieces: Sequence[Sequence[Piece]]) -> None:
    """Number tables from 1; one that goes on over a page keeps its number, its rows and its heads."""
    count = 0
    before: Grid | None = None
    for found in pieces:
        for at, piece in enumerate(found):
            if not isinstance(piece, Grid):
                continue
            piece.head_rows, texts = head_texts(piece)
            if at == 0 and before is not None and goes_on(before, piece):
                repeated = piece.headed and [t.lower() for t in texts] == [h.lower() for h in before.heads]
                piece.head_rows = piece.head_rows if repeated else 0
                piece.number, piece.heads, piece.goes_on = before.number, before.heads, True
                piece.first_row = before.first_row + len(before.cells) - piece.head_rows
            else:
                count += 1
                piece.number, piece.heads = count, texts
            before = None
        if found and isinstance(found[-1], Grid):
            before = found[-1]


def _nest_bullets(pieces: Sequence[Sequence[Piece]]) -> None:
    """Give bullets their depth, by how far their markers stand in from those above them in the same list."""
    stack: list[float] = []
    for found in pieces:
        for piece in found:
            if isinstance(piece, Grid) or piece.kind == "heading":
                stack = []
            elif piece.kind == "bullet" and not piece.carried_on:
                place = piece.rows[0].x0 - piece.left
                while stack and stack[-1] > place + 3:
                    stack.pop()
                if not stack or stack[-1] < place - 3:
                    stack.append(place)
                piece.level = len(stack)
            elif stack and piece.rows[0].x0 - piece.left <= stack[0] - 3:
                stack = []


def _page_blocks(page: PageText, pieces: Sequence[Piece]) -> Iterator[Block]:
    yield from _aside(page, ("header",))
    yield from _aside(page, ("toc",))
    for piece in pieces:
        if isinstance(piece, Grid):
            yield from _grid_blocks(piece)
        else:
            kind: BlockKind = piece.kind  # type: ignore[assignment]
            yield Block(
                kind, tuple(span for row in piece.rows for span in row.spans), piece.level, continues=piece.goes_on
            )
    yield from _aside(page, ("figure", "footnote", "footer", "page_number", "hidden"))


def _grid_blocks(grid: Grid) -> Iterator[Block]:
    heads = row_heads(grid)
    body = ["".join(row.text for row in cell) for line in grid.cells[grid.head_rows :] for cell in line if cell]
    worded = any(grid.heads) and 2 * sum(any(c.isalpha() for c in text) for text in body) >= len(body)
    for r, line in enumerate(grid.cells):
        for c, cell in enumerate(line):
            if not cell:
                continue
            spans = tuple(span for row in cell for span in row.spans)
            if grid.goes_on and r < grid.head_rows:
                yield Block("header", spans)  # column heads printed again on the next page
                continue
            if not worded and not any(c.isalpha() for row in cell for c in row.text):
                yield Block("figure", spans)  # a number says nothing without its row and column
                continue
            head = "" if r < grid.head_rows else grid.heads[c]
            place = Cell(grid.number, grid.first_row + r, c + 1, heads[r] if c else "", head)
            yield Block("cell", spans, cell=place)


def _aside(page: PageText, kinds: Sequence[BlockKind]) -> Iterator[Block]:
    """Blocks of the lines that rules set aside: one a row, and one a note for footnotes."""
    for kind in kinds:
        lines = [line for line in page.lines if line.kind == kind]
        group: list[Span] = []
        for row in rows_of([unit_of([line]) for line in lines], page.text):
            if group and (kind != "footnote" or _NOTE.match(row.text)):
                yield Block(kind, tuple(group))
                group = []
            group += row.spans
        if group:
            yield Block(kind, tuple(group))

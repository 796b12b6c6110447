"""Tables: which bands of columns are one, and their cells.

A band is a table when ruling lines cut it into rows, or when its rows line up as those of running text in columns do
not. In doubt it is text: prose read as a table is cut to pieces, a table read as columns only loses its row.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from scheidslijn.reading.pdf_gutters import holes, strips_of
from scheidslijn.reading.pdf_page import SOFT, Box
from scheidslijn.reading.pdf_rows import Row, rows_of
from scheidslijn.reading.pdf_units import MARKER, Unit

_FULL = 0.82
_HEAD_CHARACTERS = 70


@dataclass(slots=True)
class Grid:
    """A table on one page.

    Attributes:
        edges: the x where columns begin.
        cells: `cells[r][c]` are the rows of text of a cell.
        headed, ruled: whether its first row holds column heads; whether rulings made its rows.
        heads, head_rows: the head of each column, and how many rows they take.
        number, first_row, goes_on: its number in the document, the number of its first row, and whether it
            continues the table of the page before.
    """

    edges: list[float]
    cells: list[list[list[Row]]]
    headed: bool
    ruled: bool
    heads: list[str] = field(default_factory=list)
    number: int = 0
    head_rows: int = 0
    first_row: int = 1
    goes_on: bool = False


def grid_of(units: Sequence[Unit], rules: Sequence[Box], raw: str, pitch: float) -> Grid | None:
    """The table that a band of columns is, or None when it is running text in columns."""
    size = median(u.size for u in units)
    edges = _columns(units, size)
    if len(edges) < 2:
        return None
    top, foot = min(u.y0 for u in units), max(u.y1 for u in units)
    x0, x1 = min(u.x0 for u in units), max(u.x1 for u in units)
    cuts = _ruled_cuts(rules, top, foot, x0, x1, size)
    ruled = len(cuts) >= 2 or (len(cuts) == 1 and _upright(rules, edges, top, foot))
    if not ruled:
        cuts = _aligned_cuts(units, edges, size, pitch)
        if not _looks_aligned(units, edges, cuts, size):
            return None
    cells = _cells(units, edges, cuts, raw)
    if not ruled and len(edges) == 2 and (_listed(cells) or (len(cells) < 4 and not is_headed(cells))):
        return None
    if len(cells) < 2 or (len(edges) == 2 and all(len(cell_text(line[0])) <= 4 for line in cells)):
        return None
    return Grid(edges, cells, is_headed(cells), ruled)


def _listed(cells: Sequence[Sequence[Sequence[Row]]]) -> bool:
    """Whether most cells, on both sides, open with a bullet: a list set in columns is no table."""
    marked = [sum(bool(line[c] and line[c][0].marker) for line in cells) for c in (0, 1)]
    return sum(marked) >= 1.2 * len(cells) and min(marked) >= 2


def _columns(units: Sequence[Unit], size: float) -> list[float]:
    """Where columns begin: left of the text after each gutter over the whole height of the band."""
    gaps = [(a, b) for a, b in holes(units) if b - a >= 0.7 * size]
    return [min(u.x0 for u in units) - 1, *(b - 1 for _, b in gaps)]


def _ruled_cuts(rules: Sequence[Box], top: float, foot: float, x0: float, x1: float, size: float) -> list[float]:
    """Heights of horizontal rulings inside a band that together span most of its width."""
    flat = sorted((r for r in rules if r.y1 - r.y0 <= 2.5 and r.x1 > x0 and r.x0 < x1), key=lambda r: r.y0)
    cuts: list[float] = []
    at = 0
    while at < len(flat):
        level = [r for r in flat[at:] if r.y0 - flat[at].y0 <= 2.0]
        covered, reach = 0.0, x0
        for rule in sorted(level, key=lambda r: r.x0):
            begin, end = max(rule.x0, reach), min(rule.x1, x1)
            if end > begin:
                covered, reach = covered + end - begin, end
        height = level[0].y0
        if covered >= 0.8 * (x1 - x0) and top + 0.5 * size < height < foot - 0.5 * size:
            cuts.append(height)
        at += len(level)
    return [c for n, c in enumerate(cuts) if n == 0 or c - cuts[n - 1] > 0.8 * size]


def _upright(rules: Sequence[Box], edges: Sequence[float], top: float, foot: float) -> bool:
    """Whether a vertical ruling stands in the gutter before the last column for most of the height."""
    tall = [r for r in rules if r.x1 - r.x0 <= 2.5 and edges[0] < r.x0 < edges[-1] + 2]
    covered = sum(max(0.0, min(r.y1, foot) - max(r.y0, top)) for r in tall if r.x0 > edges[-1] - 40)
    return covered > 0.7 * (foot - top)


def _column_of(unit: Unit, edges: Sequence[float]) -> int:
    return max((n for n, edge in enumerate(edges) if unit.x0 >= edge - 0.5), default=0)


def _aligned_cuts(units: Sequence[Unit], edges: Sequence[float], size: float, pitch: float) -> list[float]:
    """Heights where all columns leave more white than between lines, and at least two columns go on below.

    With three columns or more and text in nearly every column of every strip, each strip is a row.
    """
    strips = strips_of(units)
    white = max((pitch - 1) * size, 0.0) + 0.3 * size + 0.25 * size  # strips are shaved by 15 % on either side
    dense = len(edges) > 2 and sum(len(_columns_in(s.units, edges)) >= 2 for s in strips) >= 0.9 * len(strips)
    return [
        (above.y1 + below.y0) / 2
        for above, below in itertools.pairwise(strips)
        if len(_columns_in(below.units, edges)) >= 2 and (dense or below.y0 - above.y1 > white)
    ]


def _columns_in(units: Sequence[Unit], edges: Sequence[float]) -> set[int]:
    return {_column_of(unit, edges) for unit in units}


def _looks_aligned(units: Sequence[Unit], edges: Sequence[float], cuts: Sequence[float], size: float) -> bool:
    """Whether an unruled band is a table: aligned rows of lines that do not fill their columns."""
    if len(cuts) < 2:
        return False
    widths = [0.0] * len(edges)
    for unit in units:
        column = _column_of(unit, edges)
        widths[column] = max(widths[column], unit.x1 - unit.x0)
    full = sum(u.x1 - u.x0 >= _FULL * widths[_column_of(u, edges)] for u in units) / len(units)
    bands = _bands(units, cuts)
    if sum(len(_columns_in(band, edges)) >= 2 for band in bands) < 0.7 * len(bands):
        return False
    lines = len(units) / (len(edges) * len(bands))
    if len(edges) >= 3:
        return full < 0.65 or (1.2 < lines < 3)
    tops = [[min((u.y0 for u in band if _column_of(u, edges) == c), default=None) for c in (0, 1)] for band in bands]
    level = sum(a is not None and b is not None and abs(a - b) < 0.35 * size for a, b in tops)
    return level >= max(3, 0.8 * len(tops)) and (full < 0.7 or lines < 3.5)


def _bands(units: Sequence[Unit], cuts: Sequence[float]) -> list[list[Unit]]:
    limits = [*cuts, float("inf")]
    bands: list[list[Unit]] = [[] for _ in limits]
    for unit in units:
        middle = (unit.y0 + unit.y1) / 2
        bands[next(n for n, limit in enumerate(limits) if middle < limit)].append(unit)
    return [band for band in bands if band]


def _cells(units: Sequence[Unit], edges: Sequence[float], cuts: Sequence[float], raw: str) -> list[list[list[Row]]]:
    return [
        [rows_of([u for u in band if _column_of(u, edges) == c], raw) for c in range(len(edges))]
        for band in _bands(units, cuts)
    ]


def is_headed(cells: Sequence[Sequence[Sequence[Row]]]) -> bool:
    """Whether the first row holds column heads: short, and set in another way than the rows below."""
    first = [cell for cell in cells[0] if cell]
    if len(first) < 2 or any(len(cell_text(cell)) > _HEAD_CHARACTERS for cell in first):
        return False
    below = [row for line in cells[1:] for cell in line for row in cell]
    bold = all(row.style.bold for cell in first for row in cell)
    if bold and sum(row.style.bold for row in below) < 0.5 * len(below):
        return True
    inks = {row.style.ink for cell in first for row in cell}
    if len(inks) == 1 and inks.isdisjoint({row.style.ink for row in below}):
        return True
    figures = [not any(c.isalpha() for c in cell_text(cell)) for line in cells[1:] for cell in line[1:] if cell]
    if sum(figures) > 0.5 * len(figures) and not any(c.isdigit() for cell in first for c in cell_text(cell)):
        return True
    longest = max(len(cell_text(cell)) for cell in first)
    usual = median([len(cell_text(cell)) for line in cells[1:] for cell in line if cell] or [0])
    return len(cells) > 2 and longest < 0.6 * usual and not any(c.isdigit() for cell in first for c in cell_text(cell))


def head_texts(grid: Grid) -> tuple[int, list[str]]:
    """How many rows of heads a table opens with (0 to 2), and the head of each column.

    A first row with gaps that spans columns ("Gemeente", "Partners") is followed by a row with the heads proper.
    """
    if not grid.headed:
        return 0, [""] * len(grid.edges)
    first = [cell_text(cell) for cell in grid.cells[0]]
    if all(first) or len(grid.cells) < 4 or not is_headed(grid.cells[1:]):
        return 1, first
    second = [cell_text(cell) for cell in grid.cells[1]]
    return (
        (2, [b or a for a, b in zip(first, second, strict=True)])
        if sum(map(bool, second)) > sum(map(bool, first))
        else (1, first)
    )


def cell_text(rows: Sequence[Row]) -> str:
    """The text of a cell on one line, words cut at a line end put together; for heads, not for passages."""
    text = ""
    for row in rows:
        joined = text[:-1] + row.text if text[-1:] and text[-1:] in SOFT else f"{text} {row.text}"
        text = joined
    return " ".join(text.split())


def row_heads(grid: Grid) -> list[str]:
    """The head of each row: its first cell, when first cells are short labels beside longer text; else ""."""
    body = grid.cells[grid.head_rows :]
    firsts = [len(cell_text(line[0])) for line in body if line[0]]
    others = [len(cell_text(cell)) for line in body for cell in line[1:] if cell]
    labels = bool(firsts) and max(firsts) <= _HEAD_CHARACTERS and len(firsts) >= 0.6 * len(body)
    if not labels or (len(grid.edges) == 2 and median(firsts) > 0.6 * median(others or [0])):
        return [""] * len(grid.cells)
    heads = [cell_text(line[0]) for line in grid.cells]
    if len(grid.edges) > 2:  # a number before a label is no label
        seconds = [cell_text(line[1]) for line in grid.cells]
        heads = [
            f"{a} {b}".strip() if len(b) <= _HEAD_CHARACTERS and (not a or MARKER.fullmatch(a) or a.isdigit()) else a
            for a, b in zip(heads, seconds, strict=True)
        ]
    return [""] * grid.head_rows + heads[grid.head_rows :]


def is_chart(grid: Grid) -> bool:
    """Whether a grid is rather a bar chart: labels and their numbers, under no heads."""
    cells = [cell_text(cell) for line in grid.cells for cell in line if cell]
    return not grid.headed and sum(not any(c.isalpha() for c in t) for t in cells) >= 0.45 * len(cells)


def goes_on(before: Grid, after: Grid) -> bool:
    """Whether a table at the top of a page continues the one at the foot of the page before."""
    if len(before.edges) != len(after.edges):
        return False
    return all(abs(a - b) < 12 for a, b in zip(before.edges, after.edges, strict=True))

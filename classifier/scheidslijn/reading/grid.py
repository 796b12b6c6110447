"""Tables of any document format: cells that know their row and column, and what stands at the head of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from scheidslijn.passage import PASSAGE_KINDS, Cell
from scheidslijn.reading.draft import Item

LABEL_LENGTH = 70
"""Most characters of a cell that heads a column or row; the same in PDF tables."""
MAX_SPAN = 1000
"""Most columns or rows that one cell may span (the limit of browsers)."""

_SERIAL = count(1)


@dataclass(slots=True)
class GridCell:
    """One cell as the file gives it: row and column count from 1; `head` when the file marks it as a head."""

    row: int
    column: int
    items: list[Item] = field(default_factory=list)
    head: bool = False
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """What a reader of the table sees in this cell, on one line."""
        return " ".join(" ".join(item.text for item in self.items if item.kind in PASSAGE_KINDS).split())


def place_cells(rows: Sequence[Sequence[GridCell]]) -> list[GridCell]:
    """Give cells their row and column from the order in which they stand and how far they span, as HTML does."""
    taken: dict[int, int] = {}  # column -> rows below this one that a cell above still takes
    placed: list[GridCell] = []
    for number, row in enumerate(rows, start=1):
        column, here = 1, dict(taken)
        taken = {at: left - 1 for at, left in here.items() if left > 1}
        for cell in row:
            while column in here:
                column += 1
            cell.row, cell.column = number, column
            cell.columns, cell.rows = min(max(1, cell.columns), MAX_SPAN), min(max(1, cell.rows), len(rows))
            if cell.rows > 1:
                taken.update(dict.fromkeys(range(column, column + cell.columns), cell.rows - 1))
            column += cell.columns
            placed.append(cell)
    return placed


def table_items(cells: list[GridCell], layout: bool = False) -> list[Item]:
    """Return the items of a table, in reading order.

    A table that only serves the layout (said by the file, holding another table or a heading, or of one column) gives
    the items as they are. Otherwise every cell becomes one item of kind `cell`, or one for each of its paragraphs when
    it holds a list. `Cell.table` is any unique number here; `Draft` counts the tables in reading order.
    """
    filled = [cell for cell in cells if cell.text]
    inner = [item for cell in cells for item in cell.items]
    headed = {cell.row for cell in cells if any(item.kind == "heading" for item in cell.items)}
    if layout or len({cell.column for cell in filled}) < 2 or headed - {1} or any(item.cell for item in inner):
        return inner
    for cell in cells:
        cell.head = cell.head or (cell.row in headed)  # headings in the first row only: they head the columns
    head_rows = _head_rows(cells, filled)
    column_heads = _column_heads(filled, head_rows)
    row_heads = _row_heads(filled, head_rows)
    table = next(_SERIAL)
    result: list[Item] = []
    for cell in cells:
        spanned = range(cell.column, cell.column + cell.columns)
        in_head = cell.row <= head_rows
        column_head = (
            "" if in_head else " / ".join(dict.fromkeys(column_heads[c] for c in spanned if c in column_heads))
        )
        row_head = row_heads.get(cell.row, ("", 0))
        place = Cell(table, cell.row, cell.column, "" if cell.column <= row_head[1] else row_head[0], column_head)
        result.extend(_cell_items(cell, place))
    return result


def _cell_items(cell: GridCell, place: Cell) -> list[Item]:
    texts = [item for item in cell.items if item.kind in PASSAGE_KINDS]
    others = [item for item in cell.items if item.kind not in PASSAGE_KINDS]
    if any(item.kind == "bullet" for item in texts):
        return [Item("cell", item.text, 0, place) for item in texts] + others
    return [Item("cell", "\n".join(item.text for item in texts), 0, place)] * bool(texts) + others


def _is_label(text: str) -> bool:
    return 0 < len(text) <= LABEL_LENGTH and text[-1] not in ".!?;" and any(c.isalpha() for c in text)


def _head_rows(cells: list[GridCell], filled: list[GridCell]) -> int:
    """Return how many rows at the top are heads: those the file marks, or else a first row of labels only."""
    last = max(cell.row for cell in cells)
    heads = 0
    while heads < last and all(cell.head for cell in cells if cell.row == heads + 1):
        heads += 1
    if heads:
        return heads if heads < last else 0
    first = [cell for cell in filled if cell.row == 1]
    width = len({cell.column for cell in filled})
    whole = len(first) >= max(2, width - 1) and all(_is_label(cell.text) for cell in first)  # the corner may be empty
    return 1 if last > 1 and whole else 0


def _column_heads(filled: list[GridCell], head_rows: int) -> dict[int, str]:
    heads: dict[int, str] = {}
    for cell in filled:
        if cell.row <= head_rows:
            for column in range(cell.column, cell.column + cell.columns):
                heads[column] = f"{heads[column]} / {cell.text}" if column in heads else cell.text
    return heads


def _row_heads(filled: list[GridCell], head_rows: int) -> dict[int, tuple[str, int]]:
    """Return by row the head at its left and the last column that head takes."""
    body = [cell for cell in filled if cell.row > head_rows]
    left = [cell for cell in body if cell.column == 1]
    marked = any(cell.head for cell in left)
    if not marked and not (left and all(_is_label(cell.text) for cell in left)):
        return {}
    heads: dict[int, tuple[str, int]] = {}
    for cell in left:
        if cell.head or not marked:
            for row in range(cell.row, cell.row + cell.rows):
                heads[row] = (cell.text, cell.columns)
    return heads

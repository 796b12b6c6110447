"""Forest plots: a value with its interval on each row, in groups, against a reference line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheidslijn.charts.frame import Box, draw_across, path
from scheidslijn.charts.svg import COLOURS, ENGLISH, Drawing, Numbers, Texts, shorten, width_of
from scheidslijn.charts.ticks import nice_axis

ROW = 22.0


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its label, the value, its interval from `low` to `high` (NaN for none), and a note ("n = 12").

    `series` chooses colour and mark, from 0, where rows of several kinds alternate (two models).
    """

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    note: str = ""
    series: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; "" for none."""

    name: str
    rows: tuple[Row, ...]


def forest_svg(
    groups: tuple[Group, ...], texts: Texts, *, reference: float | None = None, low: float | None = None,
    high: float | None = None, width: float = 680, numbers: Numbers = ENGLISH, figures: bool = True,
) -> str:  # fmt: skip
    """Draw a row per value.

    Args:
        reference: where an upright line stands (0 for differences), or None.
        low, high: ends of the axis; None takes what the values need. An interval that goes on past an end ends in
            an arrow there.
        width: pixels; the height follows from the rows.
        figures: whether each row ends with its figures, "0.62 (0.55–0.68)".
    """
    rows = [own for group in groups for own in group.rows]
    values = [v for own in rows for v in (own.value, own.low, own.high)]
    axis = nice_axis(values + ([] if reference is None else [reference]), 5, low, high)
    written = {id(own): numbers.interval(own.value, own.low, own.high) for own in rows} if figures else {}
    labels = min(0.36 * width, 14 + max((width_of(own.label) for own in rows), default=0))
    notes = max((width_of(own.note, 11) + 14 for own in rows if own.note), default=0.0)
    right = max((width_of(one) + 12 for one in written.values()), default=0.0) + notes
    lines = len(rows) + sum(bool(group.name) for group in groups)
    top = 8.0
    box = Box(labels + 8, top, max(width - right - 12, labels + 8 + 60), top + ROW * lines + 6, axis, axis)
    drawing = Drawing(width, box.bottom + (46 if texts.x else 28))
    draw_across(drawing, box, numbers, texts.x)
    if reference is not None:
        drawing.line(box.x(reference), box.top, box.x(reference), box.bottom, "sl-reference")
    y = top + ROW / 2 + 3
    for group in groups:
        if group.name:
            drawing.text(4, y + 4, shorten(group.name, labels + 8 if figures else width), bold=True)
            y += ROW
        for own in group.rows:
            drawing.text(box.left - 10, y + 4, shorten(own.label, labels), "end")
            _row(drawing, own, y, box, numbers)
            drawing.text(width - notes - 4, y + 4, written.get(id(own), ""), "end")
            drawing.text(width - 4, y + 4, own.note, "end", faint=True, size=11)
            y += ROW
    return drawing.svg(texts)


def forest_rows(groups: tuple[Group, ...]) -> list[tuple[str, str, float, float, float, str]]:
    """Rows of group, label, value, low, high and note."""
    return [(group.name, own.label, own.value, own.low, own.high, own.note) for group in groups for own in group.rows]


def _row(drawing: Drawing, row: Row, y: float, box: Box, numbers: Numbers) -> None:
    if not math.isfinite(row.value):
        return
    if math.isfinite(row.low) and math.isfinite(row.high):
        drawing.element("line", x1=box.x(row.low), x2=box.x(row.high), y1=y, y2=y, stroke=COLOURS[row.series % 6],
                        stroke_width=2, **{"class": f"sl-whisker sl-{row.series % 6 + 1}"})  # fmt: skip
        if row.low < box.across.low:
            _arrow(drawing, box.left, y, -1, row.series)
        if row.high > box.across.high:
            _arrow(drawing, box.right, y, 1, row.series)
    shown = f"{row.label}: {numbers.interval(row.value, row.low, row.high)}"
    drawing.mark(box.x(row.value), y, row.series, shown, size=4.2)


def _arrow(drawing: Drawing, x: float, y: float, way: int, series: int) -> None:
    d = path([(x + 6 * way, y), (x, y - 4), (x, y + 4)]) + "Z"
    drawing.element("path", d=d, fill=COLOURS[series % 6], **{"class": f"sl-{series % 6 + 1}"})

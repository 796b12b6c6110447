"""Horizontal bars from zero, with intervals where there are any."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheidslijn.charts.frame import Box, draw_across
from scheidslijn.charts.svg import COLOURS, ENGLISH, Drawing, Numbers, Texts, shorten, width_of
from scheidslijn.charts.ticks import nice_axis

ROW = 24.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, its length, its interval from `low` to `high` (NaN for none), and a note ("n = 12").

    `series` chooses the colour, from 0, where bars of several kinds alternate.
    """

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    note: str = ""
    series: int = 0


def bars_svg(
    bars: tuple[Bar, ...], texts: Texts, *, high: float | None = None, width: float = 640, numbers: Numbers = ENGLISH
) -> str:
    """Draw a bar per value, from zero to the right, or to the left for values below zero.

    Args:
        high: right end of the axis; None takes what the values need.
        width: pixels; the height follows from the number of bars.
    """
    axis = nice_axis([0.0, *(v for own in bars for v in (own.value, own.low, own.high))], 5, None, high)
    labels = min(0.4 * width, 14 + max((width_of(own.label) for own in bars), default=0))
    written = [
        numbers.interval(own.value, own.low, own.high) + (f"\u2003{own.note}" if own.note else "") for own in bars
    ]
    right = max((width_of(one) + 12 for one in written), default=0.0)
    box = Box(labels + 4, 8.0, max(width - right - 8, labels + 4 + 60), 14.0 + ROW * len(bars), axis, axis)
    drawing = Drawing(width, box.bottom + (46 if texts.x else 28))
    draw_across(drawing, box, numbers, texts.x)
    for number, (own, words) in enumerate(zip(bars, written, strict=True)):
        y = box.top + ROW * (number + 0.5) + 3
        drawing.text(box.left - 10, y + 4, shorten(own.label, labels), "end")
        drawing.text(width - 4, y + 4, words, "end")
        if math.isfinite(own.value):
            _bar(drawing, own, y, box, f"{own.label}: {words}")
    drawing.line(box.x(0), box.top, box.x(0), box.bottom, "sl-axis")
    return drawing.svg(texts)


def bars_rows(bars: tuple[Bar, ...]) -> list[tuple[str, float, float, float, str]]:
    """Rows of label, value, low, high and note."""
    return [(own.label, own.value, own.low, own.high, own.note) for own in bars]


def _bar(drawing: Drawing, bar: Bar, y: float, box: Box, title: str) -> None:
    start, end = sorted((box.x(0), box.x(bar.value)))
    drawing.element("rect", title, x=start, y=y - 7, width=end - start, height=14, fill=COLOURS[bar.series % 6],
                    **{"class": f"sl-bar sl-{bar.series % 6 + 1}"})  # fmt: skip
    if math.isfinite(bar.low) and math.isfinite(bar.high):
        for stroke, wide in (("#ffffff", 3.6), ("#1a1a1a", 1.4)):  # seen on the bar and on the ground
            drawing.element("line", x1=box.x(bar.low), x2=box.x(bar.high), y1=y, y2=y, stroke=stroke, stroke_width=wide,
                            **{"class": "sl-whisker"})  # fmt: skip

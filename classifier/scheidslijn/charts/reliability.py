"""Reliability diagrams: how often a code was right at each probability, against the diagonal of a perfect model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheidslijn.charts.frame import (
    LEGEND,
    Box,
    draw_across,
    draw_legend,
    draw_stroke,
    draw_up,
    legend_width,
    room_left,
)
from scheidslijn.charts.svg import COLOURS, ENGLISH, Drawing, Numbers, Texts
from scheidslijn.charts.ticks import nice_axis

SIDE, STRIP, GAP = 210.0, 34.0, 26.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Passages of about one probability.

    Attributes:
        predicted: their mean probability, 0 to 1.
        observed: the share of them that has the code, 0 to 1.
        low, high: interval of that share; NaN for none.
        count: how many passages.
    """

    predicted: float
    observed: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: its name ("after calibration") and its bins, in rising order of probability."""

    name: str
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram: its heading ("thema"), its curves, and a line of text beneath the heading ("ECE 0.03")."""

    name: str
    series: tuple[Series, ...]
    note: str = ""


def reliability_svg(
    panels: tuple[Panel, ...], texts: Texts, *, counts: str = "", columns: int = 3, numbers: Numbers = ENGLISH
) -> str:
    """Draw a diagram per panel, in rows of `columns`.

    Args:
        texts: `x` and `y` label the axes ("mean probability", "share with the code").
        counts: what the strip beneath each diagram counts ("passages"); bars there show how many lie where.

    A curve has the same colour and mark in every panel; a legend names them where there is more than one.
    """
    names = list(dict.fromkeys(one.name for panel in panels for one in panel.series))
    axis = nice_axis([], 5, low=0.0, high=1.0)
    left, top = room_left(axis, numbers) + 24, 44.0
    cell_width, cell_height = left + SIDE + GAP, top + SIDE + STRIP + 62
    across, legend = max(1, min(columns, len(panels))), LEGEND if len(names) > 1 else 0.0
    width = max(across * cell_width, left + legend_width(names) if legend else 0)
    drawing = Drawing(width, legend + -(-len(panels) // across) * cell_height)
    if legend:
        draw_legend(drawing, names, left, 18)
    for number, panel in enumerate(panels):
        x, y = (number % across) * cell_width + left, legend + (number // across) * cell_height + top
        _panel(drawing, panel, names, Box(x, y, x + SIDE, y + SIDE, axis, axis), texts, counts, numbers)
    return drawing.svg(texts)


def reliability_rows(panels: tuple[Panel, ...]) -> list[tuple[str, str, float, float, float, float, int]]:
    """Rows of panel, curve, mean probability, observed share, its low and high, and number of passages."""
    return [
        (panel.name, one.name, own.predicted, own.observed, own.low, own.high, own.count)
        for panel in panels for one in panel.series for own in one.bins
    ]  # fmt: skip


def _panel(
    drawing: Drawing, panel: Panel, names: list[str], box: Box, texts: Texts, counts: str, numbers: Numbers
) -> None:
    drawing.text(box.left, box.top - 25, panel.name, bold=True)
    drawing.text(box.left, box.top - 9, panel.note, faint=True, size=11)
    strip = Box(box.left, box.bottom + 8, box.right, box.bottom + 8 + STRIP, box.across, box.up)
    draw_up(drawing, box, numbers, texts.y)
    for value in box.across.ticks:
        drawing.line(box.x(value), box.top, box.x(value), box.bottom)
    drawing.line(box.left, box.bottom, box.right, box.bottom, "sl-axis")
    draw_across(drawing, strip, numbers, texts.x)
    drawing.line(box.x(0), box.y(0), box.x(1), box.y(1), "sl-reference")
    most = max((own.count for one in panel.series for own in one.bins), default=0)
    if counts and most:
        drawing.text(strip.left - 7, strip.top + 8, str(most), "end", faint=True, size=10)
    for one in panel.series:
        number = names.index(one.name)
        _stems(drawing, one, number, strip, most, f" {counts}" if counts else "")
        _curve(drawing, one, number, box, numbers)


def _curve(drawing: Drawing, series: Series, number: int, box: Box, numbers: Numbers) -> None:
    colour, look = COLOURS[number % 6], f"sl-{number % 6 + 1}"
    shift = 1.6 * number  # so that the intervals of two curves stay apart
    bins = [own for own in series.bins if math.isfinite(own.predicted) and math.isfinite(own.observed)]
    draw_stroke(drawing, [(box.x(own.predicted), box.y(own.observed)) for own in bins], number)
    for own in bins:
        x = box.x(own.predicted) + shift
        if math.isfinite(own.low) and math.isfinite(own.high):
            drawing.element("line", x1=x, x2=x, y1=box.y(own.low), y2=box.y(own.high), stroke=colour,
                            stroke_width=1.2, stroke_opacity=0.75, **{"class": f"sl-whisker {look}"})  # fmt: skip
        shown = f"{numbers.text(own.predicted)} → {numbers.interval(own.observed, own.low, own.high)}; n = {own.count}"
        drawing.mark(box.x(own.predicted), box.y(own.observed), number, f"{series.name}: {shown}")


def _stems(drawing: Drawing, series: Series, number: int, strip: Box, most: int, counts: str) -> None:
    for own in (one for one in series.bins if math.isfinite(one.predicted)):
        height = (strip.bottom - strip.top) * own.count / max(1, most)
        x = strip.x(own.predicted) + 4 * number - 2
        drawing.element("rect", f"{own.count}{counts}", x=x, y=strip.bottom - height, width=3.4, height=height,
                        fill=COLOURS[number % 6], **{"class": f"sl-{number % 6 + 1}"})  # fmt: skip

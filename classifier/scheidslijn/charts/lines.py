"""Line charts with bands: learning curves, training curves, what is decided against how often it is wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheidslijn.charts.frame import Box, draw_across, draw_stroke, draw_up, path, room_left
from scheidslijn.charts.svg import COLOURS, ENGLISH, SIZE, Drawing, Numbers, Texts, shorten, width_of
from scheidslijn.charts.ticks import log_axis, nice_axis


@dataclass(frozen=True, slots=True)
class Point:
    """A value `y` at `x` with its interval from `low` to `high`; NaN for none."""

    x: float
    y: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class Line:
    """A series: its name and its points, in rising order of x. A point whose y is NaN breaks the line."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart with a label: upright at `x` ("kept step"), or level at `y` ("majority class")."""

    label: str
    x: float | None = None
    y: float | None = None


def lines_svg(
    lines: tuple[Line, ...], texts: Texts, *, marks: tuple[Mark, ...] = (), log_x: bool = False,
    low: float | None = None, high: float | None = None, width: float = 640, height: float = 320,
    numbers: Numbers = ENGLISH, x_numbers: Numbers | None = None,
) -> str:  # fmt: skip
    """Draw lines with their bands; each is named at its end, without a legend.

    Args:
        marks: reference lines.
        log_x: distances across are ratios (twice as many documents is one step everywhere); x must be above 0.
        low, high: ends of the vertical axis; None takes what the values need.
        width, height: pixels.
        x_numbers: how numbers across are written, default as `numbers`.
    """
    points = [own for one in lines for own in one.points]
    level = [mark.y for mark in marks if mark.y is not None]
    up = nice_axis([v for own in points for v in (own.y, own.low, own.high)] + level, 5, low, high)
    every = [own.x for own in points] + [mark.x for mark in marks if mark.x is not None]
    across = log_axis(every) if log_x else nice_axis(every, 6)
    left, top = room_left(up, numbers) + (24 if texts.y else 6), 18.0
    room = min(0.34 * width, max((width_of(one.name) for one in lines), default=0) + 18)
    box = Box(left, top, max(width - room - 6, left + 60), height - (46 if texts.x else 28), across, up)
    drawing = Drawing(width, height)
    draw_up(drawing, box, numbers, texts.y)
    draw_across(drawing, box, x_numbers or numbers, texts.x)
    for mark in marks:
        _mark(drawing, mark, box)
    for number, one in enumerate(lines):
        _band(drawing, one, number, box)
    for number, one in enumerate(lines):
        _line(drawing, one, number, box, numbers, x_numbers or numbers)
    _names(drawing, lines, box, room)
    return drawing.svg(texts)


def lines_rows(lines: tuple[Line, ...]) -> list[tuple[str, float, float, float, float]]:
    """Rows of series, x, y, low and high."""
    return [(one.name, own.x, own.y, own.low, own.high) for one in lines for own in one.points]


def _runs(points: tuple[Point, ...], *names: str) -> list[list[Point]]:
    """Stretches of points for which all of the named values are there."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if all(math.isfinite(getattr(point, name)) for name in ("x", *names)):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _band(drawing: Drawing, line: Line, number: int, box: Box) -> None:
    for run in _runs(line.points, "low", "high"):
        there = [(box.x(one.x), box.y(one.high)) for one in run]
        back = [(box.x(one.x), box.y(one.low)) for one in reversed(run)]
        look: dict[str, str | float] = {"class": f"sl-band sl-{number % 6 + 1}", "fill": COLOURS[number % 6]}
        if len(run) > 1:
            drawing.element("path", d=path(there + back) + "Z", fill_opacity=0.16, **look)
        else:
            drawing.element("line", x1=there[0][0], y1=there[0][1], x2=back[0][0], y2=back[0][1],
                            stroke=COLOURS[number % 6], stroke_width=1.4)  # fmt: skip


def _line(drawing: Drawing, line: Line, number: int, box: Box, numbers: Numbers, x_numbers: Numbers) -> None:
    for run in _runs(line.points, "y"):
        draw_stroke(drawing, [(box.x(one.x), box.y(one.y)) for one in run], number)
        if len(line.points) <= 40:  # a mark on each of a thousand steps would hide the line
            for one in run:
                at = x_numbers.text(one.x, box.across.digits)
                shown = f"{line.name}, {at}: {numbers.interval(one.y, one.low, one.high)}"
                drawing.mark(box.x(one.x), box.y(one.y), number, shown)


def _mark(drawing: Drawing, mark: Mark, box: Box) -> None:
    if mark.x is not None:
        x = box.x(mark.x)
        drawing.line(x, box.top, x, box.bottom, "sl-reference")
        late = x + 6 + width_of(mark.label) > box.right
        drawing.text(x - 5 if late else x + 5, box.top - 5, mark.label, "end" if late else "start", faint=True, size=11)
    if mark.y is not None:
        drawing.line(box.left, box.y(mark.y), box.right, box.y(mark.y), "sl-reference")
        drawing.text(box.left + 6, box.y(mark.y) - 5, mark.label, faint=True, size=11)


def _names(drawing: Drawing, lines: tuple[Line, ...], box: Box, room: float) -> None:
    """Write each name beside the end of its line, moved apart where ends meet."""
    ends = []
    for number, one in enumerate(lines):
        if runs := _runs(one.points, "y"):
            ends.append((box.y(runs[-1][-1].y), number, one.name))
    ends.sort()
    step, places = SIZE + 3.0, [end[0] for end in ends]
    for at in range(1, len(places)):
        places[at] = max(places[at], places[at - 1] + step)
    over = max(0.0, places[-1] - box.bottom) if places else 0.0
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], box.bottom + (at + 1 - len(places)) * step) if over else places[at]
    for y, (_, number, name) in zip(places, ends, strict=True):
        drawing.text(box.right + 9, y + 4, shorten(name, room), kind=f"sl-{number % 6 + 1}")

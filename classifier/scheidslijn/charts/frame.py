"""The box of a chart: its axes, ticks, labels and legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scheidslijn.charts.svg import COLOURS, DASHES, Drawing, Numbers, width_of
from scheidslijn.charts.ticks import Axis

LEGEND = 26.0
"""Height of a legend, in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where values are drawn: edges in pixels from the upper left corner, and an axis each way."""

    left: float
    top: float
    right: float
    bottom: float
    across: Axis
    up: Axis

    @property
    def x(self) -> Callable[[float], float]:
        """From a value to its place across."""
        return self.across.place(self.left, self.right)

    @property
    def y(self) -> Callable[[float], float]:
        """From a value to its place up."""
        return self.up.place(self.bottom, self.top)


def draw_up(drawing: Drawing, box: Box, numbers: Numbers, label: str = "") -> None:
    """Draw the vertical axis with its grid, tick labels and label."""
    for value in box.up.ticks:
        drawing.line(box.left, box.y(value), box.right, box.y(value))
        drawing.text(box.left - 7, box.y(value) + 4, tick_label(value, box.up, numbers), "end", faint=True)
    drawing.line(box.left, box.top, box.left, box.bottom, "sl-axis")
    if label:
        x = box.left - room_left(box.up, numbers) - 6
        drawing.text(x, (box.top + box.bottom) / 2, label, "middle", turn=True)


def draw_across(drawing: Drawing, box: Box, numbers: Numbers, label: str = "") -> None:
    """Draw the horizontal axis with its grid, tick labels (none over another) and label; 40 pixels below the box."""
    free = -1e9
    for value in box.across.ticks:
        x, text = box.x(value), tick_label(value, box.across, numbers)
        drawing.line(x, box.top, x, box.bottom)
        drawing.line(x, box.bottom, x, box.bottom + 4, "sl-axis")
        if x - width_of(text) / 2 >= free:
            drawing.text(x, box.bottom + 17, text, "middle", faint=True)
            free = x + width_of(text) / 2 + 2
    drawing.line(box.left, box.bottom, box.right, box.bottom, "sl-axis")
    if label:
        drawing.text((box.left + box.right) / 2, box.bottom + 35, label, "middle")


def draw_legend(drawing: Drawing, names: Sequence[str], x: float, y: float) -> None:
    """Draw a line with line, mark and name of each series; `y` is the baseline."""
    for number, name in enumerate(names):
        draw_stroke(drawing, [(x, y - 4), (x + 24, y - 4)], number)
        drawing.mark(x + 12, y - 4, number)
        drawing.text(x + 30, y, name)
        x += legend_width([name])


def legend_width(names: Sequence[str]) -> float:
    """Pixels that a legend takes."""
    return sum(46 + width_of(name) for name in names)


def draw_stroke(drawing: Drawing, points: list[tuple[float, float]], series: int) -> None:
    """Draw the line of a series, from 0, through points in pixels."""
    more = {"stroke_dasharray": DASHES[series % 6]} if DASHES[series % 6] else {}
    drawing.element(
        "path", d=path(points), fill="none", stroke=COLOURS[series % 6], stroke_width=2, stroke_linejoin="round",
        **{"class": f"sl-line sl-{series % 6 + 1}"} | more,
    )  # fmt: skip


def path(points: Sequence[tuple[float, float]]) -> str:
    """The `d` of a path through points in pixels."""
    return "".join(f"{'L' if at else 'M'}{x:.2f} {y:.2f}" for at, (x, y) in enumerate(points))


def room_left(up: Axis, numbers: Numbers) -> float:
    """Pixels that the tick labels of a vertical axis take."""
    return 9 + max((width_of(tick_label(value, up, numbers)) for value in up.ticks), default=0.0)


def tick_label(value: float, axis: Axis, numbers: Numbers) -> str:
    """A tick as text: with the decimals that the axis needs, and thin spaces between thousands."""
    if axis.digits == 0 and abs(value) >= 10_000 and not numbers.percent:
        return f"{value:,.0f}".replace(",", "\u202f").replace("-", "−")
    return numbers.text(value, axis.digits)

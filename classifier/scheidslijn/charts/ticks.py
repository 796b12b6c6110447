"""Where the ticks of an axis stand: round numbers, about as many as asked, never two on one place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Steps that people can count in; after Heckbert, *Nice numbers for graph labels* (Graphics Gems, 1990)."""
MOST = 1e12
"""Larger values are drawn at the end of the axis."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale with its ticks.

    Attributes:
        low, high: the ends of the axis, `low < high`.
        ticks: values from `low` to `high`, rising.
        digits: decimals that tell the ticks apart.
        log: whether distances are ratios; then all values are above 0.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    digits: int
    log: bool = False

    def place(self, start: float, end: float) -> Callable[[float], float]:
        """Return the function from a value to its place between `start` and `end`; values outside stay at the ends."""
        bend = math.log if self.log else float

        def placed(value: float) -> float:
            held = min(max(value, self.low), self.high)
            share = (bend(held) - bend(self.low)) / (bend(self.high) - bend(self.low))
            return start + share * (end - start)

        return placed


def nice_axis(values: Iterable[float], count: int = 5, low: float | None = None, high: float | None = None) -> Axis:
    """An axis that holds all finite values.

    Args:
        values: what must fit; those that are not finite, or beyond `MOST`, are passed over.
        count: about how many steps, at least 1.
        low, high: ends that are fixed; an end that is None becomes the next tick outside the values.

    >>> nice_axis([0.13, 0.88]).ticks
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    >>> nice_axis([3, 7], low=3, high=7).ticks
    (3.0, 4.0, 5.0, 6.0, 7.0)
    """
    finite = [float(value) for value in values if abs(value) <= MOST]
    least = min(finite, default=0.0) if low is None else low
    most = max(finite, default=1.0) if high is None else high
    if not least < most or most - least < 1e-9 * max(abs(least), abs(most)):
        pad = 0.5 * abs(least) or 0.5
        least, most = (least if low is not None else least - pad), (least + pad if high is None else most)
        if not least < most:  # both ends fixed, the wrong way round
            most = least + pad
    step, digits = _step((most - least) / max(1, count))
    first = math.ceil(least / step - 1e-9) if low is not None else math.floor(least / step + 1e-9)
    last = math.floor(most / step + 1e-9) if high is not None else math.ceil(most / step - 1e-9)
    ticks = tuple(round(number * step, digits) + 0.0 for number in range(first, last + 1))
    return Axis(least if low is not None else ticks[0], most if high is not None else ticks[-1], ticks, digits)


def log_axis(values: Iterable[float]) -> Axis:
    """An axis of ratios that holds all values above 0, with ticks at 1, 2 and 5 times powers of ten.

    >>> log_axis([3, 90]).ticks
    (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
    """
    positive = [float(value) for value in values if 1 / MOST <= value <= MOST]
    low, high = min(positive, default=1.0), max(positive, default=10.0)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = [1.0, 2.0, 5.0] if last - first <= 3 else [1.0]
    grid = [times * 10.0**power for power in range(first, last + 1) for times in every]
    start = max((one for one in grid if one <= low * (1 + 1e-9)), default=grid[0])
    end = min((one for one in grid if one >= high * (1 - 1e-9)), default=grid[-1])
    if end <= start:
        start, end = start / 2, end * 2
    digits = max(0, -math.floor(math.log10(start)))
    return Axis(start, end, tuple(one for one in grid if start <= one <= end), digits, log=True)


def _step(raw: float) -> tuple[float, int]:
    power = math.floor(math.log10(raw))
    times = next(one for one in STEPS if one >= raw / 10.0**power * (1 - 1e-9))
    digits = -power + (1 if times == 2.5 else -1 if times == 10 else 0)
    return times * 10.0**power, max(0, digits)

"""Gutters: white rectangles that stand between columns.

After Breuel, "Two geometric algorithms for layout analysis" (2002), much simplified: a hole between two units on one
strip is stretched up and down as long as it stays wide enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from scheidslijn.reading.pdf_units import Unit


@dataclass(slots=True)
class Strip:
    """Units that overlap in height, with white above and below."""

    y0: float
    y1: float
    units: list[Unit]


def strips_of(units: Iterable[Unit]) -> list[Strip]:
    """Cut a region at every height that no unit crosses (boxes shaved by 15 % above and below, as type overlaps)."""
    strips: list[Strip] = []
    for unit in sorted(units, key=lambda one: one.y0):
        shave = 0.15 * (unit.y1 - unit.y0)
        top, foot = unit.y0 + shave, unit.y1 - shave
        if strips and top < strips[-1].y1:
            strips[-1].units.append(unit)
            strips[-1].y1 = max(strips[-1].y1, foot)
        else:
            strips.append(Strip(top, foot, [unit]))
    return strips


def holes(units: Sequence[Unit]) -> list[tuple[float, float]]:
    """The white stretches between units, left to right: `(x0, x1)` where no unit stands, the outer margins excluded."""
    found = []
    reach = float("-inf")
    for unit in sorted(units, key=lambda one: one.x0):
        if unit.x0 > reach and reach > float("-inf"):
            found.append((reach, unit.x0))
        reach = max(reach, unit.x1)
    return found


@dataclass(frozen=True, slots=True)
class Gutter:
    """A white rectangle between strips `first` and `last` (inclusive), with lines on both sides."""

    x0: float
    x1: float
    first: int
    last: int
    sides: int

    @property
    def score(self) -> float:
        """Taller is better; width breaks ties."""
        return self.sides + min(self.x1 - self.x0, 40.0) / 100


def find_gutter(strips: Sequence[Strip]) -> Gutter | None:
    """The gutter with most lines on both sides, or None when there is none."""
    best: Gutter | None = None
    tried: set[tuple[int, int]] = set()
    for at, strip in enumerate(strips):
        size = median(u.size for u in strip.units)
        for x0, x1 in holes(strip.units):
            if x1 - x0 < 0.8 * size or (best and best.first <= at <= best.last and best.x0 >= x0 and best.x1 <= x1):
                continue
            gutter = _grow(strips, at, x0, x1, 0.75 * size)
            if (gutter.first, round(gutter.x0)) in tried:
                continue
            tried.add((gutter.first, round(gutter.x0)))
            if gutter.sides >= _enough((gutter.x1 - gutter.x0) / size) and (best is None or gutter.score > best.score):
                best = gutter
    return best


def _enough(width: float) -> int:
    """How many lines a gutter of this width (in type sizes) needs on both sides.

    The spaces of justified type are wide, and now and then stand below each other on two or three lines.
    """
    if width >= 2.5:
        return 2
    return 4 if width >= 1.5 else 6


def _grow(strips: Sequence[Strip], at: int, x0: float, x1: float, narrowest: float) -> Gutter:
    """Stretch a hole up and down as long as it stays wide enough."""
    first = last = at
    for step in (-1, 1):
        place = at + step
        while 0 <= place < len(strips):
            low, high = _clear(strips[place], x0, x1)
            if high - low < narrowest:
                break
            x0, x1 = low, high
            first, last = min(first, place), max(last, place)
            place += step
    both = [n for n in range(first, last + 1) if _sides(strips[n], x0) == (True, True)]
    first, last = _trim(strips, first, last, both, x0)
    left = sum(u.x1 <= x0 + 1 for s in strips[first : last + 1] for u in s.units)
    right = sum(u.x0 >= x1 - 1 for s in strips[first : last + 1] for u in s.units)
    return Gutter(x0, x1, first, last, min(left, right))


def _clear(strip: Strip, x0: float, x1: float) -> tuple[float, float]:
    """The widest part of `(x0, x1)` that no unit of the strip covers."""
    pieces = [(x0, x1)]
    for unit in strip.units:
        cut = []
        for low, high in pieces:
            if unit.x0 >= high or unit.x1 <= low:
                cut.append((low, high))
                continue
            cut += [(low, unit.x0)] if unit.x0 > low else []
            cut += [(unit.x1, high)] if unit.x1 < high else []
        pieces = cut
    return max(pieces, key=lambda piece: piece[1] - piece[0], default=(x0, x0))


def _sides(strip: Strip, x: float) -> tuple[bool, bool]:
    return any(u.x1 <= x + 1 for u in strip.units), any(u.x0 >= x - 1 for u in strip.units)


def _trim(strips: Sequence[Strip], first: int, last: int, both: Sequence[int], x: float) -> tuple[int, int]:
    """Leave out one-sided strips at the ends of a gutter that stand apart: a heading above or a paragraph below it."""
    low, high = both[0], both[-1]
    size = median(u.size for u in strips[low].units)
    start = low
    while (
        start > first
        and strips[start].y0 - strips[start - 1].y1 < 1.1 * size
        and _like(strips[start - 1], strips[start])
    ):
        start -= 1
    end = high
    while end < last and strips[end + 1].y0 - strips[end].y1 < 1.9 * size and _like(strips[end + 1], strips[end]):
        end += 1
    if end == last and last < len(strips) - 1 and end > high and _heads(strips, end):
        end -= 1  # the last line stands over what follows at full width
    return start, end


def _like(one: Strip, beside: Strip) -> bool:
    """Whether a strip is set in type that the strip next to it has as well."""
    size = one.units[0].size
    return any(abs(unit.size - size) < 0.15 * size for unit in beside.units)


def _heads(strips: Sequence[Strip], at: int) -> bool:
    above, below = strips[at].y0 - strips[at - 1].y1, strips[at + 1].y0 - strips[at].y1
    return below < 0.8 * above and all(u.bold for u in strips[at].units)

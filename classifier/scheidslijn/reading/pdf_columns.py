"""Columns and reading order: cutting a page at its gutters, top to bottom and left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheidslijn.reading.pdf_gutters import Strip, find_gutter, strips_of
from scheidslijn.reading.pdf_units import Unit

MAX_DEPTH = 12


@dataclass(slots=True)
class Region:
    """Units that are read together: one column, or a band of columns `sides` that may be a table."""

    units: list[Unit]
    sides: tuple[list[Unit], list[Unit]] | None = None


def regions_of(units: Sequence[Unit], depth: int = 0) -> list[Region]:
    """Cut a page into bands, in reading order; a band with a gutter keeps its two sides, still to be judged."""
    if len(units) < 4 or depth > MAX_DEPTH:
        return [Region(list(units))] if units else []
    strips = strips_of(units)
    gutter = find_gutter(strips)
    if gutter is None:
        return [Region(list(units))]
    above = [u for s in strips[: gutter.first] for u in s.units]
    below = [u for s in strips[gutter.last + 1 :] for u in s.units]
    middle = (gutter.x0 + gutter.x1) / 2
    return [
        *regions_of(above, depth + 1),
        *(_sided(part, middle) for part in _sections(strips[gutter.first : gutter.last + 1], middle)),
        *regions_of(below, depth + 1),
    ]


def _sided(band: list[Unit], middle: float) -> Region:
    left = [u for u in band if u.x0 < middle]
    right = [u for u in band if u.x0 >= middle]
    return Region(band, (left, right) if left and right else None)


def _sections(strips: Sequence[Strip], middle: float) -> list[list[Unit]]:
    """Cut a band where both sides start anew at one height after a wide gap: what stands side by side goes together."""
    parts: list[list[Unit]] = [list(strips[0].units)]
    for above, below in pairwise(strips):
        size = below.units[0].size
        tops = [min((u.y0 for u in below.units if (u.x0 < middle) is left), default=None) for left in (True, False)]
        level = tops[0] is not None and tops[1] is not None and abs(tops[0] - tops[1]) < 0.4 * size
        both = any(u.x0 < middle for u in parts[-1]) and any(u.x0 >= middle for u in parts[-1])
        if level and both and below.y0 - above.y1 > 2.2 * size:
            parts.append([])
        parts[-1].extend(below.units)
    return parts

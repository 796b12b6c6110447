"""Units: what a page layout moves as one, a line or a bullet with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scheidslijn.reading.pdf_page import Line

GLYPH = r"[•◦▪▫■□●○◾◆◇‣⁃∙·►▶▸➢➤➔→✓✔☑❖❑❒\u2460-\u24ff\u2776-\u2793\uf000-\uf0ff]"
MARKER = re.compile(rf"(?:{GLYPH}|[-–—*o§ü]|\(?\d{{1,3}}(?:\.\d{{1,3}})*[.):]?|\(?[a-zA-Z][.)]|\(?[ivxIVX]{{1,5}}[.)])")


@dataclass(slots=True)
class Unit:
    """What is moved as one: a line, a bullet with its line, or a whole ruled table (`table`, without lines).

    `size` is the type size of its longest line.
    """

    lines: list[Line]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    table: object = None

    @property
    def bold(self) -> bool:
        """Whether the unit opens in bold."""
        return bool(self.lines) and self.lines[0].style.bold


def unit_of(lines: Sequence[Line]) -> Unit:
    """A unit with the box around these lines, left to right."""
    if len(lines) == 1:
        line = lines[0]
        return Unit([line], line.x0, line.y0, line.x1, line.y1, line.size)
    longest = max(lines, key=lambda line: len(line.text))
    return Unit(
        sorted(lines, key=lambda line: line.x0),
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
        longest.size,
    )


def same_row(one: Line | Unit, other: Line | Unit, share: float = 0.5) -> bool:
    """Whether two boxes overlap in height by at least this share of the lower one."""
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap >= share * min(one.y1 - one.y0, other.y1 - other.y0)


def glue_markers(lines: Sequence[Line]) -> list[Unit]:
    """Units of a page: a bullet or number that stands before a line, however wide the tab, is glued to it."""
    units: list[Unit] = []
    taken: set[int] = set()
    ordered = sorted(lines, key=lambda line: (line.y0, line.x0))
    for at, line in enumerate(ordered):
        if len(line.text) > 12 or not MARKER.fullmatch(line.text.strip()):
            continue
        near = [
            other
            for other in ordered[max(0, at - 40) : at + 40]
            if other is not line
            and 0 <= other.x0 - line.x1 < 4.5 * max(line.size, other.size) + 8
            and same_row(line, other)
            and id(other) not in taken
        ]
        if near and id(line) not in taken:
            text = min(near, key=lambda other: other.x0)
            if not MARKER.fullmatch(text.text.strip()) and not re.fullmatch(r"[\d.,%€ ]+", text.text):
                taken |= {id(line), id(text)}
                units.append(unit_of([line, text]))
    units.extend(unit_of([line]) for line in lines if id(line) not in taken)
    return units

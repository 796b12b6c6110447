"""Ruled tables: grids of horizontal and vertical rulings, and the text in their cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from scheidslijn.reading.pdf_page import Box, Line, PageText
from scheidslijn.reading.pdf_rows import Row, rows_of
from scheidslijn.reading.pdf_tables import Grid, is_headed
from scheidslijn.reading.pdf_units import Unit, glue_markers

NEAR = 3.0
"""Points within which rulings are taken to meet or to lie on one level."""
MAX_RULES = 4000


def take_ruled_tables(page: PageText) -> list[Unit]:
    """Find the ruled tables of a page; their lines get the kind `cell`, and each table comes back as one unit.

    A grid needs at least two columns and two rows of cells with text; a box around text is no table.
    """
    flat = _levels([r for r in page.rules[:MAX_RULES] if r.y1 - r.y0 <= 2.5 and r.x1 - r.x0 > 8], flat=True)
    tall = _levels([r for r in page.rules[:MAX_RULES] if r.x1 - r.x0 <= 2.5 and r.y1 - r.y0 > 6], flat=False)
    if len(flat) < 3 or len(tall) < 2:
        return []
    tables = []
    for box, members in _joined(_components(flat, tall)):
        lines = [line for line in page.lines if not line.kind and box.holds((line.x0 + line.x1) / 2, line.middle)]
        unit = _table(box, members, lines, page)
        if unit is not None:
            tables.append(unit)
            for line in lines:
                line.kind = "cell"
    return tables


def _levels(rules: Sequence[Box], flat: bool) -> list[Box]:
    """Join pieces of ruling on one level that touch, so that a border drawn cell by cell becomes one line."""
    turned = rules if flat else [Box(r.y0, r.x0, r.y1, r.x1) for r in rules]
    merged: list[Box] = []
    open_now: list[Box] = []
    for rule in sorted(turned, key=lambda r: (round(r.y0), r.x0)):
        open_now = [r for r in open_now if rule.y0 - r.y0 <= NEAR]
        for other in open_now:
            if rule.x0 <= other.x1 + NEAR and rule.x1 >= other.x0 - NEAR:
                joined = Box(min(rule.x0, other.x0), other.y0, max(rule.x1, other.x1), other.y1)
                merged[merged.index(other)] = joined
                open_now[open_now.index(other)] = joined
                break
        else:
            merged.append(rule)
            open_now.append(rule)
    return merged if flat else [Box(r.y0, r.x0, r.y1, r.x1) for r in merged]


def _components(flat: Sequence[Box], tall: Sequence[Box]) -> list[list[Box]]:
    """Groups of rulings that meet."""
    left = [*flat, *tall]
    groups = []
    while left:
        group = [left.pop()]
        at = 0
        while at < len(group):
            one = group[at]
            met = [r for r in left if _meet(one, r)]
            if met:
                chosen = set(map(id, met))
                left = [r for r in left if id(r) not in chosen]
                group += met
            at += 1
        if len(group) >= 5:
            groups.append(group)
    return groups


def _meet(one: Box, other: Box) -> bool:
    return (
        one.x0 <= other.x1 + NEAR
        and other.x0 <= one.x1 + NEAR
        and one.y0 <= other.y1 + NEAR
        and other.y0 <= one.y1 + NEAR
    )


def _joined(groups: Sequence[Sequence[Box]]) -> list[tuple[Box, list[Box]]]:
    """Groups with their boxes; groups of one width that stand close above each other are one table."""
    found: list[tuple[Box, list[Box]]] = []
    for group in sorted(groups, key=lambda g: min(r.y0 for r in g)):
        box = Box(
            min(r.x0 for r in group), min(r.y0 for r in group), max(r.x1 for r in group), max(r.y1 for r in group)
        )
        if found:
            last, members = found[-1]
            if abs(last.x0 - box.x0) < 6 and abs(last.x1 - box.x1) < 6 and -NEAR < box.y0 - last.y1 < 16:
                found[-1] = (Box(last.x0, last.y0, last.x1, max(last.y1, box.y1)), members + list(group))
                continue
        found.append((box, list(group)))
    return found


def _table(box: Box, rules: Sequence[Box], lines: Sequence[Line], page: PageText) -> Unit | None:
    width, height = box.x1 - box.x0, box.y1 - box.y0
    xs = _cuts([(r.x0, r.y1 - r.y0) for r in rules if r.x1 - r.x0 <= 2.5], 0.25 * height)
    ys = _cuts([(r.y0, r.x1 - r.x0) for r in rules if r.y1 - r.y0 <= 2.5], 0.4 * width)
    if len(xs) < 3 or len(ys) < 3 or len(lines) < 4:
        return None
    cells: list[list[list[Row]]] = []
    filled = 0
    for low, high in itertools.pairwise(ys):
        inside = [line for line in lines if low <= line.middle < high]
        if not inside:
            continue
        row = []
        for x0, x1 in zip([float("-inf"), *xs[1:-1]], [*xs[1:-1], float("inf")], strict=True):
            own = [line for line in inside if x0 <= _anchor(line, xs) < x1]
            row.append(rows_of(glue_markers(own), page.text))
            filled += bool(own)
        cells.append(row)
    placed = sum(len(line) for row in cells for cell in row for one in cell for line in one.spans)
    several = sum(sum(bool(cell) for cell in row) >= 2 for row in cells)
    if len(cells) < 2 or several < 2 or filled < 0.3 * len(cells) * (len(xs) - 1) or not placed:
        return None
    outside = [line for line in lines if not ys[0] <= line.middle < ys[-1]]
    if outside:
        return None
    used = [c for c in range(len(xs) - 1) if any(row[c] for row in cells)]
    cells = [[row[c] for c in used] for row in cells]
    grid = Grid([xs[c] - 1 for c in used], cells, is_headed(cells), True)
    return Unit([], box.x0, box.y0, box.x1, box.y1, median(line.size for line in lines), grid)


def _anchor(line: Line, xs: Sequence[float]) -> float:
    """The x by which a line goes to a column: its middle, or its head when it spans columns."""
    spans = sum(line.x0 + 2 < x < line.x1 - 2 for x in xs)
    return line.x0 + 2 if spans else (line.x0 + line.x1) / 2


def _cuts(found: Sequence[tuple[float, float]], least: float) -> list[float]:
    """Levels of rulings that together are at least `least` points long."""
    cuts: list[list[float]] = []
    for at, length in sorted(found):
        if cuts and at - cuts[-1][0] <= NEAR + 1:
            cuts[-1][1] += length
        else:
            cuts.append([at, length])
    return [at for at, length in cuts if length >= least]

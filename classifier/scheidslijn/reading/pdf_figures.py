"""Figures: labels and numbers inside charts, which are no sentences to code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheidslijn.reading.pdf_furniture import free
from scheidslijn.reading.pdf_page import Box, Line, PageText

_NUMBER = re.compile(r"[-+<>±€ ]*[\d.,]+ ?(?:%|e|x|k|mln|mld)?|'\d{2}|[\d.,%€+\-–/ ]+|\d+e \w+")
_SOURCE = re.compile(r"bron(?:nen)?:", re.IGNORECASE)
MANY_PATHS = 25


def mark_figures(page: PageText, size: float) -> None:
    """Mark short isolated labels near numbers as `figure`, on pages that draw enough to hold a chart.

    Text set letter by letter down the page (a print number along the edge) is marked as well.
    """
    _mark_upright(page)
    if page.drawn < MANY_PATHS and not page.pictures:
        return
    labels = [line for line in free(page) if _is_label(line, size)]
    numbers = {id(line) for line in labels if _NUMBER.fullmatch(line.text.strip())}
    if len(numbers) < 4 or len(labels) < 6:
        return
    for cluster in _clusters(labels, page.shapes, 3.5 * size):
        inside = sum(id(line) in numbers for line in cluster)
        if inside >= 3 and len(cluster) >= 5 and inside >= 0.25 * len(cluster):
            _mark_cluster(page, cluster, size)
    _mark_neighbours(page, size)


def _mark_neighbours(page: PageText, size: float) -> None:
    """On a page full of charts, short lines beside what is marked belong to a chart, and so do their sources."""
    known = [line for line in page.lines if line.kind == "figure"]
    if len(known) < 10:
        return
    for line in free(page):
        words = len(line.text.split())
        short = words <= 5 and line.size < 1.02 * size and line.text.strip()[-1:] not in ".;:?!"
        box = _grown(line.box, 1.5 * size)
        if _SOURCE.match(line.text) and line.size < 1.02 * size:
            line.kind = "figure"
        elif short and any(o.x0 < box.x1 and o.x1 > box.x0 and o.y0 < box.y1 and o.y1 > box.y0 for o in known):
            line.kind = "figure"
            known.append(line)


def _mark_cluster(page: PageText, cluster: Sequence[Line], size: float) -> None:
    hull = Box(
        min(line.x0 for line in cluster) - 2,
        min(line.y0 for line in cluster) - 2,
        max(line.x1 for line in cluster) + 2,
        max(line.y1 for line in cluster) + 2 * size,
    )
    for line in cluster:
        line.kind = "figure"
    for line in free(page):
        if not (hull.x0 <= line.x0 and line.x1 <= hull.x1 and hull.y0 <= line.middle <= hull.y1):
            continue
        if (len(line.text) <= 60 and line.size < 1.02 * size) or _SOURCE.match(line.text):
            line.kind = "figure"


def _mark_upright(page: PageText) -> None:
    bits = [line for line in free(page) if len(line.text.strip()) <= 2]
    for line in bits:
        column = [
            o for o in bits if abs((o.x0 + o.x1) - (line.x0 + line.x1)) < 4 and abs(o.y0 - line.y0) < 12 * line.size
        ]
        if len(column) >= 6 and sum(o.text.strip().isalpha() for o in column) >= 2:
            for one in column:
                one.kind = "figure"


def _is_label(line: Line, size: float) -> bool:
    text = line.text.strip()
    return len(text) <= 40 and len(text.split()) <= 6 and line.size <= 1.05 * size and text[-1:] not in ".;:"


def _clusters(lines: Sequence[Line], shapes: Sequence[Box], reach: float) -> list[list[Line]]:
    """Lines grouped so that each is within `reach` points of another of its group, or of a shape that is."""
    left: list[Line | Box] = [*lines, *shapes]
    groups = []
    while left:
        group = [left.pop(0)]
        at = 0
        while at < len(group):
            one = group[at]
            box = _grown(one if isinstance(one, Box) else one.box, reach)
            near = [o for o in left if o.x0 < box.x1 and o.x1 > box.x0 and o.y0 < box.y1 and o.y1 > box.y0]
            if near:
                chosen = set(map(id, near))
                left = [o for o in left if id(o) not in chosen]
                group += near
            at += 1
        groups.append([one for one in group if isinstance(one, Line)])
    return groups


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 - by, box.y0 - by / 2, box.x1 + by, box.y1 + by / 2)

"""Figures: labels and numbers inside charts, which are no sentences to code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheidslijn.reading.pdf_furniture import free
from scheidslijn.reading.pdf_page import Box, Line, PageText

_FIGURE_LIKE = re.compile(r"[\d.,%€+\-–/ x*]+|'?\d{2,4}|[\d.,]+ ?%?")
MANY_PATHS = 40


def mark_figures(page: PageText, size: float) -> None:
    """Mark short isolated labels near numbers as `figure`, on pages that draw enough to hold a chart."""
    if page.drawn < MANY_PATHS and not page.pictures:
        return
    labels = [line for line in free(page) if _is_label(line, size)]
    numbers = [line for line in labels if _FIGURE_LIKE.fullmatch(line.text.strip())]
    if len(numbers) < 4 or len(labels) < 6:
        return
    for cluster in _clusters(labels, 4 * size):
        inside = [line for line in cluster if line in numbers]
        if len(inside) >= 3 and len(cluster) >= 5 and len(inside) >= 0.25 * len(cluster):
            for line in cluster:
                line.kind = "figure"


def _is_label(line: Line, size: float) -> bool:
    text = line.text.strip()
    return len(text) <= 40 and len(text.split()) <= 6 and line.size <= 1.05 * size and text[-1:] not in ".;:"


def _clusters(lines: Sequence[Line], reach: float) -> list[list[Line]]:
    """Lines grouped so that each is within `reach` points of another of its group."""
    left = list(lines)
    groups = []
    while left:
        group = [left.pop()]
        at = 0
        while at < len(group):
            box = _grown(group[at].box, reach)
            near = [o for o in left if o.x0 < box.x1 and o.x1 > box.x0 and o.y0 < box.y1 and o.y1 > box.y0]
            group += near
            left = [o for o in left if o not in near]
            at += 1
        groups.append(group)
    return groups


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 - by, box.y0 - by / 2, box.x1 + by, box.y1 + by / 2)

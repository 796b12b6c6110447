"""Which passages a report carries: all, or of a large gold enough of every kind to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scheidslijn.evaluating.evaluation import Evaluation, Judged

MOST = 4000
"""Passages in one HTML file; a larger gold is represented by its surest errors, rare codes and doubts."""
QUOTA = 40
"""Of each code and each kind of outcome at least so many passages, where there are so many."""


def outcome(one: Judged, key: str) -> str:
    """What the labeller does with one code of one passage: "tp", "fp", "fn", "tn", or "" where that is unknown."""
    dimension, _, code = key.partition(".")
    if dimension not in one.gold or dimension not in one.given:
        return ""
    yes, says = code in one.gold[dimension], code in one.given[dimension]
    if not yes and dimension in one.partial:
        return ""
    return ("tp" if says else "fn") if yes else "fp" if says else "tn"


def picked(evaluation: Evaluation, most: int = MOST) -> list[int]:
    """Numbers of the passages to carry, in order: all when there are at most `most`.

    Otherwise first the doubts and whatever a source study coded, then of each code its missed, wrong and right
    passages, the surest errors first, `QUOTA` of each, and then what is left by number up to `most`.
    """
    total = len(evaluation.passages)
    if total <= most:
        return list(range(total))
    chosen = dict.fromkeys([*(one.passage for one in evaluation.doubts), *(one.passage for one in evaluation.study)])
    groups: dict[tuple[str, str], list[tuple[float, int]]] = {}
    keys = [code.key for dimension in evaluation.dimensions for code in dimension.codes]
    for number, one in enumerate(evaluation.passages):
        for key in keys:
            kind = outcome(one, key)
            if kind and kind != "tn":
                score = one.scores.get(key, 0.5)
                groups.setdefault((key, kind), []).append((score if kind == "fn" else -score, number))
    for _, rows in sorted(groups.items(), key=lambda item: len(item[1])):
        chosen |= dict.fromkeys(number for _, number in sorted(rows)[:QUOTA])
    rest = (number for number in _spread(total) if number not in chosen)
    for number in rest:
        if len(chosen) >= most:
            break
        chosen[number] = None
    return sorted(chosen)


def _spread(total: int) -> Iterable[int]:
    """All numbers, in an order that takes them from everywhere (a step that has no factor in common with `total`)."""
    step = max(1, round(total * 0.6180339887))
    while total > 1 and _common(step, total) != 1:
        step += 1
    return ((number * step) % total for number in range(total))


def _common(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def carried(evaluation: Evaluation, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """The passages as the script of the report reads them, with short names to keep the file small."""
    keys = [code.key for dimension in evaluation.dimensions for code in dimension.codes]
    doubted: dict[int, list[str]] = {}
    for doubt in evaluation.doubts:
        doubted.setdefault(doubt.passage, []).append(doubt.key)
    rows: list[dict[str, Any]] = []
    for number in numbers:
        one = evaluation.passages[number]
        row: dict[str, Any] = {
            "n": number, "id": one.passage_id, "d": one.document, "p": one.page, "h": list(one.heading), "t": one.text,
            "g": one.gold, "y": one.given, "a": list(one.abstained), "part": list(one.partial),
            "c": [[name, codes] for name, codes in one.coders.items()],
            "s": [round(one.scores[key], 3) if key in one.scores else None for key in keys],
            "doubt": doubted.get(number, []),
        }  # fmt: skip
        more = {"f": one.facts, "o": one.others, "b": one.basis}
        rows.append(row | {name: value for name, value in more.items() if value})
    return rows

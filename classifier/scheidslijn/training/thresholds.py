"""From probabilities to decisions by a stated goal: thresholds per code, and when to abstain.

Everything is to be chosen on probabilities of documents that neither the model nor its calibration has seen
(`Calibrated.out_of_fold`), and is averaged over documents drawn again, so that one lucky document does not decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.deciding import DEFAULT_THRESHOLD, surety
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.bootstrap import document_draws, per_document
from scheidslijn.measuring.scores import FP, TP, f1_per_code, outcomes

Floats = NDArray[np.float64]
GRID = np.round(np.arange(0.05, 0.825, 0.025), 3)
"""Thresholds that are tried for F1."""
FINE = np.round(np.concatenate([GRID, np.arange(0.825, 0.99, 0.01), np.arange(0.99, 0.9995, 0.001)]), 3)
"""Thresholds that are tried for a precision."""
NEVER, ALWAYS = 2.0, 2.0
"""The threshold of a code that is never given; the level of a dimension on which the labeller always abstains."""
LEAST = 5
"""Fewest passages and documents that a claim about precision or accuracy may rest on."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What to aim for: `kind` ("f1", "precision", "accuracy", "abstain") and `level`, a share (0 for "f1")."""

    kind: str
    level: float = 0.0

    def __str__(self) -> str:
        sign = "<=" if self.kind == "abstain" else ">="
        return self.kind if self.kind == "f1" else f"{self.kind}{sign}{self.level:g}"


def read_goal(text: str, kinds: Sequence[str]) -> Goal:
    """Read a goal: `f1`, `precision>=0.9`, `accuracy>=0.9` or `abstain<=0.2`, as far as `kinds` allows.

    Raises:
        ScheidslijnError: anything else.

    >>> read_goal("precision >= 0.9", ("f1", "precision"))
    Goal(kind='precision', level=0.9)
    """
    plain = text.replace(" ", "").lower()
    if plain == "f1" and "f1" in kinds:
        return Goal("f1")
    if found := re.fullmatch(r"(precision|accuracy)>=(0?\.\d+|1|1\.0+)|(abstain)<=(0?\.\d+|0)", plain):
        goal = Goal(found[1] or found[3], float(found[2] or found[4]))
        if goal.kind in kinds:
            return goal
    forms = {"f1": "f1", "precision": "precision>=0.9", "accuracy": "accuracy>=0.9", "abstain": "abstain<=0.2"}
    raise ScheidslijnError(f"goal {text!r}: expected {' or '.join(forms[kind] for kind in kinds)}")


def choose_thresholds(
    probabilities: NDArray[np.float32], targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook, *,
    goal: str = "f1", draws: int = 200, seed: int = 0,
) -> dict[str, float]:  # fmt: skip
    """Choose a threshold for every multi-label code.

    For `f1` the one with the best F1, averaged over documents drawn again; the average keeps one lucky passage of a
    rare code from deciding. For `precision>=p` the lowest whose precision, averaged in the same way, reaches p, among
    those that still give the code to five passages in two documents; a code for which there is none gets
    `NEVER` (see `never_given`). A code without a known yes is left out under `f1` and never given under a precision.

    Args:
        probabilities: of documents that were held apart, shape `(passages, codes)`.
        targets: what is known, same shape, NaN where unknown.
        documents: of each passage.
        goal: `f1` or `precision>=0.9`.

    Raises:
        ScheidslijnError: another goal.
    """
    aim, chosen = read_goal(goal, ("f1", "precision")), dict[str, float]()
    grid = GRID if aim.kind == "f1" else FINE
    for dimension in codebook.dimensions:
        for column in range(len(codebook.keys))[codebook.columns(dimension.name)] if dimension.multi else ():
            p, y = probabilities[:, [column]], targets[:, [column]]
            known = np.isfinite(p).all(axis=1)
            if not known.any() or (aim.kind == "f1" and not (known.all() and (y >= 0.5).any())):
                continue
            counts = np.concatenate([outcomes(p[known] >= threshold, y[known]) for threshold in grid], axis=1)
            summed = per_document([documents[int(row)] for row in np.flatnonzero(known)], counts)
            drawn = np.tensordot(document_draws(len(summed), draws, seed), summed, axes=1)
            key = codebook.keys[column]
            if aim.kind == "f1":
                mean = np.nanmean(np.nan_to_num(f1_per_code(drawn)), axis=0)
                chosen[key] = float(grid[int(np.argmax(mean))])
            else:
                chosen[key] = _precise(summed, drawn, grid, aim.level)
    return chosen


def never_given(thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """Keys of codes that are never given, because no threshold reached the goal."""
    return tuple(key for key, value in thresholds.items() if value > 1)


def choose_abstention(
    probabilities: NDArray[np.float32], targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook,
    thresholds: Mapping[str, float], *, goal: str, draws: int = 200, seed: int = 0,
) -> dict[str, float]:  # fmt: skip
    """Choose by dimension the level below which the labeller abstains (see `Decision.abstain`).

    For `accuracy>=a` the lowest level at which the share of right passages among those that are decided, averaged over
    documents drawn again, reaches a; right means that all codes of the dimension are right. `ALWAYS` where none does.
    For `abstain<=s` the highest level at which at most that share of the passages is left undecided.

    Args:
        probabilities, targets, documents: as in `choose_thresholds`.
        thresholds: as chosen before.
        goal: `accuracy>=0.9` or `abstain<=0.2`.

    Raises:
        ScheidslijnError: another goal.
    """
    aim, chosen = read_goal(goal, ("accuracy", "abstain")), dict[str, float]()
    for dimension in codebook.dimensions:
        found = decided_right(probabilities, targets, dimension, codebook, thresholds)
        if found is None:
            continue
        sure, right, rows = found
        levels = np.unique(np.round(np.quantile(sure, np.linspace(0, 1, 101)), 4))
        decided = sure[:, None] >= np.concatenate([[0.0], levels])
        if aim.kind == "abstain":
            allowed = np.flatnonzero(1 - decided.mean(axis=0) <= aim.level + 1e-9)
            chosen[dimension.name] = float(np.concatenate([[0.0], levels])[allowed[-1]])
            continue
        counts = np.stack([decided & right[:, None], decided & ~right[:, None]], axis=-1).astype(np.float64)
        summed = per_document([documents[int(row)] for row in rows], counts)
        drawn = np.tensordot(document_draws(len(summed), draws, seed), summed, axes=1)
        good = np.flatnonzero(_reached(summed, drawn, aim.level))
        chosen[dimension.name] = float(np.concatenate([[0.0], levels])[good[0]]) if good.size else ALWAYS
    return chosen


def decided_right(
    probabilities: NDArray[np.float32], targets: NDArray[np.float32], dimension: Dimension, codebook: Codebook,
    thresholds: Mapping[str, float],
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.int64]] | None:  # fmt: skip
    """How sure each decision is, as abstention measures it, and whether all codes of the dimension are right.

    Returns:
        Surety, right or not, and the number of the row, of the passages that are scored and known in full; None when
        there are none.
    """
    columns = codebook.columns(dimension.name)
    p, y = probabilities[:, columns].astype(np.float64), targets[:, columns]
    rows = np.flatnonzero(np.isfinite(p).all(axis=1) & np.isfinite(y).all(axis=1))
    if not rows.size:
        return None
    p, yes = p[rows], y[rows] >= 0.5
    level = np.array([thresholds.get(code.key, DEFAULT_THRESHOLD) for code in dimension.codes])
    right = ((p >= level) == yes).all(axis=1) if dimension.multi else yes[np.arange(len(rows)), p.argmax(axis=1)]
    return surety(p, level, multi=dimension.multi), right, rows


def _precise(summed: Floats, drawn: Floats, grid: Floats, level: float) -> float:
    good = np.flatnonzero(_reached(summed[..., [TP, FP]], drawn[..., [TP, FP]], level))
    return float(grid[good[0]]) if good.size else NEVER


def _reached(summed: Floats, drawn: Floats, level: float) -> NDArray[np.bool_]:
    """Which columns have a share of right ones, of counts `(…, columns, (right, wrong))`, that reaches a level."""
    given = summed.sum(axis=-1)
    enough = (given.sum(axis=0) >= LEAST) & ((given > 0).sum(axis=0) >= 2)
    total = drawn.sum(axis=-1)
    share = np.where(total > 0, drawn[..., 0] / np.where(total > 0, total, 1), np.nan)
    with np.errstate(invalid="ignore"):
        mean = np.array([np.nanmean(own) if np.isfinite(own).any() else 0.0 for own in share.T])
    return np.asarray(enough & (mean >= level))

"""Likely coder errors: where the labeller is sure, and says otherwise than the gold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.evaluation import Doubt
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.predictions import Predictions

MOST = 200


def doubts(codebook: Codebook, gold: Gold, made: Predictions) -> tuple[Doubt, ...]:
    """Rank labels of the gold to look at again, at most `MOST`, most suspect first.

    Confident learning (Northcutt, Jiang & Chuang 2021): a label is suspect when the labeller gives the opposite (of a
    dimension with one code: another code) a probability of at least its mean probability where the gold says that. They
    are ranked by the probability of the gold's label ("self-confidence"), lowest first. The probabilities must come
    from a labeller that was not trained on these passages. Scores that are no probabilities give nothing.
    """
    if not made.calibrated:
        return ()
    found: list[Doubt] = []
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        keys = codebook.keys[columns]
        rows = np.flatnonzero(gold.known(columns) & made.answers(codebook, dimension.name))
        truth, scores = gold.targets[rows][:, columns], made.scores[rows][:, columns]
        given = made.given[rows][:, columns]
        suspects = _several(truth, scores, given) if dimension.multi else _single(truth, scores)
        found += [
            Doubt(int(rows[row]), keys[column], coded, round(float(score), 4), round(float(quality), 4))
            for row, column, coded, score, quality in suspects
        ]
    return tuple(sorted(found, key=lambda one: (one.quality, one.passage, one.key))[:MOST])


Suspect = tuple[int, int, bool, float, float]
"""Row, column, whether it was coded, the score of the code, and the probability of what the gold says."""


def _several(truth: NDArray[np.float32], scores: NDArray[np.float32], given: NDArray[np.bool_]) -> list[Suspect]:
    found: list[Suspect] = []
    for column in range(truth.shape[1]):
        y, p = truth[:, column], scores[:, column].astype(np.float64)
        known = np.isfinite(y) & np.isfinite(p)
        yes, no = known & (y >= 0.5), known & (y < 0.5)
        if not yes.any() or not no.any():
            continue
        missed = np.flatnonzero(no & (p >= p[yes].mean()) & given[:, column])
        added = np.flatnonzero(yes & (1 - p >= (1 - p[no]).mean()) & ~given[:, column])
        found += [(int(row), column, False, float(p[row]), float(1 - p[row])) for row in missed]
        found += [(int(row), column, True, float(p[row]), float(p[row])) for row in added]
    return found


def _single(truth: NDArray[np.float32], scores: NDArray[np.float32]) -> list[Suspect]:
    known = np.isfinite(truth).all(axis=1) & np.isfinite(scores).all(axis=1)
    rows = np.flatnonzero(known)
    if not rows.size:
        return []
    p, label = scores[rows].astype(np.float64), truth[rows].argmax(axis=1)
    levels = np.array(
        [p[label == code, code].mean() if (label == code).any() else np.inf for code in range(p.shape[1])]
    )
    sure = np.where(p >= levels, p, -1.0)
    best = sure.argmax(axis=1)
    suspect = (sure.max(axis=1) >= 0) & (best != label)
    return [
        (int(rows[n]), int(best[n]), False, float(p[n, best[n]]), float(p[n, label[n]]))
        for n in np.flatnonzero(suspect)
    ]


def quality_by_cleanlab(truth: NDArray[np.float32], scores: NDArray[np.float32], multi: bool) -> Sequence[float]:
    """The same ranking by the library cleanlab (Apache-2.0, extra `cleanlab`), for a check on ours.

    Args:
        truth: known labels, shape `(passages, codes)`.
        scores: probabilities, same shape.
        multi: whether several codes may apply.

    Returns:
        By passage how likely its labels are right, in [0, 1].
    """
    from cleanlab import multilabel_classification, rank

    yes = truth >= 0.5
    if not multi:
        found = rank.get_label_quality_scores(yes.argmax(axis=1), scores.astype(np.float64))
    else:
        labels = [list(np.flatnonzero(row)) for row in yes]
        found = multilabel_classification.get_label_quality_scores(labels, scores.astype(np.float64))
    return [float(value) for value in found]

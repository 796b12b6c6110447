"""Average precision: how well probabilities rank the passages that have a code, whatever the threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import Array, from_influence, per_document


def average_precisions(documents: Sequence[str], probabilities: Array, truth: Array) -> tuple[Estimate, ...]:
    """Return the average precision of each code with its interval clustered by document.

    The interval comes from the infinitesimal jackknife (Jaeckel 1972; Efron 1982, ch. 6): how the figure moves when a
    document weighs a little more. It needs one sort a code, where leaving out every document needs one each.

    Args:
        documents: of each passage.
        probabilities: shape `(passages, codes)`; NaN where nothing was scored.
        truth: 1 for yes (from 0.5 on), 0 for no, NaN for unknown, same shape.

    Returns:
        One estimate a code; NaN for a code that no scored passage has.
    """
    names = np.asarray(documents)
    return tuple(
        _one(names, probabilities[:, code], truth[:, code].astype(np.float64)) for code in range(truth.shape[1])
    )


def average_precision(probabilities: Array, truth: Array) -> float:
    """Σ (recall gained × precision) from the most to the least probable passage, as in scikit-learn.

    Passages with equal probability come in together. Both shape `(passages,)`, without NaN; NaN when none is true.
    """
    value, _ = _influence(np.asarray(probabilities, dtype=np.float64), np.asarray(truth) >= 0.5)
    return value


def _one(names: NDArray[np.str_], probabilities: Array, truth: Array) -> Estimate:
    known = np.isfinite(truth) & np.isfinite(probabilities)
    yes = truth[known] >= 0.5
    value, influence = _influence(probabilities[known].astype(np.float64), yes)
    summed = per_document(names[known].tolist(), np.stack([influence, yes], axis=1))
    if not len(summed):
        return Estimate(value, float("nan"), float("nan"), 0, 0.0)
    count = len(summed)  # the factor turns a small change of weight into leaving the document out
    moved = summed[:, [0]] * count / max(count - 1, 1)
    return from_influence(np.array([value]), moved, summed[:, 1])[0]


def _influence(probabilities: Array, yes: NDArray[np.bool_]) -> tuple[float, Array]:
    """The average precision, and its derivative to the weight of each passage (these sum to zero)."""
    positives = float(yes.sum())
    if not positives:
        return float("nan"), np.full(len(yes), np.nan)
    order = np.argsort(-probabilities, kind="stable")
    ranked, hit = probabilities[order], yes[order].astype(np.float64)
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)  # of each run of equal probabilities
    run = np.searchsorted(last, np.arange(len(ranked)))
    above, hits = last + 1.0, np.cumsum(hit)[last]
    gained = np.diff(hits, prepend=0)
    precision = hits / above
    value = float((gained * precision).sum() / positives)
    # A passage adds to the precision at its own run and at every later one, for all that is found there.
    from_here = np.cumsum((gained / above)[::-1])[::-1]
    diluted = np.cumsum((gained * hits / above**2)[::-1])[::-1]
    moved = (hit * (precision[run] - value) + hit * from_here[run] - diluted[run]) / positives
    influence = np.empty(len(yes))
    influence[order] = moved
    return value, influence

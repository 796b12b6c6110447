"""A figure on counts with its interval clustered by document, and documents drawn again.

Passages of one document resemble each other (on Dutch manifestos the design effect was about 4), so documents are left
out or drawn again, not passages. Counts are summed per document first, which makes a thousand draws one matrix product.

`estimate` and `difference` use the intervals of `scheidslijn.measuring.intervals`, which cover best; the percentile and
BCa intervals are here for figures of which only draws are at hand, and for the simulation that compares them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import Array, Scale, Statistic, intervals, per_document

__all__ = [
    "Estimate", "Statistic", "bca_interval", "difference", "document_draws", "drawn_values", "estimate",
    "naive_estimate", "per_document", "percentile_interval",
]  # fmt: skip


def document_draws(count: int, draws: int, seed: int) -> Array:
    """Return how often each of `count` documents is drawn in each draw, shape `(draws, count)`; rows sum to `count`."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)


def estimate(
    documents: Sequence[str],
    counts: Array,
    statistic: Statistic,
    *,
    weights: Statistic | None = None,
    scale: Scale = "share",
) -> Estimate:
    """Return `statistic` with its 95 % interval over documents.

    Args:
        documents: of each passage.
        counts: of each passage, shape `(passages, codes, cells)`.
        statistic: what to compute from summed counts, one figure.
        weights: from the counts of documents, how much of what the figure counts lies in each; by default all counts.
        scale: what the figure is, see `intervals`.

    One document gives no interval: NaN.
    """
    summed = per_document(documents, counts)
    held = None if weights is None else weights(summed)
    return intervals(summed, statistic, weights=held, scale=scale)[0]


def naive_estimate(counts: Array, statistic: Statistic, *, weights: Statistic | None = None) -> Estimate:
    """The same figure with the interval that takes every passage for independent: too narrow, shown as a lesson.

    `documents` of the result is the number of passages.
    """
    apart = np.ascontiguousarray(counts, dtype=np.float64)
    return intervals(apart, statistic, weights=None if weights is None else weights(apart))[0]


def difference(
    documents: Sequence[str],
    counts: Array,
    others: Array,
    statistic: Statistic,
    *,
    weights: Statistic | None = None,
) -> Estimate:
    """Return the paired difference of `statistic` on `counts` minus on `others`, leaving out the same documents."""
    both = np.stack([per_document(documents, counts), per_document(documents, others)], axis=1)

    def paired(summed: Array) -> Array:
        return statistic(summed[:, 0]) - statistic(summed[:, 1])

    held = None if weights is None else weights(both[:, 0]) + weights(both[:, 1])
    return intervals(both, paired, weights=held, scale="difference")[0]


def drawn_values(summed: Array, statistic: Statistic, *, draws: int = 2000, seed: int = 0) -> Array:
    """Return `statistic` on documents drawn again, shape `(draws,)` or `(draws, figures)`."""
    drawn = document_draws(len(summed), draws, seed) @ summed.reshape(len(summed), -1)
    return statistic(drawn.reshape(draws, *summed.shape[1:]))


def percentile_interval(values: Array) -> tuple[float, float]:
    """The middle 95 % of drawn values of one figure (Efron 1979); too narrow with fewer than some 60 documents."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return float("nan"), float("nan")
    low, high = np.percentile(finite, [2.5, 97.5])
    return float(low), float(high)


def bca_interval(values: Array, value: float, without: Array) -> tuple[float, float]:
    """The bias-corrected and accelerated interval (Efron 1987), from drawn values and those without each document."""
    from scipy.special import ndtr, ndtri

    finite = values[np.isfinite(values)]
    apart = without.mean() - without
    spread = (apart**2).sum()
    if not finite.size or not np.isfinite(spread):
        return float("nan"), float("nan")
    share = ((finite < value).sum() + 0.5 * (finite == value).sum()) / finite.size
    bias = ndtri(np.clip(share, 1 / (finite.size + 1), finite.size / (finite.size + 1)))
    acceleration = (apart**3).sum() / (6 * spread**1.5) if spread > 0 else 0.0
    shifted = bias + ndtri(np.array([0.025, 0.975]))
    low, high = np.quantile(finite, ndtr(bias + shifted / (1 - acceleration * shifted)))
    return float(low), float(high)

"""The estimator that is published: post-stratified by the classifier's own labels, with a small-sample interval.

The hand-coded sample says, for passages with and without the classifier's code, how often the code is right; the
classifier says of the whole corpus how many there are of each. That is the post-stratified estimator of survey sampling
(Särndal, Swensson & Wretman 1992, section 7.6). It is model-assisted: its interval holds whatever the classifier is
worth, only the width depends on it. For yes-or-no labels it has, for many coded passages, the variance of power-tuned
prediction-powered inference, and it is design-based supervised learning with the cell means as predictions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.shares.clusters import spread
from scheidslijn.measuring.shares.counts import Array, Counts
from scheidslijn.measuring.shares.intervals import combined, jeffreys

TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Share:
    """A share between 0 and 1 with its interval, shape `(…)`.

    Attributes:
        value: the estimate.
        low, high: limits of the interval; NaN where the sample allows none.
        effective: size of a simple random sample of passages that would have had the same variance.
    """

    value: Array
    low: Array
    high: Array
    effective: Array


def corrected(
    counts: Counts, *, drawn: NDArray[np.bool_] | None = None, beyond: bool = False, level: float = 0.95
) -> Share:
    """Estimate the share of passages with a code.

    Args:
        counts: of the corpus and its sample.
        drawn: of a two-stage sample which documents were drawn by lot in the first stage, shape `(documents,)`; None
            when passages were drawn from all documents.
        beyond: False for the share in this very corpus: the interval then covers what was left to chance, the draw.
            True when the documents stand for more such documents: then which documents exist is chance as well.
        level: coverage of the interval.

    Raises:
        ValueError: a stratum has passages, none of which was coded, so nothing is known of it.
    """
    merged = counts.merged()
    size, coded, found = (one.sum(axis=-3) for one in (merged.size, merged.coded, merged.found))
    if ((size > 0) & (coded <= 0)).any():
        raise ValueError("a stratum has no coded passage")
    within = size if drawn is None else merged.size[..., drawn, :, :].sum(axis=-3)
    weights = size / counts.total[..., None, None]
    shares = np.divide(found, coded, out=np.zeros_like(found), where=coded > 0)
    left = np.clip(1 - np.divide(coded, within, out=np.ones_like(coded), where=within > 0), 0, 1)
    single = np.divide(weights**2 * shares * (1 - shares), coded, out=np.zeros_like(coded), where=coded > 0)
    variance = single.sum(axis=(-2, -1))
    if drawn is None and not beyond:
        inflation = left  # of each cell: its finite population correction
        total = (single * left).sum(axis=(-2, -1))
    else:
        more = spread(merged, shares, left, drawn=drawn, beyond=beyond, level=level)
        inflation, total = more.inflation[..., None, None], more.variance
    parts = (*coded.shape[:-2], -1)
    shares, certain = shares.reshape(parts), np.broadcast_to(inflation < TINY, coded.shape).reshape(parts)
    effective = (coded / np.maximum(inflation, TINY)).reshape(parts)
    low, high = jeffreys(np.where(certain, 0.0, shares * effective), np.where(certain, 0.0, effective), level)
    low, high = np.where(certain, shares, low), np.where(certain, shares, high)  # all of it was coded
    value, low, high = combined(weights.reshape(parts), shares, low, high)
    if drawn is not None or beyond:
        few = (np.count_nonzero(drawn) if drawn is not None else counts.size.shape[-3]) < 2
        low, high = (np.where(few, np.nan, one) for one in (low, high))
    plain = coded.sum(axis=(-2, -1))
    same = value * (1 - value) / np.maximum(total, TINY)
    return Share(value, low, high, np.where(variance > 0, np.minimum(same, counts.total), plain))

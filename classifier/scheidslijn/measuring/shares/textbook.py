"""The estimators that papers and handbooks give, with the intervals they give: to compare with, not to publish.

All take the counts of a corpus and its sample (`Counts`), for yes-or-no labels, and give normal-theory intervals
"estimate ± z × standard error" that know nothing of small samples. Documents are added up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheidslijn.measuring.shares.corrected import Share
from scheidslijn.measuring.shares.counts import Array, Counts
from scheidslijn.measuring.shares.intervals import normal_quantile

Estimator = Callable[..., Share]


def naive(counts: Counts, level: float = 0.95) -> Share:
    """Count the classifier's labels, as if they were true: the interval is that of a sample of this many passages."""
    total = counts.total
    value = counts.size[..., 1].sum(axis=(-2, -1)) / total
    return _wald(value, value * (1 - value) / total, level)


def human_only(counts: Counts, level: float = 0.95) -> Share:
    """The coded sample alone, weighted by stratum (Horvitz & Thompson 1952; equal to Hájek's estimator here)."""
    size, coded, found = _strata(counts)
    share = found.sum(axis=-1) / coded.sum(axis=-1)
    weight = size.sum(axis=-1) / counts.total[..., None]
    variance = weight**2 * share * (1 - share) / np.maximum(coded.sum(axis=-1) - 1, 1)
    return _wald((weight * share).sum(axis=-1), variance.sum(axis=-1), level)


def ppi(counts: Counts, level: float = 0.95) -> Share:
    """Prediction-powered inference for a mean (Angelopoulos et al. 2023, Science 382, algorithm 1), one stratum."""
    return _powered(counts, np.ones(counts.total.shape), level)


def ppi_plus(counts: Counts, level: float = 0.95) -> Share:
    """Power-tuned prediction-powered inference (Angelopoulos, Duchi & Zrnic 2023, PPI++, section 6), one stratum.

    The tuning parameter is clipped to 0 and 1, and the variance of predictions pooled over coded and other passages,
    as the authors' package does.
    """
    size, coded, found = (one.sum(axis=-2) for one in _strata(counts))
    number, total = coded.sum(axis=-1), size.sum(axis=-1)
    given, truth = coded[..., 1] / number, found.sum(axis=-1) / number
    covariance = found[..., 1] / number - given * truth
    both = number + total
    pooled = (coded[..., 1] + size[..., 1]) / both
    variance = pooled * (1 - pooled) * both / (both - 1)
    ratio = np.divide(covariance, (1 + number / total) * variance, out=np.zeros_like(variance), where=variance > 0)
    return _powered(counts, np.clip(ratio, 0, 1), level)


def dsl(counts: Counts, level: float = 0.95) -> Share:
    """Design-based supervised learning (Egami et al. 2023, NeurIPS 36) for a mean, with the labels as given.

    The doubly robust difference estimator with known chances to be drawn: the classifier's share plus the weighted mean
    of coder minus classifier. Särndal, Swensson & Wretman (1992, section 6.3) call it the difference estimator.
    """
    size, coded, found = _strata(counts)
    number = coded.sum(axis=-1)
    weight = size.sum(axis=-1) / counts.total[..., None]
    given, truth, right = coded[..., 1] / number, found.sum(axis=-1) / number, found[..., 1] / number
    error = truth - given
    variance = truth + given - 2 * right - error**2  # of coder minus classifier, which is -1, 0 or 1
    value = size[..., 1].sum(axis=-1) / counts.total + (weight * error).sum(axis=-1)
    return _wald(value, (weight**2 * variance / np.maximum(number - 1, 1)).sum(axis=-1), level)


def adjusted_count(counts: Counts, level: float = 0.95) -> Share:
    """Adjusted classify and count (Rogan & Gladen 1978; Forman 2008).

    The classifier's share, corrected by recall and false alarms as the coded sample has them, which the interval takes
    as known for certain, as is usual. Where they are equal the classifier says nothing; then the naive share is given.
    """
    _, coded, found = (one.sum(axis=-2) for one in _strata(counts))
    positives, negatives = found.sum(axis=-1), (coded - found).sum(axis=-1)
    recall = found[..., 1] / np.maximum(positives, 1)
    alarms = (coded - found)[..., 1] / np.maximum(negatives, 1)
    share = counts.size[..., 1].sum(axis=(-2, -1)) / counts.total
    step = recall - alarms
    usable = step > 0
    value = np.clip(np.where(usable, (share - alarms) / np.where(usable, step, 1), share), 0, 1)
    return _wald(value, share * (1 - share) / counts.total / np.where(usable, step, 1) ** 2, level)


def _powered(counts: Counts, power: Array, level: float) -> Share:
    size, coded, found = (one.sum(axis=-2) for one in _strata(counts))
    number, total = coded.sum(axis=-1), size.sum(axis=-1)
    given, truth, share = coded[..., 1] / number, found.sum(axis=-1) / number, size[..., 1] / total
    covariance = found[..., 1] / number - given * truth
    rectifier = truth * (1 - truth) + power**2 * given * (1 - given) - 2 * power * covariance
    imputed = power**2 * share * (1 - share)
    return _wald(power * share + truth - power * given, imputed / total + rectifier / number, level)


def _strata(counts: Counts) -> tuple[Array, Array, Array]:
    return counts.size.sum(axis=-3), counts.coded.sum(axis=-3), counts.found.sum(axis=-3)


def _wald(value: Array, variance: Array, level: float) -> Share:
    half = normal_quantile(level) * np.sqrt(np.maximum(variance, 0))
    same = np.divide(value * (1 - value), variance, out=np.full_like(value, np.nan), where=variance > 0)
    return Share(value, value - half, value + half, same)


TEXTBOOK: dict[str, Estimator] = {
    "naive": naive, "human_only": human_only, "ppi": ppi, "ppi_plus": ppi_plus, "dsl": dsl,
    "adjusted_count": adjusted_count,
}  # fmt: skip
"""By name."""

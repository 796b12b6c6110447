"""The intervals of this package: jackknife over documents, Student's t, on a scale where the figure is not cramped.

Leave out one document at a time; the spread of the figure gives its standard error (Efron & Tibshirani 1993, ch. 11;
for clusters: Rust & Rao 1996). The interval is made on the logit scale for a share and on −log(1 − x) for agreement,
with the t distribution and as many degrees of freedom as there are *effective* documents less one (Kish 1965: documents
that hold most of the counts count more; cf. Carter, Schnepel & Steigerwald 2017). Where no document differs from
another, as with a code that was always right, there is no spread to measure: then the interval is the exact binomial
one (Clopper & Pearson 1934) with documents as trials, which is wide, and should be.

Why not the bootstrap: see `benchmarks/interval_coverage.py`, whose table stands in `benchmarks/README.md`. With 8 to
60 documents as uneven as real ones, 95 % intervals of the percentile and BCa bootstrap held the true figure 83 to 93 %
of the time for a common code and 29 to 93 % for a rare or a well-labelled one; these do so 91 to 100 %, nearly always
93 to 99 %. They are no wider than that takes, and need no draws, so they are quick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.estimate import Estimate

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From counts, shape `(draws, …)`, to a value per draw, shape `(draws,)`, or to several, shape `(draws, figures)`."""
Scale = Literal["share", "agreement", "difference"]
"""A share lies in [0, 1], agreement in [-1, 1] with 1 the best, a difference in [-1, 1]."""


def per_document(documents: Sequence[str], counts: Array) -> Array:
    """Sum counts over the passages of each document: `(passages, …)` to `(documents, …)`, documents sorted by name."""
    if not len(documents):
        return np.zeros((0, *counts.shape[1:]))
    _, index = np.unique(np.asarray(documents), return_inverse=True)
    order = np.argsort(index, kind="stable")
    starts = np.flatnonzero(np.diff(index[order], prepend=-1))
    return np.asarray(np.add.reduceat(counts[order], starts, axis=0), dtype=np.float64)


STILL = 1e-12
"""Below this a standard error is none: no document moves the figure."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures before their interval is made; every array has shape `(figures,)`.

    Attributes:
        value, error: the figures and their standard errors.
        holds: in how many documents there is something that the figure counts.
        effective: how many equally large documents these amount to.
    """

    value: Array
    error: Array
    holds: NDArray[np.intp]
    effective: Array

    @property
    def freedom(self) -> Array:
        """Degrees of freedom of the standard errors, at least 1."""
        return np.maximum(self.effective - 1, 1)

    def estimates(self, scale: Scale = "share") -> tuple[Estimate, ...]:
        """The figures with their 95 % intervals."""
        low, high = _limits(self, scale)
        return tuple(
            Estimate(float(v), float(a), float(b), int(n), round(float(m), 1))
            for v, a, b, n, m in zip(self.value, low, high, self.holds, self.effective, strict=True)
        )


def intervals(
    summed: Array, statistic: Statistic, *, weights: Array | None = None, scale: Scale = "share"
) -> tuple[Estimate, ...]:
    """Return each figure of `statistic` with its 95 % interval over documents.

    Args:
        summed: counts summed per document (`per_document`), shape `(documents, …)`.
        statistic: what to compute from counts; a figure is NaN where the counts do not define it.
        weights: how much of what a figure counts lies in each document, shape `(documents,)` or
            `(documents, figures)`, e.g. for a precision how often the code was given. By default all counts.
        scale: what the figure is.
    """
    return measure(summed, statistic, weights).estimates(scale)


def from_influence(value: Array, influence: Array, weights: Array, *, scale: Scale = "share") -> tuple[Estimate, ...]:
    """Return figures with intervals from what each document adds to them.

    Args:
        value: the figures, shape `(figures,)`.
        influence: of each document on each figure, shape `(documents, figures)`; they sum to zero, and the variance of
            the figure is their sum of squares times `(documents - 1) / documents`.
        weights: as in `intervals`.
    """
    return _measured(value, influence, weights).estimates(scale)


def measure(summed: Array, statistic: Statistic, weights: Array | None = None) -> Measured:
    """Return figures with their standard errors; arguments as in `intervals`."""
    if not len(summed):
        value = _two(statistic(np.zeros((1, *summed.shape[1:]))))[0]
        nothing = np.full(value.shape, np.nan)
        return Measured(nothing, nothing, np.zeros(value.shape, dtype=np.intp), np.zeros(value.shape))
    total = summed.sum(axis=0, keepdims=True)
    value = _two(statistic(total))[0]
    without = _two(statistic(total - summed))
    if weights is None:
        weights = np.abs(summed).reshape(len(summed), -1).sum(axis=1)
    return _measured(value, without.mean(axis=0) - without, weights)


def _measured(value: Array, influence: Array, weights: Array) -> Measured:
    weights = np.broadcast_to(_two(weights), influence.shape)
    count = len(influence)
    error = np.sqrt((count - 1) / count * (influence**2).sum(axis=0))
    return Measured(value, error, (weights > 0).sum(axis=0), _kish(weights))


def _limits(measured: Measured, scale: Scale) -> tuple[Array, Array]:
    from scipy.special import betaincinv, stdtrit  # scipy is slow to load

    value, error, holds = measured.value, measured.error, measured.holds
    half = stdtrit(measured.freedom, 0.975) * error
    with np.errstate(all="ignore"):
        if scale == "share":
            at, slope = np.log(value / (1 - value)), 1 / (value * (1 - value))
            low, high = (1 / (1 + np.exp(-(at + sign * half * slope))) for sign in (-1, 1))
        elif scale == "agreement":
            at, slope = -np.log(1 - value), 1 / (1 - value)
            low, high = (1 - np.exp(-(at + sign * half * slope)) for sign in (-1, 1))
        else:
            low, high = value - half, value + half
        still = error < STILL  # documents do not differ: nothing to estimate a spread from
        if scale != "difference":
            share = np.clip(value if scale == "share" else (value + 1) / 2, 0, 1)
            right, wrong = share * holds, (1 - share) * holds
            exact_low = np.where(right > 0, betaincinv(right, wrong + 1, 0.025), 0)
            exact_high = np.where(wrong > 0, betaincinv(right + 1, wrong, 0.975), 1)
            if scale == "agreement":
                exact_low, exact_high = 2 * exact_low - 1, 2 * exact_high - 1
            low, high = np.where(still, exact_low, low), np.where(still, exact_high, high)
        else:
            most = 1 - 0.025 ** (1 / np.maximum(holds, 1))  # the largest share of documents that may still differ
            low, high = np.where(still, value - most, low), np.where(still, value + most, high)
    none = (holds < 2) | ~np.isfinite(value) | ~np.isfinite(error)
    least = 0.0 if scale == "share" else -1.0
    low, high = np.where(none, np.nan, low), np.where(none, np.nan, high)
    return np.clip(low, least, 1), np.clip(high, least, 1)


def _kish(weights: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nan_to_num(weights.sum(axis=0) ** 2 / (weights**2).sum(axis=0)))


def _two(values: Array) -> Array:
    return values[:, None] if values.ndim == 1 else values

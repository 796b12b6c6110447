"""How much wider an interval must be because passages come in documents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from scheidslijn.measuring.shares.counts import Array, Counts
from scheidslijn.measuring.shares.intervals import normal_quantile

USUAL_ICC = 0.05
"""Resemblance of passages of one document that is assumed as far as the classifier cannot show it.

Intra-document correlations measured here: 0.004 to 0.062 for eight codes of 31 hand-coded election programmes, median
0.05 over the codes of our 1,585 coded passages (`benchmarks/README.md`).
"""
WEIGHT_OF_USUAL = 0.1
"""How much `USUAL_ICC` counts beside what the classifier shows, which counts as much as its squared correlation."""


@dataclass(frozen=True, slots=True)
class Spread:
    """By how much to divide numbers of coded passages, and the variance of the share, both shape `(…)`."""

    inflation: Array
    variance: Array


def spread(
    counts: Counts, shares: Array, left: Array, *, drawn: NDArray[np.bool_] | None, beyond: bool, level: float
) -> Spread:
    """Variance between documents, from their residual totals, but not below what is expected of such documents.

    The first is the linearised variance of a two-stage sample (Särndal, Swensson & Wretman 1992, sections 4.3 and 5.5)
    with Student's t and Satterthwaite's degrees of freedom. With a rare code few documents carry it all and the
    estimate is often far too small just when the share is too low; so it gets a floor: the design effect of the
    documents' numbers of coded passages (Kish 1965, section 5.4) at an intra-document correlation that the
    classifier's own labels over the whole corpus show.

    Args:
        counts: merged counts.
        shares: of each cell the share of coded passages with the code, shape `(…, strata, 2)`.
        left: of each cell the share of the drawn documents' passages that was not coded, same shape.
        drawn, beyond, level: as in `corrected`.
    """
    mask = np.ones(counts.size.shape[-3], dtype=np.bool_) if drawn is None else drawn
    number = int(np.count_nonzero(mask))
    fixed = 0.0 if beyond else number / len(mask)  # how much of the first stage was left to no chance
    size, coded = counts.size.sum(axis=-3), counts.coded.sum(axis=-3)
    weight, total, numbers = _ratio(size, coded), counts.total, coded.sum(axis=(-2, -1))
    plain = weight**2 * coded * shares * (1 - shares) / total[..., None, None] ** 2
    simple, draw = plain.sum(axis=(-2, -1)), (plain * left).sum(axis=(-2, -1))
    between = _between(counts, shares, weight, mask, beyond)
    variance = np.maximum((1 - fixed) * between + fixed * draw, draw)
    parts = ((1 - fixed) * between) ** 2 / max(number - 1, 1) + (fixed * draw) ** 2 / numbers
    undrawn = np.where(simple > 0, _ratio(draw, simple), 1 - np.minimum(numbers / total, 1))
    own = np.where(simple > 0, _ratio(variance, simple) * _student(_ratio(variance**2, parts), level), undrawn)
    expected = undrawn + (1 - fixed) * _expected(counts, shares, mask, beyond)
    return Spread(np.maximum(np.maximum(own, expected), 1e-12), np.maximum(variance, expected * simple))


def _between(counts: Counts, shares: Array, weight: Array, mask: NDArray[np.bool_], beyond: bool) -> Array:
    """Variance of the share if documents are drawn with replacement, from what each contributes."""
    number, total = int(np.count_nonzero(mask)), counts.total
    residual = counts.found[..., mask, :, :] - shares[..., None, :, :] * counts.coded[..., mask, :, :]
    contribution = (weight[..., None, :, :] * residual).sum(axis=(-2, -1))
    if beyond:  # which documents exist is chance too, so their classified passages count as well
        value = (counts.size.sum(axis=-3) * shares).sum(axis=(-2, -1)) / total
        above = shares[..., None, :, :] - value[..., None, None, None]
        classified = (counts.size[..., mask, :, :] * above).sum(axis=(-2, -1))
        contribution = contribution + classified * (len(mask) / number)
    return np.asarray(number / max(number - 1, 1) * (contribution**2).sum(axis=-1) / total**2)


def _expected(counts: Counts, shares: Array, mask: NDArray[np.bool_], beyond: bool) -> Array:
    """What documents are expected to add to the design effect."""
    numbers, total = counts.coded.sum(axis=(-3, -2, -1)), counts.total
    correlation, squared = resemblance(counts, shares)
    crowding = (counts.coded[..., mask, :, :].sum(axis=(-2, -1)) ** 2).sum(axis=-1) / numbers - 1
    if not beyond:
        return np.asarray(correlation * (1 - squared) * np.maximum(crowding, 0))  # the classifier explains the rest
    everywhere = numbers * (counts.size.sum(axis=(-2, -1)) ** 2).sum(axis=-1) / total**2 - 1
    return np.asarray(correlation * np.maximum(everywhere, crowding if not mask.all() else 0))


def resemblance(counts: Counts, shares: Array) -> tuple[Array, Array]:
    """Intra-document correlation of the true code, and the squared correlation of classifier and coder.

    The correlation of the classifier's labels (analysis of variance over all documents: Donner 1986, International
    Statistical Review 54) is lower than that of the true codes by the squared correlation of the two, as errors do not
    resemble each other. The less they correlate, the more `USUAL_ICC` takes over.
    """
    size, given = counts.size.sum(axis=(-2, -1)), counts.size[..., 1].sum(axis=-1)
    correlation = anova_correlation(size, given)
    sides = counts.size.sum(axis=(-3, -2)) / counts.total[..., None]
    by_side = _ratio((counts.size.sum(axis=-3) * shares).sum(axis=-2), counts.size.sum(axis=(-3, -2)))
    value, step = (sides * by_side).sum(axis=-1), by_side[..., 1] - by_side[..., 0]
    squared = np.clip(_ratio(step**2 * sides[..., 0] * sides[..., 1], value * (1 - value)), 0.05, 1)
    own = np.minimum(correlation / squared, 0.3)
    return (squared * own + WEIGHT_OF_USUAL * USUAL_ICC) / (squared + WEIGHT_OF_USUAL), squared


def anova_correlation(size: Array, given: Array) -> Array:
    """Intra-document correlation of a yes-or-no label, 0 to 1, from passages and yeses of shape `(…, documents)`."""
    total, documents = size.sum(axis=-1), size.shape[-1]
    if documents < 2:
        return np.zeros(size.shape[:-1])
    mean = given.sum(axis=-1) / total
    share = _ratio(given, size)
    among = (size * (share - mean[..., None]) ** 2).sum(axis=-1) / (documents - 1)
    within = (given * (1 - share)).sum(axis=-1) / np.maximum(total - documents, 1)
    usual = (total - (size**2).sum(axis=-1) / total) / (documents - 1)
    return np.clip(_ratio(among - within, among + (usual - 1) * within), 0, 1)


def _student(freedom: Array, level: float) -> Array:
    """(t / z)² at these degrees of freedom (Satterthwaite 1946, Biometrics Bulletin 2)."""
    return np.asarray((stdtrit(np.clip(freedom, 1, 1e6), (1 + level) / 2) / normal_quantile(level)) ** 2)


def _ratio(one: Array, other: Array) -> Array:
    return np.divide(one, other, out=np.zeros(np.broadcast_shapes(one.shape, other.shape)), where=other > 0)

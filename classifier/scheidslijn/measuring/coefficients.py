"""Coefficients of agreement from counts that can be summed per document: α, AC1, κ and percent agreement.

A *unit* is a passage, a *value* what one coder gave it: a code, or the set of codes of a multi-label dimension. Each
coefficient has two functions: one that counts per unit, and one that makes the figure of summed counts, so that
leaving out a document costs nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.intervals import Array

Bools = NDArray[np.bool_]


def nominal_distance(sets: Bools) -> Array:
    """0 between equal sets of codes, 1 between others; `sets` has shape `(sets, codes)`, the result `(sets, sets)`."""
    return np.asarray((sets[:, None] != sets[None]).any(axis=2), dtype=np.float64)


def jaccard_distance(sets: Bools) -> Array:
    """1 − shared codes / codes of either (Jaccard 1908); between two empty sets 0, between empty and not 1."""
    shared, either = _overlap(sets)
    return np.asarray(1 - np.where(either > 0, shared / np.maximum(either, 1), 1))


def masi_distance(sets: Bools) -> Array:
    """Measuring agreement on set-valued items (Passonneau 2006): 1 − J × M.

    J is the share of shared codes; M is 1 for equal sets, 2/3 when one holds the other, 1/3 when both have codes of
    their own, 0 when they share none. Two empty sets are equal.
    """
    shared, either = _overlap(sets)
    size = sets.sum(axis=1)
    equal = either == shared
    within = shared == np.minimum(size[:, None], size[None])
    monotone = np.where(equal, 1, np.where(shared == 0, 0, np.where(within, 2 / 3, 1 / 3)))
    return np.asarray(1 - (1 - jaccard_distance(sets)) * monotone)


def _overlap(sets: Bools) -> tuple[Array, Array]:
    cells = sets.astype(np.float64)
    shared = cells @ cells.T
    size = cells.sum(axis=1)
    return shared, size[:, None] + size[None] - shared


def unit_counts(numbers: NDArray[np.int64], count: int) -> Array:
    """How many coders gave each unit each value: `(units, coders)`, -1 for none, to `(units, count)`."""
    cells = np.zeros((len(numbers), count))
    rows, columns = np.nonzero(numbers >= 0)
    np.add.at(cells, (rows, numbers[rows, columns]), 1)
    return cells


def alpha_cells(units: Array, distance: Array) -> Array:
    """What a unit adds to Krippendorff's α: its disagreement, then how often each value occurs; `(units, 1 + values)`.

    The disagreement is the sum over ordered pairs of its m values of their distance, over m − 1 (Krippendorff 2011,
    section 5: the coincidence matrix). A unit with fewer than two values can disagree with nothing and counts nowhere.
    """
    pairable = units.sum(axis=1, keepdims=True) >= 2
    units = np.where(pairable, units, 0)
    return np.concatenate([disagreement(units, distance)[:, None], units], axis=1)


def disagreement(units: Array, distance: Array) -> Array:
    """Sum over ordered pairs of a unit's m values of their distance, over m − 1; 0 with fewer than two values."""
    number = units.sum(axis=1)
    pairs = np.einsum("uv,uv->u", units @ distance, units)
    return np.asarray(np.where(number >= 2, pairs / np.maximum(number - 1, 1), 0))


def alpha(cells: Array, distance: Array) -> Array:
    """Krippendorff's α = 1 − D_o/D_e from `(draws, 1 + values)`; NaN where one value is all there is."""
    values = cells[:, 1:]
    number = values.sum(axis=1)
    expected = np.einsum("dv,dv->d", values @ distance, values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (number - 1) * cells[:, 0] / expected, np.nan)


def binary_cells(values: Array) -> Array:
    """What a unit adds to the coefficients of each code by itself, from `(units, coders, codes)` of 1, 0 and NaN.

    Returns:
        Shape `(units, codes, 7)`: disagreement as in `alpha_cells`; the times given, and not given, in pairable units;
        the share of pairs that agree; 1 when pairable; the share of coders who gave it; 1 when anybody coded it.
    """
    known = np.isfinite(values)
    number = known.sum(axis=1).astype(np.float64)
    yes = np.where(known, values >= 0.5, False).sum(axis=1).astype(np.float64)
    no = number - yes
    pairable = number >= 2
    apart = np.where(pairable, 2 * yes * no / np.maximum(number - 1, 1), 0)
    agree = np.where(pairable, 1 - 2 * yes * no / np.maximum(number * (number - 1), 1), 0)
    share = yes / np.maximum(number, 1)
    cells = [apart, yes * pairable, no * pairable, agree, pairable, share, number > 0]
    return np.stack([cell.astype(np.float64) for cell in cells], axis=-1)


def binary_alpha(cells: Array) -> Array:
    """Nominal α of each code from `(draws, codes, 7)`; NaN for a code that all coders always, or never, gave."""
    yes, no = cells[..., 1], cells[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(yes * no > 0, 1 - (yes + no - 1) * cells[..., 0] / (2 * yes * no), np.nan)


def binary_percent(cells: Array) -> Array:
    """Share of agreeing pairs of each code, the mean over pairable units, from `(draws, codes, 7)`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(cells[..., 4] > 0, cells[..., 3] / cells[..., 4], np.nan)


def binary_ac1(cells: Array) -> Array:
    """Gwet's AC1 of each code (Gwet 2008), which rareness does not push down, from `(draws, codes, 7)`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        prevalence = np.where(cells[..., 6] > 0, cells[..., 5] / cells[..., 6], np.nan)
        by_chance = 2 * prevalence * (1 - prevalence)
        return np.asarray((binary_percent(cells) - by_chance) / (1 - by_chance))


def ac1_cells(units: Array) -> Array:
    """What a unit adds to AC1 and percent agreement: `(units, values)` to `(units, 3 + values)`.

    The share of its pairs that agree, 1 when pairable, 1 when coded at all, and what share of its coders gave each
    value.
    """
    number = units.sum(axis=1)
    pairable = number >= 2
    pairs = (units * (units - 1)).sum(axis=1) / np.maximum(number * (number - 1), 1)
    head = np.stack([np.where(pairable, pairs, 0), pairable, number > 0], axis=1).astype(np.float64)
    return np.concatenate([head, units / np.maximum(number, 1)[:, None]], axis=1)


def percent(cells: Array) -> Array:
    """Share of agreeing pairs, the mean over pairable units, from `(draws, 3 + values)`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(cells[:, 1] > 0, cells[:, 0] / cells[:, 1], np.nan)


def ac1(cells: Array, values: int) -> Array:
    """Gwet's AC1 (Gwet 2008, multiple raters) from `(draws, 3 + …)`; `values` is how many there are to choose from."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = cells[:, 3:] / cells[:, 2:3]
        by_chance = (shares * (1 - shares)).sum(axis=1) / (values - 1)
        return np.asarray((percent(cells) - by_chance) / (1 - by_chance))


def kappa_cells(one: NDArray[np.int64], other: NDArray[np.int64], count: int) -> Array:
    """What a unit adds to Cohen's κ of two coders: agreed, both coded it, the first's value, the second's.

    Args:
        one, other: by unit the number of the value, -1 for none; shape `(units,)`.
        count: of the values. The result has shape `(units, 2 + 2 * count)`.
    """
    both = (one >= 0) & (other >= 0)
    cells = np.zeros((len(one), 2 + 2 * count))
    rows = np.flatnonzero(both)
    cells[rows, 0], cells[rows, 1] = one[rows] == other[rows], 1
    cells[rows, 2 + one[rows]] = 1
    cells[rows, 2 + count + other[rows]] = 1
    return cells


def kappa(cells: Array) -> Array:
    """Cohen's κ (Cohen 1960) from `(draws, 2 + 2 * values)`; NaN where both gave everything one and the same value."""
    count = (cells.shape[1] - 2) // 2
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = cells[:, 0] / cells[:, 1]
        by_chance = (cells[:, 2 : 2 + count] * cells[:, 2 + count :]).sum(axis=1) / cells[:, 1] ** 2
        return np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan)

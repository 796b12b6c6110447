"""What the estimators need of a corpus and its coded sample: numbers of passages by document and cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of passages for one code, shape `(…, documents, strata, 2)`; the last axis is "not given", "given".

    A cell is a stratum of the draw, split by what the classifier said of this code. Leading axes, if any, are
    replications of a simulation. Within a cell every passage had the same chance to be drawn. Where chances differ
    inside cells, `coded` and `found` are sums of weights, scaled per cell to Kish's effective number (see `scaled`).

    Attributes:
        size: passages of the corpus.
        coded: those that were drawn and hand-coded.
        found: those of `coded` to which the coder gave the code.
    """

    size: Array
    coded: Array
    found: Array

    def __post_init__(self) -> None:
        shape = self.size.shape
        if not shape == self.coded.shape == self.found.shape or len(shape) < 3 or shape[-1] != 2:
            shapes = f"{self.size.shape}, {self.coded.shape}, {self.found.shape}"
            raise ValueError(f"counts must share one shape (…, documents, strata, 2), got {shapes}")

    @property
    def total(self) -> Array:
        """Passages of the corpus, shape `(…)`."""
        return np.asarray(self.size.sum(axis=(-3, -2, -1)))

    def pooled(self) -> Counts:
        """The same counts with the documents added up, shape `(…, 1, strata, 2)`."""
        add = [one.sum(axis=-3, keepdims=True) for one in (self.size, self.coded, self.found)]
        return Counts(*add)

    def merged(self) -> Counts:
        """Undo the split of a stratum in which one side was never coded: both sides are counted as "not given"."""
        size, coded = self.size.sum(axis=-3), self.coded.sum(axis=-3)
        empty = ((size > 0) & (coded == 0)).any(axis=-1)[..., None, :, None]
        together = [np.where(empty, _left(one), one) for one in (self.size, self.coded, self.found)]
        return Counts(*together)


def _left(one: Array) -> Array:
    both = one.sum(axis=-1)
    return np.stack([both, np.zeros_like(both)], axis=-1)


def count(
    document: NDArray[np.int64],
    stratum: NDArray[np.int64],
    given: NDArray[np.bool_],
    truth: Array,
    weight: Array | None = None,
) -> Counts:
    """Count the passages of a corpus, one entry each.

    Args:
        document, stratum: numbers from 0.
        given: whether the classifier gave the code.
        truth: 1 or 0 for a coded passage (shares of coders between them are allowed), NaN for the others.
        weight: one over the chance to be drawn, where it differs inside cells; read for coded passages only.
    """
    shape = (int(document.max()) + 1, int(stratum.max()) + 1, 2)
    cell = np.ravel_multi_index((document, stratum, given.astype(np.int64)), shape)
    coded = np.isfinite(truth)
    weights = scaled(cell % (shape[1] * 2), weight, coded) if weight is not None else coded.astype(np.float64)

    def added(values: Array) -> Array:
        return np.bincount(cell, weights=values, minlength=shape[0] * shape[1] * 2).reshape(shape).astype(np.float64)

    return Counts(added(np.ones(len(cell))), added(weights), added(weights * np.nan_to_num(truth)))


def scaled(cell: NDArray[np.int64], weight: Array, coded: NDArray[np.bool_]) -> Array:
    """Weights of coded passages, scaled so that in each cell they add up to (Σw)² / Σw²; 0 for the others.

    That sum is the effective number of units under unequal weights (Kish 1965, section 11.7).
    """
    own = np.where(coded, weight, 0.0)
    first = np.bincount(cell, weights=own)
    second = np.bincount(cell, weights=own**2)
    factor = np.divide(first, second, out=np.zeros_like(first), where=second > 0)
    return np.asarray(own * factor[cell])

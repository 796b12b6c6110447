"""What several coders said of the same passages, on one dimension, as an array."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.coding import Coding
from scheidslijn.codebook import Codebook, Dimension


@dataclass(frozen=True, slots=True)
class Ratings:
    """Codes by passage and coder.

    Attributes:
        dimension: on which they were coded.
        coders: names, of the second axis.
        keys: of the passages, of the first axis.
        documents: of each passage.
        values: shape `(passages, coders, codes)`: 1 given, 0 not given, NaN not coded by that coder.
    """

    dimension: Dimension
    coders: tuple[str, ...]
    keys: tuple[str, ...]
    documents: tuple[str, ...]
    values: NDArray[np.float64]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the third axis, without their dimension."""
        return tuple(code.code for code in self.dimension.codes)

    def of(self, coders: Sequence[str]) -> Ratings:
        """The same passages by some of the coders, in the order asked.

        Raises:
            ValueError: one of them is not among the coders.
        """
        rows = [self.coders.index(coder) for coder in coders]
        return Ratings(self.dimension, tuple(coders), self.keys, self.documents, self.values[:, rows])

    def beside(self, name: str, given: NDArray[np.float64]) -> Ratings:
        """The same with one more coder, such as a model.

        Args:
            name: of the new coder; it must be a new one.
            given: shape `(passages, codes)`: 1, 0, or NaN where it says nothing (a model that abstained).
        """
        if name in self.coders:
            raise ValueError(f"there is a coder {name!r} already; choose another name")
        values = np.concatenate([self.values, np.asarray(given, dtype=np.float64)[:, None]], axis=1)
        return Ratings(self.dimension, (*self.coders, name), self.keys, self.documents, values)


def ratings(
    codings: Sequence[Coding], codebook: Codebook, dimension: str, coders: Sequence[str] | None = None
) -> Ratings:
    """Put the codings of one dimension side by side by passage.

    A passage is one text in one document. Where coders' files name different documents for a text, or none, and no
    coder has the text twice, it is one passage all the same, with the first document that is named. Passages stand in
    order of first appearance; a coder who coded one twice counts with the last time. A coder who marked only some codes
    of the dimension (`Coding.partly`) has NaN for the others. Codes that are not in the codebook are passed over
    (reading reports them). Adjudicated codings are left out: they were made by looking at what the coders said.

    Args:
        coders: which coders, and in which order; by default all, in order of first appearance.

    Raises:
        KeyError: the codebook has no such dimension.
    """
    found = next((one for one in codebook.dimensions if one.name == dimension), None)
    if found is None:
        raise KeyError(dimension)
    keys = {code.key: place for place, code in enumerate(found.codes)}
    own = [
        one
        for one in codings
        if not one.adjudicated and (dimension in one.codes or not keys.keys().isdisjoint(one.partly))
    ]
    names = tuple(dict.fromkeys(one.coder for one in own)) if coders is None else tuple(coders)
    number = {name: column for column, name in enumerate(names)}
    own = [one for one in own if one.coder in number]
    units = _units(own)
    rows = {unit: row for row, unit in enumerate(dict.fromkeys(units))}
    values = np.full((len(rows), len(names), len(keys)), np.nan)
    documents = [""] * len(rows)
    for one, unit in zip(own, units, strict=True):
        row, coder = rows[unit], number[one.coder]
        documents[row] = documents[row] or one.document
        if dimension in one.codes:
            values[row, coder] = [float(code.code in one.codes[dimension]) for code in found.codes]
        else:
            values[row, coder] = [float(one.partly.get(code.key, np.nan)) for code in found.codes]
    return Ratings(found, names, tuple(key for key, _ in rows), tuple(documents), values)


def _units(codings: Sequence[Coding]) -> list[tuple[str, str]]:
    """Of each coding the passage it is of: its key, and its document where a coder has the text in several."""
    times = Counter((one.key, one.coder) for one in codings)
    several = {key for (key, _), count in times.items() if count > 1}
    return [(one.key, one.document if one.key in several else "") for one in codings]


def value_counts(values: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Number the different sets of codes, and say which each coder gave each passage.

    Args:
        values: shape `(passages, coders, codes)`.

    Returns:
        The sets, shape `(sets, codes)`, and by passage and coder the number of its set, -1 where it was not coded
        (or only in part), shape `(passages, coders)`.
    """
    passages, coders, codes = values.shape
    flat = values.reshape(-1, codes)
    known = np.isfinite(flat).all(axis=1)
    sets, inverse = np.unique(flat[known] >= 0.5, axis=0, return_inverse=True)
    numbers = np.full(len(flat), -1, dtype=np.int64)
    numbers[known] = inverse.reshape(-1)
    return sets, numbers.reshape(passages, coders)

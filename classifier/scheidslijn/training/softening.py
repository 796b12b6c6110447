"""How far a machine's labels can be trusted, measured where people coded the same passages, and what they then say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.measuring.agreement import agreement
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.ratings import Ratings

LEAST_PASSAGES, LEAST_DOCUMENTS = 30, 5
"""Fewer passages or documents that both coded say too little of a dimension to use its labels."""
PULL = 5.0
"""So many passages' worth of the whole dimension stand behind the figure of one code."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a machine's labels on one dimension.

    Attributes:
        dimension: its name.
        alpha: Krippendorff's α with the people; of a dimension with several codes with the MASI distance.
        passages, documents: that both coded.
        says: the chance of each code by what the machine gave. Of a multi-label dimension `(codes, 2)`: not given and
            given; of a single-label one `(codes, codes)`: a row for the code given, which adds up to 1.
    """

    dimension: str
    alpha: Estimate
    passages: int
    documents: int
    says: Floats

    @property
    def enough(self) -> bool:
        """Whether enough was coded by both."""
        return self.passages >= LEAST_PASSAGES and self.documents >= LEAST_DOCUMENTS and self.alpha.known

    @property
    def weight(self) -> float:
        """What a label counts beside one of a person: the lower limit of α, 0 to 1; 0 where too little is known."""
        return float(np.clip(self.alpha.low, 0, 1)) if self.enough else 0.0


def measured(said: Floats, true: Floats, documents: Sequence[str], dimension: Dimension) -> Trust:
    """Compare what a machine said with what people said of the same passages.

    The chances are those of the table of both (Dawid & Skene 1979, with the people as the truth), each drawn towards
    that of the dimension as a whole, as a rare code is seen a few times only.

    Args:
        said, true: 1 or 0, `(passages, codes)`.
        documents: of the passages.
    """
    if not len(said):
        codes = len(dimension.codes)
        return Trust(dimension.name, UNKNOWN, 0, 0, np.zeros((codes, 2 if dimension.multi else codes)))
    rows = Ratings(dimension, ("machine", "people"), tuple(map(str, range(len(said)))), tuple(documents),
                   np.stack([said, true], axis=1))  # fmt: skip
    found = agreement(rows)
    alpha = found.alpha_masi if found.alpha_masi is not None else found.alpha
    says = _several(said, true) if dimension.multi else _one(said, true)
    return Trust(dimension.name, alpha, len(said), len(set(documents)), says)


def _several(said: Floats, true: Floats) -> Floats:
    columns = []
    for given in (0.0, 1.0):
        here = said == given
        whole = (true * here).sum() / max(here.sum(), 1)
        columns.append(((true * here).sum(axis=0) + PULL * whole) / (here.sum(axis=0) + PULL))
    return np.stack(columns, axis=1)


def _one(said: Floats, true: Floats) -> Floats:
    table = said.T @ true  # rows: said, columns: true
    right = float(np.trace(table) / max(table.sum(), 1))
    common = true.sum(axis=0) / max(true.sum(), 1)
    other = np.tile(common, (len(table), 1)) * (1 - np.eye(len(table)))
    sums = other.sum(axis=1, keepdims=True)
    even = (1 - np.eye(len(table))) / max(len(table) - 1, 1)
    other = np.where(sums > 0, other / np.where(sums > 0, sums, 1), even)
    prior = right * np.eye(len(table)) + (1 - right) * other
    mixed = table + PULL * prior
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def softened(codes: Sequence[str], dimension: Dimension, trust: Trust) -> dict[str, float]:
    """What a machine's codes of a passage say, as `Example.known`; nothing for one of many when none was given."""
    given = [code.code in codes for code in dimension.codes]
    if dimension.multi:
        return {
            code.key: float(trust.says[place, int(own)])
            for place, (code, own) in enumerate(zip(dimension.codes, given, strict=True))
        }
    if sum(given) != 1:
        return {}
    row = trust.says[given.index(True)]
    return {code.key: float(value) for code, value in zip(dimension.codes, row, strict=True)}


def trusts(
    said: Mapping[str, Mapping[str, tuple[str, ...]]], true: Mapping[str, Mapping[str, float]],
    documents: Mapping[str, str], codebook: Codebook,
) -> dict[str, Trust]:  # fmt: skip
    """Measure every dimension.

    Args:
        said: by key of a text, by dimension the codes that the machine gave.
        true: by key what people said, as `Example.known`.
        documents: by key.
    """
    found = {}
    for dimension in codebook.dimensions:
        keys = [
            key for key, codes in said.items()
            if dimension.name in codes and all(code.key in true.get(key, {}) for code in dimension.codes)
            and (dimension.multi or len(codes[dimension.name]) == 1)
        ]  # fmt: skip
        own = [[float(code.code in said[key][dimension.name]) for code in dimension.codes] for key in keys]
        people = [[float(true[key][code.key] >= 0.5) for code in dimension.codes] for key in keys]
        shape = (len(keys), len(dimension.codes))
        found[dimension.name] = measured(
            np.array(own, dtype=np.float64).reshape(shape), np.array(people, dtype=np.float64).reshape(shape),
            [documents[key] for key in keys], dimension,
        )  # fmt: skip
    return found

"""Answers of a model as arrays beside the gold, and which of them were lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.assist.values import FailureKind, Suggestion
from scheidslijn.codebook import Codebook

NOT_ASKED: frozenset[FailureKind] = frozenset({"no_answer", "over_budget", "injection"})
"""Failures that say nothing of the model: it was not asked, or its answer did not arrive."""
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def values_of(suggestions: Sequence[Suggestion], codebook: Codebook) -> Floats:
    """What was said of each passage, shape `(passages, codes)`: 1, 0, or NaN where it is unknown."""
    column = {key: number for number, key in enumerate(codebook.keys)}
    values = np.full((len(suggestions), len(column)), np.nan)
    for row, one in enumerate(suggestions):
        for name, given in one.codes.items():
            values[row, codebook.columns(name)] = 0
            for code in given:
                values[row, column[f"{name}.{code}"]] = 1
        for key, applies in one.partly.items():
            values[row, column[key]] = float(applies)
    return values


def legality(suggestion: Suggestion, dimension: str) -> float:
    """1 when the answer on a dimension checked in full, 0 when something of it did not, NaN when there is no answer."""
    if dimension in suggestion.codes:
        return 1.0
    own = [one.kind for one in suggestion.failures if one.dimension in ("", dimension)]
    return float("nan") if not own or not NOT_ASKED.isdisjoint(own) else 0.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was answered in one test.

    Attributes:
        codebook: as it is.
        by_run: the suggestions of each run, in the order of its passages.
    """

    codebook: Codebook
    by_run: Mapping[str, tuple[Suggestion, ...]]

    def values(self, run: str, dimension: str) -> Floats:
        """What a run said on one dimension, shape `(passages, codes)`, NaN where it is unknown."""
        return values_of(self.by_run[run], self.codebook)[:, self.codebook.columns(dimension)]

    def arrived(self, run: str, dimension: str) -> Bools:
        """Which passages have an answer on a dimension, one that checked or one that did not; shape `(passages,)`."""
        return np.isfinite([legality(one, dimension) for one in self.by_run[run]])

    def runs(self, prefix: str) -> list[str]:
        """The names of the runs that begin so."""
        return [name for name in self.by_run if name.startswith(prefix)]

    def why(self, run: str, row: int, dimension: str) -> str:
        """Why there is no answer on a dimension, in one line; "" where there is."""
        one = self.by_run[run][row]
        if dimension in one.codes:
            return ""
        told = [
            f"{failure.kind}: {failure.detail}" if failure.detail else failure.kind
            for failure in one.failures
            if failure.dimension in ("", dimension)
        ]
        return "; ".join(told) or "not asked"


def known(values: Floats) -> Bools:
    """Which passages are known in full, from `(passages, codes)`."""
    return np.asarray(np.isfinite(values).all(axis=1))


def alike(one: Floats, other: Floats) -> Floats:
    """Share of the codes of either that both have (Jaccard), by passage; 1 for two empty sets."""
    a, b = one >= 0.5, other >= 0.5
    either = (a | b).sum(axis=1)
    return np.asarray(np.where(either > 0, (a & b).sum(axis=1) / np.maximum(either, 1), 1.0))

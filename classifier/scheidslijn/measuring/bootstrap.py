"""Intervals that are clustered by document.

Passages of one document resemble each other (on Dutch manifestos the design effect was about 4), so documents are drawn
again, not passages. Counts are summed per document first, which makes a thousand draws one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From counts, shape `(draws, codes, cells)`, to a value per draw, shape `(draws,)`."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure on all documents, its 95 % interval from `low` to `high`, and how many documents it rests on."""

    value: float
    low: float
    high: float
    documents: int

    @property
    def rounded(self) -> list[float]:
        """Value, low and high with three decimals, as figures stand in `model.toml`."""
        return [round(number, 3) for number in (self.value, self.low, self.high)]

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def per_document(documents: Sequence[str], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum counts over the passages of each document: `(passages, codes, cells)` to `(documents, codes, cells)`."""
    names, index = np.unique(np.asarray(documents), return_inverse=True)
    summed = np.zeros((len(names), *counts.shape[1:]))
    np.add.at(summed, index, counts)
    return summed


def document_draws(count: int, draws: int, seed: int) -> NDArray[np.float64]:
    """Return how often each of `count` documents is drawn in each draw, shape `(draws, count)`; rows sum to `count`."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)


def estimate(
    documents: Sequence[str], counts: NDArray[np.float64], statistic: Statistic, *, draws: int = 2000, seed: int = 0
) -> Estimate:
    """Return `statistic` with its 95 % percentile interval over documents drawn with replacement.

    Args:
        documents: of each passage.
        counts: of each passage, shape `(passages, codes, cells)`.
        statistic: what to compute from summed counts.

    One document gives no interval: NaN.

    With fewer than some 20 documents such an interval is too narrow rather than too wide; report the number beside it.
    """
    return _interval(per_document(documents, counts), statistic, draws, seed)


def difference(
    documents: Sequence[str],
    counts: NDArray[np.float64],
    others: NDArray[np.float64],
    statistic: Statistic,
    *,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Return the paired difference of `statistic` on `counts` minus on `others`, both on the same drawn documents."""
    both = np.stack([per_document(documents, counts), per_document(documents, others)], axis=1)

    def paired(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        return statistic(summed[:, 0]) - statistic(summed[:, 1])

    return _interval(both, paired, draws, seed)


def _interval(summed: NDArray[np.float64], statistic: Statistic, draws: int, seed: int) -> Estimate:
    value = float(statistic(summed.sum(axis=0, keepdims=True))[0])
    if len(summed) < 2:
        return Estimate(value, float("nan"), float("nan"), len(summed))  # one document says nothing about others
    drawn = document_draws(len(summed), draws, seed) @ summed.reshape(len(summed), -1)
    values = statistic(drawn.reshape(draws, *summed.shape[1:]))
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, [2.5, 97.5]) if values.size else (np.nan, np.nan)
    return Estimate(value, float(low), float(high), len(summed))

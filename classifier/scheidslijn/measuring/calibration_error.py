"""How far probabilities are from frequencies: calibration error, what chance alone would show, and bins to draw.

The plain expected calibration error (ECE) is never near 0 in a small sample: with ten bins of fifty passages a perfect
model shows 0.02 to 0.05 (Roelofs et al., *Mitigating bias in calibration error estimation*, AISTATS 2022). So three
figures stand side by side: the plain error, what a perfect model would show on the same passages, and the error with
its bias taken off, as Kumar, Liang and Ma do (*Verified uncertainty calibration*, NeurIPS 2019, section 4), only that
documents are drawn again and not passages. That takes off less than all of the bias for a model that is really perfect.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.charts import Bin
from scheidslijn.measuring.bootstrap import document_draws

Floats = NDArray[np.float64]
BINS, LEAST = 10, 10
"""Most bins, and fewest passages in one."""


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """Calibration of one head (the codes of one dimension) on passages with known labels.

    Attributes:
        error: plain ECE, the mean over the codes; bins of equal numbers.
        debiased: the same with its bias taken off, at least 0.
        low, high: 95 % interval of `debiased` over documents drawn again; NaN with one document.
        perfect: mean ECE that a perfectly calibrated model would show on these passages.
        perfect_high: 95 of 100 perfect models would show less than this.
        passages, documents: how many.
        bins: of all codes together, to draw.
    """

    error: float
    debiased: float
    low: float
    high: float
    perfect: float
    perfect_high: float
    passages: int
    documents: int
    bins: tuple[Bin, ...] = ()

    def as_table(self) -> dict[str, Any]:
        """Plain values with four decimals, for `model.toml`."""

        def plain(*values: float) -> list[float]:
            return [round(value, 4) for value in values]

        return {
            "error": round(self.error, 4), "debiased": plain(self.debiased, self.low, self.high),
            "perfect": plain(self.perfect, self.perfect_high), "passages": self.passages, "documents": self.documents,
            "bins": [[*plain(one.predicted, one.observed, one.low, one.high), one.count] for one in self.bins],
        }  # fmt: skip


def calibration_error(
    probabilities: NDArray[np.floating], targets: NDArray[np.floating], documents: Sequence[str], *, multi: bool,
    draws: int = 1000, seed: int = 0,
) -> CalibrationError | None:  # fmt: skip
    """Measure the calibration of one head.

    Args:
        probabilities: shape `(passages, codes)`, NaN where the head says nothing.
        targets: what is known, same shape, 0 to 1, NaN where unknown.
        documents: of each passage.
        multi: whether codes are independent yes-or-no questions, or one of them is true.

    Returns:
        None when no passage has both a probability and a label.
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    known = np.isfinite(p) & np.isfinite(y)
    if not multi:
        known &= known.all(axis=1, keepdims=True)
    rows, names = known.any(axis=1), np.asarray(documents)
    if not rows.any():
        return None
    p, y, known, names = p[rows], y[rows], known[rows], names[rows]
    group, chance = np.unique(names, return_inverse=True)[1], np.random.default_rng(seed)
    parts = [equal_bins(p[known[:, code], code]) for code in range(p.shape[1])]
    gaps = [_Gaps(p[own, code], y[own, code], group[own], parts[code])
            for code in range(p.shape[1]) if (own := known[:, code]).any()]  # fmt: skip
    error = float(np.mean([one.error(np.ones((1, group.max() + 1)))[0] for one in gaps]))
    fair = np.mean([one.perfect(chance, min(draws, 400)) for one in gaps], axis=0)
    debiased, low, high = error, math.nan, math.nan
    if group.max() > 0:
        drawn = document_draws(int(group.max()) + 1, draws, seed)
        again = np.mean([one.error(drawn) for one in gaps], axis=0)
        above, below = np.percentile(again, [97.5, 2.5])
        debiased, low, high = (max(0.0, 2 * error - float(value)) for value in (again.mean(), above, below))
    return CalibrationError(
        error, debiased, low, high, float(fair.mean()), float(np.percentile(fair, 95)), len(p), int(group.max()) + 1,
        reliability_bins(p[known], y[known], np.broadcast_to(names[:, None], known.shape)[known].tolist()),
    )  # fmt: skip


def equal_bins(p: Floats, bins: int = BINS) -> NDArray[np.int64]:
    """Give every probability the number of its bin, from 0: bins of about equal numbers, equal values together."""
    if not p.size:
        return np.zeros(0, dtype=np.int64)
    count = max(1, min(bins, p.size // LEAST))
    edges = np.sort(p, kind="stable")[np.arange(1, count) * p.size // count]
    return np.unique(np.searchsorted(np.unique(edges), p, side="right"), return_inverse=True)[1]


def reliability_bins(p: Floats, y: Floats, documents: Sequence[str], bins: int = BINS) -> tuple[Bin, ...]:
    """Bins for a reliability diagram; intervals are Wilson's, with fewer passages where documents differ.

    Args:
        p, y: probabilities and what is true, shape `(n,)`, without NaN.
        documents: of each of them.
    """
    number, out = equal_bins(p, bins), []
    names = np.unique(np.asarray(documents), return_inverse=True)[1] if len(p) else np.zeros(0, dtype=np.int64)
    for one in range(int(number.max()) + 1 if p.size else 0):
        own = number == one
        low, high = _wilson(y[own], names[own])
        out.append(Bin(float(p[own].mean()), float(y[own].mean()), low, high, int(own.sum())))
    return tuple(out)


class _Gaps:
    """Sums of one code per document and bin, from which the error of any draw of documents follows."""

    def __init__(self, p: Floats, y: Floats, group: NDArray[np.int64], bins: NDArray[np.int64]) -> None:
        self._p, self._bins, self._count = p, bins, int(bins.max()) + 1
        self._sums = np.zeros((2, int(group.max()) + 1, self._count))
        np.add.at(self._sums[0], (group, bins), 1.0)
        np.add.at(self._sums[1], (group, bins), y - p)

    def error(self, drawn: Floats) -> Floats:
        """ECE of each draw, from how often each document is in it, shape `(draws, documents)`."""
        documents = self._sums.shape[1]
        passages, gap = drawn[:, :documents] @ self._sums
        return np.asarray(np.abs(gap).sum(axis=1) / np.maximum(passages.sum(axis=1), 1))

    def perfect(self, chance: np.random.Generator, draws: int) -> Floats:
        """ECE of `draws` sets of labels that are drawn from the probabilities themselves."""
        inside = np.eye(self._count)[self._bins]
        labels = chance.random((draws, len(self._p))) < self._p
        return np.asarray(np.abs((labels - self._p) @ inside).sum(axis=1) / len(self._p))


def _wilson(y: Floats, names: NDArray[np.int64], z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share, with the number of passages divided by their design effect."""
    n, share = len(y), float(y.mean())
    sums = np.bincount(names, weights=y - share)
    apart = len(np.unique(names))
    plain = share * (1 - share) / n
    clustered = float(sums @ sums) / n**2 * apart / max(1, apart - 1)
    size = n / max(1.0, clustered / plain) if plain > 0 else float(n)
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return max(0.0, centre - half), min(1.0, centre + half)

"""Labels against coded passages: what is counted per passage, and the figures made of the counts.

All functions here take counts with cells `(true positives, false positives, false negatives, true negatives)` per code.
An unknown label (NaN) counts nowhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TP, FP, FN, TN = range(4)


def outcomes(given: NDArray[np.bool_], truth: NDArray[np.float32]) -> NDArray[np.float64]:
    """Count the outcome of each label, shape `(passages, codes, 4)`.

    Args:
        given: which codes were given, shape `(passages, codes)`.
        truth: 1 for yes, 0 for no, NaN for unknown, same shape; a share of coders counts as yes from 0.5 on.
    """
    known, yes = ~np.isnan(truth), np.nan_to_num(truth) >= 0.5
    cells = [given & yes, given & ~yes, ~given & yes, ~given & ~yes]
    return np.stack([cell & known for cell in cells], axis=-1).astype(np.float64)


def f1_per_code(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of each code from counts `(…, codes, 4)`; NaN for a code that is neither given nor true."""
    twice = 2 * counts[..., TP]
    below = twice + counts[..., FP] + counts[..., FN]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, twice / below, np.nan)


def macro_f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean F1 over the codes that some passage has, from counts `(draws, codes, 4)`, shape `(draws,)`; NaN if none."""
    seen = counts[..., TP] + counts[..., FN] > 0
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(seen, f1_per_code(counts), 0).sum(axis=-1) / seen.sum(axis=-1))


def micro_f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of all codes together, from counts `(draws, codes, 4)`, shape `(draws,)`."""
    return f1_per_code(counts.sum(axis=-2, keepdims=True))[..., 0]


def accuracy(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of passages with the right class, for one-of-many counts `(draws, classes, 4)`, shape `(draws,)`."""
    right = counts[..., TP].sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(right / (right + counts[..., FN].sum(axis=-1)))


def expected_calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.float64], bins: int = 10) -> float:
    """Mean distance between probability and frequency, over `bins` bins of equal numbers; unknown (NaN) is left out.

    Equal numbers and not equal widths, because most probabilities of a rare code lie in one narrow bin.
    """
    known = np.isfinite(truth) & np.isfinite(probabilities)
    p, y = probabilities[known], truth[known]
    if not p.size:
        return float("nan")
    parts = np.array_split(np.argsort(p, kind="stable"), min(bins, p.size))
    return float(sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts) / p.size)

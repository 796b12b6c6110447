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


def precision_per_code(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the passages given a code that have it, from counts `(…, codes, 4)`; NaN for a code never given."""
    return _ratio(counts[..., TP], counts[..., TP] + counts[..., FP])


def recall_per_code(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the passages that have a code that are given it, from counts `(…, codes, 4)`; NaN where none has it."""
    return _ratio(counts[..., TP], counts[..., TP] + counts[..., FN])


def kappa_per_code(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cohen's κ between given and true (Cohen 1960), from counts `(…, codes, 4)`; NaN when neither ever varies."""
    total = counts.sum(axis=-1)
    given, true = counts[..., TP] + counts[..., FP], counts[..., TP] + counts[..., FN]
    by_chance = _ratio(given * true + (total - given) * (total - true), total**2)
    return _ratio(_ratio(counts[..., TP] + counts[..., TN], total) - by_chance, 1 - by_chance)


def f1_per_code(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of each code from counts `(…, codes, 4)`; NaN for a code that is neither given nor true."""
    twice = 2 * counts[..., TP]
    return _ratio(twice, twice + counts[..., FP] + counts[..., FN])


def macro_f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean F1 over the codes that some passage has, from counts `(draws, codes, 4)`, shape `(draws,)`; NaN if none."""
    return _mean_of_seen(f1_per_code(counts), counts)


def micro_f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of all codes together, from counts `(draws, codes, 4)`, shape `(draws,)`."""
    return f1_per_code(counts.sum(axis=-2, keepdims=True))[..., 0]


def accuracy(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of passages with the right class, for one-of-many counts `(draws, classes, 4)`, shape `(draws,)`."""
    right = counts[..., TP].sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(right / (right + counts[..., FN].sum(axis=-1)))


def macro_precision(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean precision over the codes that some passage has, `(draws,)`; 0 for a code never given, as scikit-learn."""
    return _mean_of_seen(np.nan_to_num(precision_per_code(counts)), counts)


def macro_recall(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean recall over the codes that some passage has, from counts `(draws, codes, 4)`, shape `(draws,)`."""
    return _mean_of_seen(recall_per_code(counts), counts)


def micro_precision(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Precision of all codes together, from counts `(draws, codes, 4)`, shape `(draws,)`."""
    return precision_per_code(counts.sum(axis=-2, keepdims=True))[..., 0]


def micro_recall(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Recall of all codes together, from counts `(draws, codes, 4)`, shape `(draws,)`."""
    return recall_per_code(counts.sum(axis=-2, keepdims=True))[..., 0]


def weight_f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What an F1 rests on in each document, `(documents, codes, 4)` to `(documents, codes)`: given plus true."""
    return np.asarray(2 * counts[..., TP] + counts[..., FP] + counts[..., FN])


def weight_precision(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a precision rests on in each document: how often each code was given."""
    return np.asarray(counts[..., TP] + counts[..., FP])


def weight_recall(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a recall rests on in each document: how often each code is true."""
    return np.asarray(counts[..., TP] + counts[..., FN])


def weight_all(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a figure of all codes together rests on in each document, shape `(documents,)`: given plus true."""
    return np.asarray(weight_f1(counts).sum(axis=-1))


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _mean_of_seen(values: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    seen = counts[..., TP] + counts[..., FN] > 0
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(seen, values, 0).sum(axis=-1) / seen.sum(axis=-1))


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

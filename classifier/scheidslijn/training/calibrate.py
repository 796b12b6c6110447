"""Calibration and thresholds, fitted on documents the model was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scheidslijn.calibration import Calibration, softmax
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.bootstrap import document_draws, per_document
from scheidslijn.measuring.scores import f1_per_code, outcomes

Floats = NDArray[np.float64]
GRID = np.round(np.arange(0.05, 0.825, 0.025), 3)
"""Thresholds that are tried."""


def fit_calibration(logits: Floats, targets: NDArray[np.float32], codebook: Codebook, least: int = 5) -> Calibration:
    """Fit scale and offset per code: Platt's method for multi-label codes, one temperature with offsets for the others.

    Args:
        logits: of held-apart passages, shape `(passages, codes)`, NaN for codes that are not scored.
        targets: what is known of them, same shape, NaN where unknown.
        least: a multi-label code with fewer known yes or no, and a single-label dimension with fewer known passages
            than ten times this, keeps scale 1 and offset 0.
    """
    scale: dict[str, float] = {}
    offset: dict[str, float] = {}
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        z, y, keys = logits[:, columns], targets[:, columns].astype(np.float64), codebook.keys[columns]
        if dimension.multi:
            for number, key in enumerate(keys):
                known = np.isfinite(z[:, number]) & np.isfinite(y[:, number])
                yes = y[known, number] >= 0.5
                if min(yes.sum(), (~yes).sum()) >= least:
                    scale[key], offset[key] = _platt(z[known, number], yes)
        else:
            whole = np.isfinite(z).all(axis=1) & np.isfinite(y).all(axis=1)
            if whole.sum() >= 10 * least:
                one_scale, offsets = _vector(z[whole], y[whole])
                scale |= dict.fromkeys(keys, one_scale)
                offset |= dict(zip(keys, offsets, strict=True))
    return Calibration(scale, offset)


def choose_thresholds(
    probabilities: NDArray[np.float32],
    targets: NDArray[np.float32],
    documents: Sequence[str],
    codebook: Codebook,
    *,
    draws: int = 200,
    seed: int = 0,
) -> dict[str, float]:
    """Choose for every multi-label code the threshold with the best F1, averaged over documents drawn again.

    The average over draws keeps one lucky passage of a rare code from deciding. A code without a known yes is left out.
    """
    chosen: dict[str, float] = {}
    for dimension in codebook.dimensions:
        if not dimension.multi:
            continue
        for column in range(len(codebook.keys))[codebook.columns(dimension.name)]:
            p, y = probabilities[:, [column]], targets[:, [column]]
            if np.isnan(p).any() or not (y >= 0.5).any():
                continue
            counts = np.concatenate([outcomes(p >= threshold, y) for threshold in GRID], axis=1)
            summed = per_document(documents, counts)
            drawn = np.tensordot(document_draws(len(summed), draws, seed), summed, axes=1)
            mean = np.nanmean(np.nan_to_num(f1_per_code(drawn)), axis=0)
            chosen[codebook.keys[column]] = float(GRID[int(np.argmax(mean))])
    return chosen


def _minimum(loss: Callable[[Floats], float], start: Floats) -> Floats:
    return np.asarray(minimize(loss, start, method="L-BFGS-B").x)


def _platt(z: Floats, yes: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and offset of a logistic regression on one logit, with Platt's softened targets against over-confidence."""
    positives, negatives = yes.sum(), (~yes).sum()
    soft = np.where(yes, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    spread = float(z.std()) or 1.0

    def loss(theta: Floats) -> float:
        x = theta[0] / spread * z + theta[1]
        return float(np.mean(np.logaddexp(0, x) - soft * x)) + 1e-4 * float(theta @ theta)

    theta = _minimum(loss, np.array([1.0, 0.0]))
    return max(float(theta[0]), 0.01) / spread, float(theta[1])  # never let a higher logit mean less


def _vector(z: Floats, y: Floats) -> tuple[float, list[float]]:
    """One scale and an offset per class of a softmax; the offsets undo the class weights of the training."""
    spread = float(z.std()) or 1.0

    def loss(theta: Floats) -> float:
        p = softmax(theta[0] / spread * z + theta[1:])
        return -float(np.mean((y * np.log(p + 1e-12)).sum(axis=1))) + 1e-3 * float(theta[1:] @ theta[1:])

    theta = _minimum(loss, np.concatenate([[1.0], np.zeros(z.shape[1])]))
    return max(float(theta[0]), 0.01) / spread, [float(value) for value in theta[1:]]

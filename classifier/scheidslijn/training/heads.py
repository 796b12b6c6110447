"""Linear heads fitted on the vectors of a frozen encoder: logistic regressions, written into the network."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.training.fit_tfidf import NEVER
from scheidslijn.training.network import Network

Floats = NDArray[np.float64]
LEAST_SPREAD = 0.1
"""A direction of the vectors that varies less than this part of the average one is not blown up further."""


def fit_heads(
    network: Network, vectors: Floats, targets: NDArray[np.float32], weights: Floats, codebook: Codebook,
    strength: float,
) -> None:  # fmt: skip
    """Fit every head on vectors, and write it into `network`.

    Vectors are standardised, which the heads take in, so that the network gives the logits by itself. Classes are
    balanced. An unknown label takes no part; a label on which coders differ counts for both sides, each by its share.

    Args:
        vectors: of the passages, shape `(passages, hidden)`.
        targets: what is known, shape `(passages, codes)`, 0 to 1, NaN where unknown.
        weights: of the passages, shape `(passages,)`, or of each label, `(passages, codes)`.
        strength: inverse strength of the regularisation (scikit-learn's `C`).
    """
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    spread = np.maximum(spread, LEAST_SPREAD * spread.mean() + 1e-9)
    x = (vectors - mean) / spread
    weights = weights if weights.ndim == 2 else np.broadcast_to(weights[:, None], targets.shape)
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        fit = _binary_heads if dimension.multi else _one_head
        slopes, offsets = fit(x, targets[:, columns].astype(np.float64), weights[:, columns], strength)
        head = network.heads[dimension.name]
        with torch.no_grad():
            head.weight.copy_(torch.from_numpy(slopes / spread))  # type: ignore[operator]
            head.bias.copy_(torch.from_numpy(offsets - (slopes / spread) @ mean))  # type: ignore[operator]


def _binary_heads(x: Floats, y: Floats, weights: Floats, strength: float) -> tuple[Floats, Floats]:
    """Slopes `(codes, hidden)` and offsets `(codes,)` of a multi-label dimension, a regression for each code."""
    slopes, offsets = np.zeros((y.shape[1], x.shape[1])), np.full(y.shape[1], NEVER)
    for code in range(y.shape[1]):
        known = np.flatnonzero(np.isfinite(y[:, code]))
        share = np.column_stack([1 - y[known, code], y[known, code]]) * weights[known, code][:, None]
        if share[:, 1].sum() == 0:
            continue
        if share[:, 0].sum() == 0:  # nothing says what it is not
            offsets[code] = 0.0
            continue
        slope, offset = _regression(x[known], share, strength)
        slopes[code], offsets[code] = slope[0], offset[0]
    return slopes, offsets


def _one_head(x: Floats, y: Floats, weights: Floats, strength: float) -> tuple[Floats, Floats]:
    """Slopes `(codes, hidden)` and offsets `(codes,)` of a single-label dimension, one regression over all codes."""
    slopes, offsets = np.zeros((y.shape[1], x.shape[1])), np.full(y.shape[1], NEVER)
    known = np.flatnonzero(np.isfinite(y).all(axis=1))
    share = y[known] * weights[known]
    seen = np.flatnonzero(share.sum(axis=0) > 0)
    if len(seen) == 1:
        offsets[seen] = 0.0
    if len(seen) < 2:
        return slopes, offsets
    slope, offset = _regression(x[known], share[:, seen], strength)
    if len(seen) == 2:  # scikit-learn gives one line for two classes
        slope, offset = np.vstack([-slope, slope]) / 2, np.concatenate([-offset, offset]) / 2
    slopes[seen], offsets[seen] = slope, offset
    return slopes, offsets


def _regression(x: Floats, share: Floats, strength: float) -> tuple[Floats, Floats]:
    """Logistic regression on rows that count for each class by `share`, shape `(rows, classes)`."""
    from sklearn.linear_model import LogisticRegression

    rows, classes = np.nonzero(share > 0)
    balanced = share.sum() / (share.shape[1] * share.sum(axis=0))
    machine = LogisticRegression(C=strength, max_iter=1000)
    machine.fit(x[rows], classes, sample_weight=share[rows, classes] * balanced[classes])
    return np.asarray(machine.coef_), np.asarray(machine.intercept_)

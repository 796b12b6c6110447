"""The methods of calibration, each fitted on one head: the codes of one dimension."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scheidslijn.calibration import Calibration, Knots, log_odds, sigmoid, softmax
from scheidslijn.codebook import Codebook, Dimension

Floats = NDArray[np.float64]
METHODS = ("none", "temperature", "platt", "vector", "isotonic")
"""Simplest first. "none" leaves the logits as they are; "temperature" is one scale for the head (Guo et al., ICML
2017); "platt" a scale and an offset per code (Platt 1999), in a single-label dimension one scale and an offset per
class; "vector" a scale and an offset per class there (Guo et al.), elsewhere the same as "platt"; "isotonic" a rising
line per code (Zadrozny and Elkan, KDD 2002)."""
PULL = 0.01
"""How strongly the scales of "vector" are drawn together, so that a rare class does not go its own way."""
ISOTONIC = 4
"""A rising line is fitted from this many times as many known yes and no on as a scale; else the code gets a scale."""


def fit_head(
    method: str, logits: Floats, targets: NDArray[np.float32], dimension: Dimension, codebook: Codebook, least: int = 5
) -> Calibration:
    """Fit one method on one dimension.

    Args:
        method: one of `METHODS`.
        logits: shape `(passages, all codes of the codebook)`, NaN for codes that are not scored.
        targets: what is known, same shape, NaN where unknown.
        least: as in `fit_calibration`; below it the codes stay as they are.

    Raises:
        ValueError: an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; known are {', '.join(METHODS)}")
    columns = codebook.columns(dimension.name)
    z, y = logits[:, columns].astype(np.float64), targets[:, columns].astype(np.float64)
    keys = codebook.keys[columns]
    if method == "none":
        return Calibration()
    return (_multi if dimension.multi else _single)(method, z, y, keys, least)


def log_loss(p: Floats, y: Floats, multi: bool) -> float:
    """Mean log loss per label, in nats; labels that are unknown and rows without probability are left out.

    For independent codes that of every yes-or-no question, for a single-label dimension that of the true class.
    """
    p = np.clip(p, 1e-7, 1 - 1e-7)
    own = -(y * np.log(p) + (1 - y) * np.log1p(-p)) if multi else -(y * np.log(p)).sum(axis=1)
    return float(np.nanmean(own)) if np.isfinite(own).any() else float("nan")


def _multi(method: str, z: Floats, y: Floats, keys: tuple[str, ...], least: int) -> Calibration:
    enough = {key: known for n, key in enumerate(keys) if _few(z, y, n)[1] >= least
              for known in [_few(z, y, n)[0]]}  # fmt: skip
    columns = {key: n for n, key in enumerate(keys)}
    if method == "temperature":
        if not enough:
            return Calibration()
        parts = [(z[known, columns[key]], _softened(y[known, columns[key]] >= 0.5)) for key, known in enough.items()]
        one = _temperature(np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts]))
        return Calibration(dict.fromkeys(keys, one))
    scale, offset, knots = {}, {}, {}
    for key, known in enough.items():
        own, yes = z[known, columns[key]], y[known, columns[key]]
        if method == "isotonic" and _few(z, y, columns[key])[1] >= ISOTONIC * least:
            knots[key] = _isotonic(own, yes)
        else:
            scale[key], offset[key] = _platt(own, yes >= 0.5)
    return Calibration(scale, offset, knots)


def _single(method: str, z: Floats, y: Floats, keys: tuple[str, ...], least: int) -> Calibration:
    whole = np.isfinite(z).all(axis=1) & np.isfinite(y).all(axis=1)
    if whole.sum() < 10 * least:
        return Calibration()
    z, y = z[whole], y[whole]
    if method == "temperature":
        return Calibration(dict.fromkeys(keys, _softmax(z, y, offsets=False)[0][0]))
    if method == "isotonic" and min((y >= 0.5).sum(axis=0)) >= ISOTONIC * least:
        odds = log_odds(z)
        return Calibration(knots={key: _isotonic(odds[:, n], y[:, n]) for n, key in enumerate(keys)})
    scales, offsets = _softmax(z, y, offsets=True, apart=method != "platt")
    return Calibration(dict(zip(keys, scales, strict=True)), dict(zip(keys, offsets, strict=True)))


def _few(z: Floats, y: Floats, column: int) -> tuple[NDArray[np.bool_], int]:
    """Which rows of a code are known, and the smaller of the numbers of yes and no."""
    known = np.isfinite(z[:, column]) & np.isfinite(y[:, column])
    yes = int((y[known, column] >= 0.5).sum())
    return known, min(yes, int(known.sum()) - yes)


def _isotonic(z: Floats, y: Floats) -> Knots:
    """A rising line with scikit-learn; probabilities stay as far from 0 and 1 as so many passages can tell."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(np.round(z, 6), y)
    edge = 1 / (len(z) + 2)  # Laplace's rule: even if all were right, the next one might not be
    x = np.asarray(fitted.X_thresholds_, dtype=np.float64)
    p = np.round(np.clip(np.asarray(fitted.y_thresholds_, dtype=np.float64), edge, 1 - edge), 6)
    return Knots(tuple(float(one) for one in x), tuple(float(one) for one in np.maximum.accumulate(p)))


def _minimum(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Where a loss, given with its gradient, is least."""
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _softened(yes: NDArray[np.bool_]) -> Floats:
    """Platt's targets: even if all were right, the next one might not be. They keep scales from growing without end."""
    positives, negatives = yes.sum(), (~yes).sum()
    return np.asarray(np.where(yes, (positives + 1) / (positives + 2), 1 / (negatives + 2)))


def _temperature(z: Floats, y: Floats) -> float:
    """One scale for yes-or-no questions."""
    spread = float(z.std()) or 1.0

    def loss(theta: Floats) -> tuple[float, Floats]:
        x = theta[0] / spread * z
        return float(np.mean(np.logaddexp(0, x) - y * x)), np.array([np.mean((sigmoid(x) - y) * z) / spread])

    return max(float(_minimum(loss, np.array([1.0]))[0]), 0.01) / spread


def _platt(z: Floats, yes: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and offset of a logistic regression on one logit."""
    soft = _softened(yes)
    spread = float(z.std()) or 1.0

    def loss(theta: Floats) -> tuple[float, Floats]:
        x = theta[0] / spread * z + theta[1]
        away = sigmoid(x) - soft
        gradient = np.array([np.mean(away * z) / spread, np.mean(away)]) + 2e-4 * theta
        return float(np.mean(np.logaddexp(0, x) - soft * x)) + 1e-4 * float(theta @ theta), gradient

    theta = _minimum(loss, np.array([1.0, 0.0]))
    return max(float(theta[0]), 0.01) / spread, float(theta[1])  # never let a higher logit mean less


def _softmax(z: Floats, y: Floats, *, offsets: bool, apart: bool = False) -> tuple[list[float], list[float]]:
    """A scale, or one per class, and an offset per class of a softmax; offsets undo class weights of the training."""
    spread, classes, doubt = float(z.std()) or 1.0, z.shape[1], 1 / (len(z) + 2)
    y = y * (1 - doubt) + (1 - y) * doubt / max(1, classes - 1)  # as in `_softened`
    scales = classes if apart else 1

    def loss(theta: Floats) -> tuple[float, Floats]:
        scale, offset = theta[:scales], theta[scales:]
        p = softmax(scale / spread * z + (offset if offsets else 0.0))
        away = p * y.sum(axis=1, keepdims=True) - y
        by_class, middle = (away * z).mean(axis=0) / spread, scale - scale.mean()
        by_scale = (by_class if apart else by_class.sum(keepdims=True)) + 2 * PULL * middle
        gradient = np.concatenate([by_scale, away.mean(axis=0) + 2e-3 * offset if offsets else []])
        drawn = PULL * float(middle @ middle) + 1e-3 * float(offset @ offset)
        return -float(np.mean((y * np.log(p + 1e-12)).sum(axis=1))) + drawn, gradient

    theta = _minimum(loss, np.concatenate([np.ones(scales), np.zeros(classes if offsets else 0)]))
    found = np.maximum(np.broadcast_to(theta[:scales], classes), 0.01) / spread
    return [float(value) for value in found], [float(value) for value in theta[scales:]]

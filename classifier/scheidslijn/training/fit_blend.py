"""Fits how much each labeller counts in a blend, on passages that none of them was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scheidslijn.calibration import Calibration, softmax
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.blend import Blend, as_logits

Floats = NDArray[np.float64]
PULL = 0.02
"""How strongly weights are drawn to equal shares; a rare code has too few passages to weigh the parts freely."""


def fit_blend(
    parts: Mapping[str, NDArray[np.float32]], targets: NDArray[np.float32], codebook: Codebook, least: int = 5
) -> Blend:
    """Fit weights of at least 0 and offsets: per code for multi-label dimensions, per dimension for single-label ones.

    Args:
        parts: probabilities by name of a labeller, each `(passages, codes)`; a part with a NaN on a dimension is left
            out of it.
        targets: what is known, `(passages, codes)`, NaN where unknown.
        least: a code with fewer known yes or no keeps equal weights.
    """
    weights: dict[str, dict[str, float]] = {name: {} for name in parts}
    offset: dict[str, float] = {}
    logits = {name: as_logits(one, codebook) for name, one in parts.items()}
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        usable = [name for name, z in logits.items() if np.isfinite(z[:, columns]).all()]
        y, keys = targets[:, columns].astype(np.float64), codebook.keys[columns]
        if not usable or not np.isfinite(y).any():
            continue  # nobody scores it, or nobody coded it
        z = np.stack([logits[name][:, columns] for name in usable])
        if dimension.multi:
            for number, key in enumerate(keys):
                known = np.isfinite(y[:, number])
                own, offset[key] = _binary(z[:, known, number], y[known, number] >= 0.5, least)
                for name, weight in zip(usable, own, strict=True):
                    weights[name][key] = weight
        else:
            whole = np.isfinite(y).all(axis=1)
            own, offsets = _single(z[:, whole], y[whole])
            offset |= dict(zip(keys, offsets, strict=True))
            for name, weight in zip(usable, own, strict=True):
                weights[name] |= dict.fromkeys(keys, weight)
    return Blend({name: own for name, own in weights.items() if own}, offset)


def cross_fitted(
    parts: Mapping[str, NDArray[np.float32]], targets: NDArray[np.float32], fold: NDArray[np.int64], codebook: Codebook
) -> NDArray[np.float32]:
    """Probabilities of the blend where each fold is blended with weights fitted on the others, `(passages, codes)`."""
    return Calibration().probabilities(cross_fitted_logits(parts, targets, fold, codebook), codebook)


def cross_fitted_logits(
    parts: Mapping[str, NDArray[np.float32]], targets: NDArray[np.float32], fold: NDArray[np.int64], codebook: Codebook
) -> Floats:
    """The logits behind `cross_fitted`, offset included; a calibration for `Blend.calibrated` is fitted on these."""
    out = np.full(targets.shape, np.nan)
    for number in np.unique(fold):
        own, others = fold == number, fold != number
        blend = fit_blend({name: one[others] for name, one in parts.items()}, targets[others], codebook)
        offset = np.array([blend.offset.get(key, 0.0) for key in codebook.keys])
        out[own] = blend.sums({name: one[own] for name, one in parts.items()}, codebook) + offset
    return out


def _binary(z: Floats, yes: NDArray[np.bool_], least: int) -> tuple[list[float], float]:
    """Weights of the parts and an offset for one code, from logits `(parts, passages)`."""
    equal = np.full(len(z), 1 / len(z))
    if min(yes.sum(), (~yes).sum()) < least:
        return list(equal), 0.0

    def loss(theta: Floats) -> float:
        x = theta[:-1] @ z + theta[-1]
        return float(np.mean(np.logaddexp(0, x) - yes * x)) + PULL * float(np.sum((theta[:-1] - equal) ** 2))

    found = _minimum(loss, np.append(equal, 0.0), len(z))
    return [float(value) for value in found[:-1]], float(found[-1])


def _single(z: Floats, y: Floats) -> tuple[list[float], list[float]]:
    """Weights of the parts and an offset per class for one dimension, from logits `(parts, passages, classes)`."""
    parts, _, classes = z.shape
    equal = np.full(parts, 1 / parts)

    def loss(theta: Floats) -> float:
        p = softmax(np.tensordot(theta[:parts], z, axes=1) + theta[parts:])
        away = PULL * float(np.sum((theta[:parts] - equal) ** 2)) + 1e-3 * float(theta[parts:] @ theta[parts:])
        return -float(np.mean((y * np.log(p + 1e-12)).sum(axis=1))) + away

    found = _minimum(loss, np.append(equal, np.zeros(classes)), parts)
    return [float(value) for value in found[:parts]], [float(value) for value in found[parts:]]


def _minimum(loss: object, start: Floats, weights: int) -> Floats:
    bounds: Sequence[tuple[float | None, None]] = [(0.0, None)] * weights + [(None, None)] * (len(start) - weights)
    return np.asarray(minimize(loss, start, method="L-BFGS-B", bounds=bounds).x)

"""From a model's logits to probabilities that mean what they say, fitted on held-apart documents.

First a scale and an offset per code, `x = scale * logit + offset`; a temperature is the case `offset = 0`. Then
`sigmoid(x)` for a multi-label code and a softmax over `x` for a single-label dimension. Codes may have *knots* instead
(isotonic regression): probabilities at some values of `x`, straight lines between them, level outside. In a
single-label dimension the knots stand on the log-odds of the softmax, and what they give is made to add up to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook


@dataclass(frozen=True, slots=True)
class Knots:
    """A rising line: `probabilities`, each in [0, 1] and never falling, at rising values of `logits`."""

    logits: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        x, y = np.array(self.logits), np.array(self.probabilities)
        if not (len(x) == len(y) > 0 and np.isfinite(x).all() and (np.diff(x) > 0).all()):
            raise ValueError("logits of knots must rise, and there must be a probability for each")
        if not ((y >= 0).all() and (y <= 1).all() and (np.diff(y) >= 0).all()):
            raise ValueError("probabilities of knots must lie between 0 and 1 and never fall")

    def at(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities at values `x`; NaN stays NaN."""
        return np.asarray(np.interp(x, self.logits, self.probabilities), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scale, offset and knots by key (`thema.onderwijs`).

    A key that is absent has scale 1, offset 0 and no knots. Of a single-label dimension all keys have knots, or none.
    """

    scale: Mapping[str, float] = field(default_factory=dict)
    offset: Mapping[str, float] = field(default_factory=dict)
    knots: Mapping[str, Knots] = field(default_factory=dict)

    def probabilities(self, logits: NDArray[np.floating], codebook: Codebook) -> NDArray[np.float32]:
        """Turn logits into probabilities, both of shape `(passages, len(codebook.keys))`; NaN stays NaN.

        >>> from scheidslijn.codebook import Code, Codebook, Dimension
        >>> thema = Dimension("thema", "", "", True, "", (Code("thema", "zorg", "", "", ""),))
        >>> Calibration({"thema.zorg": 2.0}).probabilities(np.array([[0.0], [np.nan]]), Codebook("x", "1", (thema,)))
        array([[0.5],
               [nan]], dtype=float32)
        """
        scale = np.array([self.scale.get(key, 1.0) for key in codebook.keys])
        offset = np.array([self.offset.get(key, 0.0) for key in codebook.keys])
        scaled = logits.astype(np.float64) * scale + offset
        out = np.empty(scaled.shape, dtype=np.float32)
        for dimension in codebook.dimensions:
            columns = codebook.columns(dimension.name)
            keys, own = codebook.keys[columns], scaled[:, columns]
            out[:, columns] = self._multi(own, keys) if dimension.multi else self._single(own, keys)
        return out

    def as_tables(self) -> dict[str, dict[str, Any]]:
        """Plain tables for `model.toml`, with six decimals; an empty table is left out."""
        tables: dict[str, dict[str, Any]] = {
            "scale": {key: round(value, 6) for key, value in self.scale.items()},
            "offset": {key: round(value, 6) for key, value in self.offset.items()},
            "knots": {key: {"logits": list(one.logits), "probabilities": list(one.probabilities)}
                      for key, one in self.knots.items()},
        }  # fmt: skip
        return {name: table for name, table in tables.items() if table}

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any]) -> Calibration:
        """Read what `as_tables` gave, from a table that may hold more.

        Raises:
            ValueError: knots that do not rise.
        """
        knots = {key: Knots(tuple(own["logits"]), tuple(own["probabilities"]))
                 for key, own in tables.get("knots", {}).items()}  # fmt: skip
        return cls(tables.get("scale", {}), tables.get("offset", {}), knots)

    def _multi(self, x: NDArray[np.float64], keys: tuple[str, ...]) -> NDArray[np.float64]:
        out = sigmoid(x)
        for number, key in enumerate(keys):
            if key in self.knots:
                out[:, number] = self.knots[key].at(x[:, number])
        return out

    def _single(self, x: NDArray[np.float64], keys: tuple[str, ...]) -> NDArray[np.float64]:
        if not keys or not all(key in self.knots for key in keys):
            return softmax(x)
        odds = log_odds(x)
        out = np.stack([self.knots[key].at(odds[:, number]) for number, key in enumerate(keys)], axis=1)
        total = out.sum(axis=1, keepdims=True)
        even = np.where(np.isnan(total), np.nan, 1 / len(keys))
        return np.where(total > 0, out / np.where(total > 0, total, 1.0), even)


def sigmoid(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logistic function, without overflow for large negative values."""
    half = np.tanh(np.asarray(values, dtype=np.float64) / 2)
    return np.asarray((half + 1) / 2)


def softmax(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities over the last axis; a row with a NaN is NaN."""
    if not values.size:
        return np.asarray(values, dtype=np.float64)
    exponent = np.exp(np.asarray(values, dtype=np.float64) - values.max(axis=-1, keepdims=True))
    return np.asarray(exponent / exponent.sum(axis=-1, keepdims=True))


def log_odds(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logits of the probabilities of a softmax over the last axis, each class against all others together."""
    others = np.empty_like(values)
    for number in range(values.shape[-1]):
        rest = np.delete(values, number, axis=-1)
        top = rest.max(axis=-1, keepdims=True, initial=-1e300)
        others[..., number] = top[..., 0] + np.log(np.maximum(np.exp(rest - top).sum(axis=-1), 1e-300))
    return np.asarray(values - others)

"""From a model's logits to probabilities that mean what they say.

One scale and one offset per code, fitted on held-apart documents: `sigmoid(scale * logit + offset)` for a
multi-label code, and a softmax over `scale * logit + offset` for a single-label dimension. A temperature is the case
`offset = 0`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scale and offset by key (`thema.onderwijs`); a key that is absent has scale 1 and offset 0."""

    scale: Mapping[str, float] = field(default_factory=dict)
    offset: Mapping[str, float] = field(default_factory=dict)

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
            out[:, columns] = sigmoid(scaled[:, columns]) if dimension.multi else softmax(scaled[:, columns])
        return out


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

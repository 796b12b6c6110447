"""A weighted sum of the other labellers: they err in different places, so together they may be better than each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration, Knots
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision, Labeller
from scheidslijn.labellers.encoder import EncoderLabeller
from scheidslijn.labellers.terms import TermScan
from scheidslijn.labellers.tfidf import TfidfLabeller
from scheidslijn.model_folder import MANIFEST, ModelFolder
from scheidslijn.passage import Passage

LEAST = 1e-3
"""Probabilities are kept this far from 0 and 1, so that one sure part cannot outvote all others."""


@dataclass(frozen=True, slots=True)
class Blend:
    """How much each part counts: by name of a labeller and key (`thema.onderwijs`) a weight of at least 0.

    A part that is absent for a key plays no part there. What it gives is `sum(weight * logit) + offset`, turned into a
    probability by `Calibration`, with its knots where it has any.
    """

    weights: Mapping[str, Mapping[str, float]]
    offset: Mapping[str, float]
    knots: Mapping[str, Knots] = field(default_factory=dict)

    def probabilities(self, parts: Mapping[str, NDArray[np.float32]], codebook: Codebook) -> NDArray[np.float32]:
        """Combine probabilities of the parts, by name, each `(passages, codes)`; NaN for a code without any weight."""
        return Calibration(offset=self.offset, knots=self.knots).probabilities(self.sums(parts, codebook), codebook)

    def sums(self, parts: Mapping[str, NDArray[np.float32]], codebook: Codebook) -> NDArray[np.float64]:
        """Weighted sums of the logits of the parts, without the offset, shape `(passages, codes)`."""
        shape = next(iter(parts.values())).shape
        total = np.full(shape, np.nan)
        for name, weights in self.weights.items():
            logits = as_logits(parts[name], codebook)
            for column, key in enumerate(codebook.keys):
                if weights.get(key, 0.0) > 0:
                    total[:, column] = np.nan_to_num(total[:, column]) + weights[key] * logits[:, column]
        return total

    def calibrated(self, calibration: Calibration) -> Blend:
        """The blend with a calibration over its logits, offset included, folded into weights, offset and knots.

        >>> Blend({"tfidf": {"thema.zorg": 0.5}}, {"thema.zorg": 1.0}).calibrated(Calibration({"thema.zorg": 2.0}))
        Blend(weights={'tfidf': {'thema.zorg': 1.0}}, offset={'thema.zorg': 2.0}, knots={})
        """
        scale = calibration.scale
        weights = {name: {key: value * scale.get(key, 1.0) for key, value in own.items()}
                   for name, own in self.weights.items()}  # fmt: skip
        offset = {key: self.offset.get(key, 0.0) * scale.get(key, 1.0) + calibration.offset.get(key, 0.0)
                  for key in dict.fromkeys([*self.offset, *scale, *calibration.offset])}  # fmt: skip
        return Blend(weights, offset, calibration.knots)


def as_logits(probabilities: NDArray[np.float32], codebook: Codebook) -> NDArray[np.float64]:
    """The logits behind probabilities, same shape: log-odds of multi-label codes, logarithms of single-label ones."""
    p = np.clip(probabilities.astype(np.float64), LEAST, 1 - LEAST)
    out = np.asarray(np.log(p))
    for dimension in codebook.dimensions:
        if dimension.multi:
            columns = codebook.columns(dimension.name)
            out[:, columns] -= np.log1p(-p[:, columns])
    return out


class BlendLabeller:
    """`Blend` behind the labeller protocol.

    Args:
        parts: the labellers it is made of.
    """

    name = "blend"

    def __init__(
        self, blend: Blend, parts: Sequence[Labeller], codebook: Codebook, decision: Decision, version: str
    ) -> None:
        self.blend, self.parts, self.codebook = blend, tuple(parts), codebook
        self.decision, self.version = decision, version

    @classmethod
    def load(
        cls, folder: ModelFolder, codebook: Codebook, threads: int | None = None, engine: str = "auto"
    ) -> BlendLabeller:
        """Load the blend of a model folder with its parts; the term scan comes from the codebook.

        Args:
            threads, engine: of the encoder, see `EncoderLabeller.load`.

        Raises:
            ModelError: the folder has no blend, it names an unknown part, or a file was altered.
        """
        if "blend" not in folder.facts:
            raise ModelError(f"{folder.path}: has no blend; it has {', '.join(folder.components) or 'no labeller'}")
        own = folder.facts["blend"]
        parts: list[Labeller] = []
        for name in own["weights"]:
            if name == "encoder":
                parts.append(EncoderLabeller.load(folder, codebook, threads, engine))
            elif name == "tfidf":
                parts.append(TfidfLabeller.load(folder, codebook))
            elif name == "terms":
                parts.append(TermScan(codebook))
            else:
                known = "encoder, tfidf, terms"
                raise ModelError(f"{folder.path / MANIFEST}: blends {name!r}; known labellers: {known}")
        blend = Blend(own["weights"], own["offset"], folder.calibration("blend").knots)
        return cls(blend, parts, codebook, folder.decision("blend"), f"{folder.version}/blend")

    def combine(self, parts: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """Scores from those of the parts, by name."""
        return self.blend.probabilities(parts, self.codebook)

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return calibrated probabilities, shape `(len(passages), len(codebook.keys))`; see the protocol."""
        if not passages:
            return np.empty((0, len(self.codebook.keys)), dtype=np.float32)
        return self.combine({part.name: part.scores(passages) for part in self.parts})

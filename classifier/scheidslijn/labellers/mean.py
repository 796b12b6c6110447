"""The mean of the encoder and TF-IDF: they err in different places, so together they may be better than either."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration, as_logits
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision, Labeller
from scheidslijn.labellers.encoder import EncoderLabeller
from scheidslijn.labellers.tfidf import TfidfLabeller
from scheidslijn.model_folder import ModelFolder
from scheidslijn.passage import Passage


def mean_logits(probabilities: Sequence[NDArray[np.float32]], codebook: Codebook) -> NDArray[np.float64]:
    """Mean of the logits behind sets of probabilities, each of shape `(passages, codes)`; NaN where one is NaN."""
    return np.asarray(np.mean([as_logits(one, codebook) for one in probabilities], axis=0))


class MeanLabeller:
    """Averages the logits of other labellers and calibrates the result anew.

    Args:
        parts: the labellers, with calibrated probabilities.
    """

    name = "mean"

    def __init__(
        self, parts: Sequence[Labeller], codebook: Codebook, calibration: Calibration, decision: Decision, version: str
    ) -> None:
        self.parts, self.codebook, self.calibration = tuple(parts), codebook, calibration
        self.decision, self.version = decision, version

    @classmethod
    def load(cls, folder: ModelFolder, codebook: Codebook) -> MeanLabeller:
        """Load the mean of the two trained components of a model folder.

        Raises:
            ModelError: the folder does not have it, or its files were altered.
        """
        if "mean" not in folder.facts:
            raise ModelError(f"{folder.path}: has no mean labeller; it has {', '.join(folder.components) or 'none'}")
        parts = (EncoderLabeller.load(folder, codebook), TfidfLabeller.load(folder, codebook))
        return cls(parts, codebook, folder.calibration("mean"), folder.decision("mean"), f"{folder.version}/mean")

    def combine(self, probabilities: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Scores from those of the parts, in their order."""
        return self.calibration.probabilities(mean_logits(probabilities, self.codebook), self.codebook)

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return calibrated probabilities, shape `(len(passages), len(codebook.keys))`; see the protocol."""
        return self.combine([part.scores(passages) for part in self.parts])

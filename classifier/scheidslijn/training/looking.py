"""Looks at a network on the validation documents while it trains: what early stopping and the curves go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.context import context_text
from scheidslijn.labellers.windows import Windows
from scheidslijn.training.losses import masked_loss
from scheidslijn.training.network import Network, predict
from scheidslijn.training.tuning import FineTuneRecipe


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the validation documents.

    Attributes:
        step: after so many steps.
        score: mean average precision over the codes that have a known yes and no there, 0 to 1; NaN if none has.
        loss: mean loss of a passage, without class weights.
    """

    step: int
    score: float
    loss: float

    @property
    def rank(self) -> float:
        """What early stopping maximises: the score, and where the documents give none, the loss turned round.

        Average precision needs no threshold and does not punish the class weights that calibration undoes later.
        """
        return self.score if np.isfinite(self.score) else -self.loss

    def as_table(self) -> dict[str, Any]:
        """The values by name."""
        return asdict(self)


def look_at(
    network: Network,
    windows: Windows,
    examples: Sequence[Example],
    codebook: Codebook,
    recipe: FineTuneRecipe,
    step: int,
) -> Look:
    """Score a network on examples it is not trained on."""
    contexts = [context_text(recipe.context, one.heading, one.doc_type) for one in examples]
    logits = predict(network, windows, [one.text for one in examples], contexts=contexts)
    targets = target_matrix(examples, codebook)
    loss = masked_loss(
        torch.from_numpy(logits), torch.from_numpy(targets).double(), torch.ones(len(examples)).double(), codebook,
        torch.ones(len(codebook.keys)).double(),
    )  # fmt: skip
    score = mean_average_precision(Calibration().probabilities(logits, codebook), targets)
    return Look(step, score, float(loss) / max(1, len(examples)))


def mean_average_precision(probabilities: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
    """Average precision of each code, averaged over the codes with a known yes and a known no; NaN if none has."""
    from sklearn.metrics import average_precision_score

    found = []
    for p, y in zip(probabilities.T, targets.T, strict=True):
        known = np.isfinite(y)
        yes = y[known] >= 0.5
        if yes.any() and not yes.all():
            found.append(average_precision_score(yes, p[known]))
    return float(np.mean(found)) if found else float("nan")

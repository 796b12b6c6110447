"""The settings of fine-tuning, apart from the code that needs torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheidslijn.labellers.context import FIELDS
from scheidslijn.recipes import demand


@dataclass(frozen=True, slots=True)
class FineTuneRecipe:
    """How to fine-tune.

    Attributes:
        epochs: passes over the examples at most; 0 trains nothing.
        learning_rate: of the top layer; lower layers get `layer_decay` times that of the layer above.
        head_rate: the heads learn so many times faster than the top layer.
        batch: examples in a step, over all processes.
        accumulate: parts that a step is computed in, to save memory; the result is that of one part.
        warmup: share of the steps in which the rate rises; then it falls linearly to 0.
        freeze: embeddings and so many lower layers stay as they are (0: nothing is frozen).
        loss: "weighted" counts a rare "yes" more (`most_positive_weight`); "focal" counts what is already known less
            (Lin et al. 2017, eq. 5), on top of the same weights.
        focal_gamma: strength of the focal loss; 0 is the weighted loss.
        most_positive_weight: a rare code's "yes" counts for at most so many "no".
        validation: share of the documents on which early stopping looks; 0 trains all epochs on everything.
        patience: stop after so many looks without a better one; the best weights are kept.
        looks: how often in an epoch to look.
        precision: "auto" takes bf16 on a device that multiplies in it, and fp32 elsewhere.
        window, overlap: tokens; see `Windows`.
        context: what of `labellers.context.FIELDS` stands before every window; context_tokens: room for it.
        seed: of order, dropout and heads.
    """

    epochs: float = 2.0
    learning_rate: float = 1e-4
    head_rate: float = 10.0
    layer_decay: float = 0.9
    batch: int = 32
    accumulate: int = 1
    warmup: float = 0.1
    weight_decay: float = 0.01
    freeze: int = 0
    loss: Literal["weighted", "focal"] = "weighted"
    focal_gamma: float = 2.0
    most_positive_weight: float = 8.0
    dropout: float = 0.1
    validation: float = 0.0
    patience: int = 3
    looks: int = 1
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    window: int = 128
    overlap: int = 32
    context: tuple[str, ...] = ()
    context_tokens: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        demand(self.epochs >= 0, "epochs", self.epochs, "0 or more")
        demand(self.batch >= 1, "batch", self.batch, "1 or more")
        demand(1 <= self.accumulate <= self.batch, "accumulate", self.accumulate, f"1 to batch ({self.batch})")
        demand(0 < self.layer_decay <= 1, "layer_decay", self.layer_decay, "above 0, at most 1")
        demand(0 <= self.warmup <= 1, "warmup", self.warmup, "a share, 0 to 1")
        demand(0 <= self.validation < 1, "validation", self.validation, "a share, 0 up to 1")
        demand(self.patience >= 1 and self.looks >= 1, "patience, looks", (self.patience, self.looks), "1 or more")
        demand(0 <= self.dropout < 1, "dropout", self.dropout, "0 up to 1")
        demand(set(self.context) <= set(FIELDS), "context", self.context, f"some of {', '.join(FIELDS)}")

    @property
    def room(self) -> int:
        """Tokens of context in a window, 0 without context."""
        return self.context_tokens if self.context else 0


@dataclass(frozen=True, slots=True)
class FewRecipe:
    """How to train from few labels; see `few_labels`.

    Attributes:
        most: taken when the middle code has at most so many examples; 0 never takes it.
        strength: inverse strength of the regularisation of the heads (scikit-learn's `C`).
        steps: contrastive steps before the heads are fitted; 0 leaves the encoder as it is.
        batch: passages in such a step.
        learning_rate: of the top layer in these steps.
        temperature: of the contrastive loss.
    """

    most: int = 50
    strength: float = 0.02
    steps: int = 60
    batch: int = 32
    learning_rate: float = 3e-4
    temperature: float = 0.1

    def __post_init__(self) -> None:
        demand(self.most >= 0, "most", self.most, "0 or more")
        demand(self.strength > 0, "strength", self.strength, "above 0")
        demand(self.steps >= 0, "steps", self.steps, "0 or more")
        demand(self.batch >= 2, "batch", self.batch, "2 or more")
        demand(self.temperature > 0, "temperature", self.temperature, "above 0")

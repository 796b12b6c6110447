"""The settings of fine-tuning, apart from the code that needs torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FineTuneRecipe:
    """How to fine-tune.

    Attributes:
        epochs: passes over the examples.
        learning_rate: of the top layer; lower layers get `layer_decay` times that of the layer above, heads ten times.
        batch: examples in a step.
        warmup: share of the steps in which the rate rises; then it falls linearly to 0.
        freeze: embeddings and so many lower layers stay as they are (0: nothing is frozen).
        most_positive_weight: a rare code's "yes" counts for at most so many "no".
        window, overlap: tokens; see `Windows`.
        seed: of order, dropout and heads.
    """

    epochs: float = 2.0
    learning_rate: float = 1e-4
    layer_decay: float = 0.9
    batch: int = 32
    warmup: float = 0.1
    weight_decay: float = 0.01
    freeze: int = 0
    most_positive_weight: float = 8.0
    dropout: float = 0.1
    window: int = 128
    overlap: int = 32
    seed: int = 0

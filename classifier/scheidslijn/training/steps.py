"""Which examples a step takes, how fast each layer learns, and how the rate rises and falls."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np

from scheidslijn.labellers.windows import Window
from scheidslijn.training.network import Network
from scheidslijn.training.tuning import FineTuneRecipe


def batches_of(cut: Sequence[Sequence[Window]], recipe: FineTuneRecipe) -> list[list[int]]:
    """Rows of every step. Pools of 32 batches are sorted by length: little padding, and an order random enough."""
    generator = random.Random(recipe.seed)
    batches: list[list[int]] = []
    left = recipe.epochs
    while left > 0:
        rows = list(range(len(cut)))
        generator.shuffle(rows)
        rows = rows[: max(1, int(np.ceil(min(1.0, left) * len(rows))))]
        epoch: list[list[int]] = []
        for start in range(0, len(rows), recipe.batch * 32):
            part = sorted(rows[start : start + recipe.batch * 32], key=lambda row: sum(len(w.ids) for w in cut[row]))
            epoch.extend(part[at : at + recipe.batch] for at in range(0, len(part), recipe.batch))
        generator.shuffle(epoch)
        batches.extend(epoch)
        left -= 1
    return batches


def own_rows(rows: Sequence[int], process: int, processes: int) -> list[int]:
    """The rows of a step that one of several processes computes; it may be none."""
    return list(rows[process::processes])


def parts_of(rows: Sequence[int], parts: int) -> list[list[int]]:
    """The rows in at most `parts` runs of about equal length, for gradient accumulation; at least one run."""
    size = max(1, -(-len(rows) // parts))
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)] or [[]]


def parameter_groups(network: Network, recipe: FineTuneRecipe) -> list[dict[str, object]]:
    """Parameters by layer with their learning rates; frozen ones are left out and get no gradient."""
    layers = sorted({layer for name, _ in network.encoder.named_parameters() if (layer := _layer(name)) >= 0})
    top = layers[-1] + 1 if layers else 0
    groups: list[dict[str, object]] = []
    for name, parameter in network.encoder.named_parameters():
        layer = _layer(name)
        last = name.startswith(("pooler", "final"))
        if recipe.freeze and layer < recipe.freeze and not last:
            parameter.requires_grad_(False)
            continue
        depth = 0 if last else top - layer
        groups.append({"params": [parameter], "lr": recipe.learning_rate * recipe.layer_decay**depth})
    groups.append({"params": list(network.heads.parameters()), "lr": recipe.learning_rate * recipe.head_rate})
    return groups


def _layer(name: str) -> int:
    """The number of the layer in a parameter's name (`encoder.layer.3.…`, `layers.3.…`), -1 for the embeddings."""
    parts = name.split(".")
    return next((int(part) for part in parts[1:] if part.isdigit()), -1)


def rise_then_fall(steps: int, warmup: float) -> Callable[[int], float]:
    """The share of the full rate at a step, counted from 0: a line up over the warm-up, then a line down to 0."""
    rise = max(1, round(steps * warmup))
    return lambda step: min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))

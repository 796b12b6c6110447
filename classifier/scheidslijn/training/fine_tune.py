"""Fine-tunes encoder and heads on partly labelled examples: an unknown label is masked, never counted as "no"."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.windows import Window, Windows
from scheidslijn.training.network import Network, pooled_logits
from scheidslijn.training.tuning import FineTuneRecipe

Progress = Callable[[int, int, float], None]
"""Called after each step with its number, the number of steps, and the running loss."""


def fine_tune(
    network: Network,
    windows: Windows,
    examples: Sequence[Example],
    codebook: Codebook,
    recipe: FineTuneRecipe,
    progress: Progress | None = None,
) -> None:
    """Train `network` in place; its heads must be those of `codebook`, in its order."""
    torch.manual_seed(recipe.seed)
    cut = [windows.cut(example.text) for example in examples]
    targets = torch.from_numpy(target_matrix(examples, codebook))
    weights = torch.tensor([example.weight for example in examples])
    positive = positive_weights(targets, codebook, recipe.most_positive_weight)
    batches = _batches(cut, recipe)
    optimizer = torch.optim.AdamW(parameter_groups(network, recipe), weight_decay=recipe.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _warmup_then_fall(len(batches), recipe.warmup))
    network.train()
    running = 0.0
    for step, rows in enumerate(batches):
        logits = pooled_logits(network, [cut[row] for row in rows])
        loss = masked_loss(logits, targets[rows], weights[rows], codebook, positive)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if progress is not None:
            progress(step + 1, len(batches), running)
    network.eval()


def masked_loss(logits: Tensor, targets: Tensor, weights: Tensor, codebook: Codebook, positive: Tensor) -> Tensor:
    """Mean over examples of the summed losses of their dimensions; unknown targets (NaN) add nothing.

    A multi-label dimension adds the summed binary cross-entropy of its codes, a single-label one the cross-entropy.

    Args:
        logits, targets: shape `(examples, codes)`.
        weights: of the examples, shape `(examples,)`.
        positive: how much a "yes" of each code counts, shape `(codes,)`.
    """
    total = logits.new_zeros(())
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        z, y, plus = logits[:, columns], targets[:, columns], positive[columns]
        known = ~torch.isnan(y)
        if not known.any():
            continue
        y = torch.nan_to_num(y)
        if dimension.multi:
            each = binary_cross_entropy_with_logits(z, y, pos_weight=plus, reduction="none")
            loss = (each * known).sum(dim=1)
        else:
            loss = -(y * plus * log_softmax(z, dim=1)).sum(dim=1)  # an unknown row has y = 0 throughout
        total = total + (loss * weights).sum() / len(weights)
    return total


def positive_weights(targets: Tensor, codebook: Codebook, most: float) -> Tensor:
    """How much a "yes" of each code counts, shape `(codes,)`: the square root of no to yes, between 1 and `most`.

    Of a single-label dimension, where every "yes" is the "no" of another code, they are scaled to count 1 on average.
    """
    yes, no = (targets >= 0.5).sum(dim=0), (targets < 0.5).sum(dim=0)
    weights = torch.sqrt(no / yes.clamp(min=1)).clamp(1.0, most)
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        if not dimension.multi and yes[columns].sum() > 0:
            weights[columns] /= (weights[columns] * yes[columns]).sum() / yes[columns].sum()
    return weights


def parameter_groups(network: Network, recipe: FineTuneRecipe) -> list[dict[str, object]]:
    """Parameters by layer with their learning rates; frozen ones are left out and get no gradient."""
    layers = sorted({layer for name, _ in network.encoder.named_parameters() if (layer := _layer(name)) >= 0})
    top = layers[-1] + 1 if layers else 0
    groups: list[dict[str, object]] = []
    for name, parameter in network.encoder.named_parameters():
        layer = _layer(name)
        if recipe.freeze and layer < recipe.freeze and not name.startswith("pooler"):
            parameter.requires_grad_(False)
            continue
        depth = 0 if name.startswith(("pooler", "final")) else top - layer
        groups.append({"params": [parameter], "lr": recipe.learning_rate * recipe.layer_decay**depth})
    groups.append({"params": list(network.heads.parameters()), "lr": recipe.learning_rate * 10})
    return groups


def _layer(name: str) -> int:
    """The number of the layer in a parameter's name (`encoder.layer.3.…`, `layers.3.…`), -1 for the embeddings."""
    parts = name.split(".")
    return next((int(part) for part in parts[1:] if part.isdigit()), -1)


def _warmup_then_fall(steps: int, warmup: float) -> Callable[[int], float]:
    rise = max(1, round(steps * warmup))
    return lambda step: min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))


def _batches(cut: Sequence[Sequence[Window]], recipe: FineTuneRecipe) -> list[list[int]]:
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

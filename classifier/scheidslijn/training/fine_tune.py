"""Fine-tunes encoder and heads on partly labelled examples: an unknown label is masked, never counted as "no"."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from scheidslijn.annotations.examples import Example, target_matrix, weight_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.context import context_text
from scheidslijn.labellers.windows import Window, Windows
from scheidslijn.training import compute
from scheidslijn.training.checkpoint import (
    Checkpoint,
    optimiser_tensors,
    read_checkpoint,
    restore_optimiser,
    write_checkpoint,
)
from scheidslijn.training.kept import digest
from scheidslijn.training.looking import Look, look_at
from scheidslijn.training.losses import masked_loss, positive_weights
from scheidslijn.training.network import Network, pooled_logits
from scheidslijn.training.steps import batches_of, own_rows, parameter_groups, parts_of, rise_then_fall
from scheidslijn.training.tuning import FineTuneRecipe

Progress = Callable[[int, int, float], None]
"""Called after each step with its number, the number of steps, and the running loss."""

CHECKPOINT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class History:
    """How a run went.

    Attributes:
        steps: taken in all; best_step: whose weights were kept (the last without a validation split).
        losses: rows of step and running loss, about a hundred of them.
        looks: on the validation split, in order.
    """

    steps: int
    best_step: int
    losses: tuple[tuple[int, float], ...]
    looks: tuple[Look, ...]


def contexts_of(examples: Sequence[Example], recipe: FineTuneRecipe) -> list[str]:
    """What stands before each example in its windows."""
    return [context_text(recipe.context, one.heading, one.doc_type) for one in examples]


class FineTuning:
    """A run that can be stopped and taken up again: the state of two halves is that of the whole.

    Every step seeds its own dropout, and the order of all steps follows from the seed, so nothing of the generators
    need be kept. Several processes share each step, and the gradient is that of one process.

    Args:
        network: trained in place; its heads must be those of `codebook`, in its order.
        validation: examples to look at for early stopping; of documents that are not in `examples`.
        checkpoint: the file to go on from and to write to, None for none.
    """

    def __init__(
        self, network: Network, windows: Windows, examples: Sequence[Example], codebook: Codebook,
        recipe: FineTuneRecipe, validation: Sequence[Example] = (), checkpoint: Path | None = None,
    ) -> None:  # fmt: skip
        self.network, self.windows, self.codebook, self.recipe = network, windows, codebook, recipe
        self.validation, self.checkpoint = list(validation), checkpoint
        self.cut: list[list[Window]] = [
            windows.cut(one.text, before) for one, before in zip(examples, contexts_of(examples, recipe), strict=True)
        ]
        self.targets = torch.from_numpy(target_matrix(examples, codebook))
        self.weights = torch.from_numpy(weight_matrix(examples, codebook))
        self.positive = positive_weights(self.targets, codebook, recipe.most_positive_weight)
        self.batches = batches_of(self.cut, recipe)
        self.look_every = max(1, round(len(self.batches) / max(recipe.epochs, 1e-9) / recipe.looks))
        groups = parameter_groups(network, recipe)  # before the network is spread: it freezes
        self.spread = compute.spread(network)
        self.optimiser = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, fused=True)
        self.rates = [float(group["lr"]) for group in self.optimiser.param_groups]
        self.rate_at = rise_then_fall(len(self.batches), recipe.warmup)
        self.step, self.running = 0, 0.0
        self.losses: list[tuple[int, float]] = []
        self.looks: list[Look] = []
        self.best: dict[str, Tensor] = {}
        self.made_from = ""
        if checkpoint is not None:
            self.made_from = digest(
                [*examples, *validation], codebook, [repr(recipe), len(examples), _weights(network)]
            )

    def run(self, progress: Progress | None = None, most_steps: int = 0) -> History:
        """Train to the end, or until looking shows no more gain; the network then has the best weights.

        Args:
            most_steps: stop after this step with a checkpoint, to take the run up again later; 0 goes on to the end.
        """
        self._resume()
        self.spread.train()
        saved = time.monotonic()
        while self.step < len(self.batches) and not self._tired():
            self._one_step()
            if self.validation and (self.step % self.look_every == 0 or self.step == len(self.batches)):
                self._look()
            if progress is not None:
                progress(self.step, len(self.batches), self.running)
            if self.checkpoint is not None and time.monotonic() - saved > CHECKPOINT_SECONDS:
                self._save()
                saved = time.monotonic()
            if self.step == most_steps:
                self._save()
                break
        if self.best:
            self.network.load_state_dict(self.best, strict=False)
        self.network.to("cpu").eval()
        best = max(self.looks, key=lambda look: look.rank).step if self.looks else self.step
        return History(self.step, best, tuple(self.losses), tuple(self.looks))

    def _one_step(self) -> None:
        number, processes = compute.process()
        rows = self.batches[self.step]
        torch.manual_seed((self.recipe.seed * 1_000_003 + self.step) * 1009 + number)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * self.rate_at(self.step)
        self.optimiser.zero_grad(set_to_none=True)
        value = 0.0
        parts = parts_of(own_rows(rows, number, processes), self.recipe.accumulate)
        for part in parts:
            loss = (
                self._loss(part or rows[:1]) * (1.0 if part else 0.0) / len(rows)
            )  # a process without rows keeps pace
            (loss * processes).backward()  # type: ignore[no-untyped-call]  # processes average their gradients
            value += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.running = value if self.step == 0 else 0.98 * self.running + 0.02 * value
        self.step += 1
        if self.step % max(1, len(self.batches) // 100) == 0:
            self.losses.append((self.step, round(self.running, 6)))

    def _loss(self, rows: Sequence[int]) -> Tensor:
        where, gamma = compute.device(), self.recipe.focal_gamma if self.recipe.loss == "focal" else 0.0
        with compute.half(self.recipe.precision):
            logits = pooled_logits(self.spread, [self.cut[row] for row in rows])
        return masked_loss(
            logits.float(), self.targets[list(rows)].to(where), self.weights[list(rows)].to(where), self.codebook,
            self.positive.to(where), gamma,
        )  # fmt: skip

    def _look(self) -> None:
        look = look_at(self.network, self.windows, self.validation, self.codebook, self.recipe, self.step)
        if not self.looks or compute.agreed(look.rank) > max(one.rank for one in self.looks):
            self.best = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        self.looks.append(look)
        self.spread.train()

    def _tired(self) -> bool:
        if not self.looks:
            return False
        best = max(range(len(self.looks)), key=lambda number: self.looks[number].rank)
        return len(self.looks) - 1 - best >= self.recipe.patience

    def _save(self) -> None:
        if self.checkpoint is None or not compute.is_first():
            return
        facts: dict[str, Any] = {
            "step": self.step, "running": self.running, "losses": self.losses,
            "looks": [look.as_table() for look in self.looks],
        }  # fmt: skip
        tensors = {f"network/{name}": value for name, value in self.network.state_dict().items()}
        tensors |= {f"best/{name}": value for name, value in self.best.items()}
        tensors |= {f"optimiser/{name}": value for name, value in optimiser_tensors(self.optimiser).items()}
        write_checkpoint(self.checkpoint, Checkpoint(self.made_from, facts, tensors))

    def _resume(self) -> None:
        found = None if self.checkpoint is None else read_checkpoint(self.checkpoint, self.made_from)
        if found is None:
            return
        self.network.load_state_dict(found.part("network"))
        restore_optimiser(self.optimiser, found.part("optimiser"))
        self.best = found.part("best")
        self.step, self.running = found.facts["step"], found.facts["running"]
        self.losses = [(int(step), float(loss)) for step, loss in found.facts["losses"]]
        self.looks = [Look(**row) for row in found.facts["looks"]]


def _weights(network: Network) -> str:
    """A short mark of the weights a run starts from: sums of every tensor, exact in double precision."""
    return repr([float(value.double().sum()) for value in network.state_dict().values()])

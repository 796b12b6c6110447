"""The run itself: steps, rates, checkpoints, resume, and the folder that `AutoModel` and `AutoTokenizer` load."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.pretraining.encoder import hidden_states, scores_at
from scheidslijn.pretraining.masking import mask_words
from scheidslijn.pretraining.measuring import Measure, measure
from scheidslijn.pretraining.packing import Stream, batches_from, blocks_of
from scheidslijn.pretraining.recipe import Recipe, Stage, TrainingRecipe
from scheidslijn.pretraining.speed import fit_attention, halves_pay
from scheidslijn.pretraining.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

Log = Callable[[dict[str, object]], None]
_MEASURED_BLOCKS = 512
_REPORT_SECONDS = 20.0


@dataclass(slots=True)
class Progress:
    """Where a run stands.

    Attributes:
        step: steps done.
        minutes: training time over all resumes, without measuring and saving.
        pieces: word pieces read.
        taken: per stage the batches taken.
    """

    step: int
    minutes: float
    pieces: int
    taken: list[int]

    def share(self, recipe: TrainingRecipe) -> float:
        """The part of the run that is done, 0-1: by steps if the recipe counts steps, else by time."""
        done = self.step / recipe.max_steps if recipe.max_steps else self.minutes / recipe.max_minutes
        return min(1.0, done)


def rate_at(share: float, recipe: TrainingRecipe) -> float:
    """The learning rate at a `share` of the run: rising, level, then falling in a line to a hundredth of the peak."""
    if share < recipe.warmup:
        return recipe.learning_rate * (share + 0.001) / (recipe.warmup + 0.001)
    if share < recipe.level:
        return recipe.learning_rate
    return recipe.learning_rate * max(0.01, (1 - share) / max(1e-9, 1 - recipe.level))


def stage_at(share: float, stages: Sequence[Stage]) -> int:
    """The number of the stage at a `share` of the run."""
    return next((number for number, stage in enumerate(stages) if share < stage.until), len(stages) - 1)


class Run:
    """A run that can be stopped and taken up again: the state of two halves is that of the whole."""

    def __init__(
        self,
        recipe: Recipe,
        streams: Sequence[Stream],
        tokenizer: PreTrainedTokenizerFast,
        model: PreTrainedModel,
    ) -> None:
        self.recipe, self.streams, self.tokenizer = recipe, streams, tokenizer
        self.vocabulary = vocabulary_of(tokenizer)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = model
        self.model.to(self.device)  # type: ignore[arg-type]
        self._half = recipe.training.precision == "bf16" or (
            recipe.training.precision == "auto" and halves_pay(self.device.type)
        )
        fit_attention(self.model, self.device.type)
        self._hidden = hidden_states
        if recipe.training.compile == "yes" or (recipe.training.compile == "auto" and self.device.type == "cuda"):
            # blocks of one stage have one shape, so each stage is compiled once
            self._hidden = torch.compile(hidden_states, dynamic=False)
        self.optimiser = _optimiser_for(self.model, recipe.training)
        self.progress = Progress(0, 0.0, 0, [0] * len(recipe.training.stages))
        self._batches: dict[int, Iterator[NDArray[np.int64]]] = {}

    def step(self) -> float:
        """One update; returns its loss in nats per hidden piece."""
        run, progress = self.recipe.training, self.progress
        began = time.perf_counter()
        share = progress.share(run)
        number = stage_at(share, run.stages)
        batch = self._next_batch(number)
        chance = np.random.default_rng([run.seed, progress.step])
        part = mask_words(batch, self.vocabulary, self.recipe.masking, chance)
        inputs, places, targets = (
            torch.from_numpy(array).to(self.device) for array in (part.inputs, part.places, part.targets)
        )
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
            scores = scores_at(self.model, inputs, places, self._hidden)
        loss = torch.nn.functional.cross_entropy(scores.float(), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), run.clip)
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(share, run)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        value = float(loss.detach())
        progress.step += 1
        progress.pieces += batch.size
        progress.taken[number] += 1
        progress.minutes += (time.perf_counter() - began) / 60
        return value

    def _next_batch(self, number: int) -> NDArray[np.int64]:
        if number not in self._batches:
            stage = self.recipe.training.stages[number]
            self._batches[number] = batches_from(
                self.streams,
                stage.length,
                stage.batch,
                self.vocabulary.cls,
                self.vocabulary.sep,
                self.recipe.training.seed,
                self.progress.taken[number],
            )
        return next(self._batches[number])

    def held_apart(self, length: int) -> NDArray[np.int64]:
        """Blocks of the slice that no training sees, the same number of every source where there is enough."""
        cls, sep = self.vocabulary.cls, self.vocabulary.sep
        share = max(1, _MEASURED_BLOCKS // max(1, len(self.streams)))
        return np.concatenate([blocks_of(stream.held_apart, length, cls, sep)[:share] for stream in self.streams])

    def measured(self) -> Measure:
        """The model on the slice held apart, in blocks of the first stage's length."""
        return measure(self.model, self.held_apart(self.recipe.training.stages[0].length), self.vocabulary)

    def save(self, folder: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        target, draft = folder / "checkpoint.pt", folder / "checkpoint.pt.new"
        torch.save(state, draft)
        os.replace(draft, target)

    def resume(self, folder: Path) -> bool:
        """Take up the checkpoint in `folder`; False if there is none."""
        if not (path := folder / "checkpoint.pt").exists():
            return False
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(**state["progress"])
        self._batches.clear()
        return True

    def export(self, folder: Path) -> None:
        """Write model and tokenizer as `AutoModel` and `AutoTokenizer` load them."""
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def train(run: Run, folder: Path, log: Log, most_steps: int = 0) -> Measure:
    """Train to the end of the recipe, or for `most_steps` steps; the encoder comes in `folder/encoder`.

    Args:
        run: new or resumed.
        folder: for `checkpoint.pt` and `encoder/`; must exist.
        log: gets a row every 20 seconds and at every checkpoint: step, minutes, pieces, rate, loss, and the measures.
        most_steps: stop after so many, to take the run up again later; 0 goes on to the end.

    Returns:
        the model on the slice held apart, after the last step.
    """
    recipe, progress = run.recipe.training, run.progress
    torch.set_num_threads(recipe.threads)
    run.model.train()
    first, saved, reported = progress.step, progress.minutes, time.perf_counter()
    losses: list[float] = []
    if not progress.step:
        log({"step": 0, **_row(run.measured())})
    while progress.share(recipe) < 1 and (not most_steps or progress.step < first + most_steps):
        losses.append(run.step())
        if time.perf_counter() - reported > _REPORT_SECONDS:
            log(_state(run, losses))
            losses, reported = [], time.perf_counter()
        if progress.minutes - saved > recipe.checkpoint_minutes:
            run.save(folder)
            run.export(folder / "encoder")
            saved = progress.minutes
            log({"step": progress.step, **_row(run.measured())})
    run.save(folder)
    run.export(folder / "encoder")
    measured = run.measured()
    log({**_state(run, losses), **_row(measured)})
    return measured


def _optimiser_for(model: PreTrainedModel, recipe: TrainingRecipe) -> torch.optim.Optimizer:
    """AdamW with weight decay on matrices only; a second moment that forgets faster than usual suits a short run."""
    matrices = [weight for weight in model.parameters() if weight.ndim == 2]
    plain = [weight for weight in model.parameters() if weight.ndim != 2]
    groups = [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)


def _row(found: Measure) -> dict[str, object]:
    return {
        "held_apart_loss": round(found.loss, 4),
        "held_apart_accuracy": round(found.accuracy, 4),
        "pseudo_perplexity": round(found.perplexity, 2),
    }


def _state(run: Run, losses: Sequence[float]) -> dict[str, object]:
    progress = run.progress
    return {
        "step": progress.step,
        "minutes": round(progress.minutes, 2),
        "pieces": progress.pieces,
        "pieces_per_second": round(progress.pieces / max(1e-9, progress.minutes * 60)),
        "rate": rate_at(progress.share(run.recipe.training), run.recipe.training),
        "loss": round(float(np.mean(losses)), 4) if losses else None,
    }


def log_to(path: Path) -> Log:
    """A log that adds each row as a JSON line to `path`."""

    def write(row: dict[str, object]) -> None:
        with path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row) + "\n")

    return write

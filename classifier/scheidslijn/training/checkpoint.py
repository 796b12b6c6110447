"""Checkpoints of a training run: one safetensors file, written whole or not at all, read without running code."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a run needs to go on.

    Attributes:
        made_from: hash of everything the run is made from; another hash is another run.
        facts: plain values (step, history, …), as JSON knows them.
        tensors: by name; the parts of the run keep their names apart with a prefix.
    """

    made_from: str
    facts: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors under `prefix/`, by the rest of their names."""
        start = f"{prefix}/"
        return {name.removeprefix(start): value for name, value in self.tensors.items() if name.startswith(start)}


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of what was there; a crash in the middle leaves the old one whole."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    words = {"made_from": checkpoint.made_from, "facts": json.dumps(checkpoint.facts)}
    save_file({name: value.contiguous().cpu() for name, value in checkpoint.tensors.items()}, draft, words)
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(draft, path)


def read_checkpoint(path: Path, made_from: str) -> Checkpoint | None:
    """Read a checkpoint; None when there is none, or when it is of another run or cannot be read."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            words = file.metadata() or {}
            if words.get("made_from") != made_from:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
            return Checkpoint(made_from, json.loads(words["facts"]), tensors)
    except (OSError, SafetensorError, ValueError, KeyError):
        return None


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The state of an optimiser as tensors, by number of the parameter and name of the moment."""
    state = optimiser.state_dict()["state"]
    return {f"{number}/{name}": torch.as_tensor(value) for number, own in state.items() for name, value in own.items()}


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put the state back that `optimiser_tensors` gave; the parameters must be the same ones in the same order."""
    whole = optimiser.state_dict()
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split("/")
        state.setdefault(int(number), {})[name] = value
    optimiser.load_state_dict({"state": state, "param_groups": whole["param_groups"]})

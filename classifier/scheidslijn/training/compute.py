"""On what training runs: one process or several, on a processor or a GPU, in which precision. Thin over accelerate."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from scheidslijn.pretraining.speed import halves_pay

if TYPE_CHECKING:
    from accelerate import Accelerator


@cache
def accelerator() -> Accelerator:
    """The accelerator of this process; one process unless it was started by `accelerate launch` or `torchrun`."""
    from accelerate import Accelerator

    return Accelerator(mixed_precision="no")  # precision belongs to a recipe, and this to the process: see `half`


def process() -> tuple[int, int]:
    """The number of this process, from 0, and how many there are."""
    return accelerator().process_index, accelerator().num_processes


def is_first() -> bool:
    """Whether this process is the one that writes files and talks."""
    return bool(accelerator().is_main_process)


def wait() -> None:
    """Wait until every process is here."""
    accelerator().wait_for_everyone()


def device() -> torch.device:
    """Where tensors go."""
    where: torch.device = accelerator().device
    return where


def spread(network: nn.Module) -> nn.Module:
    """The network on its device, and one that averages gradients over the processes when there are several."""
    network.to(device())
    return accelerator().prepare_model(network) if process()[1] > 1 else network


def agreed(value: float) -> float:
    """Wait for all processes, and give the value of the first in all, so that a decision is the same everywhere."""
    if process()[1] == 1:
        return value
    from accelerate.utils import broadcast

    number: Tensor = broadcast(torch.tensor([value], dtype=torch.float64, device=device()))
    return float(number.item())


def half(precision: str) -> AbstractContextManager[None]:
    """bf16 inside, where the recipe asks for it or, with "auto", where it pays (see `pretraining.speed.halves_pay`)."""
    where = device().type
    if precision == "bf16" or (precision == "auto" and halves_pay(where)):
        return torch.autocast(where, torch.bfloat16)
    return contextlib.nullcontext()

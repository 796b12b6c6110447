"""Torch as an engine for labelling, on a GPU when there is one. Only training may import torch, so it registers."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.labellers.engines import BatchedEngine, Engine, registered
from scheidslijn.model_folder import ModelFolder
from scheidslijn.training.export import Unpadded, rounded
from scheidslijn.training.network import load_network

GPU_TOKENS = 16_384
"""Tokens in one run on a GPU, about."""


class TorchEngine(BatchedEngine):
    """The network of a model folder in float32, without TF32, so that a GPU gives the scores of a processor.

    Args:
        folder: verified.
        threads: of torch, on a processor.
    """

    name = "torch"

    def __init__(self, folder: ModelFolder, threads: int | None = None) -> None:
        gpu = torch.cuda.is_available()
        super().__init__(1, tokens=GPU_TOKENS if gpu else 512)
        torch.set_num_threads(threads or torch.get_num_threads())
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        self._device = torch.device("cuda" if gpu else "cpu")
        self._network = Unpadded(rounded(load_network(folder.path))).eval().to(self._device)
        if not gpu:
            self.settle()

    def run(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `BatchedEngine`."""
        with torch.inference_mode():
            return np.asarray(self._network(torch.from_numpy(ids).to(self._device)).cpu().numpy())


def register() -> None:
    """Make "torch" known to `engines.load_engine`, and "auto" mean it when torch sees a GPU."""

    def make(folder: ModelFolder, threads: int | None) -> Engine:
        return TorchEngine(folder, threads)

    registered["torch"] = make
    if torch.cuda.is_available():
        registered["auto"] = make

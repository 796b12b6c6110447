"""What runs an encoder: ONNX Runtime in int8 or float32, OpenVINO, or torch (which registers itself).

Windows of exactly the same length are run together, so nothing is padded, and a row of a run never sees another row.
That this leaves every bit of a row as it is alone is not promised by the libraries; it is tried out on this machine
when an engine is loaded, and an engine that does not pass runs its windows one by one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ModelError
from scheidslijn.model_folder import ModelFolder

ONNX_FILE = "model.int8.onnx"
GRAPH_FILE, GRAPH_WEIGHTS = "encoder/float32.onnx", "encoder/float32.json"
ENGINES = ("auto", "onnx", "onnx-fp32", "openvino", "torch")
TOKENS = 512
"""Tokens in one run, about: more gains nothing on a processor, as its caches are full."""

Ids = Sequence[int]
Logits = NDArray[np.float32]
Maker = Callable[[ModelFolder, int | None], "Engine"]
registered: dict[str, Maker] = {}
"""Engines from elsewhere, by name: `training.torch_engine` adds "torch", as only training may import torch."""


class Engine(Protocol):
    """Gives windows of tokens their logits.

    Attributes:
        name: one of `ENGINES`.
    """

    name: str

    def logits(self, windows: Sequence[Ids]) -> Logits:
        """Logits `(windows, codes)` in the order of the windows; a row does not depend on the other windows."""
        ...


class BatchedEngine:
    """Groups windows by length and runs the groups side by side; a subclass runs one group.

    Args:
        threads: groups at a time; None takes the processors this process may use.
        together: rows of a run that leave each other's bits alone: 1, or `TOKENS` divided by the length.
    """

    name = ""

    def __init__(self, threads: int | None, *, tokens: int = TOKENS) -> None:
        self.threads, self.tokens = threads or processors(), tokens

    def run(self, ids: NDArray[np.int64]) -> Logits:
        """Logits `(rows, codes)` of ids `(rows, tokens)`, no padding among them; called from several threads."""
        raise NotImplementedError

    def logits(self, windows: Sequence[Ids]) -> Logits:
        """See `Engine`."""
        groups = list(by_length(windows, self.tokens))

        def done(group: list[int]) -> Logits:
            return self.run(np.array([windows[at] for at in group], dtype=np.int64))

        if self.threads == 1 or len(groups) == 1:
            parts = [done(group) for group in groups]
        else:
            with ThreadPoolExecutor(self.threads) as threads:
                parts = list(threads.map(done, groups))
        out = np.empty((len(windows), parts[0].shape[1] if parts else 0), dtype=np.float32)
        for group, part in zip(groups, parts, strict=True):
            out[group] = part
        return out

    def settle(self) -> None:
        """Run windows one by one from now on, unless runs of several give the same bits here."""
        ids = np.arange(5 * 33).reshape(5, 33) % 11 + 1
        try:
            for length in (3, 16, 33):
                alone = np.concatenate([self.run(ids[row : row + 1, :length]) for row in range(5)])
                for rows in (2, 5):
                    if not np.array_equal(self.run(ids[:rows, :length]), alone[:rows]):
                        self.tokens = 1
        except Exception as error:  # runtimes raise many kinds
            raise ModelError(f"{self.name}: the encoder cannot be run ({error}); restore the model folder") from error


class OnnxEngine(BatchedEngine):
    """ONNX Runtime on the processor, one thread a run.

    Files from before runs of several windows have a second input, `attention_mask`, and take the ranges of activations
    over the whole run: these are run one window at a time.

    Args:
        content: of the ONNX file, with input `input_ids` (rows, tokens) and output `logits` (rows, codes).
        weights: constants that the file names but does not hold.
    """

    name = "onnx"

    def __init__(
        self, content: bytes, threads: int | None = None, weights: dict[str, NDArray[np.float32]] | None = None
    ) -> None:
        import onnxruntime

        super().__init__(threads)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        if weights:
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
            options.add_external_initializers(list(weights), values)
        try:
            self._session: Any = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises many kinds
            raise ModelError(f"{ONNX_FILE}: cannot be loaded ({error}); restore the model folder") from error
        self._masked = any(one.name == "attention_mask" for one in self._session.get_inputs())
        if self._masked:
            self.tokens = 1
        else:
            self.settle()

    def run(self, ids: NDArray[np.int64]) -> Logits:
        """See `BatchedEngine`."""
        given = {"input_ids": ids} | ({"attention_mask": np.ones_like(ids)} if self._masked else {})
        return np.asarray(self._session.run(["logits"], given)[0], dtype=np.float32)


class OpenVinoEngine(BatchedEngine):
    """OpenVINO on the processor (extra `openvino`), from the same int8 file; float32 where that is not int8."""

    name = "openvino"

    def __init__(self, content: bytes, threads: int | None = None) -> None:
        try:
            import openvino
        except ImportError as error:
            raise ModelError('engine "openvino" is not installed; pip install "scheidslijn[openvino]"') from error
        super().__init__(threads)
        config = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        try:
            core = openvino.Core()
            self._compiled = [core.compile_model(core.read_model(content, b""), "CPU", config)]
        except Exception as error:  # OpenVINO raises RuntimeError with pages of text
            said = str(error).strip().splitlines()[-1]
            raise ModelError(f"{ONNX_FILE}: OpenVINO cannot load it ({said}); use the engine onnx") from error
        self.threads = 1
        self.settle()

    def run(self, ids: NDArray[np.int64]) -> Logits:
        """See `BatchedEngine`."""
        found = self._compiled[0].create_infer_request().infer({"input_ids": ids})
        return np.array(next(iter(found.values())), dtype=np.float32)


def settled(name: str) -> str:
    """The engine that a name means here: "auto" is torch where torch sees a GPU (and was registered), else onnx."""
    if name != "auto":
        return name
    return "torch" if "torch" in registered and "auto" in registered else "onnx"


def load_engine(folder: ModelFolder, name: str = "auto", threads: int | None = None) -> Engine:
    """Load the encoder of a model folder into an engine.

    Args:
        name: one of `ENGINES`; "auto" takes torch where a GPU was registered for it, otherwise onnx.

    Raises:
        ModelError: the engine is unknown, not installed, or the folder has no file for it.
    """
    name = settled(name)
    if name in registered:
        return registered[name](folder, threads)
    if name == "onnx":
        return OnnxEngine(folder.read(ONNX_FILE), threads)
    if name == "openvino":
        return OpenVinoEngine(folder.read(ONNX_FILE), threads)
    if name == "onnx-fp32":
        return OnnxEngine(folder.read(GRAPH_FILE), threads, _weights(folder))
    if name == "torch":
        raise ModelError('engine "torch" is not installed; pip install "scheidslijn[train]"')
    raise ModelError(f"unknown engine {name!r}; choose one of {', '.join(ENGINES)}")


def _weights(folder: ModelFolder) -> dict[str, NDArray[np.float32]]:
    """The float32 weights of the graph: `encoder/…` and `heads/…` tensors, some turned over (`.T`)."""
    from safetensors.numpy import load

    tensors = {f"encoder/{name}": one for name, one in load(folder.read("encoder/model.safetensors")).items()}
    tensors |= {f"heads/{name}": one for name, one in load(folder.read("heads.safetensors")).items()}
    found = {}
    for name in json.loads(folder.read(GRAPH_WEIGHTS)):
        tensor = tensors[name.removesuffix(".T")].astype(np.float32)
        found[name] = np.ascontiguousarray(tensor.T if name.endswith(".T") else tensor)
    return found


def by_length(windows: Sequence[Ids], tokens: int) -> Iterator[list[int]]:
    """Yield the numbers of windows in groups of one length, each of about `tokens` tokens at most, longest first."""
    lengths: dict[int, list[int]] = {}
    for number, ids in enumerate(windows):
        lengths.setdefault(len(ids), []).append(number)
    for length in sorted(lengths, reverse=True):
        most = max(1, tokens // max(length, 1))
        for start in range(0, len(lengths[length]), most):
            yield lengths[length][start : start + most]


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""Labeller (c): a BERT encoder with one head per dimension, run by ONNX Runtime in int8, without torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision
from scheidslijn.labellers.context import context_text
from scheidslijn.labellers.windows import Window, Windows, pool
from scheidslijn.model_folder import ModelFolder
from scheidslijn.passage import Passage

ONNX_FILE, TOKENIZER_FILE = "model.int8.onnx", "encoder/tokenizer.json"


class EncoderModel:
    """An ONNX encoder with its windows.

    Each window is a run of its own. Dynamic int8 takes the range of activations over the whole run, so with several
    windows in it the scores of a passage would depend on its neighbours and on the padding. Windows run side by side
    instead, one thread each; that is also the fastest of the ways we measured (`models/compact-1/README.md`).

    Args:
        onnx: the content of the ONNX file, with inputs `input_ids` and `attention_mask` and output `logits`.
        windows: the tokenizer.
        keys: the codes of the output, in its order.
        threads: windows at a time; None takes the processors this process may use.
    """

    def __init__(self, onnx: bytes, windows: Windows, keys: Sequence[str], threads: int | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises many kinds
            raise ModelError(f"{ONNX_FILE}: cannot be loaded ({error}); restore the model folder") from error
        self.windows, self.keys = windows, tuple(keys)
        self.threads = threads or _processors()

    def logits(
        self, texts: Sequence[str], codebook: Codebook, contexts: Sequence[str] | None = None
    ) -> NDArray[np.float64]:
        """Raw scores, shape `(len(texts), len(codebook.keys))`; NaN for codes it does not score.

        Args:
            contexts: of each text, see `labellers.context`; None for none.
        """
        out = np.full((len(texts), len(codebook.keys)), np.nan)
        columns = [codebook.keys.index(key) for key in self.keys]
        cut = [self.windows.cut(*pair) for pair in zip(texts, contexts or [""] * len(texts), strict=True)]
        flat = [window for windows in cut for window in windows]
        with ThreadPoolExecutor(self.threads) as threads:
            runs = list(threads.map(self._run, flat, chunksize=1))
        start = 0
        for row, windows in enumerate(cut):
            out[row, columns] = pool(np.stack(runs[start : start + len(windows)]), windows)
            start += len(windows)
        return out

    def _run(self, window: Window) -> NDArray[np.float32]:
        ids = np.array([window.ids], dtype=np.int64)
        (logits,) = self._session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(logits[0], dtype=np.float32)


class EncoderLabeller:
    """`EncoderModel` behind the labeller protocol.

    Args:
        context: what the model is told beside the text, fields of `labellers.context`.
    """

    name = "encoder"

    def __init__(
        self,
        model: EncoderModel,
        codebook: Codebook,
        calibration: Calibration,
        decision: Decision,
        version: str,
        context: Sequence[str] = (),
    ) -> None:
        self.model, self.codebook, self.calibration = model, codebook, calibration
        self.decision, self.version, self.context = decision, version, tuple(context)

    @classmethod
    def load(cls, folder: ModelFolder, codebook: Codebook, threads: int | None = None) -> EncoderLabeller:
        """Load the encoder component of a model folder.

        Raises:
            ModelError: the folder has none, or its files were altered.
        """
        if "encoder" not in folder.facts:
            raise ModelError(f"{folder.path}: has no encoder; it has {', '.join(folder.components) or 'no labeller'}")
        own = folder.facts["encoder"]
        windows = Windows(folder.read(TOKENIZER_FILE), own["window"], own["overlap"], own.get("context_tokens", 0))
        model = EncoderModel(folder.read(ONNX_FILE), windows, own["keys"], threads)
        version = f"{folder.version}/encoder"
        calibration, decision = folder.calibration("encoder"), folder.decision("encoder")
        return cls(model, codebook, calibration, decision, version, own.get("context", ()))

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return calibrated probabilities, shape `(len(passages), len(codebook.keys))`; see the protocol."""
        if not passages:
            return np.empty((0, len(self.codebook.keys)), dtype=np.float32)
        contexts = [
            context_text(self.context, passage.heading, str(passage.extra.get("doc_type") or ""))
            for passage in passages
        ]
        logits = self.model.logits([passage.text for passage in passages], self.codebook, contexts)
        return self.calibration.probabilities(logits, self.codebook)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

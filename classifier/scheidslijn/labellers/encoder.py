"""Labeller (c): an encoder with one head per dimension, run in int8 without torch (see `engines`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision
from scheidslijn.labellers.context import context_text
from scheidslijn.labellers.engines import ONNX_FILE, Engine, OnnxEngine, load_engine
from scheidslijn.labellers.windows import Windows, pool
from scheidslijn.model_folder import ModelFolder
from scheidslijn.passage import Passage

__all__ = ["ONNX_FILE", "TOKENIZER_FILE", "EncoderLabeller", "EncoderModel"]

TOKENIZER_FILE = "encoder/tokenizer.json"


class EncoderModel:
    """An encoder with its windows.

    Args:
        engine: what runs it, or the content of an ONNX file for the engine "onnx".
        windows: the tokenizer.
        keys: the codes of the output, in its order.
        threads: runs at a time; None takes the processors this process may use.
    """

    def __init__(
        self, engine: Engine | bytes, windows: Windows, keys: Sequence[str], threads: int | None = None
    ) -> None:
        self.engine: Engine = OnnxEngine(engine, threads) if isinstance(engine, bytes) else engine
        self.windows, self.keys = windows, tuple(keys)

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
        runs = self.engine.logits([window.ids for windows in cut for window in windows])
        start = 0
        for row, windows in enumerate(cut):
            out[row, columns] = pool(runs[start : start + len(windows)], windows)
            start += len(windows)
        return out


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
    def load(
        cls, folder: ModelFolder, codebook: Codebook, threads: int | None = None, engine: str = "auto"
    ) -> EncoderLabeller:
        """Load the encoder component of a model folder.

        Args:
            threads: runs at a time; None takes the processors this process may use.
            engine: one of `engines.ENGINES`.

        Raises:
            ModelError: the folder has none, its files were altered, or the engine is not there.
        """
        if "encoder" not in folder.facts:
            raise ModelError(f"{folder.path}: has no encoder; it has {', '.join(folder.components) or 'no labeller'}")
        own = folder.facts["encoder"]
        windows = Windows(folder.read(TOKENIZER_FILE), own["window"], own["overlap"], own.get("context_tokens", 0))
        model = EncoderModel(load_engine(folder, engine, threads), windows, own["keys"])
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

"""A trained network made ready to label: its own codes out of the heads, its files, its logits through ONNX Runtime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.labellers.encoder import TOKENIZER_FILE
from scheidslijn.labellers.engines import GRAPH_FILE, GRAPH_WEIGHTS, ONNX_FILE
from scheidslijn.labellers.windows import Window, Windows
from scheidslijn.training.export import encoder_files, onnx_bytes, without_weights
from scheidslijn.training.fine_tune import FineTuning, Progress
from scheidslijn.training.network import Network, head_tensors, new_network, predict
from scheidslijn.training.quantise import Change
from scheidslijn.training.tuning import FineTuneRecipe

CALIBRATING = 1600
"""Texts on which int8 measures the ranges of activations, at most; every second of their windows is for the check."""


def train_encoder(
    encoder: Path,
    examples: Sequence[Example],
    codebook: Codebook,
    recipe: FineTuneRecipe,
    start: Network | None = None,
    progress: Progress | None = None,
) -> Network:
    """Fine-tune the encoder in a folder with one head per dimension of `codebook`, without looking or checkpoints.

    Args:
        start: a network to go on from, see `begin_network`.
    """
    network = begin_network(encoder, codebook, recipe, start)
    FineTuning(network, windows_of(encoder, recipe), examples, codebook, recipe).run(progress)
    return network


def begin_network(encoder: Path, codebook: Codebook, recipe: FineTuneRecipe, start: Network | None = None) -> Network:
    """A network as training begins with it: the encoder in a folder, and one head per dimension of `codebook`.

    Args:
        start: a network to go on from; its encoder, and its heads of dimensions that `codebook` also has, are copied.
    """
    heads = {dimension.name: len(dimension.codes) for dimension in codebook.dimensions}
    network = new_network(encoder, heads, dropout=recipe.dropout, seed=recipe.seed)
    if start is not None:
        network.encoder.load_state_dict(start.encoder.state_dict())
        for name in heads:
            if name in start.heads:
                network.heads[name].load_state_dict(start.heads[name].state_dict())
    return network


def windows_of(encoder: Path, recipe: FineTuneRecipe) -> Windows:
    """The windows of a recipe over the tokenizer in an `AutoModel` folder."""
    return Windows((encoder / "tokenizer.json").read_bytes(), recipe.window, recipe.overlap, recipe.room)


def with_auxiliary(codebook: Codebook, *dimensions: Dimension) -> Codebook:
    """The codebook with dimensions that only help training; their heads are dropped by `without_heads`."""
    return Codebook(
        codebook.name, codebook.version, (*codebook.dimensions, *dimensions), codebook.fixed, codebook.terms
    )


def without_heads(network: Network, names: Sequence[str]) -> Network:
    """A network that shares all weights but has only the heads of `names`, in their order."""
    kept = Network(network.encoder, {}, 0.0)
    for name in names:
        kept.heads[name] = network.heads[name]
    return kept.eval()


def network_logits(
    network: Network, windows: Windows, texts: Sequence[str], codebook: Codebook, contexts: Sequence[str] | None = None
) -> NDArray[np.float64]:
    """Logits in the columns of `codebook`, NaN for dimensions without a head, shape `(texts, codes)`."""
    own = predict(network, windows, texts, contexts=contexts)
    out = np.full((len(texts), len(codebook.keys)), np.nan)
    start = 0
    for name, head in network.heads.items():
        width = int(head.out_features)  # type: ignore[arg-type]
        if any(dimension.name == name for dimension in codebook.dimensions):
            out[:, codebook.columns(name)] = own[:, start : start + width]
        start += width
    return out


def sampled_windows(windows: Windows, texts: Sequence[str], contexts: Sequence[str] | None = None) -> list[Window]:
    """The windows of at most `CALIBRATING` texts, spread evenly, for `export.onnx_bytes`."""
    pairs = list(zip(texts, contexts or [""] * len(texts), strict=True))
    return [window for pair in pairs[:: max(1, len(pairs) // CALIBRATING)] for window in windows.cut(*pair)]


def network_files(
    network: Network, encoder: Path, windows: Sequence[Window], change: Change | None = None
) -> tuple[dict[str, bytes], bytes]:
    """The files of the encoder component by name, and the float32 ONNX that is not shipped but compared with.

    Args:
        encoder: folder of the encoder that training began with, for its tokenizer.
        windows: of text that the network was trained on; int8 measures the ranges of activations there.
        change: share of labels between logits of two files, see `quantise.quantised`.

    Raises:
        ModelError: int8 changes too many labels.
    """
    from safetensors.torch import load, save

    full, small, _ = onnx_bytes(network, windows, change)
    files = {f"encoder/{name}": content for name, content in encoder_files(network).items()}
    files[TOKENIZER_FILE] = (encoder / "tokenizer.json").read_bytes()
    files["encoder/tokenizer_config.json"] = (encoder / "tokenizer_config.json").read_bytes()
    files["heads.safetensors"] = save(head_tensors(network, list(network.heads)))
    files[ONNX_FILE] = small
    state = {name: tensor.float() for name, tensor in load(files["encoder/model.safetensors"]).items()}
    files[GRAPH_FILE], names = without_weights(full, state)
    files[GRAPH_WEIGHTS] = json.dumps(names, indent=1).encode("utf-8")
    return files, full

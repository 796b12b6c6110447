"""The encoder that training begins with: a model of ours, a folder, or a name on the model hub."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheidslijn.errors import ModelError
from scheidslijn.model_folder import MANIFEST, read_model_folder
from scheidslijn.shipped import shipped_names, shipped_path
from scheidslijn.training.folder import file_hash
from scheidslijn.training.tuning import FineTuneRecipe


@dataclass(frozen=True, slots=True)
class Base:
    """An encoder on disk.

    Attributes:
        folder: with `config.json`, weights and `tokenizer.json`, as `AutoModel` loads it without a network.
        name: what the user called it.
        config: the content of `config.json`.
        digest: SHA-256 of the weights, 64 hexadecimal digits.
    """

    folder: Path
    name: str
    config: dict[str, Any]
    digest: str

    @property
    def shape(self) -> str:
        """The encoder in a few words: "bert, 4 layers of 256, 16384 word pieces"."""
        known = self.config
        layers, width = known.get("num_hidden_layers", "?"), known.get("hidden_size", "?")
        return f"{known.get('model_type', '?')}, {layers} layers of {width}, {known.get('vocab_size', '?')} word pieces"

    @property
    def positions(self) -> int:
        """The longest input it takes, in tokens."""
        most = int(self.config.get("max_position_embeddings", 512))
        # RoBERTa counts positions from the padding's number on, so the first two are never used
        offset = self.config.get("pad_token_id") or 0
        return most - offset - 1 if "roberta" in str(self.config.get("model_type")) else most


def find_base(name: str, scratch: Path) -> Base:
    """Find or fetch an encoder.

    Args:
        name: a shipped model, a model folder of ours, a folder that `AutoModel` loads, or a name on the model hub. Only
            the last uses the network, and nothing that it fetches is run: no remote code, and weights are read as data.
        scratch: an empty or absent folder where a fetched encoder, or one whose tokenizer must be converted, is put.

    Raises:
        ModelError: there is no such encoder, or it is not one that can be fine-tuned here.
    """
    path = shipped_path("models", name) if name in shipped_names("models") else Path(name)
    if (path / MANIFEST).is_file():
        read_model_folder(path)
        path = path / "encoder"
    if not (path / "tokenizer.json").is_file() or not (path / "config.json").is_file():
        _fetch(str(path) if path.is_dir() else name, scratch)
        path = scratch
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    if config.get("is_encoder_decoder"):
        raise ModelError(f"{name}: is an encoder-decoder ({config.get('model_type')}); give an encoder such as a BERT")
    return Base(path, name, config, _digest(path, name))


def check_windows(base: Base, recipe: FineTuneRecipe) -> None:
    """Raise `ModelError` when the windows of a recipe are longer than the encoder can read."""
    if recipe.window > base.positions:
        raise ModelError(
            f"{base.name}: reads at most {base.positions} tokens, and the recipe has windows of {recipe.window}; "
            f"set encoder.window={base.positions} or less"
        )


def _fetch(name: str, scratch: Path) -> None:
    from transformers import AutoModel, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        model = AutoModel.from_pretrained(name, trust_remote_code=False)
    except Exception as error:  # the hub, the network and the formats raise many kinds
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"{name}: no folder of an encoder, and not to be had from the model hub ({first}); check the name"
        ) from error
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"{name}: its tokenizer has no fast form (tokenizer.json); choose another encoder")
    scratch.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(scratch)
    tokenizer.save_pretrained(scratch)


def _digest(path: Path, name: str) -> str:
    weights = sorted(path.glob("*.safetensors"))
    if not weights:
        raise ModelError(f"{name}: holds no weights as safetensors; save it once with save_pretrained")
    return file_hash(weights[0])

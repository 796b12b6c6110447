"""An encoder that a run goes on from: domain adaptation of a model that exists (`--from`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheidslijn.errors import ModelError
from scheidslijn.pretraining.recipe import Recipe
from scheidslijn.shipped import shipped_names, shipped_path

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


@dataclass(frozen=True, slots=True)
class Start:
    """A masked language model with its tokenizer, as loaded.

    Attributes:
        name: what the user called it.
        digest: SHA-256 of its weights by name, 64 hexadecimal digits.
        untrained: names of weights that the model did not hold and that begin at random: the head of an encoder that
            was saved without one.
    """

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    digest: str
    untrained: tuple[str, ...]


def load_start(name: str) -> Start:
    """Load the encoder to go on from.

    Args:
        name: a shipped model, a folder that `AutoModelForMaskedLM` loads (a model folder of ours too), or a name on the
            model hub. Only the last uses the network; no code of a model is run.

    Raises:
        ModelError: there is no such model, or it is no masked language model with a fast tokenizer.
    """
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    path = shipped_path("models", name) if name in shipped_names("models") else Path(name)
    where = str(path / "encoder" if (path / "encoder" / "config.json").is_file() else path)
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(where, trust_remote_code=False)
        model, told = AutoModelForMaskedLM.from_pretrained(
            where, trust_remote_code=False, use_safetensors=True, output_loading_info=True
        )
    except Exception as error:  # the hub, the network and the formats raise many kinds
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"{name}: no masked language model in safetensors to go on from ({first}); check the name"
        ) from error
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"{name}: its tokenizer has no fast form (tokenizer.json); choose another encoder")
    return Start(name, model, tokenizer, _digest(model), tuple(sorted(told["missing_keys"])))


def check_start(start: Start, recipe: Recipe) -> None:
    """Raise `ModelError` when a stage of the recipe is longer than the encoder can read."""
    config: Any = start.model.config
    most = int(getattr(config, "max_position_embeddings", 512))
    if "roberta" in str(config.model_type):
        most -= int(config.pad_token_id) + 1  # RoBERTa counts positions from the padding's number on
    longest = max(stage.length for stage in recipe.training.stages)
    if longest > most:
        raise ModelError(f"{start.name}: reads at most {most} tokens, and a stage has blocks of {longest}; shorten it")


def _digest(model: PreTrainedModel) -> str:
    digest = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weight.detach().cpu().contiguous().float().numpy().tobytes())
    return digest.hexdigest()

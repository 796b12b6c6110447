"""What a pre-trained encoder knows: masked accuracy and pseudo-perplexity on held-apart text, and nearest words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.pretraining.encoder import hidden_states, scores_at
from scheidslijn.pretraining.masking import mask_words
from scheidslijn.pretraining.recipe import MaskingRecipe
from scheidslijn.pretraining.vocabulary import Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures over the masked positions of held-apart text.

    Attributes:
        loss: mean negative log-likelihood of the hidden piece, in nats.
        accuracy: share of hidden pieces that got the highest score, 0-1.
        places: number of positions measured.
    """

    loss: float
    accuracy: float
    places: int

    @property
    def perplexity(self) -> float:
        """exp(loss); a pseudo-perplexity, as each piece is guessed from both sides with more words hidden at once."""
        return float(np.exp(self.loss))


def measure(
    model: Any,
    blocks: NDArray[np.int64],
    vocabulary: Vocabulary,
    share: float = 0.15,
    batch: int = 64,
    seed: int = 7,
) -> Measure:
    """Hide a `share` of the words of `blocks`, shape (rows, length), always the same, and let `model` guess them."""
    masking = MaskingRecipe(share=share, masked=1.0, random=0.0)
    losses, hits, places = 0.0, 0, 0
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(blocks), batch):
            part = mask_words(blocks[start : start + batch], vocabulary, masking, np.random.default_rng([seed, start]))
            inputs, at, targets = (
                torch.from_numpy(array).to(model.device) for array in (part.inputs, part.places, part.targets)
            )
            scores = scores_at(model, inputs, at, hidden_states)
            losses += float(torch.nn.functional.cross_entropy(scores, targets, reduction="sum"))
            hits += int((scores.argmax(-1) == targets).sum())
            places += len(targets)
    model.train()
    return Measure(losses / max(1, places), hits / max(1, places), places)


def nearest_words(
    model: Any,
    tokenizer: PreTrainedTokenizerFast,
    words: Sequence[str],
    candidates: Sequence[str],
    count: int = 6,
) -> Mapping[str, tuple[str, ...]]:
    """For each of `words` the `count` nearest of `candidates` by cosine of their mean-pooled hidden states.

    The mean over all candidates is taken off first, since the states of a language model share one large direction.
    Each word is read on its own, so a word of several pieces can be compared too.
    """
    everything = list(dict.fromkeys([*words, *candidates]))
    rows = []
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(everything), 256):
            given = tokenizer(everything[start : start + 256], return_tensors="pt", padding=True).to(model.device)
            states = model.base_model(input_ids=given["input_ids"], attention_mask=given["attention_mask"])[0]
            inner = given["attention_mask"].clone()
            inner[:, 0] = 0
            inner[torch.arange(len(inner)), given["attention_mask"].sum(1) - 1] = 0
            weight = inner.unsqueeze(-1).to(states.dtype)
            rows.append((states * weight).sum(1) / weight.sum(1).clamp(min=1))
    table = torch.cat(rows)
    table = torch.nn.functional.normalize(table - table.mean(0), dim=1)
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        order = (table @ table[everything.index(word)]).argsort(descending=True).tolist()
        found[word] = tuple(everything[other] for other in order if other != everything.index(word))[:count]
    return found

"""Decoding by a causal language model, token by token, where a JSON schema may say which tokens are allowed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llguidance
import llguidance.hf
import llguidance.numpy
import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

# JSON as Python writes it, so that the model meets the very tokens that it learned.
LAYOUT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request: messages, the schema of the answer (None for none), and how tokens are drawn."""

    messages: list[dict[str, str]]
    schema: dict[str, Any] | None = None
    temperature: float = 0.0
    seed: int = 0
    most: int = 400


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, why it ended ("stop" or "length"), its length, and how many tokens the grammar forced."""

    content: str
    finish: str
    tokens_in: int
    tokens_out: int
    forced: int = 0
    error: str = ""


class Decoder:
    """A causal language model with its tokenizer.

    Args:
        model: as `AutoModelForCausalLM` gives it.
        tokenizer: with a chat template and an end token.
        name: as clients call it.
    """

    def __init__(self, model: Any, tokenizer: Any, name: str) -> None:
        self.model, self.tokenizer, self.name = model.eval(), tokenizer, name
        self._size = int(model.config.vocab_size)
        self._guide = llguidance.hf.from_tokenizer(tokenizer, n_vocab=self._size)

    @classmethod
    def load(cls, folder: Path) -> Decoder:
        """Load a folder; nothing is fetched and no code of it is run."""
        torch.set_num_threads(1)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        return cls(model, tokenizer, Path(folder).name)

    @torch.inference_mode()
    def answer(self, wanted: Wanted) -> Said:
        """Answer one request; what the schema cannot be made into is told in `error`."""
        asked = self.tokenizer.apply_chat_template(wanted.messages, add_generation_prompt=True, return_dict=False)
        matcher = None
        if wanted.schema is not None:
            grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(wanted.schema), overrides=LAYOUT)
            matcher = llguidance.LLMatcher(self._guide, grammar, log_level=0)
            if matcher.is_error():
                return Said("", "stop", len(asked), 0, error=f"the schema cannot be used: {matcher.get_error()[:200]}")
        cache, chance = DynamicCache(config=self.model.config), np.random.default_rng(wanted.seed)
        new, out, forced, finish = list(asked), [], 0, "length"
        while len(out) < wanted.most:
            if matcher is not None and (given := matcher.compute_ff_tokens()):
                given = given[: wanted.most - len(out)]
                matcher.consume_tokens(given)
                out, new, forced = out + given, new + given, forced + len(given)
                continue
            if matcher is not None and matcher.is_stopped():
                finish = "stop"
                break
            logits = self.model(torch.tensor([new]), past_key_values=cache, use_cache=True).logits[0, -1].numpy()
            chosen = self._choose(logits, matcher, wanted.temperature, chance)
            if matcher is not None:
                matcher.consume_token(chosen)
            if chosen == self.tokenizer.eos_token_id:
                finish = "stop"
                break
            out, new = [*out, chosen], [chosen]
        content = self.tokenizer.decode(out, skip_special_tokens=False)
        return Said(content, finish, len(asked), len(out), forced)

    def _choose(self, logits: Any, matcher: Any, temperature: float, chance: Any) -> int:
        """The likeliest allowed token, or one drawn by its probability."""
        if matcher is not None:
            mask = llguidance.numpy.allocate_token_bitmask(1, self._size)
            llguidance.numpy.fill_next_token_bitmask(matcher, mask, 0)
            allowed = np.unpackbits(mask[0].view(np.uint8), bitorder="little")[: self._size].astype(bool)
            logits = np.where(allowed, logits, -np.inf)
        if temperature <= 0:
            return int(logits.argmax())
        weights = np.exp((logits - logits.max()) / temperature)
        return int(chance.choice(len(weights), p=weights / weights.sum()))

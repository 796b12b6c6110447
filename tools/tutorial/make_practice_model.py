"""Makes the practice model from nothing: a causal language model of half a million weights that codes two questions.

It is no model to code with. It stands in for a real one where the tutorial and the tests need an endpoint that really
decodes, answers well often, and errs. It learned from `sentences`, never from the documents of the tutorial.

    python tools/tutorial/make_practice_model.py docs/tutorial/oefenmodel
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch
from sentences import answer, make
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

VOCABULARY = 2400
RATE = 4e-3
SPECIAL = ["<|pad|>", "<|passage|>", "<|answer|>", "<|end|>"]
# Of the messages it keeps what the model was taught to read, the passage; the codebook it knows by heart.
TEMPLATE = (
    "{% set said = messages[-1]['content'] %}{% if '<passage-' in said %}"
    "{% set said = said.split('<passage-')[1][8:].split('\\n</passage-')[0] %}{% endif %}"
    "<|passage|>{{ said | trim }}<|answer|>"
)


def make_tokenizer(vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level pieces, so that any text can be read and quoted.

    A word is the same piece after a blank, a quotation mark or nothing, so that to quote is to repeat.
    """
    chance = random.Random(1)
    drawn = [make(chance) for _ in range(12_000)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\w+|[^\w]+"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )  # fmt: skip
    tokenizer.train_from_iterator([text for one in drawn for text in (one.text, answer(one, chance))], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<|pad|>", eos_token="<|end|>", chat_template=TEMPLATE,
        clean_up_tokenization_spaces=False,
    )  # fmt: skip


def make_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A Llama of three layers with random weights."""
    torch.manual_seed(0)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=96, intermediate_size=192, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=2048, tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
            bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        )
    )  # fmt: skip


def batch_of(tokenizer: PreTrainedTokenizerFast, chance: random.Random, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token numbers and targets of fresh passages."""
    rows = []
    for _ in range(size):
        one = make(chance)
        asked = tokenizer(f"<|passage|>{one.text}<|answer|>", add_special_tokens=False)["input_ids"]
        said = tokenizer(answer(one, chance) + "<|end|>", add_special_tokens=False)["input_ids"]
        rows.append((asked, said))
    width = max(len(asked) + len(said) for asked, said in rows)
    ids = torch.full((size, width), tokenizer.pad_token_id)
    targets = torch.full((size, width), -100)
    for row, (asked, said) in enumerate(rows):
        ids[row, : len(asked) + len(said)] = torch.tensor(asked + said)
        targets[row, len(asked) : len(asked) + len(said)] = torch.tensor(said)
    return ids, targets


def train(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, steps: int, size: int = 24) -> None:
    """Learn from so many batches of fresh sentences."""
    chance, mean = random.Random(f"{steps} from {model.num_parameters()}"), 0.0
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05, betas=(0.9, 0.98))
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 40) * min(1.0, 2 * (1 - step / steps) + 0.02)
        ids, targets = batch_of(tokenizer, chance, size)
        loss = model(input_ids=ids, labels=targets, attention_mask=(ids != tokenizer.pad_token_id).long()).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        mean = loss.item() if step == 0 else 0.95 * mean + 0.05 * loss.item()
        if step % 50 == 49:
            print(f"step {step + 1} of {steps}: loss {mean:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=2300)
    parser.add_argument("--start", type=Path, help="go on from a folder that this script wrote")
    given = parser.parse_args()
    if given.start:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(given.start)
        model = LlamaForCausalLM.from_pretrained(given.start, dtype=torch.float32)
    else:
        tokenizer = make_tokenizer(VOCABULARY)
        model = make_model(tokenizer)
    print(f"{model.num_parameters():,} weights")
    train(model, tokenizer, given.steps)
    model.generation_config = GenerationConfig(
        do_sample=False, max_new_tokens=400, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )  # fmt: skip
    model.to(torch.float16).save_pretrained(given.out)
    tokenizer.save_pretrained(given.out)


if __name__ == "__main__":
    main()

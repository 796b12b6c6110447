"""Writes tables by which a reader can judge a pre-trained encoder: words near to words, and words it puts in gaps.

    python training/probing.py OUT

OUT is the folder of `scheidslijn pretrain`. Words are read within a plain sentence, not alone, since an encoder sees
sentences; the vector of a word is the mean of the hidden states of its pieces in the middle layer and the last, with
the mean over all words taken off.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForMaskedLM, AutoTokenizer

from scheidslijn.pretraining.packing import load_streams

WORDS = {
    "theme words": "jeugdhulp onderwijs huur statushouders schulden mantelzorg armoede begroting woningnood wachtlijst",
    "compounds": "armoedebestrijding arbeidsmarktbeleid woningbouwopgave jeugdwerkloosheid gezondheidsverschillen",
    "cleavages": "middeninkomens polarisatie discriminatie integratie vrijheid ongelijkheid",
}
PAIRS = (
    ("synonym", "jeugdhulp", "jeugdzorg"), ("synonym", "gemeente", "stad"), ("synonym", "inwoners", "bewoners"),
    ("synonym", "werkgelegenheid", "banen"), ("synonym", "ouderen", "senioren"), ("synonym", "woning", "huis"),
    ("antonym", "rijk", "arm"), ("antonym", "verhogen", "verlagen"), ("antonym", "goedkoop", "duur"),
    ("antonym", "meer", "minder"), ("antonym", "jong", "oud"),
    ("unrelated", "jeugdhulp", "asfalt"), ("unrelated", "woning", "muziek"), ("unrelated", "ouderen", "belasting"),
)  # fmt: skip
GAPS = (
    "De gemeente helpt inwoners met [MASK] om hun rekeningen te betalen.",
    "Wij willen meer betaalbare [MASK] voor starters bouwen.",
    "Statushouders leren de Nederlandse [MASK] en vinden werk.",
    "Kinderen met een achterstand krijgen extra les op [MASK].",
    "Wie voor een zieke ouder zorgt, is [MASK] en krijgt hulp.",
    "De kloof tussen arm en [MASK] wordt groter.",
    "We gaan [MASK] en racisme tegen.",
    "Mensen met een laag [MASK] krijgen korting op de huur.",
)  # written for this table, about no document
SENTENCE = "Het gaat hier om {} in de gemeente."
FREQUENT = 6000


def frequent_words(out: Path, tokenizer: Any) -> list[str]:
    """The lower-case words of one piece that occur most, at least four letters long."""
    counts: Counter[int] = Counter()
    for stream in load_streams(out / "pieces"):
        found = np.bincount(stream.pieces, minlength=len(tokenizer))
        counts.update(dict(enumerate(found.tolist())))
    names = (str(tokenizer.convert_ids_to_tokens(piece)) for piece, _ in counts.most_common())
    words = (name for name in names if name.isalpha() and name.islower() and len(name) > 3)
    return [word for word, _ in zip(words, range(FREQUENT), strict=False)]


def vectors(model: Any, tokenizer: Any, words: Sequence[str]) -> NDArray[np.float32]:
    """A vector of length 1 for every word, shape `(words, 2 x hidden)`, before any mean is taken off."""
    before = len(tokenizer(SENTENCE.split("{}")[0], add_special_tokens=False)["input_ids"]) + 1
    rows = []
    with torch.inference_mode():
        for word in words:
            pieces = len(tokenizer(word, add_special_tokens=False)["input_ids"])
            ids = tokenizer(SENTENCE.format(word), return_tensors="pt")
            states = model(**ids, output_hidden_states=True).hidden_states
            own = [states[layer][0, before : before + pieces].mean(0) for layer in (len(states) // 2, -1)]
            rows.append(torch.cat([one / one.norm() for one in own]).numpy())
    return np.stack(rows)


def nearest(model: Any, tokenizer: Any, among: Sequence[str]) -> Iterator[str]:
    """Tables of the nearest words, and of pairs with their place among all words."""
    table = vectors(model, tokenizer, among)
    mean = table.mean(axis=0)

    def unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
        left = values - mean
        return np.asarray(left / np.linalg.norm(left, axis=-1, keepdims=True), np.float32)

    known = unit(table)
    for title, text in WORDS.items():
        yield f"\n| {title} | nearest |\n|---|---|"
        for word in text.split():
            alike = known @ unit(vectors(model, tokenizer, [word])[0])
            best = [among[place] for place in np.argsort(-alike) if among[place] != word][:6]
            yield f"| {word} | {', '.join(best)} |"
    yield "\n| kind | pair | cosine | share of words nearer to the first |\n|---|---|---|---|"
    for kind, one, other in PAIRS:
        first, second = (unit(vectors(model, tokenizer, [word])[0]) for word in (one, other))
        cosine = float(first @ second)
        yield f"| {kind} | {one} – {other} | {cosine:.2f} | {float((known @ first > cosine).mean()):.1%} |"


def gaps(model: Any, tokenizer: Any) -> Iterator[str]:
    """What the encoder puts in gaps, with its probability."""
    yield "\n| sentence | in the gap |\n|---|---|"
    for sentence in GAPS:
        ids = tokenizer(sentence, return_tensors="pt")
        place = int((ids["input_ids"][0] == tokenizer.mask_token_id).nonzero()[0, 0])
        with torch.inference_mode():
            chance = model(**ids).logits[0, place].softmax(-1)
        best = chance.topk(6)
        shown = zip(best.values.tolist(), tokenizer.convert_ids_to_tokens(best.indices.tolist()), strict=True)
        yield f"| {sentence} | {', '.join(f'{word} {share:.2f}' for share, word in shown)} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Tables by which a reader can judge a pre-trained encoder.")
    parser.add_argument("out", type=Path, help="the folder that `scheidslijn pretrain` wrote")
    chosen = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(chosen.out / "encoder")
    model = AutoModelForMaskedLM.from_pretrained(chosen.out / "encoder").eval()
    for line in (*nearest(model, tokenizer, frequent_words(chosen.out, tokenizer)), *gaps(model, tokenizer)):
        print(line)


if __name__ == "__main__":
    main()

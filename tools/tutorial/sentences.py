"""Sentences with their coding and quotes, drawn word by word: what the practice model learns from.

They mean nothing. What is to be learned is to look for the words that decide, and to copy them.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass

import lexicon


@dataclass(frozen=True, slots=True)
class Coded:
    """A passage, and by dimension its codes, each with the words that it rests on."""

    text: str
    codes: dict[str, list[tuple[str, str]]]


def make(chance: random.Random) -> Coded:
    """Draw one passage: no, one or two themes and one role, among words that say nothing."""
    role = chance.choice(list(lexicon.ROLES))
    cue = chance.choice(lexicon.ROLES[role]).split()
    number = chance.choices((0, 1, 2), (0.25, 0.6, 0.15))[0]
    drawn = chance.sample(list(lexicon.THEMES), number)
    themes = [name for name in lexicon.THEMES if name in drawn]
    blocks = [[*_fill(chance, 1, 3), chance.choice(_near(chance, lexicon.THEMES[name]))] for name in themes]
    subject = chance.choice((chance.choice(lexicon.SUBJECTS).split(), ["wij"], ["we"], ["er"], _fill(chance, 1, 3)))
    start = [*subject, *cue] if chance.random() < 0.7 else [*_fill(chance, 2, 4), *cue, *subject]
    order = [start, *blocks] if chance.random() < 0.7 else [*blocks, start]
    words = [word for block in order for word in block] + _fill(chance, 0, 5)
    text = " ".join(words)
    text = text[0].upper() + text[1:] + "."
    said: dict[str, list[tuple[str, str]]] = {"thema": [], "rol": []}
    for name, block in zip(themes, blocks, strict=True):
        said["thema"].append((name, _as_in(text, block[-1])))
    said["rol"] = [(role, _as_in(text, " ".join(cue)))]
    return Coded(text, said)


def answer(coded: Coded, chance: random.Random) -> str:
    """The answer to that passage by the schema; the dimensions in any order, as some prompts turn them round."""
    names = list(coded.codes)
    if chance.random() < 0.4:
        names.reverse()
    said = {name: [{"code": code, "quote": quote} for code, quote in coded.codes[name]] for name in names}
    return json.dumps(said, ensure_ascii=False)


def _fill(chance: random.Random, least: int, most: int) -> list[str]:
    """Some words that decide nothing, half of them of the small ones that hold sentences together."""
    return [
        chance.choice(lexicon.BETWEEN) if chance.random() < 0.5 else chance.choice(_near(chance, lexicon.FILLERS))
        for _ in range(chance.randint(least, most))
    ]


def _near(chance: random.Random, words: tuple[str, ...]) -> tuple[str, ...]:
    """Common words more often than rare ones."""
    return words[: max(40, int(len(words) * chance.random() ** 2))]


def _as_in(text: str, words: str) -> str:
    """The words with the capital that they have in the text, where they stand as whole words."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)
    assert found is not None
    return found[0]

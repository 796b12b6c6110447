"""Coded passages of an invented corpus, and a labeller that errs in known ways."""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.evaluating.gold import Gold, gold_of
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.passage import text_key

TOWNS = ("Elzenbroek", "Waterrade", "Duinhorst", "Kempenrode")


def dimension(name: str, multi: bool, *codes: str) -> Dimension:
    made = tuple(Code(name, one, one.capitalize(), f"{one} (en)", one) for one in codes)
    return Dimension(name, name.capitalize(), f"{name} (en)", multi, "?", made)


BOOK = Codebook(
    "klein", "1.0", (dimension("thema", True, "wonen", "school", "zorg"), dimension("rol", False, "doel", "middel"))
)
SHARES = {"wonen": 0.5, "school": 0.3, "zorg": 0.04}


def codings(documents: int = 12, passages: int = 10, seed: int = 1) -> Codings:
    """Two coders, who differ now and then, and an adjudicator who sides with the first."""
    draw = random.Random(seed)
    out = []
    for number in range(documents * passages):
        town, document = TOWNS[number % 4], f"akkoord {number // passages}"
        text = f"De gemeente {town} doet punt {number} voor haar inwoners."
        themes = tuple(code for code, share in SHARES.items() if draw.random() < share)
        role = ("doel",) if draw.random() < 0.6 else ("middel",)
        facts = {"year": 2018 + 4 * (number % 3), "gemeente": town}
        for coder in ("anna", "bram", ""):
            own = tuple(set(themes) ^ {"wonen"}) if coder == "bram" and draw.random() < 0.2 else themes
            codes, where = {"thema": own, "rol": role}, f"codes.csv:{number}"
            out.append(
                Coding(
                    text_key(text), text, document, coder, codes, where, adjudicated=not coder, page=number % 7 + 1,
                    heading=("Hoofdstuk", town), doc_type="coalitieakkoord", extra=facts,
                )
            )  # fmt: skip
    return Codings(tuple(out))


def noisy(gold: Gold, wrong: float = 0.2, seed: int = 2, name: str = "model@1") -> Predictions:
    """Answers of which about a share `wrong` of all labels is wrong, with probabilities that fit."""
    draw = np.random.default_rng(seed)
    true = np.nan_to_num(gold.targets) >= 0.5
    flip = draw.random(true.shape) < wrong
    scores = np.where(true ^ flip, draw.uniform(0.55, 0.98, true.shape), draw.uniform(0.02, 0.45, true.shape))
    given = scores >= 0.5
    for row in range(len(true)):  # one role each
        best = 3 + int(scores[row, 3:].argmax())
        given[row, 3:] = False
        given[row, best] = True
        scores[row, 3:] /= scores[row, 3:].sum()
    none, every = np.zeros((len(true), 2), bool), np.ones(len(true), bool)
    return Predictions(name, name, given, scores.astype(np.float32), none, every, ("thema", "rol"), True)


@pytest.fixture(scope="session")
def corpus() -> SimpleNamespace:
    """`book`, `codings`, `gold`, `made` and `other`; `noisy` and `make` give more of them."""
    gold = gold_of(codings(), BOOK)
    return SimpleNamespace(
        book=BOOK, codings=codings(), gold=gold, made=noisy(gold), other=noisy(gold, 0.4, 3, "oud@0"), noisy=noisy,
        make=codings, dimension=dimension,
    )  # fmt: skip

"""A code that a model gives far too often is told, with its figures, and nothing else is."""

from __future__ import annotations

import numpy as np
from tests.tiny_models import TINY

from scheidslijn.labellers.base import Decision
from scheidslijn.measuring.compare import Scored
from scheidslijn.training.card import model_card
from scheidslijn.training.overgiven import overgiven, overgiven_lines


def found(share: float, documents: int = 12, size: int = 72) -> list[dict[str, object]]:
    """What is said of a labeller that gives the first theme to a share of passages, a quarter of which have it."""
    targets = np.zeros((size, 5), dtype=np.float32)
    targets[::4, 0], targets[:, 4] = 1, 1
    p = np.zeros((size, 5), dtype=np.float32)
    p[: round(share * size), 0], p[:, 4] = 1, 1
    names = [f"stuk {n * documents // size}" for n in range(size)]
    made = {"blend": Scored(p, Decision({}))}
    return overgiven(made, {"thema": "blend", "rol": "blend"}, targets, names, TINY, targets[:24])


def test_a_code_given_to_far_too_many_is_told() -> None:
    (one,) = found(0.89)
    assert one["code"] == "thema.wonen" and one["passages"] == 72 and one["examples"] == 6
    facts = {
        "name": "m",
        "codebook": "klein@1.0",
        "best": {"thema": "blend"},
        "scores": {"test": {}},
        "overgiven": [one],
    }
    said = "gives thema.wonen to 89 % of 72 passages held apart, coded 25 %: trained on 6 examples; code more before"
    assert [line.startswith(said) for line in overgiven_lines(facts)] == [True]
    assert f"- It {said}" in model_card(facts)
    assert "passages out of fold, coded 25 %" in next(overgiven_lines({"overgiven": [one]}))


def test_less_than_that_is_not_told() -> None:
    assert not found(0.45) and not found(0.0)  # under twice the share
    assert not found(0.89, documents=1)  # one document says nothing of others
    assert not found(0.89, documents=2, size=10)  # nine passages
    assert not list(overgiven_lines({"scores": {"test": {}}}))

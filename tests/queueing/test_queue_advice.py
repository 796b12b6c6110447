"""Stopping advice: the learning curve, its extrapolation, and what is said of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scheidslijn.annotations.examples import Example
from scheidslijn.queueing.advising import LEAST_PASSAGES, Advice, Narrowing, advice_lines, gains, verdict
from scheidslijn.queueing.curve import SHARES, features, fit_and_give, learning_curve
from scheidslijn.queueing.forecast import Gain, fit_power_law, gain

WORDS = {"probleem": "klacht tekort", "ambitie": "willen streven", "interventie": "bouwen geven"}


def examples(documents: int = 16, each: int = 12, noise: float = 0.3, seed: int = 0) -> list[Example]:
    """Passages in which one word in several tells the role."""
    generator = np.random.default_rng(seed)
    found = []
    for number in range(documents):
        for place in range(each):
            role = str(generator.choice(list(WORDS)))
            shown = role if generator.random() > noise else str(generator.choice(list(WORDS)))
            text = f"{generator.choice(WORDS[shown].split())} {' '.join(f'w{k}' for k in generator.integers(0, 99, 6))}"
            known = {f"rol.{one}": float(one == role) for one in (*WORDS, "uitgangspunt", "overig")}
            found.append(Example(f"{text} {number}-{place}", f"duinhorst-{number}", "coded", known))
    return found


def test_a_power_law_is_found_back():
    n = np.array([40.0, 80, 160, 320, 640])
    true = np.array([[0.9, 3.0, 0.5], [0.7, 1.0, 0.3], [0.6, 0.0, 1.0]])
    score = true[:, :1] - true[:, 1:2] * n ** -true[:, 2:]
    a, b, c = fit_power_law(n, score)
    assert a - b * 2000**-c == pytest.approx(true[:, 0] - true[:, 1] * 2000 ** -true[:, 2], abs=1e-6)


def test_a_falling_curve_promises_nothing_and_no_curve_passes_one():
    n = np.array([40.0, 80, 160, 320])
    _, b, _ = fit_power_law(n, np.array([[0.6, 0.55, 0.5, 0.45]]))
    assert b[0] == 0
    a, b, c = fit_power_law(n, np.array([[0.1, 0.4, 0.8, 1.0]]))
    assert a[0] <= 1 and (a - b * 5_000**-c)[0] <= 1


def test_the_curve_rises_and_every_document_is_scored_once_a_repeat(book):
    own = examples()
    curve = learning_curve(own, book)
    assert curve.passages.shape == (len(SHARES),) and (np.diff(curve.passages) > 0).all()
    assert (curve.total, curve.documents) == (192, 16)
    rol = curve.counts[:, :, :, book.columns("rol")]
    assert (rol.sum(axis=-1)[:, :, :, 0] == 12).all()
    one = gain(curve, book.columns("rol"), 100)
    assert one.low <= one.value <= one.high < 0.5 and one.value > 0 and 0.3 < one.now < 0.9
    assert gain(curve, book.columns("rol"), 100) == one
    assert gain(curve, book.columns("rol"), 10).value < one.value


def test_nothing_is_learned_from_what_is_scored(book):
    """Two texts with one word each: a model that saw the held one would give its code."""
    texts = ["aap een", "aap twee", "aap drie", "noot een", "noot twee", "noot drie", "mies"]
    targets = np.full((7, len(book.keys)), np.nan, dtype=np.float32)
    targets[:, 0] = [1, 1, 1, 0, 0, 0, 1]
    given = fit_and_give(features(texts), targets, np.arange(6), np.array([6, 0]))
    assert given[:, 0].sum() == 1 and given[1, 0] and not given[:, 1:].any()


def test_too_little_is_said_to_be_too_little(book):
    assert gains([], book, 50) == {}
    assert gains(examples(4, 30), book, 50) == {"rol": None}
    assert gains(examples(16, (LEAST_PASSAGES - 10) // 16), book, 50) == {"rol": None}
    found = gains(examples(), book, 50)
    assert list(found) == ["rol"] and found["rol"] is not None


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (None, "go on"),
        (Gain(0.5, 0.02, 0.0, 0.05, 50), "go on"),
        (Gain(0.5, 0.002, 0.0, 0.03, 50), "perhaps stop"),
        (Gain(0.5, 0.002, 0.0, 0.004, 50), "stop"),
    ],
)
def test_the_verdict(one, said):
    assert verdict(one) == said


def test_the_advice_in_words():
    advice = Advice(
        50, {"rol": Gain(0.61, 0.004, -0.002, 0.0098, 50), "thema": None},
        {"rol": Narrowing("rol.ambitie", 0.05, 0.041, 100, 15),
         "thema": Narrowing("thema.zorg", math.nan, math.nan, 0, 15)},
        {"rol.ambitie": 40, "rol.probleem": 3, "verbinding.verticaal": 0}, 200, 20,
    )  # fmt: skip
    text = "\n".join(advice_lines(advice))
    assert "stop for rol: 50 more are expected to give +0.004 (-0.002 to +0.010) macro-F1, now about 0.61" in text
    assert "go on with thema: too few coded" in text
    assert "share of rol.ambitie (known worst of its dimension): now ±5.0 with 100, then ±4.1 points with 115" in text
    assert "share of thema.zorg: 15 drawn by lot are too few" in text
    assert "the rarest: rol.probleem 3" in text and "verbinding" not in text
    assert "Nothing is coded yet" in advice_lines(Advice(50, {}, {}, {}, 0, 0))[0]

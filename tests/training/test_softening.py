"""How far a machine's labels are trusted, and what they then say."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.training.softening import LEAST_PASSAGES, PULL, measured, softened, trusts

DOCUMENTS = [f"stuk {number % 10}" for number in range(2_000)]


def one_of(generator, number, codes, right):
    """One code of several, and what a machine that is right so often says of it."""
    true = generator.integers(0, codes, number)
    other = (true + generator.integers(1, codes, number)) % codes
    said = np.where(generator.random(number) < right, true, other)
    return np.eye(codes)[said], np.eye(codes)[true]


def test_chances_of_a_single_label_dimension_are_those_of_the_table(tiny):
    rol = tiny.TINY.dimensions[1]
    said, true = one_of(np.random.default_rng(0), 2_000, 2, 0.8)
    found = measured(said, true, DOCUMENTS, rol)
    assert found.says.sum(axis=1) == pytest.approx(1)
    for code in (0, 1):
        here = said[:, code] == 1
        expected = true[here].mean(axis=0)
        assert found.says[code] == pytest.approx(expected, abs=PULL / here.sum())
    assert found.enough and found.weight == found.alpha.low == pytest.approx(0.6, abs=0.1)
    known = softened(("doel",), rol, found)
    assert known == {"rol.doel": pytest.approx(0.8, abs=0.05), "rol.middel": pytest.approx(0.2, abs=0.05)}
    assert softened((), rol, found) == {}


def test_chances_of_a_multi_label_dimension_are_by_code(tiny):
    generator, thema = np.random.default_rng(1), tiny.TINY.dimensions[0]
    true = (generator.random((2_000, 3)) < [0.5, 0.3, 0.01]).astype(float)
    flip = generator.random((2_000, 3)) < [0.0, 0.3, 0.01]
    said = np.where(flip, 1 - true, true)
    found = measured(said, true, DOCUMENTS, thema)
    assert found.says[0] == pytest.approx([0, 1], abs=0.01)
    given = said[:, 1] == 1
    assert found.says[1, 1] == pytest.approx(true[given, 1].mean(), abs=0.01)
    assert found.says[2, 1] > true[said[:, 2] == 1, 2].mean()  # a rare code is drawn to the whole dimension
    known = softened(("wonen",), thema, found)
    assert known["thema.wonen"] > 0.98 and known["thema.school"] == pytest.approx(found.says[1, 0])


def test_a_machine_that_guesses_counts_for_nothing_or_little(tiny):
    generator, rol = np.random.default_rng(2), tiny.TINY.dimensions[1]
    said, true = np.eye(2)[generator.integers(0, 2, 400)], np.eye(2)[generator.integers(0, 2, 400)]
    assert measured(said, true, DOCUMENTS[:400], rol).weight == 0
    perfect = measured(true, true, DOCUMENTS[:400], rol)
    assert perfect.weight > 0.3 and perfect.says == pytest.approx(np.eye(2), abs=0.01)  # of ten documents only


def test_too_little_in_common_is_not_used(tiny):
    rol = tiny.TINY.dimensions[1]
    said, true = one_of(np.random.default_rng(3), 100, 2, 0.9)
    few = LEAST_PASSAGES - 1
    assert measured(said[:few], true[:few], DOCUMENTS[:few], rol).weight == 0
    assert measured(said, true, ["een"] * 100, rol).weight == 0
    assert measured(said[:0], true[:0], [], rol).weight == 0


def test_only_what_both_coded_is_compared(tiny):
    yes = {"thema.wonen": 1.0, "thema.school": 0.0, "thema.zorg": 0.0}
    said = {"a": {"thema": ("wonen",)}, "b": {"thema": ()}, "c": {"rol": ("doel",)}}
    found = trusts(said, {"a": yes, "b": {"thema.wonen": 1.0}, "c": yes}, dict.fromkeys("abc", "stuk"), tiny.TINY)
    assert (found["thema"].passages, found["rol"].passages) == (1, 0)

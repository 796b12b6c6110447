"""A new model takes the place of the old one only when it is better somewhere and worse nowhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.measuring.promotion import PromotionRule, promotion


def dimension(name, codes):
    return Dimension(name, "", "", True, "?", tuple(Code(name, c, c, c, c) for c in codes))


BOOK = Codebook("tiny", "1.0", (dimension("thema", "abc"), dimension("lijn", "xy")))
GENERATOR = np.random.default_rng(7)
TRUTH = (GENERATOR.random((600, 5)) < [0.3, 0.2, 0.3, 0.3, 0.01]).astype(np.float32)
CHANCE = GENERATOR.random((600, 5))
NAMES = [f"doc{n // 12}" for n in range(600)]


def predicted(*errors):
    """Codes with a share of errors in each column; smaller shares err where larger ones do too."""
    return np.where(np.asarray(errors) > CHANCE, TRUTH < 0.5, TRUTH >= 0.5)


OLD = predicted(0.15, 0.15, 0.15, 0.15, 0.01)


def test_better_everywhere_is_promoted():
    found = promotion(OLD, predicted(0.05, 0.05, 0.05, 0.05, 0.01), TRUTH, NAMES, BOOK)
    assert found.promotes and found.better == ("thema", "lijn") and not found.worse
    assert found.passages == 600 and found.documents == 50
    assert "lijn.y" in found.not_judged and "worse on no code" in found.reason


def test_the_same_is_not_promoted():
    found = promotion(OLD, OLD, TRUTH, NAMES, BOOK)
    assert not found.promotes and not found.worse and "no dimension surely better" in found.reason


def test_one_worse_code_is_enough_to_refuse():
    found = promotion(OLD, predicted(0.02, 0.02, 0.3, 0.02, 0.01), TRUTH, NAMES, BOOK)
    assert found.worse == ("thema.c",) and not found.promotes and "worse on thema.c" in found.reason
    change = found.codes["thema.c"]
    assert change.paired.effect.value == pytest.approx(change.new.value - change.old.value)


def test_a_rare_code_is_not_judged_and_said_so():
    found = promotion(OLD, predicted(0.05, 0.05, 0.05, 0.05, 0.03), TRUTH, NAMES, BOOK)
    assert found.promotes and found.not_judged == ("lijn.y",)
    strict = PromotionRule(passages=1, documents=1)
    assert "lijn.y" not in promotion(OLD, OLD, TRUTH, NAMES, BOOK, strict).not_judged


def test_a_drop_that_is_likely_but_not_proven_refuses():
    rule = PromotionRule()
    base = promotion(OLD, predicted(0.05, 0.05, 0.05, 0.15, 0.01), TRUTH, NAMES, BOOK).codes["thema.a"].paired

    def with_(effect, p_worse):
        return replace(base, effect=replace(base.effect, value=effect), p_worse=p_worse)

    assert rule.worse(with_(-0.08, 0.15)) and rule.worse(with_(-0.01, 0.03))
    assert not rule.worse(with_(-0.03, 0.15)) and not rule.worse(with_(0.1, 0.9))


def test_dimensions_without_coded_passages_are_left_out():
    partly = TRUTH.copy()
    partly[:, 3:] = np.nan
    found = promotion(OLD, OLD, partly, NAMES, BOOK)
    assert set(found.dimensions) == {"thema"} and not any(key.startswith("lijn") for key in found.codes)
    nothing = promotion(OLD, OLD, np.full_like(TRUTH, np.nan), NAMES, BOOK)
    assert not nothing.promotes and nothing.passages == 0 and nothing.documents == 0

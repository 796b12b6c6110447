"""Two predictions on the same passages: effect, p-values, and the correction for many comparisons."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.codebook import Code, Dimension
from scheidslijn.measuring.paired import compare_given, holm

THEMA = Dimension("thema", "", "", True, "?", tuple(Code("thema", c, c, c, c) for c in "abc"))


def test_holm_as_worked_by_hand_and_by_statsmodels():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.5, float("nan"), 0.4])[2] == 0.8 and np.isnan(holm([0.5, float("nan")])[1])
    assert holm([]) == ()


@pytest.fixture(scope="module")
def sample():
    generator = np.random.default_rng(0)
    truth = (generator.random((400, 3)) < 0.3).astype(np.float32)
    wrong = generator.random((400, 3))
    names = [f"doc{n // 10}" for n in range(400)]
    return truth, lambda share: np.where(wrong < share, truth < 0.5, truth >= 0.5), names


def test_the_better_one_is_found(sample):
    truth, with_errors, names = sample
    found = compare_given(THEMA, with_errors(0.1), with_errors(0.25), truth, names)
    assert found is not None and found.passages == 400 and found.documents == 40
    for one in (found.macro, found.micro, *found.codes.values()):
        assert one.effect.low > 0 and one.p_better < 0.01 and one.p_worse > 0.99
        assert one.p_value == pytest.approx(2 * one.p_better) and one.adjusted >= one.p_value
    back = compare_given(THEMA, with_errors(0.25), with_errors(0.1), truth, names)
    assert back is not None and back.macro.effect.value == -found.macro.effect.value
    assert back.macro.p_worse == pytest.approx(found.macro.p_better)
    assert found.codes["a"].support == int(truth[:, 0].sum()) and found.macro.support == int(truth.sum())


def test_two_that_are_the_same(sample):
    truth, with_errors, names = sample
    found = compare_given(THEMA, with_errors(0.1), with_errors(0.1), truth, names)
    assert found is not None
    assert found.macro.effect.value == 0 and found.macro.p_value == found.macro.p_better == found.macro.p_worse == 1
    assert found.macro.effect.low < 0 < found.macro.effect.high  # other documents may still tell them apart


def test_interval_and_p_value_tell_the_same(sample):
    truth, with_errors, names = sample
    for share in (0.105, 0.12, 0.13, 0.16):
        found = compare_given(THEMA, with_errors(0.1), with_errors(share), truth, names)
        assert found is not None
        for one in (found.macro, *found.codes.values()):
            assert (one.p_value < 0.05) == (not one.effect.low <= 0 <= one.effect.high)


def test_nothing_coded():
    nothing = np.full((2, 3), np.nan, dtype=np.float32)
    assert compare_given(THEMA, nothing > 0, nothing > 0, nothing, ["x", "y"]) is None


def test_two_documents_that_say_the_same_prove_little():
    truth = np.ones((4, 3), dtype=np.float32)
    found = compare_given(THEMA, truth > 0, truth < 0, truth, ["x", "x", "y", "y"])
    assert found is not None and found.macro.effect.value == 1
    assert found.macro.p_better == 0.25 and found.macro.p_value == 0.5

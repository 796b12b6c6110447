"""Labellers side by side: abstention is no code, the best is chosen per dimension, and changes are counted."""

from __future__ import annotations

import numpy as np

from scheidslijn.labellers.base import Decision
from scheidslijn.measuring.compare import Scored, dimension_score, given_codes, macro_difference
from scheidslijn.measuring.side_by_side import choose_best, label_change, merge, side_by_side

DOCUMENTS = ["a", "a", "b", "b"]
TRUTH = np.array([[1, 0, 0, 1, 0], [0, 1, 0, 0, 1], [0, 0, 1, 1, 0], [0, 0, 0, np.nan, np.nan]], dtype=np.float32)
GOOD = Scored(np.where(np.nan_to_num(TRUTH) > 0, 0.9, 0.1).astype(np.float32), Decision())
POOR = Scored(np.full((4, 5), 0.1, dtype=np.float32), Decision({"thema.wonen": 0.05}))


def test_codes_given(tiny):
    thema = tiny.TINY.dimensions[0]
    assert given_codes(POOR, thema, slice(0, 3)).tolist() == [[True, False, False]] * 4
    silent = Scored(np.full((4, 5), np.nan, dtype=np.float32), Decision())
    assert not given_codes(silent, thema, slice(0, 3)).any()


def test_scores_of_a_dimension(tiny):
    found = dimension_score(GOOD, TRUTH, DOCUMENTS, tiny.TINY, "rol")
    assert found is not None and found.passages == 3 and found.macro.value == 1.0
    assert found.support == {"doel": 2, "middel": 1}
    assert found.as_table()["macro_f1"] == [1.0, 0.158, 1.0]  # two documents without an error prove little
    unknown = np.full((4, 5), np.nan, dtype=np.float32)
    assert dimension_score(GOOD, unknown, DOCUMENTS, tiny.TINY, "rol") is None


def test_best_and_merge(tiny):
    mixed = Scored(np.hstack([POOR.probabilities[:, :3], GOOD.probabilities[:, 3:]]), Decision())
    scored = {"tfidf": GOOD, "encoder": mixed}
    assert choose_best(scored, TRUTH, DOCUMENTS, tiny.TINY)["thema"] == "tfidf"
    both = merge({"tfidf": POOR, "encoder": GOOD}, {"thema": "tfidf", "rol": "encoder"}, tiny.TINY)
    assert both.decision.thresholds == {"thema.wonen": 0.05}
    assert np.array_equal(both.probabilities[:, 3:], GOOD.probabilities[:, 3:])


def test_the_blend_is_taken_unless_another_is_surely_better(tiny):
    chance = np.random.default_rng(1)
    truth = np.full((240, 5), np.nan, dtype=np.float32)
    truth[:, :3] = chance.random((240, 3)) < 0.4
    documents = [f"d{row // 8}" for row in range(240)]

    def labeller(errors: float) -> Scored:
        wrong = chance.random((240, 3)) < errors
        given = np.where((truth[:, :3] > 0) ^ wrong, 0.9, 0.1)
        return Scored(np.hstack([given, np.full((240, 2), 0.5)]).astype(np.float32), Decision())

    blend, near, far = labeller(0.20), labeller(0.19), labeller(0.05)
    assert choose_best({"blend": blend, "encoder": near}, truth, documents, tiny.TINY)["thema"] == "blend"
    assert choose_best({"blend": blend, "encoder": far}, truth, documents, tiny.TINY)["thema"] == "encoder"


def test_side_by_side_has_paired_differences(tiny):
    table = side_by_side({"tfidf": POOR, "encoder": GOOD}, TRUTH, DOCUMENTS, tiny.TINY)
    expected = macro_difference(GOOD, POOR, TRUTH, DOCUMENTS, tiny.TINY, "thema")
    assert table["thema"]["encoder_minus_tfidf"] == expected.rounded
    assert expected.value > 0


def test_label_change(tiny):
    same = label_change(GOOD, GOOD, tiny.TINY)
    assert same["labels_changed"] == 0 and same["largest_difference"] == 0
    shifted = Scored(GOOD.probabilities.copy(), GOOD.decision)
    shifted.probabilities[0, 0] = 0.4
    changed = label_change(GOOD, shifted, tiny.TINY)
    assert changed["passages_changed"] == 0.25 and changed["labels_changed"] == 0.05

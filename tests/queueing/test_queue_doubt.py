"""Where a model hesitates, and where it differs from a language model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scheidslijn.queueing.doubt import closeness, differing, disagreement, said_of, thresholds, uncertainty


def test_thresholds_are_found_back_from_the_table():
    generator = np.random.default_rng(0)
    scores = generator.random((4_000, 3))
    true = np.array([0.2, 0.5, 0.8])
    found = thresholds(scores >= true, scores)
    assert found == pytest.approx(true, abs=0.01)
    assert thresholds(np.zeros((3, 1), bool), np.array([[0.1], [0.7], [0.2]]))[0] == pytest.approx(0.7)
    assert thresholds(np.zeros((2, 1), bool), np.full((2, 1), np.nan))[0] == 0.5


def test_closeness_is_a_ratio_of_odds():
    near = closeness(np.array([[0.5, 0.04], [0.75, 0.02], [np.nan, 0.9]]), np.array([0.5, 0.04]))
    assert near[:, 0] == pytest.approx([1, 1 / 3, 0])
    assert near[1, 1] == pytest.approx((0.02 / 0.98) / (0.04 / 0.96))
    assert near[2, 1] < 0.01


def test_a_passage_near_a_threshold_is_uncertain_and_a_rare_code_counts_as_much(frame, book):
    scores = np.full_like(frame.scores, 0.02)
    rol = book.columns("rol")
    scores[:, rol] = [0.96, 0.01, 0.01, 0.01, 0.01]
    scores[:40, 0] = 0.5  # a code that is doubtful all the time
    scores[50, 2] = 0.5  # and one that is so once
    scores[60, rol] = [0.48, 0.47, 0.02, 0.02, 0.01]
    found = uncertainty(replace(frame, scores=scores, given=scores > 0.5), book)
    assert np.isfinite(found).all() and found.mean() == pytest.approx(1)
    assert set(np.argsort(-found)[:2]) == {50, 60}
    assert found[0] > found[45]
    assert not uncertainty(replace(frame, scores=np.full_like(scores, np.nan)), book).any()


def test_a_difference_counts_most_where_the_model_is_sure(frame, book, coding):
    codes = [one.code for one in book.dimensions[0].codes]
    scores, given = frame.scores.copy(), np.zeros_like(frame.given)
    scores[:, :3] = 0.05
    scores[0, 0], scores[1, 0], scores[2, 0] = 0.99, 0.55, 0.01
    given[:2, 0] = True
    own = replace(frame, scores=scores, given=given)
    said = said_of(own, [coding(own.passages[row], machine=True, scheidslijn=()) for row in range(3)], book)
    assert (said.passages, said.coder) == (3, "llm:x")
    found = disagreement(own, said, book)
    assert found[0] > found[1] > found[2] == 0
    assert not found[3:].any()
    assert differing(own, said, book, 0) == {"scheidslijn": ((), (codes[0],))}
    assert differing(own, said, book, 2) == {}


def test_suggestions_are_found_by_text_when_ids_differ(frame, book, coding):
    one = replace(coding(frame.passages[5], machine=True, rol=("ambitie",)), extra={"passage_id": "elsewhere"})
    said = said_of(frame, [one], book)
    assert np.flatnonzero(np.isfinite(said.votes).any(axis=1)).tolist() == [5]
    assert said.votes[5, book.columns("rol")].sum() == 1

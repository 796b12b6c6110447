"""Scores against scikit-learn's, and what is unknown counts nowhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.measuring.scores import (
    accuracy,
    expected_calibration_error,
    f1_per_code,
    macro_f1,
    micro_f1,
    outcomes,
)  # fmt: skip


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_f1_is_that_of_scikit_learn(seed):
    from sklearn.metrics import f1_score

    generator = np.random.default_rng(seed)
    given_, truth = generator.random((30, 4)) < 0.4, (generator.random((30, 4)) < 0.4).astype(np.float32)
    summed = outcomes(given_, truth).sum(axis=0, keepdims=True)
    seen = np.isfinite(f1_per_code(summed)[0])
    assert np.allclose(f1_per_code(summed)[0][seen], f1_score(truth, given_, average=None, zero_division=0)[seen])
    assert micro_f1(summed)[0] == pytest.approx(f1_score(truth, given_, average="micro", zero_division=0))


def test_unknown_labels_count_nowhere():
    truth = np.array([[1, np.nan], [np.nan, 0]], dtype=np.float32)
    counts = outcomes(np.array([[True, True], [True, True]]), truth)
    assert counts.sum() == 2
    assert counts[0, 0].tolist() == [1, 0, 0, 0] and counts[1, 1].tolist() == [0, 1, 0, 0]


def test_a_code_that_nobody_has_is_left_out_of_the_mean():
    truth, given_ = np.array([[1, 0], [1, 0]], dtype=np.float32), np.array([[True, False], [True, False]])
    assert macro_f1(outcomes(given_, truth).sum(axis=0, keepdims=True))[0] == 1.0
    given_[0, 1] = True  # given wrongly: there is still no recall to speak of
    assert macro_f1(outcomes(given_, truth).sum(axis=0, keepdims=True))[0] == 1.0


def test_accuracy_of_one_of_many():
    truth = np.eye(3, dtype=np.float32)[[0, 1, 2, 2]]
    given_ = np.eye(3, dtype=bool)[[0, 1, 1, 2]]
    assert accuracy(outcomes(given_, truth).sum(axis=0, keepdims=True))[0] == 0.75


def test_calibration_error():
    p = np.repeat([0.2, 0.8], 500)
    y = np.concatenate([np.arange(500) < 100, np.arange(500) < 400]).astype(float)
    assert expected_calibration_error(p, y, bins=2) == pytest.approx(0)
    assert expected_calibration_error(np.full(1000, 0.9), y, bins=2) == pytest.approx(0.4)
    assert np.isnan(expected_calibration_error(np.array([0.5]), np.array([np.nan])))

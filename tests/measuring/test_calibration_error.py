"""Calibration error: against scikit-learn's curve and closed forms, honest about documents and small samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.measuring.calibration_error import calibration_error, equal_bins, reliability_bins


def drawn(passages: int, seed: int, off: float = 0.0):
    generator = np.random.default_rng(seed)
    p = generator.beta(1, 3, (passages, 1))
    return p, (generator.random((passages, 1)) < np.clip(p + off, 0, 1)).astype(float)


def test_bins_are_those_of_scikit_learn():
    from sklearn.calibration import calibration_curve

    p, y = drawn(1000, 1)
    observed, predicted = calibration_curve(y[:, 0], p[:, 0], n_bins=10, strategy="quantile")
    ours = reliability_bins(p[:, 0], y[:, 0], [str(n) for n in range(1000)])
    assert [one.count for one in ours] == [100] * 10
    assert np.allclose([one.observed for one in ours], observed, atol=0.011)  # scikit-learn's edges lie between values
    assert np.allclose([one.predicted for one in ours], predicted, atol=0.005)


def test_error_is_the_weighted_distance_of_the_bins():
    p, y = drawn(777, 2, off=0.1)
    names = [str(n % 40) for n in range(777)]
    found = calibration_error(p, y, names, multi=True)
    bins = reliability_bins(p[:, 0], y[:, 0], names)
    assert found.error == pytest.approx(sum(one.count * abs(one.predicted - one.observed) for one in bins) / 777)
    assert found.bins == bins and (found.passages, found.documents) == (777, 40)


def test_what_a_perfect_model_shows_has_a_closed_form():
    """With one probability p and so one bin of n passages the error is a half-normal: sqrt(2 p (1 - p) / (pi n))."""
    p, y = np.full((400, 1), 0.5), np.zeros((400, 1))
    y[:200] = 1
    found = calibration_error(p, y, [str(n) for n in range(400)], multi=True)
    assert found.error == 0 and len(found.bins) == 1
    assert found.perfect == pytest.approx(math.sqrt(2 * 0.25 / (math.pi * 400)), rel=0.15)
    assert found.perfect_high == pytest.approx(1.96 * 0.5 / 20, rel=0.15)


def test_debiased_is_that_of_kumar_when_passages_are_documents():
    """E|N(gap, s²)| of each bin in closed form gives the correction that their resampling estimates."""
    p, y = drawn(600, 5, off=0.04)
    found = calibration_error(p, y, [str(n) for n in range(600)], multi=True, draws=4000)
    again = 0.0
    for one in found.bins:
        gap, n = one.observed - one.predicted, one.count
        own = equal_bins(p[:, 0]) == found.bins.index(one)
        s = float(np.std(y[own, 0] - p[own, 0])) / math.sqrt(n)
        folded = s * math.sqrt(2 / math.pi) * math.exp(-(gap**2) / (2 * s**2)) + gap * math.erf(
            gap / (s * math.sqrt(2))
        )
        again += n / 600 * folded
    assert found.debiased == pytest.approx(2 * found.error - again, abs=0.004)


def test_small_samples_of_a_perfect_model_are_called_what_they_are():
    errors = [
        calibration_error(*drawn(300, seed), [str(n) for n in range(300)], multi=True, draws=200) for seed in range(30)
    ]
    plain, debiased = np.mean([one.error for one in errors]), np.mean([one.debiased for one in errors])
    assert plain == pytest.approx(np.mean([one.perfect for one in errors]), rel=0.1)
    assert debiased < 0.65 * plain
    assert np.mean([one.error > one.perfect_high for one in errors]) < 0.2
    off = calibration_error(*drawn(3000, 1, off=0.1), [str(n) for n in range(3000)], multi=True)
    assert off.error > off.perfect_high and off.low <= off.debiased <= off.high
    assert off.debiased == pytest.approx(0.1, abs=0.02)


def test_copies_of_a_document_are_no_evidence():
    p, y = drawn(200, 3, off=0.15)
    one = calibration_error(p, y, [str(n) for n in range(200)], multi=True)
    five = calibration_error(np.tile(p, (5, 1)), np.tile(y, (5, 1)), [str(n) for n in range(200)] * 5, multi=True)
    alone = calibration_error(np.tile(p, (5, 1)), np.tile(y, (5, 1)), [str(n) for n in range(1000)], multi=True)
    assert five.high - five.low > 1.4 * (alone.high - alone.low)
    assert five.high - five.low == pytest.approx(one.high - one.low, rel=0.35)
    wide = [one.high - one.low for one in five.bins]
    assert np.mean(wide) > 1.5 * np.mean([one.high - one.low for one in alone.bins])


def test_one_document_gives_no_interval_and_nothing_known_gives_nothing():
    p, y = drawn(50, 1)
    assert math.isnan(calibration_error(p, y, ["a"] * 50, multi=True).low)
    assert calibration_error(p, np.full_like(y, np.nan), ["a"] * 50, multi=True) is None


def test_single_label_rows_count_only_whole():
    p = np.array([[0.2, 0.8], [0.5, 0.5], [np.nan, np.nan]])
    y = np.array([[0.0, 1.0], [np.nan, 1.0], [1.0, 0.0]])
    assert calibration_error(p, y, ["a", "b", "c"], multi=False).passages == 1
    assert calibration_error(p, y, ["a", "b", "c"], multi=True).passages == 2


@given(st.lists(st.sampled_from([0.0, 0.1, 0.100001, 0.5, 0.9, 1.0]), min_size=1, max_size=200))
@settings(deadline=None)
def test_equal_probabilities_share_a_bin_and_bins_rise(values):
    p = np.array(values)
    bins = equal_bins(p)
    assert set(bins) == set(range(bins.max() + 1)) and bins.max() < 10
    for one in np.unique(p):
        assert len(set(bins[p == one])) == 1
    assert (np.diff(bins[np.argsort(p, kind="stable")]) >= 0).all()
    for one in reliability_bins(p, (p > 0.3).astype(float), ["a"] * len(p)):
        assert 0 <= one.low <= one.observed + 1e-9 and one.observed - 1e-9 <= one.high <= 1

"""Calibration against scikit-learn, and a labeller that is right on average is not called miscalibrated."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from scheidslijn.measuring.reliability import coverage_risk, reliability
from scheidslijn.measuring.scores import expected_calibration_error


@pytest.fixture(scope="module")
def sample():
    generator = np.random.default_rng(2)
    p = generator.beta(0.5, 2, size=1000)
    y = (generator.random(1000) < p).astype(float)
    return [f"doc{n // 20}" for n in range(1000)], p, y


def test_bins_are_those_of_scikit_learn(sample):
    documents, p, y = sample
    found = reliability(documents, p, y)
    frequency, mean = calibration_curve(y, p, n_bins=10, strategy="quantile")
    assert [one.probability for one in found.bins] == pytest.approx(mean.tolist(), abs=1e-3)
    assert [one.frequency.value for one in found.bins] == pytest.approx(frequency.tolist(), abs=0.011)
    assert found.brier.value == pytest.approx(brier_score_loss(y, p))
    assert found.expected.value == pytest.approx(expected_calibration_error(p, y))
    assert found.expected.low < found.expected.value < found.expected.high < found.maximum.value + 0.1
    assert found.passages == 1000 and found.expected.documents == 50


def test_parts_of_the_brier_score_add_up_when_bins_hold_one_probability():
    p = np.repeat([0.1, 0.4, 0.9], 100)
    y = np.concatenate([np.arange(100) < share for share in (20, 40, 80)]).astype(float)
    found = reliability([str(n % 30) for n in range(300)], p, y, bins=10)
    assert len(found.bins) == 3  # equal probabilities are not torn apart
    assert found.reliability == pytest.approx((0.1**2 + 0 + 0.1**2) / 3)
    assert found.brier.value == pytest.approx(found.reliability - found.resolution + found.uncertainty)
    assert found.maximum.value == pytest.approx(0.1)


def test_what_chance_alone_gives(sample):
    documents, p, _ = sample
    generator = np.random.default_rng(8)
    several = [reliability(documents, p, (generator.random(1000) < p).astype(float)) for _ in range(50)]
    assert np.mean([one.expected.value for one in several]) == pytest.approx(several[0].by_chance, rel=0.1)


def test_unknown_labels_and_several_codes():
    p = np.array([[0.2, 0.9], [0.3, np.nan]])
    y = np.array([[0, 1], [np.nan, 1.0]])
    found = reliability(["x", "y"], p, y)
    assert found.passages == 2 and found.brier.value == pytest.approx((0.04 + 0.01) / 2)
    assert reliability(["x"], np.array([np.nan]), np.array([1.0])).passages == 0


def test_coverage_and_risk():
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    found = coverage_risk(["x", "y", "x", "y"], confidence, np.array([0, 0, 1, 1.0]), points=4)
    assert found.coverage == (0.25, 0.5, 0.75, 1.0)
    assert [one.value for one in found.risk] == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert found.area.value == pytest.approx(found.ideal) == pytest.approx((1 / 3 + 1 / 2) / 4)
    useless = coverage_risk(["x", "y", "x", "y"], np.ones(4), np.array([0, 0, 1, 1.0]), points=4)
    assert useless.coverage == (1.0,) and useless.area.value == 0.5
    assert coverage_risk([], np.array([]), np.array([])).coverage == ()

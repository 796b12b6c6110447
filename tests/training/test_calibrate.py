"""Calibration makes probabilities mean what they say; thresholds are chosen for F1."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scheidslijn.calibration import Calibration, sigmoid, softmax
from scheidslijn.measuring.scores import expected_calibration_error
from scheidslijn.training.calibrate import choose_thresholds, fit_calibration


def drawn(tiny, seed=0, size=4000):
    """True logits, labels drawn from them, and over-confident, shifted logits as a network would give."""
    generator = np.random.default_rng(seed)
    true = generator.normal(-1, 1.5, size=(size, 5))
    labels = np.zeros((size, 5), dtype=np.float32)
    labels[:, :3] = generator.random((size, 3)) < sigmoid(true[:, :3])
    second = generator.random(size) < softmax(true[:, 3:])[:, 1]
    labels[:, 3], labels[:, 4] = ~second, second
    return true, labels, 3 * true + np.array([2, 0, -1, 1, 0])


def test_calibration_undoes_scale_and_shift(tiny):
    _, labels, logits = drawn(tiny)
    calibration = fit_calibration(logits[::2], labels[::2], tiny.TINY)
    before = Calibration().probabilities(logits[1::2], tiny.TINY)
    after = calibration.probabilities(logits[1::2], tiny.TINY)
    for column in range(5):
        own = labels[1::2, column].astype(float)
        assert expected_calibration_error(after[:, column].astype(float), own) < 0.03
        assert expected_calibration_error(before[:, column].astype(float), own) > 0.06


def test_too_few_labels_change_nothing(tiny):
    _, labels, logits = drawn(tiny, size=20)
    labels[:, 0] = 0
    calibration = fit_calibration(logits, labels, tiny.TINY)
    assert "thema.wonen" not in calibration.scale and "rol.doel" not in calibration.scale


def test_higher_logit_never_means_less(tiny):
    _, labels, logits = drawn(tiny, size=200)
    calibration = fit_calibration(-logits, labels, tiny.TINY)
    assert all(scale > 0 for scale in calibration.scale.values())


def test_thresholds_find_the_best_f1(tiny):
    generator = np.random.default_rng(1)
    yes = generator.random(2000) < 0.1
    p = np.where(yes, generator.uniform(0.2, 0.5, 2000), generator.uniform(0.0, 0.22, 2000)).astype(np.float32)
    probabilities, targets = np.tile(p[:, None], 5), np.tile(yes[:, None], 5).astype(np.float32)
    targets[:, 2] = 0
    found = choose_thresholds(probabilities, targets, [str(n // 20) for n in range(2000)], tiny.TINY, draws=50)
    assert set(found) == {"thema.wonen", "thema.school"}
    assert 0.19 < found["thema.wonen"] < 0.26


@given(arrays(np.float64, (3, 5), elements=st.floats(-1e6, 1e6)))
def test_probabilities_are_probabilities(values):
    assert ((sigmoid(values) >= 0) & (sigmoid(values) <= 1)).all()
    assert np.allclose(softmax(values).sum(axis=1), 1)

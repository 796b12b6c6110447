"""Intervals clustered by document: wider than naive ones, and right about as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.measuring.bootstrap import Estimate, difference, document_draws, estimate, per_document
from scheidslijn.measuring.scores import accuracy


def share(counts):
    return counts[:, 0, 0] / counts[:, 0].sum(axis=-1)


def right_and_wrong(right):
    right = np.asarray(right, dtype=float)
    return np.stack([right, 1 - right], axis=-1)[:, None, :]


def test_counts_are_summed_per_document():
    summed = per_document(["b", "a", "b"], right_and_wrong([1, 0, 1]))
    assert summed.tolist() == [[[0.0, 1.0]], [[2.0, 0.0]]]


def test_draws_have_as_many_documents_as_there_are():
    draws = document_draws(7, 50, seed=1)
    assert draws.shape == (50, 7) and (draws.sum(axis=1) == 7).all()
    assert np.array_equal(draws, document_draws(7, 50, seed=1))


def test_documents_that_agree_inside_widen_the_interval():
    right = np.repeat([1, 0], 100)
    apart = [str(number) for number in range(200)]
    together = [str(number // 10) for number in range(200)]
    naive, clustered = (estimate(names, right_and_wrong(right), share) for names in (apart, together))
    assert naive.value == clustered.value == 0.5
    assert clustered.high - clustered.low > 2 * (naive.high - naive.low)
    assert clustered.documents == 20


def test_coverage_with_many_documents():
    generator, inside = np.random.default_rng(0), 0
    for _ in range(200):
        levels = np.clip(generator.normal(0.6, 0.15, size=60), 0, 1)
        right = (generator.random((60, 8)) < levels[:, None]).ravel()
        found = estimate([str(n // 8) for n in range(480)], right_and_wrong(right), share)
        inside += found.low <= 0.6 <= found.high
    assert 0.90 <= inside / 200 <= 0.99


def test_paired_difference_is_sharper_than_two_intervals():
    generator = np.random.default_rng(3)
    easy = np.repeat(generator.random(30), 10)
    one, other = (generator.random(300) < easy), np.zeros(300)
    other[:] = one
    other[::15] = 0
    names = [str(n // 10) for n in range(300)]
    paired = difference(names, right_and_wrong(one), right_and_wrong(other), share)
    assert paired.value == pytest.approx(one.mean() - other.mean())
    assert paired.high - paired.low < 0.5 * (
        estimate(names, right_and_wrong(one), share).high - estimate(names, right_and_wrong(one), share).low
    )


def test_nothing_known_gives_nan():
    empty = estimate(["a", "b"], np.zeros((2, 1, 4)), accuracy)
    assert np.isnan([empty.value, empty.low, empty.high]).all()


def test_rounded():
    assert Estimate(0.12345, 0.1, 0.2, 3).rounded == [0.123, 0.1, 0.2]

"""Intervals over documents: they shrink with documents, stay inside what is possible, and cover."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.measuring.bootstrap import bca_interval, drawn_values, naive_estimate, percentile_interval
from scheidslijn.measuring.intervals import from_influence, intervals, measure, per_document


def share(counts):
    with np.errstate(invalid="ignore"):
        return counts[..., 0] / counts.sum(axis=-1)


def test_equal_documents_give_the_standard_error_of_a_mean():
    right = np.array([3, 5, 8, 2, 6, 7])
    measured = measure(np.stack([right, 10 - right], axis=1).astype(float), share)
    assert measured.error[0] == pytest.approx(np.std(right / 10, ddof=1) / np.sqrt(6))
    assert measured.effective[0] == pytest.approx(6) and measured.freedom[0] == pytest.approx(5)


def test_a_large_document_among_small_ones_counts_for_few():
    counts = np.array([[300, 100], [1, 1], [2, 1], [1, 2]], dtype=float)
    found = intervals(counts, share)[0]
    assert found.documents == 4 and found.effective < 1.1 and found.few
    assert found.high - found.low > 0.5


def test_no_errors_at_all_still_leave_room():
    counts = np.array([[5.0, 0.0]] * 6)
    found = intervals(counts, share)[0]
    assert found.value == found.high == 1 and found.low == pytest.approx(0.025 ** (1 / 6))
    none = intervals(counts[:, ::-1], share)[0]
    assert none.value == none.low == 0 and none.high == pytest.approx(1 - 0.025 ** (1 / 6))


def test_documents_without_what_is_counted_do_not_help():
    counts = np.array([[3, 1], [4, 2], [1, 2], [2, 1]], dtype=float)
    more = np.concatenate([counts, np.zeros((20, 2))])
    one, other = (intervals(each, share)[0] for each in (counts, more))
    assert one.documents == other.documents == 4 and one.effective == other.effective
    assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.25)


def test_one_document_and_none():
    found = intervals(np.array([[3.0, 1.0]]), share)[0]
    assert found.value == 0.75 and np.isnan([found.low, found.high]).all() and not found.known
    assert np.isnan(intervals(np.zeros((0, 2)), share)[0].value)


def test_scales_keep_inside_their_range():
    influence = np.array([[0.3], [-0.3], [0.2], [-0.2]])
    for scale, least in (("share", 0), ("agreement", -1), ("difference", -1)):
        found = from_influence(np.array([0.9]), influence, np.ones(4), scale=scale)[0]
        assert least <= found.low < 0.9 < found.high <= 1


def test_naive_is_narrower_when_passages_of_a_document_are_alike():
    generator = np.random.default_rng(1)
    right = np.repeat(generator.random(20) < 0.6, 10).astype(float)
    counts = np.stack([right, 1 - right], axis=1)
    names = [str(n // 10) for n in range(200)]
    clustered = intervals(per_document(names, counts), share)[0]
    naive = naive_estimate(counts, share)
    assert naive.value == clustered.value and naive.documents == 200
    assert clustered.high - clustered.low > 2.5 * (naive.high - naive.low)


def test_bootstrap_intervals_are_those_of_scipy():
    from scipy.stats import bootstrap

    generator = np.random.default_rng(4)
    sample = generator.gamma(2, size=(40, 1))

    def mean(counts):  # the number of documents drawn rides along
        return counts[..., 0] / counts[..., 1]

    counts = np.concatenate([sample, np.ones((40, 1))], axis=1)
    values = drawn_values(counts, mean, draws=20_000, seed=2)
    without = mean(counts.sum(axis=0) - counts)
    for method, found in (
        ("percentile", percentile_interval(values)),
        ("BCa", bca_interval(values, float(sample.mean()), without)),
    ):
        expected = bootstrap((sample[:, 0],), np.mean, method=method, n_resamples=20_000, rng=3).confidence_interval
        assert found == pytest.approx((expected.low, expected.high), abs=0.02)

"""Intervals of a proportion against SciPy and statsmodels, and of a sum against a published example."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from scheidslijn.measuring.shares.intervals import clopper_pearson, combined, jeffreys, wilson

CASES = [(0, 10), (1, 50), (3, 50), (25, 50), (49, 50), (50, 50), (7, 2000)]


@pytest.mark.parametrize(("found", "coded"), CASES)
@pytest.mark.parametrize(("ours", "theirs"), [(wilson, "wilson"), (clopper_pearson, "exact")])
def test_same_as_scipy(found, coded, ours, theirs):
    expected = binomtest(found, coded).proportion_ci(0.95, theirs)
    assert np.allclose(ours(np.array(float(found)), np.array(float(coded))), expected, atol=1e-9)


@pytest.mark.parametrize(("found", "coded"), [one for one in CASES if 0 < one[0] < one[1]])
def test_jeffreys_is_that_of_statsmodels(found, coded):
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    expected = proportion.proportion_confint(found, coded, 0.05, "jeffreys")
    assert np.allclose(jeffreys(np.array(float(found)), np.array(float(coded))), expected, atol=1e-9)


def test_rule_of_three_when_nothing_was_found():
    low, high = jeffreys(np.array([0.0, 100.0]), np.array([100.0, 100.0]))
    assert low[0] == 0 and high[1] == 1
    assert high[0] == pytest.approx(3 / 100, rel=0.02) and 1 - low[1] == pytest.approx(high[0])


@pytest.mark.parametrize("coded", [50, 100, 200])
def test_coverage_of_one_share_has_no_deep_dips(coded):
    found, shares = np.arange(coded + 1.0), np.arange(0.005, 0.5, 0.001)
    low, high = jeffreys(found, np.full(coded + 1, float(coded)))
    held = (low <= shares[:, None]) & (shares[:, None] <= high)
    coverage = (binom.pmf(found, coded, shares[:, None]) * held).sum(axis=1)
    assert coverage.min() > 0.905 and 0.945 < coverage.mean() < 0.96


@pytest.mark.parametrize("interval", [jeffreys, wilson, clopper_pearson])
def test_nothing_coded_says_nothing_and_the_ends_are_reached(interval):
    low, high = interval(np.array([0.0, 0.0, 5.0]), np.array([0.0, 5.0, 5.0]))
    assert (low[0], high[0]) == (0, 1)
    assert low[1] == pytest.approx(0, abs=1e-12) and high[1] < 0.6
    assert low[2] > 0.4 and high[2] == pytest.approx(1, abs=1e-12)


def test_difference_of_two_shares_as_newcombe_published_it():
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80 = 0.2 (0.0524 to 0.3339);
    # here as the mean of 56/70 and 32/80, which is (1 + difference) / 2
    found, coded = np.array([56.0, 32.0]), np.array([70.0, 80.0])
    value, low, high = combined(np.array([0.5, 0.5]), found / coded, *wilson(found, coded))
    assert np.allclose([2 * value - 1, 2 * low - 1, 2 * high - 1], [0.2, 0.0524, 0.3339], atol=5e-5)


@pytest.mark.parametrize("shares", [(0.01, 0.4), (0.005, 0.2), (0.1, 0.8), (0.02, 0.02)])
def test_exact_coverage_of_two_cells_is_about_nominal(shares):
    coded, weights = np.array([180.0, 20.0]), np.array([0.9, 0.1])
    found = np.stack(np.meshgrid(np.arange(181.0), np.arange(21.0), indexing="ij"), axis=-1)
    chance = binom.pmf(found, coded, shares).prod(axis=-1)
    _, low, high = combined(weights, found / coded, *jeffreys(found, coded))
    truth = float(weights @ np.array(shares))
    assert 0.935 < chance[(low <= truth) & (truth <= high)].sum() < 0.985

"""Textbook estimators against the packages of their authors."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from scheidslijn.measuring.shares.counts import count
from scheidslijn.measuring.shares.textbook import adjusted_count, dsl, human_only, naive, ppi, ppi_plus


@pytest.fixture(scope="module", params=[1, 2, 3])
def labels(request):
    generator = np.random.default_rng(request.param)
    truth = generator.random(5000) < (0.04, 0.2, 0.5)[request.param - 1]
    given = np.where(truth, generator.random(5000) < 0.7, generator.random(5000) < 0.05)
    coded = np.zeros(5000, dtype=bool)
    coded[generator.choice(5000, 300, replace=False)] = True
    return truth, given, coded


def counts_of(truth, given, coded, strata=None):
    strata = np.zeros(len(truth), dtype=np.int64) if strata is None else strata
    return count(np.zeros(len(truth), dtype=np.int64), strata, given, np.where(coded, truth, np.nan))


@pytest.mark.parametrize(("ours", "power"), [(ppi, 1), (ppi_plus, None)])
def test_prediction_powered_inference_is_that_of_its_authors(labels, ours, power):
    ppi_py = pytest.importorskip("ppi_py")
    truth, given, coded = labels
    seen = truth[coded].astype(float), given[coded].astype(float), given.astype(float)
    low, high = ppi_py.ppi_mean_ci(*seen, alpha=0.05, lam=power)
    share = ours(counts_of(truth, given, coded))
    assert share.value == pytest.approx(float(np.squeeze(ppi_py.ppi_mean_pointestimate(*seen, lam=power))), abs=1e-9)
    assert (share.low, share.high) == pytest.approx((low.item(), high.item()), abs=1e-9)


def test_adjusted_count_is_that_of_quapy(labels):
    aggregative = pytest.importorskip("quapy.method.aggregative")
    truth, given, coded = labels
    as_given = DecisionTreeClassifier().fit([[0], [1]], [0, 1])  # predicts its one feature: the label given
    quantifier = aggregative.ACC(as_given, fit_classifier=False, val_split=None, solver="exact-raise")
    quantifier.fit(given[coded, None].astype(int), truth[coded].astype(int))
    theirs = quantifier.predict(given[:, None].astype(int))
    assert adjusted_count(counts_of(truth, given, coded)).value == pytest.approx(theirs[1], abs=1e-9)


def test_naive_and_the_sample_alone(labels):
    truth, given, coded = labels
    counts = counts_of(truth, given, coded)
    assert naive(counts).value == pytest.approx(given.mean())
    share = human_only(counts)
    error = truth[coded].std(ddof=1) / np.sqrt(coded.sum())
    assert share.value == pytest.approx(truth[coded].mean())
    assert (share.high - share.low) / 2 == pytest.approx(1.959964 * error, rel=1e-6)


def test_difference_estimator_of_a_stratified_sample(labels):
    truth, given, coded = labels
    strata = (np.arange(5000) % 3 == 0).astype(np.int64)
    share = dsl(counts_of(truth, given, coded, strata))
    value, variance = given.mean(), 0.0
    for stratum in (0, 1):
        own = coded & (strata == stratum)
        error = truth[own].astype(float) - given[own]
        value += (strata == stratum).mean() * error.mean()
        variance += (strata == stratum).mean() ** 2 * error.var(ddof=1) / own.sum()
    assert share.value == pytest.approx(value)
    assert (share.high - share.low) / 2 == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-6)

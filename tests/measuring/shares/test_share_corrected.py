"""The published estimator: against regression estimation, a worked example, and cases with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st

from scheidslijn.measuring.shares.clusters import _between, anova_correlation, resemblance
from scheidslijn.measuring.shares.corrected import corrected
from scheidslijn.measuring.shares.counts import Counts, count
from scheidslijn.measuring.shares.drawing import FEWEST, allocate
from scheidslijn.measuring.shares.textbook import ppi_plus


def corpus(seed=0, documents=40, each=100, prevalence=0.1, recall=0.7, alarms=0.05, coded=400, icc=0.05):
    generator = np.random.default_rng(seed)
    strength = (1 - icc) / icc
    shares = generator.beta(prevalence * strength, (1 - prevalence) * strength, documents)
    document = np.repeat(np.arange(documents), each)
    truth = generator.random(documents * each) < shares[document]
    given = generator.random(len(truth)) < np.where(truth, recall, alarms)
    drawn = np.zeros(len(truth), dtype=bool)
    drawn[generator.choice(len(truth), coded, replace=False)] = True
    return document, truth, given, drawn


def counts_of(document, truth, given, drawn, weight=None):
    strata = np.zeros(len(truth), dtype=np.int64)
    return count(document, strata, given, np.where(drawn, truth, np.nan), weight)


def test_value_is_that_of_the_regression_estimator():
    document, truth, given, drawn = corpus()
    design = np.stack([np.ones(len(truth)), given], axis=1)
    slope, *_ = np.linalg.lstsq(design[drawn], truth[drawn].astype(float))
    fitted = design @ slope
    expected = fitted.mean() + (truth[drawn] - fitted[drawn]).mean()  # generalised regression estimator
    assert corrected(counts_of(document, truth, given, drawn)).value == pytest.approx(expected)


def test_width_nears_that_of_power_tuned_inference():
    document, truth, given, drawn = corpus(each=2000, coded=1500, prevalence=0.3)
    counts = counts_of(document, truth, given, drawn)
    ours, theirs = corrected(counts), ppi_plus(counts)
    assert (ours.high - ours.low) / (theirs.high - theirs.low) == pytest.approx(1, abs=0.03)


def test_everything_coded_leaves_no_doubt():
    document, truth, given, _ = corpus()
    share = corrected(counts_of(document, truth, given, np.ones(len(truth), dtype=bool)))
    assert share.value == pytest.approx(truth.mean())
    assert share.high - share.low < 1e-4


def test_nothing_found_still_has_an_upper_limit():
    document, truth, given, drawn = corpus(prevalence=0.001, alarms=0.0, coded=100)
    share = corrected(counts_of(document, np.zeros_like(truth), given, drawn))
    assert share.value == 0 and share.low == 0
    assert 0.01 < share.high < 0.05  # rule of three: 3 %


def test_a_side_that_was_never_coded_is_merged():
    size = np.array([[[95.0, 5.0]]])
    share = corrected(Counts(size, np.array([[[20.0, 0.0]]]), np.array([[[4.0, 0.0]]])))
    assert share.value == pytest.approx(0.2)


def test_a_stratum_that_was_never_coded_is_refused():
    size, coded = np.array([[[50.0, 0.0], [50.0, 0.0]]]), np.array([[[20.0, 0.0], [0.0, 0.0]]])
    with pytest.raises(ValueError, match="no coded passage"):
        corrected(Counts(size, coded, coded * 0))


def test_variance_between_documents_as_lohr_works_it_out():
    # Lohr, Sampling: Design and Analysis, example 5.2: grade points of all 4 students of 5 of 100 suites; mean 2.826,
    # standard error 0.164. Grade points are divided by 4 to be shares.
    grades = [[3.08, 2.60, 3.44, 3.04], [2.36, 3.04, 3.28, 2.68], [2.00, 2.56, 2.52, 1.88], [3.00, 2.88, 3.44, 3.64],
              [2.68, 1.92, 3.28, 3.20]]  # fmt: skip
    shape = (100, 1, 2)
    size, coded, found = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    size[:, 0, 0], coded[:5, 0, 0], found[:5, 0, 0] = 4, 4, np.sum(grades, axis=1) / 4
    counts, mask = Counts(size, coded, found), np.arange(100) < 5
    share = corrected(counts, drawn=mask)
    mean = np.array([[found.sum() / 20, 0.0]])
    weight = np.array([[400 / 20, 0.0]])
    assert 4 * share.value == pytest.approx(2.826, abs=5e-4)
    assert 4 * np.sqrt((1 - 5 / 100) * _between(counts, mean, weight, mask, beyond=False)) == pytest.approx(
        0.164, abs=5e-4
    )
    assert share.high - share.low >= 2 * 1.96 * 0.1637 / 4  # t with 4 degrees of freedom is wider still


def test_documents_make_intervals_wider_only_when_they_are_drawn():
    document, truth, given, drawn = corpus(icc=0.3)
    mask = np.arange(40) < 10
    inside = drawn & mask[document]
    whole = counts_of(document, truth, given, inside)
    blind, aware = corrected(whole), corrected(whole, drawn=mask)
    assert aware.high - aware.low > 1.2 * (blind.high - blind.low)
    assert aware.effective < blind.effective
    beyond = corrected(counts_of(document, truth, given, drawn), beyond=True)
    here = corrected(counts_of(document, truth, given, drawn))
    assert beyond.value == here.value and beyond.high - beyond.low > here.high - here.low


def test_one_document_gives_no_interval_for_others():
    document, truth, given, drawn = corpus(documents=1, each=500, coded=100)
    share = corrected(counts_of(document, truth, given, drawn), beyond=True)
    assert np.isnan(share.low) and np.isnan(share.high) and np.isfinite(share.value)


def test_intra_document_correlation_has_its_ends():
    size = np.full(50, 20.0)
    assert anova_correlation(size, np.repeat([0.0, 20.0], 25)) == pytest.approx(1)
    generator = np.random.default_rng(0)
    assert anova_correlation(size, generator.binomial(20, 0.3, 50).astype(float)) < 0.05


def test_resemblance_sees_through_the_errors_of_the_classifier():
    found = []
    for seed in range(20):
        document, truth, given, drawn = corpus(seed, documents=200, each=200, coded=20_000, prevalence=0.2, icc=0.15)
        counts = counts_of(document, truth, given, drawn).merged()
        shares = counts.found.sum(axis=0) / counts.coded.sum(axis=0)
        found.append(float(resemblance(counts, shares)[0]))
    assert np.mean(found) == pytest.approx(0.15, abs=0.03)


def test_unequal_weights_cost_effective_passages():
    document, truth, given, drawn = corpus()
    weight = np.where(np.arange(len(truth)) % 2 == 0, 1.0, 9.0)
    plain, weighted = (corrected(counts_of(document, truth, given, drawn, w)) for w in (np.ones(len(truth)), weight))
    assert weighted.high - weighted.low > plain.high - plain.low
    direct = sum(  # Hájek's estimator on each side of the classifier
        (given == side).mean() * np.average(truth[drawn & (given == side)], weights=weight[drawn & (given == side)])
        for side in (False, True)
    )
    assert weighted.value == pytest.approx(direct)


@settings(max_examples=60, deadline=None)
@drawn_from(
    st.lists(st.integers(0, 5000), min_size=1, max_size=6).filter(any),
    st.lists(st.floats(0, 0.5), min_size=6, max_size=6),
    st.integers(1, 3000),
)
def test_allocation_gives_out_exactly_what_is_asked(sizes, deviations, number):
    numbers = allocate(np.array(sizes), np.array(deviations[: len(sizes)]), number)
    assert numbers.sum() == min(number, sum(sizes))
    assert (numbers <= sizes).all() and (numbers >= 0).all()
    if number >= FEWEST * len(sizes):
        assert (numbers >= np.minimum(sizes, FEWEST)).all()  # every passage has a chance


def test_allocation_follows_neyman_but_for_the_even_part():
    sizes, deviations = np.array([9000, 1000]), np.array([0.05, 0.45])
    assert list(allocate(sizes, deviations, 900, even=0.0)) == [450, 450]
    assert list(allocate(sizes, deviations, 900, even=1.0)) == [810, 90]

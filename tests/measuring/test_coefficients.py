"""Coefficients of agreement against published worked examples and the packages that others use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.measuring import coefficients as co

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": four observers, twelve units, missing data.
# The same table is the worked example of Gwet's handbook and of R's irrCAC ("raw4raters").
WORKED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
).T - 1  # fmt: skip


def nominal(count):
    return 1.0 - np.eye(count)


def alpha_of(numbers, distance):
    return co.alpha(co.alpha_cells(co.unit_counts(numbers, len(distance)), distance).sum(axis=0)[None], distance)[0]


def test_worked_example_of_krippendorff_and_gwet():
    assert alpha_of(WORKED, nominal(5)) == pytest.approx(0.743, abs=5e-4)
    cells = co.ac1_cells(co.unit_counts(WORKED, 5)).sum(axis=0)[None]
    assert co.percent(cells)[0] == pytest.approx(0.8181818, abs=1e-6)
    assert co.ac1(cells, 5)[0] == pytest.approx(0.77544, abs=1e-5)


def random_numbers(seed, coders=3, count=4):
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, count, size=40)[:, None]
    heard = np.where(generator.random((40, coders)) < 0.6, truth, generator.integers(0, count, size=(40, coders)))
    return np.where(generator.random((40, coders)) < 0.25, -1, heard)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_alpha_is_that_of_the_package_krippendorff(seed):
    krippendorff = pytest.importorskip("krippendorff")
    numbers = random_numbers(seed)
    reliability = np.where(numbers < 0, np.nan, numbers).T
    expected = krippendorff.alpha(reliability_data=reliability, level_of_measurement="nominal")
    assert alpha_of(numbers, nominal(4)) == pytest.approx(expected)

    ordinal = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0))) ** 2  # any distance, not nominal alone
    expected = krippendorff.alpha(reliability_data=reliability, level_of_measurement="interval")
    assert alpha_of(numbers, ordinal) == pytest.approx(expected)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_kappa_is_that_of_scikit_learn(seed):
    from sklearn.metrics import cohen_kappa_score

    one, other = random_numbers(seed, coders=2).T
    both = (one >= 0) & (other >= 0)
    found = co.kappa(co.kappa_cells(one, other, 4).sum(axis=0)[None])[0]
    assert found == pytest.approx(cohen_kappa_score(one[both], other[both]))


def test_masi_is_that_of_nltk_and_of_passonneau():
    metrics = pytest.importorskip("nltk.metrics.distance")
    sets = np.array([[i >> k & 1 for k in range(4)] for i in range(1, 16)], dtype=bool)
    names = [frozenset(np.flatnonzero(row).tolist()) for row in sets]
    masi, jaccard = co.masi_distance(sets), co.jaccard_distance(sets)
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            assert jaccard[i, j] == pytest.approx(metrics.jaccard_distance(one, other))
            # nltk rounds 2/3 and 1/3 to 0.67 and 0.33
            assert masi[i, j] == pytest.approx(metrics.masi_distance(one, other), abs=0.004)
    # {a, b} against {a}: half of the codes, one set within the other
    assert co.masi_distance(np.array([[1, 1], [1, 0]], dtype=bool))[0, 1] == pytest.approx(1 - 1 / 2 * 2 / 3)


def test_empty_sets_agree_with_each_other_and_with_nothing_else():
    sets = np.array([[0, 0], [1, 0], [1, 1]], dtype=bool)
    for distance in (co.masi_distance(sets), co.jaccard_distance(sets), co.nominal_distance(sets)):
        assert distance[0].tolist() == [0, 1, 1] and (np.diag(distance) == 0).all()


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_each_code_by_itself_is_the_same_as_two_values(seed):
    generator = np.random.default_rng(seed)
    values = (generator.random((30, 3, 2)) < 0.3).astype(float)
    values[generator.random((30, 3, 2)) < 0.2] = np.nan
    cells = co.binary_cells(values).sum(axis=0)[None]
    for code in range(2):
        numbers = np.where(np.isnan(values[:, :, code]), -1, values[:, :, code]).astype(int)
        whole = co.ac1_cells(co.unit_counts(numbers, 2)).sum(axis=0)[None]
        assert co.binary_alpha(cells)[0, code] == pytest.approx(alpha_of(numbers, nominal(2)), nan_ok=True)
        assert co.binary_percent(cells)[0, code] == pytest.approx(co.percent(whole)[0])
        assert co.binary_ac1(cells)[0, code] == pytest.approx(co.ac1(whole, 2)[0])


def test_a_rare_code_has_a_low_alpha_and_a_high_ac1():
    values = np.zeros((100, 2, 1))
    values[0, 0] = values[1, 1] = 1  # each gives it once, and not to the same passage
    cells = co.binary_cells(values).sum(axis=0)[None]
    assert co.binary_percent(cells)[0, 0] == 0.98
    assert co.binary_alpha(cells)[0, 0] < 0 < 0.97 < co.binary_ac1(cells)[0, 0]


def test_one_value_alone_gives_no_alpha():
    assert np.isnan(alpha_of(np.zeros((5, 2), dtype=int), nominal(3)))
    assert np.isnan(co.kappa(co.kappa_cells(np.zeros(5, dtype=int), np.zeros(5, dtype=int), 2).sum(axis=0)[None])[0])

"""Classifier measures against scikit-learn, and what a bad gold set leaves."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from scheidslijn.codebook import Code, Dimension
from scheidslijn.measuring.quality import dimension_quality
from scheidslijn.measuring.ranking import average_precision, average_precisions


def dimension(multi, codes=("a", "b", "c")):
    return Dimension("d", "D", "D", multi, "?", tuple(Code("d", c, c, c, c) for c in codes))


@pytest.fixture(scope="module")
def sample():
    generator = np.random.default_rng(5)
    truth = (generator.random((200, 3)) < [0.4, 0.2, 0.05]).astype(np.float32)
    scores = np.clip(0.5 * truth + 0.6 * generator.random((200, 3)), 0, 1).astype(np.float32)
    return truth, scores, [f"doc{n // 10}" for n in range(200)]


def test_multi_label_figures_are_those_of_scikit_learn(sample):
    truth, scores, documents = sample
    given = scores >= 0.5
    found = dimension_quality(dimension(True), given, truth, documents, probabilities=scores)
    assert found is not None and found.passages == 200 and found.documents == 20
    for row, code in enumerate("abc"):
        one = found.codes[code]
        for name in ("precision", "recall", "f1"):
            expected = getattr(metrics, f"{name}_score")(truth[:, row], given[:, row])
            assert getattr(one, name).value == pytest.approx(expected)
        assert one.kappa.value == pytest.approx(metrics.cohen_kappa_score(truth[:, row], given[:, row]))
        expected = metrics.average_precision_score(truth[:, row], scores[:, row])
        assert one.average_precision.value == pytest.approx(expected)
        tn, fp, fn, tp = metrics.confusion_matrix(truth[:, row], given[:, row]).ravel()
        assert one.cells == (tp, fp, fn, tn)
        for figure in (one.precision, one.recall, one.f1, one.kappa, one.average_precision):
            assert figure.low <= figure.value <= figure.high and figure.documents <= 20
    for name in ("precision", "recall", "f1"):
        score = getattr(metrics, f"{name}_score")
        assert found.macro[name].value == pytest.approx(score(truth, given, average="macro"))
        assert found.micro[name].value == pytest.approx(score(truth, given, average="micro"))
    assert found.exact.value == pytest.approx(metrics.accuracy_score(truth, given))
    assert found.naive["exact"].documents == 200 and found.confusion is None


def test_errors_that_go_together(sample):
    truth = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 0, np.nan]], dtype=np.float32)
    given = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]], dtype=bool)
    found = dimension_quality(dimension(True), given, truth, ["x", "x", "y", "y"])
    assert found is not None and found.errors is not None
    assert found.errors.swapped.tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 0]]
    assert found.errors.both_missed.tolist() == [[2, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert found.errors.both_added.tolist() == [[0, 0, 0], [0, 2, 0], [0, 0, 0]]
    assert found.exact.value == 0  # the passage of which a code is unknown counts in neither


def test_single_label_confusion_is_that_of_scikit_learn():
    generator = np.random.default_rng(6)
    true, given = generator.integers(0, 3, 60), generator.integers(0, 3, 60)
    names = [f"doc{n // 6}" for n in range(60)]
    marks, cells = np.eye(3, dtype=np.float32)[true], np.eye(3, dtype=bool)[given]
    cells[:5] = False  # abstained
    abstained = np.arange(60) < 5
    found = dimension_quality(dimension(False), cells, marks, names, abstained=abstained)
    assert found is not None and found.confusion is not None and found.abstained == 5
    expected = metrics.confusion_matrix(true[5:], given[5:])
    assert found.confusion.counts[:, :3].tolist() == expected.tolist()
    assert found.confusion.counts[:, 3].tolist() == np.bincount(true[:5], minlength=3).tolist()
    assert found.confusion.shares[0][0].value == pytest.approx(expected[0, 0] / (true == 0).sum())
    assert found.exact.value == pytest.approx((true[5:] == given[5:]).sum() / 60)


def test_average_precision_with_ties_and_its_interval(sample):
    truth, scores, documents = sample
    coarse = np.round(scores[:, 0] * 5)
    assert average_precision(coarse, truth[:, 0]) == pytest.approx(metrics.average_precision_score(truth[:, 0], coarse))
    # leaving out each document one by one, as slowly as one can, gives about the same interval
    names = np.array(documents)
    without = np.array(
        [
            metrics.average_precision_score(truth[names != name, 0], scores[names != name, 0])
            for name in np.unique(names)
        ]
    )
    error = np.sqrt(19 / 20 * ((without - without.mean()) ** 2).sum())
    found = average_precisions(documents, scores.astype(float), truth.astype(float))[0]
    logit = np.log(found.high / (1 - found.high)) - np.log(found.value / (1 - found.value))
    assert logit * found.value * (1 - found.value) == pytest.approx(2.1 * error, rel=0.1)


def test_nothing_to_measure():
    nothing = np.full((3, 3), np.nan, dtype=np.float32)
    given = np.zeros((3, 3), dtype=bool)
    assert dimension_quality(dimension(True), given, nothing, ["x", "y", "z"]) is None
    truth = np.zeros((3, 3), dtype=np.float32)
    found = dimension_quality(dimension(True), given, truth, ["x", "y", "z"], probabilities=truth)
    assert found is not None and found.codes["a"].support == 0 and found.exact.value == 1
    assert np.isnan(
        [found.codes["a"].f1.value, found.macro["f1"].value, found.codes["a"].average_precision.value]
    ).all()

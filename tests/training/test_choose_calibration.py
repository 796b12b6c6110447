"""Calibration by several methods, each against scikit-learn, and the choice made on documents held apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scheidslijn.calibration import Calibration, Knots, log_odds, sigmoid, softmax
from scheidslijn.labellers.blend import Blend
from scheidslijn.training.calibrate import choose_calibration, fit_calibration
from scheidslijn.training.calibrators import METHODS, fit_head, log_loss

SEEN = 5  # codes of the tiny codebook: three themes, two roles


class Fixed:
    """A fitted classifier, as scikit-learn sees it, whose decision is its only feature."""

    _estimator_type = "classifier"

    def __init__(self, classes: int = 2) -> None:
        self.classes_ = np.arange(classes)

    def fit(self, X, y):
        return self

    def decision_function(self, X):
        return X[:, 0] if len(self.classes_) == 2 else X

    def predict(self, X):
        return (X[:, 0] > 0).astype(int)

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_tags__(self):
        from sklearn.base import BaseEstimator, ClassifierMixin

        class Tagged(ClassifierMixin, BaseEstimator):
            pass

        return Tagged().__sklearn_tags__()

    def get_params(self, deep=True):
        return {}


def labels(tiny, size=1500, seed=0):
    generator = np.random.default_rng(seed)
    logits = generator.normal(-0.5, 1.5, (size, SEEN))
    targets = np.zeros((size, SEEN), dtype=np.float32)
    targets[:, :3] = generator.random((size, 3)) < sigmoid(0.5 * logits[:, :3] - 0.7)
    second = generator.random(size) < softmax(0.5 * logits[:, 3:])[:, 1]
    targets[:, 3], targets[:, 4] = ~second, second
    return logits, targets, [f"stuk {n // 25}" for n in range(size)]


@pytest.mark.parametrize(("method", "theirs", "close"), [("platt", "sigmoid", 0.01), ("isotonic", "isotonic", 0.002)])
def test_one_code_is_calibrated_as_scikit_learn_does(tiny, method, theirs, close):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    logits, targets, _ = labels(tiny)
    reference = CalibratedClassifierCV(FrozenEstimator(Fixed()), method=theirs, cv=2, ensemble=False)
    reference.fit(logits[:, :1], targets[:, 0].astype(int))
    found = fit_calibration(logits, targets, tiny.TINY, method=method).probabilities(logits, tiny.TINY)[:, 0]
    expected = reference.predict_proba(logits[:, :1])[:, 1]
    assert np.abs(found - expected).max() < close


def test_isotonic_is_a_rising_line_that_stays_off_zero_and_one(tiny):
    from sklearn.isotonic import IsotonicRegression

    logits, targets, _ = labels(tiny, size=400)
    found = fit_head("isotonic", logits, targets, tiny.TINY.dimensions[0], tiny.TINY).knots["thema.wonen"]
    reference = IsotonicRegression(out_of_bounds="clip").fit(logits[:, 0], targets[:, 0])
    expected = np.clip(reference.predict(logits[:, 0]), 1 / 402, 401 / 402)
    assert np.allclose(found.at(logits[:, 0]), expected, atol=1e-4)
    assert found.at(np.array([-99.0, 99.0])) == pytest.approx([found.probabilities[0], found.probabilities[-1]])
    assert min(found.probabilities) >= 1 / 402 - 1e-6 and max(found.probabilities) <= 401 / 402 + 1e-6


def test_temperature_is_the_one_scale_with_the_least_loss(tiny):
    logits, targets, _ = labels(tiny)
    for number, dimension in enumerate(tiny.TINY.dimensions):
        columns = tiny.TINY.columns(dimension.name)
        found = set(fit_head("temperature", logits, targets, dimension, tiny.TINY).scale.values())
        assert len(found) == 1
        turn = softmax if number else sigmoid
        losses = {one: log_loss(turn(one * logits[:, columns]), targets[:, columns].astype(float), not number)
                  for one in np.arange(0.05, 2, 0.01)}  # fmt: skip
        assert found.pop() == pytest.approx(min(losses, key=lambda one: losses[one]), abs=0.011)


@pytest.mark.parametrize("method", ["temperature", "platt", "vector", "isotonic"])
def test_even_perfect_order_is_no_certainty(tiny, method):
    """Sixty passages that a logit tells apart without a mistake: the next may still be one."""
    logits = np.tile(np.linspace(-3, 3, 60)[:, None], SEEN)
    targets = (logits > 0).astype(np.float32)
    logits[:, 4], targets[:, 4] = -logits[:, 4], 1 - targets[:, 4]
    made = fit_calibration(logits, targets, tiny.TINY, method=method).probabilities(logits, tiny.TINY)
    assert 1e-5 < made.min() < 0.05 and 0.95 < made.max() < 1 - 1e-5


def test_rare_codes_get_a_scale_instead_of_a_line(tiny):
    logits, targets, _ = labels(tiny)
    targets[:, 0] = np.arange(1500) < 8
    made = fit_calibration(logits, targets, tiny.TINY, method="isotonic")
    assert "thema.wonen" in made.scale and "thema.wonen" not in made.knots and "thema.zorg" in made.knots
    targets[:, 0] = np.arange(1500) < 3
    made = fit_calibration(logits, targets, tiny.TINY, method="isotonic")
    assert "thema.wonen" not in made.scale and "thema.wonen" not in made.knots


def test_single_label_knots_add_up_to_one(tiny):
    logits, targets, _ = labels(tiny)
    made = fit_calibration(logits, targets, tiny.TINY, method="isotonic")
    p = made.probabilities(logits, tiny.TINY)[:, 3:]
    assert np.allclose(p.sum(axis=1), 1, atol=1e-6) and "rol.doel" in made.knots
    assert np.allclose(
        p[:, 0], made.knots["rol.doel"].at(logits[:, 3] - logits[:, 4]), atol=0.02
    )  # two classes: log-odds


@given(arrays(np.float64, (4, 3), elements=st.floats(-700, 700)))
def test_log_odds_are_those_of_the_softmax(values):
    p = softmax(values)
    inside = (p > 1e-6) & (p < 1 - 1e-6)
    assert np.allclose(log_odds(values)[inside], np.log(p[inside]) - np.log1p(-p[inside]), atol=1e-6)


@given(st.lists(st.tuples(st.integers(-50, 50), st.booleans()), min_size=2, max_size=60))
@settings(deadline=None)
def test_any_calibration_keeps_order_and_survives_its_file(rows):
    """Ties, all yes, all no: knots rise, stay between 0 and 1, and come back from `model.toml` as they were."""
    import tomllib

    import tomli_w

    from scheidslijn.training.calibrators import _isotonic

    z, y = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows], dtype=float)
    made = Calibration({"thema.zorg": 0.5}, {"thema.zorg": 0.25}, {"thema.zorg": _isotonic(z, y)})
    assert Calibration.from_tables(tomllib.loads(tomli_w.dumps(made.as_tables()))) == made
    p = made.knots["thema.zorg"].at(np.sort(z))
    assert (np.diff(p) >= 0).all() and p.min() > 0 and p.max() < 1


def test_knots_that_do_not_rise_are_refused():
    for wrong in (((0.0, 0.0), (0.1, 0.2)), ((0.0, 1.0), (0.2, 0.1)), ((0.0,), (1.5,)), ((), ())):
        with pytest.raises(ValueError, match="knots"):
            Knots(*wrong)


def test_the_choice_goes_to_what_is_true(tiny):
    generator = np.random.default_rng(4)
    true = generator.normal(0, 1.5, (2000, SEEN))
    documents = [str(n // 100) for n in range(2000)]

    def chosen(logits):
        targets = (generator.random((2000, SEEN)) < sigmoid(true)).astype(np.float32)
        targets[:, 3:] = np.nan
        return choose_calibration(logits, targets, documents, tiny.TINY, draws=200)

    assert chosen(3 * true).heads["thema"].method in ("temperature", "platt")
    assert chosen(3 * true + 2).heads["thema"].method == "platt"
    bent = chosen(np.where(true > 0, 0.1 * true, 10 * true))  # no scale undoes a bend
    assert bent.heads["thema"].method == "isotonic" and set(bent.heads) == {"thema"}
    head = bent.heads["thema"]
    assert head.after.error < 0.5 * head.before.error and head.losses["isotonic"] == min(head.losses.values())
    assert set(head.losses) == set(METHODS) - {"vector"}
    table = bent.as_tables()["thema"]
    assert table["method"] == "isotonic" and len(table["after"]["bins"][0]) == 5
    assert table["before"]["error"] == pytest.approx(head.before.error, abs=1e-4)


def test_no_figure_comes_from_a_passage_that_was_fitted_on(tiny):
    """Labels that are noise by document: a line fitted on them looks perfect there, and is not elsewhere."""
    generator = np.random.default_rng(0)
    logits = np.tile(np.repeat(generator.normal(0, 2, 40), 15)[:, None], SEEN)
    targets = np.tile(np.repeat(generator.random(40) < 0.5, 15)[:, None], SEEN).astype(np.float32)
    targets[:, 3:] = np.nan
    documents = [str(n // 15) for n in range(600)]
    found = choose_calibration(logits, targets, documents, tiny.TINY, methods=("isotonic",), draws=200)
    inside = fit_calibration(logits, targets, tiny.TINY, method="isotonic").probabilities(logits, tiny.TINY)
    truth = targets[:, :3].astype(float)
    assert log_loss(found.out_of_fold[:, :3].astype(float), truth, True) > log_loss(
        inside[:, :3].astype(float), truth, True
    )
    assert np.abs(inside[:, 0] - found.out_of_fold[:, 0]).max() > 0.1
    assert found.heads["thema"].after.error > 0.05


def test_one_document_is_calibrated_without_a_claim_of_choice(tiny):
    logits, targets, _ = labels(tiny, size=300)
    found = choose_calibration(logits, targets, ["a"] * 300, tiny.TINY, draws=50)
    assert found.heads["thema"].method == "platt" and found.heads["thema"].losses == {}
    assert np.isnan(found.heads["thema"].after.low)


def test_a_blend_is_calibrated_on_the_sums_it_adds_up(tiny):
    """With a scale per class the sums themselves matter, and not only the softmax of them."""
    from scheidslijn.training.crossing import OutOfFold, fit_on
    from scheidslijn.training.fit_blend import cross_fitted, cross_fitted_logits
    from scheidslijn.training.recipe import CalibrationRecipe

    logits, targets, documents = labels(tiny, size=600, seed=3)
    noise = np.random.default_rng(7).normal(0, 1, (2, *logits.shape))
    nothing, fold = np.full(targets.shape, np.nan, dtype=np.float32), np.arange(600) // 25 % 4
    known = OutOfFold(
        {"tfidf": logits + noise[0], "encoder": logits + noise[1]}, nothing, targets, tuple(documents), fold
    )
    fitted = fit_on(known, tiny.TINY, CalibrationRecipe(methods=("vector",)))
    parts = {name: fitted.cross[name].probabilities for name in ("terms", "tfidf", "encoder")}
    sums = cross_fitted_logits(parts, targets, fold, tiny.TINY)
    assert np.allclose(softmax(sums[:, 3:]), cross_fitted(parts, targets, fold, tiny.TINY)[:, 3:], atol=1e-6)
    expected = choose_calibration(sums, targets, documents, tiny.TINY, methods=("vector",)).as_tables()
    assert fitted.calibration["blend"]["rol"]["log_loss"] == expected["rol"]["log_loss"]


def test_a_blend_takes_a_calibration_into_itself(tiny):
    generator = np.random.default_rng(1)
    parts = {name: generator.uniform(0.01, 0.99, (20, SEEN)).astype(np.float32) for name in ("tfidf", "encoder")}
    keys = tiny.TINY.keys
    blend = Blend({name: dict.fromkeys(keys, 0.4) for name in parts}, dict.fromkeys(keys, 0.3))
    knots = {"thema.zorg": Knots((-1.0, 1.0), (0.1, 0.9))}
    over = Calibration(dict.fromkeys(keys[:4], 1.7), {"thema.wonen": -0.2}, knots)
    expected = over.probabilities(blend.sums(parts, tiny.TINY) + 0.3, tiny.TINY)
    assert np.allclose(blend.calibrated(over).probabilities(parts, tiny.TINY), expected, atol=1e-6)

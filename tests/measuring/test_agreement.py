"""Agreement on a dimension: what is measured, what is left out, and a model beside the coders."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.annotations.coding import Coding
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.measuring.agreement import agreement, beside_coders
from scheidslijn.measuring.ratings import ratings


def dimension(name, multi, codes):
    return Dimension(name, name, name, multi, "?", tuple(Code(name, c, c, c, c) for c in codes))


BOOK = Codebook("tiny", "1.0", (dimension("thema", True, "abc"), dimension("rol", False, "xyz")))


def coding(key, coder, thema=None, rol=None, document="", adjudicated=False):
    codes = {name: given for name, given in (("thema", thema), ("rol", rol)) if given is not None}
    return Coding(key, "", document or f"doc{key[0]}", coder, codes, "", adjudicated)


def coded(agree, seed=0, coders=("ann", "bob"), passages=120):
    """Codings in which every coder gives the true code with chance `agree`, else any."""
    generator = np.random.default_rng(seed)
    found = []
    for number in range(passages):
        true = generator.integers(0, 3, size=2)
        for coder in coders:
            heard = np.where(generator.random(2) < agree, true, generator.integers(0, 3, size=2))
            key = f"{number // 10:02}-{number}"
            found.append(coding(key, coder, ("abc"[heard[0]],), ("xyz"[heard[1]],), f"doc{number // 10}"))
    return found


def test_values_by_passage_and_coder():
    codings = [
        coding("1", "ann", ("a", "b")),
        coding("1", "bob", ()),
        coding("2", "bob", ("c", "unheard")),
        coding("3", "ann", None, ("x",)),
        coding("1", "judge", ("a",), adjudicated=True),
    ]
    found = ratings(codings, BOOK, "thema")
    assert found.coders == ("ann", "bob") and found.keys == ("1", "2")
    assert found.values[0].tolist() == [[1, 1, 0], [0, 0, 0]]
    assert np.isnan(found.values[1, 0]).all() and found.values[1, 1].tolist() == [0, 0, 1]
    assert ratings(codings, BOOK, "thema", ["bob"]).keys == ("1", "2")
    with pytest.raises(KeyError):
        ratings(codings, BOOK, "other")


def test_figures_are_those_of_other_packages():
    krippendorff = pytest.importorskip("krippendorff")
    from sklearn.metrics import cohen_kappa_score

    codings = coded(0.7, coders=("ann", "bob", "cas"))
    del codings[10:14]  # what is missing is missing
    for name in ("rol", "thema"):
        each = ratings(codings, BOOK, name)
        found = agreement(each)
        classes = np.where(np.isnan(each.values[..., 0]), np.nan, each.values.argmax(axis=2))
        assert found.alpha.value == pytest.approx(
            krippendorff.alpha(reliability_data=classes.T, level_of_measurement="nominal")
        )
        one, other = classes[:, 0], classes[:, 1]
        both = np.isfinite(one) & np.isfinite(other)
        assert found.kappa["ann", "bob"].value == pytest.approx(cohen_kappa_score(one[both], other[both]))
        assert found.shared["ann", "bob"] == both.sum()
        for row, code in enumerate(each.codes):
            own = np.where(np.isnan(classes), np.nan, classes == row)
            assert found.codes[code].alpha.value == pytest.approx(
                krippendorff.alpha(reliability_data=own.T, level_of_measurement="nominal")
            )
            expected = cohen_kappa_score(one[both] == row, other[both] == row)
            assert found.codes[code].kappa["ann", "bob"].value == pytest.approx(expected)
        assert found.alpha.low < found.alpha.value < found.alpha.high and found.alpha.documents == 12


def test_sets_that_share_codes_disagree_less():
    codings = []
    for number in range(20):
        codings += [
            coding(f"{number}", "ann", ("a", "b") if number % 2 else ("c",), document=f"d{number // 4}"),
            coding(f"{number}", "bob", ("a",) if number % 2 else ("c",), document=f"d{number // 4}"),
        ]
    found = agreement(ratings(codings, BOOK, "thema"))
    assert found.alpha_jaccard is not None and found.alpha_masi is not None
    assert found.alpha.value < found.alpha_masi.value < found.alpha_jaccard.value
    assert found.codes["b"].passages == 10 and found.codes["b"].given == 10
    assert found.codes["c"].alpha.value == 1 and found.codes["c"].alpha.low < 1


def test_one_coder_no_overlap_and_one_document():
    alone = agreement(ratings(coded(0.8, coders=("ann",)), BOOK, "rol"))
    assert alone.passages == 0 and alone.single == 120 and np.isnan(alone.alpha.value) and not alone.kappa
    apart = [coding("1", "ann", rol=("x",)), coding("2", "bob", rol=("y",))]
    assert agreement(ratings(apart, BOOK, "rol")).shared == {("ann", "bob"): 0}
    assert np.isnan(agreement(ratings([], BOOK, "thema")).alpha.value)
    together = [coding(str(n), coder, rol=("x" if n % 2 else "y",), document="d") for n in range(6) for coder in "pq"]
    found = agreement(ratings(together, BOOK, "rol"))
    assert found.alpha.value == 1 and np.isnan(found.alpha.low) and found.documents == 1
    assert np.isnan(found.codes["z"].alpha.value) and found.codes["z"].percent.value == 1


def test_a_model_beside_the_coders():
    codings = coded(0.7)
    each = ratings(codings, BOOK, "rol")
    copy = each.beside("model", each.values[:, 0])  # says what ann says
    found = beside_coders(copy, "model")
    alpha = agreement(each).alpha.value
    assert found.coders.value == pytest.approx(alpha)
    assert found.model.value == pytest.approx((1 + alpha) / 2) and found.difference.low > 0
    poor = each.beside("model", np.eye(3)[np.random.default_rng(1).integers(0, 3, 120)])
    assert beside_coders(poor, "model").difference.high < 0
    silent = each.beside("model", np.full((120, 3), np.nan))
    assert np.isnan(beside_coders(silent, "model").model.value)
    lonely = each.of(["ann"]).beside("model", each.values[:, 1])
    found = beside_coders(lonely, "model")
    assert np.isnan(found.coders.value) and found.model.value == pytest.approx(alpha)
    with pytest.raises(ValueError, match="already"):
        each.beside("ann", each.values[:, 0])

"""Agreement by kinds of coder, and the alternative annotator test beside the paper's own arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from scheidslijn.codebook import Code, Dimension
from scheidslijn.measuring.agreement import agreement
from scheidslijn.measuring.alternative import alternative_test
from scheidslijn.measuring.kinds import kinds_table
from scheidslijn.measuring.ratings import Ratings

CODES = ("wonen", "school", "zorg")
KINDS = {"llm:x": "llm", "llm:y": "llm", "compact-2": "bert"}


def dimension(multi: bool = False) -> Dimension:
    return Dimension("d", "d", "d", multi, "?", tuple(Code("d", code, code, code, code) for code in CODES))


def rated(
    wrong: dict[str, float], count: int = 120, documents: int = 30, seed: int = 1, multi: bool = False
) -> Ratings:
    """Coders who give the true code, or with chance `wrong` another."""
    draw = np.random.default_rng(seed)
    true = draw.integers(0, 3, count)
    values = np.zeros((count, len(wrong), 3))
    for column, chance in enumerate(wrong.values()):
        given = np.where(draw.random(count) < chance, (true + draw.integers(1, 3, count)) % 3, true)
        values[np.arange(count), column, given] = 1
    names = tuple(f"akkoord {number % documents:02}" for number in range(count))
    return Ratings(dimension(multi), tuple(wrong), tuple(f"k{n}" for n in range(count)), names, values)


def test_every_pair_of_kinds_has_a_row_and_one_pair_is_plain_alpha() -> None:
    ratings = rated({"anna": 0.1, "bram": 0.1, "llm:x": 0.1, "llm:y": 0.3, "compact-2": 0.4})
    table = kinds_table(ratings, KINDS)
    rows = {one.kinds: one for one in table.rows}
    assert list(rows) == [("human", "human"), ("human", "llm"), ("human", "bert"), ("llm", "llm"), ("llm", "bert")]
    assert rows["human", "human"].alpha.value == pytest.approx(agreement(ratings.of(("anna", "bram"))).alpha.value)
    assert len(rows["human", "llm"].pairs) == 4 and rows["llm", "bert"].pairs == {
        ("llm:x", "compact-2"): 120, ("llm:y", "compact-2"): 120,
    }  # fmt: skip
    each = [agreement(ratings.of((one, "llm:x"))).alpha.value for one in ("anna", "bram")]
    each += [agreement(ratings.of((one, "llm:y"))).alpha.value for one in ("anna", "bram")]
    assert rows["human", "llm"].alpha.value == pytest.approx(np.mean(each))
    assert rows["human", "llm"].alpha.documents == 30 and rows["human", "llm"].alpha.known


def test_a_machine_as_good_as_people_and_one_that_is_not() -> None:
    table = kinds_table(rated({"anna": 0.1, "bram": 0.1, "llm:x": 0.1, "llm:y": 0.6}, count=240), KINDS)
    good, bad = table.machines
    assert good.coder == "llm:x" and good.beside.difference.low < 0.05 and good.beside.difference.high > -0.05
    assert bad.beside.difference.high < -0.2
    assert good.alternative is not None and good.alternative.passed
    assert bad.alternative is not None and not bad.alternative.passed
    assert good.alternative.advantage > bad.alternative.advantage


def test_the_difference_rests_on_passages_that_two_people_and_the_machine_coded() -> None:
    ratings = rated({"anna": 0.1, "bram": 0.1, "llm:x": 0.1})
    ratings.values[:40, 1] = np.nan  # bram did not code these
    ratings.values[100:, 2] = np.nan  # the machine gave no answer here
    table = kinds_table(ratings, KINDS)
    rows = {one.kinds: one for one in table.rows}
    assert rows["human", "llm"].pairs == {("anna", "llm:x"): 100, ("bram", "llm:x"): 60}
    assert table.machines[0].passages == 60
    assert set(table.machines[0].beside.passages.values()) == {60}


def test_pairs_that_share_nothing_do_not_spoil_the_mean() -> None:
    ratings = rated({"anna": 0.1, "bram": 0.1, "cor": 0.1, "llm:x": 0.1})
    ratings.values[:60, 2] = np.nan
    ratings.values[60:, 1] = np.nan  # bram and cor never met
    table = kinds_table(ratings, KINDS)
    assert ("bram", "cor") not in table.rows[0].pairs and table.rows[0].alpha.known
    assert table.machines[0].beside.difference.known


def test_without_people_or_with_one_there_is_no_difference() -> None:
    table = kinds_table(rated({"anna": 0.1, "llm:x": 0.1}), KINDS)
    assert [one.kinds for one in table.rows] == [("human", "llm")]
    assert table.machines[0].alternative is None and not table.machines[0].beside.difference.known
    assert [one.kinds for one in kinds_table(rated({"llm:x": 0.1, "llm:y": 0.2}), KINDS).rows] == [("llm", "llm")]


@pytest.mark.parametrize("seed", range(4))
def test_the_alternative_test_is_the_papers_when_every_passage_is_a_document(seed: int) -> None:
    """Beside a plain transcription of the paper's formulas with scipy's t-test."""
    ratings = rated({"a": 0.2, "b": 0.25, "c": 0.3, "llm": 0.2}, count=60, documents=60, seed=seed)
    found = alternative_test(ratings, "llm", epsilon=0.2)
    assert found is not None
    given = {name: ratings.values[:, n].argmax(axis=1) for n, name in enumerate(ratings.coders)}
    for left_out in "abc":
        others = [name for name in "abc" if name != left_out]
        person = np.mean([given[left_out] == given[name] for name in others], axis=0)
        machine = np.mean([given["llm"] == given[name] for name in others], axis=0)
        worse = (person >= machine).astype(float) - (machine >= person)
        expected = ttest_1samp(worse, 0.2, alternative="less").pvalue
        assert found.p_values[left_out] == pytest.approx(expected, rel=1e-9)


def test_a_person_with_few_passages_is_told_and_not_tested() -> None:
    ratings = rated({"a": 0.1, "b": 0.1, "c": 0.1, "llm": 0.1}, count=60)
    ratings.values[20:, 2] = np.nan
    found = alternative_test(ratings, "llm")
    assert found is not None and found.people == 2 and found.passages == {"a": 60, "b": 60, "c": 20}


def test_sets_that_share_codes_are_nearer_than_sets_that_do_not() -> None:
    ratings = rated({"a": 0, "b": 0, "llm": 0}, multi=True)
    ratings.values[:, 2] = 1  # the machine gives every code always
    found = alternative_test(ratings, "llm")
    assert found is not None and found.winning_rate == 0 and found.advantage == 0

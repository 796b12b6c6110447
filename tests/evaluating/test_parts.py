"""Slices, claims of absence, and labels to look at again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scheidslijn.evaluating.doubts import doubts, quality_by_cleanlab
from scheidslijn.evaluating.evaluate import evaluate
from scheidslijn.evaluating.intervals import effective_size, share_of_documents, upper_bound
from scheidslijn.evaluating.slices import facts_of
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Passage


def test_upper_bound_of_nothing_is_the_rule_of_three() -> None:
    assert upper_bound(0, 300) == pytest.approx(3 / 300, rel=0.01)  # Hanley & Lippman-Hand 1983
    assert upper_bound(0, 300) == pytest.approx(1 - 0.05 ** (1 / 300))
    assert upper_bound(5, 5) == 1


def test_likeness_within_documents_shrinks_a_sample() -> None:
    assert effective_size(["a"] * 10 + ["b"] * 10, 0.0) == 20
    assert effective_size(["a"] * 10 + ["b"] * 10, 1.0) == 2
    assert effective_size([str(n) for n in range(20)], 0.5) == 20


def test_wilson_interval_of_a_published_example() -> None:
    found = share_of_documents(81, 263)  # Newcombe 1998, Statistics in Medicine 17, table I
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_claims_of_absence(corpus: SimpleNamespace) -> None:
    gold = corpus.gold
    none = replace(gold, targets=np.where([[False, False, True, False, False]], 0, gold.targets).astype(np.float32))
    given = corpus.made.given.copy()
    given[:, 2] = False
    found = evaluate(none, replace(corpus.made, given=given), corpus.book)
    (zorg,) = (one for one in found.zeros if one.key == "thema.zorg")
    assert (zorg.given, zorg.true, zorg.passages) == (0, 0, 120)
    assert zorg.upper == pytest.approx(1 - 0.05 ** (1 / zorg.effective)) and zorg.effective < 120
    assert zorg.document_upper == pytest.approx(1 - 0.05 ** (1 / 12))
    assert [one.kind for one in zorg.remarks] == ["untested"]
    scores = [one.score for one in zorg.candidates]
    assert len(scores) == 10 and scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(float(corpus.made.scores[:, 2].max()))


def test_a_false_zero_is_called_so(corpus: SimpleNamespace) -> None:
    given = corpus.made.given.copy()
    given[:, 2] = False
    found = evaluate(corpus.gold, replace(corpus.made, given=given), corpus.book)
    (zorg,) = (one for one in found.zeros if one.key == "thema.zorg")
    assert zorg.true > 0 and zorg.missed == zorg.true and "false_zero" in [one.kind for one in zorg.remarks]


def test_a_labelled_table_gives_the_count_and_the_candidates(corpus: SimpleNamespace) -> None:
    rows = []
    for number in range(500):
        passage = Passage(f"p{number}", "stuk", number, f"Tekst {number} van Waterrade.")
        rows.append(Labelled(passage, {"thema": ()}, {"thema.zorg": number / 1000}, (), "m", "b"))
    given = corpus.made.given.copy()
    given[:, 2] = False
    found = evaluate(corpus.gold, replace(corpus.made, given=given), corpus.book, table=rows)
    (zorg,) = (one for one in found.zeros if one.key == "thema.zorg")
    assert (zorg.corpus, zorg.given_corpus) == (500, 0)
    assert [one.page for one in zorg.candidates] == list(range(499, 489, -1))


def test_slices_of_facts_that_exist(corpus: SimpleNamespace) -> None:
    facts = facts_of(corpus.gold.passages)
    assert set(facts[0]) == {"year", "municipality"}  # one kind of document, one length: no slice
    found = evaluate(corpus.gold, corpus.made, corpus.book)
    years = [one for one in found.slices if one.fact == "year" and one.dimension == "thema"]
    assert [(one.value, one.passages) for one in years] == [("2018", 40), ("2022", 40), ("2026", 40)]
    inside = np.array([own["year"] == "2018" for own in facts])
    part = evaluate(corpus.gold.take(np.flatnonzero(inside)), corpus.made.take(np.flatnonzero(inside)), corpus.book)
    assert years[0].macro_f1.value == pytest.approx(part.dimensions[0].macro_f1.value)


def test_inhabitants_are_cut_and_small_slices_marked(corpus: SimpleNamespace) -> None:
    passages = [replace(one, extra={"inwoners": size}) for one, size in
                zip(corpus.gold.passages, [27_000, "217.000", 60_000.0, "27 000"] * 30, strict=True)]  # fmt: skip
    assert [own["inhabitants"] for own in facts_of(passages)[:4]] == [
        "< 50.000", "> 100.000", "50.000–100.000", "< 50.000"
    ]  # fmt: skip
    few = [replace(one, extra={"regio": "Kust" if n < 8 else "Land"}) for n, one in enumerate(corpus.gold.passages)]
    found = evaluate(replace(corpus.gold, passages=tuple(few)), corpus.made, corpus.book)
    coast = next(one for one in found.slices if one.value == "Kust")
    assert {one.kind for one in coast.remarks} == {"slice_passages", "slice_documents"}


def test_doubts_find_planted_coder_errors(corpus: SimpleNamespace) -> None:
    sure = corpus.noisy(corpus.gold, wrong=0.0)
    targets = corpus.gold.targets.copy()
    planted = [7, 31, 90]
    targets[planted, 0] = 1 - targets[planted, 0]
    found = doubts(corpus.book, replace(corpus.gold, targets=targets), sure)
    assert {one.passage for one in found} == set(planted)
    assert all(one.key == "thema.wonen" and one.quality < 0.5 for one in found)
    assert [one.quality for one in found] == sorted(one.quality for one in found)
    assert doubts(corpus.book, corpus.gold, replace(sure, calibrated=False)) == ()


@pytest.mark.parametrize("columns", [slice(0, 3), slice(3, 5)])
def test_the_ranking_is_that_of_cleanlab(corpus: SimpleNamespace, columns: slice) -> None:
    pytest.importorskip("cleanlab", reason="cleanlab is an extra: pip install scheidslijn[cleanlab]")
    multi = columns.start == 0
    truth, scores = corpus.gold.targets[:, columns], corpus.made.scores[:, columns]
    theirs = np.array(quality_by_cleanlab(truth, scores, multi))
    ours = [one for one in doubts(corpus.book, corpus.gold, corpus.made) if one.key.startswith("thema") == multi]
    if not multi:  # one label a passage: the same number
        assert [one.quality for one in ours] == pytest.approx([theirs[one.passage] for one in ours], abs=1e-3)
        return
    worst = {int(row) for row in np.argsort(theirs)[:20]}
    assert len(worst & {one.passage for one in ours[:30]}) >= 15

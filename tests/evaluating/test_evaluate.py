"""The figures of an evaluation are those of scikit-learn, and bad gold is explained."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn import metrics

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.evaluating.evaluate import evaluate
from scheidslijn.evaluating.evaluation import Evaluation, as_json
from scheidslijn.evaluating.gold import gold_of
from scheidslijn.passage import text_key


@pytest.fixture(scope="module")
def found(corpus: SimpleNamespace) -> Evaluation:
    return evaluate(corpus.gold, corpus.made, corpus.book, against=[corpus.other], sources=["codes.csv"])


def test_scores_are_those_of_scikit_learn(corpus: SimpleNamespace, found: Evaluation) -> None:
    truth, given, scores = corpus.gold.targets[:, :3] >= 0.5, corpus.made.given[:, :3], corpus.made.scores[:, :3]
    thema = found.dimensions[0]
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, given, zero_division=0)
    for n, code in enumerate(thema.codes):
        assert (code.precision.value, code.recall.value, code.f1.value) == pytest.approx(
            (precision[n], recall[n], f1[n])
        )
        assert code.support == support[n] and code.given == given[:, n].sum()
        assert code.average_precision.value == pytest.approx(metrics.average_precision_score(truth[:, n], scores[:, n]))
        assert code.kappa.value == pytest.approx(metrics.cohen_kappa_score(truth[:, n], given[:, n]))
    assert thema.macro_f1.value == pytest.approx(metrics.f1_score(truth, given, average="macro"))
    assert thema.overall.value == pytest.approx(metrics.f1_score(truth, given, average="micro"))
    assert thema.exact.value == pytest.approx(metrics.accuracy_score(truth, given))
    rol_truth, rol_given = corpus.gold.targets[:, 3:].argmax(1), corpus.made.given[:, 3:].argmax(1)
    rol = found.dimensions[1]
    assert rol.kappa.value == pytest.approx(metrics.cohen_kappa_score(rol_truth, rol_given))
    assert [list(row[:2]) for row in rol.confusion.cells] == metrics.confusion_matrix(rol_truth, rol_given).tolist()


def test_the_model_stands_beside_a_second_human(found: Evaluation) -> None:
    thema = found.dimensions[0]
    assert thema.to_coders is not None and thema.coders_alpha is not None and thema.beside is not None
    assert thema.beside.value == pytest.approx(thema.to_coders.value - thema.coders_alpha.value)
    assert found.coders == ("anna", "bram")


def test_comparisons_are_corrected_for_their_number(found: Evaluation) -> None:
    assert len(found.comparisons) == 4 and {one.other for one in found.comparisons} == {"oud@0"}
    smallest = min(found.comparisons, key=lambda one: one.p)
    assert smallest.p_holm == pytest.approx(min(1, 4 * smallest.p))
    assert all(one.p_holm >= one.p for one in found.comparisons)
    assert all(one.difference.value == pytest.approx(one.one_value - one.other_value) for one in found.comparisons)


def test_passages_keep_what_was_said_of_them(corpus: SimpleNamespace, found: Evaluation) -> None:
    one = found.passages[5]
    assert one.text == corpus.gold.passages[5].text and one.page == 6 and one.heading == ("Hoofdstuk", "Waterrade")
    assert set(one.coders) == {"anna", "bram"} and set(one.others) == {"oud@0"}
    yes = [code for code, own in zip(("wonen", "school", "zorg"), corpus.gold.targets[5, :3], strict=True) if own]
    assert list(one.gold["thema"]) == yes
    assert one.facts["year"] == "2026" and one.facts["municipality"] == "Waterrade"


def test_an_evaluation_becomes_json_without_nan(found: Evaluation) -> None:
    text = json.dumps(as_json(found), allow_nan=False)
    assert json.loads(text)["dimensions"][0]["name"] == "thema"


def test_few_documents_are_told(corpus: SimpleNamespace) -> None:
    gold = gold_of(corpus.make(documents=4), corpus.book)
    few = evaluate(gold, corpus.noisy(gold), corpus.book)
    assert [one.kind for one in few.remarks] == ["few_in_all"] and "4" in few.remarks[0].nl
    gold = gold_of(corpus.make(documents=1, passages=30), corpus.book)
    single = evaluate(gold, corpus.noisy(gold), corpus.book)
    assert single.remarks[0].kind == "one_document"
    assert math.isnan(single.dimensions[0].macro_f1.low) and single.dimensions[0].macro_f1.value > 0


def coded(**codes: tuple[str, ...]) -> Codings:
    rows = []
    for number in range(20):
        text = f"Duinhorst doet punt {number}."
        rows.append(Coding(text_key(text), text, f"stuk {number // 4}", "anna", codes, f"codes.csv:{number}"))
    return Codings(tuple(rows))


def test_a_code_of_one_class_is_explained(corpus: SimpleNamespace) -> None:
    gold = gold_of(coded(thema=("wonen",)), corpus.book)
    found = evaluate(gold, corpus.noisy(gold), corpus.book)
    always, never, _ = found.dimensions[0].codes
    assert [one.kind for one in always.remarks] == ["always_coded"]
    assert [one.kind for one in never.remarks] == ["never_coded"] and math.isnan(never.recall.value)
    assert [one.kind for one in found.remarks if one.nl.startswith("rol:")] == ["dimension_missing"]


def test_what_nobody_decided_counts_nowhere(corpus: SimpleNamespace) -> None:
    rows = [one for one in corpus.codings.codings if not one.adjudicated]
    gold = gold_of(Codings(tuple(rows)), corpus.book)
    differ = int(np.isnan(gold.targets[:, 0]).sum())
    assert differ > 5 and gold.undecided == {"thema": differ}
    found = evaluate(gold, corpus.noisy(gold), corpus.book)
    wonen = found.dimensions[0].codes[0]
    assert sum(wonen.counts) == len(gold.keys) - differ
    assert "undecided" in [one.kind for one in found.dimensions[0].remarks]


def test_passages_without_answer_are_told_and_left_out(corpus: SimpleNamespace) -> None:
    answered = np.arange(len(corpus.gold.keys)) % 3 != 0
    found = evaluate(corpus.gold, replace(corpus.made, found=answered), corpus.book)
    assert found.dimensions[0].passages == answered.sum()
    assert found.remarks[1].kind == "not_found" and str((~answered).sum()) in found.remarks[1].en

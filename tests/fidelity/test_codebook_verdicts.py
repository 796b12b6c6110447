"""Coders that behave in known ways get the verdict they deserve, over HTTP and through the real asking code."""

from __future__ import annotations

import json

import pytest

from scheidslijn.errors import ScheidslijnError
from scheidslijn.fidelity.plan import TESTS, Choices
from scheidslijn.fidelity.report import report_lines, summary_lines
from scheidslijn.fidelity.verdict import as_json


def outcomes(verdict, dimension="thema"):
    own = next(one for one in verdict.dimensions if one.dimension == dimension)
    return {name: test.outcome for name, test in own.tests.items()}


def counting(verdict):
    return [one.dimension for one in verdict.dimensions if one.counts]


def test_a_perfect_coder_counts_on_every_dimension(tested):
    verdict = tested("perfect")
    assert counting(verdict) == ["thema", "rol"], [one.why for one in verdict.dimensions]
    assert outcomes(verdict) == dict.fromkeys(TESTS, "passed")
    assert verdict.dimensions[0].tests["agreement"].figure.value == 1
    assert verdict.dimensions[0].why == ()
    assert verdict.coder == "llm:perfect" and verdict.model == "perfect" and len(verdict.prompt) == 12


def test_a_coder_that_always_takes_the_first_code_does_not_count(tested):
    verdict = tested("positional")
    assert counting(verdict) == []
    for dimension in ("thema", "rol"):
        found = outcomes(verdict, dimension)
        assert found["order"] == "failed" and found["agreement"] == "failed" and found["repeat"] == "passed"


def test_a_coder_that_reads_names_is_exposed_by_names_and_not_by_the_gold(tested):
    verdict = tested("name_reader")
    assert counting(verdict) == []
    for dimension in ("thema", "rol"):
        found = outcomes(verdict, dimension)
        assert found["agreement"] == "passed" and found["legal"] == "passed" and found["order"] == "passed"
        assert found["neutral_names"] == found["label_swap"] == found["definition_swap"] == "failed"
    swap = verdict.dimensions[0].tests["label_swap"]
    assert swap.figure.value == 0 and swap.more["followed_names"].value == 1


def test_answers_that_do_not_check_under_a_changed_prompt_speak_against_the_model(tested):
    verdict = tested("stubborn", tests=("legal", "agreement", "neutral_names"))
    for dimension in ("thema", "rol"):
        found = outcomes(verdict, dimension)
        assert found["legal"] == found["agreement"] == "passed" and found["neutral_names"] == "failed"
    assert verdict.dimensions[1].tests["neutral_names"].passages == 30


def test_a_coder_that_draws_lots_does_not_count(tested):
    verdict = tested("chance")
    assert counting(verdict) == []
    for dimension in ("thema", "rol"):
        found = outcomes(verdict, dimension)
        assert found["repeat"] == found["order"] == found["agreement"] == found["recovery"] == "failed"
        assert found["legal"] == "passed"


@pytest.mark.parametrize(("coder", "more"), [("ignores_exclusions", "obeyed"), ("overreacts", "kept")])
def test_exclusions_that_are_ignored_or_applied_everywhere_do_not_count(tested, coder, more):
    verdict = tested(coder)
    assert counting(verdict) == []
    for own in verdict.dimensions:
        assert own.tests["exclusion"].outcome == "failed" and own.tests["exclusion"].more[more].value == 0
        assert {name for name, test in own.tests.items() if test.outcome != "passed"} == {"exclusion"}


def test_a_coder_that_changes_its_mind_does_not_count(tested):
    verdict = tested("moody")
    assert counting(verdict) == []
    found = outcomes(verdict)
    assert found["repeat"] == "failed" and found["agreement"] == "passed"
    assert len(verdict.dimensions[0].tests["repeat"].failing) >= 5


def test_quotes_that_do_not_stand_in_the_passage_are_illegal_answers(tested):
    verdict = tested("perfect", misquotes=3)
    assert counting(verdict) == []
    legal = verdict.dimensions[0].tests["legal"]
    assert legal.outcome == "failed" and 0.4 < legal.figure.value < 0.8
    assert all("quote_not_found" in one.said for one in legal.failing)


def test_a_coder_that_says_nothing_cannot_be_told_from_none_applies(tested):
    verdict = tested("same_always")
    assert counting(verdict) == []
    found = outcomes(verdict)
    assert found["legal"] == found["repeat"] == "passed"
    assert found["agreement"] == "failed" and found["order"] == "unknown"  # there was nothing to tell apart


def test_a_small_gold_set_gives_unknown_and_not_a_lucky_yes(tested, behaviours):
    verdict = tested("perfect", codings=behaviours.codings(documents=5, each=4))
    assert counting(verdict) == []
    found = outcomes(verdict)
    assert found["legal"] == found["agreement"] == found["repeat"] == "unknown"
    assert "failed" not in found.values()
    assert any("Met minder dan 17 documenten" in line for line in report_lines(verdict))


def test_seventeen_documents_are_enough_for_a_perfect_coder(tested, behaviours):
    assert "thema" in counting(tested("perfect", codings=behaviours.codings(documents=17, each=3), passages=51))
    assert counting(tested("perfect", codings=behaviours.codings(documents=16, each=3), passages=48)) == []


def test_one_document_gives_no_intervals_and_no_yes(tested, behaviours):
    verdict = tested("perfect", codings=behaviours.codings(documents=1, each=20))
    assert counting(verdict) == [] and outcomes(verdict)["agreement"] == "unknown"


def test_where_people_disagree_the_bar_is_how_far_they_agree_with_each_other(tested, behaviours):
    own = behaviours.codings(documents=60, coders={"anna": 0.15, "bram": 0.15})
    verdict = tested("perfect", codings=own, passages=120, tests=("legal", "agreement"))
    agreement = verdict.dimensions[0].tests["agreement"]
    assert agreement.outcome == "passed" and agreement.more["minus_people"].low > -0.1
    page = "\n".join(report_lines(verdict))
    assert "Mensen onderling: α" in page and "heeft niemand beslist" in page


def test_a_test_that_was_not_done_is_no_yes(tested):
    verdict = tested("perfect", tests=("legal", "agreement"))
    assert verdict.plan.calls == 30 and counting(verdict) == []
    assert "niet getoetst" in " ".join(verdict.dimensions[0].why)
    with pytest.raises(ScheidslijnError, match="there is no test 'smaak'"):
        Choices(tests=("smaak",))  # type: ignore[arg-type]


def test_the_verdict_as_json_and_as_a_page(tested):
    verdict = tested("name_reader")
    data = json.loads(json.dumps(as_json(verdict), allow_nan=False))
    assert data["format"] == "scheidslijn-verdict-1" and data["coder"] == "llm:name_reader"
    assert data["gold"] == {"files": ["goud.jsonl"], "passages": 30, "documents": 30, "coders": ["anna"]}
    thema = data["dimensions"]["thema"]
    assert thema["counts"] is False and thema["agreement"]["alpha"] == 1 and thema["agreement"]["n"] == 30
    assert thema["tests"]["label_swap"]["outcome"] == "failed" and thema["tests"]["label_swap"]["failing"]
    assert "punt" not in json.dumps(data)  # passages are named, and their text is not in it
    page = "\n".join(report_lines(verdict))
    assert "## thema: telt niet mee" in page and "### thema, label_swap" in page and "Wat te doen" in page
    assert "punt" in page and all(name in page for name in TESTS)
    assert summary_lines(tested("perfect")) == ["thema: telt mee", "rol: telt mee"]

"""Changes of a codebook, the choice of gold, the plan and the arrays: by hand, and for whatever was said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.assist.prompting import PromptOptions, make_prompt
from scheidslijn.assist.values import FAILURE_KINDS, Failure, Suggestion
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.fidelity import changes
from scheidslijn.fidelity.answers import NOT_ASKED, Answers, alike, legality, values_of
from scheidslijn.fidelity.goldset import choose, gold_for_test
from scheidslijn.fidelity.plan import Choices, make_plan
from scheidslijn.fidelity.thresholds import FEWEST_DOCUMENTS, Bar, Thresholds
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import intervals
from scheidslijn.passage import Passage
from scheidslijn.recipes import RecipeError, make_recipe

SHIPPED = load_codebook("sociale-tweedeling")


def test_swaps_move_every_code_and_stay_within_a_dimension():
    moved = changes.rotation(SHIPPED)
    assert set(moved) == set(moved.values()) == set(SHIPPED.keys)
    assert all(key != other and key.partition(".")[0] == other.partition(".")[0] for key, other in moved.items())
    assert len(set(changes.neutral_names(SHIPPED).values())) == len(SHIPPED.keys)


def test_a_prompt_with_swapped_names_shows_each_definition_under_another_name():
    prompt = make_prompt(SHIPPED, PromptOptions(aliases=changes.swapped_names(SHIPPED)))
    codes = {code.key: code for dimension in SHIPPED.dimensions for code in dimension.codes}
    section = prompt.system.partition(f"### {codes['rol.ambitie'].code}\n")[2].partition("###")[0]
    assert codes["rol.probleem"].definition in section  # what was called probleem is now called ambitie
    bare = PromptOptions(include=False, exclude=False, examples=False, replaced=changes.swapped_definitions(SHIPPED))
    shown = make_prompt(SHIPPED, bare).system.partition("### probleem")[2].partition("###")[0]
    assert codes["rol.ambitie"].definition in shown and codes["rol.probleem"].definition not in shown


def test_the_rule_stands_under_its_codes_only_and_its_word_nowhere_else():
    passages = [Passage("p", "d", 1, "In Waterrade loopt een olifant langs het gemeentehuis.")]
    rule = changes.rule_for(SHIPPED, {"rol": "rol.ambitie"}, passages)
    assert rule.word == "vuurtoren"  # the first word stands in a passage
    changed = rule.added(SHIPPED)
    texts = {code.key: " ".join(code.exclude) for dimension in changed.dimensions for code in dimension.codes}
    assert [key for key, text in texts.items() if rule.word in text] == ["rol.ambitie"]
    made = rule.triggered(passages[0])
    assert made.text.startswith(passages[0].text) and rule.word in made.text and made.passage_id != "p"


def test_items_are_the_definitions_and_some_examples():
    items = changes.items_of(SHIPPED, 2)
    assert sum(one.kind == "definition" for one in items) == len(SHIPPED.keys)
    assert sum(one.dimension == "thema" and one.kind == "example" for one in items) == 14
    assert sum(one.dimension == "verbinding" and one.kind == "example" for one in items) == 9  # all three of each
    assert len({one.passage.passage_id for one in items}) == len(items)


def test_orders_begin_each_question_with_other_codes(behaviours):
    gold = gold_for_test(behaviours.codings(documents=4), behaviours.BOOK)
    plan = make_plan(behaviours.BOOK, gold, Choices(tests=("order",), shuffles=2))
    first = [{one.name: next(iter(one.codes.values())) for one in run.prompt.shown} for run in plan.runs]
    assert len(first) == 3
    for name in ("thema", "rol"):
        assert len({one[name] for one in first}) == 3


def test_the_plan_tells_its_calls_and_refuses_a_prompt_that_is_changed_already(behaviours):
    gold = gold_for_test(behaviours.codings(documents=10), behaviours.BOOK)
    plan = make_plan(behaviours.BOOK, gold, Choices())
    assert plan.calls == sum(len(run.passages) for run in plan.runs) and plan.runs[0].name == "plain"
    assert [run.repeat for run in plan.runs if run.name.startswith("repeat")] == [1]
    with pytest.raises(ScheidslijnError, match="under their own names"):
        make_plan(behaviours.BOOK, gold, Choices(), PromptOptions(order_seed=1))
    with pytest.raises(ScheidslijnError, match="repeats is 0"):
        Choices(repeats=0)


def test_the_rule_is_tried_on_passages_of_as_many_documents_as_can_be(behaviours):
    gold = gold_for_test(behaviours.codings(documents=20, each=4), behaviours.BOOK)
    plan = make_plan(behaviours.BOOK, gold, Choices(exclusion=10))
    rows = plan.ruled
    assert plan.rule is not None and len({gold.documents[row] for row in rows}) == len(rows)
    for key in plan.rule.keys.values():
        column = behaviours.BOOK.keys.index(key)
        assert sum(gold.targets[row, column] >= 0.5 for row in rows) >= 10


def test_the_choice_has_rare_codes_and_many_documents_and_is_always_the_same(behaviours):
    own = behaviours.codings(documents=30, each=6)
    rare = Coding(
        "f" * 16,
        "Kempenrode noemt iets bijzonders.",
        "akkoord 00",
        "anna",
        {"thema": ("zorg",), "rol": ("anders",)},
        "x",
    )
    gold = gold_for_test(Codings((*own.codings, rare)), behaviours.BOOK)
    chosen = choose(gold, 30)
    assert len(chosen.passages) == 30 and len(set(chosen.documents)) >= 25
    assert (np.nan_to_num(chosen.targets) >= 0.5).sum(axis=0).min() >= 5
    again = choose(gold_for_test(Codings((rare, *reversed(own.codings))), behaviours.BOOK), 30)
    assert set(again.keys) == set(chosen.keys)
    assert len(choose(gold, 1000).passages) == len(gold.passages)


def test_gold_of_a_machine_without_text_or_of_headings_is_refused(behaviours):
    one = behaviours.codings(documents=1).codings[0]
    with pytest.raises(ScheidslijnError, match="coded by a machine"):
        gold_for_test(Codings((one, replace(one, coder="llm:x", machine=True))), behaviours.BOOK)
    with pytest.raises(ScheidslijnError, match="--texts"):
        gold_for_test(Codings((replace(one, text=""),)), behaviours.BOOK)
    heading = replace(one, extra={"kind": "heading"}, codes={"rol": ("overig",)})
    with pytest.raises(ScheidslijnError, match="not one of 1"):
        gold_for_test(Codings((heading,)), SHIPPED)


def test_floors_need_the_number_of_documents_that_is_told():
    def perfect(documents: int, scale: str) -> Estimate:
        cells = np.array([[0.0 if scale == "difference" else 1.0, 1.0]] * documents)
        return intervals(cells, lambda c: c[:, 0] / c[:, 1], weights=cells[:, 1], scale=scale)[0]  # type: ignore[arg-type]

    bars = Thresholds()
    for bar, scale in ((bars.legal, "share"), (bars.order, "agreement"), (bars.neutral_names, "difference")):
        assert bar.judge(perfect(FEWEST_DOCUMENTS, scale)) == "passed"
        assert bar.judge(perfect(FEWEST_DOCUMENTS - 1, scale)) == "unknown"


def test_bars_that_make_no_sense_are_refused():
    with pytest.raises(RecipeError, match="floor"):
        Bar(0.5, 0.9)
    with pytest.raises(RecipeError, match="smaak"):
        make_recipe(Thresholds, {"smaak": {"target": 1}})


NAMES = {"thema": ("wonen", "school", "zorg"), "rol": ("doel", "middel", "anders")}


@st.composite
def suggestions(draw: st.DrawFn) -> Suggestion:
    """Anything that the asking code may hand over."""
    codes = {}
    for name, own in NAMES.items():
        if draw(st.booleans()):
            most = 3 if name == "thema" else 1
            codes[name] = tuple(draw(st.lists(st.sampled_from(own), max_size=most, unique=True)))
    partly = {
        f"{name}.{own[0]}": draw(st.booleans())
        for name, own in NAMES.items()
        if name not in codes and draw(st.booleans())
    }
    failures = draw(
        st.lists(st.builds(Failure, st.sampled_from(FAILURE_KINDS), st.sampled_from(("", "thema", "rol"))), max_size=3)
    )
    return Suggestion(Passage("p", "d", 1, "Duinhorst."), codes, partly, failures=tuple(failures))


@settings(max_examples=150, deadline=None)
@given(st.lists(suggestions(), min_size=1, max_size=6))
def test_what_is_unknown_stays_unknown(behaviours, given_suggestions):
    values = values_of(given_suggestions, behaviours.BOOK)
    for row, one in enumerate(given_suggestions):
        for name in NAMES:
            own = values[row, behaviours.BOOK.columns(name)]
            if name in one.codes:
                assert np.isfinite(own).all() and own.sum() == len(one.codes[name])
                assert legality(one, name) == 1
                continue
            known = {key for key in one.partly if key.startswith(name)}
            assert np.isfinite(own).sum() == len(known)
            kinds = {failure.kind for failure in one.failures if failure.dimension in ("", name)}
            expected = np.nan if not kinds or kinds & NOT_ASKED else 0.0
            assert legality(one, name) == expected or (np.isnan(expected) and np.isnan(legality(one, name)))
            told = Answers(behaviours.BOOK, {"plain": tuple(given_suggestions)}).why("plain", row, name)
            assert told and "\n" not in told


def test_likeness_of_sets():
    one, other = np.array([[1, 0, 0], [0, 0, 0], [1, 1, 0]]), np.array([[1, 0, 0], [0, 0, 0], [0, 1, 1]])
    assert alike(one, other).tolist() == [1.0, 1.0, pytest.approx(1 / 3)]


def test_a_prompt_of_one_dimension_is_tested_on_that_dimension_only(behaviours):
    gold = gold_for_test(behaviours.codings(documents=10), behaviours.BOOK)
    plan = make_plan(behaviours.BOOK, gold, Choices(), PromptOptions(dimensions=("rol",)))
    assert [one.name for one in plan.dimensions] == ["rol"]
    assert {one.dimension for one in plan.items} == {"rol"} and plan.rule is not None and set(plan.rule.keys) == {"rol"}
    assert all([one.name for one in run.prompt.asked] == ["rol"] for run in plan.runs)

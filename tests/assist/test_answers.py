"""Reading answers: strictly, with a quote for every code, and without ever inventing a label."""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.assist import answers as answers_module
from scheidslijn.assist.answers import Answer, Asked, check_answer
from scheidslijn.assist.parsing import Fault, parse_object
from scheidslijn.assist.prompting import make_prompt
from scheidslijn.assist.values import Evidence
from scheidslijn.codebook import load_codebook
from scheidslijn.passage import Passage

TEXT = "Elzenbroek bouwt een school, en nog een school."
THEMA = Asked("thema", True, {"onderwijs": "onderwijs", "bestuur": "bestuur", "migratie": "migratie"})
ROL = Asked("rol", False, {"ambitie": "ambitie", "overig": "overig"})


def check(thema: object, rol: object = (), text: str = TEXT) -> Answer:
    return check_answer(json.dumps({"thema": thema, "rol": list(rol) if rol == () else rol}), [THEMA, ROL], text)


def item(code: object, quote: object = "school") -> dict[str, object]:
    return {"code": code, "quote": quote}


def kinds(answer: Answer) -> list[tuple[str, str]]:
    return [(one.kind, one.dimension) for one in answer.failures]


def test_a_right_answer_gives_codes_in_the_order_of_the_codebook_and_the_first_place_of_a_quote() -> None:
    answer = check([item("bestuur", "Elzenbroek"), item("onderwijs")], [item("ambitie", "bouwt een")])
    assert answer.codes == {"thema": ("onderwijs", "bestuur"), "rol": ("ambitie",)}
    assert answer.evidence[0] == Evidence("thema.onderwijs", "school", 21, 27)
    assert [one.key for one in answer.evidence] == ["thema.onderwijs", "thema.bestuur", "rol.ambitie"]
    assert not answer.failures and not answer.partly and answer.fault is None


def test_nothing_given_is_none_applies_and_nothing_said_is_unknown() -> None:
    answer = check_answer('{"thema": []}', [THEMA, ROL], TEXT)
    assert answer.codes == {"thema": ()}
    assert kinds(answer) == [("missing", "rol")]
    assert answer.fault == "dimensions" and not answer.whole


@pytest.mark.parametrize(
    ("thema", "kind", "partly"),
    [
        # a known code that does not check is unknown; what was not named does not apply
        ([item("onderwijs"), item("bestuur", "raad")], "quote_not_found", {"onderwijs": True, "migratie": False}),
        ([item("onderwijs"), item("bestuur", "")], "no_evidence", {"onderwijs": True, "migratie": False}),
        ([item("onderwijs"), item("bestuur", " , ")], "no_evidence", {"onderwijs": True, "migratie": False}),
        ([item("onderwijs"), item("bestuur", None)], "no_evidence", {"onderwijs": True, "migratie": False}),
        ([item("onderwijs"), {"code": "bestuur"}], "no_evidence", {"onderwijs": True, "migratie": False}),
        ([item("bestuur", "School")], "quote_not_found", {"onderwijs": False, "migratie": False}),
        # an unknown name may have meant any of the others
        ([item("onderwijs"), item("wonen")], "unknown_code", {"onderwijs": True}),
        ([item("Onderwijs")], "unknown_code", {}),
        ([item("wonen"), item("bestuur", "raad")], "unknown_code", {}),
    ],
)
def test_what_does_not_check_is_dropped_and_told(thema: object, kind: str, partly: dict[str, bool]) -> None:
    answer = check(thema)
    assert "thema" not in answer.codes
    assert answer.partly == {f"thema.{code}": applies for code, applies in partly.items()}
    assert kinds(answer)[0] == (kind, "thema")
    assert {one.key for one in answer.evidence} == {key for key, applies in answer.partly.items() if applies}
    assert answer.codes["rol"] == ()  # another dimension stays whole


def test_two_codes_where_one_is_allowed_are_both_dropped() -> None:
    answer = check([], [item("ambitie"), item("overig")])
    assert kinds(answer) == [("too_many_codes", "rol")]
    assert answer.failures[0].detail == "ambitie, overig"
    assert "rol" not in answer.codes and not answer.partly and not answer.evidence
    assert check([], [item("ambitie"), item("ambitie", "bouwt")]).codes["rol"] == ("ambitie",)


@pytest.mark.parametrize(
    "thema",
    [None, "onderwijs", {"code": "onderwijs", "quote": "school"}, ["onderwijs"], [None], [[]], [{"quote": "school"}],
     [item(None)], [item(["onderwijs"])], [{**item("onderwijs"), "reden": "x"}], True, [item("onderwijs")] * 201],
)  # fmt: skip
def test_another_form_leaves_the_dimension_unknown_and_may_be_asked_again(thema: object) -> None:
    answer = check(thema)
    assert kinds(answer) == [("unreadable", "thema")]
    assert answer.codes == {"rol": ()} and not answer.partly
    assert answer.fault == "items" and not answer.whole


GOOD = '{"thema": [{"code": "onderwijs", "quote": "school"}], "rol": []}'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("```json\n\n```", "empty"),
        (GOOD + " Klaar!", "not_json"),
        ("Hier is het: " + GOOD, "not_json"),
        (GOOD + GOOD, "not_json"),
        (GOOD[:-1], "not_json"),
        (GOOD.replace('"', "'"), "not_json"),
        (GOOD[:-1] + ",}", "not_json"),
        ("\ufeff" + GOOD, "not_json"),
        ("<think>onderwijs</think>" + GOOD, "not_json"),
        ("<html><body>502 Bad Gateway</body></html>", "not_json"),
        ('{"thema": [], "rol": [], "rol": []}', "duplicate_key"),
        ('{"thema": [{"code": "onderwijs", "code": "bestuur", "quote": "school"}], "rol": []}', "duplicate_key"),
        ('{"thema": NaN, "rol": []}', "number"),
        ('{"thema": Infinity, "rol": []}', "number"),
        ('{"thema": 1, "rol": []}', "number"),
        ('{"thema": ' + "9" * 50_000 + ', "rol": []}', "number"),
        ('{"thema": 1e999999, "rol": []}', "number"),
        ("[" * 99_000, "too_deep"),
        ('{"thema":' * 11_000, "too_deep"),
        ("[]", "not_object"),
        ('"onderwijs"', "not_object"),
        ("null", "not_object"),
        (f"[{GOOD}]", "not_object"),
        ('{"thema": [], "rol": [], "uitleg": []}', "dimensions"),
        ('{"Thema": [], "rol": []}', "dimensions"),
        ('{"thema": [], "rol": []}' + " " * 100_000, "too_long"),
        ("x" * 10_000_000, "too_long"),
    ],
)
def test_an_answer_that_is_not_exactly_one_object_gives_no_label(content: str, fault: str) -> None:
    answer = check_answer(content, [THEMA, ROL], TEXT)
    assert answer == Answer(failures=answer.failures, fault=fault, whole=True)
    assert kinds(answer) == [("unreadable", "")]
    assert len(answer.failures[0].detail) <= 200 and answer.failures[0].detail.isprintable()


@pytest.mark.parametrize("around", ["{}", " \n{}\t", "```json\n{}\n```", "```\n{}\n```", " ```JSON\n {} \n```\n"])
def test_blanks_and_one_fence_change_nothing(around: str) -> None:
    assert check_answer(around.replace("{}", GOOD), [THEMA, ROL], TEXT) == check_answer(GOOD, [THEMA, ROL], TEXT)


@pytest.mark.parametrize(
    "quote",
    ["cafe\u0301", "CAFÉ", "café\u200b", "сafé", "Het café", "café  ’t", "café 't", "café…", '"café"'],
)
def test_a_quote_is_compared_character_by_character(quote: str) -> None:
    text = "Het ‘café’, café ’t Hoekje, blijft."
    answer = check_answer(json.dumps({"thema": [item("onderwijs", quote)]}), [THEMA], text)
    assert quote not in text and kinds(answer) == [("quote_not_found", "thema")]


def test_a_quote_of_what_nobody_sees_is_no_evidence() -> None:
    text = "Elzenbroek bouwt." + "".join(chr(0xE0000 + ord(c)) for c in "onderwijs")
    answer = check_answer(json.dumps({"thema": [item("onderwijs", text[10:])]}), [THEMA], text)
    assert kinds(answer) == [("no_evidence", "thema")]


def test_what_is_told_of_a_failure_is_one_printable_line() -> None:
    told = check([item("onderwijs", "a\n\x1b[31mb\u202e" + "x" * 900)]).failures[0].detail
    assert told.startswith("onderwijs: a [31mb x") and len(told) == 200 and told.isprintable()


def test_every_fault_is_one_of_the_known_kinds() -> None:
    with pytest.raises(Fault, match="duplicate_key: 'a'"):
        parse_object('{"a": [], "a": []}')


# ----------------------------------------------------------------------------------------------- never invented


@pytest.fixture(scope="module")
def fuzzing() -> Iterator[ModuleType]:
    folder = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.insert(0, folder)
    yield importlib.import_module("answer_fuzzing")
    sys.path.remove(folder)


def test_two_thousand_mutated_answers_invent_nothing(fuzzing: ModuleType) -> None:
    told: list[str] = []
    counts = fuzzing.fuzz(2000, seed=20, tell=told.append)
    assert not told and counts["invented"] == 0
    assert counts["labels given"] > 1000 and counts["read in part"] > 200


PROMPT = make_prompt(load_codebook("sociale-tweedeling"))
WORDS = st.sampled_from([*(name for one in PROMPT.asked for name in one.codes), "wonen", "school", "Elzenbroek", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.sampled_from(["code", "quote"]), inner, max_size=3)
    ),
    max_leaves=8,
)
ITEMS = st.fixed_dictionaries({"code": WORDS | VALUES, "quote": WORDS | st.text(max_size=3) | VALUES})
ANSWERS = st.fixed_dictionaries({one.name: st.lists(ITEMS, max_size=3) | VALUES for one in PROMPT.asked})


@settings(max_examples=300, deadline=None)
@given(ANSWERS, st.booleans())
def test_no_answer_of_any_shape_invents_a_label(answer: object, ascii_only: bool) -> None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    oracle = importlib.import_module("answer_oracle")
    content = json.dumps(answer, ensure_ascii=ascii_only)
    assert oracle.inventions(content, PROMPT.check(content, Passage("p", "d", 1, TEXT)), PROMPT, TEXT) == []


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet='{}[]",:\\ `\n0123456789truefalsnNI'))
def test_no_text_makes_it_raise(content: str) -> None:
    answer = check_answer(content, [THEMA, ROL], content)
    assert answer.failures or set(answer.codes) == {"thema", "rol"}


@pytest.mark.parametrize("sabotage", ["any quote", "case", "default", "first of two", "none of it"])
def test_the_oracle_sees_a_checker_that_invents(
    sabotage: str, fuzzing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fuzzing would find what it is for: each of these small kindnesses is reported."""
    honest = answers_module.check_answer

    def invent(content: str, asked: list[Asked], text: str) -> Answer:
        answer = honest(content, asked, text)
        if sabotage == "default" and answer.whole:
            return replace(answer, codes={"rol": ("overig",)}, evidence=(Evidence("rol.overig", text[:3], 0, 3),))
        if sabotage == "first of two" and any(one.kind == "too_many_codes" for one in answer.failures):
            code = answer.failures[0].detail.split(",")[0]
            return replace(answer, codes={**answer.codes, "rol": (code,)})
        if sabotage == "none of it" and answer.fault == "items":
            return replace(answer, codes={"rol": (), **answer.codes})
        return answer

    if sabotage in ("any quote", "case"):
        found = answers_module.find_quote

        def find(key: str, quote: str, text: str) -> Evidence | None:
            start = text.lower().find(quote.lower()) if sabotage == "case" else 0
            return found(key, quote, text) or (
                Evidence(key, text[start : start + 5], start, start + 5) if start >= 0 else None
            )

        monkeypatch.setattr(answers_module, "find_quote", find)
    else:
        monkeypatch.setattr("scheidslijn.assist.prompting.check_answer", invent)
    told: list[str] = []
    assert fuzzing.fuzz(800, seed=random.Random(sabotage).randrange(99), tell=told.append)["invented"] > 0
    assert told

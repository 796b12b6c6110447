"""Several coders become one example: what each rule keeps, and what it leaves unknown."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.annotations.coding import Coding, Problem
from scheidslijn.annotations.examples import target_matrix
from scheidslijn.annotations.merging import RULES, Agreed, merge
from scheidslijn.annotations.problems import problem_lines, write_problems
from scheidslijn.errors import OutputError


def coding(coder: str, thema: str | None = None, rol: str | None = None, **more: object) -> Coding:
    codes = {}
    if thema is not None:
        codes["thema"] = tuple(thema.split())
    if rol is not None:
        codes["rol"] = tuple(rol.split())
    facts = {"key": "k", "text": "Tekst.", "document": "d", "where": f"{coder}.csv:2"} | more
    return Coding(coder=coder, codes=codes, **facts)


def test_adjudicated_wins_and_else_all_must_agree(tiny):
    merged = merge(
        [coding("a", "wonen school", "doel"), coding("b", "wonen", "middel"), coding("", "school", adjudicated=True)],
        tiny.TINY,
    )
    assert merged.examples[0].known == {"thema.wonen": 0.0, "thema.school": 1.0, "thema.zorg": 0.0}
    assert merged.counts == {"thema": Agreed(settled=1), "rol": Agreed(open=1)}
    assert [str(one) for one in merged.problems] == [
        "a.csv:2: rol is not decided (a: doel; b: middel); nobody settled it"
    ]


def test_what_coders_agree_on_within_a_dimension_is_kept(tiny):
    merged = merge([coding("a", "wonen school"), coding("b", "wonen")], tiny.TINY)
    assert merged.examples[0].known == {"thema.wonen": 1.0, "thema.zorg": 0.0}
    assert merged.counts["thema"] == Agreed(open=1)


def test_adjudicators_who_differ_leave_it_open(tiny):
    both = [coding("", "wonen", adjudicated=True), coding("x", "wonen zorg", adjudicated=True)]
    merged = merge(both, tiny.TINY)
    assert merged.examples[0].known == {"thema.wonen": 1.0, "thema.school": 0.0}
    assert merged.counts["thema"] == Agreed(open=1)


def test_majority_is_strict(tiny):
    coders = [coding("a", "wonen school", "doel"), coding("b", "wonen", "doel"), coding("c", "zorg wonen", "middel")]
    merged = merge([*coders, coding("", "zorg", "middel", adjudicated=True)], tiny.TINY, "majority")
    assert merged.examples[0].known == {
        "thema.wonen": 1.0, "thema.school": 0.0, "thema.zorg": 0.0, "rol.doel": 1.0, "rol.middel": 0.0
    }  # fmt: skip
    assert merged.counts == {"thema": Agreed(settled=1), "rol": Agreed(settled=1)}
    tied = merge([coding("a", "wonen", "doel"), coding("b", "school", "middel")], tiny.TINY, "majority")
    assert tied.examples[0].known == {"thema.zorg": 0.0}
    assert tied.counts == {"thema": Agreed(open=1), "rol": Agreed(open=1)}
    assert str(tied.problems[1]).endswith("rol is not decided (a: doel; b: middel); tied")


def test_soft_labels_are_shares_of_the_coders_who_coded_it(tiny):
    merged = merge(
        [coding("a", "wonen", "doel"), coding("b", "", "middel"), coding("c", rol="doel")], tiny.TINY, "soft"
    )
    assert merged.examples[0].known == pytest.approx(
        {"thema.wonen": 0.5, "thema.school": 0.0, "thema.zorg": 0.0, "rol.doel": 2 / 3, "rol.middel": 1 / 3}
    )
    assert merged.counts == {"thema": Agreed(settled=1), "rol": Agreed(settled=1)}


@pytest.mark.parametrize("rule", ["adjudicated", "majority", "soft"])
def test_one_coder_is_believed_and_absent_stays_unknown(tiny, rule):
    one = coding("a", partly={"thema.zorg": True, "rol.doel": False}, text="T.", heading=("Zorg",), page=4,
                 doc_type="akkoord", extra={"jaar": 2022})  # fmt: skip
    merged = merge([one], tiny.TINY, rule)
    example = merged.examples[0]
    assert example.known == {"thema.zorg": 1.0}
    assert merged.counts == {"thema": Agreed(alone=1), "rol": Agreed()}
    assert (example.key, example.heading, example.doc_type, example.page, example.extra) == (
        "k", ("Zorg",), "akkoord", 4, {"jaar": 2022}
    )  # fmt: skip
    assert target_matrix([example], tiny.TINY)[0][2] == 1


def test_a_single_label_dimension_coded_as_none_is_counted_but_unknown(tiny):
    merged = merge([coding("a", rol=""), coding("b", rol="")], tiny.TINY)
    assert merged.examples[0].known == {} and merged.counts["rol"] == Agreed(agreed=1)


def test_documents_stay_apart_and_texts_are_needed_unless_told_otherwise(tiny):
    both = [coding("a", "wonen", document="een"), coding("a", "school", document="twee", text="")]
    merged = merge(both, tiny.TINY)
    assert [one.document for one in merged.examples] == ["een"] and merged.without_text == ("k",)
    assert [one.kind for one in merged.problems] == ["no text"]
    assert len(merge(both, tiny.TINY, need_text=False).examples) == 2


@given(st.lists(st.lists(st.sampled_from(["wonen", "school", "zorg"]), unique=True), min_size=1, max_size=5))
def test_the_rules_agree_where_the_coders_do(tiny, themes):
    """A code on which all coders agree is known by every rule; "soft" is the share, and "majority" its rounding."""
    coders = [coding(str(number), " ".join(one)) for number, one in enumerate(themes)]
    known = {rule: merge(coders, tiny.TINY, rule).examples[0].known for rule in RULES}
    for code in ("wonen", "school", "zorg"):
        share = sum(code in one for one in themes) / len(themes)
        key = f"thema.{code}"
        assert known["soft"][key] == pytest.approx(share)
        assert known["majority"].get(key) == (None if share == 0.5 else float(share > 0.5))
        assert known["adjudicated"].get(key) == (share if share in (0, 1) else None)


def test_an_unknown_rule_is_refused(tiny):
    with pytest.raises(ValueError, match="choose adjudicated, majority, soft"):
        merge([], tiny.TINY, "gok")


def test_problems_are_grouped_for_the_screen_and_written_in_full(tmp_path):
    problems = [Problem("a:1", "rare", "x"), *(Problem(f"a:{row}", "often", "=1") for row in range(2, 7))]
    assert problem_lines(problems, 2) == ["often: 5", "  a:2: =1", "  a:3: =1", "  … and 3 more", "rare: 1", "  a:1: x"]
    out = tmp_path / "problems.csv"
    write_problems(problems, out)
    with out.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.DictReader(lines))[1] == {"where": "a:2", "kind": "often", "message": "'=1"}
    with pytest.raises(OutputError, match="exists already"):
        write_problems(problems, out)
    write_problems([], out, force=True)
    with pytest.raises(OutputError, match="cannot be written"):
        write_problems([], tmp_path / "weg" / "a.csv")

"""Suggestions of a language model are evaluated: unknown is no answer, coders of one file, people and machines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from scheidslijn.assist.values import Failure, Suggestion
from scheidslijn.assist.writing import row_line, suggestion_row
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.evaluation import as_json
from scheidslijn.evaluating.html import html
from scheidslijn.evaluating.job import Job, run
from scheidslijn.evaluating.labelled_table import read_labelled
from scheidslijn.evaluating.markdown import markdown
from scheidslijn.passage import Passage

BOOK = load_codebook("sociale-tweedeling")
THEMES = ("onderwijs", "bestuur", "gezondheid")


def passage(number: int) -> Passage:
    return Passage(
        f"p{number}", f"akkoord {number // 4:02}", 1, f"Kempenrode schrijft in punt {number} wat er gebeurt."
    )


def suggested(number: int, coder: str = "llm:x", **more) -> Suggestion:
    codes = {"thema": (THEMES[number % 3],), "rol": ("ambitie",), "uitwerking": (), "scheidslijn": (), "verbinding": ()}
    return Suggestion(passage(number), codes | more.pop("codes", {}), coder=coder, model="x", prompt="0" * 12,
                      codebook=BOOK.label, **more)  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Two coders of 80 passages in 20 documents; the model gives no answer on every tenth theme, else anna's."""
    monkeypatch.chdir(tmp_path)
    rows = []
    for number in range(80):
        one = passage(number)
        for coder in ("anna", "bram"):
            theme = THEMES[(number + (coder == "bram" and number % 9 == 0)) % 3]
            rows.append(
                {"text": one.text, "document": one.document, "coder": coder, "thema": [theme], "rol": "ambitie"}
            )
    Path("goud.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    lines = []
    for number in range(80):
        made = suggested(number)
        if number % 10 == 0:
            codes = {name: own for name, own in made.codes.items() if name != "thema"}
            failure = Failure("quote_not_found", "thema", "onderwijs: elders")
            made = replace(made, codes=codes, partly={"thema.onderwijs": True}, failures=(failure,))
        lines.append(row_line(suggestion_row(made, BOOK)))
    Path("s.jsonl").write_text("".join(lines), "utf-8")
    return tmp_path


def evaluated(**options):
    told: list[str] = []
    return run(Job(gold=("goud.jsonl",), **options), told.append, datetime(2026, 1, 1))


def test_null_is_no_answer_and_an_empty_list_is_none_applies(place):
    table = read_labelled(Path("s.jsonl"), BOOK)
    assert table.suggested and table.coders == ("llm:x",) and not table.scored
    assert "thema" not in table.rows[0].codes and table.rows[1].codes["thema"] == ("bestuur",)
    assert table.rows[1].codes["scheidslijn"] == ()


def test_what_was_not_answered_counts_nowhere_and_is_told(place):
    found = evaluated(predictions="s.jsonl", rule="adjudicated")
    thema = next(one for one in found.dimensions if one.name == "thema")
    lost = 8
    assert thema.passages == 80 - lost
    assert thema.macro_f1.value == 1  # every answer that was given is right: none was counted as "no"
    remark = next(one for one in thema.remarks if one.kind == "unanswered")
    assert str(lost) in remark.nl and "geen 'nee'" in remark.nl
    assert all(not one.given.get("thema") for one in found.passages if not one.passage_id)
    lost_rows = [one for one in found.passages if one.text == passage(10).text]
    assert "thema" not in lost_rows[0].given


def test_people_language_models_and_trained_models_stand_side_by_side(place):
    rows = [{"passage_id": f"p{n}", "document": passage(n).document, "text": passage(n).text, "model": "compact-2",
             "thema": [THEMES[(n + n % 2) % 3]], "rol": ["ambitie"]} for n in range(80)]  # fmt: skip
    Path("labels.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = evaluated(predictions="s.jsonl", against=("labels.jsonl",))
    thema = {one.kinds.nl: one for one in found.kinds if one.dimension == "thema"}
    assert set(thema) == {"mens–mens", "mens–LLM", "mens–BERT", "LLM–BERT"}
    assert thema["mens–LLM"].alpha.value > thema["mens–BERT"].alpha.value
    machines = {one.name: one for one in found.machines if one.dimension == "thema"}
    assert machines["llm:x"].passages == 72 and machines["llm:x"].people == 2
    assert machines["llm:x"].difference.value > 0 > machines["labels.jsonl"].difference.value
    json.dumps(as_json(found), allow_nan=False)
    assert "Mensen en machines" in markdown(found) and "People and machines" in html(found, "en")


def test_without_a_language_model_nothing_is_added(place):
    rows = [{"passage_id": f"p{n}", "text": passage(n).text, "thema": ["bestuur"]} for n in range(80)]
    Path("labels.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = evaluated(predictions="labels.jsonl")
    assert found.kinds == () and "Mensen en machines" not in markdown(found)


def test_a_file_of_several_coders_asks_which(place):
    both = [row_line(suggestion_row(suggested(n, coder), BOOK)) for coder in ("llm:x", "llm:x/kort") for n in range(80)]
    Path("t.jsonl").write_text("".join(both), "utf-8")
    with pytest.raises(ScheidslijnError, match=r"--predictions llm:x=t\.jsonl"):
        evaluated(predictions="t.jsonl")
    found = evaluated(predictions="llm:x=t.jsonl", against=("llm:x/kort=t.jsonl",))
    assert found.model == "llm:x" and found.against == ("llm:x/kort",)
    assert evaluated(predictions="s.jsonl", against=("t.jsonl",)).against == ("llm:x", "llm:x/kort")
    with pytest.raises(ScheidslijnError, match="has no suggestions of 'llm:y'"):
        evaluated(predictions="llm:y=t.jsonl")


def test_suggestions_among_the_gold_judge_nothing(place):
    found = run(Job(gold=("goud.jsonl", "s.jsonl"), predictions="s.jsonl"), lambda line: None, datetime(2026, 1, 1))
    assert found.coders == ("anna", "bram") and any("llm:x" in one for one in found.problems)

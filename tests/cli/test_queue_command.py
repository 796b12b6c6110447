"""`scheidslijn queue` from labels to sheet, from sheet to shares, and the same again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scheidslijn.cli import app
from scheidslijn.codebook import load_codebook
from scheidslijn.passage import text_key

BOOK = load_codebook("sociale-tweedeling")
THEMES = ("onderwijs", "gezondheid", "ruimte_wonen")
WORDS = {"onderwijs": "school leraar", "gezondheid": "ggd bewegen", "ruimte_wonen": "huurwoning bouwen"}


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def truth(number: int, place: int) -> str:
    return THEMES[(number * 7 + place * place) % 3]


def write(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    found = []
    for number in range(12):
        for place in range(15):
            own = truth(number, place)
            scores = {f"thema.{one}": 0.8 if one == own else 0.1 for one in THEMES}
            scores["thema.onderwijs"] = 0.45 if place == 3 else scores["thema.onderwijs"]
            found.append({
                "passage_id": f"{number}-{place}", "document": f"waterrade-{number}.pdf", "page": 1,
                "kind": "paragraph", "place": "vrije_tekst", "heading": ["Wij"], "duplicate_of": None,
                "text": f"Waterrade {number}: {WORDS[own]} met straat{number}a{place} en plein{place}b{number}.",
                "thema": [one for one in THEMES if scores[f"thema.{one}"] >= 0.5], "scores": scores, "abstained": [],
                "model": "tiny@1", "codebook": BOOK.label,
            })  # fmt: skip
    return found


@pytest.fixture(scope="module")
def labels(rows, tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("queue") / "labels.jsonl", rows)


def code(sheet: Path, coder: str = "noor") -> list[dict]:
    """Fill in a JSONL sheet with what is true."""
    own = [json.loads(line) for line in sheet.read_text("utf-8").splitlines()]
    for row in own:
        number, place = map(int, row["passage_id"].split("-"))
        row |= {"coder": coder, "thema": truth(number, place)}
    write(sheet, own)
    return own


def test_a_first_queue_is_coded_and_shares_are_estimated_from_its_lot(labels, tmp_path):
    out = tmp_path / "queue.jsonl"
    result = run("queue", labels, "-n", 100, "-o", out)
    assert result.exit_code == 0, result.output
    assert "Wrote 100 passages of 12 documents" in result.output and "drawn by lot" in result.output
    assert "none for 'disagree': no suggestions" in result.output
    assert "Nothing is coded yet" in result.output
    own = code(out)
    lot = [row for row in own if row["inclusion_probability"] is not None]
    assert len(lot) == 50  # of a mix of .4 + .1 + .1 + .2: nobody suggested anything
    assert {row["inclusion_probability"] for row in lot} == {float(f"{50 / 180:.10g}")}
    made = run("shares", "estimate", labels, "--sample", out, "-o", tmp_path / "shares.json")
    assert made.exit_code == 0, made.output
    assert "50 coded passages were not drawn and are left out" in made.output
    shares = json.loads((tmp_path / "shares.json").read_text("utf-8"))
    school = next(one for one in shares["shares_of_passages"] if one["code"] == "thema.onderwijs")
    assert school["coded"] == 50 and shares["drawn"] == 50
    true = sum(truth(number, place) == "onderwijs" for number in range(12) for place in range(15)) / 180
    assert school["low"] <= true <= school["high"]

    again = tmp_path / "second.jsonl"
    result = run("queue", labels, "--coded", out, "-n", 50, "-o", again)
    assert result.exit_code == 0, result.output
    assert "The lot so far" in result.output and f"--sample {again} --sample {out}" in result.output
    assert "go on for thema" in result.output or "stop for thema" in result.output
    more = code(again)
    assert not {row["passage_id"] for row in more} & {row["passage_id"] for row in own}
    made = run("shares", "estimate", labels, "--sample", again, "--sample", out, "-o", tmp_path / "second.json")
    assert made.exit_code == 0, made.output
    both = json.loads((tmp_path / "second.json").read_text("utf-8"))
    assert both["drawn"] > 50 and both["drawn_but_not_coded"] == 0


def test_test_documents_are_not_queued_and_shares_are_of_the_others(labels, tmp_path):
    split = tmp_path / "split.toml"
    split.write_text('test = ["waterrade-1*"]\n', encoding="utf-8")  # 1, 10 and 11
    out = tmp_path / "queue.jsonl"
    result = run("queue", labels, "--split", split, "-n", 120, "-o", out, "--no-advice")
    assert result.exit_code == 0, result.output
    assert "3 documents kept for testing" in result.output
    own = code(out)
    assert not {row["document"] for row in own} & {f"waterrade-{number}.pdf" for number in (1, 10, 11)}
    made = run("shares", "estimate", labels, "--sample", out, "--split", split, "-o", tmp_path / "shares.csv")
    assert made.exit_code == 0, made.output
    assert "Shares are of the 9 documents" in made.output and "not the table" not in made.output


def test_suggestions_are_compared_with_the_model(labels, rows, tmp_path):
    said = [
        {"passage_id": row["passage_id"], "key": text_key(row["text"]), "document": row["document"],
         "text": row["text"], "coder": "llm:tiny", "thema": ["bestuur"] if number < 40 else row["thema"],
         "suggested_by": "tiny",
         "evidence": {}, "failures": [], "flags": [], "prompt": "0123456789ab"}
        for number, row in enumerate(rows)
    ]  # fmt: skip
    path = write(tmp_path / "suggestions.jsonl", said)
    out = tmp_path / "queue.csv"
    result = run("queue", labels, "--suggestions", path, "-n", 40, "-o", out, "--mix", "random=0.5,disagree=0.5",
                 "--no-advice", "--most", 20)  # fmt: skip
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8-sig") as lines:
        own = [row for row in csv.DictReader(lines) if "verschillen" in row["reason"]]
    assert len(own) == 20
    assert {row["passage_id"] for row in own} <= {row["passage_id"] for row in rows[:40]}
    assert "taalmodel en model verschillen (thema: bestuur tegenover" in own[0]["reason"]
    no = run("queue", labels, "--suggestions", labels, "-n", 40, "-o", tmp_path / "x.csv")
    assert no.exit_code == 1


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_other_forms_of_the_sheet(labels, tmp_path, form):
    out = tmp_path / f"queue.{form}"
    assert run("queue", labels, "-n", 20, "-o", out, "--no-advice").exit_code == 0
    again = run("queue", labels, "-n", 20, "-o", out, "--no-advice")
    assert again.exit_code == 1 and "exists already" in str(again.exception or again.output)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--no-advice",), "give -o for a queue"),
        (("-o", "q.jsonl", "--mix", "random=0.01,rare=1"), "give it at least 10%"),
        (("-o", "q.txt"), "cannot write the form"),
        (("--coded", "nergens.jsonl"), "nergens.jsonl"),
    ],
)
def test_what_cannot_be_is_told(labels, words, message):
    result = run("queue", labels, *words)
    assert result.exit_code != 0
    assert message in result.output + str(result.exception)


def test_a_draw_of_documents_first_is_not_said_to_go_on(labels, tmp_path):
    sample, out = tmp_path / "sample.jsonl", tmp_path / "queue.jsonl"
    drawn = run("shares", "draw", labels, "-n", 30, "--documents", 6, "-o", sample)
    assert drawn.exit_code == 0, drawn.output
    code(sample)
    result = run("queue", labels, "--coded", sample, "-n", 30, "-o", out, "--no-advice")
    assert result.exit_code == 0, result.output
    assert "30 coded passages come from another draw" in result.output and "shares estimate" not in result.output
    alone = run("shares", "estimate", labels, "--sample", sample, "-o", tmp_path / "shares.json")
    assert alone.exit_code == 0, alone.output

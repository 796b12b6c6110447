"""`scheidslijn shares` from label to table, on the examples and on a corpus of our own making."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scheidslijn.cli import app
from scheidslijn.errors import ScheidslijnError

ROOT = Path(__file__).resolve().parents[2]
CODED = ROOT / "tests" / "measuring" / "shares" / "coded_examples.csv"


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    out = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    result = run("label", *sorted((ROOT / "examples").glob("*.pdf")), "-o", out)
    assert result.exit_code == 0, result.output
    return out


def test_the_examples_from_label_to_shares(labels, tmp_path):
    sheet = tmp_path / "sheet.csv"
    drawn = run("shares", "draw", labels, "-n", 60, "-o", sheet)
    assert drawn.exit_code == 0 and "60 passages of 3 documents" in drawn.output
    ids = [row["passage_id"] for row in csv.DictReader(sheet.open(encoding="utf-8-sig"))]
    assert ids == [row["passage_id"] for row in csv.DictReader(CODED.open(encoding="utf-8"))]

    out = tmp_path / "shares.json"
    made = run("shares", "estimate", labels, "--sample", CODED, "-o", out)
    assert made.exit_code == 0, made.output
    table = json.loads(out.read_text("utf-8"))
    assert table["random"] and table["drawn"] == 60 and table["drawn_but_not_coded"] == 0
    care = next(one for one in table["shares_of_passages"] if one["code"] == "thema.sociaal_domein")
    assert care["found"] == 23 and care["low"] < care["share"] < care["high"]
    assert care["naive"] < care["low"]  # the labeller gives this theme far too seldom, and counting does not show it
    assert run("shares", "estimate", labels, "--sample", CODED, "-o", out).exception is not None  # exists already
    shown = run("shares", "estimate", labels, "--sample", CODED, "--language", "en", "--beyond")
    assert "for more such documents than these 3" in shown.output


def test_a_plan_in_words(labels):
    result = run("shares", "plan", labels, "--code", "scheidslijn.middengroepen", "--margin", 5)
    assert result.exit_code == 0
    assert "To know it to ±5 points, code about" in result.output and "scheidslijn shares draw" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("estimate",), "a share without an interval is not given"),
        (("estimate", "-o", "shares.docx"), "cannot write shares"),
        (("plan", "--code", "thema.zorg"), "no labels for the code 'thema.zorg'"),
        (("draw", "-n", "9999", "-o", "sheet.xlsx"), "cannot draw 9,999 passages"),
    ],
)
def test_failures_are_explained(labels, words, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    error = run("shares", words[0], labels, *words[1:]).exception
    assert isinstance(error, ScheidslijnError) and message in str(error)


def test_a_sample_that_nobody_drew_is_refused_or_called_as_if(labels, tmp_path):
    rows = list(csv.DictReader(CODED.open(encoding="utf-8")))
    chosen = tmp_path / "chosen.csv"
    with chosen.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, ["document", "text", "thema"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    refused = run("shares", "estimate", labels, "--sample", chosen)
    assert isinstance(refused.exception, ScheidslijnError) and "--assume-random" in str(refused.exception)
    shown = run("shares", "estimate", labels, "--sample", chosen, "--assume-random")
    assert shown.exit_code == 0 and "alsof aselect" in shown.output
    assert run("shares", "draw", labels, "-o", tmp_path / "x.csv").exit_code == 2

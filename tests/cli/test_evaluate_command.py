"""`scheidslijn evaluate` from the outside: what it writes, what it refuses, and how it says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scheidslijn.cli import app
from scheidslijn.errors import ScheidslijnError

TEXTS = (
    ("De gemeente Elzenbroek bouwt betaalbare huurwoningen voor starters.", "ruimte_wonen", "actiegericht"),
    ("Scholen in Waterrade krijgen extra taalles in de voorschool.", "onderwijs", "actiegericht"),
    ("Duinhorst wil dat iedereen kan meedoen, ook wie in armoede leeft.", "sociaal_domein", "agenderend"),
    ("Het college van Kempenrode betrekt inwoners bij hun straat.", "bestuur", "agenderend"),
    ("Een pilot helpt werkzoekenden in Elzenbroek aan een baan.", "arbeidsmarkt", "actiegericht"),
)


def gold(path: Path, documents: int = 8) -> Path:
    lines = ["text;document;page;thema;uitwerking"]
    for number in range(5 * documents):
        text, theme, worked = TEXTS[number % 5]
        lines.append(f"{text} Punt {number}.;akkoord {number // 5};{number % 9 + 1};{theme};{worked}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


def failure(*words: object) -> str:
    found = run(*words)
    assert isinstance(found.exception, ScheidslijnError), found.output
    message = str(found.exception)
    assert "\n" not in message
    return message


def test_a_term_scan_on_coded_passages_in_three_forms(tmp_path: Path) -> None:
    coded = gold(tmp_path / "codes.csv")
    outputs = [tmp_path / f"r.{form}" for form in ("html", "json", "md")]
    found = run(coded, "--labeller", "terms", *(part for out in outputs for part in ("-o", out)), "--lang", "en")
    assert found.exit_code == 0, found.output
    assert "40 coded passages of 8 documents" in found.output and "Note: scheidslijn: not coded" in found.output
    data = json.loads(outputs[1].read_text("utf-8"))
    assert data["model"].startswith("terms@") and list(data["files"]) == ["codes.csv"]
    thema = data["dimensions"][0]
    assert thema["passages"] == 40 and thema["macro_f1"]["value"] > 0.5 and thema["calibration"] is None
    assert outputs[2].read_text("utf-8").startswith("# Evaluation report")
    assert '<html lang="en"' in outputs[0].read_text("utf-8")


def test_a_labelled_table_against_a_labeller(tmp_path: Path) -> None:
    coded = gold(tmp_path / "codes.csv")
    answers = tmp_path / "llm.csv"
    answers.write_text(coded.read_text("utf-8").replace("onderwijs;", "bestuur;"), encoding="utf-8")
    found = run(coded, "--predictions", answers, "--against", "terms", "-o", tmp_path / "r.json")
    assert found.exit_code == 0, found.output
    data = json.loads((tmp_path / "r.json").read_text("utf-8"))
    codes = {one["key"]: one for one in data["dimensions"][0]["codes"]}
    assert codes["thema.onderwijs"]["recall"]["value"] == 0 and codes["thema.ruimte_wonen"]["f1"]["value"] == 1
    assert {one["other"] for one in data["comparisons"]} == {"terms"}


def test_a_sealed_split_is_opened_for_a_purpose_and_counted(tmp_path: Path) -> None:
    coded, split = gold(tmp_path / "codes.csv"), tmp_path / "split.toml"
    split.write_text('test = ["akkoord 1", "akkoord 2", "akkoord 3"]\n', encoding="utf-8")
    options = (coded, "--labeller", "terms", "--split", split, "--force", "-o", tmp_path / "r.json")
    assert "say it with --purpose" in failure(*options)
    for opening in (1, 2):
        assert run(*options, "--purpose", "proef").exit_code == 0
        data = json.loads((tmp_path / "r.json").read_text("utf-8"))
        assert data["dimensions"][0]["passages"] == 15 and len(data["opened"]) == opening


def test_a_baseline_needs_no_gold(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    run_label = CliRunner().invoke(
        app, ["label", str(gold(tmp_path / "c.csv")), "-o", str(labels), "--labeller", "terms"]
    )
    assert run_label.exit_code == 0, run_label.output
    found = run("--baseline", labels, "-o", tmp_path / "r.html", "-o", tmp_path / "r.json")
    assert found.exit_code == 0, found.output
    base = json.loads((tmp_path / "r.json").read_text("utf-8"))["baseline"]
    assert len(base["found"]) == 106 and base["documents"] == 8
    assert "Wat de bronstudie vond" in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text;thema\nElzenbroek bouwt.;\nWaterrade bouwt.;\n", "no coded passages were read"),
        ("text;thema\nElzenbroek bouwt.;huisdieren\n", "thema has no code 'huisdieren'"),
        ("tekst;kleur\nElzenbroek bouwt.;rood\n", "no coded passages were read"),
    ],
)
def test_gold_that_says_nothing_is_explained(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "codes.csv").write_text(content, encoding="utf-8")
    assert message in failure(tmp_path / "codes.csv", "--labeller", "terms", "-o", tmp_path / "r.json")


def test_what_cannot_be_done_is_told_first(tmp_path: Path) -> None:
    coded = gold(tmp_path / "codes.csv")
    assert "nothing to evaluate" in failure("-o", tmp_path / "r.json")
    assert "name a report to write" in failure(coded)
    assert "choose .html, .json, .md" in failure(coded, "-o", tmp_path / "r.pdf")
    assert "unknown labeller 'gpt'" in failure(coded, "--labeller", "gpt", "-o", tmp_path / "r.json")
    (tmp_path / "keys.csv").write_text("key;thema\n0123456789abcdef;bestuur\n", encoding="utf-8")
    keys = failure(tmp_path / "keys.csv", "--labeller", "terms", "-o", tmp_path / "r.json")
    assert "give the texts with --texts" in keys
    other = tmp_path / "other.csv"
    other.write_text("text;thema\nIets anders.;bestuur\n", encoding="utf-8")
    none = failure(coded, "--predictions", other, "-o", tmp_path / "r.json")
    assert "not one of the 40 gold passages is among its 1 rows" in none
    assert not (tmp_path / "r.json").exists()


def test_texts_are_found_for_keys(tmp_path: Path) -> None:
    from scheidslijn.passage import text_key

    lines = ["key;document;thema"] + [
        f"{text_key(text)};akkoord {n};{theme}" for n, (text, theme, _) in enumerate(TEXTS)
    ]
    (tmp_path / "keys.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "texts.csv").write_text("text\n" + "\n".join(f'"{text}"' for text, _, _ in TEXTS[:4]), encoding="utf-8")
    out = tmp_path / "r.json"
    found = run(tmp_path / "keys.csv", "--texts", tmp_path / "texts.csv", "--labeller", "terms", "-o", out)
    assert found.exit_code == 0, found.output
    data = json.loads(out.read_text("utf-8"))
    assert data["dimensions"][0]["passages"] == 4 and "no_text" in {one["kind"] for one in data["remarks"]}

"""`scheidslijn codebook-test` on a real server: what it sends, tells, writes, refuses, and what a second run costs."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scheidslijn.annotations.verdicts import read_verdict
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.writing import row_line, suggestion_row
from scheidslijn.cli import app
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

TESTS = Path(__file__).resolve().parents[1]


def module(name, path):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


behaviours = module("behaviours", TESTS / "fidelity" / "behaviours.py")
scripted = module("scripted", TESTS / "assist" / "scripted.py")
FEW = ("--passages", "18", "--shuffles", "1", "--exclusion", "4")


def toml(book):
    """The codebook of the behaviours as a file."""
    lines = [f'name = "{book.name}"', f'version = "{book.version}"', 'language = "nl"', 'title = "Klein"']
    for dimension in book.dimensions:
        kind = "multi" if dimension.multi else "single"
        lines += ["[[dimension]]", f'name = "{dimension.name}"', f'name_nl = "{dimension.name_nl}"']
        lines += [f'name_en = "{dimension.name_en}"', f'kind = "{kind}"', f'question = "{dimension.question}"']
        for code in dimension.codes:
            lines += ["[[dimension.code]]", f'code = "{code.code}"', f'name_nl = "{code.name_nl}"']
            lines += [f'name_en = "{code.name_en}"', f"definition = {json.dumps(code.definition)}"]
            for field in ("include", "exclude", "examples"):
                lines.append(f"{field} = {json.dumps(list(getattr(code, field)), ensure_ascii=False)}")
            lines.append(f'terms = ["{code.code}"]')
    return "\n".join(lines)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a codebook and gold in it, and a server with a perfect coder."""
    monkeypatch.delenv("SCHEIDSLIJN_LLM_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("boek").mkdir()
    Path("boek/codebook.toml").write_text(toml(behaviours.BOOK), "utf-8")
    own = behaviours.codings(documents=18, each=1)
    rows = [{"text": one.text, "document": one.document, "coder": one.coder, "thema": list(one.codes["thema"]),
             "rol": one.codes["rol"][0]} for one in own.codings]  # fmt: skip
    Path("goud.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    known = behaviours.lookup(own)
    script = partial(behaviours.script, behaviours.perfect, known)(scripted.Step, scripted.completion)
    server = scripted.Scripted(script)
    yield server
    server.close()


def run(*options):
    return CliRunner().invoke(app, ["codebook-test", *options], catch_exceptions=True)


def test_a_verdict_is_written_and_a_second_run_asks_nothing(place):
    command = ("goud.jsonl", "--codebook", "boek", "--llm", place.url, "--model", "goed", *FEW)
    first = run(*command, "-o", "v.json", "-o", "v.md")
    assert first.exit_code == 0, first.output + str(first.exception)
    data = json.loads(Path("v.json").read_text("utf-8"))
    assert data["coder"] == "llm:goed" and data["gold"]["files"] == ["goud.jsonl"]
    assert data["dimensions"]["thema"]["tests"]["agreement"]["outcome"] == "passed"
    assert "# Kan dit model coderen? goed" in Path("v.md").read_text("utf-8")
    asked = len(place.requests)
    # the same text in another order is another question, but the plain run and `recovery` share none
    assert asked == data["calls"] and "18 gold passages of 18 documents" in first.stderr
    again = run(*command, "-o", "w.json", "--cache", ".v.json.answers")
    assert again.exit_code == 0 and len(place.requests) == asked
    assert Path("w.json").read_bytes() == Path("v.json").read_bytes()


def test_a_dry_run_tells_the_number_of_questions_and_sends_nothing(place):
    told = run("goud.jsonl", "--codebook", "boek", "--dry-run", "--price-in", "1", *FEW)
    assert told.exit_code == 0, told.output
    assert "questions: plain 18, repeat.1 18, order.1 18" in told.stderr and "tokens of questions" in told.stderr
    assert not place.requests


def test_a_budget_that_is_spent_leaves_unknown_and_no_yes(place):
    made = run("goud.jsonl", "--codebook", "boek", "--llm", place.url, "--model", "goed", "-o", "v.json",
               "--budget-tokens", "60000", *FEW)  # fmt: skip
    assert made.exit_code == 0, made.output + str(made.exception)
    data = json.loads(Path("v.json").read_text("utf-8"))
    assert not any(one["counts"] for one in data["dimensions"].values())
    assert len(place.requests) < data["calls"] and "over_budget" in made.stderr


def test_another_machine_is_not_asked_without_a_yes(place):
    made = run(
        "goud.jsonl", "--codebook", "boek", "--llm", "https://llm.elzenbroek.example", "--model", "m", "-o", "v.json"
    )
    assert isinstance(made.exception, ScheidslijnError) and "give --yes" in str(made.exception)
    assert not Path("v.json").exists()


def test_gold_of_a_machine_is_refused(place):
    one = Suggestion(
        Passage("p", "a", None, "Een zin."), {"thema": ("wonen",), "rol": ("doel",)}, coder="llm:x", model="x"
    )
    Path("s.jsonl").write_text(row_line(suggestion_row(one, behaviours.BOOK)), "utf-8")
    made = run("goud.jsonl", "s.jsonl", "--codebook", "boek", "--llm", place.url, "--model", "m", "-o", "v.json")
    assert isinstance(made.exception, ScheidslijnError) and "coded by a machine" in str(made.exception)
    assert not place.requests


def test_the_prompt_of_a_variant_and_other_bars(place):
    Path("v.toml").write_text('[kort]\nexamples = false\n[lang]\nmodel = "ander"\n', "utf-8")
    Path("bars.toml").write_text("[legal]\ntarget = 0.5\nfloor = 0.1\n", "utf-8")
    command = ("goud.jsonl", "--codebook", "boek", "--llm", place.url, "--variants", "v.toml", "--test", "legal", *FEW)
    assert run(*command, "-o", "v.json").exit_code == 2  # which of the two is not said
    made = run(*command, "--variant", "lang", "--thresholds", "bars.toml", "-o", "v.json")
    assert made.exit_code == 0, made.output + str(made.exception)
    data = json.loads(Path("v.json").read_text("utf-8"))
    assert data["coder"] == "llm:ander/lang" and data["thresholds"]["legal"] == {"target": 0.5, "floor": 0.1}
    assert place.requests[0][2]["model"] == "ander"


def test_what_is_wrong_is_told_before_anything_is_sent(place):
    command = ("goud.jsonl", "--codebook", "boek", "--llm", place.url, "--model", "m")
    assert run("goud.jsonl", "--codebook", "boek").exit_code == 2
    assert "cannot write the form" in str(run(*command, "-o", "v.xlsx").exception)
    assert "there is no test" in str(run(*command, "-o", "v.json", "--test", "smaak").exception)
    Path("b.toml").write_text("[legal]\ntarget = 3\n", "utf-8")
    assert "legal" in str(run(*command, "-o", "v.json", "--thresholds", "b.toml").exception)
    assert not place.requests


def test_a_verdict_opens_suggest_for_the_prompt_that_was_tested_and_no_other(place):
    own = behaviours.codings(documents=40, each=2)
    rows = [{"text": one.text, "document": one.document, "coder": one.coder, "thema": list(one.codes["thema"]),
             "rol": one.codes["rol"][0]} for one in own.codings]  # fmt: skip
    Path("meer.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    Path("nieuw.txt").write_text("Inleiding\n\nDe raad van Waterrade schrijft hier iets nieuws op.\n", "utf-8")
    known = behaviours.lookup(own)
    place.script = behaviours.script(behaviours.perfect, known, scripted.Step, scripted.completion)
    end = ("--codebook", "boek", "--llm", place.url, "--model", "goed")
    made = run("meer.jsonl", *end, "--dimension", "rol", "-o", "v.json")
    assert made.exit_code == 0 and "rol: telt mee" in made.stdout, made.output
    standing = read_verdict("v.json")
    assert standing.counts == {"rol": True} and standing.alpha == {"rol": 1.0} and standing.coder == "llm:goed"
    command = ["suggest", "nieuw.txt", *end, "--verdict", "v.json", "-o", "s.jsonl"]
    other = CliRunner().invoke(app, command)
    assert isinstance(other.exception, ScheidslijnError) and "prompt" in str(other.exception)
    same = CliRunner().invoke(app, [*command, "--dimension", "rol"])
    assert same.exit_code == 0, same.output + str(same.exception)
    assert '"rol"' in Path("s.jsonl").read_text("utf-8")

"""An own codebook, from labels to shares: what forgets to name it is refused, and what is printed names it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from scheidslijn.annotations.belonging import MAYBE_ANOTHER, named_in
from scheidslijn.annotations.problems import problem_lines
from scheidslijn.annotations.reading import read_codings
from scheidslijn.cli import app
from scheidslijn.codebook import load_codebook
from scheidslijn.codingpage.job import Job, run
from scheidslijn.codingpage.page import next_commands
from scheidslijn.errors import ScheidslijnError

OWN = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "codeboek"
BOOK, USUAL = load_codebook(OWN), load_codebook("sociale-tweedeling")
REFUSED = f"{BOOK.label}, not by {USUAL.label}; give --codebook with its folder"


def command(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, (words, done.output, done.exception)
    return done.output + str(done.exception or "")


def write(path: Path, rows: Sequence[dict]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {"passage_id": f"{doc}-{at}", "document": f"plan-{doc}.pdf", "page": 1, "kind": "paragraph", "heading": [],
         "text": f"Elzenbroek bouwt in straat {doc} de woning van nummer {at}.", "thema": ["wonen"] if at % 2 else [],
         "rol": "ambitie", "scores": {"thema.wonen": 0.9 if at % 2 else 0.2}, "abstained": [],
         "model": "termen", "codebook": BOOK.label}
        for doc in range(6) for at in range(10)
    ]  # fmt: skip
    return write(tmp_path_factory.mktemp("own") / "labels.jsonl", rows)


@pytest.fixture
def coded(labels: Path, tmp_path: Path) -> Path:
    """A drawn sheet, coded by anna."""
    sheet = tmp_path / "anna.jsonl"
    command("shares", "draw", labels, "-n", 30, "--codebook", OWN, "-o", sheet)
    return write(sheet, [{**row, "coder": "anna", "thema": ["wonen"], "rol": "ambitie"} for row in rows_of(sheet)])


def test_sheets_name_their_codebook(labels: Path, coded: Path, tmp_path: Path) -> None:
    queue = tmp_path / "queue.jsonl"
    told = command("queue", labels, "--coded", coded, "-n", 10, "-o", queue, "--no-advice", "--codebook", OWN)
    for path in (coded, queue):
        assert {row["codebook"] for row in rows_of(path)} == {BOOK.label}
    (line,) = [line.strip() for line in told.splitlines() if "shares estimate" in line]
    _, *words = shlex.split(line)
    assert words[-2:] == ["--codebook", str(OWN)]
    plan = command("shares", "plan", labels, "--code", "thema.wonen", "--margin", 20, "--codebook", OWN)
    assert f"--codebook {OWN} -o sample.xlsx" in plan
    write(queue, [{**row, "coder": "anna", "thema": ["wonen"], "rol": "ambitie"} for row in rows_of(queue)])
    assert "wonen" in command(*words).lower()


@pytest.mark.parametrize("words", [
    ("train", "-o", "model"), ("agree",), ("evaluate", "-o", "report.json"),
    ("codebook-test", "--llm", "http://127.0.0.1:9", "--model", "m", "-o", "test.md"),
])  # fmt: skip
def test_codings_of_another_codebook_are_refused(coded: Path, words: tuple[str, ...], monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"{coded.name}: is coded by {REFUSED}" in command(words[0], coded, *words[1:], code=1)
    assert not (tmp_path / "model").exists()


def test_another_codebook_in_the_labels(labels: Path, coded: Path, tmp_path: Path) -> None:
    remedy = "'oefencodeboek', which is not shipped; give --codebook with its folder"
    for words in (("shares", "estimate", labels, "-s", coded), ("queue", labels), ("shares", "plan", labels)):
        more = ("--code", "thema.wonen") if words[1] == "plan" else ()
        assert command(*words, *more, code=1).strip().endswith(remedy)
    usual = [{**row, "codebook": USUAL.label, "thema": []} for row in rows_of(labels)]
    told = command("queue", write(tmp_path / "usual.jsonl", usual), "--coded", coded, code=1)
    assert f"is coded by {REFUSED}" in told
    bare = write(tmp_path / "bare.jsonl", [{k: v for k, v in row.items() if k != "codebook"} for row in usual])
    assert command("queue", bare, code=1).strip().endswith("give --codebook with its folder")


@pytest.mark.parametrize("to", ["xlsx", "label-studio", "doccano"])
def test_exports_carry_the_codebook_there_and_back(coded: Path, tmp_path: Path, to: str) -> None:
    out = tmp_path / "bladen"
    assert "is for " + REFUSED.replace("by", "for") in command("export", coded, "--to", to, "-o", out, code=1)
    assert not out.exists()
    told = command("export", coded, "--to", to, "-o", out, "--codebook", OWN, "--coders", "anna")
    assert f"agree FILES --codebook {OWN}, scheidslijn train FILES -o MODEL --codebook {OWN}." in told
    if to == "xlsx":
        book = load_workbook(out / "anna.xlsx")
        head, first, *_ = book.worksheets[0].iter_rows(values_only=True)
        assert dict(zip(head, first, strict=True))["codebook"] == BOOK.label
        back = out / "anna.xlsx"
    elif to == "doccano":
        rows = [row | {"label": ["thema.wonen"]} for row in rows_of(out / "anna.jsonl")]
        back = out / "doccano.zip"
        with ZipFile(back, "w") as archive:
            archive.writestr("anna.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    else:
        tasks = json.loads((out / "tasks-anna.json").read_text("utf-8"))
        result = [{"from_name": "thema", "to_name": "text", "type": "choices", "value": {"choices": ["wonen"]}}]
        back = out / "back.json"
        back.write_text(json.dumps([task | {"annotations": [{"completed_by": 1, "result": result}]} for task in tasks]))
    if to != "xlsx":  # an empty workbook holds no coding
        assert {one.codes["thema"] for one in read_codings([back], BOOK).codings} == {("wonen",)}
    with pytest.raises(ScheidslijnError, match="give --codebook with its folder"):
        read_codings([back], USUAL)


def test_the_coding_page_refuses_the_sheet_of_another_codebook(coded: Path, tmp_path: Path) -> None:
    with pytest.raises(ScheidslijnError, match=f"{coded.name}: is for {BOOK.label}, not for {USUAL.label}"):
        run(Job([str(coded)], str(tmp_path / "codes.jsonl"), "bram", browser=False), lambda line: None)
    assert not (tmp_path / "codes.jsonl").exists()


def test_codes_of_another_codebook_are_not_gone_on_with(coded: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text("Duinhorst bouwt een school.\n")
    before = coded.read_bytes()
    with pytest.raises(ScheidslijnError, match=f"{coded.name}: is coded by {REFUSED}"):
        run(Job([str(plan)], str(coded), "anna", browser=False), lambda line: None)
    assert coded.read_bytes() == before


def test_another_version_is_read_and_the_field_is_no_fact(coded: Path, tmp_path: Path) -> None:
    rows = [{**row, "codebook": "oefencodeboek@0.9"} for row in rows_of(coded)]
    read = read_codings([write(tmp_path / "old.jsonl", rows)], BOOK)
    assert len(read.codings) == 30 and not any("codebook" in one.extra for one in read.codings)


def test_labels_of_a_machine_of_another_codebook_are_told_as_before(labels: Path, coded: Path) -> None:
    usual = [{**row, "codebook": USUAL.label} for row in rows_of(labels)]
    read = read_codings([coded, write(coded.with_name("usual.jsonl"), usual)], BOOK)
    assert len(read.codings) == 30 and {one.kind for one in read.problems} == {"labels of a machine"}


def test_a_file_that_names_none_and_has_other_codes_is_told_last(coded: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "codebook"} for row in rows_of(coded)]
    rows = [{**row, "thema": ["wonen", "zorg"], "scheidslijn": [f"x{at}"]} for at, row in enumerate(rows)]
    path = write(coded.with_name("bare.jsonl"), rows)
    assert problem_lines(read_codings([path], USUAL).problems)[-1] == (
        f"  {path.name}: most codes (90 of 120) are not in {USUAL.name}; did you mean --codebook PATH?"
    )
    few = write(coded.with_name("few.jsonl"), rows[:3])
    assert not any(one.kind == MAYBE_ANOTHER for one in read_codings([few], USUAL).problems)
    assert not any(one.kind == MAYBE_ANOTHER for one in read_codings([path], BOOK).problems)


def test_the_end_screen_names_an_own_codebook() -> None:
    with_terms = next_commands("anna.jsonl", "mijn codeboek", adjudicating=False, terms=True)
    assert all(one.endswith(" --codebook 'mijn codeboek'") for one in with_terms)
    assert with_terms[2] == "scheidslijn evaluate anna.jsonl -o report.html --labeller terms --codebook 'mijn codeboek'"
    without = next_commands("a.jsonl", "boek", adjudicating=True, settled=["b.jsonl"])
    assert without[1] == "scheidslijn evaluate b.jsonl a.jsonl -o report.html --model MODEL --codebook boek"
    assert "--" not in next_commands("a.jsonl", "", adjudicating=True)[1]


NAME = st.none() | st.integers() | st.text(max_size=9) | st.from_regex(r"[a ]{0,2}@[1@ ]{0,2}", fullmatch=True)
INSIDE = NAME | st.fixed_dictionaries({"codebook": NAME})


@given(st.dictionaries(st.sampled_from(["codebook", "data", "meta"]), INSIDE))
def test_whatever_stands_there_a_codebook_is_a_name_and_a_version(record: dict) -> None:
    found = named_in(record)
    assert found == "" or (found.count("@") == 1 and found.strip("@") == found == found.strip())

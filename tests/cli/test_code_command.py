"""`scheidslijn code` as a process: the address, going on after kill -9, a second process, and clear refusals."""

from __future__ import annotations

import importlib.util
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

from scheidslijn.cli import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def helpers() -> ModuleType:
    """The helpers beside the tests of the page."""
    path = ROOT / "tests" / "codingpage" / "conftest.py"
    spec = importlib.util.spec_from_file_location("codingpage_helpers", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["codingpage_helpers"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def start(helpers: ModuleType) -> Iterator[Any]:
    """Starts the command; what still runs at the end is killed."""
    running: list[Any] = []

    def started(*args: str | Path) -> Any:
        running.append(helpers.Running(*args))
        return running[-1]

    yield started
    for one in running:
        one.stop(signal.SIGKILL)


@pytest.fixture
def sheet(helpers: ModuleType, tmp_path: Path) -> Path:
    return Path(helpers.write_sheet(tmp_path / "sheet.jsonl", helpers.passages()))


def test_ctrl_c_ends_cleanly_and_says_what_comes_next(start: Any, sheet: Path, tmp_path: Path) -> None:
    codes = tmp_path / "my codes.jsonl"
    page = start(sheet, "-o", codes, "--coder", "anna")
    assert page.lines[0] == f"0 of 7 passages coded; codes in {codes}"
    page.client.ask("save", {"number": 0, "codes": {"thema": []}})
    page.client.ask("skip", {"number": 1})
    code, said = page.stop()
    assert code == 0 and "Traceback" not in said
    lines = said.splitlines()
    assert lines[0] == f"0 of 7 passages coded, 1 partly, 1 skipped; codes in {codes}"
    assert lines[2] == f"Next: scheidslijn train '{codes}' -o model"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["my codes.jsonl", "sheet.jsonl"]


def test_kill_nine_loses_nothing_and_the_page_goes_on(
    start: Any, helpers: ModuleType, sheet: Path, tmp_path: Path
) -> None:
    codes = tmp_path / "anna.jsonl"
    for n in range(7):
        page = start(sheet, "-o", codes, "--coder", "anna")
        assert page.client.ask("data")[1]["start"] == n
        assert page.client.ask("save", {"number": n, "codes": helpers.ONE})[0] == 200
        page.stop(signal.SIGKILL)
    other = tmp_path / "bram.jsonl"
    page = start(sheet, "-o", other, "--coder", "bram")
    for n in range(7):
        page.client.ask("save", {"number": n, "codes": {**helpers.ONE, "thema": [] if n < 2 else ["onderwijs"]}})
    page.stop()
    made = CliRunner().invoke(app, ["agree", str(codes), str(other)])
    assert made.exit_code == 0 and "anna" in made.output and "0.7" in made.output  # five of seven are equal


def test_a_second_process_on_the_same_file_is_refused(start: Any, sheet: Path, tmp_path: Path) -> None:
    codes = tmp_path / "anna.jsonl"
    page = start(sheet, "-o", codes, "--coder", "anna")
    second = CliRunner().invoke(app, ["code", str(sheet), "-o", str(codes), "--coder", "anna", "--no-browser"])
    assert "in use by another coding page" in str(second.exception)
    page.stop(signal.SIGKILL)  # the system takes the lock back
    start(sheet, "-o", codes, "--coder", "anna").stop()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", " "], "--coder: '' is no name"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "llm:klein"], "give the name of a person"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "Gold"], "give the name of a person"),
        (["sheet.jsonl", "-o", "x.xlsx", "--coder", "anna"], "ends in .jsonl"),
        (["sheet.jsonl", "-o", "sheet.jsonl", "--coder", "anna"], "is one of the inputs"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "anna", "--dimension", "kleur"], "has no 'kleur'"),
        (["nothing.pdf", "-o", "x.jsonl", "--coder", "anna"], "nothing to code"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "anna", "--suggestions", "sheet.jsonl"], "is no suggestion"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "anna", "--codebook", "nothing"], "no such codebook"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "anna", "--adjudicate"], "no coded passages"),
        (["sheet.jsonl", "-o", "x.jsonl", "--coder", "anna", "--port", "{taken}"], "cannot be used"),
    ],
)
def test_what_is_not_right_is_told_in_one_line(
    sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    import socket

    monkeypatch.chdir(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = [one.format(taken=taken.getsockname()[1]) for one in args]
        made = CliRunner().invoke(app, ["code", *given, "--no-browser"])
    assert said in str(made.exception) and "\n" not in str(made.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["sheet.jsonl"]


def test_settling_by_the_command(start: Any, helpers: ModuleType, sheet: Path, tmp_path: Path) -> None:
    files = []
    for name, codes in (("anna", ["ambitie"]), ("bram", ["overig"])):
        files.append(tmp_path / f"{name}.jsonl")
        page = start(sheet, "-o", files[-1], "--coder", name)
        page.client.ask("save", {"number": 3, "codes": {**helpers.ONE, "rol": codes}})
        page.stop()
    out = tmp_path / "beslist.jsonl"
    page = start(*files, "--adjudicate", "-o", out, "--coder", "cor", "--language", "en")
    view = page.client.ask("passage/0")[1]
    assert view["asked"] == ["rol"] and sorted(view["said"]["rol"]) == [["ambitie"], ["overig"]]
    assert "anna" not in json.dumps(view)
    page.client.ask("save", {"number": 0, "codes": {"rol": ["ambitie"]}})
    code, told = page.stop()
    assert code == 0 and f"Next: scheidslijn train {files[0]} {files[1]} {out} -o model" in told
    row = json.loads(out.read_text("utf-8"))
    assert row["rol"] == "ambitie" and row["adjudicated"] == ["rol"] and "thema" not in row
    report = tmp_path / "agreement.json"
    made = CliRunner().invoke(app, ["agree", *map(str, files), str(out), "-o", str(report)])
    assert made.exit_code == 0 and set(json.loads(report.read_text("utf-8"))["coders"]) == {"anna", "bram"}

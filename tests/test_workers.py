"""Reading in a process apart: order, limits, and what happens when a file kills, hangs or fills that process."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from scheidslijn.errors import ReadingError
from scheidslijn.sources import walk
from scheidslijn.workers import Limits, Outcome, read_all, read_here

PLAN = "Wonen\n\nElzenbroek bouwt huizen voor starters.\n"


@pytest.fixture
def sabotage(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the reading process do to itself what the text of a file says, as a bug in a reader would."""
    folder = tmp_path_factory.mktemp("sabotage")
    (folder / "sitecustomize.py").write_text(
        "import os, sys, time\n"
        "def watch(event, args):\n"
        "    if event == 'open' and isinstance(args[0], (str, os.PathLike)) and str(args[0]).endswith('.boom'):\n"
        "        what = os.path.basename(args[0]).split('.')[0]\n"
        "        if what == 'sterf': os.kill(os.getpid(), 11)\n"
        "        if what == 'stop': os._exit(7)\n"
        "        if what == 'hang': time.sleep(60)\n"
        "        if what == 'vol': bytearray(5_000_000_000)\n"
        "        if what == 'fout': raise LookupError('regel een\\nregel twee')\n"
        "        if what == 'praat': os.write(1, b'lawaai'); print('lawaai')\n"
        "if any('workerchild' in one for one in sys.orig_argv): sys.addaudithook(watch)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    yield


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="latin-1")


def flat(outcomes: Iterator[Outcome]) -> list[tuple[str, int, str]]:
    """By source in order: its name, its passages, and its faults."""
    rows: dict[str, tuple[int, str]] = {}
    for outcome in outcomes:
        count, faults = rows.get(outcome.source.name, (0, ""))
        said = "; ".join(problem.fault for problem in outcome.problems)
        rows[outcome.source.name] = (count + len(outcome.passages), faults + said)
    return [(name, count, faults) for name, (count, faults) in rows.items()]


def test_files_come_in_order_with_their_facts(tmp_path: Path) -> None:
    write(tmp_path, a_txt=PLAN, b_md="# Zorg\n\nHulp dichtbij.\n", c_jsonl='{"text": "x"}\n{"text"\n', d_png="\x89PNG")
    outcomes = list(read_all(walk([tmp_path]), account=True))
    assert flat(iter(outcomes)) == [
        ("a.txt", 2, ""), ("b.md", 2, ""), ("c.jsonl", 1, "is not valid JSON (Expecting ':' delimiter)"),
        ("d.png", 0, "is an image (PNG)"),
    ]  # fmt: skip
    facts = {outcome.source.name: outcome.facts for outcome in outcomes if outcome.facts}
    assert facts["a.txt"].format == "text" and facts["a.txt"].complete is True
    assert facts["a.txt"].account[0]["complete"] is True
    assert facts["c.jsonl"].complete is None and facts["c.jsonl"].passages == 1
    assert "d.png" not in facts


def test_process_that_dies_or_fails_costs_one_line(tmp_path: Path, sabotage: None) -> None:
    write(tmp_path, a_txt=PLAN, fout_boom="x", praat_boom=PLAN, sterf_boom="x", stop_boom="x", vol_boom="x", z_txt=PLAN)
    found = flat(read_all(walk([tmp_path]), Limits(memory_bytes=2_000_000_000)))
    assert [name for name, _, _ in found] == [
        "a.txt", "fout.boom", "praat.boom", "sterf.boom", "stop.boom", "vol.boom", "z.txt"
    ]  # fmt: skip
    assert [count for _, count, _ in found] == [2, 0, 2, 0, 0, 0, 2]
    faults = {name: fault for name, _, fault in found}
    assert faults["fout.boom"] == "could not be read (LookupError: regel een regel twee)"
    assert "SIGSEGV" in faults["sterf.boom"]
    assert "exit code 7" in faults["stop.boom"]
    assert faults["vol.boom"] == "needs more than 2 GB of memory"


def test_process_that_hangs_is_replaced(tmp_path: Path, sabotage: None) -> None:
    write(tmp_path, a_txt=PLAN, hang_boom="x", z_txt=PLAN)
    found = flat(read_all(walk([tmp_path]), Limits(seconds=1)))
    assert found == [("a.txt", 2, ""), ("hang.boom", 0, "took longer than 1 s"), ("z.txt", 2, "")]
    assert not [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]


def test_large_documents_are_refused_unread_and_large_tables_are_not(tmp_path: Path) -> None:
    with (tmp_path / "groot.txt").open("wb") as file:
        file.write(b"Wonen\n" * 20_000)
        file.truncate(2_000_000_000)
    lines = "".join(json.dumps({"text": f"rij {at}", "n": at}) + "\n" for at in range(3000))
    (tmp_path / "rijen.jsonl").write_text(lines)
    outcomes = list(read_all(walk([tmp_path]), Limits(document_bytes=10_000, chunk=100)))
    assert outcomes[0].problems[0].fault.startswith("is 2,000 MB")
    rows = [passage for outcome in outcomes for passage in outcome.passages]
    assert [row.extra["n"] for row in rows] == list(range(3000))
    assert max(len(outcome.passages) for outcome in outcomes) == 100


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": ""}\n' * 500 + '{"text": "x"}\n')
    outcomes = list(read_all(walk([tmp_path])))
    problems = [str(problem) for outcome in outcomes for problem in outcome.problems]
    assert len(problems) == 21 and "480 more rows" in problems[-1]


def test_file_that_vanishes_and_folder_without_files(tmp_path: Path) -> None:
    write(tmp_path, a_txt=PLAN, b_txt=PLAN)
    (tmp_path / "leeg").mkdir()
    sources = list(walk([tmp_path, tmp_path / "leeg"]))
    (tmp_path / "b.txt").unlink()
    assert flat(read_all(sources))[1:] == [
        ("b.txt", 0, "does not exist (any more)"), ("leeg", 0, "is a folder without readable files")
    ]  # fmt: skip


def test_an_input_that_never_was_there_is_shown_as_typed(tmp_path: Path) -> None:
    write(tmp_path, a_txt=PLAN)
    outcomes = list(read_all(walk([tmp_path / "nergens" / "map", tmp_path / "a.txt", "nergens/b.pdf"])))
    assert [str(problem) for outcome in outcomes for problem in outcome.problems] == [
        f"{(tmp_path / 'nergens' / 'map').as_posix()}: does not exist; check the path",
        "nergens/b.pdf: does not exist; check the path",
    ]
    assert [outcome.source.name for outcome in outcomes if outcome.facts] == ["a.txt"]


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").write_text(PLAN)
    with (tmp_path / "in").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert flat(read_all(walk(["-"]))) == [("stdin", 2, "")]


def test_process_ends_when_the_consumer_stops(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n' * 100_000)
    outcomes = read_all(walk([tmp_path]), Limits(chunk=10))
    next(outcomes)
    children = psutil.Process().children()
    outcomes.close()  # type: ignore[attr-defined]
    _, alive = psutil.wait_procs(children, timeout=5)
    assert children and not alive


def test_in_this_process_failures_are_raised(tmp_path: Path) -> None:
    write(tmp_path, a_txt=PLAN, b_jsonl='{"text": "x"}\n{"text": ""}\n')
    assert [passage.document for passage in read_here(tmp_path / "a.txt")] == ["a.txt", "a.txt"]
    with pytest.raises(ReadingError, match="line 2: has no text"):
        list(read_here(tmp_path / "b.jsonl"))
    with pytest.raises(ReadingError, match="does not exist"):
        list(read_here(os.fspath(tmp_path / "weg.pdf")))

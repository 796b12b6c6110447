"""The command `scheidslijn suggest`: the real one, killed at any moment, and what it does and does not let out."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from scheidslijn.assist.values import FAILURE_KINDS
from scheidslijn.cli import app

KEY = "sk-geheim-0123456789"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "akkoorden"
    folder.mkdir()
    for number in range(3):
        lines = [
            f"Elzenbroek bouwt in {2026 + at} {thing}, plan {number}."
            for at, thing in enumerate(("een school", "woningen", "zorg dichtbij", "een baan", "niets") * 2)
        ]
        (folder / f"plan-{number}.md").write_text(f"# Plan {number}\n\n" + "\n\n".join(lines) + "\n", "utf-8")
    return folder


def command(server: Any, corpus: Path, out: Path, *more: str) -> list[str]:
    return ["suggest", str(corpus), "--llm", getattr(server, "url", server), "--model", "klein", "-o", str(out), *more]


def start(words: list[str], **environment: str) -> subprocess.Popen[str]:
    own = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "scheidslijn", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, text=True, env=own,
    )  # fmt: skip


def finished(words: list[str], **environment: str) -> tuple[int, str]:
    process = start(words, **environment)
    said = "".join(process.communicate(timeout=120))
    return process.returncode, said


def test_it_writes_what_the_model_said_and_says_so(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "uit.jsonl"
    done = CliRunner().invoke(app, command(serve(), corpus, out))
    assert done.exit_code == 0, done.output
    assert done.stdout == ""  # rows go to the file, everything else to standard error
    assert len(out.read_text("utf-8").splitlines()) == 33
    assert "33 rows" in done.stderr and f"Wrote 33 rows to {out}" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--model", "m", "-o", "x.jsonl"], 2, "nothing is sent without --llm"),
        (["--llm", "http://127.0.0.1:1", "-o", "x.jsonl"], 2, "--model"),
        (["--llm", "http://127.0.0.1:1", "--model", "m"], 2, "--out"),
        (["--llm", "http://127.0.0.1:1", "--model", "m", "-o", "x.jsonl", "--budget", "1"], 2, "--price-in"),
        (["--llm", "http://127.0.0.1:1", "--model", "m", "-o", "x.jsonl", "--variant", "a"], 2, "--variants"),
        (["--llm", "http://127.0.0.1:1", "--model", "m", "-o", "x.jsonl", "--structured", "b"], 2, "json_schema"),
        (["--llm", "localhost", "--model", "m", "-o", "x.jsonl"], 1, "is no address"),
        (["--llm", "http://127.0.0.1:1", "--model", "m", "-o", "x.csv"], 1, "JSON lines"),
        (["--llm", "http://127.0.0.1:1", "--model", "m", "-o", "x.jsonl", "--dimension", "onderwerp"], 1, "onderwerp"),
        (["--llm", "http://far.example", "--model", "m", "-o", "x.jsonl"], 1, "give --yes to send 33 passages of 3"),
        (["--llm", "http://127.0.0.1:1", "--model", "m", "-o", "x.jsonl", "--retries", "0"], 1, "gave no answer"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    words: list[str], code: int, told: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = finished(["suggest", str(corpus), *words])
    assert status == code and told in " ".join(said.replace("│", " ").split())
    assert "Traceback" not in said and not (tmp_path / "x.jsonl").exists()


def test_a_dry_run_needs_no_endpoint_and_tells_what_it_would_take(corpus: Path) -> None:
    done = CliRunner().invoke(app, ["suggest", str(corpus), "--dry-run", "--price-in", "1"])
    assert done.exit_code == 0 and "To ask: 33 questions" in done.stderr and "At the prices given" in done.stderr


def test_inputs_or_passages_that_failed_give_exit_code_3(
    serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "leeg.pdf").write_bytes(b"")
    assert CliRunner().invoke(app, command(serve(), corpus, tmp_path / "a.jsonl")).exit_code == 3
    (corpus / "leeg.pdf").unlink()
    server = serve(lambda number, body: scripted.Step(status=400, body=b"te lang") if number == 5 else None)
    done = CliRunner().invoke(app, command(server, corpus, tmp_path / "b.jsonl"))
    assert done.exit_code == 3 and "Failures, in rows: 1 no_answer." in done.stderr
    done = CliRunner().invoke(app, command(serve(), corpus, tmp_path / "c.jsonl", "--budget-tokens", "0"))
    assert done.exit_code == 3 and "33 over_budget" in done.stderr


@pytest.mark.parametrize("how", ["fine", "refused", "down", "echo"])
def test_the_key_appears_nowhere(
    how: str, serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path
) -> None:
    def script(number: int, body: dict[str, Any]) -> Any:
        if how == "refused":
            return scripted.Step(status=401, body=f'{{"error": {{"message": "wrong key {KEY}"}}}}'.encode())
        if how == "echo":
            return scripted.Step(body=scripted.completion(f"Je sleutel is {KEY}."))
        return None

    server = serve(script)
    if how == "down":
        server.close()
    words = command(server, corpus, tmp_path / "uit.jsonl", "--retries", "0", "--key-env", "MIJN_SLEUTEL")
    status, said = finished(words, MIJN_SLEUTEL=KEY)
    assert status == {"fine": 0, "refused": 1, "down": 1, "echo": 0}[how], said
    assert KEY not in said and "Traceback" not in said
    if how != "down":
        assert server.requests[0][1]["Authorization"] == f"Bearer {KEY}"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not any(KEY.encode() in path.read_bytes() for path in files)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_on_a_terminal_it_asks_once_before_texts_leave(serve: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    import pty

    server, out = serve(), tmp_path / "uit.jsonl"  # it is reached as a proxy would be, under another name
    words = command("http://llm.elzenbroek.example", corpus, out)
    environment = {"http_proxy": server.url, "no_proxy": "", "NO_PROXY": ""}

    def on_terminal(answer: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        own = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
        process = subprocess.Popen(
            [sys.executable, "-m", "scheidslijn", *words],
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            env=own,
        )
        os.close(theirs)
        os.write(ours, answer.encode())
        said = b""
        with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
            while part := os.read(ours, 4096):
                said += part
        os.close(ours)
        return process.wait(60), said.decode("utf-8", "replace")

    status, said = on_terminal("n\n")
    assert (
        status == 1 and "This sends 33 passages of 3 documents to llm.elzenbroek.example (unencrypted). Go on?" in said
    )
    assert not server.requests and not out.exists()
    status, said = finished(words, **environment)
    assert status == 1 and "give --yes" in said and not server.requests
    status, said = on_terminal("y\n")
    assert status == 0 and "Wrote 33 rows" in said and "\x1b[K" in said
    assert {path for path, _, _ in server.requests} == {"http://llm.elzenbroek.example/v1/chat/completions"}
    out.unlink()
    (tmp_path / ".uit.jsonl.answers" / "answers.sqlite").unlink()
    status, said = finished(words, **environment)  # the yes was for these passages and this host
    assert status == 0 and out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_run_that_is_broken_off_ends_at_once_and_says_that_nothing_is_lost(
    serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path
) -> None:
    server = serve(lambda number, body: scripted.Step(delay=60) if number > 3 else None)
    process = start(command(server, corpus, tmp_path / "uit.jsonl"))
    while len(server.requests) < 6:
        time.sleep(0.01)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert time.monotonic() - began < 20 and process.returncode == 130
    assert "Broken off; what was answered is kept" in said and "Traceback" not in said


# --------------------------------------------------------------------------------------- kill -9 and resume


def bumpy(scripted: ModuleType) -> Callable[[int, dict[str, Any]], Any]:
    """Answers that go by the passage alone, some of them unreadable at first; the network fails now and then."""

    def script(number: int, body: dict[str, Any]) -> Any:
        said = body["messages"][-1]["content"]
        if number % 9 == 4:
            return scripted.Step(status=503, headers={"Retry-After": "0.05"}, body=b"", delay=0.01)
        if "plan 1" in said and "woningen" in said and "vorige antwoord" not in said:
            return scripted.Step(body=scripted.completion("Dit gaat over wonen."), delay=0.02)
        if "een baan" in said:
            return scripted.Step(body=scripted.completion(scripted.coded(body)[:-9]), delay=0.02)
        return scripted.Step(delay=0.02)

    return script


def killed_again_and_again(
    points: list[int], serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path
) -> tuple[int, int]:
    """Kill runs when so many requests have come, and go on; return the requests of the whole run and of all others."""
    more = ("--concurrency", "3", "--retries", "8")
    whole, out = serve(bumpy(scripted)), tmp_path / "heel.jsonl"
    status, said = finished(command(whole, corpus, out, *more))
    assert status == 0, said
    server, broken = serve(bumpy(scripted)), tmp_path / "stuk.jsonl"
    words = command(server, corpus, broken, *more)
    for point in points:
        before = len(server.requests)
        process = start(words)
        while process.poll() is None and len(server.requests) < before + point:
            time.sleep(0.002)
        time.sleep(random.Random(point).random() * 0.03)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if broken.exists():  # it was done before it was killed
            assert broken.read_bytes() == out.read_bytes()
            broken.unlink()
    status, said = finished(words)
    assert status == 0, said
    assert broken.read_bytes() == out.read_bytes()
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")]
    return len(whole.requests), len(server.requests)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path
) -> None:
    whole, pieces = killed_again_and_again([1, 9, 14], serve, scripted, corpus, tmp_path)
    assert pieces <= whole + 3 * 3 + 5  # only what was on its way is asked twice: three threads a kill, and some faults


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_fifty_killed_runs(serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path) -> None:
    chance = random.Random(9)
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        points = [chance.randint(0, 12) for _ in range(5)]
        killed_again_and_again(points, serve, scripted, corpus, folder)


@pytest.mark.skipif(sys.platform == "win32", reason="two processes on one file")
def test_two_runs_at_once_share_their_answers(
    serve: Callable[..., Any], scripted: ModuleType, corpus: Path, tmp_path: Path
) -> None:
    def moody(number: int, body: dict[str, Any]) -> Any:
        answer = json.loads(scripted.coded(body))
        for item in answer.get("rol", []):
            item["code"] = ("ambitie", "interventie", "overig")[number % 3]
        return scripted.Step(body=scripted.completion(json.dumps(answer)), delay=0.02)

    server = serve(moody)
    outs = [tmp_path / "een.jsonl", tmp_path / "twee.jsonl"]
    runs = [start(command(server, corpus, out, "--cache", str(tmp_path / "c"))) for out in outs]
    assert [run.communicate(timeout=120) and run.returncode for run in runs] == [0, 0]
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_the_page_on_suggest_names_every_option_and_every_failure() -> None:
    page = (Path(__file__).parents[2] / "docs" / "suggest.md").read_text("utf-8")
    options = {
        option
        for parameter in typer.main.get_command(app).commands["suggest"].params  # type: ignore[attr-defined]
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--") and option != "--help"
    }
    assert not {option for option in options if f"`{option}" not in page}
    assert not {kind for kind in FAILURE_KINDS if f"`{kind}`" not in page}
    named = set(re.findall(r"`(--[a-z-]+)", page))
    assert named <= options, named - options

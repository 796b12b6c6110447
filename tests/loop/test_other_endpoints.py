"""The same tiny model behind the servers of others: llama.cpp's, with its own grammar, and `transformers serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scheidslijn.assist.asking import ask_all
from scheidslijn.assist.prompting import make_prompt
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.wire import Endpoint
from scheidslijn.codebook import Codebook
from scheidslijn.passage import Passage

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools" / "tutorial"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, seconds: float) -> Iterator[str]:
    """A server as a process of its own, once it answers."""
    url = f"http://127.0.0.1:{port}"
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until and running.poll() is None:
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + "/health", timeout=5):
                    break
            except urllib.error.HTTPError:
                pass  # it is still loading
            except OSError:
                pass
            time.sleep(0.1)
        assert running.poll() is None, f"{command} ended with {running.returncode}"
        yield url
    finally:
        running.kill()
        running.wait()


def asked(
    url: str, model: str, book: Codebook, passages: list[Passage], **more: Any
) -> tuple[list[Suggestion], list[str]]:
    notes: list[str] = []
    end = Endpoint(url, model, max_tokens=200, **more)
    found = ask_all(
        make_prompt(book), passages, end, cache=None, concurrency=2,
        on_event=lambda event: notes.append(event.text) if event.kind == "note" else None,
    )  # fmt: skip
    return list(found), notes


def said(suggestions: list[Suggestion]) -> list[Any]:
    return [(one.codes, one.partly, one.evidence) for one in suggestions]


@pytest.fixture(scope="module")
def ours(endpoint: Any, book: Codebook, passages: list[Passage]) -> list[Any]:
    """What the model says behind our own endpoint."""
    return said(asked(endpoint.url, "oefenmodel", book, passages)[0])


def test_llama_cpp_forces_the_schema_and_says_the_same(
    serve: ModuleType, book: Codebook, passages: list[Passage], ours: list[Any], tmp_path: Path
) -> None:
    pytest.importorskip("xllamacpp")
    pytest.importorskip("gguf")
    import make_gguf

    make_gguf.write_gguf(serve.PRACTICE_MODEL, tmp_path / "oefenmodel.gguf")
    port = free_port()
    command = [sys.executable, str(TOOLS / "serve_llama_cpp.py"), str(tmp_path / "oefenmodel.gguf"), str(port)]
    with started(command, port, 60) as url:
        found, notes = asked(url, "oefenmodel", book, passages, structured="json_schema")
        few = passages[:4]
        chance, _ = asked(url, "oefenmodel", book, few, structured="json_schema", temperature=3.0)
    assert notes == []
    same = sum(one == other for one, other in zip(said(found), ours, strict=True))
    assert same >= 0.95 * len(passages)  # two implementations of the same sums round otherwise
    assert not any(failure.kind == "unreadable" for one in found for failure in one.failures)
    for one, passage in zip([*found, *chance], [*passages, *few], strict=True):
        assert all(passage.text[own.start : own.end] == own.quote for own in one.evidence)


@pytest.mark.slow
def test_transformers_serve_is_read_strictly(
    serve: ModuleType, book: Codebook, passages: list[Passage], ours: list[Any]
) -> None:
    """It passes over `response_format`, so this is the way without structured output.

    Needs fastapi, uvicorn and openai; SCHEIDSLIJN_SERVING_PYTHON names a Python that has them, where this one has not.
    """
    python = os.environ.get("SCHEIDSLIJN_SERVING_PYTHON", sys.executable)
    needed = "import fastapi, uvicorn, openai, transformers"
    if subprocess.run([python, "-c", needed], capture_output=True).returncode != 0:
        pytest.skip("fastapi, uvicorn and openai are not installed")
    port = free_port()
    run = "from transformers.cli.transformers import main; main()"
    command = [
        python, "-c", run, "serve", str(serve.PRACTICE_MODEL),
        "--host", "127.0.0.1", "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    with started(command, port, 180) as url:
        found, _ = asked(url, str(serve.PRACTICE_MODEL), book, passages)
    same = sum(one == other for one, other in zip(said(found), ours, strict=True))
    assert same >= 0.9 * len(passages)  # unforced, a few answers have another form

"""The local endpoint with its tiny model, and the tutorial's runner: the modules of `tools/tutorial`."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.passage import Passage

ROOT = Path(__file__).resolve().parents[2]
MATERIAL = ROOT / "docs" / "tutorial"


def _module(name: str) -> ModuleType:
    folder = str(ROOT / "tools" / "tutorial")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


@pytest.fixture(scope="session")
def decoding() -> ModuleType:
    pytest.importorskip("llguidance")
    return _module("decoding")


@pytest.fixture(scope="session")
def serve() -> ModuleType:
    pytest.importorskip("llguidance")
    return _module("serve")


@pytest.fixture(scope="session")
def tour() -> ModuleType:
    pytest.importorskip("llguidance")
    return _module("tour")


@pytest.fixture(scope="session")
def practice(decoding: ModuleType, serve: ModuleType) -> Any:
    """The practice model, decoding for real."""
    return decoding.Decoder.load(serve.PRACTICE_MODEL)


@pytest.fixture(scope="session")
def endpoint(practice: Any, serve: ModuleType) -> Iterator[Any]:
    """The practice model behind HTTP."""
    server = serve.Server(practice).start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def book() -> Codebook:
    return load_codebook(MATERIAL / "codeboek")


@pytest.fixture(scope="session")
def people() -> list[dict[str, Any]]:
    """What people decided on the tutorial's passages."""
    return [json.loads(line) for line in (MATERIAL / "people.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def passages(people: list[dict[str, Any]]) -> list[Passage]:
    """Every sixth passage of the tutorial."""
    return [
        Passage(f"p{number}", row["document"], None, row["text"], heading=("Kop",))
        for number, row in enumerate(people[::6])
    ]

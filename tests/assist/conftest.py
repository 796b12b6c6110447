"""The scripted server, and passages to ask about."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from scheidslijn.passage import Passage


@pytest.fixture(scope="session")
def scripted() -> ModuleType:
    """The helpers of `scripted.py`, which the importlib mode of pytest does not find by itself."""
    if "scripted" not in sys.modules:
        spec = importlib.util.spec_from_file_location("scripted", Path(__file__).parent / "scripted.py")
        assert spec is not None and spec.loader is not None
        sys.modules["scripted"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["scripted"])
    return sys.modules["scripted"]


@pytest.fixture
def serve(scripted: ModuleType) -> Iterator[Callable[..., object]]:
    """Starts scripted servers, and stops them after the test."""
    started = []

    def start(script: object = None) -> object:
        started.append(scripted.Scripted(script))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="session")
def passages() -> list[Passage]:
    """Passages about invented municipalities."""
    towns = ("Elzenbroek", "Waterrade", "Duinhorst", "Kempenrode")
    things = ("een school", "honderd woningen", "zorg dichtbij", "een baan voor iedereen", "een plan", "rust")
    made = [f"{town} wil {thing}, vóór {2026 + number}." for town in towns for number, thing in enumerate(things)]
    return [
        Passage(f"p{number}", f"akkoord {number % 3}", number // 4 + 1, text, heading=("Samen", f"Deel {number % 5}"))
        for number, text in enumerate(made)
    ]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A document with headings, and a table with a row that is empty."""
    folder = tmp_path / "akkoorden"
    folder.mkdir()
    lines = [
        "# Wonen",
        "Elzenbroek bouwt 300 woningen.",
        "Er komt een school.",
        "# Zorg",
        "Waterrade houdt zorg dichtbij.",
    ]
    (folder / "akkoord.md").write_text("\n\n".join(lines) + "\n", "utf-8")
    rows = [
        "text,gemeente",
        "Duinhorst zoekt een baan voor iedereen.,Duinhorst",
        "Wij willen rust.,Kempenrode",
        ",leeg",
    ]
    (folder / "rijen.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder

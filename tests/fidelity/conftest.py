"""A real server on loopback with a scripted coder behind it, and the test run against it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scheidslijn.assist.asking import ask_all
from scheidslijn.assist.wire import Endpoint
from scheidslijn.fidelity.goldset import choose, gold_for_test
from scheidslijn.fidelity.job import run_test
from scheidslijn.fidelity.plan import Choices, make_plan
from scheidslijn.fidelity.verdict import Verdict

HERE = Path(__file__).parent


def _module(name: str, path: Path) -> ModuleType:
    """Helpers beside the tests, which the importlib mode of pytest does not find by itself."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def behaviours() -> ModuleType:
    return _module("behaviours", HERE / "behaviours.py")


@pytest.fixture(scope="session")
def serving() -> Iterator[Callable[..., Any]]:
    """Starts servers with a script, and stops them at the end."""
    scripted, started = _module("scripted", HERE.parent / "assist" / "scripted.py"), []

    def start(make: Callable[[Any, Any], Any]) -> Any:
        started.append(scripted.Scripted(make(scripted.Step, scripted.completion)))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="session")
def tested(behaviours: ModuleType, serving: Callable[..., Any]) -> Any:
    """Runs the codebook test on a coder of `behaviours`, through the real asking code, and keeps the verdict."""
    made: dict[str, Verdict] = {}

    def run(coder: str, *, codings: Any = None, misquotes: int = 0, **choices: Any) -> Verdict:
        choices = {"passages": 30, "shuffles": 1, "exclusion": 8} | choices
        name = f"{coder}{misquotes}{choices}{id(codings) if codings else ''}"
        if name not in made:
            own = codings or behaviours.codings()
            known = behaviours.lookup(own)
            script = partial(behaviours.script, getattr(behaviours, coder), known, misquotes=misquotes)
            server = serving(script)
            end = Endpoint(server.url, coder)
            gold = choose(gold_for_test(own, behaviours.BOOK), choices["passages"])
            plan = make_plan(behaviours.BOOK, gold, Choices(**choices))

            def ask(prompt: Any, passages: Any, repeat: int) -> Any:
                return ask_all(prompt, passages, end, cache=None, repeat=repeat)

            made[name] = run_test(plan, ask, sources=("goud.jsonl",))
        return made[name]

    return run

"""Passages of invented municipalities to code, suggestions for them, and the page in a process or in a thread."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scheidslijn.assist.values import Evidence, Suggestion
from scheidslijn.assist.writing import row_line, suggestion_row
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.page import Page, data_of
from scheidslijn.codingpage.server import CodingServer
from scheidslijn.codingpage.session import Rules, Session
from scheidslijn.codingpage.sheet import make_sheet
from scheidslijn.codingpage.store import CodesFile
from scheidslijn.passage import Passage

TEXTS = (
    "Elzenbroek bouwt 200 betaalbare huurwoningen voor starters.",
    "Waterrade wil dat elk kind met een ontbijt naar school gaat.",
    "In Duinhorst is een op de zes ouderen eenzaam.",
    "Kempenrode stelt twee jongerenwerkers aan voor de avonden.",
    "De raad van Elzenbroek stelt het verslag vast.",
    "Waterrade organiseert per wijk twee buurtmaaltijden per jaar.",
    "Duinhorst verhoogt de subsidie voor de dorpshuizen.",
)
ONE = {"thema": ["onderwijs"], "scheidslijn": [], "uitwerking": ["geen"], "rol": ["ambitie"], "verbinding": []}
BOOK = load_codebook("sociale-tweedeling")


def passages(texts: Sequence[str] = TEXTS) -> list[Passage]:
    """Passages with ids as our reading gives them, four on a page, of two documents."""
    found = []
    for n, text in enumerate(texts):
        name, prefix = ("akkoord.pdf", "aaaaaaaa") if n < 4 else ("plan.pdf", "bbbbbbbb")
        found.append(Passage(f"{prefix}-p003-{n % 4 + 1:02d}", name, 3, text, heading=("Samen leven", "Wonen")))
    return found


def suggestion(passage: Passage, **codes: tuple[str, ...]) -> Suggestion:
    """A suggestion whose evidence is the first word of the passage."""
    end = len(passage.text.split()[0])
    keys = [f"{name}.{code}" for name, own in codes.items() for code in own]
    evidence = tuple(Evidence(key, passage.text[:end], 0, end) for key in keys)
    return Suggestion(passage, codes, evidence=evidence, coder="llm:klein", model="klein", prompt="0" * 12,
                      codebook=BOOK.label)  # fmt: skip


def write_suggestions(path: Path, made: Sequence[Suggestion]) -> Path:
    path.write_text("".join(row_line(suggestion_row(one, BOOK)) for one in made), "utf-8")
    return path


def write_sheet(path: Path, given: Sequence[Passage], **more: object) -> Path:
    rows = [
        {"passage_id": one.passage_id, "document": one.document, "page": one.page, "heading": list(one.heading),
         "kind": one.kind, "text": one.text, **more}
        for one in given
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def session_of(
    file: CodesFile, texts: Sequence[str] = TEXTS, *, made: Sequence[Suggestion] = (), book: Codebook = BOOK,
    **rules: Any,
) -> Session:  # fmt: skip
    return Session(make_sheet(passages(texts), book).items, book, Rules(book.dimensions, **rules), file,
                   Suggestions(made))  # fmt: skip


class Client:
    """Asks a served page as the page itself does, unless told otherwise."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.host, self.path = re.fullmatch(r"http://([^/]+)(/.*)", url).groups()  # type: ignore[union-attr]
        self.origin = f"http://{self.host}"

    def ask(self, path: str, body: object = None, headers: Mapping[str, str] | None = None, *, method: str = "",
            raw: bytes | None = None) -> tuple[int, Any, Mapping[str, str]]:  # fmt: skip
        """Status, JSON (or bytes), headers."""
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        own = {} if content is None else {"Content-Type": "application/json", "Origin": self.origin}
        connection = http.client.HTTPConnection(self.host, timeout=20)
        try:
            target = path if path.startswith("/") else self.path + path
            connection.request(method or ("GET" if content is None else "POST"), target, content,
                               {**own, **(headers or {})})  # fmt: skip
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status, json.loads(data) if is_json else data, answer.headers


@pytest.fixture
def served(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """`client`, `session`, `server` and `path` of a page in this process."""
    path = tmp_path / "anna.jsonl"
    with CodesFile(path, "anna") as file:
        session = session_of(file, made=[suggestion(passages()[0], thema=("ruimte_wonen",), rol=("interventie",))])
        data = data_of(BOOK, BOOK.dimensions, "nl", coder="anna", title="proef", commands=[], out="anna.jsonl",
                       adjudicating=False, log_time=False, suggests=True)  # fmt: skip
        with CodingServer(session, Page(data)) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            yield SimpleNamespace(client=Client(server.url), session=session, server=server, path=path)
            server.shutdown()
            thread.join()


class Running:
    """`scheidslijn code` in a process of its own."""

    def __init__(self, *args: str | Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scheidslijn", "code", *map(str, args), "--no-browser"],
            stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        self.lines: list[str] = []
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            if found := re.search(r"http://\S+", line):
                self.url = found[0]
                self.client = Client(self.url)
                return
        raise AssertionError("\n".join(self.lines))

    def stop(self, how: int = signal.SIGINT) -> tuple[int, str]:
        """Exit code, and what it said at the end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        said = self.process.communicate(timeout=60)[1]
        return self.process.returncode, said


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts `scheidslijn code` with arguments; what still runs at the end is killed."""
    running: list[Running] = []

    def started(*args: str | Path) -> Running:
        running.append(Running(*args))
        return running[-1]

    yield started
    for one in running:
        one.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def kit() -> SimpleNamespace:
    """The helpers of this file, which tests cannot import."""
    return SimpleNamespace(
        book=BOOK, texts=TEXTS, one=ONE, passages=passages, suggestion=suggestion, session_of=session_of,
        write_sheet=write_sheet, write_suggestions=write_suggestions, Client=Client,
    )  # fmt: skip

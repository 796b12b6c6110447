"""Finished work by document, kept under what it depends on: content, name, model, codebook and options."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from scheidslijn.batch.store import Store
from scheidslijn.deciding import label_passages
from scheidslijn.errors import OutputError, ReadingError
from scheidslijn.labellers.base import Labeller
from scheidslijn.onefile import Facts
from scheidslijn.passage import Passage
from scheidslijn.tables import columns_of, row_of
from scheidslijn.tables.writing import widest

RUN = "run.json"
LOCK_SECONDS = 2.0
"""How long a run waits for the lock: when one is killed while it starts a process, that process holds it a moment."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is known of a file of labelled rows.

    Attributes:
        rows, size: their number, and bytes.
        sha256: of the file.
        extra: columns of the input with their type, see `tables.writing.widest`.
        longest: characters of the longest text.
    """

    rows: int
    size: int
    sha256: str
    extra: Mapping[str, str] = field(default_factory=dict)
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A document that is finished.

    Attributes:
        chunks: its files of rows, in order; none when it could not be read.
        problems: source, fault and remedy of what could not be read.
        format, pages, notes: as in `onefile.Facts`; format "" when it could not be read.
    """

    chunks: tuple[Chunk, ...] = ()
    problems: tuple[tuple[str, str, str], ...] = ()
    format: str = ""
    pages: int = 0
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of passages."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def read(self) -> bool:
        """Whether it was read to its end."""
        return bool(self.format)


def run_facts(labeller: Labeller, engine: str, *, ocr: bool, document_bytes: int) -> dict[str, Any]:
    """Everything beside a document itself that its rows depend on."""
    from scheidslijn import __version__

    book = labeller.codebook
    return {
        "scheidslijn": __version__, "model": labeller.version, "engine": engine, "codebook": book.label,
        "codebook_sha256": hashlib.sha256(repr(book).encode("utf-8")).hexdigest(),
        "decision_sha256": hashlib.sha256(repr(labeller.decision).encode("utf-8")).hexdigest(),
        "ocr": ocr, "document_bytes": document_bytes,
    }  # fmt: skip


def run_digest(facts: Mapping[str, Any]) -> str:
    """Twenty hexadecimal digits that name a run by its facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode("utf-8")).hexdigest()[:20]


def document_key(run: str, name: str, sha256: str) -> str:
    """The key of a document: the digest of its run, name and content, 40 hexadecimal digits."""
    return hashlib.sha256(f"{run}\0{name}\0{sha256}".encode()).hexdigest()[:40]


def labelled_chunk(labeller: Labeller, passages: Sequence[Passage]) -> tuple[bytes, Chunk]:
    """Label passages; return their rows as JSON lines, and what is known of them."""
    lines: list[str] = []
    extra: dict[str, str] = {}
    longest = 0
    known = {column.name for column in columns_of(labeller.codebook)}
    for labelled in label_passages(labeller, passages):
        row = row_of(labelled, labeller.codebook)
        for name, value in row.items():
            if name not in known:
                extra[name] = widest(extra.get(name), value)
            if isinstance(value, str):
                longest = max(longest, len(value))
        lines.append(json.dumps(row, ensure_ascii=False))
    content = "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")
    return content, Chunk(len(lines), len(content), hashlib.sha256(content).hexdigest(), extra, longest)


class Work:
    """The finished work of one run in a store."""

    def __init__(self, store: Store, facts: Mapping[str, Any]) -> None:
        self.store, self.facts, self.run = store, dict(facts), run_digest(facts)

    def begin(self) -> str:
        """Make the store that of this run; return what changed since the run that was there, "" when nothing.

        Work of another run is removed, as its keys will never be asked for again.
        """
        known = self.store.read(RUN)
        before = json.loads(known) if known else {}
        if before == self.facts:
            return ""
        changed = [f"{key} {before[key]} → {value}" for key, value in self.facts.items()
                   if key in before and before[key] != value]  # fmt: skip
        self.store.clear()
        self.store.write(RUN, json.dumps(self.facts, indent=1).encode("utf-8"))
        return ", ".join(one for one in changed if "sha256" not in one) or (", ".join(changed) if before else "")

    def write_chunk(self, key: str, number: int, content: bytes) -> None:
        """Keep one file of rows."""
        self.store.write(chunk_name(key, number), content)

    def finish(self, key: str, done: Done) -> None:
        """Keep what is known of a document; from now on it is finished."""
        self.store.write(done_name(key), json.dumps(asdict(done), ensure_ascii=False).encode("utf-8", "surrogatepass"))

    def chunk_there(self, key: str, number: int, chunk: Chunk) -> bool:
        """Whether a file of rows is there in full length."""
        return self.store.size(chunk_name(key, number)) == chunk.size

    def find(self, key: str) -> Done | None:
        """What is known of a finished document, or None when it is not finished or a file of it is gone."""
        content = self.store.read(done_name(key))
        if content is None:
            return None
        try:
            done = _done(json.loads(content))
        except (ValueError, KeyError, TypeError):
            return None
        whole = all(self.chunk_there(key, number, chunk) for number, chunk in enumerate(done.chunks))
        return done if whole else None

    def rows(self, key: str, done: Done) -> Iterator[dict[str, Any]]:
        """The rows of a finished document, in order.

        Raises:
            OutputError: a file of rows was altered.
        """
        for number, chunk in enumerate(done.chunks):
            content = self.store.read(chunk_name(key, number)) or b""
            if hashlib.sha256(content).hexdigest() != chunk.sha256:
                place = f"{self.store.root}/{chunk_name(key, number)}"
                raise OutputError(f"{place}: was altered; remove it and run the same command again")
            for line in content.splitlines():
                yield json.loads(line)


def chunk_name(key: str, number: int) -> str:
    """Name of a file of rows."""
    return f"parts/{key[:2]}/{key}.{number:06d}.jsonl"


def done_name(key: str) -> str:
    """Name of the file that says that a document is finished."""
    return f"parts/{key[:2]}/{key}.json"


def as_done(facts: Facts | None, chunks: Sequence[Chunk], problems: Sequence[ReadingError]) -> Done:
    """Put together what is known of a document."""
    told = tuple((one.source, one.fault, one.remedy) for one in problems)
    if facts is None:
        return Done((), told)
    return Done(tuple(chunks), told, facts.format, facts.pages, facts.notes)


def _done(known: dict[str, Any]) -> Done:
    chunks = tuple(Chunk(**one) for one in known["chunks"])
    problems = tuple((str(a), str(b), str(c)) for a, b, c in known["problems"])
    return Done(chunks, problems, known["format"], known["pages"], tuple(known["notes"]))


def _hold(file: IO[str]) -> bool:
    """Take the lock of a file, and say whether it could be had."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class Lock:
    """Keeps a second run out of a folder; the system takes it off when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def __enter__(self) -> Lock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a")
        except OSError as error:
            raise OutputError(f"{self._path.parent}: cannot be made ({error.strerror}); choose --work DIR") from error
        until = time.monotonic() + LOCK_SECONDS
        while not _hold(self._file):
            if time.monotonic() > until:
                self._file.close()
                raise OutputError(
                    f"{self._path.parent}: another run is at work there; wait for it, or give another output or "
                    "--work DIR"
                )
            time.sleep(0.05)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

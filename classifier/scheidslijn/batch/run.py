"""One run: every input that is not finished is read, labelled and kept; the order of the work does not matter."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from scheidslijn.batch.pool import LabellingFailed, Pool
from scheidslijn.batch.telling import Telling
from scheidslijn.batch.work import Chunk, Done, Work, as_done, document_key
from scheidslijn.errors import ReadingError
from scheidslijn.onefile import Facts, Limits, Outcome
from scheidslijn.sources import Source
from scheidslijn.workers import PROCESS_ENDED, TOO_LONG, read_all


@dataclass(slots=True)
class Input:
    """One input of a run.

    Attributes:
        source: the file.
        size: bytes; 0 when unknown.
        sha256: of its content, "" when it cannot be read.
        key: under which its work is kept, "" without content.
        done: what is known of it when it is finished.
        known: whether it was finished before this run began.
        passed_over: why it is not labelled ("unchanged", "older"), or "".
    """

    source: Source
    size: int = 0
    sha256: str = ""
    key: str = ""
    done: Done | None = None
    known: bool = False
    passed_over: str = ""


def look_up(sources: Iterable[Source], work: Work) -> list[Input]:
    """Hash the inputs, and find what is finished already."""
    return [look_at(source, work) for source in sources]


def look_at(source: Source, work: Work) -> Input:
    """Hash an input, and find it where it is finished already."""
    one = Input(source)
    with suppress(OSError):  # reading it will say why it cannot be read
        with source.path.open("rb") as file:
            one.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        one.size = source.path.stat().st_size
        one.key = document_key(work.run, source.name, one.sha256)
        one.done = work.find(one.key)
        one.known = one.done is not None
    return one


@dataclass(slots=True)
class _Open:
    """A document at work."""

    one: Input
    chunks: list[Future[Chunk]] = field(default_factory=list)
    problems: list[ReadingError] = field(default_factory=list)
    facts: Facts | None = None
    ended: bool = False

    @property
    def complete(self) -> bool:
        return self.ended and all(chunk.done() for chunk in reversed(self.chunks))


def run_inputs(
    inputs: Sequence[Input], work: Work, pool: Pool, limits: Limits, telling: Telling,
    *, ocr: bool = True, readers: int = 1,
) -> None:  # fmt: skip
    """Read and label every input that is neither finished nor passed over, and fill in its `done`.

    Args:
        readers: processes that read.

    Raises:
        OutputError: work cannot be kept, as the disk is full; what is finished stays.
    """
    waiting = [one for one in inputs if one.done is None and not one.passed_over]
    by_name = {one.source.name: one for one in waiting}
    at_work: dict[str, _Open] = {}
    pending: set[Future[Chunk]] = set()
    most = max(2, 3 * pool.workers)
    for name, outcome in _outcomes([one.source for one in waiting], limits, ocr, readers):
        at = at_work.setdefault(name, _Open(by_name[name]))
        if outcome is None:
            at.ended = True
        else:
            at.problems += outcome.problems
            at.facts = outcome.facts or at.facts
            if outcome.passages:
                at.chunks.append(pool.submit(at.one.key, len(at.chunks), outcome.passages))
                pending.add(at.chunks[-1])
                telling.read(len(outcome.passages))
        pending = {chunk for chunk in pending if not chunk.done()}
        while len(pending) > most:
            pending = wait(pending, return_when=FIRST_COMPLETED).not_done
        # only documents at work are looked at: a look at all that wait would cost the square of their number
        for other in [name for name, one in at_work.items() if one.complete]:
            _finish(at_work.pop(other), work, telling)
    for at in at_work.values():
        wait(at.chunks)
        _finish(at, work, telling)


def _finish(at: _Open, work: Work, telling: Telling) -> None:
    """Keep a document whose chunks are all there; one that this machine failed on is tried again by the next run."""
    one, chunks = at.one, []
    passing = any(problem.fault.startswith((TOO_LONG, PROCESS_ENDED)) for problem in at.problems)
    for future in at.chunks:
        try:
            chunks.append(future.result())
        except LabellingFailed as error:
            remedy = "run the same command again, or report this file to the makers of scheidslijn"
            at.problems, at.facts, passing = (
                [ReadingError(one.source.name, f"was not labelled: {error}", remedy)],
                None,
                True,
            )
            break
    one.done = as_done(at.facts, chunks, at.problems)
    if one.key and not passing:
        work.finish(one.key, one.done)
    telling.finished(one.source.name, one.size, one.done)


def _outcomes(
    sources: Sequence[Source], limits: Limits, ocr: bool, readers: int
) -> Iterator[tuple[str, Outcome | None]]:
    """Yield what reading gives, with the name of its source, and None after the last of a source."""
    if readers <= 1 or len(sources) < 2:
        yield from _read(sources, limits, ocr)
        return
    found: queue.Queue[tuple[str, Outcome | None] | BaseException | None] = queue.Queue(2 * readers)
    shared, lock, stop = iter(sources), threading.Lock(), threading.Event()

    def taken() -> Iterator[Source]:
        while not stop.is_set():
            with lock:
                source = next(shared, None)
            if source is None:
                return
            yield source

    def put(one: Any) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                found.put(one, timeout=0.5)
                return

    def serve() -> None:
        try:
            for one in _read(taken(), limits, ocr):
                put(one)
                if stop.is_set():
                    return
            put(None)
        except BaseException as error:  # crosses to the thread that consumes
            put(error)

    threads = [threading.Thread(target=serve, daemon=True) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        running = readers
        while running:
            one = found.get()
            if isinstance(one, BaseException):
                raise one
            if one is None:
                running -= 1
            else:
                yield one
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)


def _read(sources: Iterable[Source], limits: Limits, ocr: bool) -> Iterator[tuple[str, Outcome | None]]:
    last = ""
    for outcome in read_all(sources, limits, ocr=ocr):
        if last and outcome.source.name != last:
            yield last, None
        last = outcome.source.name
        yield last, outcome
    if last:
        yield last, None

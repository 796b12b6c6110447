"""The verb `queue` as a plain function: read, choose, write, advise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.annotations.columns import DEFAULT as USUAL
from scheidslijn.annotations.columns import load_columns
from scheidslijn.annotations.problems import problem_lines
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.frame import Frame, codebook_for, read_frame, without_documents
from scheidslijn.queueing.choosing import Queue, choose
from scheidslijn.queueing.doubt import Said, said_of
from scheidslijn.queueing.lot import earlier_draw, of_other_draws
from scheidslijn.queueing.mix import DEFAULT, Route
from scheidslijn.queueing.pool import Pool, make_pool
from scheidslijn.queueing.sheet import queue_columns, queue_rows
from scheidslijn.queueing.telling import queue_lines
from scheidslijn.splits import read_split
from scheidslijn.tables import Column, TableWriter
from scheidslijn.training.inputs import texts_of

Tell = Callable[[str], None]
KINDS = {"page": "int", "inclusion_probability": "float"}


@dataclass(frozen=True, slots=True)
class QueueJob:
    """What `queue` was asked; see its options.

    Attributes:
        seed: None takes the seed of the draw that the coded passages come from, so that it goes on.
    """

    labelled: str
    out: str = ""
    number: int = 100
    coded: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    split: Path | None = None
    mix: Mapping[Route, float] = field(default_factory=lambda: dict(DEFAULT))
    seed: int | None = None
    cap: int = 0
    texts: tuple[str, ...] = ()
    columns: Path | None = None
    codebook: str = ""
    force: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What a queue is made from.

    Attributes:
        pool: what may be queued.
        coded: all codings of people.
        said: what a language model said, where it was asked.
        tested: documents that are kept for testing.
    """

    pool: Pool
    codebook: Codebook
    coded: Codings
    said: Said | None
    tested: frozenset[str]


def read_all(job: QueueJob, tell: Tell) -> Read:
    """Read the labelled corpus, what was coded, and what was suggested.

    Raises:
        ScheidslijnError: anything that stops it, in one line.
    """
    codebook = codebook_for(Path(job.labelled), job.codebook)
    frame = read_frame(Path(job.labelled), codebook)
    for problem in frame.problems[:5]:
        tell(f"Left out: {problem}")
    coded = _codings(job.coded, job, codebook, tell)
    tested, apart = _kept_apart(job, frame, coded.codings)
    frame = without_documents(frame, tested)
    said = None
    if job.suggestions:
        found = [one for one in _codings(job.suggestions, job, codebook, tell).codings if one.machine]
        if not found:
            raise ScheidslijnError(f"{job.suggestions[0]}: holds no suggestions; give what `scheidslijn suggest` wrote")
        said = said_of(frame, found, codebook)
    return Read(make_pool(frame, coded.codings, codebook, apart), codebook, coded, said, tested)


def run_queue(job: QueueJob, tell: Tell, read: Read | None = None) -> Queue:
    """Choose what to code next, and write it as a sheet.

    Args:
        read: what `read_all` gave, where it was read already.

    Raises:
        ScheidslijnError: anything that stops it, in one line.
    """
    read = read or read_all(job, tell)
    seed, before = earlier_draw(read.coded.codings, job.seed)
    queue = choose(read.pool, read.codebook, job.number, job.mix, said=read.said, seed=seed, before=before, cap=job.cap)
    columns = tuple(Column(name, KINDS.get(name, "text")) for name in queue_columns(read.codebook))  # type: ignore[arg-type]
    with TableWriter(job.out, columns, force=job.force) as writer:
        for row in queue_rows(read.pool, queue, read.codebook, read.said):
            writer.write(row)
    for line in queue_lines(job, read.pool, queue, read.tested, of_other_draws(read.coded.codings, seed)):
        tell(line)
    return queue


def _codings(paths: tuple[str, ...], job: QueueJob, codebook: Codebook, tell: Tell) -> Codings:
    if not paths:
        return Codings(())
    if missing := next((path for path in paths if not Path(path).exists()), ""):
        raise ScheidslijnError(f"{missing}: there is no such file; give what people coded, or leave it out")
    columns = load_columns(job.columns) if job.columns else USUAL
    try:
        found = read_codings(paths, codebook, texts=texts_of(job.texts), columns=columns)
    except ScheidslijnError as error:
        if "no coded passages were read" not in str(error):
            raise
        tell(f"{error}; taken as nothing coded yet")
        return Codings(())
    for line in problem_lines(found.problems, 2):
        tell(line)
    return found


def _kept_apart(job: QueueJob, frame: Frame, codings: Sequence[Coding]) -> tuple[frozenset[str], frozenset[str]]:
    """Documents that are kept for testing, and the keys of their texts."""
    if job.split is None:
        return frozenset(), frozenset()
    names = {*frame.documents, *(one.document for one in codings)}
    part = read_split(job.split).assign(names)
    tested = frozenset(name for name, own in part.items() if own in ("test", "validation"))
    keys = {one.key for one in frame.passages if one.document in tested}
    return tested, frozenset(keys | {one.key for one in codings if one.document in tested})

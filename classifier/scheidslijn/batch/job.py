"""`label` as a job that can be broken off at any moment and goes on when it is run again."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from scheidslijn.batch.assemble import assemble_dataset, assemble_table, manifest_lines
from scheidslijn.batch.pool import Here, Pool, Processes, Recipe
from scheidslijn.batch.run import Input, look_up, run_inputs
from scheidslijn.batch.since import Since, read_since
from scheidslijn.batch.store import FolderStore, flush_output
from scheidslijn.batch.telling import Telling
from scheidslijn.batch.work import Lock, Work, run_facts
from scheidslijn.counting import none_read
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.labellers.base import Labeller
from scheidslijn.labellers.engines import processors
from scheidslijn.onefile import Limits
from scheidslijn.sources import Source
from scheidslijn.summary import Summary
from scheidslijn.tables import TableWriter, columns_of

UNFORCED = "unforced"
"""Stands in the work folder while a run is at work that found no output when it began."""
SMALL = 4_000_000
"""Bytes of input below which processes of their own would cost more time than they save."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to label and how.

    Attributes:
        out: a table, or a folder for a partitioned dataset.
        recipe: which labeller.
        limits, ocr: of reading.
        force: replace the output.
        workers: processes that label; 0 labels in this one; None chooses by the machine and the size of the input.
        work: folder for finished work, which is kept; "" for one beside the output, which is removed at the end.
        since: a manifest or a date: only what is new or changed since then is labelled.
        dataset: write a folder of Parquet files.
    """

    out: str
    recipe: Recipe
    limits: Limits
    ocr: bool = True
    force: bool = False
    workers: int | None = None
    work: str = ""
    since: str = ""
    dataset: bool = False

    @property
    def folder(self) -> Path:
        """Where finished work is."""
        target = Path(self.out)
        return Path(self.work) if self.work else target.with_name(f".{target.name}.work")


def check_output(job: Job) -> None:
    """Refuse an output that cannot be written, before anything is read.

    Raises:
        OutputError: it exists (without `force`), its folder does not, or a dataset would replace something else.
    """
    ours = _was_putting_in_place(job)
    if not job.dataset:
        TableWriter(job.out, (), force=job.force or ours)
        return
    target = Path(job.out)
    if not target.absolute().parent.is_dir():
        raise OutputError(f"{target}: the folder {target.parent} does not exist; make it first")
    if target.exists() and not (
        target.is_dir() and (not any(target.iterdir()) or (target / "_manifest.jsonl").exists())
    ):
        raise OutputError(f"{target}: exists and is no dataset of ours; give another name")
    if target.exists() and any(target.iterdir()) and not job.force and not ours:
        raise OutputError(f"{target}: exists already; use --force to replace it, or another name")


def run_job(
    job: Job, labeller: Labeller, sources: Sequence[Source], tell: Callable[[str], None], log: IO[str] | None = None
) -> Summary:
    """Label all sources and write the output; what an earlier, broken run of the same job finished is taken over.

    Raises:
        ScheidslijnError: no input could be read; no output is written then.
        OutputError: the output cannot be written, or another run is at work on it.
    """
    job = replace(job, recipe=job.recipe.settled())
    folder, store, since = job.folder, FolderStore(job.folder), read_since(job.since)
    had = folder.exists()
    with Lock(folder), _stdin_kept(sources, folder, job.limits) as kept:
        facts = run_facts(labeller, job.recipe.engine, ocr=job.ocr, document_bytes=job.limits.document_bytes)
        work = Work(store, facts)
        if not job.force:
            store.write(UNFORCED, b"")
        for half in folder.rglob(".*.part"):  # of a run that was killed while it wrote
            half.unlink(missing_ok=True)
        changed = work.begin()
        if changed:
            tell(f"Starting anew, as the finished work in {folder} was made otherwise: {changed}.")
        inputs = look_up(kept, work)
        pass_over(inputs, since, work.run)
        taken = sum(one.known and not one.passed_over for one in inputs)
        if taken and had:
            tell(f"{taken:,} of {len(inputs):,} inputs are finished already and are not read again.")
        todo = [one for one in inputs if one.done is None and not one.passed_over]
        telling = Telling(tell, log, len(todo), sum(one.size for one in todo))
        telling.event("start", inputs=len(inputs), finished=taken, to_do=len(todo), **facts)
        pool = _pool(job, labeller, work, sum(one.size for one in todo), telling)
        try:
            readers = max(1, pool.workers // 3)
            run_inputs(inputs, work, pool, job.limits, telling, ocr=job.ocr, readers=readers)
        finally:
            telling.close()
            pool.close()
        summary = written(job, labeller, inputs, work)
        flush_output(Path(job.out))  # before the finished work goes, the disk must have what it was for
        telling.event("end", documents=summary.documents, passages=summary.passages, failures=len(summary.failures))
        if job.work:
            store.write("manifest.jsonl", "".join(manifest_lines(inputs, work)).encode("utf-8"))
            (folder / UNFORCED).unlink(missing_ok=True)
    if not job.work:
        _clear(folder)
    return summary


def _was_putting_in_place(job: Job) -> bool:
    """Whether an output that is there is ours: a run that found none broke off after it put it in place."""
    if (job.folder / UNFORCED).exists():
        return True
    if job.work or not job.folder.is_dir():
        return False
    # of a next run that was broken off in its very first write, half a file may be there
    return all(name == "lock" or name.endswith(".part") for name in os.listdir(job.folder))


def _clear(folder: Path) -> None:
    """Remove a work folder, with the sign that the output is ours last."""
    shutil.rmtree(folder / "parts", ignore_errors=True)
    for name in ("run.json", "stdin", UNFORCED):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def written(job: Job, labeller: Labeller, inputs: Sequence[Input], work: Work) -> Summary:
    """Write the output from finished work; return what it holds.

    Raises:
        ScheidslijnError: no input could be read.
        OutputError: the output cannot be written.
    """
    shown = [one for one in inputs if not one.passed_over]
    if not any(one.done is not None and one.done.read for one in shown):
        if not job.work:
            _clear(job.folder)
        if not shown:
            raise ScheidslijnError(f"nothing is new since {job.since}; no output was written")
        raise ScheidslijnError(f"{none_read(len(shown))}; no output was written")
    book = labeller.codebook
    if job.dataset:
        return assemble_dataset(Path(job.out), inputs, work, book, book.keys)
    writer = TableWriter(job.out, columns_of(book), book.keys, force=True, tag="batch")
    try:
        writer.refuse_rows(sum(one.done.rows for one in shown if one.done is not None))
    except OutputError as error:
        raise OutputError(f"{error}; add --work {work.store.root} there, so that nothing is labelled twice") from error
    return assemble_table(writer, inputs, work, book)


def _pool(job: Job, labeller: Labeller, work: Work, size: int, telling: Telling) -> Pool:
    workers = job.workers
    if workers is None:
        workers = 0 if size < SMALL else processors()
    return Processes(job.recipe, work, workers, telling.warn) if workers else Here(labeller, work)


def pass_over(inputs: Sequence[Input], since: Since, run: str) -> None:
    """Mark the inputs that are not new."""
    for one in inputs:
        changed = None
        if one.sha256 and not one.source.stdin:
            with suppress(OSError):  # it went away meanwhile
                changed = one.source.path.stat().st_mtime
        one.passed_over = since.why(one.source.name, one.sha256, run, changed)


@contextmanager
def _stdin_kept(sources: Sequence[Source], folder: Path, limits: Limits) -> Iterator[list[Source]]:
    """The sources with standard input as a file in the work folder, so that it has a content to know it by."""
    out, path = [], folder / "stdin"
    with ExitStack() as stack:
        for source in sources:
            if source.stdin:
                stack.callback(path.unlink, missing_ok=True)
                with path.open("wb") as file:
                    left = limits.document_bytes + 1
                    while left > 0 and (data := sys.stdin.buffer.read(min(left, 1 << 20))):
                        file.write(data)
                        left -= len(data)
                source = replace(source, path=path, stdin=False)
            out.append(source)
        yield out

"""`label` on a cluster: the job of `job`, with its documents worked on by Ray and its places on any file system."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from scheidslijn.batch.assemble import manifest_lines
from scheidslijn.batch.cluster import find_inputs, run_on_ray
from scheidslijn.batch.job import Job, written
from scheidslijn.batch.run import Input
from scheidslijn.batch.since import read_since
from scheidslijn.batch.store import filesystem, is_remote, open_store
from scheidslijn.batch.telling import Telling
from scheidslijn.batch.work import Lock, Work, run_facts
from scheidslijn.errors import OutputError
from scheidslijn.labellers.base import Labeller
from scheidslijn.summary import Summary


def run_cluster_job(
    job: Job, labeller: Labeller, inputs: Sequence[str], tell: Callable[[str], None], log: IO[str] | None = None,
    *, address: str = "",
) -> Summary:  # fmt: skip
    """Label all inputs on a Ray cluster and write the output; arguments and errors as of `job.run_job`.

    Args:
        inputs: paths that every machine of the cluster sees, or fsspec addresses.
        address: of a running cluster, "" to start Ray on this machine.
    """
    if is_remote(job.out):
        _refuse_existing(job)
    since, recipe = read_since(job.since), job.recipe.settled()
    place = job.work or (f"{job.out}.work" if is_remote(job.out) else str(job.folder))
    store = open_store(place if is_remote(place) else Path(place).absolute())
    with ExitStack() as stack:
        if not is_remote(place):
            stack.enter_context(Lock(Path(place)))
        work = Work(
            store,
            run_facts(labeller, recipe.engine, ocr=job.ocr, document_bytes=job.limits.document_bytes),
        )
        if changed := work.begin():
            tell(f"Starting anew, as the finished work in {place} was made otherwise: {changed}.")
        documents = find_inputs(inputs)
        telling = Telling(tell, log, len(documents))
        telling.event("start", inputs=len(documents), **work.facts)

        def finished(one: Input) -> None:
            if one.done is not None and not one.passed_over:
                telling.read(one.done.rows)
                telling.finished(one.source.name, one.size, one.done)

        try:
            found = run_on_ray(
                documents, recipe, work, job.limits, address=address, ocr=job.ocr, workers=job.workers or None,
                since=since, tell=finished,
            )  # fmt: skip
        finally:
            telling.close()
        if is_remote(job.out):
            summary = _uploaded(job, labeller, lambda local: written(local, labeller, found, work))
        else:
            summary = written(job, labeller, found, work)
        telling.event("end", documents=summary.documents, passages=summary.passages, failures=len(summary.failures))
        if job.work:
            store.write("manifest.jsonl", "".join(manifest_lines(found, work)).encode("utf-8"))
    if not job.work:
        store.clear()
        if not is_remote(place):
            shutil.rmtree(place, ignore_errors=True)
    return summary


def _uploaded(job: Job, labeller: Labeller, write: Callable[[Job], Summary]) -> Summary:
    """Write the output on this machine, then put it where it belongs."""
    files, path = filesystem(job.out)
    with tempfile.TemporaryDirectory(prefix="scheidslijn-") as folder:
        local = replace(job, out=str(Path(folder) / PurePosixPath(path).name), work=folder)
        summary = write(local)
        try:
            files.put(local.out, path, recursive=job.dataset)
        except OSError as error:
            raise OutputError(f"{job.out}: writing failed ({error}); see the rights on that place") from error
    return summary


def _refuse_existing(job: Job) -> None:
    files, path = filesystem(job.out)
    if files.exists(path) and not job.force:
        raise OutputError(f"{job.out}: exists already; use --force to replace it, or another name")

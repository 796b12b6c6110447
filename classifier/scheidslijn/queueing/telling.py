"""What is told of a queue: how many for each reason, and how its part drawn by lot is used."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from typing import TYPE_CHECKING

from scheidslijn.queueing.choosing import Queue
from scheidslijn.queueing.mix import ROUTES, Route
from scheidslijn.queueing.pool import Pool

if TYPE_CHECKING:
    from scheidslijn.queueing.job import QueueJob

WORDS: Mapping[Route, str] = {
    "random": "drawn by lot", "uncertain": "the model hesitates", "disagree": "model and language model differ",
    "coverage": "unlike what is coded", "rare": "may have a rare code",
}  # fmt: skip


def queue_lines(job: QueueJob, pool: Pool, queue: Queue, tested: frozenset[str], other: int = 0) -> list[str]:
    """Lines for the user, in order.

    Args:
        tested: documents that are kept for testing.
        other: coded passages of a draw that this lot does not go on with (see `lot.of_other_draws`).
    """
    documents = {pool.frame.document[one.place] for one in queue.chosen}
    lines = [f"Wrote {len(queue.chosen):,} passages of {len(documents):,} documents to {job.out}:"]
    for route in ROUTES:
        if count := queue.count(route):
            lines.append(f"  {count:,} {WORDS[route]}")
    lines += [f"  none for '{route}': {why}" for route, why in queue.unable.items()]
    if len(queue.chosen) < job.number:
        lines.append(
            f"  {job.number:,} were asked; there are no more that may be queued (--most limits those of one document)."
        )
    if tested:
        lines.append(f"Passages of {len(tested):,} documents kept for testing ({job.split}) are not queued.")
    if queue.draw is not None:
        lines += _lot_lines(job, pool, queue, other)
    return lines


def _lot_lines(job: QueueJob, pool: Pool, queue: Queue, other: int) -> list[str]:
    draw = queue.draw
    assert draw is not None
    design = draw.design
    coded = int((draw.drawn & ~pool.uncoded).sum())
    again = f", of which {coded:,} are coded already" if coded else ""
    if other:
        return [
            f"{other:,} coded passages come from another draw (another seed, strata, or documents first), which this "
            "lot does not go on with: estimate shares from that draw alone, as `shares draw` said."
        ]
    lines = [
        f"The lot so far: {design.passages:,} of {len(pool.frame.passages):,} passages (seed {design.seed}, "
        f"{draw.fingerprint}){again}. Only these say something of shares; when they are coded:"
    ]
    given = "".join(f" --sample {quote(path)}" for path in (job.out, *job.coded))
    given += f" --split {quote(str(job.split))}" if job.split is not None else ""
    given += f" --codebook {quote(job.codebook)}" if job.codebook else ""
    return [*lines, f"  scheidslijn shares estimate {quote(job.labelled)}{given}"]

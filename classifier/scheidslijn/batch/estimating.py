"""What a run would take, from a sample of its inputs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

from scheidslijn.batch.work import labelled_chunk
from scheidslijn.counting import counted
from scheidslijn.labellers.base import Labeller
from scheidslijn.labellers.engines import processors
from scheidslijn.onefile import Limits
from scheidslijn.passage import Passage
from scheidslijn.progress import duration
from scheidslijn.sources import Source
from scheidslijn.workers import read_all

SAMPLE = 8
"""Inputs that are read for an estimate."""
PASSAGES = 200
"""Passages of an input that are labelled for it."""


def estimate(
    sources: Sequence[Source], labeller: Labeller, limits: Limits, *, ocr: bool = True, workers: int | None = None
) -> list[str]:
    """Read and label a sample, spread over the sizes of the inputs; return lines that say what all would take.

    Time and rows are taken to grow with the bytes of the inputs, for each suffix apart from the others where the
    sample has it. Nothing is written.

    Args:
        workers: processes that would label; None takes those of the machine.
    """
    sized = sorted(((_size(one), one) for one in sources if not one.stdin), key=lambda pair: pair[0])
    if not sized:
        return ["Nothing to estimate: standard input cannot be read twice."]
    step = max(1.0, len(sized) / SAMPLE)
    sample = [sized[min(len(sized) - 1, int((number + 0.5) * step))] for number in range(min(SAMPLE, len(sized)))]
    size = passages = rows = rows_bytes = failed = 0
    reading = labelling = 0.0
    for bytes_, source in sample:
        began, found, problems = time.perf_counter(), list[Passage](), 0
        for outcome in read_all([source], limits, ocr=ocr):
            found += outcome.passages
            problems += len(outcome.problems)
        reading += time.perf_counter() - began
        failed += bool(problems and not found)
        size, passages = size + bytes_, passages + len(found)
        began = time.perf_counter()
        content, chunk = labelled_chunk(labeller, found[:: max(1, len(found) // PASSAGES)][:PASSAGES])
        labelling += time.perf_counter() - began
        rows, rows_bytes = rows + chunk.rows, rows_bytes + len(content)
    share = sum(bytes_ for bytes_, _ in sized) / max(size, 1)
    expected = passages * share
    each = labelling / max(rows, 1)
    seconds = max(reading * share, expected * each)
    if workers is None or workers > 1:
        seconds = (reading * share + expected * each * processors()) / (workers or processors())
    return [
        f"{counted(len(sources), 'input')}, {sum(bytes_ for bytes_, _ in sized) / 1e6:,.1f} MB; "
        f"{len(sample)} of them were tried ({failed} could not be read).",
        f"About {expected:,.0f} passages ({rows / max(labelling, 1e-9):,.0f} a second), "
        f"{duration(seconds)}, and {expected * rows_bytes / max(rows, 1) / 1e6:,.1f} MB as JSONL.",
        "Expect half to twice as much: documents differ, and so does what else the machine does.",
    ]


def _size(source: Source) -> int:
    with suppress(OSError):
        return source.path.stat().st_size
    return 0

"""The main job: from files to labelled passages, as one stream. Nothing is read twice and memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scheidslijn.counting import none_read
from scheidslijn.deciding import label_passages
from scheidslijn.errors import ScheidslijnError
from scheidslijn.labelled import Labelled
from scheidslijn.labellers.base import Labeller
from scheidslijn.onefile import Outcome
from scheidslijn.passage import Passage
from scheidslijn.progress import Progress
from scheidslijn.summary import Summary
from scheidslijn.tables import TableWriter, row_of

BATCH = 64
"""Passages in one call of a labeller; their scores do not depend on it."""

Tell = Callable[[str], None]


def label_stream(
    outcomes: Iterable[Outcome], labeller: Labeller, summary: Summary, tell: Tell, progress: Progress | None = None
) -> Iterator[Labelled]:
    """Label what reading gives, in its order.

    Args:
        outcomes: as `workers.read_all` gives them.
        labeller: gives the scores.
        summary: is counted up.
        tell: gets one line for every failure and every note, as they come.
        progress: is stepped.
    """
    waiting: list[Passage] = []
    for passage in read_passages(outcomes, summary, tell, progress):
        waiting.append(passage)
        if len(waiting) == BATCH:
            yield from _counted(labeller, waiting, summary)
            waiting.clear()
    yield from _counted(labeller, waiting, summary)


def label_to(
    writer: TableWriter,
    outcomes: Iterable[Outcome],
    labeller: Labeller,
    tell: Tell,
    progress: Progress | None = None,
) -> Summary:
    """Label what reading gives and write it as a table; return what was done.

    Raises:
        ScheidslijnError: not one input could be read; no output is written then.
        OutputError: the table cannot be written.
    """
    summary = Summary()
    with writer:
        for labelled in label_stream(outcomes, labeller, summary, tell, progress):
            writer.write(row_of(labelled, labeller.codebook))
        if not summary.documents:
            raise ScheidslijnError(f"{none_read(len(summary.failures))}; no output was written")
    return summary


def read_passages(
    outcomes: Iterable[Outcome], summary: Summary, tell: Tell, progress: Progress | None
) -> Iterator[Passage]:
    """Pass on the passages of what was read; count documents, and tell of failures and notes. Arguments as above."""
    for outcome in outcomes:
        for problem in outcome.problems:
            summary.failures.append(problem)
            tell(str(problem))
        if outcome.facts is not None:
            summary.documents += 1
            summary.pages += outcome.facts.pages
            for note in outcome.facts.notes:
                tell(f"{outcome.source.name}: {note}")
        if progress is not None:
            done = outcome.facts is not None or bool(outcome.problems)
            progress.step(files=int(done), passages=len(outcome.passages), now=outcome.source.name)
        yield from outcome.passages


def _counted(labeller: Labeller, passages: list[Passage], summary: Summary) -> Iterator[Labelled]:
    for labelled in label_passages(labeller, passages):
        summary.add(labelled)
        yield labelled

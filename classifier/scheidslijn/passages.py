"""Write passages without labels, and the account of where every character went."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

from scheidslijn.counting import none_read
from scheidslijn.errors import ScheidslijnError
from scheidslijn.labelling import Tell, read_passages
from scheidslijn.onefile import Outcome
from scheidslijn.progress import Progress
from scheidslijn.summary import Summary
from scheidslijn.tables import Column, TableWriter, passage_row
from scheidslijn.tables.rows import input_columns

ACCOUNT_COLUMNS = (
    Column("document"),
    Column("page", "int"),
    Column("characters", "int"),
    Column("passages", "int"),
    Column("unaccounted", "int"),
    Column("doubled", "int"),
    Column("accounted", "float"),
    Column("complete", "bool"),
)
"""The columns of every account; one column for each class of set-aside text follows them."""


def write_passages(
    passages: TableWriter,
    account: TableWriter | None,
    outcomes: Iterable[Outcome],
    tell: Tell,
    progress: Progress | None = None,
) -> tuple[Summary, int]:
    """Write what reading gives; return what was done, and the number of pages whose account is not complete.

    Args:
        passages: the table of passages.
        account: the table of pages, or None.
        outcomes: as `workers.read_all` gives them, with `account=True` for an account.
        tell: gets one line for every failure and every note.
        progress: is stepped.

    Raises:
        ScheidslijnError: not one input could be read; no output is written then.
        OutputError: a table cannot be written.
    """
    summary, incomplete = Summary(), 0

    def watched() -> Iterable[Outcome]:
        nonlocal incomplete
        for outcome in outcomes:
            if account is not None and outcome.facts is not None:
                for row in outcome.facts.account:
                    account.write(dict(row))
                    incomplete += not row["complete"]
            yield outcome

    with ExitStack() as stack:
        stack.enter_context(passages)
        if account is not None:
            stack.enter_context(account)
        for passage in read_passages(watched(), summary, tell, progress):
            summary.passages += 1
            row = passage_row(passage)
            passages.write(row | input_columns(passage.extra, set(row)))
        if not summary.documents:
            raise ScheidslijnError(f"{none_read(len(summary.failures))}; no output was written")
    return summary, incomplete

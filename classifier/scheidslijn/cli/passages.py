"""`scheidslijn passages`: from documents to passages, without labels, and the account of every character."""

from __future__ import annotations

from typing import Annotated

import typer

from scheidslijn.cli.options import SOME_FAILED, Force, Inputs, MaxMegabytes, MaxSeconds, Ocr, tell
from scheidslijn.counting import counted


def passages_command(
    inputs: Inputs,
    out: Annotated[
        str, typer.Option("-o", "--out", help="Table to write: .jsonl, .csv, .xlsx or .parquet; - for JSONL.")
    ] = "-",
    account: Annotated[
        str | None,
        typer.Option(
            help="Also write an account (.csv, .jsonl, .xlsx, .parquet): per page, where every character went."
        ),
    ] = None,
    force: Force = False,
    ocr: Ocr = True,
    max_seconds: MaxSeconds = 120,
    max_mb: MaxMegabytes = 300,
) -> None:
    """Cut documents into passages, and write them as JSONL (or as a table).

    With --account a second table has a row for every page: its non-blank characters, how many are in passages, how many
    were set aside as header, footer, page number, footnote, table of contents and so on, and how many are unaccounted.

    Exit codes: 0 done, 1 explained failure, 2 usage, 3 some files failed.

    Example: scheidslijn passages agreement.pdf --account account.csv > passages.jsonl
    """
    from scheidslijn.passages import ACCOUNT_COLUMNS, write_passages
    from scheidslijn.progress import Progress
    from scheidslijn.sources import refuse_as_output, walk
    from scheidslijn.tables import PASSAGE_COLUMNS, TableWriter
    from scheidslijn.workers import Limits, read_all

    writer = TableWriter(out, PASSAGE_COLUMNS, force=force)
    pages = None if account is None else TableWriter(account, ACCOUNT_COLUMNS, force=force)
    sources = list(walk(inputs))
    for output in (out, account or "-"):
        refuse_as_output(output, sources)
    limits = Limits(seconds=max_seconds, document_bytes=max_mb * 1_000_000)
    progress = Progress(len(sources))
    try:
        outcomes = read_all(sources, limits, ocr=ocr, account=account is not None)
        summary, incomplete = write_passages(writer, pages, outcomes, tell, progress)
    finally:
        progress.close()
    tell(
        f"{counted(summary.documents, 'document')}, {counted(summary.pages, 'page')}, "
        f"{counted(summary.passages, 'passage')}, {counted(len(summary.failures), 'failure')}"
    )
    if account is not None:
        tell(f"Account in {account}: {incomplete:,} pages with characters that are nowhere or counted twice.")
    if summary.failures:
        raise typer.Exit(SOME_FAILED)

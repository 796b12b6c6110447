"""`scheidslijn queue`: what to code next, and whether it is worth it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scheidslijn.cli.options import Force, tell


def queue_command(
    labelled: Annotated[
        str, typer.Argument(metavar="LABELLED", help="Output of `scheidslijn label`: .jsonl, .csv, .xlsx or .parquet.")
    ],
    out: Annotated[
        str, typer.Option("-o", "--out", help="Coding sheet to write: .xlsx, .csv, .jsonl or .parquet.")
    ] = "",
    passages: Annotated[int, typer.Option("-n", "--passages", min=1, help="How many passages.")] = 100,
    coded: Annotated[
        list[str] | None,
        typer.Option("--coded", help="What people coded already, in any form `train` reads; repeatable."),
    ] = None,
    suggestions: Annotated[
        list[str] | None,
        typer.Option("--suggestions", help="What `scheidslijn suggest` wrote, to find where it and the model differ."),
    ] = None,
    split: Annotated[str | None, typer.Option("--split", help="Split file: its test documents are not queued.")] = None,
    mix: Annotated[
        str,
        typer.Option("--mix", help="Shares: random=0.4,uncertain=0.1,disagree=0.2,coverage=0.1,rare=0.2."),
    ] = "",
    seed: Annotated[
        int | None, typer.Option(help="Of the lot.  [default: that of the draw the coded passages come from, or 1]")
    ] = None,
    most: Annotated[
        int,
        typer.Option("--most", min=0, help="Most passages of one document chosen for a reason.  [default: a tenth]"),
    ] = 0,
    advice: Annotated[
        bool, typer.Option("--advice/--no-advice", help="Say what coding more may be expected to bring (a minute).")
    ] = True,
    texts: Annotated[
        list[str] | None,
        typer.Option("--texts", help="Documents or tables with the texts of passages coded by key only; repeatable."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", help="TOML file with the names of columns, where not the usual ones.")
    ] = None,
    codebook: Annotated[str, typer.Option(help="Name or path of a codebook.  [default: the one in LABELLED]")] = "",
    force: Force = False,
) -> None:
    """Choose the passages to code next, and say whether coding more is worth it.

    Part of the queue is always drawn by lot: only that part says something of the corpus as a whole, and the sheet
    keeps the chance each of these passages had. The rest is where the model hesitates, where it and a language model
    differ, what is unlike anything coded, and what may have a rare code; spread over documents. Passages that are coded
    and those of test documents are not queued. Without -o only the advice is given.

    Example: scheidslijn queue labels.jsonl --coded codes.xlsx -n 100 -o queue.xlsx
    """
    from scheidslijn.queueing.advising import advice_lines, advise
    from scheidslijn.queueing.job import QueueJob, read_all, run_queue
    from scheidslijn.queueing.mix import DEFAULT, parse_mix

    if not out and not advice:
        raise typer.BadParameter("give -o for a queue, --advice for advice, or both")
    job = QueueJob(
        labelled=labelled, out=out, number=passages, coded=tuple(coded or ()), suggestions=tuple(suggestions or ()),
        split=Path(split) if split else None, mix=parse_mix(mix) if mix else dict(DEFAULT), seed=seed, cap=most,
        texts=tuple(texts or ()), columns=Path(columns) if columns else None, codebook=codebook, force=force,
    )  # fmt: skip
    read = read_all(job, tell)
    if out:
        run_queue(job, tell, read)
    if advice:
        for line in advice_lines(advise(read, passages, job.mix["random"])):
            typer.echo(line)

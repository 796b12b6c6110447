"""`scheidslijn evaluate`: how good a labeller is by hand-coded passages, as a report."""

from __future__ import annotations

from typing import Annotated

import typer

from scheidslijn.cli.codebook import Language
from scheidslijn.cli.options import Force, tell

Gold = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[GOLD]...",
        help="Coded passages, of one or several coders, in any form that train reads; folders of these.",
        show_default=False,
    ),
]


def evaluate_command(
    gold: Gold = None,
    out: Annotated[
        list[str] | None, typer.Option("-o", "--out", help="Report to write: .html, .json or .md; repeatable.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Model to evaluate: a shipped name or a folder.  [default: the shipped one]")
    ] = None,
    labeller: Annotated[str, typer.Option(help="best, blend, encoder, tfidf, or terms.")] = "best",
    predictions: Annotated[
        str | None,
        typer.Option(
            help="Evaluate this labelled table instead: the output of label, or of suggest (CODER=FILE when it has "
            "several coders)."
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="Compare with a labeller (terms, tfidf, …), a model folder, a labelled table, or suggestions; "
            "repeatable."
        ),
    ] = None,
    codebook: Annotated[
        str | None, typer.Option(help="Name or path of a codebook.  [default: the one of the model]")
    ] = None,
    texts: Annotated[
        list[str] | None,
        typer.Option(help="Documents or tables with the texts of passages that GOLD has by key only; repeatable."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="TOML file that says what the columns of GOLD are called, and what they mean.")
    ] = None,
    merge: Annotated[
        str, typer.Option(help="How coders become one answer: adjudicated (else what all agree on), or majority.")
    ] = "adjudicated",
    split: Annotated[
        str | None, typer.Option(help="Split file: only its test documents count, and the opening is written down.")
    ] = None,
    purpose: Annotated[str, typer.Option(help="Why the test set of --split is opened, in one line.")] = "",
    baseline: Annotated[
        list[str] | None,
        typer.Option(help="Labelled table of agreements to hold beside the findings that were published; repeatable."),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of .md, and of .html at first.")] = Language.nl,
    force: Force = False,
) -> None:
    """Evaluate a labeller against hand-coded passages, and write a report.

    Scores, agreement beside human coders, calibration, comparisons and slices, each with an interval clustered by
    document, and the passages behind every number. With --baseline also what a source study published beside what
    your labelled agreements show; this works without GOLD too.

    Exit codes: 0 done, 1 explained failure, 2 usage.

    Example: scheidslijn evaluate codes.xlsx --against terms -o report.html
    """
    from datetime import datetime

    from scheidslijn.errors import ScheidslijnError
    from scheidslijn.evaluating.job import Job, run
    from scheidslijn.evaluating.writing import form_of, write

    if not out:
        raise ScheidslijnError("name a report to write: -o REPORT.html, .json or .md")
    if merge not in ("adjudicated", "majority"):
        raise ScheidslijnError(f"unknown rule '{merge}' for --merge; choose adjudicated or majority")
    for target in out:
        form_of(target, force)  # a name that cannot be written is told before anything is read
    job = Job(
        gold=tuple(gold or ()), model=model, labeller=labeller, predictions=predictions, against=tuple(against or ()),
        codebook=codebook, texts=tuple(texts or ()), columns=columns, split=split, purpose=purpose,
        rule="majority" if merge == "majority" else "adjudicated", baseline=tuple(baseline or ()),
    )  # fmt: skip
    found = run(job, tell, datetime.now().astimezone())
    for remark in found.remarks:
        tell(f"Note: {remark.en if lang is Language.en else remark.nl}")
    for target in out:
        size = write(found, target, lang.value, force=force)
        tell(f"Wrote {target} ({size / 1e6:.1f} MB).")

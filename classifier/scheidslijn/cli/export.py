"""`scheidslijn export`: thin over `scheidslijn.exchange`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scheidslijn.cli.options import SOME_FAILED, Force, Ocr, tell


class Tool(StrEnum):
    """Where people will code."""

    label_studio = "label-studio"
    doccano = "doccano"
    xlsx = "xlsx"


Sheets = Annotated[
    list[str],
    typer.Argument(
        metavar="SHEET...",
        help="What is to be coded: documents, folders, tables of passages, also of label, shares draw or queue; with "
        "--adjudicate the coded passages of several coders.",
        show_default=False,
    ),
]


def export_command(
    sheets: Sheets,
    to: Annotated[Tool, typer.Option(help="Where people will code.")],
    out: Annotated[str, typer.Option("-o", "--out", help="Folder to write; for xlsx also one .xlsx file.")],
    codebook: Annotated[str, typer.Option(help="Name or path of the codebook.")] = "sociale-tweedeling",
    dimension: Annotated[
        list[str] | None, typer.Option("--dimension", help="Ask this dimension; repeatable.  [default: all]")
    ] = None,
    coders: Annotated[
        list[str] | None, typer.Option("--coders", help="Divide over these coders; repeatable, or divided by commas.")
    ] = None,
    overlap: Annotated[
        str, typer.Option(help="How many passages all coders code: a number, or a share such as 0.2 or 20%.")
    ] = "20%",
    seed: Annotated[int, typer.Option(help="Another number divides otherwise.")] = 1,
    suggestions: Annotated[str, typer.Option(metavar="FILE", help="What scheidslijn suggest wrote.")] = "",
    show_suggestions: Annotated[
        bool, typer.Option("--show-suggestions", help="Fill the suggestions in; coders tend to follow what they see.")
    ] = False,
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Passages on which coders differ, with what each said, to be settled.")
    ] = False,
    headings: Annotated[bool, typer.Option("--headings", help="Code headings too.")] = False,
    force: Force = False,
    ocr: Ocr = True,
) -> None:
    """Write passages for the place where people code: Label Studio, doccano, or a workbook with drop-down lists.

    Everything is made from the codebook: questions, choices, definitions, keys. What the coders then export or save is
    read as it is by agree, train, evaluate and shares. Suggestions stay hidden unless you ask for them.

    Exit codes: 0 done, 1 explained failure, 2 usage, 3 some files failed.

    Example: scheidslijn export sample.xlsx --to xlsx --coders anna,bram -o sheets/
    """
    from scheidslijn.exchange.job import Job, run

    job = Job(
        sheets, to.value, out, codebook, tuple(dimension or ()), suggestions, show_suggestions, tuple(coders or ()),
        overlap, seed, adjudicate, headings, force, ocr,
    )  # fmt: skip
    _, failures = run(job, tell)
    if failures:
        raise typer.Exit(SOME_FAILED)

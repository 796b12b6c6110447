"""`scheidslijn code`: thin over `scheidslijn.codingpage`."""

from __future__ import annotations

from typing import Annotated

import typer

from scheidslijn.cli.codebook import Language
from scheidslijn.cli.options import Ocr, tell

Sheets = Annotated[
    list[str],
    typer.Argument(
        metavar="SHEET...",
        help="What to code: a sheet of queue or shares draw, a table of passages or label, documents, or folders.",
        show_default=False,
    ),
]
Out = Annotated[str, typer.Option("-o", "--out", help="File of the codes (.jsonl); an existing one goes on.")]
Coder = Annotated[str, typer.Option(help="Your name. Coders who work blind have a file each.")]
Suggestions = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="What suggest wrote; each is hidden until you have chosen, or ask for it."),
]
Context = Annotated[
    list[str] | None,
    typer.Option(metavar="INPUT", help="Documents or passages that show what stands beside a passage; repeatable."),
]


def code_command(
    sheet: Sheets,
    out: Out,
    coder: Coder,
    suggestions: Suggestions = None,
    show: Annotated[
        bool, typer.Option("--show-suggestions", help="Show suggestions at once; that they were seen is kept.")
    ] = False,
    codebook: Annotated[str, typer.Option(help="Name or path of the codebook.")] = "sociale-tweedeling",
    dimension: Annotated[
        list[str] | None, typer.Option("--dimension", help="Code this dimension; repeatable.  [default: all]")
    ] = None,
    context: Context = None,
    adjudicate: Annotated[
        bool,
        typer.Option("--adjudicate", help="SHEET... are files of codes: settle what their coders differ on."),
    ] = False,
    headings: Annotated[bool, typer.Option("--headings", help="Code headings too.")] = False,
    log_time: Annotated[bool, typer.Option("--log-time", help="Keep the seconds spent on each passage.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 for any that is free.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
    language: Annotated[Language, typer.Option(help="Language of the page.")] = Language.nl,
    ocr: Ocr = True,
) -> None:
    """Code passages on a page of your own browser, by keyboard; nothing leaves this machine.

    Every decision is on the disk before the page says so. Stop with Ctrl-C, and run the same command to go on where you
    were. docs/coding-page.md has the keys.

    Example: scheidslijn code queue.xlsx -o codes/anna.jsonl --coder anna
    """
    from scheidslijn.codingpage.job import Job, run

    run(
        Job(
            sheet, out, coder, codebook, tuple(dimension or ()), suggestions, show, tuple(context or ()), adjudicate,
            headings, log_time, port, browser, language.value, ocr,
        ),
        tell,
    )  # fmt: skip

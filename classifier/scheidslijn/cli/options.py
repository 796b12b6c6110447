"""Options that several commands share, and how a command talks: rows on standard output, everything else on error."""

from __future__ import annotations

from typing import Annotated

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Documents (PDF, DOCX, ODT, HTML, Markdown, TXT), tables with a column 'text' or 'tekst' (CSV, XLSX, "
        "JSONL, Parquet), folders of these, or - for text on standard input.",
        show_default=False,
    ),
]
Ocr = Annotated[bool, typer.Option("--ocr/--no-ocr", help="Read scanned pages through OCR, when it is installed.")]
MaxSeconds = Annotated[float, typer.Option(min=1, help="Time that one file may take; OCR has its own.")]
MaxMegabytes = Annotated[int, typer.Option(min=1, help="Size from which a document is refused; tables are streamed.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the output when it exists.")]

SOME_FAILED = 3
"""Exit code when some inputs could not be read and the others were."""


def tell(line: str) -> None:
    """One line on standard error; a live progress line is wiped first."""
    import sys

    typer.echo(("\r\x1b[K" if sys.stderr.isatty() else "") + line, err=True)

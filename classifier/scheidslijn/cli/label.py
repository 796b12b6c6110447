"""`scheidslijn label`: from documents to a labelled table."""

from __future__ import annotations

from typing import Annotated

import typer

from scheidslijn.cli.options import SOME_FAILED, Force, Inputs, MaxMegabytes, MaxSeconds, Ocr, tell


def label_command(
    inputs: Inputs,
    out: Annotated[
        str,
        typer.Option(
            "-o", "--out", help="Table to write: .jsonl, .csv, .xlsx or .parquet; - for JSONL on standard output."
        ),
    ],
    model: Annotated[
        str | None, typer.Option(help="Name of a shipped model or a model folder.  [default: the shipped one]")
    ] = None,
    codebook: Annotated[
        str | None, typer.Option(help="Name or path of a codebook.  [default: the one of the model]")
    ] = None,
    labeller: Annotated[
        str,
        typer.Option(help="best (per dimension the best on held-apart documents), blend, encoder, tfidf, or terms."),
    ] = "best",
    force: Force = False,
    ocr: Ocr = True,
    max_seconds: MaxSeconds = 120,
    max_mb: MaxMegabytes = 300,
) -> None:
    """Label every passage of documents by a codebook, and write a table.

    Every row is a passage with its page, place and headings, the codes decided for it, and a probability for each code.
    A file that cannot be read costs one line on standard error, and the others are labelled all the same.

    Exit codes: 0 done, 1 explained failure, 2 usage, 3 some files failed.

    Example: scheidslijn label agreements/ -o labels.xlsx
    """
    from scheidslijn.labelling import label_to
    from scheidslijn.loading import load_labeller
    from scheidslijn.progress import Progress
    from scheidslijn.sources import refuse_as_output, walk
    from scheidslijn.tables import TableWriter, columns_of, form_of
    from scheidslijn.workers import Limits, read_all

    form_of(out)  # a wrong name of the output is told before a model is loaded
    loaded = load_labeller(model, codebook, labeller)  # type: ignore[arg-type]  # an unknown name is explained there
    writer = TableWriter(out, columns_of(loaded.codebook), loaded.codebook.keys, force=force)
    sources = list(walk(inputs))
    refuse_as_output(out, sources)
    if codebook is not None and loaded.name != "terms":
        tell(
            f"Note: changed terms and definitions of {loaded.codebook.label} reach a trained model only by retraining."
        )
    limits = Limits(seconds=max_seconds, document_bytes=max_mb * 1_000_000)
    progress = Progress(len(sources))
    try:
        summary = label_to(writer, read_all(sources, limits, ocr=ocr), loaded, tell, progress)
    finally:
        progress.close()
    for line in summary.lines(loaded.codebook):
        tell(line)
    if out != "-":
        tell(f"Wrote {writer.rows:,} rows to {out} ({loaded.version}, {loaded.codebook.label}).")
    if summary.failures:
        raise typer.Exit(SOME_FAILED)

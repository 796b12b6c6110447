"""`scheidslijn label`: from documents to a labelled table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from scheidslijn.cli.options import SOME_FAILED, Force, Inputs, MaxMegabytes, MaxSeconds, Ocr, tell
from scheidslijn.counting import counted

if TYPE_CHECKING:
    from scheidslijn.labellers.base import Labeller
    from scheidslijn.onefile import Limits
    from scheidslijn.sources import Source
    from scheidslijn.summary import Summary


def label_command(
    inputs: Inputs,
    out: Annotated[
        str,
        typer.Option(
            "-o",
            "--out",
            help="Table to write: .jsonl, .csv, .xlsx or .parquet; a folder/ for a partitioned Parquet "
            "dataset; - for JSONL on standard output.",
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
    engine: Annotated[
        str, typer.Option(help="What runs the encoder: auto, onnx (int8), onnx-fp32, openvino, torch; or ray.")
    ] = "auto",
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="With --engine ray: a running cluster.  [default: this machine]")
    ] = "",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that label; 0 for none apart.  [default: by the machine]")
    ] = None,
    work: Annotated[
        str, typer.Option(metavar="DIR", help="Keep finished work here, so that a later run labels only what is new.")
    ] = "",
    since: Annotated[
        str, typer.Option(metavar="MANIFEST|DATE", help="Label only what is new or changed since a run or a date.")
    ] = "",
    partitioned: Annotated[bool, typer.Option(help="Write the output as a partitioned Parquet dataset.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only estimate time and size, from a sample.")] = False,
    log_json: Annotated[str, typer.Option(metavar="FILE", help="Write events of the run as JSON lines.")] = "",
) -> None:
    """Label every passage of documents by a codebook, and write a table.

    Every row is a passage with its page, place and headings, the codes decided for it, and a probability for each code.
    A file that cannot be read costs one line on standard error, and the others are labelled all the same.

    A run that was broken off goes on when the same command is run again.

    Exit codes: 0 done, 1 explained failure, 2 usage, 3 some files failed.

    Example: scheidslijn label agreements/ -o labels.xlsx
    """
    from scheidslijn.batch.estimating import estimate
    from scheidslijn.batch.job import Job, check_output, run_job
    from scheidslijn.batch.pool import Recipe
    from scheidslijn.batch.store import is_remote
    from scheidslijn.batch.telling import open_log
    from scheidslijn.errors import ScheidslijnError
    from scheidslijn.onefile import Limits
    from scheidslijn.sources import refuse_as_output, walk
    from scheidslijn.tables import form_of

    dataset = partitioned or out.endswith(("/", os.sep))
    if not dataset:
        form_of(out)  # a wrong name of the output is told before a model is loaded
    on_ray = engine == "ray" or bool(cluster)
    recipe = Recipe(model, codebook, labeller, "auto" if engine == "ray" else engine)
    loaded = recipe.load()
    limits = Limits(seconds=max_seconds, document_bytes=max_mb * 1_000_000)
    job = Job(out.rstrip("/" + os.sep) if dataset else out, recipe, limits, ocr, force, workers, work, since, dataset)
    if out != "-" and not is_remote(out):
        check_output(job)
    if out == "-" and (on_ray or work or since or log_json):
        raise ScheidslijnError("-o - streams and keeps nothing; for Ray, --work, --since and --log-json name a file")
    if dry_run and any(is_remote(one) for one in inputs):
        raise ScheidslijnError("--dry-run tries documents of this machine; give it a folder with some of them")
    if on_ray and not dry_run:
        from scheidslijn.batch.clusterjob import run_cluster_job

        with open_log(log_json) as log:
            _report(run_cluster_job(job, loaded, inputs, tell, log, address=cluster), loaded, out)
        return
    sources = list(walk(inputs))
    refuse_as_output(out, sources)
    if codebook is not None and loaded.name != "terms":
        tell(
            f"Note: changed terms and definitions of {loaded.codebook.label} reach a trained model only by retraining."
        )
    if dry_run:
        for line in estimate(sources, loaded, limits, ocr=ocr, workers=workers):
            typer.echo(line)
        return
    if out == "-":
        summary = _stream(sources, loaded, limits, ocr)
    else:
        with open_log(log_json) as log:
            summary = run_job(job, loaded, sources, tell, log)
    _report(summary, loaded, out)


def _report(summary: Summary, labeller: Labeller, out: str) -> None:
    """Tell what was done, and exit with 3 when some inputs failed."""
    for line in summary.lines(labeller.codebook):
        tell(line)
    if out != "-":
        tell(f"Wrote {counted(summary.passages, 'row')} to {out} ({labeller.version}, {labeller.codebook.label}).")
    if summary.failures:
        raise typer.Exit(SOME_FAILED)


def _stream(sources: list[Source], labeller: Labeller, limits: Limits, ocr: bool) -> Summary:
    """Label to standard output as reading goes on; nothing is kept."""
    from scheidslijn.labelling import label_to
    from scheidslijn.progress import Progress
    from scheidslijn.tables import TableWriter, columns_of
    from scheidslijn.workers import read_all

    writer = TableWriter("-", columns_of(labeller.codebook), labeller.codebook.keys)
    progress = Progress(len(sources))
    try:
        return label_to(writer, read_all(sources, limits, ocr=ocr), labeller, tell, progress)
    finally:
        progress.close()

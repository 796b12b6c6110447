"""`scheidslijn shares estimate | plan | draw`: thin over `scheidslijn.measuring.shares`."""

from __future__ import annotations

import shlex
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from scheidslijn.cli.options import Force, tell

if TYPE_CHECKING:
    from scheidslijn.codebook import Codebook
    from scheidslijn.measuring.shares.frame import Frame
    from scheidslijn.measuring.shares.joining import Sample

app = typer.Typer(
    help="Shares that can be published: the labels counted, corrected with a hand-coded sample.", no_args_is_help=True
)


class Language(StrEnum):
    """Language of the tables."""

    nl = "nl"
    en = "en"


Labelled = Annotated[
    str, typer.Argument(metavar="LABELLED", help="Output of `scheidslijn label`: .jsonl, .csv, .xlsx or .parquet.")
]
Book = Annotated[str | None, typer.Option(help="Name or path of a codebook.  [default: the one in LABELLED]")]
Beyond = Annotated[bool, typer.Option("--beyond", help="Intervals for more such documents, not for exactly these.")]


@app.command("estimate")
def estimate_command(
    labelled: Labelled,
    sample: Annotated[
        list[str] | None, typer.Option("-s", "--sample", help="Hand-coded passages of it; may be given several times.")
    ] = None,
    out: Annotated[str, typer.Option("-o", "--out", help="Table to write: .md, .csv, .json or .txt; - to show.")] = "-",
    split: Annotated[
        str | None, typer.Option("--split", help="Leave out the test documents of this split, as `queue --split` did.")
    ] = None,
    beyond: Beyond = False,
    assume_random: Annotated[
        bool, typer.Option("--assume-random", help="Go on without chances to be drawn; figures are called 'as if'.")
    ] = False,
    level: Annotated[float, typer.Option(min=0.5, max=0.999, help="Coverage of the intervals.")] = 0.95,
    language: Annotated[Language, typer.Option(help="Language of the table.")] = Language.nl,
    codebook: Book = None,
    force: Force = False,
) -> None:
    """Estimate the share of passages with each code, with an interval, from labels and a hand-coded sample.

    Draw the sample with `scheidslijn shares draw`: only then is it known what chance each passage had.

    Example: scheidslijn shares estimate labels.jsonl --sample coded.xlsx -o shares.md
    """
    from scheidslijn.errors import ScheidslijnError
    from scheidslijn.measuring.shares.estimating import estimate
    from scheidslijn.measuring.shares.reporting import csv_of, json_of, markdown_of, text_of
    from scheidslijn.measuring.shares.writing import form_of, write_text

    form = form_of(out)
    if not sample:
        raise ScheidslijnError(
            "a share without an interval is not given; code a sample and name it with --sample "
            f"(draw one: scheidslijn shares draw {shlex.quote(labelled)} -n 200 -o sample.xlsx"
            + (f" --codebook {shlex.quote(codebook)})" if codebook else ")")
        )
    frame, book = _frame(labelled, codebook)
    if split:
        from pathlib import Path

        from scheidslijn.measuring.shares.frame import without_documents
        from scheidslijn.splits import read_split

        parts = read_split(Path(split)).assign(frame.documents)
        frame = without_documents(frame, [name for name, part in parts.items() if part in ("test", "validation")])
        tell(f"Shares are of the {len(frame.documents):,} documents that {split} does not keep for testing.")
    joined = _sample(frame, sample, book)
    if not joined.random and not assume_random:
        raise ScheidslijnError(
            f"{sample[0]}: nothing says that these passages were drawn at random (no column inclusion_probability); "
            "draw a sample with `scheidslijn shares draw`, or give --assume-random for as-if figures"
        )
    shares = estimate(frame, joined, beyond=beyond, level=level)
    made = {
        "txt": lambda: text_of(frame, shares, language.value),
        "md": lambda: markdown_of(frame, shares, language.value),
        "csv": lambda: csv_of(frame, shares),
        "json": lambda: json_of(frame, shares),
    }[form]()
    write_text(out, made, force=force)
    if out != "-":
        tell(f"Wrote shares of {len(shares.passages)} codes to {out}.")


@app.command("plan")
def plan_command(
    labelled: Labelled,
    code: Annotated[
        list[str], typer.Option("--code", help="Code to plan for (scheidslijn.middengroepen); repeatable.")
    ],
    margin: Annotated[float, typer.Option(help="How far the share may lie off, in percentage points.")] = 2.0,
    sample: Annotated[
        list[str] | None, typer.Option("-s", "--sample", help="Passages coded already, as a pilot.")
    ] = None,
    documents: Annotated[
        int, typer.Option(min=0, help="Code passages of this many documents only.  [default: all]")
    ] = 0,
    beyond: Beyond = False,
    codebook: Book = None,
) -> None:
    """Say how many passages to code, to know the share of a code as precisely as you need.

    Example: scheidslijn shares plan labels.jsonl --code scheidslijn.middengroepen --margin 2
    """
    from scheidslijn.measuring.shares.planning import plan
    from scheidslijn.measuring.shares.planning_text import plan_lines

    frame, book = _frame(labelled, codebook)
    pilot = _sample(frame, sample, book) if sample else None
    for key in code:
        made = plan(frame, key, margin / 100, pilot=pilot, documents=documents, beyond=beyond)
        typer.echo("\n".join(plan_lines(frame, made, documents, beyond, codebook or "")))


@app.command("draw")
def draw_command(
    labelled: Labelled,
    out: Annotated[str, typer.Option("-o", "--out", help="Coding sheet to write: .xlsx, .csv, .jsonl or .parquet.")],
    passages: Annotated[int, typer.Option("-n", "--passages", min=0, help="How many passages to draw.")] = 0,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="Draw more where the labeller is unsure of this code; repeatable."),
    ] = None,
    documents: Annotated[
        int, typer.Option(min=0, help="Draw this many documents first, and passages of those only.  [default: all]")
    ] = 0,
    whole_documents: Annotated[
        int, typer.Option(min=0, help="Draw this many documents and code them whole: gives shares of documents.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Another number draws other passages.")] = 1,
    codebook: Book = None,
    force: Force = False,
) -> None:
    """Draw passages to code by hand, and write a sheet for the coder with the chance that each had to be drawn.

    The sheet does not show what the labeller said. In each column write the codes, divided by `|`; where none applies
    write `geen`; leave a cell empty only if you did not code it.

    Example: scheidslijn shares draw labels.jsonl -n 400 --code scheidslijn.middengroepen -o sample.xlsx
    """
    from scheidslijn.measuring.shares.drawing import Design, draw
    from scheidslijn.measuring.shares.sheet import sheet_columns, sheet_rows
    from scheidslijn.tables import Column, TableWriter

    if bool(passages) == bool(whole_documents):
        raise typer.BadParameter("give either --passages or --whole-documents")
    if whole_documents and (documents or code):
        raise typer.BadParameter("--whole-documents goes without --documents and --code")
    frame, book = _frame(labelled, codebook)
    design = Design(seed, passages, tuple(code or ()), whole_documents or documents, bool(whole_documents))
    drawn = draw(frame, design)
    kinds = {"page": "int", "inclusion_probability": "float"}
    columns = tuple(Column(name, kinds.get(name, "text")) for name in sheet_columns(book))  # type: ignore[arg-type]
    with TableWriter(out, columns, force=force) as writer:
        for row in sheet_rows(frame, drawn, book):
            writer.write(row)
    where = len({frame.passages[number].document for number in drawn.drawn.nonzero()[0]})
    tell(f"Wrote {writer.rows:,} passages of {where} documents to {out} (seed {seed}, {drawn.fingerprint}).")
    tell("Write codes divided by |; write 'geen' where none applies; leave a cell empty only if you did not code it.")


def _frame(labelled: str, codebook: str | None) -> tuple[Frame, Codebook]:
    from pathlib import Path

    from scheidslijn.measuring.shares.frame import codebook_for, read_frame

    book = codebook_for(Path(labelled), codebook or "")
    frame = read_frame(Path(labelled), book)
    for problem in frame.problems[:5]:
        tell(f"Left out: {problem}")
    if len(frame.problems) > 5:
        tell(f"Left out: {len(frame.problems) - 5:,} more rows.")
    return frame, book


def _sample(frame: Frame, files: list[str], book: Codebook) -> Sample:
    from scheidslijn.annotations.reading import read_codings
    from scheidslijn.measuring.shares.joining import join

    codings = read_codings(files, book)
    joined = join(frame, codings, book)
    lines = [*map(str, codings.problems), *(f"Not in {frame.name}: {one}" for one in joined.unmatched)]
    for line in lines[:20]:
        tell(line)
    if len(lines) > 20:
        tell(f"… and {len(lines) - 20:,} more such lines.")
    for note in joined.notes:
        tell(f"Note: {note}.")
    return joined

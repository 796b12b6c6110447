"""`scheidslijn agree`: thin over `scheidslijn.agreeing`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from scheidslijn.cli.codebook import Language
from scheidslijn.cli.options import Force, tell
from scheidslijn.counting import counted

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="Coded passages of two or more coders: JSONL, CSV or XLSX, exports of Label Studio, doccano, INCEpTION or "
        "Prodigy; folders of these. What suggest wrote is a coder too.",
        show_default=False,
    ),
]
Coders = Annotated[
    list[str] | None, typer.Option("--coders", help="Compare these coders; repeatable, or divided by commas.")
]
Dimensions = Annotated[
    list[str] | None, typer.Option("--dimension", help="Measure this dimension; repeatable.  [default: all]")
]
Labelled = Annotated[
    list[str] | None,
    typer.Option(
        "--labelled", help="Labelled table of a trained model as one more coder, as FILE or NAME=FILE; repeatable."
    ),
]
Out = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--out",
        help="Write the report: .md (for readers), .json, or .csv (all figures); repeatable. The screen "
        "then shows the overview alone.",
    ),
]
Discuss = Annotated[
    str | None,
    typer.Option("--discuss", help="Write every passage on which coders differ, largest first: .csv, .xlsx, .jsonl."),
]


def agree_command(
    files: Files,
    out: Out = None,
    discuss: Discuss = None,
    codebook: Annotated[str, typer.Option(help="Name or path of the codebook.")] = "sociale-tweedeling",
    coders: Coders = None,
    dimension: Dimensions = None,
    labelled: Labelled = None,
    by: Annotated[
        str, typer.Option(help="Compare variants of a language model by this fact of the rows.  [default: document]")
    ] = "",
    language: Annotated[
        Language | None, typer.Option(help="Language of the report.  [default: nl in files, en on screen]")
    ] = None,
    problems: Annotated[
        str | None, typer.Option("--problems", help="Write every row that could not be taken as it stands to this CSV.")
    ] = None,
    force: Force = False,
) -> None:
    """Measure how far coders agree, before any model exists, and find the passages to discuss first.

    Krippendorff's alpha (nominal, and with set distance where several codes may be given), Cohen's kappa, Gwet's AC1
    and percent agreement, by dimension and code, with intervals clustered by document. docs/agreement.md explains them.
    Where a language model or a trained model is among the coders, also people with people beside people with machines;
    where there are several language models or prompts, also which conclusions are the same under all of them.

    Example: scheidslijn agree anna.xlsx bram.xlsx -o agreement.md --discuss discuss.xlsx
    """
    from scheidslijn.agreeing.job import agree
    from scheidslijn.agreeing.text import overview_lines, report_lines
    from scheidslijn.agreeing.writing import check_output, write_discuss, write_report
    from scheidslijn.annotations.problems import problem_lines, write_problems
    from scheidslijn.codebook import load_codebook
    from scheidslijn.errors import ScheidslijnError
    from scheidslijn.evaluating.as_coder import trained_coders
    from scheidslijn.tables import form_of

    for path in out or []:
        check_output(Path(path), force=force)  # a wrong name is told before anything is read
    if discuss is not None:
        form_of(discuss)
    chosen = [name.strip() for one in coders or [] for name in one.split(",") if name.strip()]
    book = load_codebook(codebook)
    trained = trained_coders(labelled or (), book, tell)
    found = agree(files, book, coders=chosen, dimensions=dimension or (), labelled=trained, by=by)
    if problems is not None:
        write_problems(found.read.problems, Path(problems), force=force)
    else:
        for line in problem_lines(found.read.problems, first=1):
            tell(line)
    on_screen: Literal["nl", "en"] = language.value if language else "en"
    short = bool(out) and found.measured  # where nothing was measured, the report says why
    if lines := overview_lines(found, on_screen) if short else report_lines(found, on_screen):
        typer.echo("\n".join(lines))
    for path in out or []:
        write_report(found, Path(path), language.value if language else "nl", force=force)
        tell(f"Wrote {path}.")
    if discuss is not None:
        write_discuss(found, discuss, language.value if language else "nl", force=force)
        tell(f"Wrote {len(found.discuss):,} passages to {discuss}.")
    if problems is None and found.read.problems:
        number = counted(len(found.read.problems), "problem")
        tell(f"{number} with what was read, the first above; write all with --problems problems.csv")
    if not found.measured:
        raise ScheidslijnError("no passage was coded by two coders; the report says what is still possible")

"""`scheidslijn train`: from coded passages to a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scheidslijn.cli.options import Force, tell

Data = Annotated[
    list[str],
    typer.Argument(
        metavar="DATA...",
        help="Coded passages: our JSONL, CSV or XLSX with a column per dimension, exports of Label Studio, doccano, "
        "INCEpTION or Prodigy; folders of these.",
        show_default=False,
    ),
]
Texts = Annotated[
    list[str] | None,
    typer.Option(
        "--texts", help="Documents or tables with the texts of passages that DATA has by key only; repeatable."
    ),
]
ColumnNames = Annotated[
    str | None,
    typer.Option("--columns", help="TOML file with the names of columns and codes, where they are not the usual ones."),
]
Coder = Annotated[str, typer.Option("--coder", help="Who coded rows that name no coder.", show_default=False)]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Replace one value of the recipe; repeatable."),
]
Problems = Annotated[
    str | None, typer.Option("--problems", help="Write every row that could not be taken as it stands to this CSV.")
]

Suggestions = Annotated[
    list[str] | None,
    typer.Option(
        "--suggestions", help="Suggestions of a language model to learn from as well (`suggest`); repeatable."
    ),
]
TestedBy = Annotated[
    str | None,
    typer.Option(
        "--verdict",
        help="Verdict of codebook-test: only dimensions that may count are learned from, as they stand. Without it "
        "all are, as chances, by how far they agree with what people coded.",
    ),
]
Weight = Annotated[
    str,
    typer.Option(
        "--suggestion-weight", help="What a suggested label counts beside a person's: auto (the agreement), or 0 to 1."
    ),
]


def weight_of(text: str) -> float | None:
    """The weight of suggestions: None for "auto".

    Raises:
        typer.BadParameter: neither "auto" nor a number from 0 to 1.
    """
    if text == "auto":
        return None
    try:
        weight = float(text)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= 1:
        raise typer.BadParameter(f"--suggestion-weight is {text!r}; give auto, or a number from 0 to 1")
    return weight


def train_command(
    data: Data,
    out: Annotated[str, typer.Option("-o", "--out", help="Model folder to write.")],
    codebook: Annotated[str, typer.Option(help="Name or path of the codebook.")] = "sociale-tweedeling",
    base_model: Annotated[
        str,
        typer.Option(
            help="Encoder to begin with: a shipped model, a folder, or a name on the model hub (this one is fetched), "
            "such as GroNLP/bert-base-dutch-cased."
        ),
    ] = "compact-2",
    recipe: Annotated[str, typer.Option(help="Recipe: compact, base, large, or a TOML file.")] = "compact",
    settings: Settings = None,
    split: Annotated[
        str | None,
        typer.Option(
            help="File that says which documents are for testing; made when absent.  [default: OUT.split.toml]"
        ),
    ] = None,
    texts: Texts = None,
    columns: ColumnNames = None,
    coder: Coder = "",
    problems: Problems = None,
    learning_curve: Annotated[
        bool,
        typer.Option("--learning-curve", help="Also train on a quarter, half and three quarters of the documents."),
    ] = False,
    suggestions: Suggestions = None,
    verdict: TestedBy = None,
    suggestion_weight: Weight = "auto",
    force: Force = False,
) -> None:
    """Train a model on coded passages: fine-tune, calibrate, choose thresholds, and measure on documents held apart.

    Documents stay whole: no passage of a test document is learned from. Rows that cannot be taken are listed, and
    nothing is dropped silently. A run that was broken goes on where it was when the same command is given again.
    The model card (README.md in the folder) has every figure with its interval.

    Example: scheidslijn train codes.xlsx -o my-model
    """
    from scheidslijn.training.telling import Stages
    from scheidslijn.training.workflow import TrainJob, run_train

    stages = Stages(tell)
    job = TrainJob(
        data=tuple(data), out=Path(out), codebook=codebook, base=base_model, recipe=recipe,
        settings=tuple(settings or ()), split=Path(split) if split else None, texts=tuple(texts or ()),
        columns=Path(columns) if columns else None, coder=coder,
        problems=Path(problems) if problems else None, learning_curve=learning_curve, force=force,
        suggestions=tuple(suggestions or ()), verdict=Path(verdict) if verdict else None,
        weight=weight_of(suggestion_weight),
    )  # fmt: skip
    try:
        run_train(job, tell, stages.step)
    finally:
        stages.close()

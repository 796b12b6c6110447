"""`scheidslijn retrain`: a model goes on with new coded passages, and is replaced only by a better one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scheidslijn.cli.options import tell
from scheidslijn.cli.train import (
    Coder,
    ColumnNames,
    Problems,
    Settings,
    Suggestions,
    TestedBy,
    Texts,
    Weight,
    weight_of,
)


def retrain_command(
    model: Annotated[str, typer.Argument(metavar="MODEL_DIR", help="Model folder, or the name of a shipped model.")],
    add: Annotated[list[str], typer.Option("--add", help="New coded passages, in any form `train` reads; repeatable.")],
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", help="Folder for the better model.  [default: MODEL_DIR itself; the old one stays beside it]"
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option("--data", help="What the model was trained on, when it is no longer where it was; repeatable."),
    ] = None,
    codebook: Annotated[
        str | None, typer.Option(help="A newer version of the codebook.  [default: the one of the model]")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="OLD=NEW", help="What became of a code that is gone (OLD= for removed); repeatable."
        ),
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(help="Recipe: a shipped name or a TOML file.  [default: the one of the model]")
    ] = None,
    settings: Settings = None,
    texts: Texts = None,
    columns: ColumnNames = None,
    coder: Coder = "",
    problems: Problems = None,
    suggestions: Suggestions = None,
    verdict: TestedBy = None,
    suggestion_weight: Weight = "auto",
) -> None:
    """Train a model on with new coded passages, and promote the result only when it is shown to be better.

    Old and new model label the same held-apart documents. The new one replaces the old when the paired test, clustered
    by document, finds it worse on no code with enough support and better somewhere; otherwise the old one stays, and
    the reason is told. Either way the comparison is written beside the model (OUT.retrain.json and .md).

    Exit codes: 0 promoted, 1 explained failure, 2 usage, 4 not promoted: the old model stays.

    Example: scheidslijn retrain my-model --add more-codes.xlsx
    """
    from scheidslijn.training.rework import RetrainJob, run_retrain
    from scheidslijn.training.telling import Stages

    stages = Stages(tell)
    job = RetrainJob(
        model=model, add=tuple(add), out=Path(out) if out else None, data=tuple(data or ()), codebook=codebook,
        mapping=tuple(mapping or ()), recipe=recipe, settings=tuple(settings or ()), texts=tuple(texts or ()),
        columns=Path(columns) if columns else None, coder=coder, problems=Path(problems) if problems else None,
        suggestions=tuple(suggestions or ()), verdict=Path(verdict) if verdict else None,
        weight=weight_of(suggestion_weight),
    )  # fmt: skip
    try:
        promoted = run_retrain(job, tell, stages.step)
    finally:
        stages.close()
    if not promoted:
        raise typer.Exit(NOT_PROMOTED)


NOT_PROMOTED = 4
"""Exit code when the retrained model was not shown to be better."""

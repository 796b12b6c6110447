"""The command line: one thin file a verb over a plain function.

Exit codes: 0 done, 1 explained failure, 2 usage, 3 some files failed.
"""

from __future__ import annotations

import os
import sys

import typer

from scheidslijn.cli import (
    agree,
    code,
    codebook,
    codebook_test,
    evaluate,
    export,
    label,
    passages,
    pretrain,
    queue,
    retrain,
    shares,
    suggest,
    train,
)
from scheidslijn.errors import ScheidslijnError

app = typer.Typer(
    name="scheidslijn",
    help="Read Dutch policy documents and label their passages by a codebook.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help answers at once and pastes well
    pretty_exceptions_enable=False,
)
app.command("label")(label.label_command)
app.command("passages")(passages.passages_command)
app.command("suggest")(suggest.suggest_command)
app.command("codebook-test")(codebook_test.codebook_test_command)
app.command("code")(code.code_command)
app.command("export")(export.export_command)
app.command("agree")(agree.agree_command)
app.command("train")(train.train_command)
app.command("pretrain")(pretrain.pretrain_command)
app.command("queue")(queue.queue_command)
app.command("evaluate")(evaluate.evaluate_command)
app.command("retrain")(retrain.retrain_command)
app.add_typer(codebook.app, name="codebook")
app.add_typer(shares.app, name="shares")


def _version(wanted: bool) -> None:
    if wanted:
        from scheidslijn import __version__

        typer.echo(f"scheidslijn {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Read Dutch policy documents and label their passages by a codebook."""


def main() -> None:
    """Run the command line; an explained failure is one line on standard error and exit code 1."""
    try:
        app()
    except ScheidslijnError as error:
        typer.echo(f"scheidslijn: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # the reader of our output has gone (`| head`): leave without a traceback at shutdown either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

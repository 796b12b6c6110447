"""`scheidslijn pretrain`: from raw Dutch text to an encoder, or an encoder adapted to a domain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scheidslijn.cli.options import tell
from scheidslijn.cli.train import Settings

Corpora = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        help="Raw text: JSON lines with `text` and, where known, `doc_id` and `year` (also .gz), or .txt with a "
        "paragraph a line; repeatable. Small sources first: what a later one copies is left out there.",
    ),
]
Evaluated = Annotated[
    list[Path] | None,
    typer.Option("--evaluated", help="Texts in the same forms that must not be learned from; repeatable."),
]


def pretrain_command(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the encoder, checkpoints and log.")],
    corpus: Corpora = None,
    recipe: Annotated[
        str, typer.Option(help="Recipe: pretrain-compact-cpu, pretrain-compact, pretrain-adapt, or a TOML file.")
    ] = "pretrain-compact-cpu",
    start: Annotated[
        str,
        typer.Option(
            "--from",
            help="Go on from this encoder: a shipped model, a folder, or a name on the model hub (this one is "
            "fetched), such as GroNLP/bert-base-dutch-cased.  [default: begin anew]",
        ),
    ] = "",
    evaluated: Evaluated = None,
    settings: Settings = None,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Stop when text is cleaned and cut into word pieces.")
    ] = False,
    most_steps: Annotated[int, typer.Option(min=0, help="Stop after so many steps; 0 for the whole recipe.")] = 0,
) -> None:
    """Pre-train a Dutch encoder on raw text, or adapt an existing one to a domain, by masked language modelling.

    Takes an accelerator where torch sees one (bfloat16, torch.compile). The same command takes a stopped run up again,
    also on another machine that has the folder; the corpora need not be given then. OUT/encoder is a base model for
    `train`.

    Example: scheidslijn pretrain --corpus raad.jsonl.gz --from my-encoder --recipe pretrain-adapt -o encoder
    """
    from scheidslijn.pretraining.pipeline import pretrain
    from scheidslijn.pretraining.recipe import Recipe
    from scheidslijn.recipes import read_recipe
    from scheidslijn.shipped import shipped_names, shipped_path

    path = shipped_path("recipes", recipe) if recipe in shipped_names("recipes") else Path(recipe)
    steps = -1 if prepare_only else most_steps
    made = read_recipe(path, Recipe, settings or ())
    found = pretrain(made, corpus or [], evaluated or [], out, steps, start, tell)
    tell(
        f"Held apart: masked accuracy {found.accuracy:.4f}, pseudo-perplexity {found.perplexity:.2f}, "
        f"{found.places:,} positions."
    )
    if not prepare_only:
        tell(f"Wrote {out / 'encoder'}; give it to `scheidslijn train` as --base-model.")

"""`python -m scheidslijn.pretraining RECIPE --corpus FILE... [--evaluated FILE...] -o DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scheidslijn.errors import ScheidslijnError
from scheidslijn.pretraining.recipe import read_recipe


def main(arguments: Sequence[str] | None = None) -> int:
    """Run or resume a pre-training; 0 if it went well, 1 after an explained failure."""
    parser = argparse.ArgumentParser(prog="python -m scheidslijn.pretraining", description="Pre-train a Dutch encoder.")
    parser.add_argument("recipe", type=Path, help="TOML file")
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="JSON lines with a `text`, also .gz")
    parser.add_argument("--evaluated", type=Path, nargs="*", default=[], help="texts that must not be trained on")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder for the encoder, checkpoints and log")
    parser.add_argument("--most-steps", type=int, default=0, help="stop after so many steps, to be resumed")
    given = parser.parse_args(arguments)
    try:
        from scheidslijn.pretraining.pipeline import pretrain

        found = pretrain(read_recipe(given.recipe), given.corpus, given.evaluated, given.output, given.most_steps)
    except ScheidslijnError as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"masked accuracy {found.accuracy:.4f}, pseudo-perplexity {found.perplexity:.2f}, {found.places} positions")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

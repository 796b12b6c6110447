"""Does the stopping advice come true? At a part of the documents it forecasts what the others bring; then they come.

Run `python benchmarks/queue_forecast.py --shared ../shared`; it prints a Markdown table. For every seed a third of the
documents is only scored. Of the others a part is coded "now": from these alone the forecast is made. What happened is
the difference in macro-F1 on the scored third between learning from the part and from all. The test documents of
`training/splits/coded-1.toml` take no part.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import load_codebook
from scheidslijn.measuring.scores import macro_f1, outcomes
from scheidslijn.queueing.curve import features, fit_and_give, learning_curve
from scheidslijn.queueing.forecast import gain

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

from coded_passages import coded_examples, test_documents  # noqa: E402


def one_seed(examples: list[Example], part: float, seed: int) -> dict[str, tuple[float, float, float, float, int, int]]:
    """By dimension what happened, what was forecast (value, low, high), and the passages before and after."""
    codebook = load_codebook("sociale-tweedeling")
    names = np.array(sorted({one.document for one in examples}))
    names = names[np.random.default_rng(seed).permutation(len(names))]
    third = len(names) // 3
    scored, learned = set(names[:third]), list(names[third:])
    now = set(learned[: round(part * len(learned))])
    own = [one for one in examples if one.document in now]
    curve = learning_curve(own, codebook, seed)
    targets, matrix = target_matrix(examples, codebook), features([one.text for one in examples])
    document = np.array([one.document for one in examples])
    held = np.flatnonzero(np.isin(document, list(scored)))
    before, after = np.flatnonzero(np.isin(document, list(now))), np.flatnonzero(np.isin(document, learned))
    given = [fit_and_give(matrix, targets, rows, held) for rows in (before, after)]
    counts = [outcomes(one, targets[held]).sum(axis=0) for one in given]
    found = {}
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        if (target_matrix(own, codebook)[:, columns] >= 0.5).sum(axis=0).max(initial=0) < 10:
            continue
        here, there = (float(macro_f1(one[None, columns])[0]) for one in counts)
        made = gain(curve, columns, len(after) - len(before), seed)
        found[dimension.name] = (there - here, made.value, made.low, made.high, len(before), len(after))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    codebook = load_codebook("sociale-tweedeling")
    examples, _ = coded_examples(given.shared, HERE.parent / "training" / "annotations", codebook)
    tested = test_documents(HERE.parent / "training" / "splits" / "coded-1.toml", examples)
    examples = [one for one in examples if one.document not in tested]
    print("| part | dimension | passages before → after | happened | forecast | too low by | inside | seeds |")
    print("|---|---|---|---|---|---|---|---|")
    for part in (0.25, 0.5):
        rows = defaultdict(list)
        for seed in range(given.seeds):
            for name, row in one_seed(examples, part, seed).items():
                rows[name].append(row)
        for name, own in rows.items():
            happened, value, low, high, before, after = np.array(own).T
            inside = np.mean((happened >= low) & (happened <= high))
            error = (happened - value).std(ddof=1) / np.sqrt(len(own))
            print(
                f"| {part:.0%} | `{name}` | {before.mean():.0f} → {after.mean():.0f} | {happened.mean():+.3f} | "
                f"{value.mean():+.3f} ({low.mean():+.3f} to {high.mean():+.3f}) | {(happened - value).mean():+.3f} "
                f"± {error:.3f} | {inside:.0%} | {len(own)} |", flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()

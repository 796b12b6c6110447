"""Codes that a model gives far too often, so that whoever trained it hears of it before using it.

A model of few examples can give one code to nearly every passage: where it cannot tell who has a code, F1 is best when
all get it (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding of classifiers to maximize F1 measure").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.measuring.compare import Scored, given_codes
from scheidslijn.measuring.intervals import Array, intervals, per_document
from scheidslijn.measuring.scores import FN, FP, TP, outcomes

LEAST, TIMES = 10, 2.0
"""A code counts as given too often when it is given to at least so many passages, and to more than so many times the
share that coders gave it to, and to a larger share than the 95 % interval by document of that share reaches."""


def overgiven(
    scored: Mapping[str, Scored], best: Mapping[str, str], targets: NDArray[np.float32], documents: Sequence[str],
    codebook: Codebook, learned: NDArray[np.float32],
) -> list[dict[str, Any]]:  # fmt: skip
    """Find the codes that a model gives too often, in the order of the codebook; for the rule see `LEAST`.

    Args:
        scored: by name of a labeller what it made of passages it was not trained on.
        best: by dimension the labeller that serves it.
        targets: what is known of these passages, shape `(passages, codes)`, NaN where unknown.
        documents: of each of them; with one there is no interval, so no code is found.
        learned: what is known of the passages that were learned from, for the number of examples.

    Returns:
        by code a table for `model.toml`: `code` (its key), `given` (share, 0 to 1), `coded` (`[share, low, high]`),
        `passages` that both are measured on, and `examples` that were learned from.
    """
    out = []
    examples = (learned >= 0.5).sum(axis=0)
    for dimension in codebook.dimensions:
        if dimension.name not in best:
            continue
        columns = codebook.columns(dimension.name)
        given = given_codes(scored[best[dimension.name]], dimension, columns)
        summed = per_document(documents, outcomes(given, targets[:, columns]))
        coded = intervals(summed, _coded_share, weights=summed.sum(axis=-1))
        total = summed.sum(axis=0)
        for number, (own, found) in enumerate(zip(total, coded, strict=True)):
            times, passages, column = own[TP] + own[FP], own.sum(), range(len(codebook.keys))[columns][number]
            share = times / max(passages, 1)
            if times >= LEAST and share > TIMES * found.value and share > found.high:
                out.append(
                    {"code": codebook.keys[column], "given": round(float(share), 3), "coded": found.rounded,
                     "passages": int(passages), "examples": int(examples[column])}
                )  # fmt: skip
    return out


def overgiven_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """A line for each code that the facts of a model say is given too often.

    >>> own = {"code": "t.a", "given": 0.89, "coded": [0.29, 0.2, 0.4], "passages": 72, "examples": 6}
    >>> next(overgiven_lines({"scores": {"test": {}}, "overgiven": [own]}))
    'gives t.a to 89 % of 72 passages held apart, coded 29 %: trained on 6 examples; code more before you use it'
    """
    where = "held apart" if "test" in facts.get("scores", {}) else "out of fold"
    for one in facts.get("overgiven", ()):
        few = f"trained on {one['examples']} example" + ("" if one["examples"] == 1 else "s")
        yield (
            f"gives {one['code']} to {percent(one['given'])} of {one['passages']:,} passages {where}, coded "
            f"{percent(one['coded'][0])}: {few}; code more before you use it"
        )


def percent(share: float) -> str:
    """A share in whole percents, below 10 % with a decimal.

    >>> percent(0.285), percent(0.004)
    ('28 %', '0.4 %')
    """
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


def _coded_share(counts: Array) -> Array:
    """Share of the passages that have each code, from counts `(…, codes, 4)`; NaN where nothing is known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((counts[..., TP] + counts[..., FN]) / counts.sum(axis=-1))

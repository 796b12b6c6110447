"""Labellers side by side: a table of scores, which is best where, and what changes between two versions of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.labellers.base import Decision
from scheidslijn.measuring.compare import Scored, dimension_score, given_codes, macro_difference

PAIRS = (
    ("tfidf", "terms"), ("encoder", "tfidf"), ("encoder", "terms"),
    ("blend", "terms"), ("blend", "tfidf"), ("blend", "encoder"),
)  # fmt: skip
"""Which differences are tested: each labeller against the plainer ones."""


def choose_best(
    scored: Mapping[str, Scored], targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook
) -> dict[str, str]:
    """By dimension the labeller to take, on passages that none was trained on; a dimension nobody scores is absent.

    The labeller with the highest macro-F1, but where there is a blend, the blend unless that one is surely better than
    it (95 % interval of the paired difference, by document, above 0). What is ahead by chance on some documents falls
    behind on later ones: on the programmes of 2012 the encoder that led before 2012 was 0.04 below the blend.
    """
    best = {}
    for dimension in codebook.dimensions:
        scores = {
            name: dimension_score(one, targets, documents, codebook, dimension.name) for name, one in scored.items()
        }
        macro = {name: one.macro.value for name, one in scores.items() if one is not None}
        if not macro:
            continue
        first = max(macro, key=lambda name: macro[name])
        if "blend" in macro and first != "blend":
            ahead = macro_difference(scored[first], scored["blend"], targets, documents, codebook, dimension.name)
            first = first if ahead.low > 0 else "blend"
        best[dimension.name] = first
    return best


def merge(scored: Mapping[str, Scored], best: Mapping[str, str], codebook: Codebook) -> Scored:
    """What the labeller `best` makes of the same passages."""
    first = next(iter(scored.values()))
    probabilities = np.full_like(first.probabilities, np.nan)
    thresholds: dict[str, float] = {}
    for dimension, name in best.items():
        columns = codebook.columns(dimension)
        probabilities[:, columns] = scored[name].probabilities[:, columns]
        own = scored[name].decision.thresholds
        thresholds |= {key: own[key] for key in codebook.keys[columns] if key in own}
    return Scored(probabilities, Decision(thresholds))


def side_by_side(
    scored: Mapping[str, Scored], targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook
) -> dict[str, Any]:
    """Scores of every labeller on every dimension, and paired differences of the macro-F1."""
    out: dict[str, Any] = {}
    for dimension in codebook.dimensions:
        table: dict[str, Any] = {}
        for name, made in scored.items():
            score = dimension_score(made, targets, documents, codebook, dimension.name)
            if score is not None:
                table[name] = score.as_table()
        for one, other in PAIRS:
            if one in table and other in table:
                paired = macro_difference(scored[one], scored[other], targets, documents, codebook, dimension.name)
                table[f"{one}_minus_{other}"] = paired.rounded
        if table:
            out[dimension.name] = table
    return out


def label_change(full: Scored, small: Scored, codebook: Codebook) -> dict[str, Any]:
    """How labels and probabilities differ between two versions of one labeller, as shares and distances."""
    changed = [
        given_codes(full, one, codebook.columns(one.name)) != given_codes(small, one, codebook.columns(one.name))
        for one in codebook.dimensions
    ]
    flat, apart = np.concatenate(changed, axis=1), np.abs(full.probabilities - small.probabilities)
    return {
        "passages": len(flat), "passages_changed": round(float(flat.any(axis=1).mean()), 4),
        "labels_changed": round(float(flat.mean()), 5), "mean_difference": round(float(np.nanmean(apart)), 5),
        "largest_difference": round(float(np.nanmax(apart)), 4),
    }  # fmt: skip

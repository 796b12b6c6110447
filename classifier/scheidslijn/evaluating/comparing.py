"""Two labellers on the same passages, paired by document, corrected for the number of comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.evaluation import Comparison
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.measuring import scores
from scheidslijn.measuring.paired import compare_given, holm


def comparisons(
    codebook: Codebook, gold: Gold, one: Predictions, others: Sequence[Predictions]
) -> tuple[Comparison, ...]:
    """Compare one labeller with each of the others on every dimension that both answer, by macro-F1 and micro-F1.

    Only passages that both answer count. p-values are corrected over all comparisons together (Holm 1979).
    """
    found: list[Comparison] = []
    for other in others:
        for dimension in codebook.dimensions:
            if dimension.name not in one.dimensions or dimension.name not in other.dimensions:
                continue
            columns = codebook.columns(dimension.name)
            answered = one.answers(codebook, dimension.name) & other.answers(codebook, dimension.name)
            rows = np.flatnonzero(gold.known(columns) & answered)
            truth = gold.targets[rows][:, columns]
            documents = [gold.passages[row].document for row in rows]
            given = [made.given[rows][:, columns] for made in (one, other)]
            compared = compare_given(dimension, given[0], given[1], truth, documents)
            if compared is None:
                continue
            counts = [scores.outcomes(own, truth).sum(axis=0, keepdims=True) for own in given]
            for measure, paired, statistic in (
                ("macro_f1", compared.macro, scores.macro_f1), ("overall", compared.micro, scores.micro_f1)
            ):  # fmt: skip
                values = [float(statistic(own)[0]) for own in counts]
                found.append(
                    Comparison(dimension.name, measure, one.name, other.name, values[0], values[1], paired.effect,
                               paired.p_value, paired.p_value)
                )  # fmt: skip
    adjusted = holm([own.p for own in found])
    return tuple(replace(own, p_holm=value) for own, value in zip(found, adjusted, strict=True))

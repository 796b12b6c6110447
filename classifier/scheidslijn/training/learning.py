"""The learning curve: how good the model would be with fewer coded documents, and so whether more would help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.compare import dimension_score
from scheidslijn.training.crossing import Fitted, OutOfFold, fit_on
from scheidslijn.training.trainer import Trainer, thinned

SHARES = (0.25, 0.5, 0.75)
"""Of the documents that each fold learns from; the whole is what training does anyway."""


def learning_curve(
    trainer: Trainer, examples: Sequence[Example], codebook: Codebook, fitted: Fitted, known: OutOfFold,
    beside: Sequence[Example] = (),
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """Train on smaller parts of the documents, each part within the next, and score all examples out of fold.

    Every point is made as the model is: calibration, thresholds and the best labeller of each dimension included.

    Returns:
        by dimension rows of `documents` and `passages` learned from (the mean over the folds) and `macro_f1` (value,
        low, high; 95 % by document).
    """
    curve: dict[str, list[dict[str, Any]]] = {}
    for share in (*SHARES, 1.0):
        if share < 1:
            known = trainer.out_of_fold(examples, codebook, share, beside)
            fitted = fit_on(known, codebook, trainer.recipe.calibration)
        documents, passages = _learned(examples, known, share, trainer.recipe.data.seed)
        for dimension in codebook.dimensions:
            score = dimension_score(
                fitted.cross["best"], known.targets, list(known.documents), codebook, dimension.name
            )
            if score is not None:
                row = {"documents": documents, "passages": passages, "macro_f1": score.macro.rounded}
                curve.setdefault(dimension.name, []).append(row)
    return curve


def _learned(examples: Sequence[Example], known: OutOfFold, share: float, seed: int) -> tuple[float, float]:
    """Mean number of documents and passages that a fold was learned from."""
    documents, passages, count = 0, 0, int(known.fold.max()) + 1
    for number in range(count):
        rest = [one for one, own in zip(examples, known.fold, strict=True) if own != number]
        learned = thinned(rest, share, seed)
        documents += len({one.document for one in learned})
        passages += len(learned)
    return round(documents / count, 1), round(passages / count, 1)

"""The figures on proxy labels: cleavage as one of four classes, and themes, with intervals clustered by document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.bootstrap import difference, estimate
from scheidslijn.measuring.compare import Scored, dimension_score, macro_difference
from scheidslijn.measuring.scores import accuracy, f1_per_code, macro_f1, outcomes
from scheidslijn.measuring.side_by_side import PAIRS


def cleavage_figures(scored: Mapping[str, Scored], examples: Sequence[Example], codebook: Codebook) -> dict[str, Any]:
    """Macro-F1 and accuracy over the classes `geen` and the three cleavages, by labeller, with paired differences.

    A passage gets the cleavage whose probability is highest relative to its threshold, or `geen` when none reaches it.
    """
    columns = codebook.columns("scheidslijn")
    targets = target_matrix(examples, codebook)[:, columns]
    known = np.isfinite(targets).all(axis=1)
    documents = [one.document for one, own in zip(examples, known, strict=True) if own]
    yes = targets[known] >= 0.5
    truth = np.column_stack([~yes.any(axis=1), yes]).astype(np.float32)
    keys = codebook.keys[columns]
    counts = {
        name: outcomes(
            _one_class(one.probabilities[known][:, columns], [one.decision.thresholds.get(k, 0.5) for k in keys]), truth
        )
        for name, one in scored.items()
    }
    out: dict[str, Any] = {"passages": int(known.sum()), "documents": len(set(documents))}
    for name, own in counts.items():
        classes = ("geen", *(key.split(".")[1] for key in keys))
        out[name] = {
            "macro_f1": estimate(documents, own, macro_f1).rounded,
            "accuracy": estimate(documents, own, accuracy).rounded,
            "codes": {c: round(float(f), 3) for c, f in zip(classes, f1_per_code(own.sum(axis=0)), strict=True)},
        }
    for more, less in PAIRS:
        out[f"{more}_minus_{less}"] = difference(documents, counts[more], counts[less], macro_f1).rounded
    return out


def _one_class(probabilities: NDArray[np.float32], thresholds: Sequence[float]) -> NDArray[np.bool_]:
    relative = probabilities / np.array(thresholds, dtype=np.float32)
    best = np.where(relative.max(axis=1) >= 1, relative.argmax(axis=1) + 1, 0)
    return best[:, None] == np.arange(probabilities.shape[1] + 1)


def theme_figures(scored: Mapping[str, Scored], examples: Sequence[Example], codebook: Codebook) -> dict[str, Any]:
    """Scores on the theme by labeller, with paired differences of the macro-F1."""
    targets, documents = target_matrix(examples, codebook), [one.document for one in examples]
    out: dict[str, Any] = {"passages": len(examples), "documents": len(set(documents))}
    for name, one in scored.items():
        found = dimension_score(one, targets, documents, codebook, "thema")
        if found is not None:
            out[name] = found.as_table()
    for more, less in PAIRS:
        paired = macro_difference(scored[more], scored[less], targets, documents, codebook, "thema")
        out[f"{more}_minus_{less}"] = paired.rounded
    return out

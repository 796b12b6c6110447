"""Several labellers side by side on the same coded passages, per dimension, with paired intervals by document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.deciding import decide
from scheidslijn.labellers.base import Decision
from scheidslijn.measuring.bootstrap import Estimate, difference, estimate
from scheidslijn.measuring.intervals import intervals, per_document
from scheidslijn.measuring.scores import (
    accuracy,
    expected_calibration_error,
    f1_per_code,
    macro_f1,
    micro_f1,
    outcomes,
    weight_all,
    weight_f1,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """What one labeller made of the passages: probabilities `(passages, codes)` and how it decides."""

    probabilities: NDArray[np.float32]
    decision: Decision


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """Scores of one labeller on one dimension.

    Attributes:
        macro: mean F1 over the codes that occur.
        overall: F1 of all labels together for a multi-label dimension, the share of right labels for a single-label
        one. codes: by code its F1 (NaN when neither given nor true).
        support: by code the number of passages that have it.
        calibration_error: expected calibration error, the mean over codes.
        passages: how many passages are coded on this dimension.
    """

    macro: Estimate
    overall: Estimate
    codes: Mapping[str, Estimate]
    support: Mapping[str, int]
    calibration_error: float
    passages: int

    def as_table(self) -> dict[str, Any]:
        """The scores as plain values, for `model.toml`; codes without a score are left out."""
        return {
            "macro_f1": self.macro.rounded,
            "overall": self.overall.rounded,
            "calibration_error": round(self.calibration_error, 3),
            "passages": self.passages,
            "codes": {code: one.rounded for code, one in self.codes.items() if np.isfinite(one.value)},
            "support": dict(self.support),
        }


def given_codes(scored: Scored, dimension: Dimension, columns: slice) -> NDArray[np.bool_]:
    """Which codes a labeller gives on one dimension, shape `(passages, codes)`; an abstention gives none."""
    names = [code.code for code in dimension.codes]
    out = np.zeros((len(scored.probabilities), len(names)), dtype=np.bool_)
    for row, probabilities in enumerate(scored.probabilities[:, columns]):
        for code in decide(dimension, probabilities, scored.decision).codes:
            out[row, names.index(code)] = True
    return out


def dimension_score(
    scored: Scored, targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook, name: str
) -> DimensionScore | None:
    """Score one labeller on one dimension; None when no passage is coded there or the labeller never scores it."""
    counts, known = _counts(scored, targets, codebook, name)
    columns = codebook.columns(name)
    if not known.any() or np.isnan(scored.probabilities[known][:, columns]).all():
        return None
    dimension = next(one for one in codebook.dimensions if one.name == name)
    names = [name for name, own in zip(documents, known, strict=True) if own]
    apart = [code.code for code in dimension.codes]
    counts, truth = counts[known], targets[known][:, columns]
    probabilities = scored.probabilities[known][:, columns].astype(np.float64)
    errors = [
        expected_calibration_error(probabilities[:, number], truth[:, number].astype(np.float64))
        for number in range(len(apart))
    ]
    summed = per_document(names, counts)
    return DimensionScore(
        macro=estimate(names, counts, macro_f1, weights=weight_all),
        overall=estimate(names, counts, micro_f1 if dimension.multi else accuracy, weights=weight_all),
        codes=dict(zip(apart, intervals(summed, f1_per_code, weights=weight_f1(summed)), strict=True)),
        support={code: int((truth[:, i] >= 0.5).sum()) for i, code in enumerate(apart)},
        calibration_error=float(np.nanmean(errors)),
        passages=int(known.sum()),
    )


def macro_difference(
    one: Scored, other: Scored, targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook, name: str
) -> Estimate:
    """Macro-F1 of `one` minus that of `other` on one dimension, paired on the same drawn documents."""
    counts, known = _counts(one, targets, codebook, name)
    others, _ = _counts(other, targets, codebook, name)
    names = [document for document, own in zip(documents, known, strict=True) if own]
    return difference(names, counts[known], others[known], macro_f1, weights=weight_all)


def _counts(
    scored: Scored, targets: NDArray[np.float32], codebook: Codebook, name: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    dimension = next(one for one in codebook.dimensions if one.name == name)
    columns = codebook.columns(name)
    truth = targets[:, columns]
    counts = outcomes(given_codes(scored, dimension, columns), truth)
    return counts, np.asarray(np.isfinite(truth).any(axis=1))

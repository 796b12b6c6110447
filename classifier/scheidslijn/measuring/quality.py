"""How good labels are on one dimension: every figure per code and over the codes, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Dimension
from scheidslijn.measuring import scores
from scheidslijn.measuring.confusion import Confusion, ErrorPairs, confusion, error_pairs
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import Array, Statistic, intervals, per_document
from scheidslijn.measuring.ranking import average_precisions


@dataclass(frozen=True, slots=True)
class CodeQuality:
    """How well one code is given.

    Attributes:
        precision, recall, f1: NaN where not defined: never given, never true, neither.
        kappa: Cohen's κ between given and true.
        average_precision: of the probabilities; `UNKNOWN` when there are none.
        support, given: numbers of passages that have the code, and that were given it.
        support_documents: number of documents with a passage that has it.
        cells: true positives, false positives, false negatives, true negatives.
    """

    precision: Estimate
    recall: Estimate
    f1: Estimate
    kappa: Estimate
    average_precision: Estimate
    support: int
    given: int
    support_documents: int
    cells: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class DimensionQuality:
    """How well one dimension is labelled.

    Attributes:
        passages, documents: how many are coded on it.
        abstained: passages among them that were given nothing by choice; they count as misses in every figure.
        codes: by code, in the order of the codebook.
        macro, micro: "precision", "recall" and "f1" as the mean over the codes that occur, and of all labels together.
        exact: share of the passages whose codes are all right and complete (single-label: accuracy).
        naive: "macro_f1", "micro_f1" and "exact" with intervals that ignore documents, for the lesson.
        confusion: of a single-label dimension.
        errors: of a multi-label dimension.
    """

    dimension: str
    multi: bool
    passages: int
    documents: int
    abstained: int
    codes: Mapping[str, CodeQuality]
    macro: Mapping[str, Estimate]
    micro: Mapping[str, Estimate]
    exact: Estimate
    naive: Mapping[str, Estimate]
    confusion: Confusion | None
    errors: ErrorPairs | None


_MACRO: Mapping[str, Statistic] = {
    "precision": scores.macro_precision, "recall": scores.macro_recall, "f1": scores.macro_f1
}  # fmt: skip
_MICRO: Mapping[str, Statistic] = {
    "precision": scores.micro_precision, "recall": scores.micro_recall, "f1": scores.micro_f1
}  # fmt: skip


def dimension_quality(
    dimension: Dimension,
    given: NDArray[np.bool_],
    truth: NDArray[np.float32],
    documents: Sequence[str],
    *,
    probabilities: NDArray[np.float32] | None = None,
    abstained: NDArray[np.bool_] | None = None,
) -> DimensionQuality | None:
    """Measure labels on one dimension against coded passages.

    Args:
        given: which codes were given, shape `(passages, codes)`; `compare.given_codes` makes it.
        truth: 1 for yes, 0 for no, NaN for unknown, a share where coders differ; same shape.
        documents: of each passage.
        probabilities: same shape, for the average precision; NaN where nothing was scored.
        abstained: which passages the labeller declined, shape `(passages,)`.

    Returns:
        None when no passage is coded on this dimension.
    """
    known = np.asarray(np.isfinite(truth).any(axis=1))
    if not known.any():
        return None
    given, truth = given[known], truth[known]
    names = [name for name, own in zip(documents, known.tolist(), strict=True) if own]
    codes = [code.code for code in dimension.codes]
    passages = scores.outcomes(given, truth)
    exact = _exact(passages, truth)
    summed, summed_exact = per_document(names, passages), per_document(names, exact)
    ranked = None
    if probabilities is not None:
        ranked = average_precisions(names, probabilities[known].astype(np.float64), truth.astype(np.float64))
    return DimensionQuality(
        dimension=dimension.name,
        multi=dimension.multi,
        passages=len(names),
        documents=len(summed),
        abstained=0 if abstained is None else int(abstained[known].sum()),
        codes=_codes(codes, summed, ranked),
        macro={name: _one(summed, statistic) for name, statistic in _MACRO.items()},
        micro={name: _one(summed, statistic) for name, statistic in _MICRO.items()},
        exact=intervals(summed_exact, _share, weights=summed_exact.sum(axis=1))[0],
        naive={
            "macro_f1": _one(passages, scores.macro_f1),
            "micro_f1": _one(passages, scores.micro_f1),
            "exact": intervals(exact, _share, weights=exact.sum(axis=1))[0],
        },
        confusion=None if dimension.multi else confusion(given, truth, names, codes),
        errors=error_pairs(given, truth, codes) if dimension.multi else None,
    )


def _codes(codes: Sequence[str], summed: Array, ranked: tuple[Estimate, ...] | None) -> dict[str, CodeQuality]:
    f1_weight = scores.weight_f1(summed)
    precision = intervals(summed, scores.precision_per_code, weights=scores.weight_precision(summed))
    recall = intervals(summed, scores.recall_per_code, weights=scores.weight_recall(summed))
    f1 = intervals(summed, scores.f1_per_code, weights=f1_weight)
    kappa = intervals(summed, scores.kappa_per_code, weights=f1_weight, scale="agreement")
    total, here = summed.sum(axis=0), (scores.weight_recall(summed) > 0).sum(axis=0)
    found = {}
    for row, code in enumerate(codes):
        tp, fp, fn, tn = (int(cell) for cell in total[row])
        found[code] = CodeQuality(
            precision=precision[row],
            recall=recall[row],
            f1=f1[row],
            kappa=kappa[row],
            average_precision=UNKNOWN if ranked is None else ranked[row],
            support=tp + fn,
            given=tp + fp,
            support_documents=int(here[row]),
            cells=(tp, fp, fn, tn),
        )
    return found


def _one(summed: Array, statistic: Statistic) -> Estimate:
    return intervals(summed, statistic, weights=scores.weight_all(summed))[0]


def _exact(passages: Array, truth: NDArray[np.float32]) -> Array:
    """Right and not right, shape `(passages, 2)`; a passage of which some codes are unknown counts in neither."""
    whole = np.isfinite(truth).all(axis=1)
    right = passages[..., [scores.FP, scores.FN]].sum(axis=(1, 2)) == 0
    return np.stack([whole & right, whole & ~right], axis=1).astype(np.float64)


def _share(counts: Array) -> Array:
    below = counts.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, counts[..., 0] / below, np.nan)

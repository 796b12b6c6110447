"""Two predictions on the same passages: which is better, by how much, and how sure that is, by document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Dimension
from scheidslijn.measuring import scores
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import STILL, Array, Statistic, measure, per_document


@dataclass(frozen=True, slots=True)
class Paired:
    """One prediction minus another on one figure.

    Attributes:
        effect: the difference, with its interval.
        p_value: two-sided: how often documents would show a difference as large if there were none.
        p_better: one-sided: small when the one is better than the other.
        p_worse: one-sided: small when it is worse.
        adjusted: `p_value` after Holm's correction over the comparisons of a table (`holm_adjusted`).
        support: number of passages that have the code, or any of the codes.
        documents: number of documents with such a passage.
        error, freedom: standard error of the effect, and its degrees of freedom.

    The p-values come from the same t distribution as the interval, so that they never contradict each other. A
    bootstrap or a swap of whole documents was tried too (`benchmarks/README.md`): with few documents the first called
    12 % of equal pairs different at the 5 % level, and the second supposes that under equality the two are
    exchangeable, which a careful and a generous labeller of equal F1 are not (up to 9 % one-sided).
    """

    effect: Estimate
    p_value: float
    p_better: float
    p_worse: float
    adjusted: float
    support: int
    documents: int
    error: float
    freedom: float

    def p_below(self, least: float) -> float:
        """One-sided p-value for "the effect is `least` or lower": small when it is surely larger."""
        return p_below(self.effect.value - least, self.error, self.freedom)


@dataclass(frozen=True, slots=True)
class DimensionComparison:
    """One prediction minus another on one dimension: macro and micro F1, and the F1 of each code."""

    dimension: str
    macro: Paired
    micro: Paired
    codes: Mapping[str, Paired]
    passages: int
    documents: int


def compare_given(
    dimension: Dimension,
    one: NDArray[np.bool_],
    other: NDArray[np.bool_],
    truth: NDArray[np.float32],
    documents: Sequence[str],
) -> DimensionComparison | None:
    """Compare the codes that two labellers give on one dimension.

    Args:
        one, other: which codes each gives, shape `(passages, codes)`; the effect is `one` minus `other`.
        truth: 1 for yes, 0 for no, NaN for unknown; same shape.
        documents: of each passage.

    Returns:
        None when no passage is coded. The p-values of codes are adjusted over the codes of the dimension.
    """
    known = np.asarray(np.isfinite(truth).any(axis=1))
    if not known.any():
        return None
    names = [name for name, own in zip(documents, known.tolist(), strict=True) if own]
    counts = [per_document(names, scores.outcomes(given[known], truth[known])) for given in (one, other)]
    codes = paired(counts[0], counts[1], scores.f1_per_code, scores.weight_f1)
    each = holm_adjusted(codes)
    return DimensionComparison(
        dimension=dimension.name,
        macro=paired(counts[0], counts[1], scores.macro_f1, scores.weight_all)[0],
        micro=paired(counts[0], counts[1], scores.micro_f1, scores.weight_all)[0],
        codes={code.code: found for code, found in zip(dimension.codes, each, strict=True)},
        passages=len(names),
        documents=len(counts[0]),
    )


def paired(one: Array, other: Array, statistic: Statistic, weights: Statistic) -> tuple[Paired, ...]:
    """Compare two predictions on each figure of `statistic`.

    Args:
        one, other: counts summed per document, `(documents, codes, 4)`, of the same documents in the same order.
        statistic: from counts to one figure, `(draws,)`, or several, `(draws, figures)`.
        weights: what a figure rests on in each document, from the counts; `(documents,)` or `(documents, figures)`.
    """
    both = np.stack([one, other], axis=1)
    held = weights(one) + weights(other)
    measured = measure(both, lambda c: statistic(c[:, 0]) - statistic(c[:, 1]), held)
    effects = measured.estimates("difference")
    true = scores.weight_recall(one)
    true = true if len(effects) == true.shape[1] else true.sum(axis=1, keepdims=True)
    support, documents = true.sum(axis=0), (true > 0).sum(axis=0)
    found = []
    for row, effect in enumerate(effects):
        error, freedom = float(measured.error[row]), float(measured.freedom[row])
        better, worse = (p_below(sign * effect.value, error, freedom) for sign in (1, -1))
        p_value = min(1.0, 2 * min(better, worse))
        found.append(
            Paired(effect, p_value, better, worse, p_value, int(support[row]), int(documents[row]), error, freedom)
        )
    return tuple(found)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values for their number so that one false alarm among all has the stated chance (Holm 1979).

    NaN stays NaN and does not count.
    """
    values = np.asarray(p_values, dtype=np.float64)
    out = np.full(len(values), np.nan)
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values[known], kind="stable")]
    steps = values[order] * np.arange(len(order), 0, -1)
    out[order] = np.minimum(1, np.maximum.accumulate(steps))
    return tuple(float(value) for value in out)


def holm_adjusted(comparisons: Sequence[Paired]) -> tuple[Paired, ...]:
    """The comparisons of one table with `adjusted` corrected for their number."""
    adjusted = holm([one.p_value for one in comparisons])
    return tuple(replace(one, adjusted=value) for one, value in zip(comparisons, adjusted, strict=True))


def p_below(above: float, error: float, freedom: float) -> float:
    """Chance of at least this much above a bound if the truth lay on it.

    Args:
        above: by how much the figure lies above the bound.
        error, freedom: standard error of the figure, and its degrees of freedom.

    When documents do not differ there is no error to go by: then that of a sign test, all of them on one side.
    """
    from scipy.special import stdtr

    if not np.isfinite(above + error):
        return float("nan")
    if error < STILL:
        return 1.0 if above <= 0 else float(0.5 ** (freedom + 1))
    return float(stdtr(freedom, -above / error))

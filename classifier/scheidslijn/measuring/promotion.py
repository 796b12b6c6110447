"""May a retrained model take the place of the old one? A paired test by document on every code and dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.measuring import scores
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import Array, Statistic, intervals, per_document
from scheidslijn.measuring.paired import Paired, holm, paired


@dataclass(frozen=True, slots=True)
class PromotionRule:
    """When a new model takes the place of the old one.

    A code is *worse* when its F1 fell and one-sided p < `level`, or fell by more than `tolerance` and one-sided
    p < `caution`. The second half is there because a test at 5 % alone lets most real losses pass: with 20 to 40
    documents it finds few of the codes that fell by 0.1. A dimension is *better* when its macro-F1 rose with one-sided
    p < `level`, corrected for the number of dimensions (Holm 1979). How often this promotes a model that is worse on a
    code, or refuses a better one, stands in `benchmarks/README.md` (`benchmarks/promotion_errors.py`).

    Attributes:
        passages, documents: support a code needs to be judged at all; others are listed as not judged.
    """

    level: float = 0.05
    caution: float = 0.20
    tolerance: float = 0.05
    passages: int = 20
    documents: int = 10

    def judges(self, change: Paired) -> bool:
        """True when a code occurs often enough to be judged."""
        return change.support >= self.passages and change.documents >= self.documents

    def worse(self, change: Paired) -> bool:
        """True when a code counts as worse."""
        fell = change.effect.value < 0
        far = change.effect.value < -self.tolerance
        return bool(fell and change.p_worse < self.level) or bool(far and change.p_worse < self.caution)


@dataclass(frozen=True, slots=True)
class Change:
    """F1 of a code, or macro-F1 of a dimension, by the old and the new model; `paired` is new minus old."""

    old: Estimate
    new: Estimate
    paired: Paired


@dataclass(frozen=True, slots=True)
class Promotion:
    """The outcome.

    Attributes:
        promotes: whether the new model takes the place of the old one.
        worse: keys of codes that are worse; one is enough to refuse.
        better: names of dimensions that are better; one is needed.
        not_judged: keys of codes with too little support.
        codes: by key (`thema.onderwijs`); codes that are neither given nor true are absent.
        dimensions: by name; dimensions without coded passages are absent.
        passages, documents: on which this rests.
    """

    promotes: bool
    worse: tuple[str, ...]
    better: tuple[str, ...]
    not_judged: tuple[str, ...]
    codes: Mapping[str, Change]
    dimensions: Mapping[str, Change]
    passages: int
    documents: int

    @property
    def reason(self) -> str:
        """Why, in one line."""
        if self.worse:
            told = ", ".join(f"{key} ({self.codes[key].paired.effect})" for key in self.worse)
            return f"worse on {told}"
        on = f"on {self.passages} passages of {self.documents} documents"
        if not self.better:
            return f"on no dimension surely better {on}"
        told = ", ".join(f"{name} ({self.dimensions[name].paired.effect})" for name in self.better)
        return f"better on {told}, and worse on no code that could be judged, {on}"


def promotion(
    old: NDArray[np.bool_],
    new: NDArray[np.bool_],
    targets: NDArray[np.float32],
    documents: Sequence[str],
    codebook: Codebook,
    rule: PromotionRule | None = None,
) -> Promotion:
    """Test whether `new` may take the place of `old`.

    Args:
        old, new: which codes each gives, shape `(passages, keys)` in the order of `codebook.keys`. A code that the old
            model did not have yet is a column of False.
        targets: 1 for yes, 0 for no, NaN for unknown; same shape. Passages that neither model was trained on.
        documents: of each passage.
        rule: levels and least support; by default those of `PromotionRule`.
    """
    coded = np.asarray(np.isfinite(targets).any(axis=1))
    names = [name for name, own in zip(documents, coded.tolist(), strict=True) if own]
    before, after = (per_document(names, scores.outcomes(each[coded], targets[coded])) for each in (old, new))
    return judged_counts(before, after, codebook, rule, passages=len(names))


def judged_counts(
    before: Array, after: Array, codebook: Codebook, rule: PromotionRule | None = None, *, passages: int = 0
) -> Promotion:
    """The same from outcomes summed per document, shape `(documents, keys, 4)`, of the old and the new model."""
    rule = rule or PromotionRule()
    codes: dict[str, Change] = {}
    dimensions: dict[str, Change] = {}
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        old, new = before[:, columns], after[:, columns]
        if not old.any():
            continue  # not one passage is coded on it
        each = _changes(old, new, scores.f1_per_code, scores.weight_f1)
        keys = codebook.keys[columns]
        codes |= {key: one for key, one in zip(keys, each, strict=True) if np.isfinite(one.paired.effect.value)}
        dimensions[dimension.name] = _changes(old, new, scores.macro_f1, scores.weight_all)[0]
    judged = {key for key, one in codes.items() if rule.judges(one.paired)}
    adjusted = holm([one.paired.p_better for one in dimensions.values()])
    worse = tuple(key for key in codes if key in judged and rule.worse(codes[key].paired))
    better = tuple(name for name, p in zip(dimensions, adjusted, strict=True) if p < rule.level)
    return Promotion(
        promotes=bool(better) and not worse,
        worse=worse,
        better=better,
        not_judged=tuple(key for key in codes if key not in judged),
        codes=codes,
        dimensions=dimensions,
        passages=passages,
        documents=len(before),
    )


def _changes(before: Array, after: Array, statistic: Statistic, weights: Statistic) -> list[Change]:
    old, new = (intervals(each, statistic, weights=weights(each)) for each in (before, after))
    both = paired(after, before, statistic, weights)
    return [Change(*one) for one in zip(old, new, both, strict=True)]

"""The values of scores: one dimension, one code, a comparison, a slice. A figure that cannot be computed is NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scheidslijn.evaluating.said import Said
from scheidslijn.measuring.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of a reliability diagram.

    Attributes:
        low, high: the least and the largest probability in it.
        mean: mean probability.
        frequency: share of these labels that are right.
        labels: how many.
    """

    low: float
    high: float
    mean: float
    frequency: Estimate
    labels: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How probabilities hold.

    Attributes:
        ece, mce: expected and maximum calibration error, in [0, 1].
        by_chance: what `ece` would be on average if every probability were exactly right.
        brier: the mean squared error.
    """

    ece: Estimate
    by_chance: float
    mce: Estimate
    brier: Estimate
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """One point of a coverage–risk curve: the labeller decides the surest `coverage` share and errs on `risk` of it."""

    coverage: float
    risk: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class CodeResult:
    """One code.

    Attributes:
        counts: true positives, false positives, false negatives, true negatives.
        documents: documents in which the coders gave the code.
        alpha: Krippendorff's α (nominal) of labeller and gold; `coders_alpha` that among coders; `to_coders` that of
            the labeller with the single coders, the mean over coders.
        calibration: None where the labeller gives no probabilities.
    """

    key: str
    counts: tuple[int, int, int, int]
    documents: int
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    kappa: Estimate
    alpha: Estimate
    to_coders: Estimate | None
    coders_alpha: Estimate | None
    calibration: Calibration | None
    remarks: tuple[Said, ...] = ()

    @property
    def support(self) -> int:
        """Passages that have the code by the gold."""
        return self.counts[0] + self.counts[2]

    @property
    def given(self) -> int:
        """Passages that the labeller gives the code."""
        return self.counts[0] + self.counts[1]


@dataclass(frozen=True, slots=True)
class Confusion:
    """What was given where: rows are what the gold says, columns what the labeller says; counts of passages.

    For a dimension with one code every passage stands in one cell, and the last column ("") is "none given". For a
    dimension with several codes a row is a missed code, and a column a code wrongly given on the same passage; its
    diagonal says how often the code was missed at all.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension.

    Attributes:
        overall: micro-F1.
        exact: share of passages of which the set of codes is exactly right; with one code its accuracy.
        kappa, alpha: Cohen's κ, and Krippendorff's α with `distance`, of the labeller and the gold on whole answers.
        to_coders, coders_alpha: mean α of the labeller with the single coders, and of coders among themselves; None
            with fewer than two coders. `beside` is the first minus the second.
        plain: the interval of the macro-F1 if passages were independent, which they are not.
    """

    name: str
    multi: bool
    passages: int
    documents: int
    abstained: int
    macro_precision: Estimate
    macro_recall: Estimate
    macro_f1: Estimate
    micro_precision: Estimate
    micro_recall: Estimate
    overall: Estimate
    exact: Estimate
    kappa: Estimate
    alpha: Estimate
    distance: str
    to_coders: Estimate | None
    coders_alpha: Estimate | None
    beside: Estimate | None
    plain: Estimate
    confusion: Confusion
    calibration: Calibration | None
    risk: tuple[Risk, ...]
    codes: tuple[CodeResult, ...]
    remarks: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two labellers on the same passages: `difference` is `one` minus `other`, paired by document.

    Attributes:
        p: two-sided; `p_holm` after Holm's correction over all comparisons of the report.
    """

    dimension: str
    measure: str
    one: str
    other: str
    one_value: float
    other_value: float
    difference: Estimate
    p: float
    p_holm: float


@dataclass(frozen=True, slots=True)
class Slice:
    """The passages that share a fact, on one dimension."""

    fact: str
    value: str
    dimension: str
    passages: int
    documents: int
    macro_f1: Estimate
    overall: Estimate
    remarks: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class KindResult:
    """Agreement of all pairs of coders of two kinds ("mens–LLM") on one dimension: mean α, over `passages` in all."""

    dimension: str
    kinds: Said
    alpha: Estimate
    passages: int


@dataclass(frozen=True, slots=True)
class MachineResult:
    """One machine beside people, on passages that it and at least two people coded; see `measuring.kinds`.

    Attributes:
        name, kind: which machine; "llm" or "bert".
        among_people, with_people, difference: mean α; the difference is the second minus the first, paired.
        passages, documents: what these rest on.
        people: how many it was held beside in the alternative annotator test; 0 when that could not be done.
        winning_rate: share of them it wins from.
        advantage: chance that it does at least as well as a person.
    """

    dimension: str
    name: str
    kind: str
    among_people: Estimate
    with_people: Estimate
    difference: Estimate
    passages: int
    documents: int
    people: int
    winning_rate: float
    advantage: float

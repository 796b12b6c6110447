"""How far coders agree on one dimension: per code and as a whole, with intervals clustered by document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from scheidslijn.measuring import coefficients as co
from scheidslijn.measuring import scores
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import Array, Scale, Statistic, intervals, per_document
from scheidslijn.measuring.ratings import Ratings, value_counts

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """Agreement on one code, given or not.

    Attributes:
        alpha: Krippendorff's nominal α; NaN when nobody gave the code, or everybody always did.
        ac1: Gwet's AC1, which stays high for a rare code on which coders differ now and then, where α falls.
        percent: share of pairs of coders who say the same of it.
        kappa: by pair of coders Cohen's κ.
        given: how often it was given, over passages and coders, in passages that two or more coded.
        passages: how many of these passages have it by one coder or more.
        by_coder: how often each coder gave it in these passages; large differences are a difference of reading.
    """

    alpha: Estimate
    ac1: Estimate
    percent: Estimate
    kappa: Mapping[Pair, Estimate]
    given: int
    passages: int
    by_coder: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DimensionAgreement:
    """Agreement on one dimension.

    Attributes:
        coders: of the ratings.
        passages, documents: that two or more coders coded.
        single: passages that one coder coded: they count nowhere.
        alpha: Krippendorff's α, nominal: the code, or the whole set of codes, is the value.
        alpha_jaccard, alpha_masi: of a multi-label dimension α with a distance between sets, so that sets that share
            codes disagree less; None for a single-label one.
        ac1, percent: with the same value as `alpha`.
        kappa: by pair of coders Cohen's κ, with the same value.
        shared: by pair the number of passages that both coded.
        codes: by code, in the order of the codebook.
    """

    dimension: str
    multi: bool
    coders: tuple[str, ...]
    passages: int
    documents: int
    single: int
    alpha: Estimate
    alpha_jaccard: Estimate | None
    alpha_masi: Estimate | None
    ac1: Estimate
    percent: Estimate
    kappa: Mapping[Pair, Estimate]
    shared: Mapping[Pair, int]
    codes: Mapping[str, CodeAgreement]


@dataclass(frozen=True, slots=True)
class BesideCoders:
    """A model beside the coders, as if it were one more of them.

    Attributes:
        coders: mean α of the pairs of coders; NaN with one coder.
        model: mean α of the pairs of the model with a coder.
        difference: model minus coders, on the same documents; with an interval above or around 0 the model agrees
            with coders about as well as they do with each other.
        passages: by pair the number of passages that both coded.
    """

    coders: Estimate
    model: Estimate
    difference: Estimate
    passages: Mapping[Pair, int]


def agreement(ratings: Ratings) -> DimensionAgreement:
    """Measure agreement among the coders of `ratings`; without a shared passage every figure is NaN."""
    sets, numbers = value_counts(ratings.values)
    units = co.unit_counts(numbers, len(sets))
    pairable = units.sum(axis=1) >= 2
    pairs = list(combinations(range(len(ratings.coders)), 2))
    multi = ratings.dimension.multi
    choices = max(len(sets), 2) if multi else len(ratings.codes)
    ac1_cells = co.ac1_cells(units)
    held = np.stack([pairable.astype(np.float64)], axis=1)
    kappas = {
        (ratings.coders[a], ratings.coders[b]): co.kappa_cells(numbers[:, a], numbers[:, b], len(sets))
        for a, b in pairs
    }
    return DimensionAgreement(
        dimension=ratings.dimension.name,
        multi=multi,
        coders=ratings.coders,
        passages=int(pairable.sum()),
        documents=len({name for name, own in zip(ratings.documents, pairable, strict=True) if own}),
        single=int((units.sum(axis=1) == 1).sum()),
        alpha=_alpha(ratings, units, co.nominal_distance(sets)),
        alpha_jaccard=_alpha(ratings, units, co.jaccard_distance(sets)) if multi else None,
        alpha_masi=_alpha(ratings, units, co.masi_distance(sets)) if multi else None,
        ac1=_figure(ratings.documents, ac1_cells, lambda cells: co.ac1(cells, choices), held, "agreement"),
        percent=_figure(ratings.documents, ac1_cells, co.percent, held, "share"),
        kappa={
            pair: _figure(ratings.documents, cells, co.kappa, cells[:, 1:2], "agreement")
            for pair, cells in kappas.items()
        },
        shared={pair: int(cells[:, 1].sum()) for pair, cells in kappas.items()},
        codes=_codes(ratings, pairs),
    )


def beside_coders(ratings: Ratings, model: str) -> BesideCoders:
    """Compare the agreement of one rater, named `model`, with the coders to that among the coders.

    α is nominal for a single-label dimension and with the MASI distance for a multi-label one; pairs count equally.
    Values that occur are those of all raters together, so that both sides are measured with one yardstick.
    """
    people = [number for number, name in enumerate(ratings.coders) if name != model]
    machine = ratings.coders.index(model)
    found = pair_cells(ratings, [*combinations(people, 2), *((machine, person) for person in people)])
    if not any(model in pair for pair in found.pairs):
        return BesideCoders(UNKNOWN, UNKNOWN, UNKNOWN, {})
    split = sum(model not in pair for pair in found.pairs)

    def means(counts: Array) -> tuple[Array, Array]:
        each = found.alphas(counts)
        nothing = np.full(len(counts), np.nan)
        return each[:, :split].mean(axis=1) if split else nothing, each[:, split:].mean(axis=1)

    summed, held = found.cells, found.held
    return BesideCoders(
        coders=intervals(summed, lambda c: means(c)[0], weights=held[:, :split].sum(axis=1), scale="agreement")[0],
        model=intervals(summed, lambda c: means(c)[1], weights=held[:, split:].sum(axis=1), scale="agreement")[0],
        difference=intervals(summed, lambda c: means(c)[1] - means(c)[0], weights=held.sum(axis=1), scale="difference")[
            0
        ],
        passages=found.shared,
    )


@dataclass(frozen=True, slots=True)
class PairCells:
    """What α of pairs of coders is made of; pairs without a passage in common are left out.

    Attributes:
        pairs: names, in the order asked.
        cells: summed per document, shape `(documents, pairs, 1 + values)`; see `coefficients.alpha_cells`.
        distance: between values, shape `(values, values)`.
    """

    pairs: tuple[Pair, ...]
    cells: Array
    distance: Array

    @property
    def held(self) -> Array:
        """How many values each document holds for each pair, shape `(documents, pairs)`."""
        return np.asarray(self.cells[..., 1:].sum(axis=2))

    @property
    def shared(self) -> dict[Pair, int]:
        """By pair the number of passages that both coded."""
        return {name: round(float(self.held[:, row].sum()) / 2) for row, name in enumerate(self.pairs)}

    def alphas(self, cells: Array) -> Array:
        """α of each pair from cells as in `cells`, `(draws, pairs, …)`; shape `(draws, pairs)`."""
        return np.stack([co.alpha(cells[:, n], self.distance) for n in range(cells.shape[1])], axis=1)


def pair_cells(ratings: Ratings, pairs: Sequence[tuple[int, int]]) -> PairCells:
    """Count agreement of pairs of coders with one yardstick: nominal, or MASI where several codes may be given.

    Args:
        pairs: places of the coders in `ratings.coders`.
    """
    sets, numbers = value_counts(ratings.values)
    distance = co.masi_distance(sets) if ratings.dimension.multi else co.nominal_distance(sets)
    kept, counted = [], []
    for a, b in pairs:
        units = co.unit_counts(numbers[:, (a, b)], len(sets))
        if (units.sum(axis=1) >= 2).any():
            kept.append((ratings.coders[a], ratings.coders[b]))
            counted.append(per_document(ratings.documents, co.alpha_cells(units, distance)))
    documents = len(set(ratings.documents))
    cells = np.stack(counted, axis=1) if counted else np.zeros((documents, 0, 1 + len(sets)))
    return PairCells(tuple(kept), cells, distance)


def _alpha(ratings: Ratings, units: Array, distance: Array) -> Estimate:
    cells = co.alpha_cells(units, distance)
    return _figure(
        ratings.documents, cells, lambda c: co.alpha(c, distance), cells[:, 1:].sum(axis=1, keepdims=True), "agreement"
    )


def _figure(documents: Sequence[str], cells: Array, statistic: Statistic, held: Array, scale: Scale) -> Estimate:
    if not len(cells):
        return UNKNOWN
    weights = per_document(documents, held)
    return intervals(per_document(documents, cells), statistic, weights=weights, scale=scale)[0]


def _codes(ratings: Ratings, pairs: Sequence[tuple[int, int]]) -> dict[str, CodeAgreement]:
    codes = ratings.codes
    if not len(ratings.values):
        return {code: CodeAgreement(UNKNOWN, UNKNOWN, UNKNOWN, {}, 0, 0, {}) for code in codes}
    units = co.binary_cells(ratings.values)
    summed = per_document(ratings.documents, units)
    total = summed.sum(axis=0)
    times = ((ratings.values >= 0.5) & (units[:, None, :, 4] > 0)).sum(axis=0)
    rarer = np.where(total[:, 1] <= total[:, 2], summed[..., 1], summed[..., 2])  # agreement rests on the rarer side
    alpha = intervals(summed, co.binary_alpha, weights=rarer, scale="agreement")
    ac1 = intervals(summed, co.binary_ac1, weights=summed[..., 4], scale="agreement")
    percent = intervals(summed, co.binary_percent, weights=summed[..., 4])
    kappas: dict[Pair, tuple[Estimate, ...]] = {}
    for a, b in pairs:
        one, other = ratings.values[:, a], ratings.values[:, b]
        both = np.isfinite(one) & np.isfinite(other)
        counts = per_document(ratings.documents, scores.outcomes(one >= 0.5, np.where(both, other, np.nan)))
        weights = scores.weight_f1(counts)
        kappas[ratings.coders[a], ratings.coders[b]] = intervals(
            counts, scores.kappa_per_code, weights=weights, scale="agreement"
        )
    return {
        code: CodeAgreement(
            alpha=alpha[row],
            ac1=ac1[row],
            percent=percent[row],
            kappa={pair: found[row] for pair, found in kappas.items()},
            given=int(total[row, 1]),
            passages=int((units[:, row, 1] > 0).sum()),
            by_coder={name: int(times[number, row]) for number, name in enumerate(ratings.coders)},
        )
        for row, code in enumerate(codes)
    }

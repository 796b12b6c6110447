"""Agreement by kinds of coder: people with people, and people with a language model or a trained model.

The question is never whether a machine agrees with people as such, but whether it does so as well as people agree with
each other. So the figure that matters is the paired difference, on passages that two people and the machine coded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.agreement import BesideCoders, Pair, beside_coders, pair_cells
from scheidslijn.measuring.alternative import Alternative, alternative_test
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import Array, intervals
from scheidslijn.measuring.ratings import Ratings

Kind = Literal["human", "llm", "bert"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""People, language models asked by prompt, and trained models (BERT, TF-IDF, a term scan)."""


@dataclass(frozen=True, slots=True)
class KindAgreement:
    """Agreement of all pairs of coders of two kinds on one dimension.

    Attributes:
        kinds: of the two, in the order of `KINDS`.
        alpha: mean α of the pairs: nominal, or with the MASI distance where several codes may be given.
        pairs: by pair the number of passages that both coded; pairs without any are left out.
    """

    kinds: tuple[Kind, Kind]
    alpha: Estimate
    pairs: Mapping[Pair, int]


@dataclass(frozen=True, slots=True)
class MachineBeside:
    """One machine beside people, on the passages that it and at least two people coded.

    Attributes:
        coder, kind: which machine.
        beside: mean α of people, of the machine with people, and the difference (machine minus people).
        passages, documents: what it rests on.
        alternative: the alternative annotator test; None with fewer than two people.
    """

    coder: str
    kind: Kind
    beside: BesideCoders
    passages: int
    documents: int
    alternative: Alternative | None


@dataclass(frozen=True, slots=True)
class KindsTable:
    """Agreement by kinds of coder on one dimension; kinds that nobody is of have no row."""

    dimension: str
    rows: tuple[KindAgreement, ...]
    machines: tuple[MachineBeside, ...]


def kinds_table(ratings: Ratings, kinds: Mapping[str, Kind]) -> KindsTable:
    """Measure agreement by kinds of coder.

    Args:
        kinds: by coder; who is absent is human.
    """
    of = [kinds.get(name, "human") for name in ratings.coders]
    rows = []
    for one, other in combinations_with_replacement(KINDS, 2):
        pairs = [(a, b) for a, b in combinations(range(len(of)), 2) if {of[a], of[b]} == {one, other}]
        if pairs:
            rows.append(_row(ratings, (one, other), pairs))
    people = [name for name, kind in zip(ratings.coders, of, strict=True) if kind == "human"]
    machines = [(name, kind) for name, kind in zip(ratings.coders, of, strict=True) if kind != "human"]
    beside = tuple(_beside(ratings, people, name, kind) for name, kind in machines)
    return KindsTable(ratings.dimension.name, tuple(rows), beside)


def _row(ratings: Ratings, kinds: tuple[Kind, Kind], pairs: list[tuple[int, int]]) -> KindAgreement:
    found = pair_cells(ratings, pairs)
    if not found.pairs:
        return KindAgreement(kinds, UNKNOWN, {})

    def mean(cells: Array) -> Array:
        return np.asarray(found.alphas(cells).mean(axis=1))

    alpha = intervals(found.cells, mean, weights=found.held.sum(axis=1), scale="agreement")[0]
    return KindAgreement(kinds, alpha, found.shared)


def _beside(ratings: Ratings, people: list[str], machine: str, kind: Kind) -> MachineBeside:
    own = ratings.of((*people, machine))
    coded: NDArray[np.bool_] = np.asarray(np.isfinite(own.values).all(axis=2))
    rows = np.flatnonzero(coded[:, -1] & (coded[:, :-1].sum(axis=1) >= 2))
    own = Ratings(
        own.dimension, own.coders, tuple(own.keys[row] for row in rows), tuple(own.documents[row] for row in rows),
        own.values[rows],
    )  # fmt: skip
    return MachineBeside(
        coder=machine, kind=kind, beside=beside_coders(own, machine), passages=len(rows),
        documents=len(set(own.documents)), alternative=alternative_test(own, machine),
    )  # fmt: skip

"""The alternative annotator test (Calderon, Reichart & Dror, ACL 2025, pp. 16051–16081).

Each person is left out in turn, and the machine is compared with that person: who agrees better with the others? A
passage counts +1 when only the person is at least as good, −1 when only the machine is, 0 when both are. The machine
wins from a person when the mean of this is surely below ε, a discount for what people cost; it passes when it wins from
half of the people or more, false discoveries held at 5 % (Benjamini & Yekutieli 2001).

Two things differ from the paper's own code: a set of codes is compared by 1 − MASI distance instead of all or nothing,
and the t-test takes documents as its units and not passages, which are not independent. With one passage a document the
p-values are the paper's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring import coefficients as co
from scheidslijn.measuring.intervals import Array, measure, per_document
from scheidslijn.measuring.paired import p_below
from scheidslijn.measuring.ratings import Ratings, value_counts

EPSILON = 0.15
"""The paper's rule of thumb: 0.2 where people are experts, 0.15 where they are trained, 0.1 for crowd workers."""
FEWEST = 30
"""Passages that a person must share with the machine and one more person (the paper's least for a t-test)."""
FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True, slots=True)
class Alternative:
    """Outcome of the test for one machine.

    Attributes:
        winning_rate: share of the people it wins from; NaN when nobody has enough passages.
        advantage: mean probability that it is as good as, or better than, a person (ρ of the paper); for comparing
            machines.
        p_values: by person, one-sided; small when the machine is surely no worse than ε allows.
        passages: by person how many it rests on, also of those with too few.
        epsilon: the discount.
    """

    winning_rate: float
    advantage: float
    p_values: Mapping[str, float]
    passages: Mapping[str, int]
    epsilon: float

    @property
    def passed(self) -> bool:
        """True when it wins from half of the people or more."""
        return self.winning_rate >= 0.5

    @property
    def people(self) -> int:
        """How many people had enough passages; the paper asks for three, and takes two for less reliable."""
        return len(self.p_values)


def alternative_test(
    ratings: Ratings, machine: str, *, epsilon: float = EPSILON, fewest: int = FEWEST
) -> Alternative | None:
    """Test whether a machine may take a person's place, on passages that it and at least two people coded.

    Args:
        ratings: of people and the machine.

    Returns:
        None when there are fewer than two people.
    """
    people = [name for name in ratings.coders if name != machine]
    if len(people) < 2:
        return None
    sets, numbers = value_counts(ratings.of((*people, machine)).values)
    likeness = 1 - (co.masi_distance(sets) if ratings.dimension.multi else co.nominal_distance(sets))
    p_values: dict[str, float] = {}
    advantages: list[float] = []
    passages: dict[str, int] = {}
    for place, name in enumerate(people):
        rows, person, model = _scores(numbers, place, likeness)
        passages[name] = len(rows)
        if len(rows) < fewest:
            continue
        worse = (person >= model).astype(np.float64) - (model >= person)
        p_values[name] = _p_value([ratings.documents[row] for row in rows], worse, epsilon)
        advantages.append(float((model >= person).mean()))
    won = sum(benjamini_yekutieli(list(p_values.values()), FALSE_DISCOVERIES))
    nan = float("nan")
    return Alternative(
        winning_rate=won / len(p_values) if p_values else nan,
        advantage=float(np.mean(advantages)) if advantages else nan,
        p_values=p_values, passages=passages, epsilon=epsilon,
    )  # fmt: skip


def _scores(numbers: NDArray[np.int64], place: int, likeness: Array) -> tuple[NDArray[np.intp], Array, Array]:
    """Mean likeness of one person, and of the machine (last), to the other people, where all three are known."""
    others = np.delete(numbers[:, :-1], place, axis=1)
    known = others >= 0
    rows = np.flatnonzero((numbers[:, place] >= 0) & (numbers[:, -1] >= 0) & known.any(axis=1))
    others, known = others[rows], known[rows]

    def mean(own: NDArray[np.int64]) -> Array:
        each = np.where(known, likeness[own[:, None], np.where(known, others, 0)], 0)
        return np.asarray(np.round(each.sum(axis=1) / known.sum(axis=1), 9))  # 2/3 + 1/3 and 1 are alike

    return rows, mean(numbers[rows, place]), mean(numbers[rows, -1])


def _p_value(documents: Sequence[str], worse: Array, epsilon: float) -> float:
    cells = per_document(documents, np.stack([worse, np.ones(len(worse))], axis=1))
    found = measure(cells, lambda c: c[:, 0] / c[:, 1], cells[:, 1])
    if len(cells) < 2:
        return float("nan")
    return p_below(epsilon - float(found.value[0]), float(found.error[0]), float(found.freedom[0]))


def benjamini_yekutieli(p_values: Sequence[float], rate: float) -> list[bool]:
    """Which hypotheses to reject so that the expected share of false rejections is at most `rate`.

    Whatever the dependence between the tests (Benjamini & Yekutieli 2001). NaN is never rejected.

    >>> benjamini_yekutieli([0.001, 0.2, 0.015], 0.05)
    [True, False, True]
    """
    count = len(p_values)
    values = np.nan_to_num(np.asarray(p_values, dtype=np.float64), nan=1.0)
    order = np.argsort(values, kind="stable")
    bounds = np.arange(1, count + 1) / count * rate / (1 / np.arange(1, count + 1)).sum()
    below = np.flatnonzero(values[order] <= bounds)
    rejected = np.zeros(count, dtype=np.bool_)
    if below.size:
        rejected[order[: below[-1] + 1]] = True
    return [bool(one) for one in rejected]

"""How far conclusions depend on who coded: the same passages under several variants of prompt and model.

A conclusion here is what a report would say: which code is most frequent, whether a code is there at all, and which
document has more of it. Prompts and models that are equally defensible give different labels (Atreja et al., ICWSM
2025), so a conclusion that only one of them supports is a conclusion about that prompt. Everything is counted on the
same passages, so that no difference comes from which passages were drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.agreement import Pair, agreement, pair_cells
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import Array, intervals, per_document
from scheidslijn.measuring.ratings import Ratings

SEEN = 3
"""Passages from which a code counts as present: one or two may be a mistake of the coder."""
APART = 0.10
"""Difference of two shares from which a report would speak of a difference."""
FEWEST = 5
"""Passages a group must have to be compared."""
Presence = Literal["present", "absent", "depends"]


@dataclass(frozen=True, slots=True)
class CodeShares:
    """One code under each variant.

    Attributes:
        shares: by variant the share of the passages that have it, with its interval over documents.
        given: by variant the number of passages.
        spread: highest share minus lowest.
        presence: "present" when every variant gives it to `SEEN` passages or more, "absent" when none gives it.
    """

    code: str
    shares: Mapping[str, Estimate]
    given: Mapping[str, int]
    spread: float
    presence: Presence


@dataclass(frozen=True, slots=True)
class Reversal:
    """Two groups that one variant sees the one way, and another the other way, each by `APART` or more.

    Attributes:
        code, one, other: share of the code in the first group minus that in the second.
        lowest, highest: the least and the largest of these differences, with the variant that gives each.
    """

    code: str
    one: str
    other: str
    lowest: tuple[str, float]
    highest: tuple[str, float]


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What stays the same under all variants on one dimension, and what does not.

    Attributes:
        variants: names.
        passages, documents: that all variants answered in full.
        left_out: passages that some variant did not answer.
        alpha: α among the variants; lowest: the pair that agrees least, and its α.
        codes: in the order of the codebook.
        order_pairs, order_kept: pairs of codes, and those of which no two variants say the opposite which is more
            frequent.
        first: by variant the most frequent code.
        compared: comparisons of two groups on a code that some variant sees differ by `APART` or more; `kept`: those
            with the same sign under all variants; `reversed`: the others that are turned around, the largest first.
        groups: how many were compared.
    """

    dimension: str
    variants: tuple[str, ...]
    passages: int
    documents: int
    left_out: int
    alpha: Estimate
    lowest: tuple[Pair, float] | None
    codes: tuple[CodeShares, ...]
    order_pairs: int
    order_kept: int
    first: Mapping[str, str]
    groups: int
    compared: int
    kept: int
    reversed: tuple[Reversal, ...]


def conclusions(ratings: Ratings, groups: Sequence[str] | None = None) -> Conclusions | None:
    """Compare variants.

    Args:
        ratings: whose coders are the variants.
        groups: of each passage what it is compared by (a municipality); by default its document. "" is no group.

    Returns:
        None when there are fewer than two variants, or no passage that all of them answered.
    """
    known: NDArray[np.bool_] = np.asarray(np.isfinite(ratings.values).all(axis=(1, 2)))
    rows = np.flatnonzero(known)
    if len(ratings.coders) < 2 or not len(rows):
        return None
    own = Ratings(ratings.dimension, ratings.coders, tuple(ratings.keys[row] for row in rows),
                  tuple(ratings.documents[row] for row in rows), ratings.values[rows])  # fmt: skip
    named = ratings.documents if groups is None else groups
    yes = own.values >= 0.5
    shares = yes.mean(axis=0)  # (variants, codes)
    found = agreement(own)
    order = _order(shares)
    compared = _compared(own, [named[int(row)] for row in rows])
    return Conclusions(
        dimension=own.dimension.name, variants=own.coders, passages=len(rows), documents=len(set(own.documents)),
        left_out=len(known) - len(rows), alpha=found.alpha if found.alpha_masi is None else found.alpha_masi,
        lowest=_lowest(own), codes=tuple(_code(own, yes, number) for number in range(len(own.codes))),
        order_pairs=order[0], order_kept=order[1],
        first={name: _first(own, shares[n]) for n, name in enumerate(own.coders)},
        groups=compared[0], compared=compared[1], kept=compared[2], reversed=compared[3],
    )  # fmt: skip


def _code(ratings: Ratings, yes: NDArray[np.bool_], number: int) -> CodeShares:
    given = {name: int(yes[:, n, number].sum()) for n, name in enumerate(ratings.coders)}
    shares = {}
    for n, name in enumerate(ratings.coders):
        cells = np.stack([yes[:, n, number], np.ones(len(yes))], axis=1).astype(np.float64)
        summed = per_document(ratings.documents, cells)
        shares[name] = intervals(summed, _ratio, weights=summed[:, 1])[0] if len(summed) else UNKNOWN
    values = [one.value for one in shares.values()]
    present, absent = min(given.values()) >= SEEN, max(given.values()) == 0
    presence: Presence = "present" if present else "absent" if absent else "depends"
    return CodeShares(ratings.codes[number], shares, given, max(values) - min(values), presence)


def _first(ratings: Ratings, shares: Array) -> str:
    return ratings.codes[int(shares.argmax())] if shares.any() else ""


def _order(shares: Array) -> tuple[int, int]:
    """Pairs of codes, and those of which no two variants say the opposite."""
    signs = [np.sign(shares[:, a] - shares[:, b]) for a, b in combinations(range(shares.shape[1]), 2)]
    return len(signs), sum(not ((one > 0).any() and (one < 0).any()) for one in signs)


def _lowest(ratings: Ratings) -> tuple[Pair, float] | None:
    found = pair_cells(ratings, list(combinations(range(len(ratings.coders)), 2)))
    if not found.pairs:
        return None
    alphas = found.alphas(found.cells.sum(axis=0, keepdims=True))[0]
    if not np.isfinite(alphas).any():
        return None
    least = int(np.nanargmin(alphas))
    return found.pairs[least], float(alphas[least])


def _compared(ratings: Ratings, groups: Sequence[str]) -> tuple[int, int, int, tuple[Reversal, ...]]:
    """Compare every two groups on every code, under every variant."""
    sizes = {name: groups.count(name) for name in dict.fromkeys(groups) if name}
    names = [name for name, size in sizes.items() if size >= FEWEST]
    if len(names) < 2:
        return len(names), 0, 0, ()
    of = np.array([names.index(name) if name in names else -1 for name in groups])
    shares = np.stack([(ratings.values[of == n] >= 0.5).mean(axis=0) for n in range(len(names))])
    compared = kept = 0
    turned: list[tuple[float, Reversal]] = []
    for a, b in combinations(range(len(names)), 2):
        apart = shares[a] - shares[b]  # (variants, codes)
        low, high = apart.min(axis=0), apart.max(axis=0)
        concluded = np.maximum(high, -low) >= APART - 1e-9
        compared += int(concluded.sum())
        kept += int((concluded & ((low > 0) | (high < 0))).sum())
        for number in np.flatnonzero((high >= APART - 1e-9) & (low <= -APART + 1e-9)):
            least, most = int(apart[:, number].argmin()), int(apart[:, number].argmax())
            turned.append((float(high[number] - low[number]), Reversal(
                ratings.codes[number], names[a], names[b], (ratings.coders[least], float(low[number])),
                (ratings.coders[most], float(high[number])),
            )))  # fmt: skip
    turned.sort(key=lambda one: -one[0])
    return len(names), compared, kept, tuple(one for _, one in turned)


def _ratio(cells: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(cells[:, 1] > 0, cells[:, 0] / cells[:, 1], np.nan)

"""The reasons to code a passage that are no lot: what each route thinks every passage is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.measuring.shares.counts import Array
from scheidslijn.queueing.pool import Pool, dimensions_of
from scheidslijn.queueing.spreading import MOST, Anything, Covering, Vectors, Worth, pick
from scheidslijn.training.from_codebook import texts_of

RARE = 10
"""A code with fewer coded passages is rare: the path for few labels begins to work from about eight (few_labels)."""
SHORTLIST = 50
"""So many candidates for every passage wanted are looked at closely."""


@dataclass(slots=True)
class State:
    """A queue in the making.

    Attributes:
        pool: what may be queued.
        codebook: of the labels.
        left: passages that may still be chosen, `(passages,)`.
        queued: queued passages of each document, `(documents,)`.
        cap: most passages of one document.
        order: the passages in a random order, of which samples are taken.
    """

    pool: Pool
    codebook: Codebook
    left: NDArray[np.bool_]
    queued: NDArray[np.int64]
    cap: int
    order: NDArray[np.int64]
    _vectors: list[Vectors] = field(default_factory=list)

    @property
    def vectors(self) -> Vectors:
        """TF-IDF of a sample of 50,000 passages."""
        if not self._vectors:
            self._vectors.append(Vectors(self.texts(self.order[:50_000])))
        return self._vectors[0]

    def texts(self, places: NDArray[np.int64]) -> list[str]:
        """The texts of passages."""
        return [self.pool.frame.passages[place].text for place in places]

    def choose(self, places: NDArray[np.int64], scorer: Covering | Worth | Anything, count: int) -> Iterator[int]:
        """Choose of candidates by a scorer; yields places in the corpus."""
        document = self.pool.frame.document[places]
        for chosen in pick(scorer.gains, count, document, self.pool.coded, self.queued, self.cap, scorer.take):
            self.left[places[chosen]] = False
            yield int(places[chosen])


def by_worth(state: State, worth: Array, count: int) -> list[int]:
    """The passages of the highest worth, not two that say the same, and spread over documents."""
    own = np.where(state.left, worth, 0)
    places = np.argsort(-own, kind="stable")[: max(2_000, SHORTLIST * count)]
    places = places[own[places] > 0].astype(np.int64)
    if not places.size or not count:
        return []
    return list(state.choose(places, Worth(own[places], state.texts(places), state.vectors), count))


def by_coverage(state: State, count: int) -> list[int]:
    """Passages that stand for much of the corpus that no coded or queued passage is like.

    Of a corpus of more than `MOST` passages a random part of that size is compared with another one.
    """
    candidates = state.order[state.left[state.order]][:MOST]
    if not candidates.size or not count:
        return []
    corpus = state.order[::-1][:MOST]
    queued = np.flatnonzero(~state.left & state.pool.open)
    coded = [*list(state.pool.texts)[-2 * MOST :], *state.texts(queued[:MOST].astype(np.int64))]
    covering = Covering(state.vectors, state.texts(candidates), state.texts(corpus), coded)
    found = list(state.choose(candidates, covering, count))
    rest = state.order[state.left[state.order]][: max(2_000, SHORTLIST * count)]  # all is covered: any will do
    return [*found, *state.choose(rest, Anything(len(rest)), count - len(found))]


def rare_keys(pool: Pool, codebook: Codebook) -> list[str]:
    """Codes of which fewer than `RARE` coded passages are known, the fewest first."""
    keys = [code.key for dimension, _ in dimensions_of(pool.frame, codebook) for code in dimension.codes]
    return sorted(
        (key for key in keys if pool.positives.get(key, 0) < RARE), key=lambda key: pool.positives.get(key, 0)
    )


def by_rarity(state: State, count: int) -> list[tuple[int, str]]:
    """The likeliest passages of rare codes, turn by turn of each code; with the code each was chosen for.

    Likely is what is nearest to a coded passage with the code, or to what the codebook says of the code, and has a high
    score: the two count alike.
    """
    keys = rare_keys(state.pool, state.codebook)[: max(count, 1)]
    found: list[tuple[int, str]] = []
    if not keys or not count:
        return found
    places = np.flatnonzero(state.left).astype(np.int64)
    texts = state.texts(places)
    for key, number in zip(keys, _turns(len(keys), count), strict=True):
        own = state.left[places]
        near = state.vectors.nearest(texts, _prototypes(state, key))
        score = np.nan_to_num(state.pool.frame.scores[places, state.pool.frame.column(key)])
        worth = np.where(own, _scaled(near) + _scaled(score), 0)
        whole = np.zeros(len(state.left))
        whole[places] = worth
        found += [(place, key) for place in by_worth(state, whole, number)]
    return found


def _prototypes(state: State, key: str) -> Sequence[str]:
    coded = [text for text, codes in state.pool.texts.items() if key in codes]
    code = next(code for dimension in state.codebook.dimensions for code in dimension.codes if code.key == key)
    return [*coded, *texts_of(code)]


def _turns(codes: int, count: int) -> list[int]:
    """How many passages each code gets; the rarest get one more where it does not come out even.

    >>> _turns(3, 7)
    [3, 2, 2]
    """
    return [count // codes + (number < count % codes) for number in range(codes)]


def _scaled(values: Array) -> Array:
    top = float(values.max()) if values.size else 0.0
    return values / top if top > 0 else values

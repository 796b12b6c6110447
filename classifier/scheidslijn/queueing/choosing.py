"""Puts a queue together: first the lot, then every other route in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.drawing import Draw, permanent_order
from scheidslijn.queueing.doubt import Said, disagreement, uncertainty
from scheidslijn.queueing.lot import draw_more
from scheidslijn.queueing.mix import Route, divided
from scheidslijn.queueing.pool import Pool
from scheidslijn.queueing.routes import State, by_coverage, by_rarity, by_worth, rare_keys


@dataclass(frozen=True, slots=True)
class Chosen:
    """One passage of a queue.

    Attributes:
        place: in the corpus.
        route: why it is queued; "random" whenever it was drawn by lot, whatever else speaks for it.
        key: of route "rare" the code it may have, else "".
    """

    place: int
    route: Route
    key: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """What to code next.

    Attributes:
        chosen: in the order of the corpus, so that coders read passages in their context.
        draw: the whole sample drawn by lot, earlier rounds included; None when nothing was drawn.
        wanted: by route how many passages it was to give.
        unable: by route why it gave none.
    """

    chosen: tuple[Chosen, ...]
    draw: Draw | None
    wanted: Mapping[Route, int]
    unable: Mapping[Route, str]

    def count(self, route: Route) -> int:
        """Passages of one route."""
        return sum(one.route == route for one in self.chosen)


def choose(
    pool: Pool, codebook: Codebook, number: int, mix: Mapping[Route, float], *,
    said: Said | None = None, seed: int = 1, before: int = 0, cap: int = 0,
) -> Queue:  # fmt: skip
    """Choose what to code next.

    Passages drawn by lot come first, so that nothing else decides whether a passage is in the sample. The others are
    chosen among what was not drawn; they have no chance of being drawn that is known, and none is made up.

    Args:
        number: how many passages; fewer when there are no more.
        mix: share of each route.
        said: what a language model said; without it nothing can be told of disagreement.
        seed, before: of the lot; see `lot.draw_more`.
        cap: most passages of one document that are chosen for a reason; 0: a tenth of the queue, or twice what an even
            division gives.

    Raises:
        ScheidslijnError: nothing is left to code.
    """
    if not pool.uncoded.any():
        raise ScheidslijnError(
            f"{pool.frame.name}: all its passages are coded, or kept for testing; label more documents"
        )
    unable = _unable(pool, codebook, said)
    numbers = divided(mix, number, [route for route in mix if route not in unable])
    drawn = draw_more(pool, numbers["random"], seed, before) if numbers.get("random") else None
    lot = np.flatnonzero(drawn.drawn & pool.uncoded) if drawn is not None else np.zeros(0, dtype=np.int64)
    chosen = [Chosen(int(place), "random") for place in lot]
    left = pool.open.copy()
    texts = {pool.keys[place] for place in lot}
    left &= np.array([key not in texts for key in pool.keys], dtype=np.bool_)
    if drawn is not None:
        left &= ~drawn.drawn
    documents = len(np.unique(pool.frame.document[pool.uncoded]))
    cap = cap or max(1, ceil(number / 10), ceil(2 * number / documents))
    queued = np.bincount(pool.frame.document[lot], minlength=len(pool.frame.documents)).astype(np.int64)
    state = State(pool, codebook, left, queued, cap, permanent_order(pool.frame, seed + 1))
    others = divided(
        {**mix, "random": 0.0}, max(0, number - len(lot)), [route for route in numbers if route != "random"]
    )
    chosen += _active(state, others, said)
    chosen.sort(key=lambda one: one.place)
    return Queue(tuple(chosen), drawn, {**others, "random": numbers.get("random", 0)}, unable)


def _active(state: State, numbers: Mapping[Route, int], said: Said | None) -> list[Chosen]:
    """Every route but the lot; what one cannot fill goes to the next, the scarcest first."""
    found: list[Chosen] = []
    short = 0
    for route in ("rare", "disagree", "uncertain", "coverage"):
        if route not in numbers and not (route == "coverage" and short):
            continue
        wanted = numbers.get(route, 0) + short
        if route == "rare":
            own = [Chosen(place, "rare", key) for place, key in by_rarity(state, wanted)]
        elif route == "disagree":
            assert said is not None
            worth = disagreement(state.pool.frame, said, state.codebook)
            own = [Chosen(place, "disagree") for place in by_worth(state, worth, wanted)]
        elif route == "uncertain":
            worth = uncertainty(state.pool.frame, state.codebook)
            own = [Chosen(place, "uncertain") for place in by_worth(state, worth, wanted)]
        else:
            own = [Chosen(place, "coverage") for place in by_coverage(state, wanted)]
        found += own
        short = wanted - len(own)
    return found


def _unable(pool: Pool, codebook: Codebook, said: Said | None) -> dict[Route, str]:
    """By route why it can give nothing."""
    found: dict[Route, str] = {}
    if not np.isfinite(pool.frame.scores).any():
        found["uncertain"] = "the labelled table has no scores"
    if said is None:
        found["disagree"] = "no suggestions of a language model were given (--suggestions)"
    elif not said.passages:
        found["disagree"] = "the suggestions are of other passages"
    if not rare_keys(pool, codebook):
        found["rare"] = "every code has enough coded passages"
    return found

"""The part of a queue that is drawn by lot, round after round one growing sample of the corpus."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheidslijn.annotations.coding import Coding
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.design_text import read_design
from scheidslijn.measuring.shares.drawing import Design, Draw, draw
from scheidslijn.measuring.shares.joining import DRAW
from scheidslijn.queueing.pool import Pool

FIRST_SEED = 1


def earlier_draw(codings: Sequence[Coding], seed: int | None = None) -> tuple[int, int]:
    """Seed and size of the largest draw that coded passages say they come from, of those that can go on.

    Those are draws without strata and without a first stage of documents.

    Args:
        seed: only draws of this seed count; None: any, `FIRST_SEED` where there is none.

    Raises:
        ScheidslijnError: without `seed`, they come from draws of several seeds, which cannot be made one sample.
    """
    lines = {str(one.extra[DRAW]) for one in codings if one.extra.get(DRAW) and not one.machine}
    designs = [found[0] for line in lines if (found := read_design(line)) is not None]
    designs = [one for one in designs if not one.codes and not one.documents and seed in (None, one.seed)]
    if len(seeds := {one.seed for one in designs}) > 1:
        told = " and ".join(map(str, sorted(seeds)))
        raise ScheidslijnError(f"coded passages were drawn with the seeds {told}; say with --seed which draw goes on")
    if not designs:
        return FIRST_SEED if seed is None else seed, 0
    return designs[0].seed, max(one.passages for one in designs)


def of_other_draws(codings: Sequence[Coding], seed: int) -> int:
    """How many coded passages come from draws that the lot of this seed does not go on with.

    Those are draws of another seed, by strata, or of documents first.
    """
    lines = [str(one.extra[DRAW]) for one in codings if one.extra.get(DRAW) and not one.machine]
    found = [read_design(line) for line in lines]
    return sum(1 for one in found if one and (one[0].codes or one[0].documents or one[0].seed != seed))


def draw_more(pool: Pool, number: int, seed: int, before: int = 0) -> Draw:
    """Draw so many passages by lot that about `number` of them are not coded yet.

    The sample is that of `shares draw` without strata: the passages with the lowest permanent random numbers. A later
    round draws further down the same list, so that all rounds together are one simple random sample, whatever was
    chosen for a reason in between. Its size is fixed before any number is looked at, from how many passages are coded;
    stopping as soon as `number` uncoded ones have come up would favour these.

    Args:
        before: the size of the sample that earlier rounds drew with this seed.

    Returns:
        The draw; of what it holds the rows with `pool.uncoded` are to be coded.
    """
    total = len(pool.frame.passages)
    before = min(before, total)
    order = draw(pool.frame, Design(seed, before)).drawn if before else np.zeros(total, dtype=np.bool_)
    missing = int((pool.uncoded & order).sum())  # drawn before, and not coded (yet)
    rest = ~order
    fresh = float(pool.uncoded[rest].mean()) if rest.any() else 0.0
    more = round(max(0, number - missing) / fresh) if fresh else 0
    return draw(pool.frame, Design(seed, max(1, min(total, before + more))))

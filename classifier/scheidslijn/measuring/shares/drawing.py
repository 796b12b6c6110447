"""A probability sample of passages: strata by how unsure the classifier is, and how many to draw in each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.shares.counts import Array

EVEN = 0.3
"""Share of the sample that is spread evenly over all passages, so that a classifier that is wrong costs little."""
FEWEST = 5
"""Fewest passages drawn from a stratum."""


def allocate(sizes: NDArray[np.int64], deviations: Array, number: int, *, even: float = EVEN) -> NDArray[np.int64]:
    """How many passages to draw from each stratum, shape `(strata,)`, `number` together.

    Neyman's allocation (1934; Cochran 1977, section 5.5: in proportion to size times standard deviation) for all but
    the share `even`, which goes in proportion to size: without it a stratum that the classifier wrongly takes for
    certain would hardly be looked at. A stratum gets no fewer than `FEWEST`, or all it has, unless `number` is too
    small for that.

    Args:
        sizes: passages of each stratum.
        deviations: expected standard deviation of the code in each, 0 to ½.
        number: passages to draw.
    """
    sizes = np.asarray(sizes, dtype=np.int64)
    number = min(number, int(sizes.sum()))
    mass = sizes * np.maximum(deviations, 1e-6)
    ideal = number * ((1 - even) * mass / max(mass.sum(), 1e-12) + even * sizes / max(sizes.sum(), 1))
    least = np.minimum(sizes, FEWEST)
    numbers = least if least.sum() <= number else np.zeros_like(sizes)
    while (short := number - int(numbers.sum())) > 0:  # what does not fit in a full stratum goes to the others
        room = sizes - numbers
        want = np.where(room > 0, np.maximum(ideal - numbers, 0), 0)
        want = want if want.sum() > 0 else room.astype(np.float64)
        share = short * want / want.sum()
        more = np.minimum(np.floor(share).astype(np.int64), room)
        if more.sum() == 0:  # the last few go where the largest fractions are
            order = np.argsort(-np.where(room > 0, share, -1), kind="stable")[:short]
            more[order[room[order] > 0]] = 1
        numbers = numbers + more
    return numbers

"""Intervals of one proportion, and of a weighted sum of independent proportions; everything broadcasts.

Numbers of units may be fractions: an effective sample size is one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

Array = NDArray[np.float64]
NONE = 1e-9
"""So few units are none at all: numbers are scaled, so they are not exact."""


def normal_quantile(level: float) -> float:
    """The quantile of the normal distribution for a two-sided interval: 1.96 at `level` 0.95."""
    return float(ndtri((1 + level) / 2))


def jeffreys(found: Array, coded: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Equal-tailed interval from the Beta(½, ½) prior; where nothing (or everything) was found the rule of three.

    Of the intervals with about nominal coverage it is the one whose two tails are about equally often missed (Brown,
    Cai & DasGupta 2001, Statistical Science 16, sections 3.1 and 4.1). They also show that it is too short when nothing
    was found: then its upper limit here is that of the mid-P exact interval, 1 - (1 - level)^(1/coded), some 3 / coded
    (Hanley & Lippman-Hand 1983, JAMA 249), and its lower limit 0. Without a coded unit: 0 to 1.
    """
    tail, rest = (1 - level) / 2, np.maximum(coded - found, 0)
    edge = 1 - (1 - level) ** (1 / np.where(coded > 0, coded, 1.0))
    none, all_of_them = found <= NONE, rest <= NONE
    low, high = betaincinv(found + 0.5, rest + 0.5, tail), betaincinv(found + 0.5, rest + 0.5, 1 - tail)
    low = np.where(none, 0.0, np.where(all_of_them, np.minimum(low, 1 - edge), low))
    high = np.where(all_of_them, 1.0, np.where(none, np.maximum(high, edge), high))
    return np.where(coded > 0, low, 0.0), np.where(coded > 0, high, 1.0)


def wilson(found: Array, coded: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Wilson's score interval (Wilson 1927; Brown, Cai & DasGupta 2001, section 3.1.1); without a coded unit 0 to 1."""
    z2 = normal_quantile(level) ** 2
    size = np.where(coded > 0, coded, 1.0)
    share = np.where(coded > 0, found / size, 0.5)
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / (1 + z2 / size)
    return np.where(coded > 0, middle - half, 0.0), np.where(coded > 0, middle + half, 1.0)


def clopper_pearson(found: Array, coded: Array, level: float = 0.95) -> tuple[Array, Array]:
    """The exact interval (Clopper & Pearson 1934), never below nominal coverage; without a coded unit 0 to 1.

    With an effective number of units it is the interval of Korn & Graubard (1998, Survey Methodology 24).
    """
    tail, rest = (1 - level) / 2, np.maximum(coded - found, 0)
    low = np.where(found > 0, betaincinv(np.where(found > 0, found, 1.0), rest + 1, tail), 0.0)
    high = np.where(rest > 0, betaincinv(found + 1, np.where(rest > 0, rest, 1.0), 1 - tail), 1.0)
    return low, high


def combined(weights: Array, shares: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """The weighted sum of independent shares with an interval recovered from theirs, along the last axis.

    The distance to each limit is the root of the summed squares of the parts' own distances ("MOVER": Zou & Donner
    2008, Statistics in Medicine 27; Newcombe 1998 for two parts). So a part in which nothing was found still adds the
    uncertainty above zero that it has, where a variance would add none.

    Returns:
        The sum and its lower and upper limit, within 0 and 1, one axis less than the arguments.
    """
    value = (weights * shares).sum(axis=-1)
    below = np.sqrt(((weights * (shares - low)) ** 2).sum(axis=-1))
    above = np.sqrt(((weights * (high - shares)) ** 2).sum(axis=-1))
    return value, np.clip(value - below, 0, 1), np.clip(value + above, 0, 1)

"""What more passages may be expected to bring: an inverse power law through a learning curve, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheidslijn.measuring.scores import macro_f1
from scheidslijn.measuring.shares.counts import Array
from scheidslijn.queueing.curve import Curve

DRAWS = 400
WIDER = 2.0
"""By how much the interval that documents drawn anew give is widened: they do not show how different new ones may be.
What happened lay inside 56 to 62 % of the intervals as they were, and 74 to 88 % of these (`queue_forecast.py` of the
benchmarks)."""
_POWERS = np.linspace(0.1, 1.5, 15)


@dataclass(frozen=True, slots=True)
class Gain:
    """What so many more passages may be expected to add to a score.

    Attributes:
        now: the score on documents that were not learned from, at the passages there are.
        value, low, high: the expected gain and its interval; see `WIDER`.
        more: passages.
    """

    now: float
    value: float
    low: float
    high: float
    more: int


def fit_power_law(passages: Array, score: Array) -> tuple[Array, Array, Array]:
    """Fit `a - b n^-c` to scores, b of 0 or more and a of at most 1, by weighted least squares; points count by n.

    The form that learning curves of text classifiers are found to follow (Figueroa et al. 2012; Viering & Loog 2023).

    Args:
        passages: n, `(steps,)`; score: `(draws, steps)`.

    Returns:
        a, b and c, `(draws,)` each.

    >>> a, b, c = fit_power_law(np.array([50.0, 100, 200, 400]), 0.8 - 2 * np.array([[50.0, 100, 200, 400]]) ** -0.5)
    >>> [round(float(one[0]), 3) for one in (a, b, c)]
    [0.8, 2.0, 0.5]
    """
    weight = passages / passages.sum()
    best = np.full(len(score), np.inf)
    found = np.zeros((3, len(score)))
    for power in _POWERS:
        x = passages**-power
        mean_x, mean_y = (weight * x).sum(), (score * weight).sum(axis=1)
        spread = (weight * (x - mean_x) ** 2).sum()
        b = np.maximum(0, -((score - mean_y[:, None]) * (weight * (x - mean_x))).sum(axis=1) / spread)
        a = mean_y + b * mean_x
        over = a > 1  # no score is above 1: then the line through it that ends at 1
        b = np.where(over, np.maximum(0, ((1 - score) * (weight * x)).sum(axis=1) / (weight * x**2).sum()), b)
        a = np.minimum(a, 1)
        error = (weight * (score - (a[:, None] - b[:, None] * x)) ** 2).sum(axis=1)
        better = error < best - 1e-15
        found[:, better] = np.stack([a, b, np.full(len(score), power)])[:, better]
        best = np.where(better, error, best)
    return found[0], found[1], found[2]


def gain(curve: Curve, columns: slice, more: int, seed: int = 0, start: int | None = None) -> Gain:
    """What `more` passages of further such documents may be expected to add to the macro-F1 of some codes.

    The interval comes from drawing documents and repeats anew (bootstrap), fitting each time, and is widened by what
    forecasts turned out to miss. It holds for passages as those that are coded were chosen.

    Args:
        columns: of the codes.
        start: passages to begin at; default all that are coded.
    """
    generator = np.random.default_rng(seed)
    own = curve.counts[:, :, :, columns]
    repeats, _, documents = own.shape[:3]
    whole = macro_f1(own.sum(axis=(0, 2)))[None]
    weights = generator.multinomial(documents, np.full(documents, 1 / documents), size=DRAWS).astype(np.float64)
    picked = generator.multinomial(repeats, np.full(repeats, 1 / repeats), size=DRAWS).astype(np.float64)
    flat = own.reshape(repeats, own.shape[1], documents, -1)
    drawn = np.einsum("br,bd,rsdk->bsk", picked, weights, flat, optimize=True)
    shape = (DRAWS * own.shape[1], own.shape[3], 4)
    scores = np.nan_to_num(macro_f1(drawn.reshape(shape))).reshape(DRAWS, own.shape[1])
    begin = float(start if start is not None else curve.total)
    rises = rise(*fit_power_law(curve.passages, scores), begin, begin + more)
    a, b, c = fit_power_law(curve.passages, np.nan_to_num(whole))
    expected = float(rise(a, b, c, begin, begin + more)[0])
    low, high = (expected + WIDER * (float(one) - expected) for one in np.quantile(rises, [0.025, 0.975]))
    return Gain(float((a - b * begin**-c)[0]), expected, min(low, expected), max(high, expected), more)


def rise(a: Array, b: Array, c: Array, start: float, end: float) -> Array:
    """What the fitted curves rise between two numbers of passages, `(draws,)`."""
    return np.asarray(b * (start**-c - end**-c))

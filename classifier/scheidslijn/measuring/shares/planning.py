"""How many passages to code: trial runs of the estimator on samples that the labelled corpus leads one to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.clusters import resemblance
from scheidslijn.measuring.shares.corrected import corrected
from scheidslijn.measuring.shares.counts import Array, Counts
from scheidslijn.measuring.shares.drawing import Design, allocate, stratify
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.joining import Sample

TRIALS = 300
ASSURANCE = 0.8
"""Share of the trial runs in which the interval must be as narrow as asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to code to know one share.

    Attributes:
        key: the code.
        expected: the share that is expected, and from `piloted` coded passages, or from scores when that is 0.
        margin: half the width of the interval that was asked.
        passages: to code; None when even all passages of the documents do not give that.
        documents: that these passages come from.
        plain: passages to code without the classifier and without strata, None likewise.
        correlation: intra-document correlation that was reckoned with.
    """

    key: str
    expected: float
    margin: float
    passages: int | None
    documents: int
    plain: int | None
    correlation: float
    piloted: int


@dataclass(frozen=True, slots=True)
class _World:
    """What the trial runs draw from: passages by document and cell, and the share with the code in each cell."""

    size: Array
    shares: Array
    deviations: Array
    correlation: float
    mask: NDArray[np.bool_] | None
    beyond: bool


def plan(
    frame: Frame, key: str, margin: float, *, pilot: Sample | None = None, documents: int = 0, beyond: bool = False,
    seed: int = 1,
) -> Plan:  # fmt: skip
    """Find the fewest passages for which the interval is at most `margin` on either side of its middle.

    The share of the code among passages that the classifier gave it, and did not give it, comes from the pilot sample;
    without one from the scores, which is as good as they are calibrated.

    Args:
        frame: the labelled corpus.
        key: the code.
        margin: half the width of the interval, as a fraction (0.02 for two percentage points).
        pilot: coded passages.
        documents: code passages of this many documents only, drawn first; 0: of all.
        beyond, seed: as in `corrected`; of the trial runs.

    Raises:
        ScheidslijnError: no such code, or a margin or number of documents that cannot be.
    """
    if not 0.001 <= margin <= 0.5:
        raise ScheidslijnError(f"a margin of {100 * margin:g} points cannot be planned for; give 0.1 to 50")
    if documents and not 2 <= documents <= len(frame.documents):
        raise ScheidslijnError(f"{documents} documents cannot be drawn; give 2 to {len(frame.documents)}")
    column = frame.column(key)
    mask = np.arange(len(frame.documents)) < documents if documents else None  # which ones does not matter here
    world, piloted = _world(frame, column, key, pilot, mask, beyond)
    plain = _World(world.size.sum(axis=(-2, -1))[:, None, None] * np.array([1.0, 0.0]),
                   np.array([[_mean(world), 0.0]]), np.ones(1), world.correlation, mask, beyond)  # fmt: skip
    needed, simple = (_fewest(one, margin, seed) for one in (world, plain))
    sizes = world.size.sum(axis=(-2, -1)) if mask is None else world.size.sum(axis=(-2, -1))[mask]
    touched = (1 - (1 - (needed or sizes.sum()) / sizes.sum()) ** sizes).sum()
    return Plan(key, _mean(world), margin, needed, round(float(touched)), simple, world.correlation, piloted)


def margin_of(
    frame: Frame, key: str, passages: int, *, pilot: Sample | None = None, beyond: bool = False, seed: int = 1
) -> float:
    """Half the width that the interval of a share may be expected to have (median of trial runs), as a fraction.

    Args:
        passages: simple random passages of all documents that are coded; the others as in `plan`. NaN for fewer than
            20, of which no share is estimated.
    """
    if passages < 20:
        return float("nan")
    world, _ = _world(frame, frame.column(key), key, pilot, None, beyond)
    size = world.size.sum(axis=-2, keepdims=True)  # one stratum, as in a draw without codes
    shares = (world.size * world.shares).sum(axis=(0, 1)) / np.maximum(world.size.sum(axis=(0, 1)), 1e-12)
    plain = _World(size, shares[None], np.ones(1), world.correlation, None, beyond)
    share = corrected(_trials(plain, min(passages, int(size.sum())), seed), beyond=beyond)
    return float(np.nanmedian((share.high - share.low) / 2))


def _world(
    frame: Frame, column: int, key: str, pilot: Sample | None, mask: NDArray[np.bool_] | None, beyond: bool
) -> tuple[_World, int]:
    stratum, deviations = stratify(frame, Design(0, 100, (key,)), np.ones(len(frame.passages), dtype=np.bool_))
    given = frame.given[:, column].astype(np.int64)
    shape = (len(frame.documents), len(deviations), 2)
    cell = np.ravel_multi_index((frame.document, stratum, given), shape)
    size = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    by_side, piloted = _sides(frame, column, pilot)
    scores = np.where(np.isnan(frame.scores[:, column]), by_side[given], frame.scores[:, column])
    means = []
    for side in (0, 1):  # scores say how a side divides over the strata, the pilot how much there is of it
        own = given == side
        factor = by_side[side] / max(scores[own].mean(), 1e-6) if own.any() and piloted else 1.0
        sums = np.bincount(stratum[own], weights=np.clip(scores[own] * factor, 0.0005, 0.98), minlength=shape[1])
        numbers = np.bincount(stratum[own], minlength=shape[1])
        means.append(np.divide(sums, numbers, out=np.zeros(shape[1]), where=numbers > 0))
    shares = np.stack(means, axis=-1)
    correlation, _ = resemblance(Counts(size, size, size * shares), shares)
    return _World(size, shares, deviations, float(correlation), mask, beyond), piloted


def _sides(frame: Frame, column: int, pilot: Sample | None) -> tuple[Array, int]:
    """The share with the code where the classifier did not give it and where it did; and how many coded say so."""
    given, scores = frame.given[:, column], frame.scores[:, column]
    guess = np.array([0.02, 0.7])  # for a classifier that gives no scores
    for side in (0, 1):
        own = (given == side) & np.isfinite(scores)
        guess[side] = scores[own].mean() if own.any() else guess[side]
    if pilot is None or not np.isfinite(pilot.truth[:, column]).any():
        return guess, 0
    truth = pilot.truth[:, column]
    weight = 1 / pilot.draw.chance if pilot.draw is not None else pilot.weight
    for side in (0, 1):
        own = np.isfinite(truth) & (given == side)
        weights = weight[own] if weight is not None else np.ones(own.sum())
        # two passages' worth of the guess, so that a few coded passages do not say "never"
        mean = np.average(truth[own], weights=weights) if own.any() else guess[side]
        guess[side] = (own.sum() * mean + 2 * guess[side]) / (own.sum() + 2)
    return guess, int(np.isfinite(truth).sum())


def _mean(world: _World) -> float:
    return float((world.size.sum(axis=0) * world.shares).sum() / world.size.sum())


def _fewest(world: _World, margin: float, seed: int) -> int | None:
    """The smallest sample that is good enough, by bisection on a grid of about two digits."""
    inside = world.size if world.mask is None else world.size[world.mask]
    grid = [n for e in (1, 10, 100, 1000, 10_000) for n in range(20 * e, 200 * e, 5 * e) if n <= inside.sum()]
    grid = sorted({*grid, int(inside.sum())})
    low, high = 0, len(grid) - 1
    if not _enough(world, grid[high], margin, seed):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _enough(world, grid[middle], margin, seed) else (middle + 1, high)
    return grid[low]


def _enough(world: _World, number: int, margin: float, seed: int) -> bool:
    share = corrected(_trials(world, number, seed), drawn=world.mask, beyond=world.beyond)
    return float(np.nanquantile((share.high - share.low) / 2, ASSURANCE)) <= margin


def _trials(world: _World, number: int, seed: int) -> Counts:
    """Counts of samples as they may turn out, `(trials, documents, strata, 2)`.

    Without documents in play all passages are one pool. Otherwise each document gets shares of its own around those of
    the cells, beta-distributed at the intra-document correlation.
    """
    generator = np.random.default_rng(seed)
    clustered = world.mask is not None or world.beyond
    size = world.size if clustered else world.size.sum(axis=0, keepdims=True)
    mask = world.mask if world.mask is not None else np.ones(len(size), dtype=np.bool_)
    sizes = size[mask].sum(axis=(0, 2)).astype(np.int64)
    numbers = allocate(sizes, world.deviations, number)
    whole = np.broadcast_to(size, (TRIALS, *size.shape))
    coded = np.zeros(whole.shape)
    for stratum, wanted in enumerate(numbers):
        pool = size[mask][:, stratum].astype(np.int64)
        picked = generator.multivariate_hypergeometric(pool.ravel(), int(wanted), size=TRIALS, method="marginals")
        coded[:, mask, stratum] = picked.reshape(TRIALS, *pool.shape)
    shares = np.broadcast_to(world.shares, whole.shape)
    if clustered:
        strength = (1 - world.correlation) / max(world.correlation, 1e-3)
        middle = np.clip(world.shares, 1e-4, 1 - 1e-4)
        shares = generator.beta(middle * strength, (1 - middle) * strength, whole.shape)
    return Counts(whole, coded, generator.binomial(coded.astype(np.int64), shares).astype(np.float64))

"""Invented corpora whose true figures are known, for simulations: uneven documents, and passages that are alike.

Sizes of documents are log-normal (median 15 passages, a few very large ones, as in `training/annotations`); how common
a code is, and how often a labeller is right, differ by document (intra-document correlation 0.1; the coded passages
show 0.0 to 0.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Code:
    """How common a code is, and how a labeller does on it: recall, and share of false alarms."""

    prevalence: float
    recall: float
    alarms: float


COMMON, RARE, GOOD = Code(0.25, 0.75, 0.08), Code(0.03, 0.60, 0.01), Code(0.10, 0.95, 0.005)


def sizes(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Numbers of passages of documents."""
    return np.clip(np.round(rng.lognormal(np.log(15), 1.0, shape)), 1, 400).astype(np.int64)


def varying(rng: np.random.Generator, mean: float, shape: tuple[int, ...], correlation: float = 0.1) -> Array:
    """Rates that differ by document around a mean (beta), so that passages of one document correlate."""
    total = 1 / correlation - 1
    return rng.beta(mean * total, (1 - mean) * total, shape)


def labelled(rng: np.random.Generator, replications: int, documents: int, code: Code) -> Array:
    """Outcomes of one labeller on one code, summed per document: shape `(replications, documents, 4)`."""
    shape = (replications, documents)
    passages = sizes(rng, shape)
    true = rng.binomial(passages, varying(rng, code.prevalence, shape))
    hit = rng.binomial(true, varying(rng, code.recall, shape))
    alarm = rng.binomial(passages - true, varying(rng, code.alarms, shape))
    return np.stack([hit, alarm, true - hit, passages - true - alarm], axis=-1).astype(np.float64)


def twice_labelled(
    rng: np.random.Generator, replications: int, documents: int, one: Code, other: Code, alike: float = 0.7
) -> Array:
    """The same for two labellers on the same passages: shape `(replications, documents, 2, 4)`.

    They share the difficulty of a document, and decide a share `alike` of the passages on the same ground.
    """
    shape = (replications, documents)
    passages = sizes(rng, shape)
    true = rng.binomial(passages, varying(rng, one.prevalence, shape))
    hard, loose = rng.normal(0, 0.7, (2, *shape))
    own = rng.normal(0, 0.5, (4, *shape))
    hits = _both(rng, true, _rate(one.recall, hard + own[0]), _rate(other.recall, hard + own[1]), alike)
    alarms = _both(rng, passages - true, _rate(one.alarms, loose + own[2]), _rate(other.alarms, loose + own[3]), alike)
    cells = [
        np.stack([hit, alarm, true - hit, passages - true - alarm], axis=-1)
        for hit, alarm in zip(hits, alarms, strict=True)
    ]
    return np.stack(cells, axis=2).astype(np.float64)


def _rate(mean: float, shift: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-(np.log(mean / (1 - mean)) + shift))))


def _both(
    rng: np.random.Generator, count: NDArray[np.int64], one: Array, other: Array, alike: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    common = rng.binomial(count, alike)
    low, high = np.minimum(one, other), np.maximum(one, other)
    both = rng.binomial(common, low)
    more = rng.binomial(common - both, (high - low) / (1 - low))
    apart = count - common
    return (
        both + np.where(one >= other, more, 0) + rng.binomial(apart, one),
        both + np.where(one < other, more, 0) + rng.binomial(apart, other),
    )

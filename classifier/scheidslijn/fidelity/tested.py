"""The outcome of one test on one dimension, and the helpers that make a figure of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scheidslijn.codebook import Dimension
from scheidslijn.fidelity.answers import Bools, Floats
from scheidslijn.fidelity.thresholds import Outcome
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import intervals, per_document
from scheidslijn.passage import Passage


@dataclass(frozen=True, slots=True)
class Failing:
    """A passage behind a figure: what was expected of it, and what was said."""

    passage: Passage
    expected: str
    said: str


@dataclass(frozen=True, slots=True)
class Tested:
    """One test on one dimension.

    Attributes:
        test: one of `plan.TESTS`.
        outcome: by the thresholds.
        figure: what was judged; what it is stands at each test in `measures`.
        passages: how many it rests on.
        failing: those that speak against the model.
        more: other figures of the same test, by name.
    """

    test: str
    dimension: str
    outcome: Outcome
    figure: Estimate
    passages: int
    failing: tuple[Failing, ...] = ()
    more: Mapping[str, Estimate] = field(default_factory=dict)


def share(documents: Sequence[str], yes: Bools, counted: Bools) -> Estimate:
    """Share of the counted passages that are right, with its interval by document."""
    cells = np.stack([yes & counted, counted], axis=1).astype(np.float64)

    def ratio(summed: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(summed[..., 1] > 0, summed[..., 0] / summed[..., 1], np.nan)

    summed = per_document(documents, cells)
    return intervals(summed, ratio, weights=summed[:, 1] if len(summed) else None)[0]


def told(values: Floats, dimension: Dimension) -> str:
    """The codes of one passage as text; "-" for none, "?" where something is unknown.

    Args:
        values: shape `(codes,)`.
    """
    if not np.isfinite(values).all():
        return "?"
    return ", ".join(code.code for code, own in zip(dimension.codes, values, strict=True) if own >= 0.5) or "-"

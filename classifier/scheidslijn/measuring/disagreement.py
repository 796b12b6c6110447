"""Which passages coders should talk about first: those on which they differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheidslijn.measuring import coefficients as co
from scheidslijn.measuring.ratings import Ratings, value_counts


@dataclass(frozen=True, slots=True)
class Differing:
    """A passage on which coders differ.

    Attributes:
        key, document: of the passage.
        distance: mean distance of pairs of coders, summed over the dimensions: MASI where several codes may be given,
            else 1 for another code. It lies above 0 and is at most the number of dimensions.
        said: by dimension on which they differ, by coder the codes.
    """

    key: str
    document: str
    distance: float
    said: Mapping[str, Mapping[str, tuple[str, ...]]]


def differing(several: Sequence[Ratings]) -> tuple[Differing, ...]:
    """Return the passages on which coders differ, the largest distance first; equals stay in order of appearance.

    Args:
        several: the ratings of one or more dimensions.
    """
    distances: dict[tuple[str, str], float] = {}
    said: dict[tuple[str, str], dict[str, Mapping[str, tuple[str, ...]]]] = {}
    for ratings in several:
        sets, numbers = value_counts(ratings.values)
        distance = co.masi_distance(sets) if ratings.dimension.multi else co.nominal_distance(sets)
        units = co.unit_counts(numbers, len(sets))
        apart = co.disagreement(units, distance) / np.maximum(units.sum(axis=1), 1)  # mean over pairs
        for row in np.flatnonzero(apart > 0).tolist():
            unit = (ratings.keys[row], ratings.documents[row])
            distances[unit] = distances.get(unit, 0.0) + float(apart[row])
            said.setdefault(unit, {})[ratings.dimension.name] = {
                coder: tuple(code for code, own in zip(ratings.codes, sets[number], strict=True) if own)
                for coder, number in zip(ratings.coders, numbers[row].tolist(), strict=True)
                if number >= 0
            }
    order = sorted(distances, key=lambda unit: -round(distances[unit], 9))
    return tuple(Differing(*unit, distances[unit], said[unit]) for unit in order)

"""A passage with what a labeller said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheidslijn.passage import Passage


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled passage: the row of every output.

    Attributes:
        passage: what was labelled.
        codes: by dimension the decided codes, most probable first; empty where none applies or where abstained.
        scores: by key (`thema.onderwijs`) the calibrated probability in [0, 1]; a dimension without score is absent.
        abstained: dimensions on which the labeller does not decide.
        model, codebook: name and version of both.
    """

    passage: Passage
    codes: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, float]
    abstained: tuple[str, ...]
    model: str
    codebook: str

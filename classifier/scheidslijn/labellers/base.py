"""The one protocol behind which every labeller stands, and how its scores become codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.passage import Passage


@dataclass(frozen=True, slots=True)
class Decision:
    """How probabilities become codes.

    Attributes:
        thresholds: by key (`thema.onderwijs`): a multi-label code is given from this probability on (default 0.5);
            above 1 it is never given.
        abstain: by dimension the least probability that the whole decision is right (`deciding.surety`): of a
            single-label dimension that of the best code, of a multi-label one that of all its yes and no together.
            Below it the labeller abstains. 0 (the default) never abstains; a level above 1 always does.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    abstain: Mapping[str, float] = field(default_factory=dict)


@runtime_checkable
class Labeller(Protocol):
    """Gives every passage a probability for every code.

    Attributes:
        name: "terms", "tfidf", "encoder" or "best" (the best of these per dimension).
        version: what is written into the column `model`, e.g. `compact-2@3f2a9c01/encoder`.
        codebook: whose codes it scores.
        decision: thresholds that belong to its probabilities.
    """

    name: str
    version: str
    codebook: Codebook
    decision: Decision

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return probabilities in [0, 1], shape `(len(passages), len(codebook.keys))`.

        NaN fills a dimension that the labeller cannot score.

        A passage's scores do not depend on the others in the call, nor on their number or order.
        """
        ...

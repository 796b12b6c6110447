"""Whole-word masking: which positions are predicted, and what stands there instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.pretraining.recipe import MaskingRecipe
from scheidslijn.pretraining.wordpieces import SPECIAL


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked batch.

    Attributes:
        inputs: int64, shape (batch, length), what the encoder reads.
        places: int64, shape (predicted,), rising positions in the flattened batch.
        targets: int64, shape (predicted,), the pieces that stood there.
    """

    inputs: NDArray[np.int64]
    places: NDArray[np.int64]
    targets: NDArray[np.int64]


def word_starts(vocabulary: Sequence[str]) -> NDArray[np.bool_]:
    """Per piece whether it begins a word, which all do that lack the mark `##`; shape (vocabulary,)."""
    return np.asarray([not piece.startswith("##") for piece in vocabulary])


def mask_words(
    batch: NDArray[np.int64], starts: NDArray[np.bool_], recipe: MaskingRecipe, chance: np.random.Generator
) -> Masked:
    """Choose whole words at random until `recipe.share` of the pieces that are no special token is reached.

    The number of positions predicted is exact, so that every step costs the same: the last word may be cut. A word is
    treated as one: all its pieces become [MASK], or all become random pieces, or all stay.

    Args:
        batch: word pieces, shape (batch, length).
        starts: see `word_starts`.
        recipe: the shares.
        chance: where the choice comes from.
    """
    flat = batch.reshape(-1)
    first = len(SPECIAL)
    begins = starts[flat] | (np.arange(flat.size) % batch.shape[1] == 0)
    word = np.cumsum(begins) - 1
    rank = chance.random(word[-1] + 1)[word]
    rank[flat < first] = np.inf
    wanted = max(1, round(recipe.share * int((flat >= first).sum())))
    places = np.sort(np.argsort(rank, kind="stable")[:wanted])
    targets = flat[places]
    fate = chance.random(word[-1] + 1)[word[places]]
    inputs = flat.copy()
    inputs[places[fate < recipe.masked]] = SPECIAL.index("[MASK]")
    swapped = places[(fate >= recipe.masked) & (fate < recipe.masked + recipe.random)]
    inputs[swapped] = chance.integers(first, len(starts), len(swapped))
    return Masked(inputs.reshape(batch.shape), places, targets)

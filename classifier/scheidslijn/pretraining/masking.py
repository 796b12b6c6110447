"""Whole-word masking: which positions are predicted, and what stands there instead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.pretraining.recipe import MaskingRecipe
from scheidslijn.pretraining.vocabulary import Vocabulary


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


def mask_words(
    batch: NDArray[np.int64], vocabulary: Vocabulary, recipe: MaskingRecipe, chance: np.random.Generator
) -> Masked:
    """Choose whole words at random until `recipe.share` of the pieces that are no special token is reached.

    The number of positions predicted is exact, so that every step costs the same: the last word may be cut. A word is
    treated as one: all its pieces become [MASK], or all become random pieces, or all stay.

    Args:
        batch: word pieces, shape (batch, length).
        vocabulary: which pieces begin a word, and which are special.
        recipe: the shares.
        chance: where the choice comes from.
    """
    flat = batch.reshape(-1)
    special = vocabulary.special[flat]
    # a piece behind a special token begins a word, also where the tokenizer writes the space only inside a text
    begins = vocabulary.starts[flat] | special | np.concatenate([[True], special[:-1]])
    word = np.cumsum(begins) - 1
    rank = chance.random(word[-1] + 1)[word]
    rank[special] = np.inf
    wanted = max(1, round(recipe.share * int((~special).sum())))
    places = np.sort(np.argsort(rank, kind="stable")[:wanted])
    targets = flat[places]
    fate = chance.random(word[-1] + 1)[word[places]]
    inputs = flat.copy()
    inputs[places[fate < recipe.masked]] = vocabulary.mask
    swapped = places[(fate >= recipe.masked) & (fate < recipe.masked + recipe.random)]
    plain = np.flatnonzero(~vocabulary.special)
    inputs[swapped] = plain[chance.integers(0, len(plain), len(swapped))]
    return Masked(inputs.reshape(batch.shape), places, targets)

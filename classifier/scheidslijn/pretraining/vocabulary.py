"""What masking must know of a tokenizer: which pieces begin a word, which are special, and the few numbers it uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_SPACED = ("Ġ", "▁")
"""How byte-level pieces and SentencePiece write the space before a word."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of a tokenizer.

    Attributes:
        starts: per piece whether it begins a word, shape (pieces,).
        special: per piece whether it is a special token, which is never hidden and never put in by chance, same shape.
        cls, sep, mask, pad: the numbers of these tokens ([CLS], [SEP] … or what the tokenizer has in their place).
    """

    starts: NDArray[np.bool_]
    special: NDArray[np.bool_]
    cls: int
    sep: int
    mask: int
    pad: int

    @property
    def dtype(self) -> type[np.uint16] | type[np.uint32]:
        """The smallest type that holds every piece."""
        return np.uint16 if len(self.starts) <= 2**16 else np.uint32


def word_starts(pieces: Sequence[str]) -> NDArray[np.bool_]:
    """Per piece whether it begins a word; shape (pieces,).

    With word pieces those without the mark `##`; with byte-level or SentencePiece pieces those that carry a space.

    >>> word_starts(["[CLS]", "wacht", "##lijst"]).tolist()
    [True, True, False]
    >>> word_starts(["<s>", "Ġwacht", "lijst"]).tolist()
    [False, True, False]
    """
    if not any(piece.startswith("##") for piece in pieces) and any(piece.startswith(_SPACED) for piece in pieces):
        return np.asarray([piece.startswith(_SPACED) for piece in pieces])
    return np.asarray([not piece.startswith("##") for piece in pieces])


def vocabulary_of(tokenizer: PreTrainedTokenizerFast, name: str = "the tokenizer") -> Vocabulary:
    """Read what masking needs off a tokenizer.

    Args:
        name: what errors call it.

    Raises:
        ModelError: it lacks one of the tokens that a masked language model needs.
    """
    pieces = [str(piece) for piece in tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))]
    special = np.zeros(len(pieces), dtype=np.bool_)
    special[list(tokenizer.all_special_ids)] = True
    return Vocabulary(
        starts=word_starts(pieces),
        special=special,
        cls=_number(tokenizer, name, "cls", "bos"),
        sep=_number(tokenizer, name, "sep", "eos"),
        mask=_number(tokenizer, name, "mask"),
        pad=_number(tokenizer, name, "pad"),
    )


def _number(tokenizer: PreTrainedTokenizerFast, name: str, *roles: str) -> int:
    for role in roles:
        number = getattr(tokenizer, f"{role}_token_id")
        if number is not None:
            return int(number)
    raise ModelError(f"{name}: has no {roles[0]} token; masked language modelling needs cls, sep, mask and pad tokens")

"""Cuts a text into overlapping windows of tokens, so that nothing of a long passage is lost.

Training, the torch reference and ONNX inference all use this one function, through `tokenizers` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scheidslijn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its token ids with the special ones, and `fresh`, how many tokens of text no earlier window had."""

    ids: tuple[int, ...]
    fresh: int


class Windows:
    """A tokenizer with a window length and an overlap.

    Args:
        tokenizer: the content of a `tokenizer.json`.
        length: tokens in a window at most, special ones counted.
        overlap: tokens that neighbouring windows share.

    Raises:
        ModelError: the tokenizer cannot be read, or the overlap leaves no room to go on.
    """

    def __init__(self, tokenizer: bytes, length: int, overlap: int) -> None:
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(f"tokenizer.json: cannot be read ({error}); restore the model folder") from error
        self.special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        if length - self.special - overlap < 1:
            raise ModelError(
                f"windows of {length} tokens with an overlap of {overlap} do not move on; take a smaller overlap"
            )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=length, stride=overlap)
        self.length, self.overlap = length, overlap

    def cut(self, text: str) -> list[Window]:
        """Return the windows of a text, at least one (of an empty text the special tokens alone)."""
        encoding = self._tokenizer.encode(text)
        windows = [Window(tuple(encoding.ids), max(1, len(encoding.ids) - self.special))]
        for more in encoding.overflowing:
            windows.append(Window(tuple(more.ids), max(1, len(more.ids) - self.special - self.overlap)))
        return windows


def pool(logits: NDArray[np.floating], windows: Sequence[Window]) -> NDArray[np.float64]:
    """Pool the logits of one passage's windows, `(windows, codes)`: the mean weighted by fresh tokens, `(codes,)`."""
    fresh = np.array([window.fresh for window in windows], dtype=np.float64)
    return np.asarray(fresh @ logits.astype(np.float64) / fresh.sum())

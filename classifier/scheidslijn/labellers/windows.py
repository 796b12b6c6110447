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
        context: tokens of context that stand before the text in every window at most; of a longer context the end is
            kept, where the nearest heading stands.

    Raises:
        ModelError: the tokenizer cannot be read, or overlap and context leave no room to go on.
    """

    def __init__(self, tokenizer: bytes, length: int, overlap: int, context: int = 0) -> None:
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(f"tokenizer.json: cannot be read ({error}); restore the model folder") from error
        self.special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._pair = self._tokenizer.num_special_tokens_to_add(is_pair=True)
        if length - max(self.special, self._pair + context if context else 0) - overlap < 1:
            beside = f" beside {context} of context" if context else ""
            raise ModelError(
                f"windows of {length} tokens with an overlap of {overlap}{beside} do not move on; take less overlap"
            )
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.length, self.overlap, self.context = length, overlap, context

    def cut(self, text: str, context: str = "") -> list[Window]:
        """Return the windows of a text, at least one (of an empty text the special tokens alone).

        Args:
            context: what stands before the text in every window, as the first of a pair; "" for none. It is passed
                over by windows that were made without room for context.
        """
        before = self._tokenizer.encode(context, add_special_tokens=False) if context and self.context else None
        if before is not None:
            before.truncate(self.context, direction="left")
        room = self.length - (self.special if before is None else self._pair + len(before.ids))
        rest = self._tokenizer.encode(text, add_special_tokens=False)
        rest.truncate(room, stride=self.overlap)
        windows = []
        for number, part in enumerate([rest, *rest.overflowing]):
            fresh = max(1, len(part.ids) - (self.overlap if number else 0))
            whole = self._tokenizer.post_process(part if before is None else before, None if before is None else part)
            windows.append(Window(tuple(whole.ids), fresh))
        return windows


def pool(logits: NDArray[np.floating], windows: Sequence[Window]) -> NDArray[np.float64]:
    """Pool the logits of one passage's windows, `(windows, codes)`: the mean weighted by fresh tokens, `(codes,)`."""
    fresh = np.array([window.fresh for window in windows], dtype=np.float64)
    return np.asarray(fresh @ logits.astype(np.float64) / fresh.sum())

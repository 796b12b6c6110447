"""Character n-grams within words, counted fast: what each distinct word of the texts holds is remembered."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_CACHE_LIMIT = 50_000


class WordGrams:
    """Counts n-grams of a fixed vocabulary as scikit-learn's analyser `char_wb` cuts them, to the same figures.

    That analyser cuts every word by itself, with a space on either side. So the n-grams of a word are looked up once,
    and a text is the sum of its words.

    Args:
        vocabulary: by n-gram its column.
        least, most: characters of an n-gram.
    """

    def __init__(self, vocabulary: Mapping[str, int], least: int, most: int) -> None:
        self._vocabulary, self._least, self._most = vocabulary, least, most
        self._cache: dict[str, array[int]] = {}

    def counts(self, texts: Sequence[str]) -> Any:
        """How often each n-gram stands in each text, lower-cased: a sparse matrix `(len(texts), len(vocabulary))`."""
        from scipy.sparse import coo_matrix

        flat, lengths = array("i"), []
        for text in texts:
            before = len(flat)
            for word in text.lower().split():
                flat.extend(self._cache.get(word) or self._look_up(word))
            lengths.append(len(flat) - before)
        columns = np.frombuffer(flat, dtype=np.intc) if flat else np.empty(0, np.intc)
        rows = np.repeat(np.arange(len(texts), dtype=np.intc), lengths)
        shape = (len(texts), len(self._vocabulary))
        return coo_matrix((np.ones(len(columns)), (rows, columns)), shape=shape).tocsr()

    def _look_up(self, word: str) -> array[int]:
        padded, found = f" {word} ", array("i")
        for size in range(self._least, self._most + 1):
            for start in range(max(1, len(padded) - size + 1)):
                column = self._vocabulary.get(padded[start : start + size])
                if column is not None:
                    found.append(column)
            if size >= len(padded):  # a word that is no longer counts once, whole
                break
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()  # bounds memory on a corpus with endless misspellings
        self._cache[word] = found
        return found

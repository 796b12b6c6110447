"""Spreads a choice over documents and subjects: passages of one document, or about one thing, say less together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.shares.counts import Array

RHO = 0.05
"""Intra-document correlation of codes that is reckoned with; coded passages show 0.0 to 0.2 (docs/shares.md)."""
ALIKE = 0.8
"""Cosine from which two passages count as saying the same."""
MOST = 4_000
"""Most passages that coverage compares with each other: two such lists make a matrix of 64 MB."""
CHUNK = 20_000


def document_factor(coded: NDArray[np.int64]) -> Array:
    """What one more passage of a document adds, beside the first one of a document that nobody coded, 0 to 1.

    From the design effect (Kish 1965): m passages of one document say as much as m / (1 + (m - 1) ρ) of different ones.

    >>> document_factor(np.array([0, 1, 10])).round(2).tolist()
    [1.0, 0.9, 0.44]
    """
    more = np.asarray(coded, dtype=np.float64) + 1
    before = np.divide(more - 1, 1 + (more - 2) * RHO, out=np.zeros_like(more), where=more > 1)
    return np.asarray(more / (1 + (more - 1) * RHO) - before)


def pick(
    gains: Callable[[], Array], count: int, document: NDArray[np.int64], coded: NDArray[np.int64],
    queued: NDArray[np.int64], cap: int, take: Callable[[int], None],
) -> Iterator[int]:  # fmt: skip
    """Choose passages one by one, each the one that is worth most after those before it.

    Args:
        gains: gives the worth of every candidate as it is now; 0 or below is not chosen. Called before each choice.
        count: how many to choose at most.
        document: of each candidate.
        coded, queued: passages of each document that are coded, and in the queue; `queued` is counted up here.
        cap: most passages of one document in the queue.
        take: hears which was chosen, and makes `gains` give it 0 from then on.
    """
    for _ in range(count):
        worth = gains() * document_factor(coded + queued)[document]
        worth = np.where(queued[document] < cap, worth, 0)
        best = int(np.argmax(worth)) if worth.size else 0
        if not worth.size or worth[best] <= 0:
            return
        queued[document[best]] += 1
        take(best)
        yield best


class Vectors:
    """TF-IDF vectors of words, of length 1, made when they are asked for.

    Args:
        texts: that the weights come from, a sample of the corpus.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectoriser = TfidfVectorizer(sublinear_tf=True, max_df=0.5 if len(texts) > 100 else 1.0,
                                           max_features=50_000, dtype=np.float32)  # fmt: skip
        try:
            self._vectoriser.fit(texts)
        except ValueError:  # not one word among them
            self._vectoriser = None

    def of(self, texts: Sequence[str]) -> Any:
        """A sparse matrix `(texts, words)`."""
        from scipy.sparse import csr_matrix

        if self._vectoriser is None:
            return csr_matrix((len(texts), 1), dtype=np.float32)
        return self._vectoriser.transform(texts)

    def nearest(self, texts: Sequence[str], to: Sequence[str]) -> Array:
        """Of every text the highest cosine with any of the others, `(texts,)`, in pieces that fit in memory."""
        if not to:
            return np.zeros(len(texts))
        other, found = self.of(to).T.tocsr(), []
        for start in range(0, len(texts), CHUNK):
            found.append((self.of(texts[start : start + CHUNK]) @ other).max(axis=1).toarray().ravel())
        return np.concatenate(found).astype(np.float64) if found else np.zeros(0)


class Covering:
    """Facility location (Cornuéjols, Nemhauser & Wolsey 1990; for text Lin & Bilmes 2011): a passage is worth what it
    adds to how near every passage of the corpus is to one that is coded or queued.

    Args:
        candidates: texts to choose from.
        corpus: texts that are to be covered.
        coded: texts that cover them already.
    """

    def __init__(
        self, vectors: Vectors, candidates: Sequence[str], corpus: Sequence[str], coded: Sequence[str]
    ) -> None:
        reference = vectors.of(corpus)
        self._near = np.asarray((vectors.of(candidates) @ reference.T).toarray(), dtype=np.float32)
        self._best = vectors.nearest(corpus, coded).astype(np.float32)
        self._left = np.ones(len(candidates), dtype=np.bool_)

    def gains(self) -> Array:
        """What each candidate would add, `(candidates,)`; 0 for those taken."""
        found = np.zeros(len(self._near))
        for start in range(0, len(found), 512):
            part = self._near[start : start + 512]
            found[start : start + 512] = np.maximum(part - self._best, 0).sum(axis=1)
        return np.where(self._left, found, 0)

    def take(self, place: int) -> None:
        """Count a candidate as queued."""
        self._best = np.maximum(self._best, self._near[place])
        self._left[place] = False


class Worth:
    """A fixed worth of each candidate, of which those that say the same as one taken fall away.

    Args:
        worth: `(candidates,)`.
        texts: of the candidates.
    """

    def __init__(self, worth: Array, texts: Sequence[str], vectors: Vectors) -> None:
        self._worth, self._matrix = np.array(worth, dtype=np.float64), vectors.of(texts)

    def gains(self) -> Array:
        """What each is worth now."""
        return self._worth

    def take(self, place: int) -> None:
        """Count a candidate as queued, with all that say the same."""
        alike = (self._matrix @ self._matrix[place].T).toarray().ravel() >= ALIKE
        self._worth[alike] = 0
        self._worth[place] = 0


class Anything:
    """Every candidate is worth as much; only the documents they are of matter.

    Args:
        count: of the candidates.
    """

    def __init__(self, count: int) -> None:
        self._worth = np.ones(count)

    def gains(self) -> Array:
        """1, and 0 for those taken."""
        return self._worth

    def take(self, place: int) -> None:
        """Count a candidate as queued."""
        self._worth[place] = 0

"""Word embeddings from co-occurrence, so that a short run need not first find out which pieces are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.pretraining.packing import Stream
from scheidslijn.pretraining.recipe import EmbeddingRecipe


def piece_counts(streams: Sequence[Stream], vocabulary: int) -> NDArray[np.float64]:
    """How often each piece occurs in one weighted epoch; shape (vocabulary,)."""
    counts = np.zeros(vocabulary)
    for stream in streams:
        counts += stream.weight * np.bincount(stream.pieces, minlength=vocabulary)
    return counts


def cooccurrence_embeddings(
    streams: Sequence[Stream], vocabulary: int, width: int, recipe: EmbeddingRecipe, seed: int
) -> NDArray[np.float32]:
    """Left singular vectors of the positive pointwise mutual information between pieces, shape (vocabulary, width).

    Pairs at a distance d count 1/d; contexts are smoothed by the power `recipe.smoothing` (Levy, Goldberg and Dagan
    2015, "Improving distributional similarity with lessons learned from word embeddings"). Rows are scaled to one
    length, so that the values spread as `recipe.spread`; a piece that never occurs gets small random values.
    """
    from scipy.sparse import coo_matrix, csr_matrix
    from sklearn.utils.extmath import randomized_svd

    pairs = csr_matrix((vocabulary, vocabulary), dtype=np.float32)
    for stream in streams:
        pieces = stream.pieces.astype(np.int32)
        for distance in range(1, recipe.window + 1):
            weight = np.full(len(pieces) - distance, stream.weight / distance, np.float32)
            pairs = pairs + coo_matrix((weight, (pieces[:-distance], pieces[distance:])), pairs.shape).tocsr()
    pairs = (pairs + pairs.T).tocoo()
    often = pairs.data >= 1
    left, right, count = pairs.row[often], pairs.col[often], pairs.data[often].astype(np.float64)
    total = np.bincount(left, count, vocabulary)
    context = np.bincount(right, count, vocabulary) ** recipe.smoothing
    context /= max(context.sum(), 1e-12)
    information = np.log(count / (total[left] * context[right]))
    useful = information > 0
    table = csr_matrix(
        (information[useful].astype(np.float32), (left[useful], right[useful])), (vocabulary, vocabulary)
    )
    chance = np.random.default_rng(seed)
    vectors = chance.normal(0, 1e-3, (vocabulary, width))
    rank = min(width, vocabulary - 1)
    found, strength, _ = randomized_svd(table, rank, n_oversamples=10, n_iter=2, random_state=seed)
    vectors[:, :rank] += found * np.sqrt(strength)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    seen = length > 0.1
    scaled = np.where(seen, vectors / np.maximum(length, 1e-9), vectors / np.sqrt(width))
    return np.asarray(scaled * recipe.spread * np.sqrt(width), np.float32)

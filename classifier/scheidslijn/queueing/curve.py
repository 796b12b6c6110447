"""How good a light model is when it learns from fewer documents, always measured on documents it did not learn from.

The model is TF-IDF of words and parts of words with a linear support vector machine per code. It is not the one that is
shipped; what it gains from more passages says what these passages are worth, in a minute and without a GPU.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.scores import outcomes
from scheidslijn.measuring.shares.counts import Array

SHARES = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0)
"""Of the documents that may be learned from."""
FOLDS, REPEATS = 4, 3
MOST = 2_500
"""Most passages that are learned from; more documents than that are left out at random."""
LEAST = 3
"""A code with fewer yes or no among what is learned from is never given."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Outcomes on held-apart documents, after learning from more and more others.

    Attributes:
        passages: learned from, the mean of the folds, `(steps,)`.
        counts: true and false positives, false and true negatives by document, `(repeats, steps, documents, codes, 4)`.
        total: passages that are coded, of `documents` documents.
        documents: how many.
    """

    passages: Array
    counts: Array
    total: int
    documents: int


def learning_curve(examples: Sequence[Example], codebook: Codebook, seed: int = 0) -> Curve:
    """Learn from parts of the documents and score the others, every document once in each repeat.

    Documents are added in a random order, another in each repeat; a smaller part lies within a larger one. A code is
    given to the likeliest passages of all folds together, as many as have it: within a small fold that number would be
    off, and hide what was learned.

    Args:
        examples: coded passages of at least two documents.
    """
    generator = np.random.default_rng(seed)
    examples = _at_most(list(examples), generator)
    names, document = np.unique([one.document for one in examples], return_inverse=True)
    targets = target_matrix(examples, codebook)
    matrix = features([one.text for one in examples])
    sizes = np.bincount(document)
    folds = min(FOLDS, len(names))
    counts = np.zeros((REPEATS, len(SHARES), len(names), len(codebook.keys), 4))
    learned = np.zeros((REPEATS, len(SHARES)))
    for repeat in range(REPEATS):
        order = generator.permutation(len(names))
        scores = np.full((len(SHARES), *targets.shape), np.nan)
        fold = np.empty(len(names), dtype=np.int64)
        fold[order] = np.arange(len(names)) % folds
        for number in range(folds):
            held = np.flatnonzero(fold[document] == number)
            others = order[fold[order] != number]
            others = others[generator.permutation(len(others))]
            for step, share in enumerate(SHARES):
                kept = others[: max(1, round(share * len(others)))]
                rows = np.flatnonzero(np.isin(document, kept))
                learned[repeat, step] += sizes[kept].sum() / folds
                scores[step, held] = decide(matrix, targets, rows, held)
        for step in range(len(SHARES)):
            given = likeliest(scores[step], shares_of(targets))
            np.add.at(counts[repeat, step], document, outcomes(given, targets))
    return Curve(learned.mean(axis=0), counts, len(examples), len(names))


def features(texts: Sequence[str], *, parts: bool = True) -> Any:
    """TF-IDF of words, pairs of words and (with `parts`) parts of words, a sparse matrix `(texts, features)`."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    least = 2 if len(texts) > 50 else 1
    kinds = [TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=least)]
    if parts:
        kinds.append(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=least + 1))
    made = []
    for one in kinds:
        with suppress(ValueError):  # not one word among them
            made.append(one.fit_transform(texts))
    return hstack(made, format="csr")


def fit_and_give(
    matrix: Any, targets: NDArray[np.float32], rows: NDArray[np.int64], held: NDArray[np.int64],
    shares: Array | None = None,
) -> NDArray[np.bool_]:  # fmt: skip
    """Learn every code on `rows`, and return which of `held` get it, `(held, codes)`.

    Args:
        shares: of `held` to give each code to, `(codes,)`; default as many as of `rows` have it.
    """
    return likeliest(decide(matrix, targets, rows, held), shares_of(targets[rows]) if shares is None else shares)


def decide(matrix: Any, targets: NDArray[np.float32], rows: NDArray[np.int64], held: NDArray[np.int64]) -> Array:
    """Learn every code on `rows`, and score `held` on it, `(held, codes)`; NaN for a code that cannot be learned."""
    from sklearn.svm import LinearSVC

    found = np.full((len(held), targets.shape[1]), np.nan)
    for column in range(targets.shape[1]):
        known = rows[np.isfinite(targets[rows, column])]
        yes = targets[known, column] >= 0.5
        if min(yes.sum(), (~yes).sum()) >= LEAST:
            machine = LinearSVC(C=0.2, class_weight="balanced", random_state=0).fit(matrix[known], yes)
            found[:, column] = machine.decision_function(matrix[held])
    return found


def likeliest(scores: Array, shares: Array) -> NDArray[np.bool_]:
    """Give each code to the passages with the highest scores, to a share of all; to none without a score.

    With a threshold at zero a rare code would hardly be given, and the curve of thresholds would hide that of ranking.
    """
    given = np.zeros(scores.shape, dtype=np.bool_)
    for column, share in enumerate(shares):
        order = np.argsort(-scores[:, column], kind="stable")[: round(float(share) * len(scores))]
        given[order, column] = np.isfinite(scores[order, column])
    return given


def shares_of(targets: NDArray[np.float32]) -> Array:
    """Which share of the known passages has each code, `(codes,)`."""
    known = np.isfinite(targets)
    yes = (known & (np.nan_to_num(targets) >= 0.5)).sum(axis=0)
    return np.asarray(yes / np.maximum(known.sum(axis=0), 1))


def _at_most(examples: list[Example], generator: np.random.Generator) -> list[Example]:
    sizes = Counter(one.document for one in examples)
    names = sorted(sizes)
    kept: set[str] = set()
    room = MOST
    for place in generator.permutation(len(names)):
        if len(kept) < 2 or sizes[names[place]] <= room:
            kept.add(names[place])
            room -= sizes[names[place]]
    return [one for one in examples if one.document in kept]

"""Fits the TF-IDF labeller: one linear support vector machine per code, on the rows where that code is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, target_matrix, weight_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.tfidf import TfidfModel

NEVER = -5.0
"""The score of a code that too few examples have; with the sign turned round, of one that too few lack."""


@dataclass(frozen=True, slots=True)
class TfidfRecipe:
    """How to fit it.

    Attributes:
        c: inverse strength of the regularisation.
        min_df: n-grams in fewer texts are left out.
        features: at most so many n-grams are kept, those with the largest weights; 0 keeps all.
        least: a code with fewer known yes is never given, so that a rare or new one costs its dimension nothing; one
            code of a multi-label dimension, and two of a single-label one, must have so many yes and no.
    """

    c: float = 0.3
    min_df: int = 2
    features: int = 60_000
    least: int = 5
    words: tuple[int, int] = (1, 2)
    characters: tuple[int, int] = (2, 5)


def fit_tfidf(examples: Sequence[Example], codebook: Codebook, recipe: TfidfRecipe) -> TfidfModel:
    """Fit a TF-IDF model; classes are balanced and labels weighted by `Example.weight` and `Example.trust`.

    A label between yes and no counts for the nearer side, by how far it is from the middle: the slope that two copies
    of the row, one of each side and weighted by their shares, would have together.

    Raises:
        ValueError: no dimension has enough known labels.
    """
    full, matrix = _vocabulary(examples, recipe)
    targets = target_matrix(examples, codebook)
    columns = trainable_columns(targets, codebook, recipe.least)
    if not columns:
        raise ValueError(f"no dimension has {recipe.least} known examples of each of its codes")
    keys = tuple(codebook.keys[column] for column in columns)
    sample = weight_matrix(examples, codebook)[:, columns] * np.abs(2 * np.nan_to_num(targets[:, columns]) - 1)
    weights, bias = _fit_columns(matrix, targets[:, columns], sample, recipe)
    if recipe.features and matrix.shape[1] > recipe.features:
        kept = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[: recipe.features])
        full = _prune(full, kept)
        matrix = full.features([example.text for example in examples])  # not matrix[:, kept]: rows have length 1 again
        weights, bias = _fit_columns(matrix, targets[:, columns], sample, recipe)
    return TfidfModel(full.settings, full.vocabulary, full.idf, keys, weights, bias)


def trainable_columns(targets: NDArray[np.float32], codebook: Codebook, least: int) -> list[int]:
    """Columns of the dimensions that can be learned; a dimension is scored whole or not at all, else none could
    decide it. Of a multi-label dimension one code needs `least` known yes and no, of a single-label one two do.
    """
    yes, no = (targets >= 0.5).sum(axis=0), (targets < 0.5).sum(axis=0)
    columns: list[int] = []
    for dimension in codebook.dimensions:
        own = range(len(codebook.keys))[codebook.columns(dimension.name)]
        enough = sum(yes[column] >= least and no[column] >= least for column in own)
        if enough >= (1 if dimension.multi else 2):
            columns.extend(own)
    return columns


def _vocabulary(examples: Sequence[Example], recipe: TfidfRecipe) -> tuple[TfidfModel, Any]:
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    settings: dict[str, dict[str, Any]] = {
        "words": {"ngram_range": list(recipe.words), "sublinear_tf": True},
        "characters": {"analyzer": "char_wb", "ngram_range": list(recipe.characters), "sublinear_tf": True},
    }
    vocabulary, idf, parts = {}, [], []
    texts = [example.text for example in examples]
    for name, options in settings.items():
        given = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
        vectoriser = TfidfVectorizer(min_df=recipe.min_df, **given)
        parts.append(vectoriser.fit_transform(texts))
        vocabulary[name] = [str(gram) for gram in vectoriser.get_feature_names_out()]
        idf.append(vectoriser.idf_)
    none = np.empty((0,), dtype=np.float32)
    model = TfidfModel(settings, vocabulary, np.concatenate(idf).astype(np.float32), (), none, none)
    return model, hstack(parts, format="csr")


def _fit_columns(
    matrix: Any, targets: NDArray[np.float32], sample: NDArray[np.float32], recipe: TfidfRecipe
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    from sklearn.svm import LinearSVC

    weights = np.zeros((matrix.shape[1], targets.shape[1]), dtype=np.float32)
    bias = np.zeros(targets.shape[1], dtype=np.float32)
    for column in range(targets.shape[1]):
        known = np.flatnonzero(~np.isnan(targets[:, column]) & (sample[:, column] > 0))
        yes = int((targets[known, column] >= 0.5).sum())
        if min(yes, len(known) - yes) < recipe.least:
            bias[column] = NEVER if yes < recipe.least else -NEVER
            continue
        machine = LinearSVC(C=recipe.c, class_weight="balanced", random_state=0)
        machine.fit(matrix[known], targets[known, column] >= 0.5, sample_weight=sample[known, column])
        weights[:, column], bias[column] = machine.coef_[0], machine.intercept_[0]
    return weights, bias


def _prune(model: TfidfModel, kept: NDArray[np.int64]) -> TfidfModel:
    vocabulary, start = {}, 0
    for name, grams in model.vocabulary.items():
        own = kept[(kept >= start) & (kept < start + len(grams))] - start
        if own.size:  # scikit-learn refuses an empty vocabulary
            vocabulary[name] = [grams[number] for number in own]
        start += len(grams)
    return TfidfModel(model.settings, vocabulary, model.idf[kept], model.keys, model.weights, model.bias)

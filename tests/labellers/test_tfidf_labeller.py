"""TF-IDF: rebuilt without pickle it is what scikit-learn fitted."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Labeller
from scheidslijn.labellers.tfidf import TfidfLabeller, TfidfModel
from scheidslijn.model_folder import read_model_folder
from scheidslijn.passage import Passage


def passages(texts):
    return [Passage(str(number), "stuk", None, text) for number, text in enumerate(texts)]


def test_rebuilt_features_and_logits_are_those_of_scikit_learn(tiny):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf

    data = tiny.examples()
    texts = [one.text for one in data]
    model = fit_tfidf(data, tiny.TINY, TfidfRecipe(features=0))
    rebuilt = TfidfModel.from_files(*model.files().values())
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2).fit(texts)
    own = rebuilt.features(texts)
    assert np.allclose(own[:, : len(words.vocabulary_)].toarray(), words.transform(texts).toarray(), atol=1e-6)
    yes = [one.known["thema.school"] > 0 for one in data]
    machine = LinearSVC(C=0.3, class_weight="balanced", random_state=0).fit(own, yes)
    expected = machine.decision_function(own)
    assert (
        np.abs(rebuilt.logits(texts, tiny.TINY)[:, 1] - expected).max() < 5e-3
    )  # weights are stored in half precision


def test_pruning_keeps_the_largest_weights(tiny):
    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf

    model = fit_tfidf(tiny.examples(), tiny.TINY, TfidfRecipe(features=50))
    assert model.weights.shape == (50, 5)
    assert sum(len(grams) for grams in model.vocabulary.values()) == 50
    lengths = np.sqrt(model.features(["Scholen en woningen in Elzenbroek."]).power(2).sum())
    assert lengths <= np.sqrt(2) + 1e-6  # each part has length 1 over what is left of it


def test_rows_of_unknown_labels_play_no_part(tiny):
    from scheidslijn.annotations.examples import Example
    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf

    data, recipe = tiny.examples(), TfidfRecipe(features=0)
    silent = [Example(one.text, one.document, one.source, {}) for one in data if "rol.doel" not in one.known]
    coded = [one for one in data if "rol.doel" in one.known]
    half = [*coded, *silent]
    weights = fit_tfidf(half, tiny.TINY, recipe)
    role = weights.keys.index("rol.doel")
    targets = np.array([one.known["rol.doel"] for one in coded])
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=0.3, class_weight="balanced", random_state=0)
    machine.fit(weights.features([one.text for one in coded]), targets >= 0.5)
    assert np.allclose(weights.weights[:, role], machine.coef_[0], atol=1e-4)


def test_a_dimension_with_too_few_labels_is_not_scored(tiny):
    from scheidslijn.annotations.examples import Example
    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf

    themes = [
        Example(e.text, e.document, e.source, {k: v for k, v in e.known.items() if k[:3] != "rol"})
        for e in tiny.examples()
    ]
    model = fit_tfidf(themes, tiny.TINY, TfidfRecipe(features=0))
    assert model.keys == tiny.TINY.keys[:3]
    assert np.isnan(model.logits(["tekst"], tiny.TINY)[0, 3:]).all()
    with pytest.raises(ValueError, match="no dimension"):
        fit_tfidf(themes[:3], tiny.TINY, TfidfRecipe())


def test_labeller_keeps_the_protocol(tiny, tiny_model):
    labeller = TfidfLabeller.load(read_model_folder(tiny_model, tiny.TINY), tiny.TINY)
    assert isinstance(labeller, Labeller)
    texts = [*tiny.SENTENCES, "", "onbekend woord"]
    scores = labeller.scores(passages(texts))
    assert scores.shape == (10, 5) and scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    assert np.allclose(scores[:, 3:].sum(axis=1), 1, atol=1e-5)
    alone = np.stack([labeller.scores([one])[0] for one in passages(texts)])
    assert np.array_equal(scores, alone)
    assert labeller.scores([]).shape == (0, 5)
    assert scores[1, 1] > scores[0, 1]  # the school sentence is more about school than the housing one


def test_files_that_do_not_fit_are_refused(tiny):
    from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf

    files = fit_tfidf(tiny.examples(), tiny.TINY, TfidfRecipe(features=50)).files()
    weights, vocabulary = files["tfidf.safetensors"], files["tfidf.json"]
    with pytest.raises(ModelError, match="is not a TF-IDF model"):
        TfidfModel.from_files(weights[:50], vocabulary, "tfidf.json")
    with pytest.raises(ModelError, match="the vocabulary asks for"):
        TfidfModel.from_files(weights, vocabulary.replace(b'"rol.doel",', b""), "tfidf.json")

"""Character n-grams: counted by word and remembered, they are those of scikit-learn."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.labellers import grams
from scheidslijn.labellers.grams import WordGrams
from scheidslijn.labellers.tfidf import TfidfModel

words_and_spaces = st.text(alphabet="abéßİ Ş-.\t\n ", max_size=40)


@given(st.lists(words_and_spaces, min_size=1, max_size=8), st.integers(1, 3), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_character_grams_are_those_of_scikit_learn_bit_by_bit(texts, least, more):
    from sklearn.feature_extraction.text import TfidfVectorizer

    options = {"analyzer": "char_wb", "ngram_range": (least, least + more), "sublinear_tf": True}
    grams = ["a", " a", "ab", "b ", " é ", "éß", "ab-", "i̇", "ß.", " b.a", " "]
    theirs = TfidfVectorizer(vocabulary=grams, dtype=np.float64, **options)
    theirs.idf_ = np.linspace(1, 3, len(grams))
    none = np.empty((len(grams), 0), np.float32)
    model = TfidfModel({"c": options}, {"c": grams}, theirs.idf_.astype(np.float32), (), none, np.empty(0, np.float32))
    theirs.idf_ = model.idf.astype(np.float64)
    assert np.array_equal(model.features(texts).toarray(), theirs.transform(texts).toarray())


def test_what_is_remembered_of_words_is_bounded_and_changes_nothing(monkeypatch):
    texts = ["wonen werken wonen", "wonen", ""]
    counted = WordGrams({"wo": 0, "en ": 1, " w": 2}, 2, 3)
    expected = [[2, 3, 3], [1, 1, 1], [0, 0, 0]]
    assert counted.counts(texts).toarray().tolist() == expected
    monkeypatch.setattr(grams, "_CACHE_LIMIT", 1)
    assert counted.counts(["werken", *texts]).toarray().tolist()[1:] == expected
    assert len(counted._cache) <= 2

"""Spreading a choice over documents and subjects."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from scheidslijn.queueing.spreading import RHO, Covering, Vectors, Worth, document_factor, pick

TEXTS = ["school klas leraar", "school klas", "woning huur", "woning huur bouw", "zorg dokter", "zorg dokter ggd"]


def test_the_factor_is_the_growth_of_the_effective_size():
    factor = document_factor(np.arange(30))
    effective = np.arange(1, 31) / (1 + np.arange(30) * RHO)
    assert np.cumsum(factor) == pytest.approx(effective)
    assert (np.diff(factor) < 0).all()


def test_pick_respects_the_cap_and_prefers_new_documents():
    worth = np.array([1.0, 0.99, 0.98, 0.5, 0.45])
    document, coded, queued = np.array([0, 0, 0, 1, 2]), np.array([0, 0, 30]), np.zeros(3, dtype=np.int64)
    left = worth.copy()

    def take(place: int) -> None:
        left[place] = 0

    chosen = list(pick(lambda: left, 5, document, coded, queued, 2, take))
    assert chosen == [0, 1, 3, 4]  # the third of document 0 is over the cap; document 2 is coded much already
    assert queued.tolist() == [2, 1, 1]
    assert list(pick(lambda: np.zeros(5), 5, document, coded, queued, 9, take)) == []
    assert list(pick(lambda: np.zeros(0), 5, np.zeros(0, int), coded, queued, 9, take)) == []


def test_greedy_covering_comes_near_the_best_there_is():
    vectors = Vectors(TEXTS)
    near = (vectors.of(TEXTS) @ vectors.of(TEXTS).T).toarray()
    covering = Covering(vectors, TEXTS, TEXTS, [])
    chosen = []
    for _ in range(3):
        gains = covering.gains()
        place = int(np.argmax(gains))
        before = near[chosen].max(axis=0).sum() if chosen else 0
        assert gains[place] == pytest.approx(near[[*chosen, place]].max(axis=0).sum() - before, abs=1e-5)
        covering.take(place)
        chosen.append(place)
    best = max(near[list(three)].max(axis=0).sum() for three in combinations(range(6), 3))
    assert near[chosen].max(axis=0).sum() >= (1 - 1 / np.e) * best  # Nemhauser, Wolsey & Fisher 1978
    assert {place // 2 for place in chosen} == {0, 1, 2}


def test_what_is_coded_is_covered_already():
    covering = Covering(Vectors(TEXTS), TEXTS, TEXTS, TEXTS[:4])
    assert int(np.argmax(covering.gains())) in (4, 5)
    assert covering.gains()[:4] == pytest.approx(0, abs=1e-5)


def test_of_passages_that_say_the_same_one_is_chosen():
    texts = ["school klas leraar", "school klas leraar", "zorg dokter"]
    worth = Worth(np.array([3.0, 2.9, 1.0]), texts, Vectors(texts))
    worth.take(0)
    assert worth.gains().tolist() == [0, 0, 1]


def test_texts_without_words_are_no_error():
    vectors = Vectors(["1", "!"])
    assert vectors.nearest(["a b", "?"], ["…"]).tolist() == [0, 0]
    assert vectors.nearest(["a"], []).tolist() == [0]

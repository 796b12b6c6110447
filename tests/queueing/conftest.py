"""A small labelled corpus in memory, whose documents differ in what they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from scheidslijn.annotations.coding import Coding
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.passage import Passage

SUBJECTS = ("school leraar klas", "woning huur bouw", "zorg dokter ggd", "werk baan bijstand", "raad inspraak burger")


def make_frame(documents: int = 8, each: int = 12, seed: int = 0) -> Frame:
    """A corpus with labels of `scheidslijn` and `rol`."""
    generator = np.random.default_rng(seed)
    book = small_codebook()
    rows = []
    for number in range(documents):
        for place in range(each):
            words = generator.choice(SUBJECTS[number % 5].split(), 4)
            text = f"In Elzenbroek {number} {' '.join(words)} punt {place}."
            rows.append(Passage(f"{number}-{place:03d}", f"elzenbroek-{number}.pdf", 1, text, kind="paragraph"))
    scores = generator.beta(0.5, 2, (len(rows), len(book.keys)))
    rol = book.columns("rol")
    scores[:, rol] /= scores[:, rol].sum(axis=1, keepdims=True)
    given = scores >= 0.5
    given[:, rol] = scores[:, rol] == scores[:, rol].max(axis=1, keepdims=True)
    names, document = np.unique([one.document for one in rows], return_inverse=True)
    return Frame("labels.jsonl", book.keys, tuple(rows), tuple(map(str, names)), document.astype(np.int64), given,
                 scores)  # fmt: skip


def small_codebook() -> Codebook:
    """Two dimensions of the shipped codebook."""
    book = load_codebook("sociale-tweedeling")
    return replace(book, dimensions=tuple(one for one in book.dimensions if one.name in ("scheidslijn", "rol")))


@pytest.fixture
def book() -> Codebook:
    return small_codebook()


@pytest.fixture
def frame() -> Frame:
    return make_frame()


@pytest.fixture
def coding() -> Callable[..., Coding]:
    """Makes a coding of a passage."""

    def make(passage: Passage, *, machine: bool = False, extra: dict | None = None, **codes: tuple[str, ...]) -> Coding:
        return Coding(passage.key, passage.text, passage.document, "llm:x" if machine else "noor", codes,
                      passage.passage_id, extra={"passage_id": passage.passage_id} | (extra or {}),
                      machine=machine)  # fmt: skip

    return make

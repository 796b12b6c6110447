"""What may be queued: the labelled corpus beside what was coded already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.merging import votes_of
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.joining import IDENTITY


@dataclass(frozen=True, slots=True)
class Pool:
    """The passages of a corpus, and what is known of them.

    Attributes:
        frame: the corpus without headings, repeats, and documents that are kept for testing.
        keys: of every passage the key of its text.
        uncoded: passages that nobody coded in their own document: they are queued when they are drawn by lot,
            `(passages,)`.
        open: those that may be chosen for a reason: besides, the text was coded nowhere and is the first of its kind.
        coded: coded passages of each document, `(documents,)`.
        positives: by key how many coded passages have the code.
        texts: coded texts, with the keys of the codes they have.
    """

    frame: Frame
    keys: tuple[str, ...]
    uncoded: NDArray[np.bool_]
    open: NDArray[np.bool_]
    coded: NDArray[np.int64]
    positives: Mapping[str, int]
    texts: Mapping[str, frozenset[str]]


def make_pool(frame: Frame, codings: Sequence[Coding], codebook: Codebook, apart: frozenset[str] = frozenset()) -> Pool:
    """Lay codings of people beside a corpus; those of machines do not count as coded.

    Args:
        apart: keys of texts of documents that are kept for testing: they are not chosen for a reason elsewhere either.
    """
    people = [one for one in codings if not one.machine]
    keys = tuple(one.key for one in frame.passages)
    ids = {str(one.extra[IDENTITY]) for one in people if one.extra.get(IDENTITY)}
    here = {(one.document, one.key) for one in people}
    anywhere = {one.key for one in people} | apart
    uncoded = np.ones(len(keys), dtype=np.bool_)
    open_ = np.ones(len(keys), dtype=np.bool_)
    seen: set[str] = set()
    for number, (passage, key) in enumerate(zip(frame.passages, keys, strict=True)):
        uncoded[number] = passage.passage_id not in ids and (passage.document, key) not in here
        open_[number] = uncoded[number] and key not in anywhere and key not in seen
        seen.add(key)
    counts = Counter(document for document, _ in here)
    has = _codes_by_key(people, codebook)
    return Pool(
        frame, keys, uncoded, open_, np.array([counts[name] for name in frame.documents], dtype=np.int64),
        Counter(key for own in has.values() for key in own),
        {one.text: has[one.key] for one in people if one.text},
    )  # fmt: skip


def dimensions_of(frame: Frame, codebook: Codebook) -> list[tuple[Dimension, slice]]:
    """The dimensions that the corpus has labels of, with their columns in `frame.given` and `frame.scores`."""
    found, start = [], 0
    for dimension in codebook.dimensions:
        if dimension.codes[0].key in frame.keys:
            found.append((dimension, slice(start, start + len(dimension.codes))))
            start += len(dimension.codes)
    return found


def _codes_by_key(people: Sequence[Coding], codebook: Codebook) -> dict[str, frozenset[str]]:
    """By key of a text the codes that most of its coders gave it; what was settled counts alone."""
    votes: dict[str, list[tuple[bool, dict[str, float]]]] = {}
    for one in people:
        said: dict[str, float] = {}
        for dimension in codebook.dimensions:
            said |= votes_of(one, dimension)
        votes.setdefault(one.key, []).append((one.adjudicated, said))
    found = {}
    for key, own in votes.items():
        heard = [said for settled, said in own if settled] or [said for _, said in own]
        yes = Counter(code for said in heard for code, value in said.items() if value >= 0.5)
        asked = Counter(code for said in heard for code in said)
        found[key] = frozenset(code for code, count in yes.items() if 2 * count > asked[code])
    return found

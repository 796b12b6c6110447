"""A labelled corpus by document: which passages count, what kind of document it is, and what a passage meets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.findings import Condition, Findings
from scheidslijn.labelled import Labelled
from scheidslijn.termmatcher import TermMatcher

AGREEMENT = "coalitieakkoord"
_KINDS = (("wmo-plan", re.compile(r"wmo|maatschappelijke ondersteuning|beleidsplan sociaal", re.I)),
          ("coalitieakkoord", re.compile(r"akkoord|collegeprogramma|coalitie", re.I)))  # fmt: skip
WHOLE = 30
"""With fewer passages than this, half of the documents are no whole documents, and no verdict is given."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A labelled passage with the word lists that it has a term of."""

    labelled: Labelled
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labelled documents.

    Attributes:
        documents: by name the passages that count: no headings, except titles, and no repeats.
        kinds: by name the kind of document.
        guessed: whether kinds were guessed from names of documents.
    """

    documents: Mapping[str, tuple[Marked, ...]]
    kinds: Mapping[str, str]
    guessed: bool

    @property
    def usual(self) -> float:
        """The median number of passages of a document."""
        return float(np.median([len(marked) for marked in self.documents.values()])) if self.documents else 0.0

    @property
    def fragments(self) -> bool:
        """Whether these are pieces of documents: an agreement has hundreds of passages."""
        return self.usual < WHOLE

    @property
    def placed(self) -> bool:
        """Whether it is known where passages stand; in a table of loose rows all stand in running text."""
        return any(one.labelled.passage.place != "vrije_tekst" for own in self.documents.values() for one in own)


def corpus_of(rows: Sequence[Labelled], findings: Findings, codebook: Codebook) -> Corpus:
    """Group labelled passages by document and look up the word lists.

    The kind of a document is that of its column `doc_type`, or guessed from its name, and else an agreement.
    """
    lists = {**findings.words, **codebook.terms}
    matcher = TermMatcher([(name, term) for name, terms in lists.items() for term in terms])
    grouped: dict[str, list[Marked]] = defaultdict(list)
    kinds: dict[str, str] = {}
    guessed = False
    for one in rows:
        passage = one.passage
        told = str(passage.extra.get("doc_type") or passage.extra.get("documenttype") or "")
        if passage.document not in kinds:
            kinds[passage.document] = told or _guess(passage.document)
            guessed |= not told
        if passage.duplicate_of or (passage.kind == "heading" and passage.place != "titel"):
            continue
        grouped[passage.document].append(Marked(one, frozenset(hit.code for hit in matcher.find(passage.text))))
    return Corpus({name: tuple(marked) for name, marked in grouped.items()}, kinds, guessed)


def meets(marked: Marked, condition: Condition) -> bool:
    """Whether one passage meets a condition, all of it."""
    one = marked.labelled
    return (
        all(_has(one.codes.get(name, ()), wanted) for name, wanted in condition.codes.items())
        and (not condition.places or one.passage.place in condition.places)
        and all(name in marked.words for name in condition.words)
        and not any(name in marked.words for name in condition.without)
    )


def _has(codes: Sequence[str], wanted: Sequence[str]) -> bool:
    return bool(codes) if "*" in wanted else any(code in wanted for code in codes)


def meeting(marked: Sequence[Marked], conditions: Sequence[Condition]) -> list[Marked]:
    """The passages that meet one of the conditions."""
    return [one for one in marked if any(meets(one, condition) for condition in conditions)]


def _guess(document: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(document)), AGREEMENT)

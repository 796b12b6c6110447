"""The values of what is claimed and doubted: absences, coder errors, and what studies published.

Passages are referred to by their number in `Evaluation.passages`, from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheidslijn.evaluating.said import Quoted, Said
from scheidslijn.measuring.estimate import UNKNOWN, Estimate


@dataclass(frozen=True, slots=True)
class ZeroClaim:
    """What supports "this code (hardly) occurs": the upper bound of its share, recall, and what to read.

    Attributes:
        given: passages that the labeller gives the code, of `passages`.
        true: passages that the coders gave it.
        upper: one-sided 95 % upper bound of the share of passages with the code, from the hand-coded sample, with the
            sample size cut to `effective` for the likeness within documents.
        document_upper: the same for the share of documents in which it occurs.
        recall: of the labeller on this code; NaN where the sample has none, and then the sample proves nothing of it.
        checked, missed: passages of the sample that the labeller did not give the code, and how many of these have it.
        corpus: passages in which `given_corpus` was counted: the whole labelled table where it is larger than the gold.
        candidates: the ten passages with the highest score that were not given the code, best first.
    """

    key: str
    passages: int
    documents: int
    given: int
    true: int
    effective: float
    upper: float
    document_upper: float
    recall: Estimate
    checked: int
    missed: int
    corpus: int
    given_corpus: int
    candidates: tuple[Quoted, ...]
    remarks: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label of the coders to look at again: the labeller is sure and says otherwise.

    Attributes:
        passage: its number.
        key: the code; of a dimension with one code that which the labeller would give.
        coded: whether the coders gave the code.
        score: the labeller's probability of the code.
        quality: the labeller's probability of what the coders said, in [0, 1]; the list is ranked by it, lowest first.
    """

    passage: int
    key: str
    coded: bool
    score: float
    quality: float


@dataclass(frozen=True, slots=True)
class Study:
    """A passage that a source study coded itself, its label on one dimension beside the labeller's."""

    passage: int
    dimension: str
    study: tuple[str, ...]
    given: tuple[str, ...]
    agrees: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Found:
    """One published finding beside what a labelled corpus shows.

    Attributes:
        statement, denominator, definition: as in the codebook's `findings.toml`.
        published: the published value in words ("about a third"), `published_low`/`_high` what it allows, shares.
        comparable: "yes", "roughly" or "no".
        count, of: numerator and denominator among the labelled documents; -1 where not computed.
        share: with its 95 % interval; NaN where not computed.
        strict_count, strict_of, strict: the same when several passages must qualify and not one; -1 and NaN for a
            share of passages.
        verdict: "compatible", "higher", "lower" or "" where nothing can be said.
        documents: names of the documents in the numerator.
        examples: up to five passages behind the count, of different documents where possible.
    """

    finding: str
    statement: Said
    published: Said
    published_low: float
    published_high: float
    denominator: Said
    definition: Said
    comparable: str
    why: Said
    source: Said
    count: int = -1
    of: int = -1
    share: Estimate = UNKNOWN
    strict_count: int = -1
    strict_of: int = -1
    strict: Estimate = UNKNOWN
    verdict: str = ""
    documents: tuple[str, ...] = ()
    examples: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """Published findings beside a labelled corpus."""

    corpus: str
    model: str
    documents: int
    passages: int
    found: tuple[Found, ...]
    remarks: tuple[Said, ...] = ()

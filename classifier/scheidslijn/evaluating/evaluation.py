"""The values of an evaluation: everything a report says, as frozen data that becomes JSON without loss.

A figure that cannot be computed is NaN (null in JSON), and a `Said` beside it says why. Passages are referred to by
their number in `Evaluation.passages`, from 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from scheidslijn.evaluating.claims import Baseline, Doubt, Found, Study, ZeroClaim
from scheidslijn.evaluating.results import (
    Bin,
    Calibration,
    CodeResult,
    Comparison,
    Confusion,
    DimensionResult,
    KindResult,
    MachineResult,
    Risk,
    Slice,
)
from scheidslijn.evaluating.said import Quoted, Said

__all__ = [
    "Baseline", "Bin", "Calibration", "CodeResult", "Comparison", "Confusion", "DimensionResult", "Doubt",
    "Evaluation", "Found", "Judged", "KindResult", "MachineResult", "Quoted", "Risk", "Said", "Slice",
    "Study", "ZeroClaim", "as_json",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """One passage of the gold with all that was said of it.

    Attributes:
        passage_id, document, page, heading, place, doc_type, text: where it stands; text may be "".
        gold: by dimension the codes that count as true; a dimension that nobody settled is absent.
        partial: dimensions of which only the codes in `gold` are known, and nothing is known of the others.
        coders: by coder, by dimension the codes given.
        given: by dimension the labeller's codes; absent where the labeller has no row for this passage.
        abstained: dimensions on which the labeller did not decide.
        scores: by key the labeller's score.
        others: by name of a labeller it is compared with, by dimension the codes that one gives.
        facts: by name of a slice ("year") its value here.
        basis: by dimension why the coders of the source chose so, where they say it.
    """

    passage_id: str
    document: str
    page: int | None
    heading: tuple[str, ...]
    place: str
    doc_type: str
    text: str
    gold: Mapping[str, tuple[str, ...]]
    partial: tuple[str, ...]
    coders: Mapping[str, Mapping[str, tuple[str, ...]]]
    given: Mapping[str, tuple[str, ...]]
    abstained: tuple[str, ...]
    scores: Mapping[str, float]
    others: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    basis: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that a report says; see the classes above.

    Attributes:
        model, codebook: what was evaluated, by name and version.
        gold, against: names of the files or labellers.
        coders: names of the coders, "" for a file that names none.
        names: by code key and by dimension the name for readers.
        files: by name the SHA-256 of every file that was read.
        method: how the intervals were made.
        remarks: what the reader must know first, most important first.
        problems: what was wrong with rows of the gold, one line each.
        kinds, machines: people beside machines, where a language model is evaluated or compared with.
        opened: how often the test set of a split was opened before and why, where a split was given.
    """

    model: str
    codebook: str
    gold: tuple[str, ...]
    against: tuple[str, ...]
    coders: tuple[str, ...]
    names: Mapping[str, Said]
    dimensions: tuple[DimensionResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    slices: tuple[Slice, ...] = ()
    zeros: tuple[ZeroClaim, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    study: tuple[Study, ...] = ()
    baseline: Baseline | None = None
    kinds: tuple[KindResult, ...] = ()
    machines: tuple[MachineResult, ...] = ()
    passages: tuple[Judged, ...] = ()
    remarks: tuple[Said, ...] = ()
    problems: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    version: str = ""


def as_json(value: Any) -> Any:
    """Return a value of this module as JSON values; NaN and infinities become None.

    >>> as_json(Risk(0.5, math.nan))
    {'coverage': 0.5, 'risk': None, 'low': None, 'high': None}
    """
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}

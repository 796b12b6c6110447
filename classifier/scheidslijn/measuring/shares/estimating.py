"""From a labelled corpus and its coded sample to a table of shares, each with an interval or with a reason why not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.shares.corrected import Share, corrected
from scheidslijn.measuring.shares.counts import Counts, count
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.joining import Sample
from scheidslijn.measuring.shares.textbook import TEXTBOOK

FEWEST = 20
"""Fewest coded units from which a share is estimated; below it an interval says little more than 0 to 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """The share of one code.

    Attributes:
        key: `dimension.code`.
        naive: what counting the classifier's labels gives.
        value, low, high: the corrected share and its interval; NaN when `refused` says why.
        coded, found: coded passages (or documents), and those with the code (shares of coders added up).
        documents: documents with coded passages.
        effective: size of a simple random sample that would say as much.
        refused: why there is no share: "few", "stratum", "document", "unsettled", or "".
        others: by name of a textbook estimator its value and limits, for comparison.
    """

    key: str
    naive: float
    value: float
    low: float
    high: float
    coded: int
    found: float
    documents: int
    effective: float
    refused: str = ""
    others: tuple[tuple[str, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """All shares of a corpus.

    Attributes:
        passages, documents: a line for every code; no lines of documents when the sample cannot say them.
        drawn, uncoded: passages that were drawn, and those of them that nobody coded at all; 0 when not known.
        beyond: whether the intervals are about more such documents.
        random: False when the figures are only "as if" drawn at random.
        level: coverage of the intervals.
        method: how, in the words of `METHODS`.
    """

    passages: tuple[Line, ...]
    documents: tuple[Line, ...]
    drawn: int
    uncoded: int
    beyond: bool
    random: bool
    level: float
    method: str


def estimate(frame: Frame, sample: Sample, *, beyond: bool = False, level: float = 0.95) -> Shares:
    """Estimate the share of passages with each code, and of documents where whole documents were coded.

    Codes that nobody coded are left out. `beyond` and `level` are those of `corrected`.
    """
    mask = _first_stage(frame, sample)
    keys = [key for number, key in enumerate(frame.keys) if np.isfinite(sample.truth[:, number]).any()]
    passages = tuple(_passages(frame, sample, key, mask, beyond, level) for key in keys)
    whole = sample.draw is not None and sample.draw.design.whole
    documents = tuple(_documents(frame, sample, key, beyond, level) for key in keys) if whole else ()
    drawn = sample.draw.drawn if sample.draw is not None else np.zeros(len(frame.passages), dtype=np.bool_)
    uncoded = int((drawn & np.isnan(sample.truth).all(axis=1)).sum())
    clustered = mask is not None or beyond
    return Shares(
        passages, documents, int(drawn.sum()), uncoded, beyond, sample.random, level,
        "clustered" if clustered else "stratified" if sample.draw and sample.draw.design.codes else "simple",
    )  # fmt: skip


def _first_stage(frame: Frame, sample: Sample) -> NDArray[np.bool_] | None:
    """The documents drawn by lot; where that is not known, those with coded passages, which is the careful reading."""
    if sample.draw is not None:
        return sample.draw.documents
    coded = np.bincount(frame.document, weights=np.isfinite(sample.truth).any(axis=1)) > 0
    return None if coded.all() and sample.random else coded


def _passages(
    frame: Frame, sample: Sample, key: str, mask: NDArray[np.bool_] | None, beyond: bool, level: float
) -> Line:
    column = frame.column(key)
    truth, given = sample.truth[:, column], frame.given[:, column]
    coded = np.isfinite(truth)
    stratum = sample.draw.stratum if sample.draw is not None else np.zeros(len(truth), dtype=np.int64)
    counts = count(frame.document, stratum, given, truth, sample.weight)
    where = int(np.count_nonzero(np.bincount(frame.document, weights=coded)))
    line = _line(key, float(given.mean()), int(coded.sum()), float(np.nansum(truth)), where)
    if line.coded < FEWEST:
        return _without(line, "few")
    if sample.draw is not None and sample.draw.design.whole and (sample.draw.drawn & ~coded).any():
        return _without(line, "unsettled")  # a coder may stop at the first find, so what is coded is no fair part
    first = len(frame.documents) if mask is None else int(np.count_nonzero(mask))
    if (mask is not None or beyond) and first < 2:
        return _without(line, "document")
    try:
        share = corrected(counts, drawn=mask, beyond=beyond, level=level)
    except ValueError:
        return _without(line, "stratum")
    return _with(line, share, counts, level)


def _documents(frame: Frame, sample: Sample, key: str, beyond: bool, level: float) -> Line:
    """Documents with the code at least once: a mean over documents, with the classifier's verdict as the auxiliary."""
    assert sample.draw is not None and sample.draw.documents is not None
    column, number = frame.column(key), len(frame.documents)
    truth, given = sample.truth[:, column], frame.given[:, column]
    verdict = np.bincount(frame.document, weights=given, minlength=number) > 0
    yes = np.bincount(frame.document, weights=np.nan_to_num(truth) >= 0.5, minlength=number) > 0
    left = np.bincount(frame.document, weights=np.isnan(truth), minlength=number) > 0
    drawn = sample.draw.documents
    known = np.where(drawn, yes, np.nan)
    line = _line(key, float(verdict.mean()), int(drawn.sum()), float((yes & drawn).sum()), int(drawn.sum()))
    if (drawn & left & ~yes).any():
        return _without(line, "unsettled")
    if line.coded < FEWEST and line.coded < number:
        return _without(line, "few")
    counts = count(np.arange(number), np.zeros(number, dtype=np.int64), verdict, known)
    return _with(line, corrected(counts, beyond=beyond, level=level), counts, level)


def _line(key: str, naive: float, coded: int, found: float, documents: int) -> Line:
    nan = float("nan")
    return Line(key, naive, nan, nan, nan, coded, found, documents, nan)


def _without(line: Line, reason: str) -> Line:
    nan = float("nan")
    return Line(line.key, line.naive, nan, nan, nan, line.coded, line.found, line.documents, nan, reason)


def _with(line: Line, share: Share, counts: Counts, level: float) -> Line:
    others = []
    for name, estimator in TEXTBOOK.items():
        if name not in ("ppi", "ppi_plus", "adjusted_count") or counts.size.shape[-2] == 1:
            with np.errstate(invalid="ignore", divide="ignore"):
                made = estimator(counts, level)
            others.append((name, float(made.value), float(made.low), float(made.high)))
    return Line(
        line.key, line.naive, float(share.value), float(share.low), float(share.high), line.coded, line.found,
        line.documents, float(share.effective), "", tuple(others),
    )  # fmt: skip

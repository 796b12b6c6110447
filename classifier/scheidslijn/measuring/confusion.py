"""Which code is taken for which: a confusion matrix where one code is given, errors together where several are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.intervals import Array, intervals, per_document


@dataclass(frozen=True, slots=True)
class Confusion:
    """Numbers of passages of a single-label dimension by true and given code.

    Attributes:
        codes: of the rows (true).
        counts: shape `(codes, codes + 1)`; the last column is "none given" (abstained, or nothing to say).
        shares: of each row, what share was given which code, with its interval; same shape.
    """

    codes: tuple[str, ...]
    counts: NDArray[np.int64]
    shares: tuple[tuple[Estimate, ...], ...]


@dataclass(frozen=True, slots=True)
class ErrorPairs:
    """Errors of a multi-label dimension that fall on one passage, in numbers of passages.

    Attributes:
        codes: of rows and columns.
        swapped: `[i, j]`: code i was missed and j wrongly given; much here means that j is taken for i.
        both_missed: `[i, j]`: both were missed; on the diagonal how often i was missed at all.
        both_added: `[i, j]`: both were wrongly given; on the diagonal how often i was.
    """

    codes: tuple[str, ...]
    swapped: NDArray[np.int64]
    both_missed: NDArray[np.int64]
    both_added: NDArray[np.int64]


def confusion(
    given: NDArray[np.bool_], truth: NDArray[np.float32], documents: Sequence[str], codes: Sequence[str]
) -> Confusion:
    """Count a single-label dimension by true and given code.

    Args:
        given: shape `(passages, codes)`, at most one True a row.
        truth: shape `(passages, codes)`; a passage counts when all its values are known and one is 0.5 or more; with
            coders divided the code of most of them is taken as true, the first of the codebook when they are equal.
        documents: of each passage.
    """
    counted = np.isfinite(truth).all(axis=1) & (np.nan_to_num(truth).max(axis=1, initial=0) >= 0.5)
    rows = np.flatnonzero(counted)
    size = len(codes)
    cells = np.zeros((len(rows), size, size + 1))
    given_code = np.where(given[rows].any(axis=1), given[rows].argmax(axis=1), size)
    true_code = truth[rows].argmax(axis=1)
    cells[np.arange(len(rows)), true_code, given_code] = 1
    summed = per_document([documents[int(row)] for row in rows], cells)
    weights = np.repeat(summed.sum(axis=2), size + 1, axis=1)
    found = intervals(summed, _row_shares, weights=weights)
    shares = tuple(tuple(found[row * (size + 1) : (row + 1) * (size + 1)]) for row in range(size))
    return Confusion(tuple(codes), cells.sum(axis=0).astype(np.int64), shares)


def error_pairs(given: NDArray[np.bool_], truth: NDArray[np.float32], codes: Sequence[str]) -> ErrorPairs:
    """Count which errors of a multi-label dimension fall on one passage; unknown labels (NaN) are no errors."""
    known, yes = np.isfinite(truth), np.nan_to_num(truth) >= 0.5
    missed = (known & yes & ~given).astype(np.int64)
    added = (known & ~yes & given).astype(np.int64)
    return ErrorPairs(tuple(codes), missed.T @ added, missed.T @ missed, added.T @ added)


def _row_shares(counts: Array) -> Array:
    rows = counts.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(rows > 0, counts / rows, np.nan).reshape(len(counts), -1))

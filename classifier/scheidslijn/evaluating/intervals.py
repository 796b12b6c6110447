"""Shares with intervals, where documents or passages are counted and no labels are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import Array, intervals, per_document
from scheidslijn.measuring.shares.clusters import anova_correlation
from scheidslijn.measuring.shares.intervals import clopper_pearson, wilson

LIKENESS = 0.05
"""Least likeness of passages of one document that a design effect counts with."""


def share_of_documents(count: int, of: int) -> Estimate:
    """A share of independent documents with its Wilson interval.

    >>> str(share_of_documents(0, 20))
    '0.000 (0.000–0.161)'
    """
    if not of:
        return UNKNOWN
    low, high = wilson(np.array(float(count)), np.array(float(of)))
    return Estimate(count / of, max(0.0, float(low)), min(1.0, float(high)), of, float(of))


def share_of_passages(documents: Sequence[str], hits: NDArray[np.bool_]) -> Estimate:
    """A share of passages with its interval clustered by document."""
    counts = np.stack([hits, np.ones(len(hits))], axis=1).astype(np.float64)

    def share(cells: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(cells[:, 0] / cells[:, 1])

    summed = per_document(documents, counts)
    return intervals(summed, share, weights=summed[:, 1])[0]


def median_likeness(documents: Sequence[str], truth: NDArray[np.float32]) -> float:
    """The median over codes of the intra-document correlation of 0/1 labels; NaN where no code varies.

    Args:
        truth: shape `(passages, codes)`, NaN where unknown.
    """
    found = []
    for column in truth.T:
        known = np.isfinite(column)
        yes = column[known] >= 0.5
        if 0 < yes.sum() < len(yes):
            names = [name for name, own in zip(documents, known.tolist(), strict=True) if own]
            summed = per_document(names, np.stack([np.ones(len(yes)), yes], axis=1).astype(np.float64))
            found.append(float(anova_correlation(summed[:, 0], summed[:, 1])))
    return float(np.median(found)) if found else float("nan")


def effective_size(documents: Sequence[str], rho: float) -> float:
    """How many independent passages would say as much: n / (1 + (m − 1)ρ) (Kish 1965, section 5.4).

    m is the mean, over passages, of the size of their document.
    """
    sizes = per_document(documents, np.ones((len(documents), 1)))[:, 0]
    mean = float((sizes**2).sum() / sizes.sum())
    return float(sizes.sum() / (1 + (mean - 1) * rho))


def upper_bound(count: float, of: float, level: float = 0.95) -> float:
    """One-sided upper bound of a share (Clopper & Pearson 1934; Korn & Graubard 1998 for an effective `of`).

    With `count` 0 it is 1 − (1 − level)^(1/of), about 3/of at 95 %.

    >>> round(upper_bound(0, 100), 4)
    0.0295
    """
    return float(clopper_pearson(np.array(float(count)), np.array(float(of)), 2 * level - 1)[1])

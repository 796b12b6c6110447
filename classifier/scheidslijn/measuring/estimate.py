"""A figure with its interval: the value that travels from every measure to every report."""

from __future__ import annotations

import math
from dataclasses import dataclass

FEW_DOCUMENTS = 10
"""Below this number of documents an interval is told with a warning.

In simulation (`benchmarks/interval_coverage.py`) the intervals of this package cover 92 % or more from three documents
on, so below ten they do not fail, but say little: the median width for the F1 of a common code is 0.45 with 7 to 9
documents, 0.66 with 5 or 6, and nearly everything from 0 to 1 with 3.
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure on all documents, and its 95 % interval from `low` to `high`, clustered by document.

    Attributes:
        value: the figure; NaN where it is not defined (precision of a code that was never given).
        low, high: NaN where there is no interval: one document says nothing about others.
        documents: how many documents it rests on: those that hold something the figure counts.
        effective: how many equally large documents would say as much (Kish): a few large documents among many small
            ones count for little more than themselves. NaN where it was not worked out.
    """

    value: float
    low: float
    high: float
    documents: int
    effective: float = math.nan

    @property
    def rounded(self) -> list[float]:
        """Value, low and high with three decimals, as figures stand in `model.toml`."""
        return [round(number, 3) for number in (self.value, self.low, self.high)]

    @property
    def few(self) -> bool:
        """True when it rests on so few documents that a report must say so (`FEW_DOCUMENTS`)."""
        return self.documents < FEW_DOCUMENTS

    @property
    def known(self) -> bool:
        """True when both the figure and its interval are numbers."""
        return all(math.isfinite(number) for number in (self.value, self.low, self.high))

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


UNKNOWN = Estimate(math.nan, math.nan, math.nan, 0, 0.0)
"""Nothing to measure."""

"""What a run did, counted while it runs: documents, pages, passages, and how often each code was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheidslijn.codebook import Codebook
from scheidslijn.counting import counted
from scheidslijn.errors import ReadingError
from scheidslijn.labelled import Labelled


@dataclass(slots=True)
class Summary:
    """Running counts of one run.

    Headings and repeated passages are rows of the table but are not counted in shares: a heading announces text that is
    counted, a pull quote repeats it.

    Attributes:
        documents, pages, passages: read so far; a table of rows counts as one document without pages.
        counted: passages that shares are a share of.
        codes: by key the number of counted passages with that code; by `dimension` the passages it abstained on.
        spread: by key the number of documents in which the code occurs.
        failures: inputs that could not be read.
        notes: remarks about documents that were read ("read by OCR").
    """

    documents: int = 0
    pages: int = 0
    passages: int = 0
    counted: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    abstained: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    failures: list[ReadingError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _document: str = ""
    _seen: set[str] = field(default_factory=set)

    def add(self, one: Labelled) -> None:
        """Count one labelled passage."""
        repeated = one.passage.kind == "heading" or bool(one.passage.duplicate_of)
        self.count(one.passage.document, one.codes, one.abstained, repeated=repeated)

    def count(
        self, document: str, codes: Mapping[str, Sequence[str]], abstained: Sequence[str], *, repeated: bool = False
    ) -> None:
        """Count one passage by its codes, by dimension; the passages of a document come one after the other.

        Args:
            repeated: whether it is a heading or a repeat, which is not counted in shares.
        """
        self.passages += 1
        if repeated:
            return
        self.counted += 1
        self.abstained.update(abstained)
        if document != self._document:
            self._document, self._seen = document, set()
        for dimension, given in codes.items():
            for code in given:
                key = f"{dimension}.{code}"
                self.codes[key] += 1
                if key not in self._seen:
                    self._seen.add(key)
                    self.spread[key] += 1

    def lines(self, codebook: Codebook) -> list[str]:
        """The summary table, a text line each: a row for every code of every dimension."""
        out = [
            f"{counted(self.documents, 'document')}, {counted(self.pages, 'page')}, "
            f"{counted(self.passages, 'passage')} "
            f"({self.passages - self.counted:,} headings and repeats are not counted below), "
            f"{counted(len(self.failures), 'failure')}"
        ]
        if not self.counted:
            return out
        out.append(f"{'code':<36}{'passages':>10}{'share':>8}{'documents':>11}")
        for dimension in codebook.dimensions:
            for code in dimension.codes:
                n = self.codes[code.key]
                share = f"{100 * n / self.counted:.1f}%"
                out.append(f"{code.key:<36}{n:>10,}{share:>8}{self.spread[code.key]:>11,}")
            if self.abstained[dimension.name]:
                out.append(f"{dimension.name + ' (abstained)':<36}{self.abstained[dimension.name]:>10,}")
        out.append("Shares count the labeller's codes; they are not corrected for its errors.")
        return out

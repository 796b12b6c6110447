"""The term scan of the source study, done well: a passage gets a code when an indicator term of that code stands in it.

It is the baseline that every model has to beat, it needs no training, and each of its decisions can be seen:
`TermScan.hits` names the term and its place. How terms are written: `scheidslijn.termlist`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.labellers.base import Decision
from scheidslijn.passage import Passage
from scheidslijn.termmatcher import Hit, TermMatcher

SOURCE_LIST = "bronnenonderzoek"


class TermScan:
    """The indicator terms of a codebook as a labeller; see `labellers.base.Labeller`.

    Its numbers rank the evidence; they are no calibrated probabilities. With the evidence of a code the sum of the
    weights of its hits (1 each unless the codebook says `^2` or more):

    - a multi-label code gets `1 - 0.5 ** evidence`: 0 without a hit, 0.5 with one, 0.75 with two. At the default
      threshold of 0.5 one hit gives the code, and the code with most evidence comes first (`hoofdthema`);
    - a code of a single-label dimension gets its share of the evidence of that dimension. Without any hit there the
      dimension is NaN: the scan abstains, where guessing a code would count as an error of the method;
    - a dimension for which the codebook lists no term at all is NaN.

    Attributes:
        name: "terms".
        version: `terms@` and the version of the codebook, whose terms these are.
        codebook: whose codes it scores.
        decision: the default, threshold 0.5.
    """

    name: str = "terms"

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.version = f"terms@{codebook.version}"
        self.decision = Decision()
        codes = [code for dimension in codebook.dimensions for code in dimension.codes]
        self._matcher = TermMatcher([(code.key, term) for code in codes for term in code.terms])
        self._lists = TermMatcher([(name, term) for name, terms in codebook.terms.items() for term in terms])
        self._column = {key: column for column, key in enumerate(codebook.keys)}

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Return every hit that counts, in order of place: term, code (`thema.onderwijs`), start, end, weight."""
        return self._matcher.find(text)

    def list_hits(self, text: str) -> tuple[Hit, ...]:
        """Return the hits of the word lists that are counted apart; `Hit.code` is the name of the list."""
        return self._lists.find(text)

    def scan_source_list(self, text: str) -> tuple[Hit, ...]:
        """Return the hits of the source study's own word list (codebook, section 7); none where it has no such list."""
        return tuple(hit for hit in self.list_hits(text) if hit.code == SOURCE_LIST)

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return scores in [0, 1], shape `(len(passages), len(codebook.keys))`; NaN as said in the class."""
        evidence = np.zeros((len(passages), len(self._column)), dtype=np.float32)
        for row, passage in enumerate(passages):
            for hit in self._matcher.find(passage.text):
                evidence[row, self._column[hit.code]] += hit.weight
        for dimension in self.codebook.dimensions:
            columns = self.codebook.columns(dimension.name)
            evidence[:, columns] = _as_scores(evidence[:, columns], dimension)
        return evidence


def _as_scores(evidence: NDArray[np.float32], dimension: Dimension) -> NDArray[np.float32]:
    """Evidence of one dimension, shape (passages, codes), as scores of the same shape."""
    if not any(code.terms for code in dimension.codes):
        return np.full_like(evidence, np.nan)
    if dimension.multi:
        return np.asarray(1 - 0.5**evidence, dtype=np.float32)
    total = evidence.sum(axis=1, keepdims=True)
    shares = np.full_like(evidence, np.nan)
    np.divide(evidence, total, out=shares, where=total > 0)
    return shares

"""What supports the claim that a code does not, or hardly, occur."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.evaluation import DimensionResult, Quoted, Said, ZeroClaim
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.intervals import LIKENESS, effective_size, median_likeness, upper_bound
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.evaluating.words import said
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Passage

RARE = 0.02
"""A code given to, or coded in, at most this share of the passages is a claim of absence that needs proof."""
CANDIDATES = 10
SPARSE_RECALL = 10


def zero_claims(
    codebook: Codebook,
    gold: Gold,
    made: Predictions,
    results: Sequence[DimensionResult],
    table: Sequence[Labelled] = (),
) -> tuple[ZeroClaim, ...]:
    """Return a claim for every code that the labeller gives, or the coders gave, to at most `RARE` of the passages.

    Args:
        table: a labelled table that the gold is a sample of; then the labeller's count and the candidates come from it.
    """
    found = []
    for result in results:
        columns = codebook.columns(result.name)
        rows = np.flatnonzero(gold.known(columns) & made.answers(codebook, result.name))
        documents = [gold.passages[row].document for row in rows]
        truth, given = gold.targets[rows][:, columns], made.given[rows][:, columns]
        rho = float(np.nanmax([LIKENESS, median_likeness(documents, truth)]))
        for number, code in enumerate(result.codes):
            known = np.isfinite(truth[:, number])
            total = int(known.sum())
            corpus = _Corpus.of(code.key, result.name, gold, made, rows, number + columns.start, table)
            if not total or min(code.support / total, corpus.given / max(corpus.size, 1)) > RARE:
                continue
            inside = [name for name, own in zip(documents, known.tolist(), strict=True) if own]
            size = effective_size(inside, rho)
            yes = np.nan_to_num(truth[:, number]) >= 0.5
            with_code = len({name for name, own in zip(documents, yes.tolist(), strict=True) if own})
            checked = known & ~given[:, number]
            found.append(
                ZeroClaim(
                    key=code.key, passages=total, documents=len(set(inside)), given=code.given, true=code.support,
                    effective=size, upper=upper_bound(code.support * size / total, size),
                    document_upper=upper_bound(with_code, len(set(inside))), recall=code.recall,
                    checked=int(checked.sum()), missed=int((checked & yes).sum()), corpus=corpus.size,
                    given_corpus=corpus.given, candidates=corpus.candidates,
                    remarks=_remarks(code.support, corpus.given, bool(corpus.candidates)),
                )
            )  # fmt: skip
    return tuple(found)


class _Corpus:
    """Where the labeller's count of a code comes from: a whole table, or the gold's own passages."""

    def __init__(self, size: int, given: int, candidates: tuple[Quoted, ...]) -> None:
        self.size, self.given, self.candidates = size, given, candidates

    @classmethod
    def of(
        cls, key: str, dimension: str, gold: Gold, made: Predictions, rows: NDArray[np.intp], column: int,
        table: Sequence[Labelled],
    ) -> _Corpus:  # fmt: skip
        code = key.partition(".")[2]
        if len(table) > len(gold.passages):
            given = [code in one.codes.get(dimension, ()) for one in table]
            near = [(one.scores.get(key, -1.0), one.passage) for one, yes in zip(table, given, strict=True) if not yes]
            return cls(len(table), sum(given), _nearest(near))
        own = made.given[rows, column]
        scores = made.scores[rows, column]
        near = [(float(scores[n]), gold.passages[row]) for n, row in enumerate(rows) if not own[n]]
        return cls(len(rows), int(own.sum()), _nearest(near))


def _nearest(scored: Sequence[tuple[float, Passage]]) -> tuple[Quoted, ...]:
    """The passages with the highest score above 0, each text once."""
    chosen: dict[str, Quoted] = {}
    for score, one in sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0]):
        if len(chosen) == CANDIDATES:
            break
        if one.text and one.text not in chosen:
            chosen[one.text] = Quoted(one.document, one.page, one.heading, one.text, score)
    return tuple(chosen.values())


def _remarks(true: int, given: int, near: bool) -> tuple[Said, ...]:
    remarks = []
    if not true:
        remarks.append(said("untested"))
    elif not given:
        remarks.append(said("false_zero", n=true))
    elif true < SPARSE_RECALL:
        remarks.append(said("sparse_recall", n=true))
    if not near:
        remarks.append(said("no_scores"))
    return tuple(remarks)

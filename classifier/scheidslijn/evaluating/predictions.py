"""What a labeller says of the gold's passages: from the labeller itself, or from a table it wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.deciding import label_passages
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.labelled_table import LabelledTable
from scheidslijn.labelled import Labelled
from scheidslijn.labellers.base import Labeller
from scheidslijn.measuring.kinds import Kind
from scheidslijn.passage import text_key

BATCH = 64
EVIDENCE = ("terms",)
"""Labellers whose scores rank but are no probabilities; calibration says nothing of them."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """One labeller's answers to the gold's passages, in their order.

    Attributes:
        name: what the report calls it.
        version: name and version as in the column `model`.
        given: codes given, shape `(passages, codes)`.
        scores: in [0, 1], NaN where there is none, same shape.
        abstained: shape `(passages, dimensions)`.
        found: whether there is an answer at all, shape `(passages,)`.
        dimensions: those it answers.
        calibrated: whether the scores mean to be probabilities.
        unanswered: shape `(passages, dimensions)`: no answer that could be taken, as of a language model whose quote
            was not in the passage. It counts nowhere, and is told; None where everything found is answered.
        kind: what the labeller is.
    """

    name: str
    version: str
    given: NDArray[np.bool_]
    scores: NDArray[np.float32]
    abstained: NDArray[np.bool_]
    found: NDArray[np.bool_]
    dimensions: tuple[str, ...]
    calibrated: bool
    unanswered: NDArray[np.bool_] | None = None
    kind: Kind = "bert"

    def answers(self, codebook: Codebook, dimension: str) -> NDArray[np.bool_]:
        """Which passages have an answer on a dimension, shape `(passages,)`; an abstention is one."""
        if self.unanswered is None:
            return self.found
        place = [one.name for one in codebook.dimensions].index(dimension)
        return np.asarray(self.found & ~self.unanswered[:, place])

    def take(self, rows: Sequence[int]) -> Predictions:
        """The same with only these passages."""
        chosen = list(rows)
        return Predictions(
            self.name, self.version, self.given[chosen], self.scores[chosen], self.abstained[chosen],
            self.found[chosen], self.dimensions, self.calibrated,
            None if self.unanswered is None else self.unanswered[chosen], self.kind,
        )  # fmt: skip


def predict(labeller: Labeller, gold: Gold, name: str = "", step: Callable[[int], None] | None = None) -> Predictions:
    """Label the gold's passages; those without a text get no answer.

    Args:
        name: what the report calls the labeller, by default its version.
        step: gets the number of passages done, now and then.

    Raises:
        ScheidslijnError: not one passage has a text.
    """
    with_text = [row for row, one in enumerate(gold.passages) if one.text]
    if not with_text:
        raise ScheidslijnError(
            "not one passage of the gold has a text to label; give the texts with --texts, or labels with --predictions"
        )
    labelled: list[Labelled | None] = [None] * len(gold.passages)
    for start in range(0, len(with_text), BATCH):
        rows = with_text[start : start + BATCH]
        for row, one in zip(rows, label_passages(labeller, [gold.passages[row] for row in rows]), strict=True):
            labelled[row] = one
        if step is not None:
            step(start + len(rows))
    names = tuple(one.name for one in labeller.codebook.dimensions)
    calibrated = labeller.name not in EVIDENCE
    return _of(labelled, labeller.codebook, name or labeller.version, labeller.version, names, calibrated)


def predictions_of(table: LabelledTable, gold: Gold, codebook: Codebook, name: str) -> Predictions:
    """Find the gold's passages in a labelled table: by passage_id, or by the key of the text.

    Where a text stands in several documents the row of the same document is taken.

    Raises:
        ScheidslijnError: not one passage of the gold is in the table.
    """
    by_id = {one.passage.passage_id: one for one in table.rows}
    by_key: dict[str, Labelled] = {}
    by_place: dict[tuple[str, str], Labelled] = {}
    for one in table.rows:
        key = text_key(one.passage.text) if one.passage.text else one.passage.passage_id
        by_key.setdefault(key, one)
        by_place.setdefault((key, one.passage.document), one)
    found = [
        by_id.get(passage.passage_id) or by_place.get((key, passage.document)) or by_key.get(key)
        for key, passage in zip(gold.keys, gold.passages, strict=True)
    ]
    if not any(found):
        raise ScheidslijnError(
            f"{name}: not one of the {len(gold.keys):,} gold passages is among its {len(table.rows):,} rows, neither "
            "by passage_id nor by text; label the same passages, in the same cut"
        )
    calibrated = table.scored and not any(table.model.startswith(own) for own in EVIDENCE)
    kind: Kind = "llm" if table.suggested else "bert"
    return _of(found, codebook, name, table.model, table.dimensions, calibrated, kind)


def _of(
    labelled: Sequence[Labelled | None],
    codebook: Codebook,
    name: str,
    version: str,
    dimensions: tuple[str, ...],
    calibrated: bool,
    kind: Kind = "bert",
) -> Predictions:
    column = {key: number for number, key in enumerate(codebook.keys)}
    shape = (len(labelled), len(column))
    given, scores = np.zeros(shape, dtype=np.bool_), np.full(shape, np.nan, dtype=np.float32)
    abstained = np.zeros((len(labelled), len(codebook.dimensions)), dtype=np.bool_)
    unanswered = np.zeros(abstained.shape, dtype=np.bool_)
    order = {one.name: number for number, one in enumerate(codebook.dimensions)}
    for row, one in enumerate(labelled):
        if one is None:
            continue
        for dimension, codes in one.codes.items():
            for code in codes:
                given[row, column[f"{dimension}.{code}"]] = True
        for key, score in one.scores.items():
            scores[row, column[key]] = score
        for dimension in one.abstained:
            abstained[row, order[dimension]] = True
        for dimension in dimensions:
            unanswered[row, order[dimension]] = dimension not in one.codes
    found = np.array([one is not None for one in labelled], dtype=np.bool_)
    return Predictions(name, version, given, scores, abstained, found, dimensions, calibrated, unanswered, kind)

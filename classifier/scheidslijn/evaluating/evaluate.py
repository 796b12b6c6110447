"""The verb: a labeller's answers against hand-coded passages become one `Evaluation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn import __version__
from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.comparing import comparisons
from scheidslijn.evaluating.dimensions import dimension_result
from scheidslijn.evaluating.doubts import doubts
from scheidslijn.evaluating.evaluation import Baseline, DimensionResult, Evaluation, Judged, Said, Study
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.evaluating.slices import facts_of, slices
from scheidslijn.evaluating.words import said
from scheidslijn.evaluating.zeros import zero_claims
from scheidslijn.labelled import Labelled
from scheidslijn.measuring.estimate import FEW_DOCUMENTS

Codes = dict[str, tuple[str, ...]]
SOME_DOCUMENTS = 30
"""Below this number of documents a report begins by saying how few they are."""


def evaluate(
    gold: Gold,
    made: Predictions,
    codebook: Codebook,
    *,
    against: Sequence[Predictions] = (),
    table: Sequence[Labelled] = (),
    sources: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
    opened: Sequence[str] = (),
    remarks: Sequence[Said] = (),
) -> Evaluation:
    """Measure one labeller against hand-coded passages.

    Args:
        gold: the coded passages.
        made: the labeller's answers to them.
        against: answers of other labellers to the same passages.
        table: a labelled table that the gold is a sample of, for claims of absence.
        sources, files, opened: as in `Evaluation`.
        remarks: what the reader must know first.

    A dimension that was not coded, or not answered, is told and left out; it never stops the others.
    """
    results: list[DimensionResult] = []
    left_out: list[Said] = []
    for dimension in codebook.dimensions:
        result = dimension_result(dimension, codebook, gold, made)
        if result is not None:
            results.append(result)
        elif gold.known(codebook.columns(dimension.name)).any():
            left_out.append(said("dimension_unanswered", name=dimension.name))
        else:
            left_out.append(said("dimension_missing", name=dimension.name))
    facts = facts_of(gold.passages)
    return Evaluation(
        model=made.version or made.name,
        codebook=codebook.label,
        gold=tuple(sources),
        against=tuple(other.name for other in against),
        coders=tuple(gold.coders),
        names=names_of(codebook),
        dimensions=tuple(results),
        comparisons=comparisons(codebook, gold, made, against),
        slices=slices(codebook, gold, made, facts),
        zeros=zero_claims(codebook, gold, made, results, table),
        doubts=doubts(codebook, gold, made),
        study=_study(codebook, gold, made),
        passages=_judged(codebook, gold, made, against, facts),
        remarks=(*remarks, *_remarks(gold, made), *left_out),
        problems=gold.problems,
        opened=tuple(opened),
        files=files or {},
        version=__version__,
    )


def only_baseline(baseline: Baseline, codebook: Codebook, files: Mapping[str, str] | None = None) -> Evaluation:
    """An evaluation without gold: published findings beside a labelled corpus."""
    return Evaluation(
        model=baseline.model, codebook=codebook.label, gold=(), against=(), coders=(), names=names_of(codebook),
        baseline=baseline, files=files or {}, version=__version__,
    )  # fmt: skip


def names_of(codebook: Codebook) -> dict[str, Said]:
    """By dimension and by key the names for readers."""
    names = {one.name: Said(one.name_nl or one.name, one.name_en or one.name) for one in codebook.dimensions}
    for dimension in codebook.dimensions:
        for code in dimension.codes:
            names[code.key] = Said(code.name_nl or code.code, code.name_en or code.code)
    return names


def _remarks(gold: Gold, made: Predictions) -> list[Said]:
    remarks = []
    documents = len({name for name, own in zip(gold.documents, made.found.tolist(), strict=True) if own})
    if documents == 1:
        remarks.append(said("one_document"))
    elif documents < max(SOME_DOCUMENTS, FEW_DOCUMENTS):
        remarks.append(said("few_in_all", n=documents))
    if missing := int((~made.found).sum()):
        without = sum(not one.text for one in gold.passages)
        kind = "no_text" if without == missing else "not_found"
        remarks.append(said(kind, missing=missing, all=len(gold.passages)))
    return remarks


def _codes(codebook: Codebook, dimension: str, row: NDArray[np.bool_]) -> tuple[str, ...]:
    columns = codebook.columns(dimension)
    return tuple(key.partition(".")[2] for key, yes in zip(codebook.keys[columns], row[columns], strict=True) if yes)


def _answers(codebook: Codebook, made: Predictions, row: int) -> Codes:
    if not made.found[row]:
        return {}
    return {name: _codes(codebook, name, made.given[row]) for name in made.dimensions}


def _said_by(codebook: Codebook, targets: NDArray[np.float32]) -> Codes:
    known = {one.name: np.isfinite(targets[codebook.columns(one.name)]).any() for one in codebook.dimensions}
    yes = np.nan_to_num(targets) >= 0.5
    return {name: _codes(codebook, name, yes) for name, own in known.items() if own}


def _judged(
    codebook: Codebook,
    gold: Gold,
    made: Predictions,
    against: Sequence[Predictions],
    facts: Sequence[Mapping[str, str]],
) -> tuple[Judged, ...]:
    partial = {one.name: gold.partial(codebook.columns(one.name)) for one in codebook.dimensions}
    dimensions = [one.name for one in codebook.dimensions]
    several = len(gold.coders) > 1
    rows = []
    for row, passage in enumerate(gold.passages):
        scores = made.scores[row]
        rows.append(
            Judged(
                passage_id=passage.passage_id, document=passage.document, page=passage.page, heading=passage.heading,
                place=passage.place, doc_type=str(passage.extra.get("doc_type", "")), text=passage.text,
                gold=_said_by(codebook, gold.targets[row]),
                partial=tuple(name for name, own in partial.items() if own[row]),
                coders={name: own for name, values in gold.coders.items() if (own := _said_by(codebook, values[row]))}
                if several else {},
                given=_answers(codebook, made, row),
                abstained=tuple(name for name, own in zip(dimensions, made.abstained[row], strict=True) if own),
                scores={k: round(float(p), 4) for k, p in zip(codebook.keys, scores, strict=True) if np.isfinite(p)},
                others={other.name: own for other in against if (own := _answers(codebook, other, row))},
                facts=facts[row], basis=gold.basis.get(gold.keys[row], {}),
            )
        )  # fmt: skip
    return tuple(rows)


def _study(codebook: Codebook, gold: Gold, made: Predictions) -> tuple[Study, ...]:
    """Passages with a basis: what the study said, dimension by dimension, beside the labeller's codes."""
    found = []
    for row, key in enumerate(gold.keys):
        basis = gold.basis.get(key)
        if basis is None or not made.found[row]:
            continue
        told, given = _said_by(codebook, gold.targets[row]), _answers(codebook, made, row)
        for name, codes in told.items():
            if name in given and codes:
                agrees = set(codes) <= set(given[name])
                found.append(Study(row, name, codes, given[name], agrees, basis.get(name, basis.get("", ""))))
    return tuple(found)

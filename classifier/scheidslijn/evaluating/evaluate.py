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
from scheidslijn.evaluating.machines import kind_results
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
    kinds, machines = kind_results(codebook, gold, (made, *against))
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
        kinds=kinds,
        machines=machines,
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


def _answers(codebook: Codebook, made: Predictions) -> list[Codes]:
    """By passage the codes given; {} where there is no answer."""
    rows = _by_dimension(codebook, made.given)
    has = {name: made.answers(codebook, name).tolist() for name in made.dimensions}
    return [{name: row[name] for name in made.dimensions if has[name][n]} for n, row in enumerate(rows)]


def _said_by(codebook: Codebook, targets: NDArray[np.float32]) -> list[Codes]:
    """By passage the codes that hold; a dimension of which nothing is known is absent."""
    known = np.isfinite(targets)
    told: dict[str, list[bool]] = {}
    for one in codebook.dimensions:
        told[one.name] = np.asarray(known[:, codebook.columns(one.name)].any(axis=1)).tolist()
    rows = _by_dimension(codebook, np.nan_to_num(targets) >= 0.5)
    return [{name: codes for name, codes in row.items() if told[name][n]} for n, row in enumerate(rows)]


def _by_dimension(codebook: Codebook, yes: NDArray[np.bool_]) -> list[Codes]:
    """Turn a matrix of codes into names, by passage and dimension."""
    parts = []
    for dimension in codebook.dimensions:
        names, own = [code.code for code in dimension.codes], yes[:, codebook.columns(dimension.name)].tolist()
        parts.append([tuple(name for name, given in zip(names, row, strict=True) if given) for row in own])
    labels = [one.name for one in codebook.dimensions]
    return [dict(zip(labels, row, strict=True)) for row in zip(*parts, strict=True)]


def _judged(
    codebook: Codebook,
    gold: Gold,
    made: Predictions,
    against: Sequence[Predictions],
    facts: Sequence[Mapping[str, str]],
) -> tuple[Judged, ...]:
    dimensions, keys = [one.name for one in codebook.dimensions], codebook.keys
    partial = [(name, gold.partial(codebook.columns(name)).tolist()) for name in dimensions]
    told, given = _said_by(codebook, gold.targets), _answers(codebook, made)
    coders = {name: _said_by(codebook, values) for name, values in gold.coders.items()} if len(gold.coders) > 1 else {}
    others = {other.name: _answers(codebook, other) for other in against}
    scores = [[round(p, 4) if p == p else None for p in row] for row in made.scores.tolist()]  # NaN is unlike itself
    abstained = made.abstained.tolist()
    return tuple(
        Judged(
            passage_id=passage.passage_id, document=passage.document, page=passage.page, heading=passage.heading,
            place=passage.place, doc_type=str(passage.extra.get("doc_type", "")), text=passage.text,
            gold=told[row], partial=tuple(name for name, own in partial if own[row]),
            coders={name: own[row] for name, own in coders.items() if own[row]},
            given=given[row], abstained=tuple(n for n, own in zip(dimensions, abstained[row], strict=True) if own),
            scores={key: p for key, p in zip(keys, scores[row], strict=True) if p is not None},
            others={name: own[row] for name, own in others.items() if own[row]},
            facts=facts[row], basis=gold.basis.get(gold.keys[row], {}),
        )
        for row, passage in enumerate(gold.passages)
    )  # fmt: skip


def _study(codebook: Codebook, gold: Gold, made: Predictions) -> tuple[Study, ...]:
    """Passages with a basis: what the study said, dimension by dimension, beside the labeller's codes."""
    found: list[Study] = []
    if not gold.basis:
        return ()
    told, given = _said_by(codebook, gold.targets), _answers(codebook, made)
    for row, key in enumerate(gold.keys):
        basis = gold.basis.get(key, {})
        for name, codes in told[row].items() if basis else ():
            if name in given[row] and codes:
                own = given[row][name]
                why = basis.get(name, basis.get("", ""))
                found.append(Study(row, name, codes, own, set(codes) <= set(own), why))
    return tuple(found)

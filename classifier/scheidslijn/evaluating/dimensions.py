"""One dimension in full: scores, agreement beside coders, calibration, and what must be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.evaluating.evaluation import Bin, Calibration, CodeResult, Confusion, DimensionResult, Risk, Said
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.evaluating.words import said
from scheidslijn.measuring import coefficients as co
from scheidslijn.measuring.agreement import agreement, beside_coders
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.measuring.intervals import intervals, per_document
from scheidslijn.measuring.quality import CodeQuality, DimensionQuality, dimension_quality
from scheidslijn.measuring.ratings import Ratings
from scheidslijn.measuring.reliability import coverage_risk, reliability

FEW_PASSAGES = 10
"""With fewer passages of a code than this, its scores are told with a warning."""
_MODEL, _GOLD = "\0model", "\0gold"  # names that no coder can have


def dimension_result(dimension: Dimension, codebook: Codebook, gold: Gold, made: Predictions) -> DimensionResult | None:
    """Measure one dimension on the passages that are coded on it and have an answer; None where there are none."""
    columns = codebook.columns(dimension.name)
    rows = np.flatnonzero(gold.known(columns) & made.answers(codebook, dimension.name))
    if not rows.size or dimension.name not in made.dimensions:
        return None
    documents = [gold.passages[row].document for row in rows]
    truth, given = gold.targets[rows][:, columns], made.given[rows][:, columns]
    scores = made.scores[rows][:, columns]
    abstained = made.abstained[rows, [one.name for one in codebook.dimensions].index(dimension.name)]
    ranked = np.where(np.isfinite(scores), scores, -1.0).astype(np.float32) if np.isfinite(scores).any() else None
    quality = dimension_quality(dimension, given, truth, documents, probabilities=ranked, abstained=abstained)
    assert quality is not None  # some row is known
    pair = _ratings(dimension, gold, rows, {_GOLD: truth, _MODEL: given.astype(np.float32)})
    agreed = agreement(pair)
    beside, per_code = _beside(dimension, columns, gold, rows, given)
    denied: NDArray[np.bool_] = np.asarray((np.isfinite(truth) & (truth < 0.5)).any(axis=0))
    quality = _sayable(quality, denied)
    probable = made.calibrated and bool(np.isfinite(scores).any()) and bool(denied.any())
    masi, either = agreed.alpha_masi, denied.any()
    return DimensionResult(
        name=dimension.name, multi=dimension.multi, passages=quality.passages, documents=quality.documents,
        abstained=quality.abstained,
        macro_precision=quality.macro["precision"], macro_recall=quality.macro["recall"],
        macro_f1=quality.macro["f1"], micro_precision=quality.micro["precision"],
        micro_recall=quality.micro["recall"], overall=quality.micro["f1"], exact=quality.exact,
        kappa=next(iter(agreed.kappa.values()), UNKNOWN) if either else UNKNOWN,
        alpha=UNKNOWN if not either else agreed.alpha if masi is None else masi,
        distance="nominal" if masi is None else "MASI",
        to_coders=beside[0], coders_alpha=beside[1], beside=beside[2],
        plain=quality.naive["macro_f1"],
        confusion=_confusion(quality),
        calibration=_calibration(documents, scores, truth) if probable else None,
        risk=_risk(dimension, documents, scores, given, truth) if probable else (),
        codes=tuple(
            _code(code.key, quality.codes[code.code], agreed.codes[code.code].alpha if denied[n] else UNKNOWN,
                  per_code.get(code.code),
                  _calibration(documents, scores[:, [n]], truth[:, [n]]) if probable else None, truth[:, n])
            for n, code in enumerate(dimension.codes)
        ),
        remarks=(*_unanswered(made, codebook, dimension.name, gold.known(columns)),
                 *_remarks(dimension, gold, columns, rows, quality)),
    )  # fmt: skip


def _sayable(quality: DimensionQuality, denied: NDArray[np.bool_]) -> DimensionQuality:
    """Take away what a gold without a "no" cannot measure: with every known label true nothing is given wrongly.

    Args:
        denied: by code whether some passage is known not to have it.
    """
    codes = {
        code: own if no else replace(own, precision=UNKNOWN, f1=UNKNOWN, kappa=UNKNOWN, average_precision=UNKNOWN)
        for (code, own), no in zip(quality.codes.items(), denied.tolist(), strict=True)
    }
    if denied.any():
        return replace(quality, codes=codes)
    only = {"precision": UNKNOWN, "f1": UNKNOWN}
    return replace(
        quality, codes=codes, macro={**quality.macro, **only}, micro={**quality.micro, **only},
        naive={**quality.naive, "macro_f1": UNKNOWN},
    )  # fmt: skip


def _ratings(
    dimension: Dimension, gold: Gold, rows: NDArray[np.intp], answers: dict[str, NDArray[np.float32]]
) -> Ratings:
    values = np.stack(list(answers.values()), axis=1).astype(np.float64)
    keys, documents = (
        tuple(gold.keys[row] for row in rows),
        tuple(gold.passages[row].document for row in rows),
    )
    return Ratings(dimension, tuple(answers), keys, documents, values)


def _beside(
    dimension: Dimension, columns: slice, gold: Gold, rows: NDArray[np.intp], given: NDArray[np.bool_]
) -> tuple[tuple[Estimate | None, Estimate | None, Estimate | None], dict[str, tuple[Estimate, Estimate]]]:
    """α of the model with the coders, and of coders among themselves: of the whole, and by code."""
    each = {name: values[rows][:, columns] for name, values in gold.coders.items()}
    each = {name: values for name, values in each.items() if np.isfinite(values).any()}
    if len(each) < 2:
        return (None, None, None), {}
    people = _ratings(dimension, gold, rows, each)
    everyone = people.beside(_MODEL, given.astype(np.float64))
    found = beside_coders(everyone, _MODEL)
    among = agreement(people)
    pairs = [co.binary_cells(everyone.of((name, _MODEL)).values) for name in each]
    summed = np.stack([per_document(people.documents, cells) for cells in pairs], axis=1)
    rarer = np.minimum(summed[..., 1], summed[..., 2]).sum(axis=1)

    def mean(cells: NDArray[np.float64]) -> NDArray[np.float64]:
        alphas = np.stack([co.binary_alpha(cells[:, number]) for number in range(cells.shape[1])], axis=1)
        return np.asarray(alphas.mean(axis=1))

    with_model = intervals(summed, mean, weights=rarer, scale="agreement")
    by_code = {code.code: (with_model[n], among.codes[code.code].alpha) for n, code in enumerate(dimension.codes)}
    return (found.model, found.coders, found.difference), by_code


def _code(
    key: str, quality: CodeQuality, alpha: Estimate, coders: tuple[Estimate, Estimate] | None,
    calibration: Calibration | None, truth: NDArray[np.float32],
) -> CodeResult:  # fmt: skip
    return CodeResult(
        key=key, counts=quality.cells, documents=quality.support_documents, precision=quality.precision,
        recall=quality.recall, f1=quality.f1, average_precision=quality.average_precision, kappa=quality.kappa,
        alpha=alpha, to_coders=coders[0] if coders else None, coders_alpha=coders[1] if coders else None,
        calibration=calibration, remarks=_code_remarks(quality, truth),
    )  # fmt: skip


def _code_remarks(quality: CodeQuality, truth: NDArray[np.float32]) -> tuple[Said, ...]:
    coded, total = quality.support, int(np.isfinite(truth).sum())
    if not total:
        return (said("not_coded"),)
    if not coded:
        return (said("never_coded", n=total),)
    if coded == total:
        return (said("always_coded", n=total),)
    return (said("small_code", n=coded, documents=quality.support_documents),) if coded < FEW_PASSAGES else ()


def _confusion(quality: DimensionQuality) -> Confusion:
    if quality.confusion is not None:
        own = quality.confusion
        return Confusion(own.codes, (*own.codes, ""), tuple(tuple(int(n) for n in row) for row in own.counts))
    if quality.errors is None:
        return Confusion((), (), ())
    errors = quality.errors
    cells = errors.swapped + np.diag(np.diag(errors.both_missed))
    return Confusion(errors.codes, errors.codes, tuple(tuple(int(n) for n in row) for row in cells))


def _calibration(
    documents: Sequence[str], scores: NDArray[np.float32], truth: NDArray[np.float32]
) -> Calibration | None:
    found = reliability(documents, scores.astype(np.float64), truth.astype(np.float64))
    if not found.passages:
        return None
    bins = tuple(Bin(one.low, one.high, one.probability, one.frequency, one.passages) for one in found.bins)
    return Calibration(found.expected, found.by_chance, found.maximum, found.brier, bins)


def _risk(
    dimension: Dimension,
    documents: Sequence[str],
    scores: NDArray[np.float32],
    given: NDArray[np.bool_],
    truth: NDArray[np.float32],
) -> tuple[Risk, ...]:
    """Confidence is that of the least sure decision of a passage; wrong is any wrong code."""
    sure = np.where(given, scores, 1 - scores).min(axis=1) if dimension.multi else scores.max(axis=1)
    whole = np.isfinite(truth).all(axis=1)
    wrong = np.where(whole, ((truth >= 0.5) != given).any(axis=1), np.nan)
    found = coverage_risk(documents, sure.astype(np.float64), wrong.astype(np.float64))
    return tuple(
        Risk(share, one.value, one.low, one.high) for share, one in zip(found.coverage, found.risk, strict=True)
    )


def _unanswered(made: Predictions, codebook: Codebook, name: str, known: NDArray[np.bool_]) -> tuple[Said, ...]:
    number = int((known & made.found & ~made.answers(codebook, name)).sum())
    return (said("unanswered", n=number, all=int((known & made.found).sum())),) if number else ()


def _remarks(
    dimension: Dimension, gold: Gold, columns: slice, rows: NDArray[np.intp], quality: DimensionQuality
) -> tuple[Said, ...]:
    remarks = []
    finite = np.isfinite(gold.targets[rows][:, columns])
    if not (finite & (gold.targets[rows][:, columns] < 0.5)).any():
        return (said("only_yes"),)
    if quality.macro["f1"].few:
        remarks.append(said("few_documents", n=quality.macro["f1"].documents))
    if undecided := gold.undecided.get(dimension.name, 0):
        remarks.append(said("undecided", n=undecided))
    if partial := int(gold.partial(columns)[rows].sum()):
        remarks.append(said("partial", n=partial))
    return tuple(remarks)

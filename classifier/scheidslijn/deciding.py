"""From probabilities to codes: thresholds, abstention, and what a codebook fixes by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.labelled import Labelled
from scheidslijn.labellers.base import Decision, Labeller
from scheidslijn.passage import Passage

DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on one dimension: codes (most probable first), or an abstention without codes."""

    codes: tuple[str, ...]
    abstained: bool = False


def decide(dimension: Dimension, probabilities: NDArray[np.float32], decision: Decision) -> Verdict:
    """Decide one dimension of one passage.

    Args:
        dimension: with `n` codes.
        probabilities: shape `(n,)`, values in [0, 1]; all NaN when the labeller has nothing to say.
        decision: thresholds and abstention levels.

    Returns:
        For a multi-label dimension every code at or above its threshold; for a single-label dimension the best one.
        A labeller without a score, or not sure enough of its decision (`surety`), abstains.

    >>> from scheidslijn.codebook import Code
    >>> codes = tuple(Code("thema", c, c, c, c) for c in ("onderwijs", "bestuur"))
    >>> decide(Dimension("thema", "", "", True, "", codes), np.array([0.7, 0.9], dtype=np.float32), Decision())
    Verdict(codes=('bestuur', 'onderwijs'), abstained=False)
    """
    if np.isnan(probabilities).any():
        return Verdict((), abstained=True)
    least = decision.abstain.get(dimension.name, 0.0)
    thresholds = np.array([decision.thresholds.get(code.key, DEFAULT_THRESHOLD) for code in dimension.codes])
    if least > 0 and float(surety(probabilities, thresholds, multi=dimension.multi)) < least:
        return Verdict((), abstained=True)
    order = np.argsort(-probabilities, kind="stable")
    if not dimension.multi:
        return Verdict((dimension.codes[int(order[0])].code,))
    return Verdict(tuple(dimension.codes[i].code for i in order if probabilities[i] >= thresholds[i]))


def surety(
    probabilities: NDArray[np.floating], thresholds: NDArray[np.float64], *, multi: bool
) -> NDArray[np.float64]:  # fmt: skip
    """How probable it is that the whole decision on a dimension is right.

    Of a single-label dimension that is the probability of the best code. Of a multi-label one it is the product over
    the codes of the probability that the code is there, if it is given, or not there, as if codes were independent.

    Args:
        probabilities: shape `(…, codes)`.
        thresholds: of the codes, shape `(codes,)`; a single-label dimension needs none.

    Returns:
        Shape `(…,)`, values in [0, 1].

    >>> surety(np.array([0.9, 0.2]), np.array([0.5, 0.5]), multi=True)
    array(0.72)
    """
    p = np.asarray(probabilities, dtype=np.float64)
    return np.asarray(np.where(p >= thresholds, p, 1 - p).prod(axis=-1) if multi else p.max(axis=-1))


def label_passages(labeller: Labeller, passages: Sequence[Passage]) -> list[Labelled]:
    """Score and decide a batch of passages; the result keeps their order.

    What the codebook fixes for a kind of passage (a heading has no `uitwerking`) overrides the labeller.
    """
    if not passages:
        return []
    scores = labeller.scores(passages)
    expected = (len(passages), len(labeller.codebook.keys))
    if scores.shape != expected:
        raise ValueError(f"labeller {labeller.name!r} gave scores of shape {scores.shape}, expected {expected}")
    return [_labelled(labeller, passage, row) for passage, row in zip(passages, scores, strict=True)]


def _labelled(labeller: Labeller, passage: Passage, row: NDArray[np.float32]) -> Labelled:
    codebook: Codebook = labeller.codebook
    fixed = codebook.fixed.get(passage.kind, {})
    codes: dict[str, tuple[str, ...]] = {}
    abstained: list[str] = []
    for dimension in codebook.dimensions:
        if dimension.name in fixed:
            codes[dimension.name] = fixed[dimension.name]
            continue
        verdict = decide(dimension, row[codebook.columns(dimension.name)], labeller.decision)
        codes[dimension.name] = verdict.codes
        if verdict.abstained:
            abstained.append(dimension.name)
    scores = {key: round(float(p), 4) for key, p in zip(codebook.keys, row, strict=True) if not np.isnan(p)}
    return Labelled(passage, codes, scores, tuple(abstained), labeller.version, codebook.label)

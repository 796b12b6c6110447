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
        A labeller without a score, or too close to its own threshold, abstains.

    >>> from scheidslijn.codebook import Code
    >>> codes = tuple(Code("thema", c, c, c, c) for c in ("onderwijs", "bestuur"))
    >>> decide(Dimension("thema", "", "", True, "", codes), np.array([0.7, 0.9], dtype=np.float32), Decision())
    Verdict(codes=('bestuur', 'onderwijs'), abstained=False)
    """
    if np.isnan(probabilities).any():
        return Verdict((), abstained=True)
    least = decision.abstain.get(dimension.name, 0.0)
    order = np.argsort(-probabilities, kind="stable")
    if not dimension.multi:
        best = int(order[0])
        if probabilities[best] < least:
            return Verdict((), abstained=True)
        return Verdict((dimension.codes[best].code,))
    thresholds = np.array([decision.thresholds.get(code.key, DEFAULT_THRESHOLD) for code in dimension.codes])
    if (np.abs(probabilities - thresholds) < least).any():
        return Verdict((), abstained=True)
    return Verdict(tuple(dimension.codes[i].code for i in order if probabilities[i] >= thresholds[i]))


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

"""Where the model hesitates, and where it and a language model say different things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.merging import votes_of
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.shares.counts import Array
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.joining import IDENTITY
from scheidslijn.queueing.pool import dimensions_of

_EDGE = 0.01
"""Probabilities count as no surer than this."""


def thresholds(given: NDArray[np.bool_], scores: Array) -> Array:
    """From which probability each code is given, as the table shows it, shape `(codes,)`.

    Midway between the highest score without the code and the lowest with it, of the best separating 99 %, because rules
    of the codebook and abstention withhold codes with high scores; ½ where nothing is seen.
    """
    found = np.full(scores.shape[1], 0.5)
    for column in range(scores.shape[1]):
        known = np.isfinite(scores[:, column])
        yes, no = scores[known & given[:, column], column], scores[known & ~given[:, column], column]
        if yes.size and no.size:
            found[column] = (np.quantile(yes, 0.01) + min(np.quantile(no, 0.99), np.quantile(yes, 0.01))) / 2
        elif no.size:
            found[column] = max(0.5, float(no.max()))
        elif yes.size:
            found[column] = min(0.5, float(yes.min()))
    return np.asarray(np.clip(found, 0.02, 0.98))


def closeness(scores: Array, threshold: Array) -> Array:
    """How near a probability is to its threshold, 0 to 1 (on it), same shape as `scores`; 0 where there is none.

    The ratio of the odds and those of the threshold, the smaller by the larger, so that 0.02 beside 0.04 is as near as
    0.5 beside 0.67.
    """
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    distance = np.abs(np.log(clipped / (1 - clipped)) - np.log(threshold / (1 - threshold)))
    return np.asarray(np.nan_to_num(np.exp(-distance), nan=0.0))


def uncertainty(frame: Frame, codebook: Codebook) -> Array:
    """How much the model hesitates on each passage, `(passages,)`; 1 is as much as the average passage.

    Of a dimension with several codes the sum of how near each is to its threshold, each relative to its mean over the
    corpus, so that a rare code counts as much as a common one; of a single-label one the margin between the two most
    probable codes. Dimensions count alike.
    """
    parts = []
    for dimension, columns in dimensions_of(frame, codebook):
        scores = frame.scores[:, columns]
        if not np.isfinite(scores).any():
            continue
        if dimension.multi:
            near = closeness(scores, thresholds(frame.given[:, columns], scores))
        else:
            near = _second_by_first(scores)[:, None]
        mean = near.mean(axis=0)
        relative = np.divide(near, mean, out=np.zeros_like(near), where=mean > 0)
        parts.append(relative.mean(axis=1))
    return np.mean(parts, axis=0) if parts else np.zeros(len(frame.passages))


def _second_by_first(scores: Array) -> Array:
    """The second highest probability divided by the highest, `(passages,)`; 0 where there are no two."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores))
    ordered = np.sort(np.nan_to_num(scores), axis=1)
    return np.divide(ordered[:, -2], ordered[:, -1], out=np.zeros(len(scores)), where=ordered[:, -1] > 0)


@dataclass(frozen=True, slots=True)
class Said:
    """What a language model said of the passages of a corpus.

    Attributes:
        votes: 1, 0, or NaN where it said nothing, in the columns of `Frame.given`, `(passages, codes)`.
        coder: its name.
        passages: how many it said something of.
    """

    votes: NDArray[np.float32]
    coder: str
    passages: int


def said_of(frame: Frame, suggestions: Sequence[Coding], codebook: Codebook) -> Said:
    """Find the passages of suggestions in a corpus: by `passage_id` in the same document, or else by text."""
    by_id = {(one.document, one.passage_id): number for number, one in enumerate(frame.passages)}
    by_text: dict[str, list[int]] = {}
    for number, passage in enumerate(frame.passages):
        by_text.setdefault(passage.key, []).append(number)
    column = {key: number for number, key in enumerate(frame.keys)}
    votes = np.full(frame.given.shape, np.nan, dtype=np.float32)
    for one in suggestions:
        place = by_id.get((one.document, str(one.extra.get(IDENTITY) or "")))
        places = by_text.get(one.key, []) if place is None else [place]
        for dimension in codebook.dimensions:
            for key, value in votes_of(one, dimension).items():
                if key in column:
                    votes[places, column[key]] = value
    coders = ", ".join(dict.fromkeys(one.coder for one in suggestions))
    return Said(votes, coders, int(np.isfinite(votes).any(axis=1).sum()))


def disagreement(frame: Frame, said: Said, codebook: Codebook) -> Array:
    """How much model and language model differ on each passage, 0 to 1, `(passages,)`.

    Of each dimension the code that they differ on and that the model is surest of: where it hesitates anyway, a
    difference tells little. The mean over the dimensions that the language model was asked.
    """
    total, asked = np.zeros(len(frame.passages)), np.zeros(len(frame.passages))
    for _, columns in dimensions_of(frame, codebook):
        votes, given, scores = said.votes[:, columns], frame.given[:, columns], frame.scores[:, columns]
        known = np.isfinite(votes)
        sure = 1 - closeness(scores, thresholds(given, scores))  # 1 where the table has no scores
        total += np.where(known & ((votes >= 0.5) != given), sure, 0).max(axis=1)
        asked += known.any(axis=1)
    return np.divide(total, asked, out=np.zeros(len(total)), where=asked > 0)


def differing(
    frame: Frame, said: Said, codebook: Codebook, place: int
) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By dimension on which they differ what the language model gave of it, and the model."""
    found = {}
    for dimension, columns in dimensions_of(frame, codebook):
        votes, given = said.votes[place, columns], frame.given[place, columns]
        if (np.isfinite(votes) & ((votes >= 0.5) != given)).any():
            names = [code.code for code in dimension.codes]
            found[dimension.name] = (
                tuple(name for name, vote in zip(names, votes.tolist(), strict=True) if vote >= 0.5),
                tuple(name for name, own in zip(names, given.tolist(), strict=True) if own),
            )
    return found

"""A probability sample of passages: strata by how unsure the classifier is, and how many to draw in each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.counts import Array
from scheidslijn.measuring.shares.frame import Frame

EVEN = 0.3
"""Share of the sample that is spread evenly over all passages, so that a classifier that is wrong costs little."""
FEWEST = 5
"""Fewest passages drawn from a stratum."""
STRATA = 4
"""Most strata; each gets at least some 25 passages, as more strata than that gain little (Cochran 1977, 5A.8)."""


def allocate(sizes: NDArray[np.int64], deviations: Array, number: int, *, even: float = EVEN) -> NDArray[np.int64]:
    """How many passages to draw from each stratum, shape `(strata,)`, `number` together.

    Neyman's allocation (1934; Cochran 1977, section 5.5: in proportion to size times standard deviation) for all but
    the share `even`, which goes in proportion to size: without it a stratum that the classifier wrongly takes for
    certain would hardly be looked at. A stratum gets no fewer than `FEWEST`, or all it has, unless `number` is too
    small for that.

    Args:
        sizes: passages of each stratum.
        deviations: expected standard deviation of the code in each, 0 to ½.
        number: passages to draw.
    """
    sizes = np.asarray(sizes, dtype=np.int64)
    number = min(number, int(sizes.sum()))
    mass = sizes * np.maximum(deviations, 1e-6)
    ideal = number * ((1 - even) * mass / max(mass.sum(), 1e-12) + even * sizes / max(sizes.sum(), 1))
    least = np.minimum(sizes, FEWEST)
    numbers = least if least.sum() <= number else np.zeros_like(sizes)
    while (short := number - int(numbers.sum())) > 0:  # what does not fit in a full stratum goes to the others
        room = sizes - numbers
        want = np.where(room > 0, np.maximum(ideal - numbers, 0), 0)
        want = want if want.sum() > 0 else room.astype(np.float64)
        share = short * want / want.sum()
        more = np.minimum(np.floor(share).astype(np.int64), room)
        if more.sum() == 0:  # the last few go where the largest fractions are
            order = np.argsort(-np.where(room > 0, share, -1), kind="stable")[:short]
            more[order[room[order] > 0]] = 1
        numbers = numbers + more
    return numbers


@dataclass(frozen=True, slots=True)
class Design:
    """How a sample is drawn; with the labelled corpus it determines the sample.

    Attributes:
        seed: decides which passages.
        passages: how many to draw; 0 with `whole`.
        codes: what the strata serve; none: every passage has the same chance.
        documents: how many documents are drawn first; 0: passages are drawn from all documents.
        whole: the drawn documents are coded whole, so that shares of documents can be estimated.
    """

    seed: int
    passages: int = 0
    codes: tuple[str, ...] = ()
    documents: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """A drawn sample.

    Attributes:
        design: how it was drawn.
        stratum: of every passage of the corpus its stratum from 0, `(passages,)`; 0 holds the least uncertain.
        drawn: whether the passage is in the sample, same shape.
        chance: of drawn passages the chance they had, NaN for the others, same shape.
        documents: whether a document was drawn in the first stage, `(documents,)`; None when there was no such stage.
        fingerprint: twelve hexadecimal digits of which corpus and which sample this is.
    """

    design: Design
    stratum: NDArray[np.int64]
    drawn: NDArray[np.bool_]
    chance: Array
    documents: NDArray[np.bool_] | None
    fingerprint: str


def draw(frame: Frame, design: Design) -> Draw:
    """Draw a sample; the same corpus and design give the same sample on any machine.

    Within a stratum a simple random sample: the passages whose hash of seed and `passage_id` is lowest (permanent
    random numbers: Ohlsson 1995). So a larger sample of the same strata holds the smaller one.

    Raises:
        ScheidslijnError: more documents or passages are asked than there are, or fewer than one a stratum.
    """
    mask = _documents(frame, design)
    inside = np.ones(len(frame.passages), dtype=np.bool_) if mask is None else mask[frame.document]
    first = 1.0 if mask is None else float(mask.mean())
    if design.whole:
        stratum, drawn = np.zeros(len(inside), dtype=np.int64), inside
        chance = np.where(inside, first, np.nan)
    else:
        if not 1 <= design.passages <= inside.sum():
            raise ScheidslijnError(
                f"{frame.name}: cannot draw {design.passages:,} passages; give a number from 1 to {inside.sum():,}"
            )
        stratum, deviations = stratify(frame, design, inside)
        sizes = np.bincount(stratum[inside], minlength=len(deviations))
        numbers = allocate(sizes, deviations, design.passages)
        order = permanent_order(frame, design.seed)
        drawn = np.zeros(len(inside), dtype=np.bool_)
        for number, wanted in enumerate(numbers):
            drawn[order[inside[order] & (stratum[order] == number)][:wanted]] = True
        rate = np.divide(numbers, sizes, out=np.zeros(len(sizes)), where=sizes > 0)
        chance = np.where(drawn, first * rate[stratum], np.nan)
    return Draw(design, stratum, drawn, chance, mask, fingerprint(frame, stratum, drawn))


def permanent_order(frame: Frame, seed: int) -> NDArray[np.int64]:
    """The passages in the order of their permanent random numbers, `(passages,)`: who is drawn first stands first."""
    return np.argsort([_hash(seed, one.passage_id) for one in frame.passages], kind="stable").astype(np.int64)


def stratify(frame: Frame, design: Design, inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Array]:
    """Strata by how unsure the classifier is of the codes: `(passages,)`, and the deviation expected in each stratum.

    Strata have about the same sum of expected standard deviations, which with equal numbers drawn is Neyman's
    allocation (Särndal, Swensson & Wretman 1992, section 12.4). Of several codes the variances are added, each relative
    to that of its share, so that a rare code counts as much as a common one.
    """
    unsure = uncertainty(frame, design.codes)
    count = min(STRATA, max(1, design.passages // 25)) if design.codes else 1
    values, places = np.unique(unsure, return_inverse=True)
    mass = np.cumsum(np.bincount(places[inside], weights=unsure[inside], minlength=len(values)))
    edges = np.clip(np.ceil(count * mass / mass[-1] - 1e-9).astype(np.int64) - 1, 0, count - 1)
    stratum = edges[places]
    _, stratum = np.unique(stratum, return_inverse=True)
    sizes = np.bincount(stratum[inside], minlength=stratum.max() + 1)
    sums = np.bincount(stratum[inside], weights=unsure[inside], minlength=stratum.max() + 1)
    return stratum.astype(np.int64), np.divide(sums, sizes, out=np.zeros(len(sizes)), where=sizes > 0)


def uncertainty(frame: Frame, codes: tuple[str, ...]) -> Array:
    """Standard deviation of each passage's codes as the classifier's scores have it, `(passages,)`; 1 without codes."""
    if not codes:
        return np.ones(len(frame.passages))
    total = np.zeros(len(frame.passages))
    for key in codes:
        column = frame.column(key)
        score = np.where(np.isnan(frame.scores[:, column]), np.where(frame.given[:, column], 0.5, 0.02),
                         frame.scores[:, column])  # fmt: skip
        score = np.clip(score, 0.005, 0.995)
        total += score * (1 - score) / (score.mean() * (1 - score.mean()))
    return np.sqrt(total / len(codes))


def fingerprint(frame: Frame, stratum: NDArray[np.int64], drawn: NDArray[np.bool_]) -> str:
    """What must be the same for a sample to belong to a labelled corpus: passages, their documents, strata and draw."""
    digest = hashlib.sha256()
    for number, passage in enumerate(frame.passages):
        line = f"{passage.passage_id}\0{passage.document}\0{stratum[number]}\0{int(drawn[number])}\n"
        digest.update(line.encode())
    return digest.hexdigest()[:12]


def _documents(frame: Frame, design: Design) -> NDArray[np.bool_] | None:
    if not design.documents:
        if design.whole:
            raise ScheidslijnError("say how many documents are to be coded whole")
        return None
    if design.documents > len(frame.documents):
        raise ScheidslijnError(
            f"{frame.name}: cannot draw {design.documents} documents; there are {len(frame.documents)}"
        )
    order = sorted(range(len(frame.documents)), key=lambda one: _hash(design.seed, frame.documents[one]))
    mask = np.zeros(len(frame.documents), dtype=np.bool_)
    mask[order[: design.documents]] = True
    return mask


def _hash(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}\0{name}".encode()).hexdigest()

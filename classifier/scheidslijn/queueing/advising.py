"""Whether to code more: what it may be expected to bring for the model, for shares, and for rare codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheidslijn.annotations.examples import Example, positives, target_matrix
from scheidslijn.annotations.merging import merge
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.shares.drawing import Design, draw
from scheidslijn.measuring.shares.planning import margin_of
from scheidslijn.queueing.curve import learning_curve
from scheidslijn.queueing.forecast import Gain, gain
from scheidslijn.queueing.job import Read
from scheidslijn.queueing.lot import earlier_draw
from scheidslijn.queueing.routes import RARE

LEAST_DOCUMENTS, LEAST_PASSAGES = 8, 80
"""Below this a learning curve says nothing."""
WORTH = 0.01
"""A gain in macro-F1 below this is taken for nothing."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How well a share is known now and after coding more, in half the width of its interval as a fraction.

    Attributes:
        key: the code whose share is known worst.
        now, then: NaN where fewer than twenty passages are drawn by lot.
        drawn, more: passages drawn by lot that are coded, and that would be.
    """

    key: str
    now: float
    then: float
    drawn: int
    more: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What to expect of coding `more` passages.

    Attributes:
        more: passages.
        gains: by dimension that was coded; None where there is too little to say.
        shares: by dimension.
        counts: by key how many coded passages have the code.
        passages, documents: that it rests on, test documents left out.
    """

    more: int
    gains: Mapping[str, Gain | None]
    shares: Mapping[str, Narrowing]
    counts: Mapping[str, int]
    passages: int
    documents: int


def advise(read: Read, more: int, share: float = 0.4, seed: int = 0) -> Advice:
    """Say what coding `more` passages may be expected to bring.

    Documents that are kept for testing have no say in it.

    Args:
        share: of the passages that is drawn by lot.
    """
    merged = merge(read.coded, read.codebook, "adjudicated").examples
    examples = [one for one in merged if one.document not in read.tested]
    return Advice(
        more, gains(examples, read.codebook, more, seed), _narrowing(read, round(share * more)),
        {key: sum(own.get(key, 0) for own in positives(examples).values()) for key in read.codebook.keys},
        len(examples), len({one.document for one in examples}),
    )  # fmt: skip


def gains(examples: Sequence[Example], codebook: Codebook, more: int, seed: int = 0) -> dict[str, Gain | None]:
    """By dimension that anybody coded what `more` passages may be expected to add; None where it cannot be said."""
    seen = {key.partition(".")[0] for one in examples for key in one.known}
    names = [one.name for one in codebook.dimensions if one.name in seen]
    if len({one.document for one in examples}) < LEAST_DOCUMENTS or len(examples) < LEAST_PASSAGES:
        return dict.fromkeys(names)
    curve = learning_curve(examples, codebook, seed)
    yes = (target_matrix(examples, codebook) >= 0.5).sum(axis=0)
    found: dict[str, Gain | None] = {}
    for dimension in codebook.dimensions:
        if dimension.name in names:
            columns = codebook.columns(dimension.name)
            learnable = int((yes[columns] >= RARE).sum()) >= (1 if dimension.multi else 2)
            found[dimension.name] = gain(curve, columns, more) if learnable else None
    return found


def verdict(one: Gain | None) -> str:
    """ "stop", "go on", or "perhaps" where the gain is likely small and may not be.

    >>> verdict(Gain(0.6, 0.004, -0.002, 0.009, 50)), verdict(Gain(0.3, 0.03, 0.01, 0.05, 50))
    ('stop', 'go on')
    """
    if one is None or one.value >= WORTH:
        return "go on"
    return "stop" if one.high < WORTH else "perhaps stop"


def advice_lines(advice: Advice) -> list[str]:
    """The advice in words."""
    lines = [
        f"What {advice.more:,} more may bring (from {advice.passages:,} coded passages of {advice.documents:,} "
        "documents; a light model, measured on documents it did not learn from):"
    ]
    if not advice.gains:
        return ["Nothing is coded yet, so nothing can be said of what more would bring: code a first hundred."]
    for name, one in advice.gains.items():
        if one is None:
            least = f"{LEAST_PASSAGES} passages of {LEAST_DOCUMENTS} documents, and {RARE} with one of its codes"
            lines.append(f"  go on with {name}: too few coded to say more (it takes {least})")
        else:
            told = f"{one.more:,} more are expected to give {one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
            lines.append(f"  {verdict(one)} for {name}: {told} macro-F1, now about {one.now:.2f}")
    lines += [_share_line(one) for one in advice.shares.values()]
    own = {key: count for key, count in advice.counts.items() if key.partition(".")[0] in advice.gains}
    rare = sorted(((count, key) for key, count in own.items() if count < RARE))
    if rare:
        lines.append("  coded passages by code, the rarest: " + ", ".join(f"{key} {n}" for n, key in rare[:12]))
    return lines


def _share_line(one: Narrowing) -> str:
    if not np.isfinite(one.then):
        return f"  share of {one.key}: {one.drawn + one.more} drawn by lot are too few to estimate it"
    then = f"±{100 * one.then:.1f} points with {one.drawn + one.more:,} drawn by lot"
    now = f"±{100 * one.now:.1f} with {one.drawn:,}" if np.isfinite(one.now) else "not known"
    return f"  share of {one.key} (known worst of its dimension): now {now}, then {then}"


def _narrowing(read: Read, more: int) -> dict[str, Narrowing]:
    frame, codebook = read.pool.frame, read.codebook
    seed, size = earlier_draw(read.coded.codings, None) if read.coded.codings else (1, 0)
    drawn = 0
    if size:
        lot = draw(frame, Design(seed, min(size, len(frame.passages)))).drawn
        drawn = int((lot & ~read.pool.uncoded).sum())
    found: dict[str, Narrowing] = {}
    for dimension in codebook.dimensions:
        keys = [code.key for code in dimension.codes if code.key in frame.keys]
        if keys:
            spread = [_spread(float(np.nanmean(frame.given[:, frame.column(key)]))) for key in keys]
            key = keys[int(np.argmax(spread))]
            found[dimension.name] = Narrowing(
                key, margin_of(frame, key, drawn), margin_of(frame, key, drawn + more), drawn, more
            )
    return found


def _spread(share: float) -> float:
    return share * (1 - share)

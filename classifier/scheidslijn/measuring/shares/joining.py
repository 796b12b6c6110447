"""The hand-coded sample laid beside the labelled corpus: what was coded of which passage, and how it was drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.coding import Codings
from scheidslijn.annotations.examples import Example
from scheidslijn.annotations.merging import merge
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.counts import Array
from scheidslijn.measuring.shares.design_text import read_design
from scheidslijn.measuring.shares.drawing import Design, Draw, draw
from scheidslijn.measuring.shares.frame import Frame

CHANCE = "inclusion_probability"
DRAW = "draw"
IDENTITY = "passage_id"


@dataclass(frozen=True, slots=True)
class Sample:
    """What people coded of a corpus.

    Attributes:
        truth: of every passage and code 1 or 0, a share between them where coders differ and nobody settled it, NaN
            where not coded, `(passages, codes)`.
        draw: how it was drawn, when it is a sample of `scheidslijn shares draw` from this very table.
        weight: otherwise one over the chance to be drawn, 1 where none is known, `(passages,)`; None with `draw`.
        random: False when no chances are known, so that nothing says the passages were drawn at random.
        unmatched: coded passages that are not among those that count, a line each.
        notes: what else the user must know, a line each.
    """

    truth: Array
    draw: Draw | None
    weight: Array | None
    random: bool
    unmatched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def join(frame: Frame, codings: Codings, codebook: Codebook) -> Sample:
    """Find the coded passages in the corpus, by `passage_id` or else by text, and how they were drawn.

    Of several coders what an adjudicator settled counts, and otherwise the share of the coders: leaving out what they
    differ on would leave out the hard passages, and the sample would no longer be random.

    Raises:
        ScheidslijnError: no coded passage is in the corpus, rows of two draws, or an impossible chance.
    """
    examples = _merged(codings, codebook)
    places, twins, unmatched = _places(frame, examples)
    if not places:
        first = f"; the first: {unmatched[0]}" if unmatched else ""
        raise ScheidslijnError(f"{frame.name}: none of {len(examples):,} coded passages is in it{first}")
    drawn, notes = _draw_of(frame, examples)
    if drawn is not None:  # of two drawn passages with the same words the reader of codings keeps one
        places = {place: one for place, one in twins.items() if drawn.drawn[place]} | places
    truth = _truth(frame, places)
    if drawn is not None:
        outside = np.isfinite(truth).any(axis=1) & ~drawn.drawn
        if outside.any():
            notes.append(f"{outside.sum():,} coded passages were not drawn and are left out: nobody drew them by lot")
            truth[outside] = np.nan
        return Sample(truth, drawn, None, True, tuple(unmatched), tuple(notes))
    weight, known = _weights(frame, places)
    if known and len(places) > known:
        notes.append(f"{len(places) - known:,} of {len(places):,} coded passages have no {CHANCE} and are left out")
        truth[np.isnan(weight)] = np.nan
    total = float(np.nansum(weight)) if known else 0.0
    if known and abs(total / len(frame.passages) - 1) > 0.1:
        notes.append(f"the weights add up to {total:,.0f} passages and the corpus has {len(frame.passages):,}: "
                     "is it the corpus that the sample was drawn from?")  # fmt: skip
    weight = np.nan_to_num(weight, nan=1.0)
    return Sample(truth, None, weight, bool(known), tuple(unmatched), tuple(notes))


def _merged(codings: Codings, codebook: Codebook) -> list[Example]:
    settled = merge(codings, codebook, "adjudicated", need_text=False).examples
    shared = merge(codings, codebook, "soft", need_text=False).examples
    return [
        Example(one.text, one.document, one.source, {**other.known, **one.known}, key=one.key, page=one.page,
                extra=one.extra)
        for one, other in zip(settled, shared, strict=True)
    ]  # fmt: skip


def _truth(frame: Frame, places: Mapping[int, Example]) -> Array:
    truth = np.full(frame.given.shape, np.nan)
    column = {key: number for number, key in enumerate(frame.keys)}
    for place, example in places.items():
        for key, value in example.known.items():
            if key in column:
                truth[place, column[key]] = value
    return truth


def _places(frame: Frame, examples: Sequence[Example]) -> tuple[dict[int, Example], dict[int, Example], list[str]]:
    """Where each coded passage is; other passages of the document with the same text; and what is nowhere."""
    by_id = {one.passage_id: number for number, one in enumerate(frame.passages)}
    by_text: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(frame.passages):
        by_text[one.document, one.key].append(number)
        by_text["", one.key].append(number)
    places: dict[int, Example] = {}
    twins: dict[int, Example] = {}
    unmatched = []
    for example in examples:
        identity = str(example.extra.get(IDENTITY) or "")
        found = by_text.get((example.document, example.key), [])
        everywhere = by_text.get(("", example.key), [])
        if not found and len(everywhere) == 1:
            found = everywhere
        if identity in by_id:
            places[by_id[identity]] = example
            twins |= dict.fromkeys(found, example)
        elif found:
            places.setdefault(found[0], example)
            twins |= dict.fromkeys(found[1:], example)
        else:
            what = identity or example.text[:60] or example.key
            reason = f"{len(everywhere)} documents have this text" if everywhere else "no passage that counts"
            unmatched.append(f"{example.document}: '{what}': {reason}")
    return places, twins, unmatched


def _draw_of(frame: Frame, examples: Sequence[Example]) -> tuple[Draw | None, list[str]]:
    """Draw the sample again by the design in its rows; it must come out the same."""
    lines = {str(example.extra[DRAW]) for example in examples if example.extra.get(DRAW)}
    designs = {found for line in lines if (found := read_design(line)) is not None}
    for design, fingerprint in [_largest(designs)] if designs else []:
        if set(design.codes) <= set(frame.keys):
            again = draw(frame, design)
            if again.fingerprint == fingerprint:
                return again, []
        if len(designs) > 1:
            raise ScheidslijnError(f"the coded rows come from several draws, and not from {frame.name}; give one draw")
        return None, [f"{frame.name} is not the table that the sample was drawn from, or it was labelled anew; "
                      f"only the column {CHANCE} is used, which is valid but gives wider intervals"]  # fmt: skip
    return None, []


def _largest(designs: set[tuple[Design, str]]) -> tuple[Design, str]:
    """Of draws that go on with one another the one that holds them all.

    Raises:
        ScheidslijnError: they are not draws of one seed without strata, so that none holds the others.
    """
    kinds = {replace(one, passages=0) for one, _ in designs}
    if len(designs) > 1 and (len(kinds) > 1 or any(one.codes or one.whole for one in kinds)):
        raise ScheidslijnError("the coded rows come from several draws; give one draw at a time")
    return max(designs, key=lambda one: one[0].passages)


def _weights(frame: Frame, places: Mapping[int, Example]) -> tuple[NDArray[np.float64], int]:
    weight = np.full(len(frame.passages), np.nan)
    for place, example in places.items():
        value = example.extra.get(CHANCE)
        if value in (None, ""):
            continue
        try:
            chance = float(str(value).replace(",", "."))
        except ValueError:
            chance = float("nan")
        if not 0 < chance <= 1:
            raise ScheidslijnError(
                f"{frame.passages[place].passage_id}: {CHANCE} is {value!r}; give a number above 0 and at most 1"
            )
        weight[place] = 1 / chance
    return weight, int(np.isfinite(weight).sum())

"""Passages on which coders differ, as things to settle: what each said, in an order that tells nothing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from scheidslijn.annotations.coding import Coding
from scheidslijn.codebook import Codebook
from scheidslijn.codingpage.sheet import Sheet
from scheidslijn.codingpage.values import Item
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage


def differences(codings: Sequence[Coding], codebook: Codebook) -> Sheet:
    """Make an item of every passage on which at least two people differ in at least one dimension.

    Only those dimensions are asked. Codings of machines are not settled by a person, and what was settled before is not
    asked again. The order of the coders is drawn anew for every passage, always the same for the same passage.

    Raises:
        ScheidslijnError: no passage was coded by two people, or nothing is left to settle.
    """
    groups: dict[tuple[str, str], list[Coding]] = defaultdict(list)
    settled: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in codings:
        if one.adjudicated:
            settled[one.key, one.document] |= set(one.codes)
        elif not one.machine and one.text:
            groups[one.key, one.document].append(one)
    shared = [(key, own) for key, own in groups.items() if len(own) > 1]
    items = [item for key, own in shared if (item := _item(own, codebook, settled[key])) is not None]
    if not shared:
        raise ScheidslijnError("no passage with its text was coded by two people; give the files of two or more coders")
    if not items:
        raise ScheidslijnError(
            f"nothing to settle: of {len(shared):,} shared passages nothing differs that was not settled"
        )
    return Sheet(tuple(items))


def _item(codings: Sequence[Coding], codebook: Codebook, settled: set[str]) -> Item | None:
    first = codings[0]
    order = sorted(codings, key=lambda one: one.coder)  # whatever the order of the files
    random.Random(f"{first.key} {first.document}").shuffle(order)
    said = {}
    for dimension in codebook.dimensions:
        answers = tuple(_answer(one, dimension.name) for one in order)
        different = {frozenset(one) for one in answers if one is not None}
        if len(different) > 1 and dimension.name not in settled:
            said[dimension.name] = answers
    if not said:
        return None
    identity = next((str(one.extra["passage_id"]) for one in codings if one.extra.get("passage_id")), first.key)
    passage = Passage(identity, first.document, first.page, first.text, heading=first.heading)
    return Item(passage, said=said, remarks=tuple(str(one.extra.get("remark") or "") for one in order))


def _answer(coding: Coding, dimension: str) -> tuple[str, ...] | None:
    return tuple(coding.codes[dimension]) if dimension in coding.codes else None

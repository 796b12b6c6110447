"""Who codes which passage: each one coder, and a stated part all of them, so that agreement can be measured."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from scheidslijn.codingpage.values import Item
from scheidslijn.errors import ScheidslijnError

T = TypeVar("T")


def overlap_of(text: str, passages: int) -> int:
    """How many of so many passages every coder codes: a number ("50"), or a share ("0.2", "20%").

    Raises:
        ScheidslijnError: neither, or outside of what there is.

    >>> overlap_of("20%", 51), overlap_of("0.5", 10), overlap_of("7", 10)
    (11, 5, 7)
    """
    value = text.strip().replace(",", ".")
    try:
        share = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        share = math.nan
    if value.endswith("%") or "." in value:
        if 0 <= share <= 1:
            return math.ceil(round(share * passages, 9))
    elif 0 <= share <= passages:
        return int(share)
    raise ScheidslijnError(
        f"--overlap: got '{text[:20]}'; give a number of passages up to {passages:,}, or a share such as 0.2 or 20%"
    )


def divide(items: Sequence[Item], coders: Sequence[str], overlap: int, seed: int = 1) -> dict[str, list[Item]]:
    """Return by coder what this coder codes, in the order of `items`.

    `overlap` passages go to every coder, taken from the documents in proportion to their passages (largest remainder,
    Hamilton's method); the others go to one coder each. Within a document and over all, what two coders get differs by
    one passage at most. The lot falls by SHA-256 of seed and passage, so a rerun, or another order, changes nothing.

    Args:
        items: with distinct `passage_id`s.
        coders: distinct names, at least one.
        overlap: from 0 to the number of items.
        seed: another number, another lot.
    """
    rank = {one.passage.passage_id: _lot(seed, one.passage.document, one.passage.passage_id) for one in items}
    documents: dict[str, list[Item]] = defaultdict(list)
    for one in sorted(items, key=lambda one: rank[one.passage.passage_id]):
        documents[one.passage.document].append(one)
    names = sorted(documents, key=lambda name: _lot(seed, name))
    shared = _proportional([len(documents[name]) for name in names], overlap)
    gets: dict[str, set[str]] = {coder: set() for coder in coders}
    turn = 0
    for name, both in zip(names, shared, strict=True):
        for place, one in enumerate(documents[name]):
            if place < both:
                chosen: Sequence[str] = coders
            else:
                chosen, turn = [coders[turn % len(coders)]], turn + 1
            for coder in chosen:
                gets[coder].add(one.passage.passage_id)
    return {coder: [one for one in items if one.passage.passage_id in mine] for coder, mine in gets.items()}


def _proportional(sizes: Sequence[int], number: int) -> list[int]:
    """Divide a number over groups in proportion to their sizes; no group gets more than its size.

    >>> _proportional([10, 5, 1], 4)
    [3, 1, 0]
    """
    total = sum(sizes)
    if not total:
        return [0 for _ in sizes]
    given = [number * size // total for size in sizes]
    left = sorted(range(len(sizes)), key=lambda at: (-(number * sizes[at] % total), at))
    for at in left[: number - sum(given)]:
        given[at] += 1
    return given


def _lot(seed: int, *names: str) -> str:
    return hashlib.sha256("\0".join((str(seed), *names)).encode("utf-8", "surrogatepass")).hexdigest()

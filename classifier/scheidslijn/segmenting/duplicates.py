"""Text that stands twice in a document and must count once: pull quotes, and paragraphs that are repeated word for
word.

A pull quote is a paragraph or heading whose words run, in the same order and without a gap, inside a longer passage.
The copy in the body counts; the quote points to it. Of equal passages the first counts. Words are compared without
case and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from scheidslijn.passage import Passage

SHORTEST = 5
"""Words a repeated passage must have: shorter ones ("Wat gaan we doen?") return in a text without being copies."""

_TRIES = 1000
_WORD = re.compile(r"\w+")
_OWN_VOICE = frozenset(
    {"titel", "samenvatting"}
)  # a summary that repeats the body is attention of its own (codebook, section 6)


def duplicates(passages: Sequence[Passage]) -> dict[int, int]:
    """Return, by position, the passages that repeat another, and the position of the one that counts.

    Headings count as quotes only from eight words, or when they end as a sentence does. Cells, and titles and
    summaries, are never marked.
    """
    numbers: dict[str, int] = {}
    words = [
        [numbers.setdefault(word, len(numbers) + 1) for word in _WORD.findall(passage.text.lower())]
        for passage in passages
    ]
    quotes = {at for at, passage in enumerate(passages) if _can_be_quote(passage, len(words[at]))}
    found = _inside(passages, words, quotes) | _repeats(passages, words)
    for at, original in found.items():
        while original in found:  # ends: a copy is shorter than its body, or later than its equal
            original = found[original]
        found[at] = original
    return found


def _can_be_quote(passage: Passage, count: int) -> bool:
    """Whether a passage may be a copy of a run of the body."""
    if count < SHORTEST or passage.place in _OWN_VOICE:
        return False
    if passage.kind == "heading":
        return count >= 8 or (count >= SHORTEST and passage.text[-1] in ".!”’\"'")
    return passage.kind == "paragraph"


def _repeats(passages: Sequence[Passage], words: Sequence[list[int]]) -> dict[int, int]:
    """Paragraphs and bullets that are equal to an earlier one."""
    first: dict[tuple[int, ...], int] = {}
    found: dict[int, int] = {}
    for at, passage in enumerate(passages):
        if passage.kind in ("paragraph", "bullet") and len(words[at]) >= SHORTEST:
            earlier = first.setdefault(tuple(words[at]), at)
            if earlier != at and passage.place not in _OWN_VOICE:
                found[at] = earlier
    return found


def _inside(passages: Sequence[Passage], words: Sequence[list[int]], quotes: set[int]) -> dict[int, int]:
    """Quotes whose words run inside a longer paragraph or bullet.

    All bodies are laid end to end with a zero between; a rolling hash of the first words of every quote is sought in
    them at once.
    """
    bodies = [
        at
        for at, passage in enumerate(passages)
        if passage.kind in ("paragraph", "bullet") and len(words[at]) > SHORTEST
    ]
    if not quotes or not bodies:
        return {}
    stream = np.array([number for at in bodies for number in (*words[at], 0)], dtype=np.int64)
    starts = np.cumsum([0, *(len(words[at]) + 1 for at in bodies)])
    powers = np.array([1_000_003**power % (2**61 - 1) for power in range(SHORTEST)], dtype=np.uint64)
    with np.errstate(over="ignore"):
        windows = np.lib.stride_tricks.sliding_window_view(stream.astype(np.uint64), SHORTEST)
        hashes = (windows * powers).sum(axis=1)
        wanted = {at: int((np.array(words[at][:SHORTEST], dtype=np.uint64) * powers).sum()) for at in quotes}
    hits = np.flatnonzero(np.isin(hashes, np.array(list(wanted.values()), dtype=np.uint64)))
    where: dict[int, list[int]] = {}
    for hit in hits.tolist():
        where.setdefault(int(hashes[hit]), []).append(hit)
    known: dict[tuple[int, ...], int | None] = {}
    for at in quotes:
        quote = tuple(words[at])
        if quote not in known:  # equal quotes share their answer, or a form letter would take quadratic time
            known[quote] = None
            for hit in where.get(wanted[at], ())[:_TRIES]:
                body = bodies[int(np.searchsorted(starts, hit, side="right")) - 1]
                if len(words[body]) > len(quote) and tuple(stream[hit : hit + len(quote)].tolist()) == quote:
                    known[quote] = body
                    break
    return {at: holder for at in sorted(quotes) if (holder := known[tuple(words[at])]) is not None}

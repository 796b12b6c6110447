"""Paragraphs and bullets that go on in the next column or on the next page."""

from __future__ import annotations

from collections.abc import Sequence

from scheidslijn.reading.pdf_page import SOFT
from scheidslijn.reading.pdf_rows import Chunk
from scheidslijn.reading.pdf_tables import Grid

Piece = Chunk | Grid
REACH = 4
"""How many pull quotes and captions may stand between the two halves of a paragraph."""


def join_over(pages: Sequence[list[Piece]]) -> None:
    """Mark chunks that are continued; the rest of a bullet becomes a bullet without marker of the same list.

    A pull quote between the halves moves behind them, so that a block that goes on is followed by what continues it.
    """
    for at, found in enumerate(pages):
        place = 0
        while place < len(found):
            chunk = found[place]
            place += 1
            if not isinstance(chunk, Chunk) or chunk.ended or not _closes(chunk, found, place):
                continue
            if not _carry_on(chunk, found, place) and at + 1 < len(pages) and _nothing_after(chunk, found[place:]):
                _carry_on(chunk, pages[at + 1], 0)


def _closes(chunk: Chunk, found: Sequence[Piece], place: int) -> bool:
    """Whether a chunk is the last of its type in its column."""
    return not any(isinstance(o, Chunk) and o.column == chunk.column and _same_type(chunk, o) for o in found[place:])


def _nothing_after(chunk: Chunk, rest: Sequence[Piece]) -> bool:
    """Whether only pull quotes and captions, in other type, stand after this chunk on its page."""
    return len(rest) <= REACH and all(isinstance(one, Chunk) and not _same_type(chunk, one) for one in rest)


def _carry_on(chunk: Chunk, found: list[Piece], start: int) -> bool:
    for at in range(start, min(start + REACH, len(found))):
        other = found[at]
        if not isinstance(other, Chunk):
            return False
        if not _same_type(chunk, other):
            continue
        if other.carried_on or other.rows[0].marker or not _fits(chunk, other):
            return False
        chunk.goes_on = other.carried_on = True
        other.kind = chunk.kind
        found.insert(start, found.pop(at))
        return True
    return False


def _same_type(one: Chunk, other: Chunk) -> bool:
    first, second = one.rows[-1], other.rows[0]
    alike = abs(first.size - second.size) < 0.06 * first.size
    slanted = first.pure and second.pure and first.style.italic != second.style.italic
    return alike and not slanted and first.style.font[:6] == second.style.font[:6]


def _fits(chunk: Chunk, other: Chunk) -> bool:
    """Whether the second reads as the rest of the first: in the middle of a word or a sentence."""
    last, first = chunk.rows[-1].text.rstrip(), other.rows[0].text
    opening = first.lstrip("‘’“”\"'(")[:1]
    if len(chunk.text) < 30 or not any(c.isalpha() for c in first):
        return False
    if last[-1:] in SOFT or last.endswith(("-", ",")):
        return True
    room = chunk.right - chunk.rows[-1].x1
    full = room < max(other.rows[0].first_word, 0.15 * (chunk.right - chunk.left))
    return opening.islower() or (full and len(chunk.rows) > 1)

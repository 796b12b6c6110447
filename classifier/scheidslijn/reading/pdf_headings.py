"""Headings: which chunks are one, and their levels over the whole document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from scheidslijn.reading.pdf_page import SOFT
from scheidslijn.reading.pdf_rows import Chunk

MAX_LEVEL = 6
_NUMBERED = re.compile(r"(?:hoofdstuk\s+)?(\d{1,2}(?:\.\d{1,2})*)[.):]?\s+\S", re.IGNORECASE)
_CHAPTER = re.compile(r"(?:hoofdstuk|deel)\s+(?:\d+|[ivx]+)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.,;:]$")


class Look(NamedTuple):
    """What sets a heading apart; sorts from the highest heading to the lowest."""

    size: float
    bold: bool
    capitals: bool
    italic: bool
    colour: bool

    @property
    def rank(self) -> tuple[float, bool, bool, bool, bool]:
        """Key to sort by, highest first."""
        return -self.size, not self.bold, not self.capitals, not self.colour, self.italic


def look_of(chunk: Chunk) -> Look:
    """How a chunk is set."""
    row = max(chunk.rows, key=lambda one: len(one.text))
    letters = list(filter(str.isalpha, chunk.text))
    capitals = len(letters) > 3 and sum(map(str.isupper, letters)) > 0.9 * len(letters)
    coloured = max(row.style.ink) - min(row.style.ink) > 50 or min(row.style.ink) > 200
    return Look(round(chunk.size * 2) / 2, row.style.bold, capitals, row.style.italic, coloured)


def mark_headings(flow: Sequence[Chunk], size: float, plain: tuple[bool, bool]) -> None:
    """Turn chunks of a document's flow into headings, in place, and give them levels.

    Args:
        flow: all chunks of running text in reading order.
        size: type size of the body, in points.
        plain: whether the body is bold, and slanted.
    """
    prose = " ".join(_plain(chunk) for chunk in flow if chunk.size < 1.12 * size)
    for at, chunk in enumerate(flow):
        following = flow[at + 1] if at + 1 < len(flow) else None
        if _is_heading(chunk, following, size, plain) and not _is_pull_quote(chunk, size, prose):
            chunk.kind = "heading"
    _demote_runs(flow, size)
    _level(flow)


def _plain(chunk: Chunk) -> str:
    """The text of a chunk with words cut at a line end put together."""
    return re.sub(rf"[{SOFT}]\s*", "", chunk.text)


def _is_pull_quote(chunk: Chunk, size: float, prose: str) -> bool:
    """Whether large type is a whole sentence that the running text says as well."""
    text = _plain(chunk).strip("‘’“”\"' ")
    return chunk.size >= 1.12 * size and text.endswith(".") and len(text.split()) >= 5 and text in prose


def _is_heading(chunk: Chunk, following: Chunk | None, size: float, plain: tuple[bool, bool]) -> bool:
    if len(chunk.rows) > 6 or chunk.carried_on or chunk.goes_on or chunk.kind not in ("paragraph", "bullet"):
        return False
    text = chunk.text
    letters = sum(map(str.isalpha, text))
    if letters < 2 or len(text) > 220:
        return False
    look = look_of(chunk)
    words = len(text.split())
    if chunk.kind == "bullet" and not _NUMBERED.match(text) and not re.match(r"\(?[a-zA-Z][.)]|[IVX]+\.", text):
        return False
    pure = all(row.pure for row in chunk.rows)
    large = chunk.size >= 1.12 * size and len(chunk.rows) <= 6 and words <= 30
    calm = not look.italic or look.bold or chunk.size >= 1.3 * size or len(chunk.rows) == 1
    if large and calm and letters >= 0.5 * len(text.replace(" ", "")):
        return not (text.endswith((".", ";", ",")) and words > 12)
    if (
        chunk.size < (0.75 if look.bold and not plain[0] else 0.93) * size
        or not pure
        or _ENDS.search(text)
        or len(chunk.rows) > 3
        or words > 18
    ):
        return False
    opening = text.lstrip("‘“\"'(")[:1]
    if not (opening.isupper() or opening.isdigit() or chunk.kind == "bullet"):
        return False
    if following is None:
        return False
    other = look_of(following) != look
    if look.bold and not plain[0]:
        return other or len(chunk.rows) == 1
    if look.italic and not plain[1]:
        return len(chunk.rows) == 1 and (words <= 12 if other else words <= 6 and len(following.rows) > 1)
    if look.capitals or (look.colour and not look_of(following).colour):
        return other and len(chunk.rows) <= 2
    return chunk.size >= 1.06 * size and other


def _demote_runs(flow: Sequence[Chunk], size: float) -> None:
    """Weak headings (no larger than the body) in a row of four or more are a list, not headings."""
    run: list[Chunk] = []
    for chunk in [*flow, None]:
        weak = chunk is not None and chunk.kind == "heading" and chunk.size < 1.06 * size
        if chunk is not None and weak and (not run or look_of(run[-1]) == look_of(chunk)):
            run.append(chunk)
            continue
        if len(run) >= 4:
            for one in run:
                one.kind = "bullet" if one.rows[0].marker else "paragraph"
        run = [chunk] if chunk is not None and weak else []


def _level(flow: Sequence[Chunk]) -> None:
    """Give headings levels: by size, weight and numbering of their look over the whole document.

    Looks that occur only on the cover rank with the highest look of the rest.
    """
    headings = [chunk for chunk in flow if chunk.kind == "heading"]
    if not headings:
        return
    places: defaultdict[Look, set[int]] = defaultdict(set)
    depths: defaultdict[Look, Counter[int]] = defaultdict(Counter)
    for chunk in headings:
        look = look_of(chunk)
        places[look].add(chunk.rows[0].spans[0].page)
        if match := _NUMBERED.match(chunk.text):
            depths[look][match[1].count(".") + 1] += 1
    cover = _cover(flow)
    inner = sorted((look for look, pages in places.items() if pages != {cover}), key=lambda look: look.rank)
    groups: list[list[Look]] = []
    for look in inner:
        if groups and abs(groups[-1][-1].size - look.size) <= 0.5 and groups[-1][-1][1:4] == look[1:4]:
            groups[-1].append(look)
        else:
            groups.append([look])
    levels = {look: min(n + 1, MAX_LEVEL) for n, group in enumerate(groups) for look in group}
    for chunk in headings:
        chunk.level = levels.get(look_of(chunk), 1)
    _raise_chapters(headings)
    _follow_numbers(headings, depths)


def _raise_chapters(headings: Sequence[Chunk]) -> None:
    """What is set as two or more headings "Hoofdstuk 1" are is of the first level, however small its type."""
    dress = Counter((look_of(h), h.rows[0].style.ink) for h in headings if _CHAPTER.match(h.text))
    chapters = {one for one, count in dress.items() if count >= 2}
    for heading in headings:
        if (look_of(heading), heading.rows[0].style.ink) in chapters:
            heading.level = 1


def _cover(flow: Sequence[Chunk]) -> int:
    """The first page with text when it holds hardly anything but headings and others follow, otherwise 0."""
    first = flow[0].rows[0].spans[0].page
    on_first = [chunk for chunk in flow if chunk.rows[0].spans[0].page == first]
    prose = sum(len(chunk.text) for chunk in on_first if chunk.kind != "heading")
    later = any(chunk.kind == "heading" for chunk in flow[len(on_first) :])
    return first if prose < 400 and later else 0


def _follow_numbers(headings: Sequence[Chunk], depths: dict[Look, Counter[int]]) -> None:
    """Where one look carries numbers of several depths (1, 1.1), the deeper ones go down by as much."""
    for chunk in headings:
        counts = depths.get(look_of(chunk))
        match = _NUMBERED.match(chunk.text)
        if counts and match and len(counts) > 1:
            chunk.level = min(chunk.level + match[1].count(".") + 1 - min(counts), MAX_LEVEL)

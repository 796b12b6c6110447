"""The step itself: blocks in, passages and set-aside text out. Each decision has its own module; here they are put in
order.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scheidslijn.passage import PASSAGE_KINDS, Block, Document, Passage, SetAside, Span
from scheidslijn.segmenting.cleaning import is_blank, tidy, unspace
from scheidslijn.segmenting.duplicates import duplicates
from scheidslijn.segmenting.joining import Joined, join, runs_on, stands_between
from scheidslijn.segmenting.places import Outline, place_under, title_parts
from scheidslijn.segmenting.unseen import mark_unseen
from scheidslijn.segmenting.words import Vocabulary

_MARKER = re.compile(
    r"^(?:[-–—‒−*·•●○◦▪▫■□◆◇►▶➢➤✓✔✗☐☑→>»]+(?=[\s\w])\s*|[oO§+]\s+|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s+(?=\S))"
)
_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.)]?")
_LOOK_AHEAD = 40
"""Blocks that may stand between the parts of one paragraph (the headers, footers, notes and figures of a page turn)."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """A document with what became of its text.

    Attributes:
        document: as it was read.
        passages: in reading order.
        set_aside: in reading order; what no passage holds, with the name of its class.
    """

    document: Document
    passages: tuple[Passage, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One passage on its way: the block it begins with, and its text."""

    block: Block
    joined: Joined
    text: str

    @property
    def page(self) -> int:
        """Position of the page it begins on."""
        return self.joined.spans[0].page


def segment(document: Document) -> Segmented:
    """Cut a document into passages.

    A passage is a paragraph, a bullet, a table cell or a heading. A paragraph that runs over a column or page is one
    passage, on the page where it begins; a long paragraph is not cut. Blocks of any other kind, the hyphens that were
    taken out of cut words (class `hyphenation`) and text without a letter or digit (class `symbol`) are set aside.

    Returns:
        passages and set-aside text that together hold every non-blank character of the blocks exactly once.
    """
    texts = [page.text for page in document.pages]
    vocabulary = Vocabulary(texts)
    set_aside: list[SetAside] = []
    parts: list[_Part] = []
    for block, more in _together(document):
        if block.kind not in PASSAGE_KINDS:
            set_aside.extend(SetAside(block.kind, span) for span in block.lines if _has_ink(texts, span))
            continue
        joined = join(texts, [line for one in (block, *more) for line in one.lines], vocabulary)
        text = _final(block, joined.text)
        if any(map(str.isalnum, text)):
            set_aside.extend(SetAside("hyphenation", span) for span in joined.hyphens)
            parts.append(_Part(block, joined, text))
        else:
            set_aside.extend(SetAside("symbol", span) for span in (*joined.spans, *joined.hyphens))
    passages = _passages(document, parts)
    for at, original in duplicates(passages).items():
        passages[at] = replace(passages[at], duplicate_of=passages[original].passage_id)
    return Segmented(document, tuple(mark_unseen(document, passages, set_aside)), tuple(set_aside))


def _together(document: Document) -> Iterator[tuple[Block, tuple[Block, ...]]]:
    """Yield every block in order with the later blocks in which it goes on; those are not yielded again."""
    taken: set[int] = set()
    for at, block in enumerate(document.blocks):
        if at in taken:
            continue
        if _is_lone_number(document, at) and at + 1 not in taken:
            taken.add(at + 1)
            heading = document.blocks[at + 1]
            yield replace(heading, lines=(*block.lines, *heading.lines)), ()
            continue
        more: list[Block] = []
        last, position = block, at
        while (found := _next_part(document, last, position, taken)) is not None:
            taken.add(found)
            last, position = document.blocks[found], found
            more.append(last)
        yield block, tuple(more)


def _is_lone_number(document: Document, at: int) -> bool:
    """Whether a paragraph is only the number of the heading that follows it at once on the same page."""
    block = document.blocks[at]
    if block.kind not in ("paragraph", "heading") or len(block.lines) != 1 or at + 1 == len(document.blocks):
        return False
    heading, line = document.blocks[at + 1], block.lines[0]
    if (
        heading.kind != "heading"
        or not heading.lines
        or heading.lines[0].page != line.page
        or line.end - line.start > 12
    ):
        return False
    return _NUMBER.fullmatch(document.pages[line.page - 1].text[line.start : line.end].strip()) is not None


def _next_part(document: Document, block: Block, at: int, taken: set[int]) -> int | None:
    """The position of the block in which a block goes on, or None."""
    if block.kind not in PASSAGE_KINDS or not block.lines:
        return None
    between: list[Block] = []
    for later in range(at + 1, min(at + 1 + _LOOK_AHEAD, len(document.blocks))):
        candidate = document.blocks[later]
        if later in taken or not candidate.lines:
            continue
        if candidate.kind in PASSAGE_KINDS:
            if runs_on(document, block, candidate, between):
                return later
            follower = document.blocks[later + 1] if later + 1 < len(document.blocks) else candidate
            if later + 1 not in taken and follower.lines and stands_between(document, block, candidate, follower):
                return later + 1
            if candidate.kind == block.kind or not block.continues:
                return None
        between.append(candidate)
    return None


def _has_ink(texts: Sequence[str], span: Span) -> bool:
    """Whether a span holds anything but blank characters."""
    return not all(map(is_blank, texts[span.page - 1][span.start : span.end]))


def _final(block: Block, text: str) -> str:
    """The text of a passage: letter-spaced headings closed up, the marker of a bullet or list number taken off."""
    if len(text) <= 80 or (block.kind == "heading" and len(text) <= 240):
        text = unspace(text)
    text = tidy(text)
    if block.kind == "bullet":
        bare = _MARKER.sub("", text, count=1)
        return bare or text
    return text


def _passages(document: Document, parts: Sequence[_Part]) -> list[Passage]:
    """Give every part its id, page, heading path and place."""
    prefix = hashlib.sha256(f"{document.name}\0{document.sha256}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    titles = title_parts([(part.page, part.block.kind, part.block.level, part.text) for part in parts], document.title)
    outline = Outline()
    counts: dict[int, int] = {}
    passages: list[Passage] = []
    for at, part in enumerate(parts):
        number = document.pages[part.page - 1].number
        page = number or 0
        counts[page] = counts.get(page, 0) + 1
        path, deciding = outline.path, outline.deciding
        if part.block.kind == "heading":
            path, deciding = outline.enter(max(part.block.level, 1), part.text, is_title=at in titles)
        passages.append(
            Passage(
                passage_id=f"{prefix}-p{page:03d}-{counts[page]:02d}",
                document=document.name,
                page=number,
                text=part.text,
                spans=part.joined.spans,
                place="titel" if at in titles else place_under(deciding),
                heading=path,
                kind=part.block.kind,
                cell=part.block.cell,
            )
        )
    return passages

"""From the lines of one or more blocks to one text, with the raw characters that went into it.

A passage may be made of several blocks: a paragraph that runs over a column or page goes on in a later block,
whatever header, footer or footnote stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheidslijn.passage import Block, Document, Span
from scheidslijn.segmenting.cleaning import clean_line, is_blank, tidy
from scheidslijn.segmenting.hyphens import LINE_HYPHENS, glue
from scheidslijn.segmenting.spelling import OPEN_WORDS
from scheidslijn.segmenting.words import Vocabulary, zipf

_TAIL = 200
_PIECES = re.compile("[^\u00ad\ufffe]*[\u00ad\ufffe]?")


@dataclass(frozen=True, slots=True)
class Joined:
    """The text of some lines.

    Attributes:
        text: cleaned and words rejoined; wide gaps stay, for `cleaning.unspace` and `cleaning.tidy`.
        spans: the raw text it was made from, in reading order; none is blank.
        hyphens: the raw hyphens that were taken out, one character each.
    """

    text: str
    spans: tuple[Span, ...]
    hyphens: tuple[Span, ...]


@dataclass(slots=True)
class _Piece:
    """A line, or a part of one that ends in a hyphen mark, on its way into a text."""

    span: Span
    text: str


def join_lines(lines: Iterable[str], vocabulary: Vocabulary | None = None) -> str:
    """Return the text of plain lines, with words that were cut at a line end rejoined.

    >>> join_lines(["wij helpen inwo-", "ners in de wijk-", "en dienstencentra"])
    'wij helpen inwoners in de wijk- en dienstencentra'
    """
    kept = list(lines)
    raw = "\n".join(kept)
    spans, start = [], 0
    for line in kept:
        spans.append(Span(1, start, start + len(line)))
        start += len(line) + 1
    return tidy(join([raw], spans, vocabulary or Vocabulary()).text)


def join(texts: Sequence[str], lines: Iterable[Span], vocabulary: Vocabulary) -> Joined:
    """Join lines, given as spans of the raw texts of pages, into one text.

    Args:
        texts: raw text of every page, in order.
        lines: spans in reading order; a blank one counts for nothing.
        vocabulary: the words of the document.
    """
    pieces = [piece for line in lines for piece in _pieces(texts[line.page - 1][line.start : line.end], line)]
    spans: list[Span] = []
    hyphens: list[Span] = []
    done: list[str] = []
    tail = ""
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if not tail:
            tail = piece.text
        kept = piece.span
        if following is not None:
            tail, spaced, removed = _attach(
                tail, following, pieces[index + 2].text if index + 2 < len(pieces) else "", vocabulary
            )
            if removed:
                hyphens.append(Span(kept.page, kept.end - 1, kept.end))
                kept = _trim(texts[kept.page - 1], Span(kept.page, kept.start, kept.end - 1))
            if spaced:
                done.append(tail + " ")
                tail = following.text
            elif len(tail) > _TAIL:  # only its end is looked at, and copying it all would take quadratic time
                done.append(tail[:-_TAIL])
                tail = tail[-_TAIL:]
        if kept.start < kept.end:
            _add(spans, kept, texts[kept.page - 1])
    done.append(tail)
    text = "".join(done).replace("\u00ad", "-").replace("\ufffe", "-")
    return Joined(text, tuple(spans), tuple(hyphens))


def _attach(tail: str, following: _Piece, beyond: str, vocabulary: Vocabulary) -> tuple[str, bool, bool]:
    """Glue the next piece to the tail: the new tail, whether a space comes instead, and whether a hyphen was taken
    out.
    """
    how = glue(tail, following.text, vocabulary, beyond)
    removed = how.cut == 1 and how.between == ""
    base = tail[: len(tail) - how.cut] + how.between.rstrip(" ")
    if how.between.endswith(" "):
        return base, True, False
    text = how.first + following.text[1:] if how.first else following.text
    return base + text, False, removed


def _pieces(raw: str, line: Span) -> Iterable[_Piece]:
    """Tear a line at hyphen marks inside it, and drop blank margins."""
    if "\u00ad" not in raw and "\ufffe" not in raw:
        span = _trim_raw(raw, line)
        if span.start < span.end:
            text = clean_line(raw).strip()
            if text:
                yield _Piece(span, text)
        return
    start = line.start
    for found in _PIECES.findall(raw):
        span = _trim_raw(found, Span(line.page, start, start + len(found)))
        start += len(found)
        text = clean_line(found).strip()
        if span.start < span.end and text:
            yield _Piece(span, text)


def _trim(text: str, span: Span) -> Span:
    """Return a span without blank characters at its ends."""
    return _trim_raw(text[span.start : span.end], span)


def _trim_raw(raw: str, span: Span) -> Span:
    """Return the span of `raw` without blank characters at its ends."""
    start, end = 0, len(raw)
    while start < end and is_blank(raw[end - 1]):
        end -= 1
    while start < end and is_blank(raw[start]):
        start += 1
    return Span(span.page, span.start + start, span.start + end)


def _add(spans: list[Span], span: Span, text: str) -> None:
    """Add a span, in one with the last when nothing but a line break or a space lies between."""
    if spans:
        page, start, end = spans[-1]
        if page == span.page and end <= span.start <= end + 4 and all(map(is_blank, text[end : span.start])):
            spans[-1] = Span(page, start, span.end)
            return
    spans.append(span)


_CLOSED = re.compile(r"[.!?…:;]['\"”’»)\]]*\d{0,3}$")
_THROUGH = frozenset({"header", "footer", "page_number", "footnote", "figure"})


def runs_on(document: Document, block: Block, candidate: Block, between: Sequence[Block]) -> bool:
    """Whether a paragraph or bullet goes on in a later block, so that both are one passage.

    The reader may have seen it (`Block.continues`). Otherwise, in a PDF only: nothing but set-aside blocks lies
    between, the text before does not end as a sentence does, and the text after begins in small letters (or the text
    before ends in a word that cannot be last). On one and the same page the last line must also be a full one.
    """
    if candidate.kind != block.kind and (block.kind, candidate.kind) != ("bullet", "paragraph"):
        return False
    if block.continues:
        return candidate.cell == block.cell if candidate.kind == block.kind else _opens_small(document, candidate)
    if document.format != "pdf" or candidate.kind != "paragraph" or not all(one.kind in _THROUGH for one in between):
        return False
    before = _line(document, block.lines[-1])
    after = _line(document, candidate.lines[0])
    if not before or not after or _CLOSED.search(before):
        return False
    small = after[0].islower()
    if before[-1] in LINE_HYPHENS:
        return small or before[-1] in "\u00ad\ufffe"
    last = before.rsplit(maxsplit=1)[-1].lower()
    if block.lines[-1].page == candidate.lines[0].page:
        longest = max(line.end - line.start for line in block.lines)
        return small and len(before) >= 25 and len(before) >= 0.7 * longest and zipf(last) > 0 and last[-1].isalpha()
    return small or last in OPEN_WORDS or (last.endswith(",") and block.kind == "paragraph" and small)


def stands_between(document: Document, block: Block, quote: Block, after: Block) -> bool:
    """Whether a short block is a pull quote set in the middle of a paragraph.

    The text before has no end, the text after goes on in small letters, and the quote itself does neither. Whether it
    does repeat the text is for `duplicates` to say.
    """
    if document.format != "pdf" or block.kind != "paragraph" or after.kind != "paragraph":
        return False
    if quote.kind not in ("paragraph", "heading") or len(quote.lines) > 8 or len(block.lines) + len(after.lines) < 4:
        return False
    opening = _line(document, quote.lines[0])
    return (
        bool(_CLOSED.search(_line(document, quote.lines[-1])))
        and not opening[:1].islower()
        and runs_on(document, block, after, ())
    )


def _opens_small(document: Document, block: Block) -> bool:
    """Whether the text of a block opens with a small letter."""
    return _line(document, block.lines[0])[:1].islower()


def _line(document: Document, line: Span) -> str:
    """The cleaned text of one line."""
    return clean_line(document.pages[line.page - 1].text[line.start : line.end]).strip()

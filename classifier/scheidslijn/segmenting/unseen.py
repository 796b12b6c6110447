"""What stands in or beside a passage that a reader does not see, and how that is told.

Hidden text is never part of a passage: readers set it aside as `hidden`, and characters without ink are taken out of
the cleaned text. So nobody labels it and no model is asked about it. But that it was there is worth knowing, because
honest authors seldom hide text: the passage carries it under `COLUMN` in its extra columns, and the document says it in
its notes. Nothing is added where there is nothing to tell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scheidslijn.passage import Document, Passage, SetAside, Span
from scheidslijn.segmenting.cleaning import is_blank
from scheidslijn.segmenting.invisible import KINDS, invisible_kinds

COLUMN = "unseen"
"""The extra column of a passage that tells what was unseen: kinds of `invisible.KINDS`, `hidden`; "; " between them."""
HIDDEN = "hidden"
_LINE_ENDS = "\r\n"
LEAST = 3
LEAST_IN_HTML = 6
"""Words of hidden text that are told of: pages of the web hide short helps ("opens in a new window") by custom."""
_WORDS = {
    "tag_characters": "Unicode tag characters, which spell text that nobody sees",
    "bidi_controls": "controls that turn the direction of Latin text",
    "zero_width": "runs of characters without width",
    "variation_selectors": "variation selectors that belong to no character",
    "homoglyphs": "words in which letters of another script stand for Latin ones",
}


def unseen_of(passage: Passage) -> tuple[str, ...]:
    """Return what was unseen in or beside a passage, in the order of `KINDS` with `hidden` last; () when nothing.

    It is read from the column `COLUMN`, so a table that `passages` or `label` wrote tells it as well.

    >>> unseen_of(Passage("1", "a.pdf", 1, "Wonen", extra={"unseen": "hidden; homoglyphs"}))
    ('homoglyphs', 'hidden')
    """
    told = {part.strip() for part in str(passage.extra.get(COLUMN) or "").split(";")}
    return tuple(kind for kind in (*KINDS, HIDDEN) if kind in told)


def mark_unseen(document: Document, passages: Sequence[Passage], set_aside: Iterable[SetAside]) -> list[Passage]:
    """Return the passages, those with something unseen marked under `COLUMN`.

    `hidden` is told where at least `LEAST` words that the reader of the file set aside as hidden lie between the
    characters of a passage, or directly behind them with only blanks between.
    """
    least = LEAST_IN_HTML if document.format == "html" else LEAST
    starts: dict[int, list[int]] = {}
    for kind, (page, start, end) in ((one.kind, one.span) for one in set_aside):
        if kind == HIDDEN and len(document.pages[page - 1].text[start:end].split()) >= least:
            starts.setdefault(page, []).append(start)
    for found in starts.values():
        found.sort()
    marked = []
    for passage in passages:
        kinds = [*invisible_kinds("\n".join(_with_blanks(document, span) for span in passage.spans))]
        if starts and _beside(document, passage, starts):
            kinds.append(HIDDEN)
        extra = {**passage.extra, COLUMN: "; ".join(kinds)}
        marked.append(replace(passage, extra=extra) if kinds else passage)
    return marked


def _with_blanks(document: Document, span: Span) -> str:
    """The raw text of a span with the blank characters around it in its line, in which the unseen ones are."""
    text, start, end = document.pages[span.page - 1].text, span.start, span.end
    while start > 0 and is_blank(text[start - 1]) and text[start - 1] not in _LINE_ENDS:
        start -= 1
    while end < len(text) and is_blank(text[end]) and text[end] not in _LINE_ENDS:
        end += 1
    return text[start:end]


def _beside(document: Document, passage: Passage, starts: dict[int, list[int]]) -> bool:
    for page in {span.page for span in passage.spans} & starts.keys():
        text = document.pages[page - 1].text
        first = min(span.start for span in passage.spans if span.page == page)
        last = max(span.end for span in passage.spans if span.page == page)
        while last < len(text) and is_blank(text[last]):
            last += 1
        at = bisect_left(starts[page], first)
        if at < len(starts[page]) and starts[page][at] <= last:
            return True
    return False


def remarks(document: Document) -> tuple[str, ...]:
    """Return one line for every kind of unseen characters in a document, with the pages that hold them."""
    found: dict[str, list[str]] = {}
    for at, page in enumerate(document.pages, start=1):
        for kind in invisible_kinds(page.text):
            found.setdefault(kind, []).append(str(at if page.number is None else page.number))
    return tuple(
        f"{_WORDS[kind]}: page {', '.join(pages[:20])}{' …' if len(pages) > 20 else ''}"
        for kind, pages in found.items()
    )

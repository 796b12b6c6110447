"""The account: page by page, every non-blank raw character is in exactly one passage or in one named class of
set-aside text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheidslijn.passage import Document, Span
from scheidslijn.segmenting.cleaning import is_blank
from scheidslijn.segmenting.segment import Segmented


@dataclass(frozen=True, slots=True)
class PageAccount:
    """Where the characters of one page went. All counts are of non-blank characters (see `is_blank`).

    Attributes:
        page: position in the document, from 1.
        number: the page number a reader would cite, or None.
        characters: non-blank characters of the raw text.
        passages: those in a passage.
        set_aside: those set aside, by class (`header`, `footnote`, `hyphenation`, …); classes without any are absent.
        unaccounted: positions in the raw text of those that are nowhere.
        doubled: how many are in more than one place.
    """

    page: int
    number: int | None
    characters: int
    passages: int
    set_aside: Mapping[str, int]
    unaccounted: tuple[int, ...]
    doubled: int

    @property
    def complete(self) -> bool:
        """Whether every non-blank character is in exactly one place."""
        return not self.unaccounted and not self.doubled


def account(segmented: Segmented) -> tuple[PageAccount, ...]:
    """Return the account of every page, in order.

    Raises:
        ValueError: a span lies outside its page.
    """
    document = segmented.document
    inside: list[list[Span]] = [[] for _ in document.pages]
    aside: list[dict[str, list[Span]]] = [{} for _ in document.pages]
    for passage in segmented.passages:
        for span in passage.spans:
            inside[_page(span, document)].append(span)
    for one in segmented.set_aside:
        aside[_page(one.span, document)].setdefault(one.kind, []).append(one.span)
    return tuple(_page_account(document, at, inside[at], aside[at]) for at in range(len(document.pages)))


def rows(document: Document, pages: Iterable[PageAccount]) -> list[dict[str, object]]:
    """Return the account as plain rows, one a page, for JSON or CSV.

    Each has: document, page (as cited, else its position), characters, passages, one column `set_aside.CLASS` for
    every class that occurs in the document (0 where the page has none), unaccounted, doubled, accounted (share from 0
    to 1, 1.0 for an empty page), complete.
    """
    kept = tuple(pages)
    classes = sorted({kind for page in kept for kind in page.set_aside})
    return [
        {
            "document": document.name,
            "page": page.page if page.number is None else page.number,
            "characters": page.characters,
            "passages": page.passages,
            **{f"set_aside.{kind}": page.set_aside.get(kind, 0) for kind in classes},
            "unaccounted": len(page.unaccounted),
            "doubled": page.doubled,
            "accounted": 1.0 if not page.characters else (page.characters - len(page.unaccounted)) / page.characters,
            "complete": page.complete,
        }
        for page in kept
    ]


def _page(span: Span, document: Document) -> int:
    """The index of the page of a span, which must lie inside it."""
    if not 1 <= span.page <= len(document.pages) or not 0 <= span.start <= span.end <= len(
        document.pages[span.page - 1].text
    ):
        raise ValueError(f"{document.name}: {span} lies outside the document of {len(document.pages)} pages")
    return span.page - 1


def _page_account(document: Document, at: int, inside: list[Span], aside: Mapping[str, list[Span]]) -> PageAccount:
    """The account of one page."""
    text = document.pages[at].text
    ink = _ink(text)
    total = _covered(len(text), inside)
    passages = int((total[ink] > 0).sum())
    classes: dict[str, int] = {}
    for kind, spans in sorted(aside.items()):
        covered = _covered(len(text), spans)
        if count := int((covered[ink] > 0).sum()):
            classes[kind] = count
        total += covered
    missing = np.flatnonzero(ink & (total == 0))
    return PageAccount(
        page=at + 1,
        number=document.pages[at].number,
        characters=int(ink.sum()),
        passages=passages,
        set_aside=classes,
        unaccounted=tuple(missing.tolist()),
        doubled=int((total[ink] > 1).sum()),
    )


def _ink(text: str) -> npt.NDArray[np.bool_]:
    """Which characters of a text are not blank."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    distinct, where = np.unique(codes, return_inverse=True)
    return np.array([not is_blank(chr(code)) for code in distinct.tolist()], dtype=np.bool_)[where]


def _covered(length: int, spans: Iterable[Span]) -> npt.NDArray[np.int64]:
    """How many spans each character lies in."""
    steps = np.zeros(length + 1, dtype=np.int64)
    for span in spans:
        steps[span.start] += 1
        steps[span.end] -= 1
    return np.cumsum(steps)[:length]

"""From a page of pdfium to lines with boxes and styles.

Only the first and the last character of each word are asked for; a word whose ends do not agree (two lines run
together) is walked character by character.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from scheidslijn.reading.pdf_glyphs import Boxes, Glyphs, Styles
from scheidslijn.reading.pdf_page import SOFT, Line, PageText, Style, Word, is_blank
from scheidslijn.reading.pdf_unseen import Sight

MAX_CHARACTERS = 1_000_000
TALL = 30.0
"""Points from which single characters are measured by their ink, as their type size overlaps the lines beside them."""
_WORD = re.compile(rf"[^\s{SOFT}]*[{SOFT}]|[^\s{SOFT}]+")


def words_of(text: str, glyphs: Glyphs, styles: Styles) -> list[Word]:
    """The words of a page in the order of its raw text; a word never spans two visual lines.

    Every non-blank character of `text` is in exactly one word.
    """
    spans = [m.span() for m in _WORD.finditer(text)]
    spans = [s for s in spans if s[1] - s[0] > 3 or not _is_blank(text[s[0] : s[1]])]
    if not spans:
        return []
    firsts = glyphs.boxes([start for start, _ in spans])
    lasts = glyphs.boxes([end - 1 for _, end in spans])
    objects = glyphs.objects([start for start, _ in spans])
    looks = styles.of_objects(objects)
    high, low = np.minimum(firsts[:, 1], lasts[:, 1]), np.maximum(firsts[:, 3], lasts[:, 3])
    starts, ends = zip(*spans, strict=True)
    edges = (column.tolist() for column in (firsts[:, 0], high, lasts[:, 2], low))
    tails = (lasts[:, 3] - lasts[:, 1]).tolist()
    rows = zip(starts, ends, *edges, map(looks.__getitem__, objects), tails, strict=True)
    words = [Word._make(row) for row in rows]
    odd = np.flatnonzero(_apart(firsts, lasts) | (low - high > TALL)).tolist()
    for at in reversed(odd):
        words[at : at + 1] = _looked_into(words[at], glyphs)
    return words


@lru_cache(maxsize=4096)
def _is_blank(short: str) -> bool:
    return all(map(is_blank, short))


def _apart(before: Boxes, after: Boxes) -> npt.NDArray[np.bool_]:
    """Whether characters with boxes `[n, 4]` stand on other lines than those before them."""
    heights = np.maximum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    size = np.maximum(heights, 1.0)
    apart: npt.NDArray[np.bool_] = (after[:, 0] < before[:, 0] - 0.2 * size) | (
        np.abs(before[:, 3] - after[:, 3]) > 0.7 * size
    )
    return apart


def _looked_into(word: Word, glyphs: Glyphs) -> list[Word]:
    """A word whose ends do not agree, cut wherever the next character stands on another line; or one in display type.

    An initial or a number in display type is as high as its ink.
    """
    ends = glyphs.boxes([word.start, word.end - 1])
    if word.end - word.start > 1 and _apart(ends[:1], ends[1:])[0]:
        return _walk(word, glyphs)
    if word.end - word.start > 3:
        return [word]
    inked = [glyphs.tight_box(place) for place in (word.start, word.end - 1)]
    return [word._replace(y0=min(b[1] for b in inked), y1=max(b[3] for b in inked))]


def _walk(word: Word, glyphs: Glyphs) -> list[Word]:
    boxes = glyphs.boxes(range(word.start, word.end))
    cuts = [0, *(np.flatnonzero(_apart(boxes[:-1], boxes[1:])) + 1).tolist(), len(boxes)]
    words: list[Word] = []
    for begin, at in itertools.pairwise(cuts):
        run = boxes[begin:at]
        (x0, y0, _, _), (_, _, x1, y1) = run.min(axis=0).tolist(), run.max(axis=0).tolist()
        tail = float(run[-1, 3] - run[-1, 1])
        words.append(Word(word.start + begin, word.start + at, x0, y0, x1, y1, word.style, tail))
    return words


def lines_of(index: int, text: str, words: Sequence[Word]) -> list[Line]:
    """Join words that stand beside each other; a gap wider than 0.9 of the type size starts a new line.

    Lines cut too eagerly are joined again by the layout, which sees whether the gap is a gutter.
    """
    lines: list[Line] = []
    run: list[Word] = []
    for word in words:
        if run and not _follows(run[-1], word, text):
            lines.append(line_of(index, text, run))
            run = []
        run.append(word)
    if run:
        lines.append(line_of(index, text, run))
    return lines


def _follows(before: Word, word: Word, text: str) -> bool:
    between = text[before.end : word.start]
    if "\n" in between or "\r" in between or before.style.seen != word.style.seen:
        return False
    gap = word.x0 - before.x1
    if before.y0 == word.y0 and before.y1 == word.y1:  # nearly always: the same type on one line
        size = word.y1 - word.y0
        return -0.6 * size <= gap <= 0.9 * size
    one, other = before.y1 - before.y0, word.y1 - word.y0
    if not -0.6 * max(one, other) <= gap <= 0.9 * max(one, other):
        return False
    return min(before.y1, word.y1) - max(before.y0, word.y0) >= 0.4 * min(one, other)


def line_of(index: int, text: str, run: Sequence[Word]) -> Line:
    """One line of a run of words, with the size and style most of its characters have."""
    first, last = run[0], run[-1]
    size, style = first.y1 - first.y0, first.style
    _, _, x0, y0, x1, y1, styles, _ = zip(*run, strict=True)
    low, high = min(y0), max(y1)
    alike = styles.count(style) == len(run)
    if not (alike and low == max(y0) and high == min(y1)) and any(
        w.style is not style or abs(w.y1 - w.y0 - size) > 0.05 for w in run
    ):
        weight: dict[tuple[float, Style], int] = {}
        for word in run:
            key = (round(word.y1 - word.y0, 1), word.style)
            weight[key] = weight.get(key, 0) + word.end - word.start
        size, style = max(weight, key=weight.__getitem__) if len(weight) > 1 else (size, style)
    return Line(
        index,
        first.start,
        last.end,
        text[first.start : last.end],
        min(x0),
        low,
        max(x1),
        high,
        size,
        style,
        first.y1 - first.y0,
        first.style,
        last.style,
        alike or all(w.style is style or w.style[1:3] == style[1:3] for w in run),
    )


def read_page(page: pdfium.PdfPage, index: int, styles: Styles, sight: Sight) -> PageText:
    """Read one page of an open document (1-based `index`): raw text and lines; rulings and pictures come separately.

    Words that nobody sees get a style that is not `seen`, and lines of their own.

    Raises:
        ValueError: the page holds more than `MAX_CHARACTERS` characters.
    """
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > MAX_CHARACTERS:
            raise ValueError(f"page {index} holds {count} characters, more than {MAX_CHARACTERS}")
        text = textpage.get_text_range() if count else ""
        glyphs = Glyphs(page, textpage, text)
        words = sight.look(page, index, words_of(text, glyphs, styles), glyphs) if text else []
    finally:
        textpage.close()
    return PageText(index, text, width, height, lines_of(index, text, words))

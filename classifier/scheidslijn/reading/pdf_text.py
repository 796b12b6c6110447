"""From a page of pdfium to lines with boxes and styles.

Only the first and the last character of each word are asked for; a word whose ends do not agree (two lines run
together) is walked character by character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pypdfium2 as pdfium

from scheidslijn.reading.pdf_glyphs import Glyphs, Styles
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
    spans = [s for s in spans if s[1] - s[0] > 3 or not all(map(is_blank, text[s[0] : s[1]]))]
    firsts = glyphs.boxes([start for start, _ in spans])
    lasts = glyphs.boxes([end - 1 for _, end in spans])
    objects = glyphs.objects([start for start, _ in spans])
    looks = styles.of_objects(objects)
    words: list[Word] = []
    for (start, end), first, last, one in zip(spans, firsts, lasts, objects, strict=True):
        if end - start > 1 and _apart(first, last):
            words.extend(_walk(start, end, glyphs, looks[one]))
        else:
            high, low = min(first[1], last[1]), max(first[3], last[3])
            if low - high > TALL and end - start <= 3:  # an initial or a number in display type: as high as its ink
                inked = [glyphs.tight_box(place) for place in (start, end - 1)]
                high, low = min(b[1] for b in inked), max(b[3] for b in inked)
            words.append(Word(start, end, first[0], high, last[2], low, looks[one], last[3] - last[1]))
    return words


def _apart(first: tuple[float, float, float, float], last: tuple[float, float, float, float]) -> bool:
    size = max(first[3] - first[1], last[3] - last[1], 1.0)
    return last[0] < first[0] - 0.2 * size or abs(first[3] - last[3]) > 0.7 * size


def _walk(start: int, end: int, glyphs: Glyphs, style: Style) -> list[Word]:
    """Cut a run of characters wherever the next one stands on another line."""
    boxes = glyphs.boxes(range(start, end))
    words: list[Word] = []
    begin = 0
    for at in range(1, len(boxes) + 1):
        if at == len(boxes) or _apart(boxes[at - 1], boxes[at]):
            run = boxes[begin:at]
            x0, x1 = min(b[0] for b in run), max(b[2] for b in run)
            y0, y1 = min(b[1] for b in run), max(b[3] for b in run)
            words.append(Word(start + begin, start + at, x0, y0, x1, y1, style, run[-1][3] - run[-1][1]))
            begin = at
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
    first = run[0]
    size, style = first.y1 - first.y0, first.style
    if any(w.style is not style or abs(w.y1 - w.y0 - size) > 0.05 for w in run):
        weight: dict[tuple[float, Style], int] = {}
        for word in run:
            key = (round(word.y1 - word.y0, 1), word.style)
            weight[key] = weight.get(key, 0) + word.end - word.start
        size, style = max(weight, key=weight.__getitem__) if len(weight) > 1 else (size, style)
    start, end = first.start, run[-1].end
    return Line(
        index,
        start,
        end,
        text[start:end],
        min(w.x0 for w in run),
        min(w.y0 for w in run),
        max(w.x1 for w in run),
        max(w.y1 for w in run),
        size,
        style,
        first.y1 - first.y0,
        first.style,
        run[-1].style,
        all(w.style is style or w.style[1:3] == style[1:3] for w in run),
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

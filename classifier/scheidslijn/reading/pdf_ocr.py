"""Pages that are pictures: rendering them for OCR, and its words as lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import median

import pypdfium2 as pdfium

from scheidslijn.reading.ocr import DPI, OcrWord, recognise
from scheidslijn.reading.pdf_page import PageText, Style, Word, is_blank
from scheidslijn.reading.pdf_text import lines_of

FEW = 25
"""A page with a picture and fewer visible characters than this is taken for a scan."""
MAX_PIXELS = 40_000_000
_STYLE = Style("ocr", False, False, (0, 0, 0))


def needs_ocr(page: PageText, covered: float) -> bool:
    """Whether a page is a picture of text: half of it lies under one image, and it has hardly any text of its own."""
    return covered >= 0.5 and sum(not is_blank(c) for c in page.text[:2000]) < FEW


def read_scan(page: pdfium.PdfPage, into: PageText, name: str) -> None:
    """Recognise a page and append its text and lines to `into`.

    Text that the page already has stays; recognised words that lie over it are left out.

    Raises:
        ReadingError: OCR failed.
    """
    width, height = page.get_size()
    scale = min(DPI / 72, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = bitmap.to_numpy()[:, :, 0] if bitmap.to_numpy().ndim == 3 else bitmap.to_numpy()
    image = b"P5\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes()
    bitmap.close()
    old = [line.box for line in into.lines]
    found = recognise(image, name)
    new = [w for w in found if not any(b.holds((w.x0 + w.x1) / 2 / scale, (w.y0 + w.y1) / 2 / scale) for b in old)]
    append_words(into, new, scale)


def append_words(into: PageText, found: Sequence[OcrWord], scale: float) -> None:
    """Append recognised words, line by line, to the raw text and the lines of a page; `scale` is pixels per point."""
    parts = [into.text]
    at = len(into.text)
    height = _heights(found)
    for _, group in groupby(found, key=lambda word: word.line):
        if at:
            parts.append("\r\n")
            at += 2
        row = list(group)
        # subtle: the ink of a line is as high as its letters happen to be; all lines of a paragraph get one height
        top = min(w.y0 for w in row) / scale
        foot = top + height[row[0].line[:2]] / scale
        words = []
        for number, one in enumerate(row):
            if number:
                parts.append(" ")
                at += 1
            end = at + len(one.text)
            words.append(Word(at, end, one.x0 / scale, top, one.x1 / scale, foot, _STYLE, foot - top))
            parts.append(one.text)
            at = end
        into.text = "".join(parts)
        into.lines.extend(lines_of(into.index, into.text, words))
    into.ocr = True


def _heights(found: Sequence[OcrWord]) -> dict[tuple[int, int], float]:
    """The usual height of a line, in pixels, of each of Tesseract's paragraphs; like ones get the same."""
    lines: dict[tuple[int, int], list[int]] = {}
    for _, group in groupby(found, key=lambda word: word.line):
        row = list(group)
        lines.setdefault(row[0].line[:2], []).append(max(w.y1 for w in row) - min(w.y0 for w in row))
    usual = median([h for heights in lines.values() for h in heights] or [1])
    own = {place: median(heights) for place, heights in lines.items()}
    return {place: usual if abs(h - usual) < 0.25 * usual else h for place, h in own.items()}


def even_out(page: PageText) -> None:
    """Give the lines of a text layer under a scan one type size where they differ by less than a third.

    Such a layer takes its sizes from the ink of each line, so that they wander within a paragraph.
    """
    layer = [line for line in page.lines if not line.style.seen]
    if len(layer) < 0.5 * len(page.lines) or not layer:
        return
    usual = median(line.size for line in layer)
    for line in layer:
        if abs(line.size - usual) < 0.33 * usual:
            line.size = line.head = usual

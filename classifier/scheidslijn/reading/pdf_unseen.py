"""Words of a page that leave no mark on it: measured on the page as it is drawn, not guessed from how it was set.

Text can be hidden in more ways than a rule can list: white on white, a colour on its own colour, almost transparent,
clipped away, under a picture or a white box, on a layer that is off. All have in common that the drawn page does not
show it. So the page is drawn small, and a word without any contrast in its box is drawn again, larger. A word under a
later picture or box is unseen when the page looks the same without it. White headings on a coloured bar pass, because
the drawn page shows them.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.reading import pdf_calls as calls
from scheidslijn.reading.pdf_glyphs import Glyphs
from scheidslijn.reading.pdf_objects import IMAGE, PATH, TEXT, bounds, paint
from scheidslijn.reading.pdf_page import Box, Style, Word

TINY = 1.75
"""Points; lower boxes are not read by anyone (type of 1.5 points has a box of about 1.7)."""
CONTRAST = 10
"""Steps of 255 between the lightest and the darkest point of a word's box, below which nobody sees it."""
MAX_OBJECTS = 20_000
MAX_PIXELS = 2_000_000
SECONDS = 20.0
"""Most seconds that drawing the pages of one document may take; later pages are then not looked at."""
_FLAT = 24  # steps of 255 between gray values of a small drawing, below which a word is looked at again
_NARROW = 0.03  # of its height, the width of a character that is squeezed to nothing

Pixels = npt.NDArray[np.uint8]


class _Cover(NamedTuple):
    """A picture or filled path, with its place in the order of drawing."""

    order: int
    box: Box
    picture: bool


class Sight:
    """Looks at the pages of one document; `blind` lists the pages (1-based) that were not drawn."""

    def __init__(self) -> None:
        self.blind: list[int] = []
        self._spent = 0.0
        self._known: dict[Style, Style] = {}

    def look(self, page: pdfium.PdfPage, index: int, words: list[Word], glyphs: Glyphs) -> list[Word]:
        """Return the words of a page, those that nobody sees with a style that is not `seen`.

        Call it after the text of the page was read: the page's own objects are changed.
        """
        gone = {at for at, word in enumerate(words) if word.style.seen and _shrunk(word) and _legible(word, glyphs)}
        sheet = Box(0.0, 0.0, *page.get_size())
        left = [
            at
            for at, word in enumerate(words)
            if word.style.seen and at not in gone and _legible(word, glyphs) and _within(word, sheet)
        ]
        if left:
            began = time.monotonic()
            if self._spent > SECONDS or pdfium_c.FPDFPage_CountObjects(page) > MAX_OBJECTS:
                self.blind.append(index)
            else:
                gone |= _unseen(page, words, left, glyphs)
                self._spent += time.monotonic() - began
        for at in range(1, len(words)):  # a dash between unseen words shares their fate
            if at - 1 in gone and words[at].style is words[at - 1].style and not _legible(words[at], glyphs):
                gone.add(at)
        return [self._hidden(word) if at in gone else word for at, word in enumerate(words)] if gone else words

    def _hidden(self, word: Word) -> Word:
        style = word.style._replace(seen=False)
        return word._replace(style=self._known.setdefault(style, style))


def _shrunk(word: Word) -> bool:
    """Whether a word is too small to be read, or squeezed to nothing."""
    wide, high, count = abs(word.x1 - word.x0), word.y1 - word.y0, word.end - word.start
    if wide < _NARROW * high * count:
        return True
    return high < TINY and wide < 2 * high * count  # a letter of turned text is low, and wider than that


def _within(word: Word, sheet: Box) -> bool:
    """Whether the middle of a word is on the page; a line that runs off it stays whole, or goes as a whole."""
    return sheet.holds((word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2)


def _legible(word: Word, glyphs: Glyphs) -> bool:
    """Whether a word holds letters of which a drawing can be expected: other scripts may lack a font here."""
    return any(c.isalnum() and c < "\u0250" for c in glyphs.text[word.start : word.end])


def _unseen(page: pdfium.PdfPage, words: Sequence[Word], left: Sequence[int], glyphs: Glyphs) -> set[int]:
    scale, small = _drawn(page, 1.0)
    edges = _edges(np.array([_ordered(words[at]) for at in left]), scale, small.shape).tolist()
    spread = (int(cut.max()) - int(cut.min()) for cut in (small[y0:y1, x0:x1] for x0, y0, x1, y1 in edges))
    flat = [at for at, range_ in zip(left, spread, strict=True) if range_ < _FLAT]
    gone: set[int] = set()
    if flat:
        scale, large = _drawn(page, 3.0, colour=True)
        gone = {at for at in flat if _range(_cut(large, _ordered(words[at]), scale)) < CONTRAST}
    order, covers = _covers(page)
    if _is_layer([words[at] for at in left], covers, page):
        covers = [cover for cover in covers if not cover.picture]
    under = [at for at in left if at not in gone and _under(words[at], covers, order, glyphs)] if covers else []
    if under:
        scale, before = _drawn(page, 2.0, colour=True)
        for one, place in order.items():
            if place < covers[-1].order:
                pdfium_c.FPDFTextObj_SetTextRenderMode(
                    ctypes.cast(one, pdfium_c.FPDF_PAGEOBJECT), pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
                )
        change = np.abs(before.astype(np.int16) - _drawn(page, 2.0, colour=True)[1]).astype(np.uint8)
        gone |= {at for at in under if _cut(change, _ordered(words[at]), scale).max(initial=0) < CONTRAST}
    return gone


def _covers(page: pdfium.PdfPage) -> tuple[dict[int, int], list[_Cover]]:
    """The text objects of a page by address with their order, and what is drawn after the first of them."""
    order: dict[int, int] = {}
    covers: list[_Cover] = []
    for at in range(pdfium_c.FPDFPage_CountObjects(page)):
        one = pdfium_c.FPDFPage_GetObject(page, at)
        kind = pdfium_c.FPDFPageObj_GetType(one)
        if kind == TEXT:
            order[calls.address(one)] = at
        elif order and (kind == IMAGE or (kind == PATH and paint(one)[0] is not None)):
            box = bounds(page, one)
            if box is not None and box.x1 - box.x0 > 4 and box.y1 - box.y0 > 4:
                covers.append(_Cover(at, box, kind == IMAGE))
    return order, covers


def _is_layer(words: Sequence[Word], covers: Sequence[_Cover], page: pdfium.PdfPage) -> bool:
    """Whether most words lie under one picture of half the page: the text layer of a scan."""
    width, height = page.get_size()
    for cover in covers:
        x0, y0, x1, y1 = cover.box
        if cover.picture and (x1 - x0) * (y1 - y0) > 0.5 * width * height:
            inside = sum(cover.box.holds((word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2) for word in words)
            return 2 * inside > len(words)
    return False


def _under(word: Word, covers: Sequence[_Cover], order: dict[int, int], glyphs: Glyphs) -> bool:
    """Whether something is drawn over the middle of a word after it."""
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    over = [cover for cover in covers if cover.box.holds(x, y)]
    if not over:
        return False
    place = order.get(glyphs.objects([word.start])[0] or 0)
    return place is not None and any(cover.order > place for cover in over)


def _drawn(page: pdfium.PdfPage, scale: float, *, colour: bool = False) -> tuple[float, Pixels]:
    """The page as pixels `[height, width]`, or `[height, width, 3]` in colour, and its pixels per point."""
    width, height = page.get_size()
    scale = min(scale, (MAX_PIXELS * scale / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=not colour)
    pixels: Pixels = np.array(bitmap.to_numpy())
    bitmap.close()
    return scale, (pixels[:, :, :3] if colour else pixels.reshape(pixels.shape[0], pixels.shape[1], -1)[:, :, 0])


def _ordered(word: Word) -> Box:
    return Box(min(word.x0, word.x1), min(word.y0, word.y1), max(word.x0, word.x1), max(word.y0, word.y1))


def _edges(boxes: npt.NDArray[np.float64], scale: float, shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Boxes in pixels, rounded outwards and inside the drawing; at least one pixel wide and high."""
    low = np.clip(np.floor(boxes[:, :2] * scale), 0, (shape[1] - 1, shape[0] - 1))
    high = np.clip(np.ceil(boxes[:, 2:] * scale), low + 1, (shape[1], shape[0]))
    return np.concatenate([low, high], axis=1).astype(np.int64)


def _cut(pixels: Pixels, box: Box, scale: float) -> Pixels:
    """The pixels of a box."""
    x0, y0, x1, y1 = _edges(np.array([box]), scale, pixels.shape)[0]
    return pixels[y0:y1, x0:x1]


def _range(pixels: Pixels) -> int:
    """The widest range of one colour channel."""
    flat = pixels.reshape(-1, pixels.shape[-1]).astype(np.int16)
    return int((flat.max(axis=0) - flat.min(axis=0)).max()) if len(flat) else 0

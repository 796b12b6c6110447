"""Words of a page that leave no mark on it: measured on the page as it is drawn, not guessed from how it was set.

Text can be hidden in more ways than a rule can list: white on white, a colour on its own colour, almost transparent,
clipped away, under a picture or a white box, on a layer that is off. All have in common that the drawn page does not
show it. So the page is drawn small and looked at in some points of each word; around words without contrast there it
is drawn again, larger. A word under a later picture or box is unseen when the page looks the same without it. White
headings on a coloured bar pass, because the drawn page shows them.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.reading.pdf_drawing import Pixels, around, drawn, scale_of
from scheidslijn.reading.pdf_glyphs import Boxes, Glyphs
from scheidslijn.reading.pdf_objects import IMAGE, PATH, TEXT, Objects
from scheidslijn.reading.pdf_page import Box, Style, Word

TINY = 1.75
"""Points; lower boxes are not read by anyone (type of 1.5 points has a box of about 1.7)."""
CONTRAST = 10
"""Steps of 255 between the lightest and the darkest point of a word's box, below which nobody sees it."""
MAX_OBJECTS = 20_000
SECONDS = 20.0
"""Most seconds that drawing the pages of one document may take; later pages are then not looked at."""
_SMALL = 0.5  # pixels a point: enough to see that a word is there
_FLAT = 24  # steps of 255 between gray values of a small drawing, below which a word is looked at again
_NARROW = 0.03  # of its height, the width of a character that is squeezed to nothing


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
        if not words:
            return words
        sight = _Page(page, words, glyphs)
        gone = sight.shrunk()
        left = sight.left(gone)
        if left:
            began = time.monotonic()
            if self._spent > SECONDS or pdfium_c.FPDFPage_CountObjects(page) > MAX_OBJECTS:
                self.blind.append(index)
            else:
                gone |= sight.unseen(left)
                self._spent += time.monotonic() - began
        if not gone:
            return words
        for at in range(1, len(words)):  # a dash between unseen words shares their fate
            if at - 1 in gone and words[at].style is words[at - 1].style and not sight.legible(at):
                gone.add(at)
        return [self._hidden(word) if at in gone else word for at, word in enumerate(words)]

    def _hidden(self, word: Word) -> Word:
        style = word.style._replace(seen=False)
        return word._replace(style=self._known.setdefault(style, style))


class _Page:
    """The words of one page, and their boxes `[n, 4]` in points."""

    def __init__(self, page: pdfium.PdfPage, words: list[Word], glyphs: Glyphs) -> None:
        self.page, self.words, self.glyphs = page, words, glyphs
        start, end, x0, y0, x1, y1, styles, _ = zip(*words, strict=True)
        self.seen = np.array([style.seen for style in styles])
        self.count = np.array(end) - np.array(start)
        self.wide = np.abs(np.array(x1) - x0)
        self.high = np.array(y1) - y0
        corners = np.array([x0, y0, x1, y1])
        self.boxes: Boxes = np.stack(
            [*np.minimum(corners[:2], corners[2:]), *np.maximum(corners[:2], corners[2:])], axis=1
        )
        self.middles = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2

    def legible(self, at: int) -> bool:
        """Whether a word holds letters of which a drawing can be expected: other scripts may lack a font here."""
        word = self.words[at]
        return any(c.isalnum() and c < "\u0250" for c in self.glyphs.text[word.start : word.end])

    def shrunk(self) -> set[int]:
        """Words too small to be read, or squeezed to nothing."""
        squeezed = self.wide < _NARROW * self.high * self.count
        low = (self.high < TINY) & (
            self.wide < 2 * self.high * self.count
        )  # letters of turned text are wider than that
        return set(self._legible(np.flatnonzero(self.seen & (squeezed | low)).tolist()))

    def left(self, gone: set[int]) -> list[int]:
        """The other words that should be seen on the page; a line that runs off it stays whole, or goes as a whole.

        Words without letters are still among them.
        """
        inside = ((self.middles >= 0) & (self.middles <= self.page.get_size())).all(axis=1)
        return [at for at in np.flatnonzero(self.seen & inside).tolist() if at not in gone]

    def unseen(self, left: list[int]) -> set[int]:
        """Those of the words `left` that the drawn page does not show."""
        order, covers, pictures = _objects(self.page)
        self._leave_out(pictures, left)
        flat = self._flat(left)
        gone: set[int] = set()
        if flat:
            large = drawn(self.page, 3.0, around(self.boxes[flat]), colour=True)
            gone = {at for at in flat if _range(large.cut(self._box(at))) < CONTRAST}
        if covers and self._is_layer(left, covers):
            covers = [cover for cover in covers if not cover.picture]
        under = self._under([at for at in left if at not in gone], covers, order) if covers else []
        if under:
            area = around(self.boxes[under])
            before = drawn(self.page, 2.0, area, colour=True)
            _blank(one for one, place in order.items() if place < covers[-1].order)
            after = drawn(self.page, 2.0, area, colour=True)
            change = before._replace(pixels=np.abs(before.pixels.astype(np.int16) - after.pixels).astype(np.uint8))
            gone |= {at for at in under if change.cut(self._box(at)).max(initial=0) < CONTRAST}
        return gone

    def _leave_out(self, pictures: dict[int, Box], left: list[int]) -> None:
        """Keep pictures that come near none of the words out of the drawing: decoding them costs most of it."""
        if not pictures:
            return
        margin = 2 / scale_of(self.page, _SMALL)
        boxes = self.boxes[left] + np.array([-margin, -margin, margin, margin])
        for one, (x0, y0, x1, y1) in pictures.items():
            near = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)
            if not near.any():
                pdfium_c.FPDFPageObj_SetIsActive(ctypes.cast(one, pdfium_c.FPDF_PAGEOBJECT), False)

    def _flat(self, left: list[int]) -> list[int]:
        """Words without contrast in a small drawing: looked at in a few points, and where those are alike in more."""
        small = drawn(self.page, _SMALL)
        flat = np.array(left)
        for across, down in ((10, 2), (32, 5)):
            flat = flat[small.spread(self.boxes[flat], across, down) < _FLAT]
        return self._legible(flat.tolist())

    def _is_layer(self, left: list[int], covers: Sequence[_Cover]) -> bool:
        """Whether most words lie under one picture of half the page: the text layer of a scan."""
        width, height = self.page.get_size()
        for cover in covers:
            x0, y0, x1, y1 = cover.box
            if cover.picture and (x1 - x0) * (y1 - y0) > 0.5 * width * height:
                legible = self._legible(left)
                return 2 * int(_inside(self.middles[legible], cover.box).sum()) > len(legible)
        return False

    def _under(self, left: list[int], covers: Sequence[_Cover], order: dict[int, int]) -> list[int]:
        """Words over whose middle something is drawn after them."""
        last, middles = np.full(len(left), -1), self.middles[left]
        for cover in covers:
            last[_inside(middles, cover.box)] = cover.order
        maybe = [at for at in np.flatnonzero(last >= 0).tolist() if self.legible(left[at])]
        objects = self.glyphs.objects([self.words[left[at]].start for at in maybe])
        return [left[at] for at, one in zip(maybe, objects, strict=True) if order.get(one or 0, last[at]) < last[at]]

    def _legible(self, places: Iterable[int]) -> list[int]:
        return [at for at in places if self.legible(at)]

    def _box(self, at: int) -> Box:
        return Box(*self.boxes[at].tolist())


def _inside(points: Boxes, box: Box) -> npt.NDArray[np.bool_]:
    """Which of the points `[n, 2]` lie in a box."""
    x, y = points[:, 0], points[:, 1]
    return np.asarray((x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1))


def _objects(page: pdfium.PdfPage) -> tuple[dict[int, int], list[_Cover], dict[int, Box]]:
    """The text objects of a page by address with their order, what is drawn after the first of them, and pictures."""
    order: dict[int, int] = {}
    covers: list[_Cover] = []
    pictures: dict[int, Box] = {}
    objects = Objects(page)
    for at, (one, kind) in enumerate(objects.walk(MAX_OBJECTS)):
        if kind == TEXT:
            order[one] = at
        elif kind == IMAGE or (kind == PATH and order):
            box = objects.bounds(one) if kind == IMAGE or objects.paint(one)[0] is not None else None
            if box is None:
                continue
            if kind == IMAGE:
                pictures[one] = box
            if order and box.x1 - box.x0 > 4 and box.y1 - box.y0 > 4:
                covers.append(_Cover(at, box, kind == IMAGE))
    return order, covers, pictures


def _blank(text_objects: Iterable[int]) -> None:
    """Make text objects invisible."""
    for one in text_objects:
        pdfium_c.FPDFTextObj_SetTextRenderMode(
            ctypes.cast(one, pdfium_c.FPDF_PAGEOBJECT), pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
        )


def _range(pixels: Pixels) -> int:
    """The widest range of one colour channel."""
    flat = pixels.reshape(-1, pixels.shape[-1]).astype(np.int16)
    return int((flat.max(axis=0) - flat.min(axis=0)).max()) if len(flat) else 0

"""What a page draws beside text: ruling lines, pictures, and what lies behind white type."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.reading import pdf_calls as calls
from scheidslijn.reading.pdf_page import Box, PageText

MAX_OBJECTS = 6000
TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
MAX_SHAPES = 400
FORM_PATHS = 10
"""How many paths a form (a drawing placed as one object) is counted for."""
WHITE = 242
"""From this value of red, green and blue up, type is taken as white."""


class Drawn(NamedTuple):
    """One object that is no text: its box, what it is, and its fill (None when it is not filled with one colour)."""

    box: Box
    kind: int
    fill: tuple[int, int, int] | None


class Objects:
    """The objects of a page by their addresses, in the order of drawing."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.handle, self.count = calls.address(page.raw), pdfium_c.FPDFPage_CountObjects(page)
        self._left, self._low, self._right, self._high = page.get_bbox()
        self._turn = page.get_rotation() % 360
        self._box, self._numbers = (ctypes.c_float * 4)(), (ctypes.c_uint * 4)()
        self._corners = [ctypes.addressof(self._box) + 4 * at for at in range(4)]
        self._places = [ctypes.addressof(self._numbers) + 4 * at for at in range(4)]

    def walk(self, most: int) -> Iterator[tuple[int, int]]:
        """Address and kind of the first objects, `most` of them."""
        for at in range(min(self.count, most)):
            one = calls.object_at(self.handle, at) or 0
            yield one, calls.type_of(one)

    def bounds(self, one: int) -> Box | None:
        """The box of an object on the page as it is shown, or None when it has none."""
        if not calls.bounds_of(one, *self._corners):
            return None
        x0, y0, x1, y1 = self._box
        if self._turn == 90:
            return Box(y0 - self._low, x0 - self._left, y1 - self._low, x1 - self._left)
        if self._turn == 180:
            return Box(self._right - x1, y0 - self._low, self._right - x0, y1 - self._low)
        if self._turn == 270:
            return Box(self._high - y1, self._right - x1, self._high - y0, self._right - x0)
        return Box(x0 - self._left, self._high - y1, x1 - self._left, self._high - y0)

    def paint(self, path: int) -> tuple[tuple[int, int, int] | None, bool]:
        """The fill of a path (None when it has none), and whether its outline is drawn."""
        self._numbers[:] = [0, 0, 0, 0]
        calls.draw_mode_of(path, *self._places[:2])
        filled, stroked = self._numbers[0], bool(self._numbers[1])
        if not filled or not calls.fill_of(path, *self._places) or self._numbers[3] < 30:
            return None, stroked
        red, green, blue, _ = self._numbers
        return (red, green, blue), stroked


def draw(page: pdfium.PdfPage, into: PageText) -> list[Drawn]:
    """List the paths, pictures and forms of a page, and fill `rules`, `pictures` and `drawn` of `into`."""
    found: list[Drawn] = []
    objects = Objects(page)
    for one, kind in objects.walk(MAX_OBJECTS):
        if kind == TEXT:
            continue
        box = objects.bounds(one)
        if box is None:
            continue
        fill, stroked = objects.paint(one) if kind == PATH else (None, False)
        found.append(Drawn(box, kind, fill))
        if kind == IMAGE:
            into.pictures.append(box)
        elif kind == FORM:
            into.drawn += FORM_PATHS
        elif kind == PATH:
            into.drawn += 1
            if (
                len(into.shapes) < MAX_SHAPES
                and (box.x1 - box.x0) * (box.y1 - box.y0) < 0.05 * into.width * into.height
            ):
                into.shapes.append(box)
            if stroked or (fill is not None and min(fill) < WHITE):
                into.rules.extend(_rules(box, into))
    return found


def _rules(box: Box, page: PageText) -> list[Box]:
    """The ruling lines a path stands for: itself when thin, its edges when it is a box smaller than the page."""
    width, height = box.x1 - box.x0, box.y1 - box.y0
    if height <= 2.5 or width <= 2.5:
        return [box] if max(width, height) > 8 else []
    if width > 0.98 * page.width or height > 0.9 * page.height or height < 8 or width < 20:
        return []
    x0, y0, x1, y1 = box
    return [Box(x0, y0, x1, y0), Box(x0, y1, x1, y1), Box(x0, y0, x0, y1), Box(x1, y0, x1, y1)]


def mark_hidden(page: PageText, drawn: list[Drawn] | None) -> None:
    """Mark as `hidden` the text nobody sees: invisible, of no size, outside the page, or white on white.

    Invisible text over a picture is the text layer of a scan, and stays. White type counts as hidden only when no
    picture, form or coloured path lies behind it.
    """
    scan = covered(page) > 0.5
    for line in page.lines:
        if line.kind:
            continue
        out = line.x1 < 1 or line.x0 > page.width - 1 or line.y1 < 1 or line.y0 > page.height - 1
        unseen = line.size < 1.0 or (not line.style.seen and not scan)
        pale = drawn is not None and line.style.seen and min(line.style.ink) >= WHITE and not _backed(line.box, drawn)
        if out or unseen or pale:
            line.kind = "hidden"


def _backed(box: Box, drawn: list[Drawn]) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    fill: tuple[int, int, int] | None = None
    for one in drawn:  # later objects lie on top
        if not (one.box.holds(x, y) or one.box.holds(box.x0 + 1, y)):
            continue
        if one.kind in (IMAGE, SHADING, FORM):
            return True
        if one.fill is not None:
            fill = one.fill
    return fill is not None and min(fill) < WHITE


def covered(page: PageText) -> float:
    """Share of the page under its largest picture, 0 to 1."""
    area = page.width * page.height or 1.0
    return max(((b.x1 - b.x0) * (b.y1 - b.y0) / area for b in page.pictures), default=0.0)


def needs_drawing(page: PageText) -> bool:
    """Whether the drawn objects of a page matter: it has text side by side, white or unseen text, or hardly any text.

    Going over the objects of a page costs about as much as reading its text.
    """
    if len(page.text) < 400:
        return True
    if any(not line.style.seen or min(line.style.ink) >= WHITE for line in page.lines):
        return True
    longer = sorted((line for line in page.lines if line.end - line.start > 4), key=lambda line: line.y0)
    return any(above.y1 > below.middle for above, below in itertools.pairwise(longer))

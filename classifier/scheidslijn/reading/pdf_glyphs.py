"""Characters of a page of pdfium: their boxes, and how their text is set.

Asking pdfium about one character costs about a microsecond of ctypes, so callers ask for as few as they can.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.reading import pdf_calls as calls
from scheidslijn.reading.pdf_page import Style

Boxes = npt.NDArray[np.float64]
"""Rectangles `[n, 4]`: x0, y0, x1, y1 in points."""

_BOLD = re.compile(r"bold|black|heavy|demi|extrab", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|cursi", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # font flags, ISO 32000-1, table 123
_ITALIC_FLAG = 1 << 6
FAINT = 26
"""Opacity (0-255) below which type is taken as invisible: a tenth."""
_FAKE_BOLD, _INVISIBLE = 2, (3, 7)  # text rendering modes, ISO 32000-1, table 106


class Styles:
    """Styles of text objects, with the fonts of one document looked up once."""

    def __init__(self) -> None:
        self._fonts: dict[int, tuple[str, bool, bool]] = {}
        self._known: dict[Style, Style] = {}
        self._set: dict[tuple[int | None, int, tuple[int, ...]], Style] = {}
        self._ink = (ctypes.c_uint * 4)()
        self._at = ctypes.addressof(self._ink)

    def of_objects(self, addresses: Iterable[int | None]) -> dict[int | None, Style]:
        """The style of each distinct text object of one page."""
        unknown = Style("", False, False, (0, 0, 0))
        return {one: unknown if one is None else self._of(one) for one in set(addresses)}

    def _of(self, text_object: int) -> Style:
        font, mode = calls.font_of(text_object), calls.mode_of(text_object)
        at = self._at
        ink = tuple(self._ink) if calls.fill_of(text_object, at, at + 4, at + 8, at + 12) else (0, 0, 0, 255)
        known = self._set.get((font, mode, ink))
        return self._new(font, mode, ink) if known is None else known

    def _new(self, address: int | None, mode: int, ink: tuple[int, ...]) -> Style:
        font, bold, italic = self._font(address)
        red, green, blue, alpha = ink
        style = Style(
            font, bold or mode == _FAKE_BOLD, italic, (red, green, blue), mode not in _INVISIBLE and alpha >= FAINT
        )
        self._set[address, mode, ink] = self._known.setdefault(style, style)
        return self._set[address, mode, ink]

    def _font(self, address: int | None) -> tuple[str, bool, bool]:
        if address is None:
            return "", False, False
        if address not in self._fonts:
            font = ctypes.cast(address, pdfium_c.FPDF_FONT)
            room = ctypes.create_string_buffer(256)
            length = pdfium_c.FPDFFont_GetBaseFontName(font, room, 256)
            name = room.value.decode("utf-8", "replace").rpartition("+")[2] if length <= 256 else ""
            flags = max(pdfium_c.FPDFFont_GetFlags(font), 0)
            nameless = not name and pdfium_c.FPDFFont_GetWeight(font) >= 700
            bold = bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD) or nameless
            self._fonts[address] = (name, bold, bool(_ITALIC.search(name)) or bool(flags & _ITALIC_FLAG))
        return self._fonts[address]


class Glyphs:
    """Boxes of characters of one text page, turned to the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, text: str) -> None:
        self.handle, self.text = calls.address(textpage.raw), text
        self.left, self.low, self.right, self.high = page.get_bbox()
        self.turn = page.get_rotation() % 360
        self._index = self._indices(textpage, text)

    def _indices(self, textpage: pdfium.PdfTextPage, text: str) -> Sequence[int]:
        if textpage.count_chars() == len(text):
            return range(len(text))
        places, unit = [], 0  # pdfium left characters out or put some in: ask for each, counted in UTF-16 units
        for character in text:
            places.append(max(calls.char_of_text(self.handle, unit), 0))
            unit += 2 if ord(character) > 0xFFFF else 1
        return places

    def boxes(self, places: Sequence[int]) -> Boxes:
        """Boxes `[n, 4]` of the characters at these places of the raw text, as high as their font size."""
        count = len(places)
        if self.turn:
            return np.array([self._turned_box(p) for p in places]).reshape(count, 4)
        room = np.zeros((count, 4), np.float32)
        start = room.ctypes.data
        index = self._index
        for _ in map(
            calls.loose_box, repeat(self.handle), [index[p] for p in places], range(start, start + 16 * count, 16)
        ):
            pass
        loose = room.astype(np.float64)
        left, top, right, bottom = loose[:, 0], loose[:, 1], loose[:, 2], loose[:, 3]
        boxes = np.stack([left - self.left, self.high - top, right - self.left, self.high - bottom], axis=1)
        for at in np.flatnonzero(~(boxes[:, 3] > boxes[:, 1])).tolist():
            boxes[at] = self.tight_box(places[at])
        return boxes

    def tight_box(self, place: int) -> tuple[float, float, float, float]:
        """Box of the ink of one character."""
        room = (ctypes.c_double * 4)()
        at = ctypes.addressof(room)
        calls.ink_box(self.handle, self._index[place], at, at + 8, at + 16, at + 24)
        (x0, y0), (x1, y1) = self._shown(room[0], room[2]), self._shown(room[1], room[3])
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _turned_box(self, place: int) -> tuple[float, float, float, float]:
        """Box of one character of a turned page, as high as its type size where it stands upright."""
        x0, y0, x1, y1 = self.tight_box(place)
        index = self._index[place]
        origin, matrix = (ctypes.c_double * 2)(), (ctypes.c_float * 6)()
        at = ctypes.addressof(origin)
        if not (
            calls.origin_of(self.handle, index, at, at + 8)
            and calls.matrix_of(self.handle, index, ctypes.addressof(matrix))
        ):
            return x0, y0, x1, y1
        along, across = matrix[0], matrix[1]
        if self.turn in (90, 270):
            along, across = across, along
        if abs(across) > 0.2 * abs(along):
            return x0, y0, x1, y1
        base = self._shown(origin[0], origin[1])[1]
        size = max(calls.size_of(self.handle, index) * abs(along), 0.1)
        return x0, base - 0.8 * size, x1, base + 0.2 * size

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page's own space as the page is shown, y down."""
        if self.turn == 90:
            return y - self.low, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.low
        if self.turn == 270:
            return self.high - y, self.right - x
        return x - self.left, self.high - y

    def objects(self, places: Sequence[int]) -> list[int | None]:
        """The text object of each character."""
        index = self._index
        return list(map(calls.object_of, repeat(self.handle), [index[p] for p in places]))

"""From a page of pdfium to lines with boxes and styles.

Asking pdfium about one character costs about a microsecond of ctypes, so only the first and the last character of each
word are asked for; a word whose ends do not agree (two lines run together) is walked character by character.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.reading.pdf_page import SOFT, Line, PageText, Style, Word, is_blank

MAX_CHARACTERS = 1_000_000
TALL = 30.0
"""Points from which single characters are measured by their ink, as their type size overlaps the lines beside them."""
_WORD = re.compile(rf"[^\s{SOFT}]*[{SOFT}]|[^\s{SOFT}]+")
_BOLD = re.compile(r"bold|black|heavy|demi|extrab", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|cursi", re.IGNORECASE)
_PLAIN = re.compile(r"regular|roman|book|light|medium|normal|mt$", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_ITALIC_FLAG = 1 << 6
_FAKE_BOLD, _INVISIBLE = 2, (3, 7)
_VOID = ctypes.c_void_p


def _plain(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """The same C function, taking addresses as plain integers: half the price of a call through typed pointers."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, _VOID).value)  # type: ignore[arg-type]


_loose = _plain(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, _VOID, ctypes.c_int, _VOID)
_tight = _plain(pdfium_c.FPDFText_GetCharBox, ctypes.c_int, _VOID, ctypes.c_int, _VOID, _VOID, _VOID, _VOID)
_origin = _plain(pdfium_c.FPDFText_GetCharOrigin, ctypes.c_int, _VOID, ctypes.c_int, _VOID, _VOID)
_matrix = _plain(pdfium_c.FPDFText_GetMatrix, ctypes.c_int, _VOID, ctypes.c_int, _VOID)
_size = _plain(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, _VOID, ctypes.c_int)
_object_of = _plain(pdfium_c.FPDFText_GetTextObject, _VOID, _VOID, ctypes.c_int)
_font_of = _plain(pdfium_c.FPDFTextObj_GetFont, _VOID, _VOID)
_mode_of = _plain(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _VOID)
_ink_of = _plain(pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int, _VOID, _VOID, _VOID, _VOID, _VOID)
_char_of_text = _plain(pdfium_c.FPDFText_GetCharIndexFromTextIndex, ctypes.c_int, _VOID, ctypes.c_int)


class Styles:
    """Styles of text objects, with the fonts of one document looked up once."""

    def __init__(self) -> None:
        self._fonts: dict[int, tuple[str, bool, bool]] = {}
        self._known: dict[Style, Style] = {}
        self._ink = (ctypes.c_uint * 4)()

    def of_objects(self, addresses: Iterable[int | None]) -> dict[int | None, Style]:
        """The style of each distinct text object of one page."""
        unknown = Style("", False, False, (0, 0, 0))
        return {one: unknown if one is None else self._of(one) for one in set(addresses)}

    def _of(self, text_object: int) -> Style:
        font, bold, italic = self._font(_font_of(text_object))
        at = ctypes.addressof(self._ink)
        red, green, blue, alpha = self._ink if _ink_of(text_object, at, at + 4, at + 8, at + 12) else (0, 0, 0, 255)
        mode = _mode_of(text_object)
        style = Style(
            font, bold or mode == _FAKE_BOLD, italic, (red, green, blue), mode not in _INVISIBLE and alpha > 0
        )
        return self._known.setdefault(style, style)

    def _font(self, address: int | None) -> tuple[str, bool, bool]:
        if address is None:
            return "", False, False
        if address not in self._fonts:
            font = ctypes.cast(address, pdfium_c.FPDF_FONT)
            room = ctypes.create_string_buffer(256)
            length = pdfium_c.FPDFFont_GetBaseFontName(font, room, 256)
            name = room.value.decode("utf-8", "replace").rpartition("+")[2] if length <= 256 else ""
            flags = max(pdfium_c.FPDFFont_GetFlags(font), 0)
            heavy = pdfium_c.FPDFFont_GetWeight(font) >= 700 and not _PLAIN.search(name)
            bold = bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD) or (heavy and not name)
            self._fonts[address] = (name, bold, bool(_ITALIC.search(name)) or bool(flags & _ITALIC_FLAG))
        return self._fonts[address]


class Glyphs:
    """Boxes of characters of one text page, turned to the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, text: str) -> None:
        self.handle = ctypes.cast(textpage.raw, _VOID).value
        self.left, self.low, self.right, self.high = page.get_bbox()
        self.turn = page.get_rotation() % 360
        self._index = self._indices(textpage, text)

    def _indices(self, textpage: pdfium.PdfTextPage, text: str) -> Sequence[int]:
        if textpage.count_chars() == len(text):
            return range(len(text))
        places, unit = [], 0  # pdfium left characters out or put some in: ask for each, counted in UTF-16 units
        for character in text:
            places.append(max(_char_of_text(self.handle, unit), 0))
            unit += 2 if ord(character) > 0xFFFF else 1
        return places

    def boxes(self, places: Sequence[int]) -> list[tuple[float, float, float, float]]:
        """Boxes `(x0, y0, x1, y1)` of the characters at these places of the raw text, as high as their font size."""
        count = len(places)
        room = (ctypes.c_float * (4 * count))()
        start = ctypes.addressof(room)
        index = self._index
        for _ in map(_loose, repeat(self.handle), [index[p] for p in places], range(start, start + 16 * count, 16)):
            pass
        flat = list(room)
        if self.turn == 0:
            left, high = self.left, self.high
            boxes = [
                (x0 - left, high - top, x1 - left, high - bottom)
                for x0, top, x1, bottom in zip(flat[::4], flat[1::4], flat[2::4], flat[3::4], strict=True)
            ]
            if all(y1 > y0 for _, y0, _, y1 in boxes):
                return boxes
            return [b if b[3] > b[1] else self.tight_box(p) for b, p in zip(boxes, places, strict=True)]
        return [self._turned_box(p) for p in places]

    def tight_box(self, place: int) -> tuple[float, float, float, float]:
        """Box of the ink of one character."""
        room = (ctypes.c_double * 4)()
        at = ctypes.addressof(room)
        _tight(self.handle, self._index[place], at, at + 8, at + 16, at + 24)
        (x0, y0), (x1, y1) = self._shown(room[0], room[2]), self._shown(room[1], room[3])
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _turned_box(self, place: int) -> tuple[float, float, float, float]:
        """Box of one character of a turned page, as high as its type size where it stands upright."""
        x0, y0, x1, y1 = self.tight_box(place)
        index = self._index[place]
        origin, matrix = (ctypes.c_double * 2)(), (ctypes.c_float * 6)()
        at = ctypes.addressof(origin)
        if not (_origin(self.handle, index, at, at + 8) and _matrix(self.handle, index, ctypes.addressof(matrix))):
            return x0, y0, x1, y1
        along, across = matrix[0], matrix[1]
        if self.turn in (90, 270):
            along, across = across, along
        if abs(across) > 0.2 * abs(along):
            return x0, y0, x1, y1
        base = self._shown(origin[0], origin[1])[1]
        size = max(_size(self.handle, index) * abs(along), 0.1)
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
        return list(map(_object_of, repeat(self.handle), [index[p] for p in places]))


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
    size = max(before.y1 - before.y0, word.y1 - word.y0)
    gap = word.x0 - before.x1
    if gap > 0.9 * size or gap < -0.6 * size or before.style.seen != word.style.seen:
        return False
    overlap = min(before.y1, word.y1) - max(before.y0, word.y0)
    if overlap < 0.4 * min(before.y1 - before.y0, word.y1 - word.y0):
        return False
    return "\n" not in text[before.end : word.start] and "\r" not in text[before.end : word.start]


def line_of(index: int, text: str, run: Sequence[Word]) -> Line:
    """One line of a run of words, with the size and style most of its characters have."""
    first = run[0]
    size, style = first.y1 - first.y0, first.style
    if len(run) > 1:
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


def read_page(page: pdfium.PdfPage, index: int, styles: Styles) -> PageText:
    """Read one page of an open document (1-based `index`): raw text and lines; rulings and pictures come separately.

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
        words = words_of(text, Glyphs(page, textpage, text), styles) if text else []
    finally:
        textpage.close()
    return PageText(index, text, width, height, lines_of(index, text, words))

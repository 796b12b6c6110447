"""Drawing a page, or a part of it, to look at its pixels.

Drawing costs a millisecond a page of text and far more a page of pictures, so callers draw small and in parts.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.reading.pdf_glyphs import Boxes
from scheidslijn.reading.pdf_page import Box

MAX_PIXELS = 2_000_000
"""Most pixels of a whole page; larger pages are drawn at a smaller scale."""

Pixels = npt.NDArray[np.uint8]


class Drawing(NamedTuple):
    """Pixels `[height, width]`, or `[height, width, 3]` in colour, of the part of a page from (`left`, `top`) on.

    `scale` is pixels a point; `left` and `top` are in pixels of the whole page.
    """

    pixels: Pixels
    scale: float
    left: int
    top: int

    def spread(self, boxes: Boxes, across: int, down: int) -> npt.NDArray[np.int64]:
        """Widest range of gray values (0 to 255) met at some points inside each box: at most that of the whole box.

        The points stand in a grid of `across` by `down` over the middle of the type, where small letters are.
        """
        columns_at = (np.arange(across) + 0.5) / across
        rows_at = 0.35 + 0.4 * (np.arange(down) + 0.5) / down
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        x = (boxes[:, :1] + wide[:, None] * columns_at) * self.scale - self.left
        y = (boxes[:, 1:2] + high[:, None] * rows_at) * self.scale - self.top
        columns = np.clip(x.astype(np.int64), 0, self.pixels.shape[1] - 1)
        rows = np.clip(y.astype(np.int64), 0, self.pixels.shape[0] - 1)
        met = self.pixels[rows[:, :, None], columns[:, None, :]]
        found: npt.NDArray[np.int64] = met.max(axis=(1, 2)).astype(np.int64) - met.min(axis=(1, 2))
        return found

    def cut(self, box: Box) -> Pixels:
        """The pixels of a box of the page, rounded outwards; at least one pixel wide and high."""
        high, wide = self.pixels.shape[:2]
        x0 = min(max(math.floor(box.x0 * self.scale) - self.left, 0), wide - 1)
        y0 = min(max(math.floor(box.y0 * self.scale) - self.top, 0), high - 1)
        x1 = min(max(math.ceil(box.x1 * self.scale) - self.left, x0 + 1), wide)
        y1 = min(max(math.ceil(box.y1 * self.scale) - self.top, y0 + 1), high)
        return self.pixels[y0:y1, x0:x1]


def scale_of(page: pdfium.PdfPage, scale: float) -> float:
    """The scale, in pixels a point, at which a page is drawn when `scale` is asked."""
    width, height = page.get_size()
    return float(min(scale, (MAX_PIXELS * scale / max(width * height, 1.0)) ** 0.5))


def drawn(page: pdfium.PdfPage, scale: float, area: Box | None = None, *, colour: bool = False) -> Drawing:
    """Draw a page, or the `area` of it and a little around, with the same pixels as in the whole page."""
    width, height = page.get_size()
    scale = scale_of(page, scale)
    whole_wide, whole_high = math.ceil(width * scale), math.ceil(height * scale)
    x0, y0, x1, y1 = 0, 0, whole_wide, whole_high
    if area is not None:
        x0, y0 = max(math.floor(area.x0 * scale) - 1, 0), max(math.floor(area.y0 * scale) - 1, 0)
        x1, y1 = min(math.ceil(area.x1 * scale) + 1, whole_wide), min(math.ceil(area.y1 * scale) + 1, whole_high)
    wide, high, deep = max(x1 - x0, 1), max(y1 - y0, 1), 3 if colour else 1
    room = np.full((high, wide, deep), 255, np.uint8)
    kind = pdfium_c.FPDFBitmap_BGR if colour else pdfium_c.FPDFBitmap_Gray
    bitmap = pdfium_c.FPDFBitmap_CreateEx(wide, high, kind, room.ctypes.data, wide * deep)
    # subtle: without FPDF_GRAYSCALE, which turns whole pictures gray first; the bitmap takes gray values anyway
    pdfium_c.FPDF_RenderPageBitmap(bitmap, page, -x0, -y0, whole_wide, whole_high, 0, pdfium_c.FPDF_ANNOT)
    pdfium_c.FPDFBitmap_Destroy(bitmap)
    return Drawing(room if colour else room[:, :, 0], scale, x0, y0)


def around(boxes: Boxes) -> Box:
    """The smallest box around boxes `[n, 4]`."""
    return Box(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())

"""pdfium's C functions called with plain integers as addresses: half the price of a call through typed pointers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium_c

VOID = ctypes.c_void_p


def _plain(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, VOID).value)  # type: ignore[arg-type]


def address(handle: Any) -> int:
    """The address a pdfium handle stands for."""
    return ctypes.cast(handle, VOID).value or 0


loose_box = _plain(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, VOID, ctypes.c_int, VOID)
ink_box = _plain(pdfium_c.FPDFText_GetCharBox, ctypes.c_int, VOID, ctypes.c_int, VOID, VOID, VOID, VOID)
origin_of = _plain(pdfium_c.FPDFText_GetCharOrigin, ctypes.c_int, VOID, ctypes.c_int, VOID, VOID)
matrix_of = _plain(pdfium_c.FPDFText_GetMatrix, ctypes.c_int, VOID, ctypes.c_int, VOID)
size_of = _plain(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, VOID, ctypes.c_int)
object_of = _plain(pdfium_c.FPDFText_GetTextObject, VOID, VOID, ctypes.c_int)
font_of = _plain(pdfium_c.FPDFTextObj_GetFont, VOID, VOID)
mode_of = _plain(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, VOID)
fill_of = _plain(pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int, VOID, VOID, VOID, VOID, VOID)
char_of_text = _plain(pdfium_c.FPDFText_GetCharIndexFromTextIndex, ctypes.c_int, VOID, ctypes.c_int)
object_at = _plain(pdfium_c.FPDFPage_GetObject, VOID, VOID, ctypes.c_int)
type_of = _plain(pdfium_c.FPDFPageObj_GetType, ctypes.c_int, VOID)
bounds_of = _plain(pdfium_c.FPDFPageObj_GetBounds, ctypes.c_int, VOID, VOID, VOID, VOID, VOID)
draw_mode_of = _plain(pdfium_c.FPDFPath_GetDrawMode, ctypes.c_int, VOID, VOID, VOID)

"""How the three PDFs look: fonts, colours, page frames, covers and running heads, one `Look` each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

WIDTH, HEIGHT = A4


@dataclass(frozen=True)
class Look:
    """Measures are in points; `columns` counts the columns of the running text.

    `running_first` draws the running head before the text of a page, otherwise after it: files differ in this, and a
    reader that trusts the order of drawing goes wrong in one of the two.
    """

    regular: str
    bold: str
    italic: str
    size: float
    leading: float
    dark: Color
    light: Color
    columns: int
    margin: float
    top: float
    bottom: float
    justified: bool
    hyphenate: bool
    own_cover: bool
    running_first: bool
    cover: Callable[[Any, dict[str, Any], Look], None]
    running: Callable[[Any, dict[str, Any], Look, int, int], None]


def register_fonts() -> None:
    """Embed Bitstream Vera, which comes with reportlab; it has the ligatures that Helvetica lacks."""
    for name, file in (("Vera", "Vera"), ("Vera-Bold", "VeraBd"), ("Vera-Italic", "VeraIt")):
        pdfmetrics.registerFont(TTFont(name, f"{file}.ttf"))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="Vera-Bold", italic="Vera-Italic", boldItalic="Vera-Bold")


def _cover_elzenbroek(c: Any, meta: dict[str, Any], look: Look) -> None:
    c.setFillColor(look.dark)
    c.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    c.setFillColor(HexColor("#2f7d5b"))
    c.circle(WIDTH * 0.86, HEIGHT * 0.30, 210, stroke=0, fill=1)
    c.setFillColor(HexColor("#e0a83a"))
    c.circle(WIDTH * 0.62, HEIGHT * 0.16, 95, stroke=0, fill=1)
    c.setFillColor(HexColor("#f4f0e6"))
    c.rect(0, 0, WIDTH, 62, stroke=0, fill=1)
    c.setFillColor(white)
    c.setFont(look.bold, 40)
    c.drawString(24 * mm, HEIGHT - 88 * mm, "Samen sterk,")
    c.drawString(24 * mm, HEIGHT - 105 * mm, "dichtbij huis")
    c.setFont(look.regular, 16)
    c.drawString(24 * mm, HEIGHT - 122 * mm, meta["ondertitel"])
    c.setFont(look.regular, 11)
    for i, line in enumerate(meta["regels"]):
        c.drawString(24 * mm, HEIGHT - 142 * mm - i * 16, line)
    c.setFillColor(look.dark)
    c.setFont(look.bold, 15)
    c.drawString(38 * mm, 26, "gemeente Elzenbroek")
    for i in range(3):  # the tree of the invented coat of arms
        c.circle(28 * mm + (i - 1) * 7, 34 + (i % 2) * 8, 6, stroke=0, fill=1)
    c.rect(28 * mm - 1.5, 18, 3, 14, stroke=0, fill=1)


def _running_elzenbroek(c: Any, meta: dict[str, Any], look: Look, page: int, pages: int) -> None:
    left, right = look.margin, WIDTH - look.margin
    c.setFillColor(look.dark)
    c.setFont(look.regular, 8)
    if page % 2:
        c.drawRightString(right, HEIGHT - 30, meta["kop"])
    else:
        c.drawString(left, HEIGHT - 30, meta["kop"])
    c.setStrokeColor(HexColor("#e0a83a"))
    c.setLineWidth(1.2)
    c.line(left, HEIGHT - 36, right, HEIGHT - 36)
    c.drawString(left, 28, meta["titel"])
    c.setFont(look.bold, 9)
    c.drawRightString(right, 28, str(page))


def _cover_waterrade(c: Any, meta: dict[str, Any], look: Look) -> None:
    c.setFillColor(look.light)
    c.rect(0, HEIGHT - 78 * mm, WIDTH, 78 * mm, stroke=0, fill=1)
    c.setStrokeColor(look.dark)
    c.setLineWidth(2.5)
    for row in range(3):
        path = c.beginPath()
        y = HEIGHT - (66 + row * 4) * mm
        path.moveTo(0, y)
        for i in range(12):
            x = i * 50
            path.curveTo(x + 12, y + 9, x + 38, y - 9, x + 50, y)
        c.drawPath(path, stroke=1, fill=0)
    c.setFillColor(look.dark)
    c.setFont(look.bold, 30)
    c.drawString(look.margin, HEIGHT - 34 * mm, meta["titel"])
    c.setFont(look.regular, 13)
    c.drawString(look.margin, HEIGHT - 43 * mm, meta["ondertitel"])
    c.setFont(look.regular, 9.5)
    c.drawString(look.margin, HEIGHT - 52 * mm, " en ".join(meta["regels"]) + ", " + meta["datum"])


def _running_waterrade(c: Any, meta: dict[str, Any], look: Look, page: int, pages: int) -> None:
    c.setFillColor(HexColor("#555555"))
    c.setFont(look.regular, 7.5)
    c.drawCentredString(WIDTH / 2, 30, f"{page}  |  {meta['kop']}")


def _cover_duinhorst(c: Any, meta: dict[str, Any], look: Look) -> None:
    for i, colour in enumerate(("#f3e4c3", "#e4c98f", "#c9a45c")):
        c.setFillColor(HexColor(colour))
        path = c.beginPath()
        base = HEIGHT * (0.40 - i * 0.10)
        path.moveTo(0, 0)
        path.lineTo(0, base)
        path.curveTo(WIDTH * 0.3, base + 90 - i * 60, WIDTH * 0.6, base - 80 + i * 50, WIDTH, base + 25 - i * 20)
        path.lineTo(WIDTH, 0)
        c.drawPath(path, stroke=0, fill=1)
    c.setFillColor(look.dark)
    c.rect(look.margin, HEIGHT - 92 * mm, 4, 52 * mm, stroke=0, fill=1)
    c.setFont(look.bold, 32)
    c.drawString(look.margin + 16, HEIGHT - 56 * mm, meta["titel"])
    c.setFont(look.regular, 15)
    c.drawString(look.margin + 16, HEIGHT - 70 * mm, "Beleidsplan maatschappelijke ondersteuning")
    c.drawString(look.margin + 16, HEIGHT - 77 * mm, "Duinhorst 2026–2029")
    c.setFont(look.italic, 11)
    c.drawString(look.margin + 16, HEIGHT - 90 * mm, meta["regels"][0])
    c.setFont(look.bold, 13)
    c.drawRightString(WIDTH - look.margin, 30, "Gemeente Duinhorst")


def _running_duinhorst(c: Any, meta: dict[str, Any], look: Look, page: int, pages: int) -> None:
    c.setFillColor(look.light)
    c.rect(0, HEIGHT - 42, WIDTH, 42, stroke=0, fill=1)
    c.setFillColor(look.dark)
    c.setFont(look.italic, 9)
    c.drawString(look.margin, HEIGHT - 27, meta["kop"])
    c.setFont(look.regular, 9)
    c.drawRightString(WIDTH - look.margin, 30, f"Pagina {page} van {pages}")
    c.drawString(look.margin, 30, "Gemeente Duinhorst")


LOOKS = {
    "twee_kolommen": Look(
        "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", 9.5, 13.1, HexColor("#1d4b3a"), HexColor("#e6efe9"),
        2, 20 * mm, 54, 52, True, True, True, True, _cover_elzenbroek, _running_elzenbroek,
    ),
    "een_kolom": Look(
        "Vera", "Vera-Bold", "Vera-Italic", 9.2, 14.2, HexColor("#12477a"), HexColor("#dcebf5"),
        1, 27 * mm, 56, 58, False, False, False, False, _cover_waterrade, _running_waterrade,
    ),
    "beleidsplan": Look(
        "Times-Roman", "Times-Bold", "Times-Italic", 10.4, 13.9, HexColor("#6b3d1e"), HexColor("#f7eedb"),
        1, 24 * mm, 66, 56, True, True, True, False, _cover_duinhorst, _running_duinhorst,
    ),
}  # fmt: skip

"""What the text of the PDFs is set with: paragraph styles, Dutch hyphenation, and lines of contents with dots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyphen
from build_pdf_looks import Look
from build_source import Heading
from reportlab.lib.colors import white
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

OWN_POINTS = {"dienstencentra": "diens-ten-cen-tra"}  # where the Dutch patterns of pyphen are wrong
_DUTCH = pyphen.Pyphen(lang="nl_NL", left=3, right=3)


def split_points(word: str) -> Iterator[tuple[str, str]]:
    """Yield (head, tail) for a word that may be cut at a line end, last point first.

    A word with a hyphen of its own is cut only there, as Dutch typesetting asks.
    """
    if "-" in word:
        cuts = [m.end() for m in re.finditer("-", word)]
        yield from ((word[:cut], word[cut:]) for cut in reversed(cuts) if 2 < cut < len(word) - 2)
    elif word in OWN_POINTS:
        parts = OWN_POINTS[word].split("-")
        yield from (("".join(parts[:i]), "".join(parts[i:])) for i in range(len(parts) - 1, 0, -1))
    elif len(word) > 6:
        yield from _DUTCH.iterate(word)


class ContentsLine(Flowable):  # type: ignore[misc]
    """A line of the table of contents with dots up to the page number."""

    def __init__(self, entry: Heading, page: int, look: Look) -> None:
        super().__init__()
        self.text, self.page, self.indent = f"{entry.number} {entry.text}".strip(), str(page), 14 * (entry.level - 1)
        self.font, self.size = (look.bold, look.regular)[entry.level > 1 or not look.own_cover], look.size * 1.05
        self.lead = self.size * (1.9 if entry.level == 1 else 1.55)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, self.lead

    def draw(self) -> None:
        start = self.indent + stringWidth(self.text + " ", self.font, self.size)
        room = self.width - start - stringWidth(" " + self.page, self.font, self.size)
        dots = "." * int(room / stringWidth(".", self.font, self.size))
        self.canv.setFont(self.font, self.size)
        self.canv.drawString(self.indent, 0, f"{self.text} {dots}")
        self.canv.drawRightString(self.width, 0, self.page)


def styles_of(look: Look) -> dict[str, ParagraphStyle]:
    """Return the paragraph styles of a look by name."""
    text: dict[str, Any] = {"fontName": look.regular, "fontSize": look.size, "leading": look.leading}
    cut: dict[str, Any] = {"embeddedHyphenation": 1, "splitLongWords": 0}
    if look.hyphenate:
        cut |= {"hyphenationLang": split_points}
    body = ParagraphStyle(
        "body",
        **text,
        **cut,
        spaceAfter=look.leading * 0.55,
        allowWidows=0,
        allowOrphans=0,
        alignment=TA_JUSTIFY if look.justified else TA_LEFT,
    )
    head: dict[str, Any] = {"fontName": look.bold, "textColor": look.dark, "keepWithNext": 1}
    return {
        "body": body,
        "bullet": ParagraphStyle(
            "bullet",
            body,
            leftIndent=12,
            bulletIndent=1,
            bulletFontName=look.regular,
            bulletFontSize=look.size,
            spaceAfter=look.leading * 0.22,
        ),
        "number": ParagraphStyle(
            "number",
            body,
            leftIndent=18,
            bulletIndent=1,
            bulletFontName=look.regular,
            bulletFontSize=look.size,
            spaceAfter=look.leading * 0.22,
        ),
        "h1": ParagraphStyle(
            "h1", **head, fontSize=look.size * 1.75, leading=look.size * 2.1, spaceBefore=14, spaceAfter=8
        ),
        "h2": ParagraphStyle(
            "h2", **head, fontSize=look.size * 1.2, leading=look.size * 1.5, spaceBefore=8, spaceAfter=4
        ),
        "quote": ParagraphStyle(
            "quote",
            fontName=look.bold,
            fontSize=look.size * 1.35,
            leading=look.size * 1.8,
            textColor=look.dark,
            embeddedHyphenation=0,
        ),
        "cell": ParagraphStyle("cell", **(text | {"fontSize": look.size * 0.92, "leading": look.leading * 0.9}), **cut),
        "th": ParagraphStyle(
            "th", fontName=look.bold, fontSize=look.size * 0.95, leading=look.leading, textColor=white
        ),
        "noot": ParagraphStyle("noot", fontName=look.regular, fontSize=look.size * 0.8, leading=look.leading * 0.8),
    }

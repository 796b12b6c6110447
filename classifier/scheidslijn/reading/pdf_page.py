"""What the PDF reader knows of a page before anything is decided: lines with boxes and styles, rulings and pictures.

All coordinates are in points on the page as a viewer shows it: x to the right, y down, (0, 0) at the top left.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_LINES = 2_000
"""A page with more pieces of text than this is read row by row: the rules compare pieces with each other."""
SOFT = "\ufffe\u00ad"
"""pdfium's mark for a hyphen at a line end, and the soft hyphen: both have a glyph, so both count as text."""


def is_blank(character: str) -> bool:
    """Whether a character leaves no mark on paper: white space, or a control or format character without a glyph.

    U+FFFE and U+00AD are not blank: they stand for a hyphen that was printed.

    >>> [is_blank(c) for c in (" ", "\\u200b", "\\u00ad", "a")]
    [True, True, False, False]
    """
    return character.isspace() or (character not in SOFT and unicodedata.category(character) in ("Cc", "Cf"))


class Box(NamedTuple):
    """A rectangle: `x0 <= x1`, `y0 <= y1`."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


class Style(NamedTuple):
    """How a piece of text is set; `ink` is red, green, blue of the fill (0-255), `seen` is False for invisible text."""

    font: str
    bold: bool
    italic: bool
    ink: tuple[int, int, int]
    seen: bool = True


class Word(NamedTuple):
    """Characters `[start, end)` of the page's raw text with their box; `tail` is the size of its last character."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    style: Style
    tail: float


@dataclass(slots=True)
class Line:
    """Words that stand beside each other without a wide gap, contiguous in the raw text `[start, end)` of their page.

    Attributes:
        size: height in points of most of its characters; `head` that of its first word.
        style: how most of its characters are set; `opens` how the first word is, `closes` the last.
        pure: whether all words are equally bold and equally slanted.
        kind: "" until a rule has set the line aside under a name of `BlockKind`.
    """

    page: int
    start: int
    end: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    style: Style
    head: float
    opens: Style
    closes: Style
    pure: bool = True
    kind: str = ""

    @property
    def middle(self) -> float:
        """Height of the line's middle."""
        return (self.y0 + self.y1) / 2

    @property
    def box(self) -> Box:
        """The line's rectangle."""
        return Box(self.x0, self.y0, self.x1, self.y1)


@dataclass(slots=True)
class PageText:
    """One page as it was read.

    Attributes:
        index: 1-based index of the page.
        text: its raw text; every non-blank character is in exactly one of `lines`.
        rules: thin straight strokes and edges of boxes (ruling lines), as degenerate boxes.
        pictures: the areas of images.
        shapes: boxes of small paths, such as the bars of a chart.
        drawn: how many paths the page holds (charts have many).
        ocr: whether (part of) the text was recognised.
        damaged: whether the page could not be read; it has no text then.
    """

    index: int
    text: str
    width: float
    height: float
    lines: list[Line]
    rules: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    shapes: list[Box] = field(default_factory=list)
    drawn: int = 0
    ocr: bool = False
    damaged: bool = False

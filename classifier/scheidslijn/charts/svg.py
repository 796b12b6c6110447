"""The pieces of a picture: escaped elements, colours, numbers and the frame that makes it accessible."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field

COLOURS = ("#0063a6", "#a84300", "#00704f", "#9c2f7f", "#6b5a00", "#4d4d4d")
"""Of series, in order. Each has a contrast of at least 4.5 on white and they differ in lightness or hue to people who
see no red or no green; dashes and marks tell them apart once more, for prints without colour."""
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")
FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
SIZE = 12
"""Font size in pixels."""
XML_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of a chart.

    Attributes:
        title: what it shows, in a few words; read aloud as its name, not drawn.
        description: what a reader should see in it, for those who cannot.
        x, y: labels of the axes, with units; "" for none.
    """

    title: str
    description: str = ""
    x: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers are written.

    Attributes:
        digits: decimals.
        decimal: the decimal mark.
        percent: whether a share is written as a percentage.
        to: stands between the ends of an interval that goes below zero, where a dash would read as a minus.

    >>> Numbers(digits=1, decimal=",", percent=True).text(0.1234), Numbers().text(-0.5), Numbers().text(float("nan"))
    ('12,3 %', '−0.50', '–')
    """

    digits: int = 2
    decimal: str = "."
    percent: bool = False
    to: str = " to "

    def text(self, value: float, digits: int | None = None) -> str:
        """Write one number; "–" for one that is not finite."""
        if not math.isfinite(value):
            return "–"
        decimals = self.digits if digits is None else max(0, digits - 2 if self.percent else digits)
        shown = 100 * value if self.percent else value
        written = f"{shown:.{decimals}f}" if abs(shown) < 1e12 else f"{shown:.2e}"
        if not written.strip("-0."):
            written = written.lstrip("-")
        return written.replace("-", "−").replace(".", self.decimal) + (" %" if self.percent else "")

    def interval(self, value: float, low: float, high: float) -> str:
        """Write a value with its interval, or alone where there is none.

        >>> Numbers().interval(0.62, 0.55, 0.68), Numbers(digits=0, percent=True).interval(0.1, -0.05, 0.25)
        ('0.62 (0.55–0.68)', '10 % (−5 to 25 %)')
        """
        if not (math.isfinite(value) and math.isfinite(low) and math.isfinite(high)):
            return self.text(value)
        to = self.to if min(low, high) < 0 else "–"
        return f"{self.text(value)} ({self.text(low).removesuffix(' %')}{to}{self.text(high)})"


ENGLISH, DUTCH = Numbers(), Numbers(decimal=",", to=" tot ")


def escape(text: str) -> str:
    """Text that is safe in an element and in an attribute; characters that XML does not have become a blank box."""
    clean = XML_FORBIDDEN.sub("\ufffd", text)
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        clean = clean.replace(mark, entity)
    return clean


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is, in pixels; rather too much than too little."""
    wide = sum(0.34 if c in "iljtfr.,:;|!'()[] " else 0.95 if c in "mwMW—" else 0.75 if c.isupper() else 0.61
               for c in text)  # fmt: skip
    return wide * size


def shorten(text: str, room: float, size: float = SIZE) -> str:
    """The text, or its beginning with "…" where it is wider than `room` pixels."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"


@dataclass(slots=True)
class Drawing:
    """Collects elements; coordinates are pixels from the upper left corner."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def element(self, name: str, title: str = "", /, **attributes: str | float) -> None:
        """Add an empty element, or one with a title, which browsers show under the pointer."""
        written = _attributes(attributes)
        self.parts.append(
            f"<{name}{written}><title>{escape(title)}</title></{name}>" if title else f"<{name}{written}/>"
        )

    def text(
        self, x: float, y: float, words: str, anchor: str = "start", *, faint: bool = False, size: float = SIZE,
        turn: bool = False, bold: bool = False, kind: str = "",
    ) -> None:  # fmt: skip
        """Add a line of text whose baseline stands at `y`; `turn` writes it upwards."""
        attributes: dict[str, str | float] = {"x": x, "y": y, "class": kind or ("sl-faint" if faint else "sl-text")}
        if anchor != "start":
            attributes["text_anchor"] = anchor
        if size != SIZE:
            attributes["font_size"] = size
        if bold:
            attributes["font_weight"] = "600"
        if turn:
            attributes["transform"] = f"rotate(-90 {number(x)} {number(y)})"
        if kind:
            attributes["fill"] = COLOURS[int(kind.removeprefix("sl-")) - 1]
        self.parts.append(f"<text{_attributes(attributes)}>{escape(words)}</text>")

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "sl-grid", **more: str | float) -> None:
        """Add a straight line; `kind` is `sl-grid`, `sl-axis` or `sl-reference`."""
        looks: dict[str, dict[str, str | float]] = {
            "sl-grid": {"stroke": "currentColor", "stroke_opacity": 0.16, "stroke_width": 1},
            "sl-axis": {"stroke": "currentColor", "stroke_opacity": 0.7, "stroke_width": 1},
            "sl-reference": {"stroke": "currentColor", "stroke_opacity": 0.75, "stroke_width": 1.2,
                             "stroke_dasharray": "5 4"},
        }  # fmt: skip
        self.element("line", x1=x1, y1=y1, x2=x2, y2=y2, **({"class": kind} | looks[kind] | more))

    def mark(self, x: float, y: float, series: int, title: str = "", size: float = 3.6) -> None:
        """Add the mark of a series (from 0): disc, square, diamond, triangle, ring, cross."""
        look: dict[str, str | float] = {"class": f"sl-{series % 6 + 1}", "fill": COLOURS[series % 6]}
        shape = series % 5
        if shape == 0:
            self.element("circle", title, cx=x, cy=y, r=size, **look)
        elif shape == 1:
            self.element("rect", title, x=x - size, y=y - size, width=2 * size, height=2 * size, **look)
        else:
            s = size * 1.35
            corners = {2: [(0, -s), (s, 0), (0, s), (-s, 0)], 3: [(0, -s), (s, s), (-s, s)],
                       4: [(0, s), (s, -s), (-s, -s)]}[shape]  # fmt: skip
            d = "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners)
            self.element("path", title, d=f"M{d}Z", **look)

    def svg(self, texts: Texts) -> str:
        """The whole picture as one `<svg>` element."""
        name = hashlib.sha256(repr((texts, self.parts)).encode("utf-8", "replace")).hexdigest()[:10]
        described = f'<desc id="d{name}">{escape(texts.description)}</desc>' if texts.description else ""
        by = f"t{name} d{name}" if texts.description else f"t{name}"
        width, height = number(self.width), number(self.height)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="sl-chart" role="img" aria-labelledby="{by}" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{escape(FONT)}" '
            f'font-size="{SIZE}" fill="currentColor">'
        )
        body = "\n".join(self.parts)
        return f'{head}<title id="t{name}">{escape(texts.title)}</title>{described}\n{body}\n</svg>'


def as_file(svg: str) -> bytes:
    """A picture of this package as the content of an `.svg` file: black on white, whatever stands behind it."""
    head, rest = svg.split(">", 1)
    end = rest.index("\n")
    ground = '<rect class="sl-ground" width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head} color="#1a1a1a">{rest[:end]}{ground}{rest[end:]}\n'.encode()


def _attributes(attributes: dict[str, str | float]) -> str:
    return "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )

"""The styles of an ODT file, as far as they say what a paragraph is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scheidslijn.reading.xmlsafe import local

_HEADING = re.compile(r"(?:heading|kop)(?:\s|_20_)*([1-9])?$", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|titel)$", re.IGNORECASE)
_POINTS = re.compile(r"(\d+(?:\.\d+)?)pt")
_HEX = re.compile("#[0-9A-Fa-f]{6}")
_TOC = re.compile(r"(?:contents|inhoudsopgave)(?:\s|_20_)", re.IGNORECASE)


def attribute(element: Any, key: str) -> str:
    """Return an attribute by its name without namespace, or ""."""
    return str(next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == key), ""))


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says: heading level (0 none), contents list, bold, hidden (or below 1.5 points), white, shaded."""

    heading: int = 0
    toc: bool = False
    bold: bool = False
    hidden: bool = False
    pale: bool | None = None
    shaded: bool = False

    def within(self, around: Style) -> Style:
        """How text of this style looks inside another: what is hidden or shaded around it is so for it."""
        pale = around.pale if self.pale is None else self.pale
        return replace(self, hidden=self.hidden or around.hidden, pale=pale, shaded=self.shaded or around.shaded)


class Styles:
    """The styles of `styles.xml` and `content.xml` by family and name, resolved through their parents."""

    def __init__(self, roots: Sequence[Any]) -> None:
        self._elements: dict[tuple[str, str], Any] = {}
        self._known: dict[tuple[str, str], Style] = {}
        for root in roots:
            for group in root:
                if local(group) in ("styles", "automatic-styles"):
                    for element in group:
                        if local(element) == "style":
                            self._elements[attribute(element, "family"), attribute(element, "name")] = element

    def of(self, element: Any, family: str = "paragraph") -> Style:
        """Return the style that an element names in `text:style-name`."""
        return self._resolve(family, attribute(element, "style-name"), 0)

    def _resolve(self, family: str, name: str, depth: int) -> Style:
        if (family, name) in self._known:
            return self._known[family, name]
        element = self._elements.get((family, name))
        if element is None or depth > 50:  # unknown, or its own parent
            return _by_name(name, "", Style())
        style = self._resolve(family, attribute(element, "parent-style-name"), depth + 1)
        style = _by_name(name, attribute(element, "display-name"), style)
        outline = attribute(element, "default-outline-level")
        heading = min(6, int(outline)) if outline.isdecimal() and int(outline[:3]) > 0 else style.heading
        bold, hidden, pale, shaded = style.bold, style.hidden, style.pale, style.shaded
        for properties in element:
            if local(properties) == "text-properties":
                weight = attribute(properties, "font-weight")
                bold = weight in ("bold", "600", "700", "800", "900") if weight else bold
                size, colour = _POINTS.fullmatch(attribute(properties, "font-size")), attribute(properties, "color")
                hidden = attribute(properties, "display") == "none" or hidden
                hidden = float(size[1]) < 1.5 if size else hidden
                pale = is_white(colour) if colour else pale
            behind = attribute(properties, "background-color")
            shaded = (behind != "transparent" and not is_white(behind)) if behind else shaded
        self._known[family, name] = Style(heading, style.toc, bold, hidden, pale, shaded)
        return self._known[family, name]


def is_white(colour: str) -> bool:
    """Whether a colour such as `#ffffff` is white, or nearly so."""
    return len(colour) == 7 and _HEX.fullmatch(colour) is not None and min(bytes.fromhex(colour[1:])) >= 242


def _by_name(name: str, shown: str, base: Style) -> Style:
    level = base.heading
    for one in (name, shown):
        heading = _HEADING.match(one)
        if heading and heading[1]:
            level = min(6, int(heading[1]))
        elif _TITLE.match(one):
            level = 1
    return Style(
        level, base.toc or any(_TOC.match(one) for one in (name, shown)), base.bold, base.hidden, base.pale, base.shaded
    )

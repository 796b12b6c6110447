"""The styles of a DOCX file, as far as they say what a paragraph is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from scheidslijn.reading.xmlsafe import local

# Word keeps the English name of a built-in style in any language, but other programs and old templates write Dutch ones
_HEADING = re.compile(r"(?:heading|kop|überschrift|titre)\s*([1-9])\b", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|titel)", re.IGNORECASE)
_SUBTITLE = re.compile(r"(?:subtitle|ondertitel)", re.IGNORECASE)
_TOC = re.compile(r"(?:toc|inhopg|inhoudsopgave|contents)\s*(?:[1-9]|heading)?", re.IGNORECASE)
_LIST = re.compile(r"(?:list bullet|list number|lijstopsom(?:ming)?teken|lijstnummering)\s*([1-5])?", re.IGNORECASE)
_HEX = re.compile("[0-9A-Fa-f]{6}")
WHITE = 242
"""From this value of red, green and blue up, type is taken as white (as in PDF)."""
_OFF = frozenset({"0", "false", "off", "none"})


def attribute(element: Any, key: str) -> str:
    """Return an attribute by its name without namespace, or ""."""
    value = element.get(f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{key}")
    if value is None:
        value = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == key), "")
    return str(value)


def child(element: Any, key: str) -> Any:
    """Return the first child of that name without namespace, or None."""
    return None if element is None else next((one for one in element if local(one) == key), None)


def switch(properties: Any, key: str) -> bool | None:
    """Return whether a property such as `w:b` is on, or None where it is not mentioned."""
    found = child(properties, key)
    return None if found is None else attribute(found, "val") not in _OFF


@dataclass(frozen=True, slots=True)
class Look:
    """How type is set, None where it is not mentioned: hidden or too small to be read, (nearly) white, shaded."""

    hidden: bool | None = None
    pale: bool | None = None
    shaded: bool | None = None

    def over(self, base: Look) -> Look:
        """This look where it says something, and `base` where it does not."""
        pairs = ((self.hidden, base.hidden), (self.pale, base.pale), (self.shaded, base.shaded))
        return Look(*(below if own is None else own for own, below in pairs))


def look(run: Any, paragraph: Any = None) -> Look:
    """Return how run properties, and the shading of paragraph properties, set type.

    Hidden is what `w:vanish` says, and type below 1.5 points (`w:sz` counts half points). Pale is a colour of which
    red, green and blue are all at least `WHITE`.
    """
    size, colour = child(run, "sz"), child(run, "color")
    points = "" if size is None else attribute(size, "val")
    tiny = float(points) / 2 < 1.5 if points.replace(".", "", 1).isdecimal() else None
    vanish = switch(run, "vanish")
    value = "" if colour is None else attribute(colour, "val")
    pale = min(bytes.fromhex(value)) >= WHITE if _HEX.fullmatch(value) else (False if value else None)
    fills = [child(run, "shd"), child(run, "highlight"), child(paragraph, "shd")]
    shaded = any(one is not None and _is_dark(one) for one in fills) or None
    return Look(True if vanish or tiny else (vanish if vanish is not None else tiny), pale, shaded)


def _is_dark(shading: Any) -> bool:
    """Whether shading or highlighting puts a colour behind the text."""
    fill, value = attribute(shading, "fill"), attribute(shading, "val")
    if local(shading) == "highlight":
        return value not in ("none", "white", "")
    if _HEX.fullmatch(fill):
        return min(bytes.fromhex(fill)) < WHITE
    return value not in ("clear", "nil", "") or any("heme" in key for key in shading.attrib)


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says: heading level (0 none), list level (0 none, -1 taken off), contents list, bold, look."""

    heading: int = 0
    list_level: int = 0
    toc: bool = False
    bold: bool = False
    look: Look = Look()


def heading_level(properties: Any) -> int | None:
    """Return the outline level of paragraph properties as 1 to 6, 0 for body text, None where it is not mentioned."""
    outline = child(properties, "outlineLvl")
    if outline is None:
        return None
    value = attribute(outline, "val")
    return min(6, int(value) + 1) if value.isdecimal() and int(value) < 9 else 0


def list_level(properties: Any) -> int | None:
    """Return the list level of paragraph properties from 1, -1 when taken out of a list, None when not mentioned."""
    numbering = child(properties, "numPr")
    if numbering is None:
        return None
    number, level = child(numbering, "numId"), child(numbering, "ilvl")
    if number is not None and attribute(number, "val") == "0":
        return -1
    value = "0" if level is None else attribute(level, "val")
    return min(9, int(value) + 1) if value.isdecimal() else 1


class Styles:
    """The styles of `word/styles.xml` by their id, each resolved through the styles it is based on."""

    def __init__(self, root: Any) -> None:
        self._elements: dict[str, Any] = {}
        self._default = ""
        self._known: dict[str, Style] = {"": Style()}
        for element in () if root is None else root:
            if local(element) == "style":
                identity = attribute(element, "styleId")
                self._elements[identity] = element
                if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true", "on"):
                    self._default = identity

    def of(self, properties: Any, key: str = "pStyle") -> Style:
        """Return the style that paragraph (`pStyle`) or run (`rStyle`) properties name, or the default one."""
        named = child(properties, key)
        identity = attribute(named, "val") if named is not None else (self._default if key == "pStyle" else "")
        return self._resolve(identity, frozenset())

    def _resolve(self, identity: str, below: frozenset[str]) -> Style:
        if identity in self._known:
            return self._known[identity]
        element = self._elements.get(identity)
        if element is None or identity in below or len(below) > 50:  # unknown, or based on itself
            return self._by_name(identity, Style())
        base = child(element, "basedOn")
        style = Style() if base is None else self._resolve(attribute(base, "val"), below | {identity})
        title = child(element, "name")
        style = self._by_name(identity if title is None else attribute(title, "val"), style)
        paragraph, run = child(element, "pPr"), child(element, "rPr")
        heading, level = heading_level(paragraph), list_level(paragraph)
        bold = switch(run, "b")
        style = Style(
            style.heading if heading is None else heading,
            style.list_level if level is None else level,
            style.toc,
            style.bold if bold is None else bold,
            look(run, paragraph).over(style.look),
        )
        self._known[identity] = style
        return style

    @staticmethod
    def _by_name(name: str, base: Style) -> Style:
        heading, listed = _HEADING.match(name), _LIST.fullmatch(name)
        level = base.heading
        if heading:
            level = min(6, int(heading[1]))
        elif _TITLE.fullmatch(name):
            level = 1
        elif _SUBTITLE.fullmatch(name):
            level = 2
        depth = int(listed[1] or 1) if listed else base.list_level
        return Style(level, depth, base.toc or _TOC.fullmatch(name) is not None, base.bold, base.look)

"""What the inline style of an HTML element says of whether its text is seen. Style sheets are not looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping

WHITE = 242
"""From this value of red, green and blue up, type is taken as white (as in PDF)."""
_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|%|vw|vh|cm|mm|in)?")
_TO_POINTS = {"px": 0.75, "pt": 1.0, "em": 12.0, "rem": 12.0, "ex": 6.0, "ch": 6.0, "%": 0.12, "cm": 28.3, "mm": 2.83,
              "in": 72.0, "vw": 6.0, "vh": 6.0, "": 0.75}  # fmt: skip
_FAR = -300.0  # points; text that is moved further than this to the left or up is out of sight
_CLIPPED = re.compile(r"rect\(\s*(?:0|1px)\D+(?:0|1px)\D+(?:0|1px)\D+(?:0|1px)\s*\)|inset\(\s*(?:50|100)%")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\s*\)")
_WHITES = frozenset({"white", "snow", "ivory", "ghostwhite", "floralwhite", "whitesmoke"})


def is_unseen(attributes: Mapping[str, str], bare: bool) -> bool:
    """Whether an element's own attributes put its text out of sight.

    That is: not displayed, invisible, (nearly) transparent, below 1.5 points, moved off the page, clipped or shrunk to
    nothing, the colour of its own background, or white where nothing says that another colour lies behind (`bare`).

    >>> is_unseen({"style": "font-size: 0"}, False), is_unseen({"style": "color: #fff"}, False)
    (True, False)
    >>> is_unseen({"style": "color: #fff"}, True), is_unseen({"style": "color:#fff; background:navy"}, True)
    (True, False)
    """
    style = declared(attributes.get("style", ""))
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if _share(style.get("opacity", "1")) < 0.1 or abs(_points(style.get("font-size", "medium"), 12.0)) < 1.5:
        return True
    if (
        style.get("position") in ("absolute", "fixed")
        and min(_points(style.get(s, "0")) for s in ("left", "top")) < _FAR
    ):
        return True
    if min(_points(style.get("text-indent", "0")), _points(style.get("margin-left", "0"))) < _FAR:
        return True
    if _CLIPPED.search(style.get("clip", "") + style.get("clip-path", "")) or "scale(0" in style.get("transform", ""):
        return True
    if "hidden" in style.get("overflow", "") and any(
        _points(style.get(s, "9")) < 1.5 for s in ("height", "max-height", "width")
    ):
        return True
    return _has_no_contrast(style, attributes, bare)


def declared(style: str) -> dict[str, str]:
    """The declarations of an inline style in small letters, the last of each property."""
    pairs = (part.partition(":") for part in style.lower().replace("!important", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def has_background(attributes: Mapping[str, str]) -> bool:
    """Whether an element says, or may say through a class, what lies behind its text."""
    style = declared(attributes.get("style", ""))
    own = any(name.startswith("background") for name in style)
    return own or any(name in attributes for name in ("class", "id", "bgcolor", "background"))


def _has_no_contrast(style: Mapping[str, str], attributes: Mapping[str, str], bare: bool) -> bool:
    colour = _colour(style.get("color") or attributes.get("color", "").lower())
    if colour is None:
        return False
    if colour == "transparent":
        return True
    behind = style.get("background-color") or style.get("background") or attributes.get("bgcolor", "").lower()
    if behind:
        return _colour(behind) == colour
    return bare and colour == "white" and not has_background(attributes)


def _colour(value: str) -> str | None:
    """A colour as "transparent", "white" (or nearly so), six hexadecimal digits, or its name; None for none."""
    value = value.strip()
    if not value or value in ("inherit", "initial", "currentcolor", "unset"):
        return None
    if value in _WHITES or value == "transparent":
        return "white" if value in _WHITES else value
    if found := _RGB.fullmatch(value):
        if found[4] and _share(found[4]) < 0.1:
            return "transparent"
        digits = bytes(min(int(part), 255) for part in found.groups()[:3]).hex()
    else:
        digits = value.removeprefix("#")
        digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
        if not re.fullmatch("[0-9a-f]{6}", digits):
            return value
    return "white" if min(bytes.fromhex(digits)) >= WHITE else digits


def _points(value: str, otherwise: float = 0.0) -> float:
    """A length in points, taking an em as 12 points and a view as 600; `otherwise` for anything else."""
    found = _NUMBER.fullmatch(value.strip())
    return float(found[1]) * _TO_POINTS[found[2] or ""] if found else otherwise


def _share(value: str) -> float:
    """A number or percentage as a share; 1 for anything else."""
    found = _NUMBER.fullmatch(value.strip())
    return (float(found[1]) / (100.0 if found[2] == "%" else 1.0)) if found else 1.0

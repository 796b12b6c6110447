"""What a request may hold: every value is checked, and a wrong one is refused with one line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scheidslijn.codebook import Codebook
from scheidslijn.codingpage.rows import MAX_REMARK, codes_of


class Refused(Exception):
    """A request that is not taken; the message says what is wrong with it, and nothing was changed."""


def number_of(value: object) -> int:
    """A number of a passage, from 0.

    Raises:
        Refused: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("number: expected the number of a passage")
    return value


def choices_of(value: object, codebook: Codebook, asked: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By dimension the codes that are chosen, () for "none applies"; what is null or absent is not chosen.

    Raises:
        Refused: not a mapping, a dimension that is not asked, or codes that the dimension cannot take.
    """
    if not isinstance(value, dict):
        raise Refused("codes: expected an object with a list of codes, or null, by dimension")
    known = {one.name: one for one in codebook.dimensions}
    chosen: dict[str, tuple[str, ...]] = {}
    for name, given in value.items():
        if name not in asked:
            raise Refused(f"codes: {str(name)[:40]!r} is not asked; asked are {', '.join(asked)}")
        try:
            codes = codes_of(given, known[name])
        except ValueError as error:
            raise Refused(f"codes: {name} {error}") from error
        if codes is not None:
            chosen[name] = codes
    return chosen


def dimension_names(value: object, offered: Sequence[str]) -> list[str]:
    """Names of dimensions that have a suggestion.

    Raises:
        Refused: something else.
    """
    if not isinstance(value, list) or any(name not in offered for name in value):
        raise Refused(f"dimensions: expected some of: {', '.join(offered) or 'none (there is no suggestion)'}")
    return [str(name) for name in value]


def remark_of(value: object) -> str:
    """A remark in one line of text.

    Raises:
        Refused: not a text, or too long.

    >>> remark_of(" twijfel:\\n rol? ")
    'twijfel: rol?'
    """
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_REMARK:
        raise Refused(f"remark: expected a text of at most {MAX_REMARK} characters")
    return " ".join(value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").split())


def seconds_of(value: object) -> float | None:
    """Seconds on a passage, to a tenth; None where the page does not know.

    Raises:
        Refused: no number from 0 to a day.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Refused("seconds: expected a number")
    if not 0 <= value <= 86_400:
        raise Refused("seconds: expected a number from 0 to 86400")
    return round(float(value), 1)

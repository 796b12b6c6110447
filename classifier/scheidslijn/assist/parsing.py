"""From a model's words to plain JSON values, strictly: what is not exactly one object of lists and texts is a fault."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, NoReturn, get_args

FaultKind = Literal[
    "empty", "too_long", "not_json", "not_object", "duplicate_key", "number", "too_deep",
    "dimensions",  # the keys are not those that were asked
    "items",       # the value of a dimension is not a list of {code, quote}
]  # fmt: skip
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)

LONGEST = 100_000
"""Most characters of an answer; what was asked for takes a few thousand."""
_FENCED = re.compile(r"```(?:json|JSON)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL)


class Fault(ValueError):
    """An answer that cannot be read.

    Attributes:
        kind: one of `FAULT_KINDS`.
        detail: what was given, for people; it may hold words of the answer and is never sent to a model.
    """

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind: FaultKind = kind
        self.detail = detail


def parse_object(content: str) -> dict[str, Any]:
    """Read the one JSON object that an answer has to be.

    Blanks around it are passed over, and so is one Markdown fence around all of it: what stands inside is the same
    text with or without it, so nothing is guessed. Anything else around the object is a fault. No number belongs in
    an answer, so one is a fault too, whatever its size.

    Raises:
        Fault: of every kind but "dimensions" and "items".

    >>> parse_object('```json\\n{"thema": []}\\n```')
    {'thema': []}
    >>> parse_object('{"thema": []} Graag gedaan!')
    Traceback (most recent call last):
    scheidslijn.assist.parsing.Fault: not_json: Extra data: line 1 column 15 (char 14)
    """
    if len(content) > LONGEST:
        raise Fault("too_long", f"{len(content):,} characters; at most {LONGEST:,} are read")
    text = content.strip(" \t\r\n")
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1].strip(" \t\r\n")
    if not text:
        raise Fault("empty")
    try:
        found = json.loads(
            text, object_pairs_hook=_distinct, parse_int=_number, parse_float=_number, parse_constant=_number
        )
    except RecursionError as error:
        raise Fault("too_deep") from error
    except json.JSONDecodeError as error:
        raise Fault("not_json", str(error)) from error
    if not isinstance(found, dict):
        raise Fault("not_object", f"a {type(found).__name__}")
    return found


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Fault("duplicate_key", repr(next(name for name in names if names.count(name) > 1)))
    return found


def _number(text: str) -> NoReturn:
    raise Fault("number", text[:40])

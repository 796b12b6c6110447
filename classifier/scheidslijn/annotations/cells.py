"""What a cell says: codes, nothing, yes or no."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Container, Mapping
from functools import lru_cache

NOTHING = frozenset({"", "null", "nan", "nil", "onbekend", "unknown", "nietgecodeerd", "notcoded", "?"})
"""Folded cells that say "not coded"."""
NONE = frozenset({"geen", "none", "geencode", "nocode", "geenvandeze", "noneofthese", "-", "'-", "–", "—"})
"""Folded labels that say "coded: none applies", where the dimension has no code of that name."""
YES = frozenset({"1", "1.0", "x", "ja", "j", "yes", "y", "true", "waar", "v", "✓", "✔", "☑", "☒"})
NO = frozenset({"0", "0.0", "nee", "n", "no", "false", "onwaar", "☐"})
MAX_NAME = 200
"""Most characters of a cell that may be one name."""
MAX_LABELS = 200
"""Most labels that one cell may hold; more is a text in the wrong column."""

_FOLDED_OUT = re.compile(r"[\s_\-/&,.()'’:]+")
_STRONG = re.compile(r"[;|\n#+]")  # doccano writes # between labels in CSV


@lru_cache(maxsize=10_000)  # the same few labels come back in every row
def fold(text: str) -> str:
    """Return a name as it is compared: small letters without accents, blanks and joining marks.

    >>> fold("Sociaal-Economisch") == fold("sociaal_economisch"), fold(" – ")
    (True, '–')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return _FOLDED_OUT.sub("", plain) or plain.strip()


def labels_of(value: object, known: Container[str] = ()) -> tuple[str, ...] | None:
    """Return the labels in the value of a cell or field as they are spelled, or None for "not coded".

    Takes a text (several labels divided by `;`, `|`, `#`, `+`, line breaks or `,`), a list of labels, a JSON list in a
    text, and what Label Studio writes: `{"choices": [...]}` and lists of spans with `labels`. An empty list is "coded:
    none applies" and gives ().

    Args:
        value: of the cell.
        known: folded names that are one label though a dividing mark stands in them.

    Raises:
        ValueError: a value that holds no labels, such as a mapping of another kind.

    >>> labels_of("onderwijs; bestuur"), labels_of(""), labels_of([])
    (('onderwijs', 'bestuur'), None, ())
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        return (value.strip(),) if len(value) <= MAX_NAME and fold(value) in known else _from_text(value)
    if isinstance(value, (list, tuple)):
        return _from_list(list(value))
    if isinstance(value, Mapping):
        for name in ("choices", "labels", "taxonomy"):
            if isinstance(value.get(name), list):
                return _from_list(value[name])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (f"{value:g}",)  # a code that is a number, see `Columns.values`
    raise ValueError(f"holds a {type(value).__name__} where codes should stand")


def _from_text(text: str) -> tuple[str, ...] | None:
    text = text.strip()
    if not text or (len(text) <= MAX_NAME and fold(text) in NOTHING):
        return None
    if text[0] in "[{":
        try:
            return labels_of(json.loads(text))
        except RecursionError as error:
            raise ValueError("holds JSON that is nested too deep") from error
        except json.JSONDecodeError:
            if text[0] == "[" and text[-1] == "]":  # as Python and pandas write a list: ['a', 'b']
                inside = text[1:-1].strip()
                return _checked([one.strip().strip("'\"") for one in inside.split(",")]) if inside else ()
    parts = _STRONG.split(text)
    if len(parts) == 1:
        parts = text.split(",")
    return _checked(parts)


def _from_list(values: list[object]) -> tuple[str, ...]:
    found: list[str] = []
    for one in values:
        if isinstance(one, Mapping):  # a span of Label Studio
            found.extend(labels_of(one) or ())
        elif isinstance(one, list):  # a path of a taxonomy: the last step says most
            found.extend(str(step) for step in one[-1:])
        elif isinstance(one, str):
            found.append(one)
        elif one is not None:
            raise ValueError(f"holds a {type(one).__name__} where a code should stand")
    return _checked(found)


def _checked(parts: list[str]) -> tuple[str, ...]:
    labels = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(labels) > MAX_LABELS:
        raise ValueError(f"holds {len(labels)} labels; at most {MAX_LABELS}")
    return labels


def yes_or_no(value: object) -> bool | None:
    """Return what a cell of a column for one code says: yes, no, or None for "not coded".

    Raises:
        ValueError: anything else than a yes or a no.

    >>> yes_or_no("ja"), yes_or_no(0), yes_or_no("")
    (True, False, None)
    """
    if isinstance(value, bool):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    text = str(value).strip().casefold()
    if not text or (len(text) <= MAX_NAME and fold(text) in NOTHING):
        return None
    if text in YES:
        return True
    if text in NO or text in {"-", "–"}:
        return False
    raise ValueError(f"holds {str(value)[:40]!r}, not yes (1, x, ja) or no (0, nee)")

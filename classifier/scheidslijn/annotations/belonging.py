"""By which codebook a file was coded: codes of one are nonsense by another, also where they are spelled alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scheidslijn.annotations.coding import Problem
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError

FIELD = "codebook"
"""The field of sheets, codings and suggestions that names their codebook with its version."""
MAYBE_ANOTHER = "another codebook?"
"""Kind of the problem of a file most of whose codes the codebook lacks."""
FEWEST = 10
"""Fewest unknown codes that say so: fewer may be slips of the pen."""
_LABEL = re.compile(r"[^@\s]+@[^@\s]+")


def named_in(record: Mapping[str, Any]) -> str:
    """Return the codebook that a row names ("oefencodeboek@1.0"), or "": of a task of a tool too.

    >>> named_in({"codebook": "oefencodeboek@1.0"}), named_in({"data": {"codebook": "a@1"}}), named_in({"codebook": 2})
    ('oefencodeboek@1.0', 'a@1', '')
    """
    for part in (record, record.get("data"), record.get("meta")):
        value = part.get(FIELD) if isinstance(part, Mapping) else None
        if isinstance(value, str) and _LABEL.fullmatch(value.strip()):
            return value.strip()
    return ""


def refuse_another(named: str, codebook: Codebook, what: str, made: str = "is coded by") -> None:
    """Refuse rows of a codebook of another name; another version is fine, and so are rows that name none.

    Args:
        named: as `named_in` gives it.
        what: the file, for the message.
        made: how it belongs to its codebook, with the preposition last.

    Raises:
        ScheidslijnError: they are of another codebook.
    """
    if named and named.rpartition("@")[0] != codebook.name:
        by = made.rpartition(" ")[2]
        raise ScheidslijnError(f"{what}: {made} {named}, not {by} {codebook.label}; give --{FIELD} with its folder")


def mostly_unknown(what: str, unknown: int, given: int, codebook: Codebook) -> Problem | None:
    """A problem when more than half of the codes of a file, and at least `FEWEST`, are not in the codebook."""
    if unknown < FEWEST or 2 * unknown <= given:
        return None
    message = f"most codes ({unknown:,} of {given:,}) are not in {codebook.name}; did you mean --{FIELD} PATH?"
    return Problem(what, MAYBE_ANOTHER, message)

"""A decision as a row of the file of codes, and back: what `annotations.read_codings` reads as one person's codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scheidslijn.assist.values import Suggestion
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.codingpage.values import Decision, Item
from scheidslijn.errors import ScheidslijnError

FRONT = ("passage_id", "key", "document", "page", "kind", "heading", "text", "coder")
BACK = (
    "remark", "was_cancelled", "adjudicated", "suggestion", "changed_after", "chosen_before", "equals_suggestion",
    "suggestion_of", "seconds", "codebook",
)  # fmt: skip
MAX_REMARK = 4000
"""Most characters of a remark."""

Row = dict[str, Any]
Codes = Mapping[str, tuple[str, ...]]


def refuse_names(codebook: Codebook) -> None:
    """Refuse a codebook with a dimension that is called as a field of every row.

    Raises:
        ScheidslijnError: there is one.
    """
    for dimension in codebook.dimensions:
        if dimension.name in (*FRONT, *BACK):
            raise ScheidslijnError(f"{codebook.label}: dimension '{dimension.name}' is called as a field of every row")


def row_of(
    item: Item,
    decision: Decision,
    coder: str,
    codebook: Codebook,
    dimensions: Sequence[Dimension],
    suggestion: Suggestion | None = None,
) -> Row:
    """A decision as a row of JSON values.

    A dimension is a list of codes, or one code where only one is allowed; `[]` says that none applies and null that
    it was not coded. Of every dimension with a suggestion, `suggestion` says whether the coder had seen it before
    choosing ("seen") or not ("hidden"), `equals_suggestion` whether the codes are the same, and, where it was shown
    after choosing, `changed_after` whether the coder then changed what `chosen_before` keeps.

    Args:
        dimensions: those that were asked; the others have a field only when the decision has them.
    """
    passage, asked = item.passage, {one.name for one in dimensions}
    row: Row = {
        "passage_id": passage.passage_id, "key": passage.key, "document": passage.document, "page": passage.page,
        "kind": passage.kind, "heading": list(passage.heading), "text": passage.text, "coder": coder,
    }  # fmt: skip
    for dimension in codebook.dimensions:
        codes = decision.codes.get(dimension.name)
        if dimension.name in asked or codes is not None:
            row[dimension.name] = None if codes is None else field_of(codes, dimension)
    row |= {name: value for name, value in item.facts.items() if name not in row and name not in BACK}
    if decision.remark:
        row["remark"] = decision.remark
    if decision.skipped:
        row["was_cancelled"] = True  # the word that Label Studio has for it, and that read_codings knows
    if item.said:
        row["adjudicated"] = [name for name in item.said if name in decision.codes]
    row |= _sight(decision, codebook, suggestion)
    if decision.seconds is not None:
        row["seconds"] = decision.seconds
    row["codebook"] = codebook.label
    return row


def field_of(codes: Sequence[str], dimension: Dimension) -> list[str] | str:
    """The codes of a dimension as a field: a list, or the code itself where only one is allowed."""
    return codes[0] if codes and not dimension.multi else list(codes)


def _sight(decision: Decision, codebook: Codebook, suggestion: Suggestion | None) -> Row:
    """What is known of suggestions and choices; what was seen stays known when the suggestions are not at hand."""
    offered = set(offered_in(suggestion)) if suggestion else set()
    names = [one.name for one in codebook.dimensions if one.name in offered | decision.seen | set(decision.blind)]
    if not names:
        return {}
    found: Row = {"suggestion": {name: "seen" if name in decision.seen else "hidden" for name in names}}
    if decision.blind:
        blind = {name: decision.blind[name] for name in names if name in decision.blind}
        found["changed_after"] = {
            name: set(codes) != set(decision.codes[name]) for name, codes in blind.items() if name in decision.codes
        }
        found["chosen_before"] = {name: list(codes) for name, codes in blind.items()}
    if suggestion is not None:
        found["equals_suggestion"] = {
            name: set(suggestion.codes[name]) == set(decision.codes[name])
            for name in names
            if name in suggestion.codes and name in decision.codes
        }
        found["suggestion_of"] = suggestion.coder
    return found


def offered_in(suggestion: Suggestion) -> tuple[str, ...]:
    """The dimensions of which a suggestion says anything."""
    partly = (key.partition(".")[0] for key in suggestion.partly)
    return tuple(dict.fromkeys([*suggestion.codes, *partly]))


def decision_of(row: Mapping[str, Any], codebook: Codebook) -> tuple[Decision, list[str]]:
    """A row back as a decision, and what of it could not be taken, one text each; nothing is raised for a row."""
    faults: list[str] = []
    codes: dict[str, tuple[str, ...]] = {}
    for dimension in codebook.dimensions:
        try:
            given = codes_of(row.get(dimension.name), dimension)
        except ValueError as error:
            faults.append(f"{dimension.name} {error}")
            continue
        if given is not None:
            codes[dimension.name] = given
    blind: dict[str, tuple[str, ...]] = {}
    before, seen = row.get("chosen_before"), row.get("suggestion")
    for dimension in codebook.dimensions:
        try:
            given = codes_of(before.get(dimension.name) if isinstance(before, dict) else None, dimension)
        except ValueError:
            continue
        if given is not None:
            blind[dimension.name] = given
    known = {one.name for one in codebook.dimensions}
    first = frozenset(name for name in seen if name in known and seen[name] == "seen") if isinstance(seen, dict) else ()
    remark, seconds = row.get("remark"), row.get("seconds")
    skipped = row.get("was_cancelled") is True
    return Decision(
        {} if skipped else codes, remark if isinstance(remark, str) else "", skipped, frozenset(first), blind,
        seconds if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) else None,
    ), faults  # fmt: skip


def codes_of(value: object, dimension: Dimension) -> tuple[str, ...] | None:
    """The codes in a JSON value in the order in which they stand there; None for null.

    Raises:
        ValueError: not a list of codes of this dimension, one twice, or several where one is allowed.
    """
    if value is None:
        return None
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list):
        raise ValueError(f"has a {type(value).__name__}; give null, or a list of codes")
    allowed = [one.code for one in dimension.codes]
    for code in given:
        if code not in allowed:
            raise ValueError(f"has no code {str(code)[:40]!r}; it has {', '.join(allowed)}")
    if len(set(given)) < len(given):
        raise ValueError("has a code twice; give each once")
    if len(given) > 1 and not dimension.multi:
        raise ValueError(f"takes one code, got {len(given)}")
    return tuple(given)


def line_of(row: Row) -> bytes:
    """A row as one line of JSON in UTF-8, with its line break."""
    line = json.dumps(row, ensure_ascii=False, allow_nan=False)
    if not line.isascii() and any("\ud800" <= c <= "\udfff" for c in line):
        line = json.dumps(row, allow_nan=False)  # half a surrogate pair has no UTF-8
    return line.encode("utf-8") + b"\n"

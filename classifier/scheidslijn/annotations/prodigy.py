"""JSONL that `prodigy db-out` writes (Prodigy, "Annotation interfaces").

- A binary question (`label` with `answer`): accept says that this one code applies, reject that it does not; nothing is
  known of the other codes until they were asked too.
- A choice (`options` with `accept`): every option that was not accepted does not apply.
- `cats`: by label 0 or 1. `spans`: the passage, the whole text of the task, has their labels.

`answer: ignore` is no coding, nor is a rejected choice or span. The coder is `_annotator_id`, or else `_session_id`,
unless that is only the time at which the session began. What `review` wrote (it has `versions`) settles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.naming import NO_CODE, Names, UnknownLabel
from scheidslijn.annotations.records import Record, Records, plain_text
from scheidslijn.annotations.rows import Row
from scheidslijn.annotations.tools import marks_of, row_of, skipped

_WHO = ("_annotator_id", "_session_id")
_TIME = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d")


def is_task(record: Record) -> bool:
    """Whether a JSON object is an answered task of Prodigy."""
    return record.get("answer") in ("accept", "reject", "ignore")


def rows(record: Record, where: str, records: Records) -> Iterator[Row | Problem]:
    """Yield the row of a task, or why there is none."""
    names = (plain_text(record.get(field)) for field in _WHO)
    coder = next((name for name in names if name and not _TIME.fullmatch(name)), "")
    answer, label = record["answer"], record.get("label")
    if answer == "ignore":
        yield skipped(where, coder)
        return
    marks: dict[str, bool] = {}
    labels: dict[str, tuple[str, ...]] = {}
    loose: list[str] = []
    problems: list[Problem] = []
    if isinstance(record.get("options"), list):
        if answer == "accept":
            marks, labels, loose = _choice(record, records.names)
            loose += _spans(record)
    elif isinstance(label, str):
        marks, problems = marks_of({label: answer == "accept"}, records.names, where)
    elif answer == "accept":
        cats = record.get("cats")
        marks, problems = marks_of(cats, records.names, where) if isinstance(cats, Mapping) else ({}, [])
        loose = [one for one in label if isinstance(one, str)] if isinstance(label, list) else _spans(record)
    if answer == "reject" and not marks and not problems:
        yield Problem(where, "rejected", "was rejected as a whole; that says of no code whether it applies")
        return
    faults = tuple(("", problem) for problem in problems)
    reviewed = {"adjudicated": True} if isinstance(record.get("versions"), list) else {}
    rest = {field: value for field, value in record.items() if field not in _WHO}
    yield row_of(
        records, rest, where, coder=coder, marks=marks, labels=labels, loose=tuple(loose), faults=faults,
        asked="options" in record, **reviewed,
    )  # fmt: skip


def _spans(record: Record) -> list[str]:
    labels = (one.get("label") for one in _mappings(record.get("spans")))
    return list(dict.fromkeys(label for label in labels if isinstance(label, str)))


def _choice(record: Record, names: Names) -> tuple[dict[str, bool], dict[str, tuple[str, ...]], list[str]]:
    """Return what a choice says: marks by key, dimensions for which "none" was chosen, and choices that no code has."""
    accepted = record.get("accept")
    chosen = {plain_text(one) for one in accepted} if isinstance(accepted, list) else {plain_text(accepted)}
    marks: dict[str, bool] = {}
    none: dict[str, tuple[str, ...]] = {}
    unknown = []
    for option in _mappings(record.get("options")):
        spelled = plain_text(option.get("id"))
        try:
            dimension, code = _code(names, spelled, plain_text(option.get("text")))
        except UnknownLabel:
            if spelled in chosen:
                unknown.append(spelled)
            continue
        if code != NO_CODE:
            marks[f"{dimension}.{code}"] = spelled in chosen
        elif spelled in chosen:
            none[dimension] = ("geen",)
    known = {plain_text(option.get("id")) for option in _mappings(record.get("options"))}
    unknown += sorted(one for one in chosen - known if one)
    return marks, none, unknown


def _code(names: Names, spelled: str, text: str) -> tuple[str, str]:
    """The code of an option by its identifier, or else by what the coder saw."""
    try:
        return names.anywhere(spelled)
    except UnknownLabel:
        return names.anywhere(text)


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []

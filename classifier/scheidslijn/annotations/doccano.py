"""Exports of doccano as JSONL or JSON, of all versions.

Text classification gives `label: ["onderwijs", "rol.ambitie"]` (older: `labels`, or `annotations` with users); intent
detection gives `cats`; sequence labelling gives `label: [[start, end, "thema.onderwijs"]]` or `entities`, which say
that the passage, the whole text of the example, has the label. Labels name their dimension, or are codes that only one
dimension has. doccano writes an example that nobody labelled with an empty list, so an empty list is "not coded"; of a
dimension without a label nothing is known (see `Columns.complete`). An export of all members is a zip with a file for
each; its name is the coder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.records import Record, Records, plain_text
from scheidslijn.annotations.rows import Row
from scheidslijn.annotations.tools import marks_of, row_of

_LABELS = ("label", "labels", "cats", "entities")


def is_example(record: Record, records: Records) -> bool:
    """Whether a JSON object is an example of doccano: it has labels, and no column of a dimension or a code."""
    header = records.header(record)
    if header.labels or header.marks:
        return False
    return any(isinstance(record.get(name), (list, dict)) for name in (*_LABELS, "annotations"))


def rows(record: Record, where: str, records: Records) -> Iterator[Row | Problem]:
    """Yield a row for the example, or one for every user that annotated it."""
    cats = record.get("cats")
    marks, problems = marks_of(cats, records.names, where) if isinstance(cats, Mapping) else ({}, [])
    faults = [("", problem) for problem in problems]
    labels: list[str] = []
    for name in _LABELS:
        found, wrong = _labels(record.get(name), where)
        labels += found
        faults += [("", problem) for problem in wrong]
    by_user: dict[str, list[object]] = {}
    annotations = record.get("annotations")
    for one in annotations if isinstance(annotations, list) else ():
        user = plain_text(one.get("user")) if isinstance(one, Mapping) else ""
        by_user.setdefault(user, []).append(one)
    if labels or marks or faults or not by_user:
        yield row_of(records, record, where, coder="", loose=tuple(labels), marks=marks, faults=tuple(faults))
    for user, given in by_user.items():
        found, wrong = _labels(given, where)
        yield row_of(
            records, record, where, coder=user, loose=tuple(found), faults=tuple(("", problem) for problem in wrong)
        )


def _labels(values: object, where: str) -> tuple[list[str], list[Problem]]:
    """The names of labels, each alone, in a span `[start, end, name]`, or in an object with `label`."""
    found, problems = [], []
    for one in values if isinstance(values, list) else ():
        if isinstance(one, list) and len(one) >= 3:
            one = one[2]
        elif isinstance(one, Mapping):
            one = one.get("label")
        if isinstance(one, str) and one.strip():
            found.append(one.strip())
        elif one is not None:
            message = f"label {str(one)[:40]} has no name; export with the names of the labels"
            problems.append(Problem(where, "unknown code", message))
    return list(dict.fromkeys(found)), problems

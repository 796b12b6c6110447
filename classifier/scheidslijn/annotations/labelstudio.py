"""Exports of Label Studio as JSON (JSON-MIN and CSV are tables, which `records` reads).

A task holds `data` and `annotations`, one for every coder; a `result` holds its labels under the name of its type
(Label Studio, "Task format"). The name of the control (`from_name`) is the dimension, or else its labels name it
(`thema.onderwijs`). A labelled span says that the passage, the whole text of the task, has the label. Predictions are
not codings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scheidslijn.annotations.cells import fold, yes_or_no
from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.header import targets_of
from scheidslijn.annotations.records import MAX_EXTRA, Record, Records, plain_text
from scheidslijn.annotations.rows import Row
from scheidslijn.annotations.tools import row_of, skipped


def is_task(record: Record) -> bool:
    """Whether a JSON object is a task of Label Studio."""
    return isinstance(record.get("data"), dict) and any(
        isinstance(record.get(name), list) for name in ("annotations", "completions", "predictions")
    )


def rows(record: Record, where: str, records: Records) -> Iterator[Row | Problem]:
    """Yield a row for every annotation of a task that was not cancelled."""
    annotations = record.get("annotations") or record.get("completions") or []
    if not annotations:
        yield Problem(where, "not coded", "no person annotated this task; predictions are not codings")
    for number, annotation in enumerate(annotations, start=1):
        here = where if len(annotations) == 1 else f"{where} (annotation {number})"
        if not isinstance(annotation, Mapping):
            yield Problem(here, "no row", f"is a JSON {type(annotation).__name__}, not an annotation")
            continue
        coder = coder_of(annotation.get("completed_by"))
        if annotation.get("was_cancelled") or annotation.get("skipped"):
            yield skipped(here, coder)
            continue
        labels, loose, marks, faults = _results(annotation.get("result"), records, here)
        settles = {"adjudicated": True} if annotation.get("ground_truth") is True else {}  # or the task says so
        row = row_of(
            records, record["data"], here, coder=coder, labels=labels, loose=loose, marks=marks, faults=faults,
            asked=True, **settles,
        )  # fmt: skip
        yield replace(row, extra={**row.extra, **_remarks(annotation.get("result"))})


def coder_of(value: object) -> str:
    """Return who completed an annotation: a number, or a mapping with the e-mail or the number."""
    if isinstance(value, Mapping):
        return next((plain_text(value[name]) for name in ("email", "username", "id") if value.get(name)), "")
    return plain_text(value)


Found = tuple[dict[str, tuple[str, ...]], tuple[str, ...], dict[str, bool], tuple[tuple[str, Problem], ...]]


def _results(results: object, records: Records, where: str) -> Found:
    labels: dict[str, tuple[str, ...]] = {}
    loose: list[str] = []
    marks: dict[str, bool] = {}
    faults: list[tuple[str, Problem]] = []
    targets = targets_of(records.names)
    for result in results if isinstance(results, list) else ():
        paths = _paths(result)
        if not paths:
            continue
        name = plain_text(result.get("from_name"))
        target = targets.get(fold(name), "")
        if not target:
            loose += [".".join(path[-2:]) for path in paths]
        elif "." not in target:
            labels[target] = labels.get(target, ()) + tuple(path[-1] for path in paths)
        else:
            try:
                answer = yes_or_no(paths[0][-1])
                marks |= {} if answer is None else {target: answer}
            except ValueError as error:
                problem = Problem(where, "not yes or no", f"control '{name[:40]}' {error}")
                faults.append((target.partition(".")[0], problem))
    return labels, tuple(loose), marks, tuple(faults)


def _remarks(results: object) -> dict[str, str]:
    """What was written in text fields, by name of the field."""
    found: dict[str, str] = {}
    for one in results if isinstance(results, list) else ():
        if isinstance(one, Mapping) and one.get("type") == "textarea" and isinstance(one.get("value"), Mapping):
            texts = one["value"].get("text")
            lines = [text for text in (texts if isinstance(texts, list) else [texts]) if isinstance(text, str)]
            if any(lines) and (name := plain_text(one.get("from_name"))):
                found[name] = " ".join(lines)[:MAX_EXTRA]
    return found


def _paths(result: Any) -> list[list[str]]:
    """The labels of one result, each as a path with one step; of a taxonomy with all its steps."""
    if not isinstance(result, Mapping) or not isinstance(result.get("value"), Mapping):
        return []
    kind = result.get("type")
    found = result["value"].get(kind) if kind not in ("textarea", "relation") else None
    paths = [one if isinstance(one, list) else [one] for one in found] if isinstance(found, list) else []
    return [[step for step in path if isinstance(step, str)] for path in paths if any(isinstance(s, str) for s in path)]

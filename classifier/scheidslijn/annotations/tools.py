"""What the exports of annotation tools share: facts of a passage, and marks for single codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scheidslijn.annotations.cells import yes_or_no
from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.naming import NO_CODE, Names, UnknownLabel
from scheidslijn.annotations.records import Record, Records, extra_of, facts_of, plain_text
from scheidslijn.annotations.rows import Row


def row_of(records: Records, record: Record, where: str, *, coder: str, **more: Any) -> Row:
    """Return a row with the facts of a record, of its `meta` too, and the labels given in `more`.

    The text may also be in a field `data` (doccano), or in the only field that holds one (Label Studio).
    """
    meta = record.get("meta")
    whole = {**meta, **record} if isinstance(meta, Mapping) else dict(record)
    header = records.header(whole)
    facts = facts_of(whole, header)
    text = facts["text"] or (whole["data"] if isinstance(whole.get("data"), str) else _only_text(whole, header.others))
    return Row(
        where=where,
        text=text,
        key=facts["key"],
        document=facts["document"],
        coder=coder or facts["coder"] or records.coder,
        heading=facts["heading"],
        doc_type=facts["doc_type"],
        page=facts["page"],
        extra=extra_of(whole, header),
        **({"adjudicated": facts["adjudicated"]} | more),
    )


def _only_text(record: Record, others: Iterable[str]) -> str:
    found = [record[name] for name in others if isinstance(record.get(name), str) and " " in record[name].strip()]
    return found[0] if len(found) == 1 else ""


def marks_of(said: Mapping[object, object], names: Names, where: str) -> tuple[dict[str, bool], list[Problem]]:
    """Return by key what is said of single codes, and what of it could not be taken.

    Args:
        said: by label yes or no, as `yes_or_no` takes it.
    """
    marks: dict[str, bool] = {}
    problems = []
    for label, value in said.items():
        try:
            dimension, code = names.anywhere(plain_text(label))
            if code != NO_CODE and (answer := yes_or_no(value)) is not None:
                marks[f"{dimension}.{code}"] = answer
        except UnknownLabel as error:
            problems.append(Problem(where, "unknown code", str(error)))
        except ValueError as error:
            problems.append(Problem(where, "not yes or no", f"label '{plain_text(label)[:40]}' {error}"))
    return marks, problems


def skipped(where: str, coder: str) -> Problem:
    """The problem of a passage that a coder passed over."""
    who = f"coder '{coder[:60]}'" if coder else "the coder"
    return Problem(where, "skipped", f"{who} skipped this passage; nothing is known of it")

"""Rows of `scheidslijn suggest`: what a language model said of passages, read as the codings of a machine.

A field `suggested_by` marks such a row, whatever else stands in it: also where its coder carries the name of a person,
because a person's row has no such field.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheidslijn.annotations.cells import labels_of, yes_or_no
from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.records import Record, Records, facts_of, plain_text, unguarded
from scheidslijn.annotations.rows import Row

MARK = "suggested_by"
"""The field that says that a machine gave the labels of a row: the name of the model."""
FACTS = ("passage_id", "kind", "place", MARK, "prompt", "codebook")
"""What is kept of a row in `Coding.extra`, besides its flags."""


def is_suggestion(record: Record) -> bool:
    """Return whether a machine gave the labels of this row.

    >>> is_suggestion({"text": "…", "suggested_by": "tiny"}), is_suggestion({"text": "…", "suggested_by": ""})
    (True, False)
    """
    return bool(plain_text(record.get(MARK)).strip())


def rows(record: Record, where: str, records: Records) -> Iterator[Row | Problem]:
    """Yield what one row says: a list of codes or a single one per dimension, or yes and no per code where it is null.

    Evidence and failures are not read; names of the flags are kept in `extra["flags"]`, divided by a comma.
    """
    facts = facts_of(record, records.header(_plain(record)))
    labels: dict[str, tuple[str, ...]] = {}
    marks: dict[str, bool] = {}
    faults: list[tuple[str, Problem]] = []
    for dimension in records.names.codebook.dimensions:
        try:
            found = labels_of(record.get(dimension.name), records.names.code_names[dimension.name])
            if found is not None:
                labels[dimension.name] = found
                continue
            for code in dimension.codes:
                if (said := yes_or_no(record.get(code.key))) is not None:
                    marks[code.key] = said
        except ValueError as error:
            faults.append((dimension.name, Problem(where, "no codes", f"{dimension.name} {error}")))
    if not (labels or marks or faults):
        if record.get("failures") == []:
            return  # nothing failed: the codebook decides such passages by rule, and the model was not asked
        yield Problem(where, "not coded", f"{plain_text(record[MARK])[:60]!r} gave no label that could be taken")
        return
    yield Row(
        where=where,
        text=unguarded(str(facts["text"])),
        key=str(facts["key"]),
        document=str(facts["document"]),
        coder=str(facts["coder"]) or f"llm:{plain_text(record[MARK]).strip()}",
        labels=labels,
        marks=marks,
        heading=facts["heading"],
        doc_type=str(facts["doc_type"]),
        page=facts["page"],
        extra=_kept(record),
        faults=tuple(faults),
        machine=True,
    )


def _plain(record: Record) -> dict[str, object]:
    """The fields that name a fact: those of codes differ from row to row, and would each be looked at anew."""
    return {name: None for name in record if isinstance(name, str) and "." not in name}


def _kept(record: Record) -> dict[str, object]:
    kept: dict[str, object] = {name: text for name in FACTS if (text := plain_text(record.get(name)))}
    flags = record.get("flags")
    names = [str(one) for one in flags] if isinstance(flags, list) else [plain_text(flags)]
    return kept | ({"flags": ", ".join(names)} if any(names) else {})

"""The rows of one file, whatever its form: a table, the export of an annotation tool, or an archive of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scheidslijn.annotations import doccano, inception_cas, labelstudio, prodigy, spans, suggestions
from scheidslijn.annotations.archives import MAX_DEPTH, unpacked
from scheidslijn.annotations.belonging import named_in, refuse_another
from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.inception_tsv import read_tsv
from scheidslijn.annotations.opening import MAX_JSON, NOT_ONE, TABLES, form_of, read_json, read_taken
from scheidslijn.annotations.records import OF_MACHINE, Record, Records
from scheidslijn.annotations.rows import Row
from scheidslijn.errors import ReadingError
from scheidslijn.reading.files import read_bytes

NO_FILE = "unreadable file"
"""Kind of the problem of a file that could not be read, or not to its end."""
OTHER_FILE = "other file"
"""Kind of the problem of a file that is no form of codings, such as a README in a folder."""


def items_of(path: Path, name: str, records: Records, depth: int = 0) -> Iterator[Row | Problem]:
    """Yield the rows of a file, and what is wrong with others; a file that cannot be read (further) gives one problem.

    A row that names no coder gets the stem of the file's name as one.

    Args:
        path: the file.
        name: the file as the user knows it, for messages.
        records: turns the records of tables into rows.
        depth: how many archives the file is in.

    Raises:
        ScheidslijnError: its rows name another codebook than that of `records`.
    """
    stem = Path(name).name.removesuffix(".gz").rpartition(".")[0] or Path(name).name
    for item in _explained(path, name, records, depth):
        if isinstance(item, Row) and not item.file:
            item = replace(item, file=name, coder=item.coder or ("" if item.adjudicated else stem))
        yield item


def _explained(path: Path, name: str, records: Records, depth: int) -> Iterator[Row | Problem]:
    try:
        form = form_of(path, name)
        if form in TABLES:
            for taken in read_taken(path, name, form, records.columns):
                if isinstance(taken, ReadingError):
                    yield Problem(taken.source, "no row", f"{taken.fault}; {taken.remedy}")
                else:
                    yield from _rows(taken.values, taken.where, name, records)
        elif form == "json":
            yield from _json(read_json(path, name), name, records)
        elif form == "zip":
            yield from _archive(path, name, records, depth)
        elif form == "webanno":
            text = read_bytes(path, name, MAX_JSON).decode("utf-8-sig", "replace")
            yield from spans.rows(read_tsv(text, name), name, records)
        elif annotated := inception_cas.read_xmi(read_bytes(path, name, MAX_JSON), name):
            yield from spans.rows(annotated, name, records)
    except ReadingError as error:
        kind = OTHER_FILE if error.remedy == NOT_ONE else NO_FILE
        yield Problem(name, kind, f"{error.fault}; {error.remedy}")


def _rows(record: Record, where: str, name: str, records: Records) -> Iterator[Row | Problem]:
    """Yield the rows of one record, each with the codebook it names.

    Raises:
        ScheidslijnError: that is another codebook, and the record is no mere output of our labeller.
    """
    items = list(_taken(record, where, records))
    if not (named := named_in(record)):
        yield from items
        return
    if not any(isinstance(one, Problem) and one.kind == OF_MACHINE for one in items):
        refuse_another(named, records.names.codebook, name)
    yield from (replace(one, codebook=named) if isinstance(one, Row) else one for one in items)


def _taken(record: Record, where: str, records: Records) -> Iterator[Row | Problem]:
    """Yield the rows of one record, which is a task of an annotation tool or a row of a table."""
    if suggestions.is_suggestion(record):
        yield from suggestions.rows(record, where, records)
    elif inception_cas.is_json_cas(record):
        yield from spans.rows(inception_cas.read_json_cas(record, where), where, records)
    elif labelstudio.is_task(record):
        yield from labelstudio.rows(record, where, records)
    elif prodigy.is_task(record):
        yield from prodigy.rows(record, where, records)
    elif doccano.is_example(record, records):
        yield from doccano.rows(record, where, records)
    else:
        yield from records.rows(record, where)


def _json(value: Any, name: str, records: Records) -> Iterator[Row | Problem]:
    if inception_cas.is_json_cas(value):
        yield from spans.rows(inception_cas.read_json_cas(value, name), name, records)
        return
    items = value if isinstance(value, list) else [value]
    if not any(isinstance(item, dict) and _holds_a_passage(item, records) for item in items):
        raise ReadingError(name, "is JSON without passages", NOT_ONE)
    for number, item in enumerate(items, start=1):
        where = f"{name}:{number}"
        if isinstance(item, dict):
            yield from _rows(item, where, name, records)
        else:
            message = f"is a JSON {type(item).__name__}, not an object; the other rows are read"
            yield Problem(where, "no row", message)


def _holds_a_passage(record: Record, records: Records) -> bool:
    facts = records.header(record).facts
    return labelstudio.is_task(record) or isinstance(record.get("data"), str) or "text" in facts or "key" in facts


def _archive(path: Path, name: str, records: Records, depth: int) -> Iterator[Row | Problem]:
    if depth >= MAX_DEPTH:
        raise ReadingError(name, f"is an archive within {MAX_DEPTH} others", "unpack it and give the folder")
    with unpacked(path, name) as (files, others):
        for file, inside in files:
            yield from items_of(file, inside, records, depth + 1)
        if others:
            shown = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
            yield Problem(name, OTHER_FILE, f"{len(others)} files in it are no codings ({shown}); they are passed over")

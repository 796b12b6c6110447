"""Reads coded passages in every form that coders have, and says of every row that was not taken why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from scheidslijn.annotations import doccano, labelstudio, prodigy
from scheidslijn.annotations.coding import Coding, Codings, Problem
from scheidslijn.annotations.columns import DEFAULT, Columns
from scheidslijn.annotations.consolidating import consolidate
from scheidslijn.annotations.naming import Names
from scheidslijn.annotations.opening import NOT_ONE, TABLES, Taken, form_of, read_json, read_taken
from scheidslijn.annotations.records import Record, Records
from scheidslijn.annotations.rows import Row, Settler
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ReadingError, ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.sources import Source, walk

NO_FILE = "unreadable file"
"""Kind of the problem of a file that could not be read, or not to its end."""
OTHER_FILE = "other file"
"""Kind of the problem of a file that is no form of codings, such as a README in a folder."""


def read_codings(
    paths: Sequence[str | Path],
    codebook: Codebook,
    *,
    texts: Mapping[str, str] | None = None,
    columns: Columns = DEFAULT,
    coder: str = "",
) -> Codings:
    """Read coded passages; every coder is kept apart.

    The form of a file is recognised by its content; docs/annotations.md shows each. Labels are looked up in the
    codebook by code or name, in any case. What is empty is unknown, never "no". A dimension with a label that the
    codebook lacks, with labels that exclude each other, or that one coder gave one passage twice with different
    outcomes, becomes unknown for that passage; its other dimensions stay.

    Args:
        paths: files, and folders with all their files.
        codebook: whose codes these are.
        texts: by key the texts of passages whose file has the key alone. Rows may also find their text, and their
            document, in another row with the same key.
        columns: what columns are called, where they differ from the usual names.
        coder: who coded rows that name no coder. When it is not given that is the stem of the file's name, and rows
            that our own labeller wrote are not taken.

    Returns:
        One coding for every passage of a document and every coder, and all problems, in the order of the files.

    Raises:
        ScheidslijnError: not one coding could be read, or `columns` does not fit the codebook.
    """
    names = Names.of(codebook, columns)
    settler = Settler(names, columns)
    known = {text_key(text): " ".join(text.split()) for text in texts.values()} if texts is not None else None
    codings: list[Coding] = []
    problems: list[Problem] = []
    files: dict[str, str] = {}  # by place of a coding the file it came from
    for source in walk(paths):
        for item in _items(source, names, columns, coder):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            coding, more = settler.coding(item)
            problems.extend(more)
            if coding is not None:
                if not coding.coder and not coding.adjudicated:
                    coding = replace(coding, coder=_stem(source.name))
                files[coding.where] = source.name
                codings.append(coding)
    if not codings:
        first = f"; the first of {len(problems)} problems: {problems[0]}" if problems else ""
        given = ", ".join(str(path) for path in list(paths)[:3])
        raise ScheidslijnError(f"{given or 'nothing given'}: no coded passages were read{first}")
    whole, more = consolidate(codings, files, names, known)
    return Codings(tuple(whole), (*problems, *more))


def _stem(name: str) -> str:
    stem = PurePosixPath(name).name
    return stem.removesuffix(".gz").rpartition(".")[0] or stem


def _items(source: Source, names: Names, columns: Columns, coder: str) -> Iterator[Row | Problem]:
    """Yield the rows of one file; a file that cannot be read (further) gives one problem."""
    try:
        records = Records(names, columns, coder)
        for taken in _records(source, columns):
            if isinstance(taken, ReadingError):
                yield Problem(taken.source, "no row", f"{taken.fault}; {taken.remedy}")
            else:
                yield from _rows(taken.values, taken.where, records)
    except ReadingError as error:
        kind = OTHER_FILE if error.remedy == NOT_ONE else NO_FILE
        yield Problem(source.name, kind, f"{error.fault}; {error.remedy}")


def _rows(record: Record, where: str, records: Records) -> Iterator[Row | Problem]:
    """Yield the rows of one record, which is a task of an annotation tool or a row of a table."""
    if labelstudio.is_task(record):
        yield from labelstudio.rows(record, where, records)
    elif prodigy.is_task(record):
        yield from prodigy.rows(record, where, records)
    elif doccano.is_example(record, records):
        yield from doccano.rows(record, where, records)
    else:
        yield from records.rows(record, where)


def _records(source: Source, columns: Columns) -> Iterator[Taken | ReadingError]:
    form = form_of(source.path, source.name)
    if form in TABLES:
        yield from read_taken(source.path, source.name, form, columns)
    elif form == "json":
        yield from _json_records(read_json(source.path, source.name), source.name)
    else:
        raise ReadingError(source.name, f"is {form} of a kind that holds no codings", "export it as JSON")


def _json_records(value: object, name: str) -> Iterator[Taken | ReadingError]:
    items: Iterable[object] = value if isinstance(value, list) else [value]
    for number, item in enumerate(items, start=1):
        where = f"{name}:{number}"
        if isinstance(item, dict):
            yield Taken(where, item)
        else:
            yield ReadingError(where, f"is a JSON {type(item).__name__}, not an object", "the other rows are read")

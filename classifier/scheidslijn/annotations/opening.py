"""Opens a file of codings: what form it is in, and its records one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scheidslijn.annotations.columns import Columns
from scheidslijn.errors import ReadingError
from scheidslijn.reading.detect import detect
from scheidslijn.reading.files import check_file, explained, read_bytes
from scheidslijn.reading.tables import read_table

MAX_JSON = 500_000_000
"""Most bytes of a file that is one JSON value."""
HEAD = 1 << 16
TABLES = ("csv", "jsonl", "xlsx", "parquet")
_SUFFIXES = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
NOT_ONE = "give CSV, XLSX, Parquet, JSON or JSONL, or an export of Label Studio, doccano, INCEpTION or Prodigy"


@dataclass(frozen=True, slots=True)
class Taken:
    """One record of a table.

    Attributes:
        where: file and row; in JSON lines the first is 1; in other tables the header is.
        values: by column.
    """

    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordMaker:
    """Takes the rows of a table as they are; see `scheidslijn.reading.tablefile.RowMaker`."""

    name: str
    marks: frozenset[str]
    spare: frozenset[str] = frozenset()
    first: int = 0  # how many rows stand above the first one, as people see it; 0 is JSON lines

    def text_column(self, columns: Sequence[str]) -> str:
        """Refuse a table without texts and without keys; JSON lines may be of many kinds and pass.

        Raises:
            ReadingError: neither stands in the first row; the message names what does.
        """
        if self.first == 0 or any(column.strip().lower() in self.marks for column in columns):
            return ""
        found = ", ".join(column[:40] for column in columns[:12]) + (", …" if len(columns) > 12 else "")
        fault = f"has no column with the text of the passages; its first row has: {found or 'nothing'}"
        raise ReadingError(self.name, fault, "call it 'text', or say in a file of columns which it is")

    def sheet(self, title: str, first: bool) -> RecordMaker:
        """Every worksheet with passages is read; the further ones are named in messages."""
        return self if first else replace(self, name=f"{self.name}[{title[:40]}]")

    def problem(self, row: int, fault: str, remedy: str = "the other rows are read", unit: str = "row") -> ReadingError:
        """Return what is wrong with one row."""
        return ReadingError(self._where(row), fault, remedy)

    def passage(self, row: int, values: Mapping[str, Any], column: str, unit: str = "row") -> Taken | ReadingError:
        """Return the row."""
        return Taken(self._where(row), values)

    def _where(self, row: int) -> str:
        return f"{self.name}:{row + self.first}"


def form_of(path: Path, name: str) -> str:
    """Return what a file is: one of `TABLES`, "json", "zip", "xml" or "webanno".

    Raises:
        ReadingError: cannot be read, empty, or none of these.
    """
    check_file(path, name)
    with explained(name), open(path, "rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK"):
        try:
            return "xlsx" if detect(path, name) == "xlsx" else _none(name, "is a document, not a table of codings")
        except ReadingError as error:
            if "zip archive" in error.fault:
                return "zip"
            raise
    if head.startswith((b"PAR1", b"PARE", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")):
        form = detect(path, name)
        return form if form in TABLES else _none(name, f"is {form}, not a table of codings")
    start = head.decode("utf-8-sig", "replace").lstrip()
    suffix = Path(name).suffix.lower()
    if start.startswith("#FORMAT=WebAnno TSV"):
        return "webanno"
    if (start.startswith("<") and suffix in (".xmi", ".xml")) or start.startswith("<xmi:"):
        return "xml"
    if start.startswith("["):
        line, _, rest = start.partition("\n")
        lines = suffix in (".jsonl", ".ndjson") and rest.strip() and line.rstrip().endswith("]")
        return "jsonl" if lines else "json"
    if start.startswith("{"):
        return "jsonl" if _first_line_whole(start, suffix) else "json"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    form = detect(path, name)
    return form if form in TABLES else _none(name, f"is {form}, not a table of codings")


def _none(name: str, fault: str) -> str:
    raise ReadingError(name, fault, NOT_ONE)


def _first_line_whole(start: str, suffix: str) -> bool:
    """Whether the first line is a JSON object by itself, and more follows or the suffix says JSON lines."""
    line, _, rest = start.partition("\n")
    try:
        whole = isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return suffix in (".jsonl", ".ndjson")
    return whole and (bool(rest.strip()) or suffix != ".json")


def read_taken(path: Path, name: str, form: str, columns: Columns) -> Iterator[Taken | ReadingError]:
    """Yield the records of a table, or (not raised) what is wrong with one.

    Raises:
        ReadingError: the file as a whole cannot be read (further).
    """
    named = [name.lower() for name in (*columns.text, *columns.key)]
    marks = frozenset((*named, *(name.replace("_", " ") for name in named)))
    yield from read_table(path, RecordMaker(name, marks, first=0 if form == "jsonl" else 1), form)


def read_json(path: Path, name: str) -> Any:
    """Return the value of a file that is one JSON value.

    Raises:
        ReadingError: not UTF-8, not JSON, nested too deep, or larger than `MAX_JSON`.
    """
    try:
        return json.loads(read_bytes(path, name, MAX_JSON).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReadingError(name, f"is not valid UTF-8 at byte {error.start:,}", "export it anew") from error
    except RecursionError as error:
        raise ReadingError(name, "holds JSON that is nested too deep", "export it anew") from error
    except ValueError as error:
        reason = f"{error.msg}, line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)[:80]
        raise ReadingError(name, f"is not valid JSON ({reason})", "export it anew") from error

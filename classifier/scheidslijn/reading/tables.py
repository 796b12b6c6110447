"""Tables: CSV and JSONL (also gzipped), XLSX, Parquet; read as a stream.

`read_rows` makes passages of the rows; `read_table` makes whatever a `RowMaker` makes of them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Passage
from scheidslijn.reading.decoding import GUESSES, SAVE_AS_UTF8, wide_encoding
from scheidslijn.reading.files import check_file, explained, file_sha256
from scheidslijn.reading.tablefile import MAX_ROW, Made, RowMaker, Rows, unique_columns

Row = Passage | ReadingError
MAX_UNPACKED = 20_000_000_000
"""Most bytes that a gzipped table may grow to; it is a stream, so this bounds time and not memory."""
MAX_RATIO = 1000
DELIMITERS = ",;\t|"


def read_rows(path: Path, name: str, format: str) -> Iterator[Row]:
    """Yield a passage for every row of a table, or (not raised) what is wrong with that row.

    Args:
        path: the file.
        name: the name under which the file is known in this run.
        format: "csv", "jsonl", "xlsx" or "parquet", as `detect` gives it.

    Raises:
        ReadingError: the file as a whole cannot be read (further), or has no column `text` (or the like in Dutch).
    """
    check_file(path, name)
    yield from read_table(path, Rows.of(name, file_sha256(path, name)), format)


def read_table(path: Path, rows: RowMaker[Made], format: str) -> Iterator[Made | ReadingError]:
    """Yield what `rows` makes of every row of a table, or (not raised) what is wrong with that row.

    Raises:
        ReadingError: the file as a whole cannot be read (further), or `rows` refuses its columns.
    """
    if format == "csv":
        yield from _csv(path, rows)
    elif format == "jsonl":
        yield from _jsonl(path, rows)
    elif format == "xlsx":
        from scheidslijn.reading.xlsx import read_xlsx

        yield from read_xlsx(path, rows)
    else:
        from scheidslijn.reading.parquet import read_parquet

        yield from read_parquet(path, rows)


class _Bounded(io.RawIOBase):
    """The unpacked bytes of a gzip file, up to a limit: more raise `ReadingError`."""

    def __init__(self, file: BinaryIO, limit: int, name: str) -> None:
        self._file, self._left, self._name = file, limit, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(min(len(buffer), 1 << 16))
        self._left -= len(data)
        if self._left < 0:
            raise ReadingError(
                self._name, "unpacks to far more than it holds (a gzip bomb?)", "unpack it yourself first"
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_stream(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open a table for reading bytes, unpacking gzip on the way; faults become `ReadingError`.

    Raises:
        ReadingError: cannot be read, damaged gzip, or a gzip bomb.
    """
    try:
        with explained(name), open(path, "rb") as file:
            if file.peek(2)[:2] != b"\x1f\x8b":
                yield file
                return
            limit = min(MAX_UNPACKED, MAX_RATIO * max(path.stat().st_size, 100_000))
            with gzip.open(file) as unpacked:
                yield cast(BinaryIO, io.BufferedReader(_Bounded(cast(BinaryIO, unpacked), limit, name)))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ReadingError(name, f"is a damaged or cut off gzip file ({error})", "copy or pack it anew") from error


def _jsonl(path: Path, rows: RowMaker[Made]) -> Iterator[Made | ReadingError]:
    with open_stream(path, rows.name) as stream:
        column, number, found = "", 0, False
        while line := stream.readline(MAX_ROW + 1):
            number += 1
            if len(line) > MAX_ROW:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(1 << 20)
                yield rows.problem(number, f"is longer than {MAX_ROW // 1_000_000} MB", unit="line")
                continue
            if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                continue
            try:
                record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except (ValueError, RecursionError) as error:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else f"{type(error).__name__}: {error}"
                yield rows.problem(number, f"is not valid JSON ({reason[:100]})", "repair the line", "line")
                continue
            if not isinstance(record, dict):
                yield rows.problem(
                    number, f"is a JSON {type(record).__name__}, not an object", "repair the line", "line"
                )
                continue
            if not found:
                column, found = rows.text_column(list(record)), True
            here = (
                column if column in record else next((key for key in record if key.strip().lower() == "text"), column)
            )
            yield rows.passage(number, record, here, "line")


def _csv(path: Path, rows: RowMaker[Made]) -> Iterator[Made | ReadingError]:
    encoding = _csv_encoding(path, rows.name)
    with open_stream(path, rows.name) as stream:
        head = stream.peek(1)  # type: ignore[attr-defined]  # fills the buffer
        text = io.TextIOWrapper(stream, encoding, errors="strict", newline="")
        delimiter = sniff_delimiter(head.decode(encoding, "replace"), rows.marks, rows.spare)
        reader = csv.reader(_without_nul(text), delimiter=delimiter)
        csv.field_size_limit(MAX_ROW)
        number = 0
        try:
            header = unique_columns([column.lstrip("\ufeff") for column in next(reader, [])])
            column = rows.text_column(header)
            for values in reader:
                if not values:
                    continue  # an empty line is no row
                number += 1
                if len(values) > len(header) and any(values[len(header) :]):
                    fault = f"has {len(values)} fields where the header has {len(header)}"
                    yield rows.problem(number, fault, "put quotes around a text that holds the delimiter")
                    continue
                record = dict(zip(header, values + [""] * (len(header) - len(values)), strict=False))
                yield rows.passage(number, record, column)
        except csv.Error as error:
            fault = f"cannot be read after row {number} ({error})"
            raise ReadingError(rows.name, fault, "look for a quotation mark that is not closed") from error
        except UnicodeDecodeError as error:
            raise ReadingError(rows.name, f"is not valid {encoding} after row {number}", SAVE_AS_UTF8) from error


def _without_nul(lines: io.TextIOWrapper) -> Iterator[str]:
    while line := lines.readline(MAX_ROW):
        yield line.replace("\0", "\ufffd")


def _csv_encoding(path: Path, name: str) -> str:
    """Return the encoding of a CSV file: by its mark, as strict UTF-8 throughout, or else what Excel writes here."""
    import codecs

    with open_stream(path, name) as stream:
        head = stream.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if wide := wide_encoding(head):
            return wide
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while chunk := stream.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return GUESSES[0]
    return "utf-8-sig"


def sniff_delimiter(head: str, marks: frozenset[str] = frozenset({"text"}), spare: frozenset[str] = frozenset()) -> str:
    """Return which of comma, semicolon, tab and bar divides the fields: the one that makes a column of `marks`.

    Where none does, a column of `spare` tells.

    >>> sniff_delimiter('id;text\\n1;"a, b"\\n')
    ';'
    """
    line = head.lstrip("\ufeff").splitlines()[0] if head.strip() else ""

    def score(delimiter: str) -> tuple[bool, bool, int]:
        fields = next(csv.reader([line], delimiter=delimiter), [])
        names = {field.strip().lower() for field in fields}
        return not names.isdisjoint(marks), not names.isdisjoint(spare), len(fields)

    return max(DELIMITERS, key=score)

"""XLSX tables: the first sheet that has a column `text` (or else another mark of the table), row by row."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.tablefile import Made, RowMaker, unique_columns
from scheidslijn.reading.xmlsafe import DAMAGED, PROLOG_BYTES, refuse_doctype
from scheidslijn.reading.zipfiles import open_zip

MAX_TOTAL = 2_000_000_000
"""Most bytes that all members may take unpacked; sheets are streamed, so they may be larger than in a document."""


def read_xlsx(path: Path, rows: RowMaker[Made]) -> Iterator[Made | ReadingError]:
    """Yield what `rows` makes of every row under the header that is not empty, or (not raised) what is wrong with it.

    Raises:
        ReadingError: damaged, a bomb, or no sheet has a column of `rows.marks` in its first row.
    """
    import warnings
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with open_zip(path, rows.name, MAX_TOTAL) as archive:
        _refuse_doctypes(archive, rows.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                yield from _rows(book, rows)
            finally:
                book.close()
    except ReadingError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError,
            SyntaxError, ParseError) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise ReadingError(rows.name, f"is damaged or cut off ({reason})", DAMAGED) from error


def _refuse_doctypes(archive: zipfile.ZipFile, name: str) -> None:
    for member in archive.namelist():
        if member.lower().endswith((".xml", ".rels")):
            with archive.open(member) as stream:
                refuse_doctype(stream.read(PROLOG_BYTES), name, member)


def _rows(book: object, rows: RowMaker[Made]) -> Iterator[Made | ReadingError]:
    headers: list[str] = []
    for marks in filter(None, (rows.marks, rows.spare)):
        headers.clear()
        if (yield from _marked(book, rows, marks, headers)):
            return
    rows.text_column(headers)


def _marked(
    book: object, rows: RowMaker[Made], marks: frozenset[str], headers: list[str]
) -> Generator[Made | ReadingError, None, bool]:
    """Read the sheets with a column of `marks`; add the columns of the others to `headers`; return whether any has."""
    found = False
    for sheet in getattr(book, "worksheets", []):
        sheet.reset_dimensions()  # subtle: the size that a sheet declares may be wrong
        lines = sheet.iter_rows(values_only=True)
        first = next(lines, ())
        header = unique_columns(first)
        if not any(column.lower() in marks for column in header):
            headers.extend(column for column, value in zip(header, first, strict=True) if value is not None)
            continue
        maker, found = rows.sheet(str(sheet.title), not found), True
        if maker is None:
            continue
        column = maker.text_column(header)
        named = {column for column, value in zip(header, first, strict=True) if value is not None}
        for number, values in enumerate(lines, start=1):
            if all(value is None for value in values):
                continue
            if len(values) > len(header):
                header = unique_columns(header, len(values))
            cells = zip(header, values, strict=False)
            record = {key: value for key, value in cells if key in named or value is not None}
            yield maker.passage(number, record, column)
    return found

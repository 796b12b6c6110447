"""CSV and XLSX: flat, with `|` between the codes of a list, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scheidslijn.errors import OutputError
from scheidslijn.tables.rows import Column, Row

XLSX_ROWS = 1_048_576  # of a worksheet, header included (Excel specifications and limits)
XLSX_CELL = 32_767  # characters of a cell, same source
# characters that make a spreadsheet read a cell as a formula (OWASP, "CSV Injection")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WIDTHS = {"text": 80, "heading": 40, "document": 30, "thema": 24, "scheidslijn": 24}


def flat_columns(columns: tuple[Column, ...], extra: tuple[str, ...], score_keys: tuple[str, ...]) -> list[str]:
    """Column names of a flat table: `scores` becomes one column a code, behind the codes; input columns come last."""
    front = [column.name for column in columns if column.kind != "scores"]
    return [*front, *score_keys, *extra]


def flat_values(row: Row, names: list[str]) -> list[Any]:
    """The values of a row in the order of `flat_columns`: numbers stay numbers, everything else is text or None."""
    scores = row.get("scores") or {}
    return [scores[name] if name in scores else _flat(name, row.get(name)) for name in names]


def _flat(name: str, value: Any) -> Any:
    if name == "heading" and isinstance(value, list):
        return " > ".join(value)
    if name == "table" and isinstance(value, dict):
        heads = " | ".join(head for head in (value["row_head"], value["column_head"]) if head)
        return f"{value['table']}: row {value['row']}, column {value['column']}" + (f" ({heads})" if heads else "")
    if isinstance(value, list):
        return "|".join(str(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; any other value as it is.

    >>> guarded("=1+1")
    "'=1+1"
    """
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_csv(
    path: Path, rows: Iterator[Row], columns: tuple[Column, ...], extra: tuple[str, ...], score_keys: tuple[str, ...]
) -> None:
    """Write CSV in UTF-8 with a byte order mark, which Excel needs to read accents."""
    names = flat_columns(columns, extra, score_keys)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([guarded(name) for name in names])
        for row in rows:
            writer.writerow([guarded(value) for value in flat_values(row, names)])


def check_rows(form: str, rows: int) -> None:
    """Refuse more rows than a spreadsheet opens: it would cut off the rest of a CSV without a word.

    Args:
        form: "csv" or "xlsx".
        rows: their number without the header.

    Raises:
        OutputError: there are more.
    """
    if rows >= XLSX_ROWS:
        raise OutputError(f"{form.upper()} holds {XLSX_ROWS - 1:,} rows for a spreadsheet and there are {rows:,}")


def check_xlsx(rows: int, longest: int) -> None:
    """Refuse what a worksheet cannot hold, before a byte of it is written.

    Args:
        rows: number of rows without the header.
        longest: characters of the longest value.

    Raises:
        OutputError: more rows than a worksheet holds, or a text longer than a cell holds.
    """
    check_rows("xlsx", rows)
    if longest > XLSX_CELL:
        raise OutputError(f"a cell of XLSX holds {XLSX_CELL:,} characters and one text has {longest:,}")


def write_xlsx(
    path: Path, rows: Iterator[Row], columns: tuple[Column, ...], extra: tuple[str, ...], score_keys: tuple[str, ...]
) -> None:
    """Write one worksheet with frozen header and filters, row by row; see `check_xlsx` for what it can hold."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    names = flat_columns(columns, extra, score_keys)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("passages")
    sheet.freeze_panes = "A2"
    for index, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(name, 14)
    top, bold = Alignment(vertical="top", wrap_text=True), Font(bold=True)

    def cell(value: Any, *, wrap: bool = False, head: bool = False) -> Any:
        if isinstance(value, str):
            value = _ILLEGAL.sub("", value)
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # a text stays a text, also when it begins with "="
        if wrap:
            made.alignment = top
        if head:
            made.font = bold
        return made

    count = 1
    sheet.append([cell(name, head=True) for name in names])
    for row in rows:
        count += 1
        values = flat_values(row, names)
        sheet.append([cell(value, wrap=name == "text") for name, value in zip(names, values, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{count}"
    book.save(path)

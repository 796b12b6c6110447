"""The sheets of a workbook that explain the codes and hold the lists of its drop-downs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from scheidslijn.exchange.options import NONE_HINT, Question

LISTS = "Lijsten"
LEGEND = "Uitleg"
FONT = "Calibri"
_HEAD = ("dimensie", "kies", "code", "wat het is", "wel", "niet", "voorbeelden")
_WIDTHS = (18, 22, 20, 60, 50, 50, 50)
_HOW = (
    "Kies in elk geel vak uit de lijst. Leeg betekent: niet gecodeerd. Past er niets, kies dan het woord voor "
    "'geen van deze'. Passen er meer codes, zet ze dan in de kolommen ernaast."
)


def add_legend(book: Any, questions: Sequence[Question], title: str) -> None:
    """Add a sheet with the name, definition, boundaries and examples of every code; it is read-only.

    Args:
        book: an openpyxl workbook.
        title: name and version of the codebook.
    """
    sheet = book.create_sheet(LEGEND)
    for at, (name, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True), start=1):
        _write(sheet, 1, at, name, bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    row = 2
    for question in questions:
        dimension = question.dimension
        _write(sheet, row, 1, dimension.name_nl, bold=True)
        _write(sheet, row, 2, "meer codes mogen" if dimension.multi else "één code", bold=True)
        _write(sheet, row, 4, dimension.question, bold=True)
        for at in range(1, len(_HEAD) + 1):
            sheet.cell(row, at).fill = PatternFill("solid", fgColor="FFE3ECF4")
        codes = {code.code: code for code in dimension.codes}
        for row, option in enumerate(question.options, start=row + 1):  # noqa: B020
            code = codes.get(option.code)
            texts = ("", option.cell, option.written if code else "", option.definition if code else NONE_HINT)
            lists = (code.include, code.exclude, code.examples) if code else ()
            for at, text in enumerate((*texts, *("\n".join(one) for one in lists)), start=1):
                _write(sheet, row, at, text)
        row += 1
    _write(sheet, row + 1, 1, "Hoe", bold=True)
    _write(sheet, row + 1, 4, _HOW)
    _write(sheet, row + 2, 1, "Codeboek", bold=True)
    _write(sheet, row + 2, 4, title)
    for at in range(1, row + 3):
        values = zip((cell.value for cell in sheet[at]), _WIDTHS, strict=False)
        sheet.row_dimensions[at].height = height_of([(str(value or ""), width) for value, width in values])
    sheet.freeze_panes = "D2"
    print_wide(sheet)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def add_lists(book: Any, questions: Sequence[Question]) -> None:
    """Add the hidden sheet that the drop-downs point to: a column for each question."""
    sheet = book.create_sheet(LISTS)
    for at, question in enumerate(questions, start=1):
        for row, option in enumerate(question.options, start=1):
            _write(sheet, row, at, option.cell)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def height_of(cells: Sequence[tuple[str, int]]) -> float:
    """Points that a row needs to show its cells in full, by text and width in characters; 409 is the most (Excel).

    Programs do not all work this out when they open a file that another program made.
    """
    lines = (sum(math.ceil(max(len(line), 1) / (0.9 * width)) for line in text.split("\n")) for text, width in cells)
    return min(409.0, 15.0 * max(lines, default=1) + 4)


def print_wide(sheet: Any) -> None:
    """Print a worksheet as wide as the page, on its side, with the header on each."""
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows = "landscape", 0, "1:1"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write(sheet: Any, row: int, at: int, text: str, *, bold: bool = False) -> None:
    cell = sheet.cell(row, at)
    cell.value = text[:32_767]
    cell.data_type = "s"
    cell.alignment, cell.font = Alignment(vertical="top", wrap_text=True), Font(name=FONT, size=11, bold=bold)

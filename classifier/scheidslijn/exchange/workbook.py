"""A workbook to code in: a sheet for each coder with drop-down lists, a sheet that explains the codes, the lists.

A dimension that allows several codes has columns `1e thema`, `2e thema`, `3e thema`, which `read_codings` reads as one
list in their order (the codebook may want the main theme first). Yes and no for every code would need a cell for each,
and lose that order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from scheidslijn.annotations.calling import FOR_CODER
from scheidslijn.exchange.legend import FONT, LISTS, add_legend, add_lists, height_of, print_wide
from scheidslijn.exchange.options import Question
from scheidslijn.exchange.tasks import Task, facts_of
from scheidslijn.tables.people import XLSX_CELL, XLSX_ROWS

MOST = 3
"""Most columns of one dimension; further codes are written in the last, divided by |."""
FACTS = ("document", "page", "heading", "text")
SAID = "wat codeurs zeiden"
_WIDTHS = {"document": 14, "page": 6, "heading": 18, "text": 60, "remark": 30, SAID: 40}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEAD = PatternFill("solid", fgColor="FF1B3A57")
_FACT = PatternFill("solid", fgColor="FFF2F2F2")
_OPEN = PatternFill("solid", bgColor="FFFFF6D6")
_SUGGESTED = PatternFill("solid", fgColor="FFDCEBF7")
_LINE = Border(bottom=Side("thin", "FFD0D0D0"))


@dataclass(frozen=True, slots=True)
class Slot:
    """A column to code in: the `number`th of `of` columns of a question, from 1."""

    question: Question
    number: int
    of: int

    @property
    def header(self) -> str:
        """Name of the column, as `annotations.header` reads it."""
        return self.question.name if self.of == 1 else f"{self.number}e {self.question.name}"

    @property
    def open_ended(self) -> bool:
        """Whether this column takes all further codes."""
        return self.number == self.of and len(self.question.dimension.codes) > self.of > 1


def slots_of(questions: Sequence[Question]) -> list[Slot]:
    """The columns to code in, in order."""
    slots = []
    for one in questions:
        width = min(len(one.dimension.codes), MOST) if one.dimension.multi else 1
        slots += [Slot(one, number, width) for number in range(1, width + 1)]
    return slots


def too_long(task: Task) -> int:
    """Characters of a passage that no cell holds, or 0 when it fits."""
    length = len(task.item.passage.text)
    return length if length > XLSX_CELL else 0


def workbook_of(sheets: Mapping[str, Sequence[Task]], questions: Sequence[Question], title: str) -> bytes:
    """Return the bytes of a workbook.

    Args:
        sheets: by coder ("" for a coder without a name) the passages; none of them `too_long`.
        questions: that are asked.
        title: name and version of the codebook.

    Raises:
        ValueError: more passages than a worksheet has rows.
    """
    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    for coder, tasks in sheets.items():
        if len(tasks) >= XLSX_ROWS:
            raise ValueError(f"a worksheet holds {XLSX_ROWS - 1:,} passages and there are {len(tasks):,}")
        _fill(book.create_sheet(_sheet_name(coder or "coderen", taken)), tasks, questions, coder)
    add_legend(book, questions, title)
    add_lists(book, questions)
    book.calculation = None  # nothing is computed, so that no program rewrites the file on opening
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def columns_of(tasks: Sequence[Task], questions: Sequence[Question], coder: str) -> tuple[list[str], list[Slot]]:
    """Names of the columns of a sheet in order, and those to code in."""
    slots = slots_of(questions)
    front = [*FACTS, *([SAID] if any(task.said for task in tasks) else [])]
    names = dict.fromkeys([*front, *(one.header for one in slots), "remark", "coder", "passage_id", "kind"])
    for task in tasks:
        names |= dict.fromkeys(name for name in facts_of(task, coder) if name != FOR_CODER)
    return list(names), slots


def _fill(sheet: Worksheet, tasks: Sequence[Task], questions: Sequence[Question], coder: str) -> None:
    names, slots = columns_of(tasks, questions, coder)
    places = {name: at for at, name in enumerate(names, start=1)}
    for name, at in places.items():
        _head(sheet, at, name)
    for row, task in enumerate(tasks, start=2):
        values = facts_of(task, coder) | ({SAID: task.said} if task.said else {}) | {"coder": coder or None}
        filled = _filled(task, slots)
        for name, at in places.items():
            cell = sheet.cell(row, at)
            coded = name == "remark" or any(name == one.header for one in slots) or (name == "coder" and not coder)
            _set(cell, filled.get(name, values.get(name)))
            _style(cell, coded=coded, suggested=name in filled)
        shown = [(str(values.get(name) or ""), _WIDTHS[name]) for name in (*FACTS, SAID)]
        sheet.row_dimensions[row].height = height_of(shown)
    last = len(tasks) + 1
    for slot in slots:
        _validate(sheet, slot, questions, places[slot.header], last)
    sheet.freeze_panes = sheet.cell(2, places["text"] + 1)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
    print_wide(sheet)
    _protect(sheet)


def _head(sheet: Worksheet, at: int, name: str) -> None:
    cell = sheet.cell(1, at)
    _set(cell, name)
    cell.font, cell.fill = Font(name=FONT, size=11, bold=True, color="FFFFFFFF"), _HEAD
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(name, 18)


def _set(cell: Cell, value: Any) -> None:
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("", value)[:XLSX_CELL]
        cell.data_type = "s"  # a text stays a text, also when it begins with "="
    elif value is not None:
        cell.value = value


def _style(cell: Cell, *, coded: bool, suggested: bool) -> None:
    cell.alignment, cell.border = Alignment(vertical="top", wrap_text=True), _LINE
    cell.protection = Protection(locked=not coded)
    if suggested:
        cell.fill, cell.font = _SUGGESTED, Font(name=FONT, size=11, italic=True)
    elif not coded:
        cell.fill = _FACT


def _filled(task: Task, slots: Sequence[Slot]) -> dict[str, str]:
    """By column what is filled in beforehand."""
    found = {}
    for slot in slots:
        if (codes := task.filled.get(slot.question.name)) is None:
            continue
        cells = [slot.question.option(code).cell for code in codes or ("",)]
        mine = cells[slot.number - 1 :] if slot.number == slot.of else cells[slot.number - 1 : slot.number]
        if mine:
            found[slot.header] = " | ".join(mine)
    return found


def _validate(sheet: Worksheet, slot: Slot, questions: Sequence[Question], at: int, last: int) -> None:
    column = get_column_letter([one.name for one in questions].index(slot.question.name) + 1)
    rule = DataValidation(
        type="list", formula1=f"{LISTS}!${column}$1:${column}${len(slot.question.options)}", allow_blank=True,
        showErrorMessage=True, showInputMessage=True, errorStyle="warning" if slot.open_ended else "stop",
    )  # fmt: skip
    rule.errorTitle = "Niet in de lijst"
    none = slot.question.option("").cell
    more = " Meer codes dan kolommen? Zet ze hier, met | ertussen." if slot.open_ended else ""
    rule.error = f"Kies uit de lijst; het blad met uitleg zegt wat elke code is.{more}"
    rule.promptTitle = slot.question.dimension.name_nl[:32]
    rule.prompt = f"{slot.question.dimension.question[:150]} '{none}': geen van deze. Leeg: niet gecodeerd.{more}"[:255]
    letter = get_column_letter(at)
    if last > 1:
        rule.add(f"{letter}2:{letter}{last}")
        sheet.add_data_validation(rule)
        if slot.number == 1:
            blank = FormulaRule(formula=[f"LEN(TRIM({letter}2))=0"], fill=_OPEN)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", blank)


def _protect(sheet: Worksheet) -> None:
    """Facts cannot be overwritten by mistake; there is no password, and widths, filters and sorting stay free."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.autoFilter = sheet.protection.sort = False


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a worksheet may have, unlike the others in any case (Excel: at most 31 characters, no []:*?/\\)."""
    base = re.sub(r"[\[\]:*?/\\']", " ", _ILLEGAL.sub("", name)).strip()[:25] or "coderen"
    made, number = base, 2
    while made.casefold() in taken | {LISTS.casefold(), "uitleg"}:
        made, number = f"{base} {number}", number + 1
    taken.add(made.casefold())
    return made

"""One row as a form gives it, with labels as they are spelled, and how it becomes a coding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scheidslijn.annotations.coding import Coding, Problem
from scheidslijn.annotations.columns import Columns
from scheidslijn.annotations.naming import NO_CODE, Names, UnknownLabel
from scheidslijn.codebook import Dimension
from scheidslijn.passage import text_key

_KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Row:
    """What one coder gave one passage, before its labels are looked up in the codebook.

    Attributes:
        where: file and row.
        file: name of the file; `forms.items_of` fills it in.
        machine: as in `Coding`.
        codebook: that the row names ("oefencodeboek@1.0"), or "".
        text, key, document, coder, adjudicated, heading, doc_type, page, extra: as in `Coding`; "" where not given.
        labels: by dimension the labels as spelled, () for "coded: none applies".
        loose: labels that come without their dimension.
        marks: by key whether this one code applies.
        asked: True when the coder saw the row and answered, also where no label was given.
        faults: problems met while the row was taken apart; a dimension named with one becomes unknown.
    """

    where: str
    text: str = ""
    key: str = ""
    document: str = ""
    coder: str = ""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    loose: tuple[str, ...] = ()
    marks: Mapping[str, bool] = field(default_factory=dict)
    adjudicated: bool = False
    heading: tuple[str, ...] = ()
    doc_type: str = ""
    page: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    asked: bool = False
    faults: tuple[tuple[str, Problem], ...] = ()
    file: str = ""
    machine: bool = False
    codebook: str = ""


class Settler:
    """Looks the labels of rows up in the codebook.

    Args:
        names: of the codebook.
        columns: which dimensions were asked of every row, and of which a label only says yes.
    """

    def __init__(self, names: Names, columns: Columns) -> None:
        self.names, self.columns = names, columns

    def coding(self, row: Row) -> tuple[Coding | None, list[Problem]]:
        """Return what the row says, or None where it says nothing, with all that was not taken as it stands."""
        problems = [problem for _, problem in row.faults]
        text = " ".join(row.text.split())
        key = row.key.strip().lower()
        if text:
            if key and key != text_key(text):
                message = f"its key {key[:20]} is not that of its text; the key of the text is used"
                problems.append(Problem(row.where, "key of another text", message))
            key = text_key(text)
        elif not key:
            return None, [*problems, Problem(row.where, "empty text", "has no text; the row is left out")]
        elif not _KEY.fullmatch(key):
            message = f"key {key[:20]!r} is none; a key is 16 hexadecimal digits"
            return None, [*problems, Problem(row.where, "no row", message)]
        codes, partly, more = self._labels(row)
        problems += more
        if not codes and not partly:
            if not problems:
                problems.append(Problem(row.where, "not coded", "no dimension was coded; the row is left out"))
            return None, problems
        return (
            Coding(key, text, row.document.strip(), row.coder.strip(), codes, row.where, row.adjudicated, row.heading,
                   row.doc_type.strip(), row.page, row.extra, partly, row.machine),
            problems,
        )  # fmt: skip

    def _labels(self, row: Row) -> tuple[dict[str, tuple[str, ...]], dict[str, bool], list[Problem]]:
        problems: list[Problem] = []
        unknown = {dimension for dimension, _ in row.faults if dimension}
        given: dict[str, list[str]] = {name: [] for name in row.labels}  # codes found so far

        def trouble(kind: str, message: str, dimension: str) -> None:
            if dimension:
                unknown.add(dimension)
                message += f" ({dimension} of this row stays unknown)"
            problems.append(Problem(row.where, kind, message))

        for name, labels in row.labels.items():
            for label in labels:
                try:
                    given[name].append(self.names.code(name, label))
                except UnknownLabel as error:
                    trouble("unknown code", str(error), name)
        for label in row.loose:
            try:
                name, code = self.names.anywhere(label)
                given.setdefault(name, []).append(code)
            except UnknownLabel as error:
                trouble("unknown code", str(error), error.dimension)
        for name, found in given.items():
            if name not in unknown and (fault := _contradiction(self.names.dimension(name), found)):
                trouble("several codes", fault, name)
        codes = {
            name: tuple(code for code in dict.fromkeys(found) if code != NO_CODE)
            for name, found in given.items()
            if name not in unknown
        }
        partly = self._partly(row, codes, unknown)
        if row.asked or codes or partly:
            for name in self.columns.complete:
                if name not in unknown and name not in codes and self.names.dimension(name).multi:
                    yes = [key.partition(".")[2] for key, value in partly.items() if value and _of(key) == name]
                    codes[name] = tuple(yes)
                    partly = {key: value for key, value in partly.items() if _of(key) != name}
        return codes, partly, problems

    def _partly(self, row: Row, codes: dict[str, tuple[str, ...]], unknown: set[str]) -> dict[str, bool]:
        """The marks of dimensions that were not coded in full; full ones, and those only said yes to, move over."""
        partly = {key: value for key, value in row.marks.items() if _of(key) not in unknown and _of(key) not in codes}
        for name in self.columns.only_yes:
            for code in codes.pop(name, ()):
                partly[f"{name}.{code}"] = True
        full, rest = whole(partly, self.names, skip=self.columns.only_yes)
        codes |= full
        return rest


def whole(
    partly: Mapping[str, bool], names: Names, skip: tuple[str, ...] = ()
) -> tuple[dict[str, tuple[str, ...]], dict[str, bool]]:
    """Return the dimensions of which the marks say everything, and the marks of the others.

    A multi-label dimension is known when every code has a mark; a single-label one as soon as one code applies. Marks
    that give a single-label dimension several codes are left as marks.
    """
    full: dict[str, tuple[str, ...]] = {}
    if not partly:
        return full, {}
    for dimension in names.codebook.dimensions:
        marks = {code.code: partly[code.key] for code in dimension.codes if code.key in partly}
        yes = tuple(code for code, value in marks.items() if value)
        complete = len(marks) == len(dimension.codes)
        if dimension.name not in skip and marks and (
            (dimension.multi and complete) or (not dimension.multi and (len(yes) == 1 or (complete and not yes)))
        ):  # fmt: skip
            full[dimension.name] = yes
    return full, {key: value for key, value in partly.items() if _of(key) not in full}


def _contradiction(dimension: Dimension, codes: list[str]) -> str:
    different = list(dict.fromkeys(codes))
    if NO_CODE in different and len(different) > 1:
        return f"{dimension.name} has both 'none' and {', '.join(code for code in different if code)}"
    if not dimension.multi and len(different) > 1:
        return f"{dimension.name} takes one code, got {' and '.join(different)}"
    return ""


def _of(key: str) -> str:
    return key.partition(".")[0]

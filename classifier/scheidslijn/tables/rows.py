"""What stands in a row of output, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from scheidslijn.codebook import Codebook
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Passage

Row = dict[str, Any]


class Column(NamedTuple):
    """A column of output and what it holds: a `list` of texts, `scores` by code key, a `cell`, or a plain value."""

    name: str
    kind: Literal["text", "int", "float", "bool", "list", "scores", "cell"] = "text"


PASSAGE_COLUMNS = (
    Column("passage_id"),
    Column("document"),
    Column("page", "int"),
    Column("kind"),
    Column("place"),
    Column("heading", "list"),
    Column("table", "cell"),
    Column("duplicate_of"),
    Column("text"),
)


def main_column(codebook: Codebook) -> str:
    """Name of the column with the most probable code of the first dimension (`hoofdthema`), "" if single-label."""
    first = codebook.dimensions[0]
    return f"hoofd{first.name}" if first.multi else ""


def columns_of(codebook: Codebook) -> tuple[Column, ...]:
    """The columns of a labelled table in order, without those of the input.

    A dimension that allows several codes gives a list, any other one code or nothing.
    """
    columns = list(PASSAGE_COLUMNS)
    for index, dimension in enumerate(codebook.dimensions):
        columns.append(Column(dimension.name, "list" if dimension.multi else "text"))
        if index == 0 and main_column(codebook):
            columns.append(Column(main_column(codebook)))
    return (*columns, Column("scores", "scores"), Column("abstained", "list"), Column("model"), Column("codebook"))


def passage_row(passage: Passage) -> Row:
    """A passage as a row of JSON values: `heading` a list of titles, `table` where a cell stands, or None."""
    cell = passage.cell
    return {
        "passage_id": passage.passage_id,
        "document": passage.document,
        "page": passage.page,
        "kind": passage.kind,
        "place": passage.place,
        "heading": list(passage.heading),
        "table": None
        if cell is None
        else {
            "table": cell.table,
            "row": cell.row,
            "column": cell.column,
            "row_head": cell.row_head,
            "column_head": cell.column_head,
        },
        "duplicate_of": passage.duplicate_of or None,
        "text": passage.text,
    }


def row_of(labelled: Labelled, codebook: Codebook) -> Row:
    """A labelled passage as a row of JSON values, in the order of `columns_of`, followed by the columns of its input.

    An input column whose name is taken comes back as `input_<name>`.
    """
    row = passage_row(labelled.passage)
    for index, dimension in enumerate(codebook.dimensions):
        codes = labelled.codes[dimension.name]
        row[dimension.name] = list(codes) if dimension.multi else (codes[0] if codes else None)
        if index == 0 and main_column(codebook):
            row[main_column(codebook)] = codes[0] if codes else None
    row["scores"] = dict(labelled.scores)
    row["abstained"] = list(labelled.abstained)
    row["model"], row["codebook"] = labelled.model, labelled.codebook
    return row | input_columns(labelled.passage.extra, set(row))


def input_columns(extra: Mapping[str, object], taken: set[str]) -> Row:
    """The columns of an input row under names that are free: `id` stays `id`, `page` becomes `input_page`."""
    named: Row = {}
    for name, value in extra.items():
        free = str(name)
        while free in taken or free in named:
            free = f"input_{free}"
        named[free] = value
    return named

"""Parquet, with a schema that says what every column is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scheidslijn.tables.rows import Column, Row

GROUP = 8192  # rows a row group: some tens of MB in memory at most

_TEXT = pa.string()
_KINDS = {"bool": pa.bool_(), "int": pa.int64(), "float": pa.float64(), "text": _TEXT, "null": _TEXT}
_CELL = pa.struct(
    [("table", pa.int32()), ("row", pa.int32()), ("column", pa.int32()), ("row_head", _TEXT), ("column_head", _TEXT)]
)


def schema_of(columns: tuple[Column, ...], extra: Mapping[str, str], score_keys: tuple[str, ...]) -> pa.Schema:
    """The Arrow schema of a table: lists of codes as `list<string>`, scores as a struct of float32."""
    kinds = {
        "text": _TEXT,
        "int": pa.int32(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "list": pa.list_(_TEXT),
        "scores": pa.struct([(key, pa.float32()) for key in score_keys]),
        "cell": _CELL,
    }
    fields = [pa.field(column.name, kinds[column.kind]) for column in columns]
    return pa.schema(fields + [pa.field(name, _KINDS[kind]) for name, kind in extra.items()])


def write_parquet(
    path: Path, rows: Iterator[Row], columns: tuple[Column, ...], extra: Mapping[str, str], score_keys: tuple[str, ...]
) -> None:
    """Write rows as Parquet (zstd), `GROUP` rows at a time.

    Args:
        path: where to write.
        rows: JSON values by column name.
        columns: the columns every row has.
        extra: columns of the input with their type: "bool", "int", "float", "text" or "null".
        score_keys: the fields of the struct `scores`.
    """
    schema = schema_of(columns, extra, score_keys)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(pa.Table.from_pylist([_typed(row, extra) for row in group], schema=schema))


def _typed(row: Row, extra: Mapping[str, str]) -> Row:
    """Values of a mixed input column become text, so that the column has one type."""
    for name, kind in extra.items():
        value = row.get(name)
        if kind == "text" and value is not None and not isinstance(value, str):
            row[name] = json.dumps(value, ensure_ascii=False)
        elif kind == "float" and value is not None:
            row[name] = float(value)
    return row

"""Parquet tables, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.tablefile import Made, RowMaker

BATCH = 1024


def read_parquet(path: Path, rows: RowMaker[Made]) -> Iterator[Made | ReadingError]:
    """Yield what `rows` makes of every row, or (not raised) what is wrong with that row.

    Raises:
        ReadingError: damaged, encrypted, or without the columns that `rows` needs.
    """
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    number = 0
    try:
        with parquet.ParquetFile(path, memory_map=False) as file:
            column = rows.text_column(list(file.schema_arrow.names))
            for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
                for record in batch.to_pylist():
                    number += 1
                    yield rows.passage(number, record, column)
    except (arrow.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:100]
        where = f" after row {number}" if number else ""
        raise ReadingError(rows.name, f"is damaged, cut off or encrypted{where} ({reason})", "write it anew") from error

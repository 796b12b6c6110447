"""From finished documents to the output, in the order of the inputs: the same bytes however the work was done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scheidslijn.batch.run import Input
from scheidslijn.batch.store import flush_folder
from scheidslijn.batch.work import Done, Work
from scheidslijn.codebook import Codebook
from scheidslijn.errors import OutputError, ReadingError
from scheidslijn.summary import Summary
from scheidslijn.tables import TableWriter, columns_of
from scheidslijn.tables.machines import write_parquet
from scheidslijn.tables.writing import wider

Row = dict[str, Any]
MANIFEST = "_manifest.jsonl"
BUCKET = "document_hash"
"""The column by which a dataset is divided: the first hexadecimal digit of the hash of a document's content."""


def assemble_table(writer: TableWriter, inputs: Sequence[Input], work: Work, codebook: Codebook) -> Summary:
    """Write the rows of all finished inputs as one table; return what they are.

    Raises:
        OutputError: the table cannot be written.
    """
    summary = counted(inputs)
    with writer:
        for row in _rows(inputs, work, summary, codebook):
            writer.write(row)
    return summary


def assemble_dataset(
    target: Path, inputs: Sequence[Input], work: Work, codebook: Codebook, keys: tuple[str, ...]
) -> Summary:
    """Write a folder of Parquet files, divided by document hash in the way of Hive (`document_hash=3/part-0.parquet`).

    The folder takes its name in one step; pandas, polars, DuckDB and Spark read it as one table.

    Raises:
        OutputError: it cannot be written.
    """
    shown = [one for one in inputs if one.done is not None and one.done.read and not one.passed_over]
    extra: dict[str, str] = {}
    for one in shown:
        for chunk in _done(one).chunks:
            for name, kind in chunk.extra.items():
                extra[name] = wider(extra.get(name), kind)
    summary = counted(inputs)
    beside = target.with_name(f".{target.name}.partial")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        for digit in "0123456789abcdef":
            part = [one for one in shown if one.sha256.startswith(digit)]
            if any(_done(one).rows for one in part):
                folder = beside / f"{BUCKET}={digit}"
                folder.mkdir()
                rows = _rows(part, work, summary, codebook)
                write_parquet(folder / "part-0.parquet", rows, columns_of(codebook), extra, keys)
        (beside / MANIFEST).write_text("".join(manifest_lines(inputs, work)), "utf-8")
        _put_in_place(beside, target)
    except OSError as error:
        raise OutputError(f"{target}: writing failed ({error.strerror}); make room, then run the same again") from error
    return summary


def _put_in_place(beside: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    beside.rename(target)
    flush_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def counted(inputs: Sequence[Input]) -> Summary:
    """What is known of the inputs before a row is seen: documents, pages, failures."""
    summary = Summary()
    for one in inputs:
        if one.done is None or one.passed_over:
            continue
        summary.documents += one.done.read
        summary.pages += one.done.pages
        summary.failures += [ReadingError(*problem) for problem in one.done.problems]
    return summary


def _rows(inputs: Sequence[Input], work: Work, summary: Summary, codebook: Codebook) -> Iterator[Row]:
    count = summary_counter(summary, codebook)
    for one in inputs:
        if one.done is not None and not one.passed_over:
            for row in work.rows(one.key, one.done):
                count(row)
                yield row


def summary_counter(summary: Summary, codebook: Codebook) -> Callable[[Row], None]:
    """Give a function that counts one row into the summary."""
    multi = {dimension.name: dimension.multi for dimension in codebook.dimensions}

    def count(row: Row) -> None:
        codes = {name: (row[name] if many else [row[name]] if row[name] else []) for name, many in multi.items()}
        repeated = row["kind"] == "heading" or bool(row["duplicate_of"])
        summary.count(row["document"], codes, row["abstained"], repeated=repeated)

    return count


def manifest_lines(inputs: Sequence[Input], work: Work) -> Iterator[str]:
    """A JSON line for every input: what it is, and what became of it."""
    for one in inputs:
        done = one.done or Done()
        outcome = one.passed_over or ("labelled" if done.read else "failed")
        line = {
            "document": one.source.name, "outcome": outcome, "bytes": one.size, "sha256": one.sha256,
            "format": done.format, "pages": done.pages, "passages": done.rows,
            "problems": ["; ".join(problem[1:]) for problem in done.problems], "notes": list(done.notes),
            "model": work.facts["model"], "codebook": work.facts["codebook"], "run": work.run,
        }  # fmt: skip
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _done(one: Input) -> Done:
    return one.done or Done()

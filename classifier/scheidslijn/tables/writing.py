"""Write a table whole or not at all.

Rows are first spooled as JSON lines beside the target, so that memory stays flat and the columns of the input are known
when the table itself is written; the finished file takes its name in one step (`os.replace`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from scheidslijn.errors import OutputError
from scheidslijn.tables.rows import Column, Row

FORMS = ("jsonl", "csv", "xlsx", "parquet")


def check_report(path: Path, forms: Sequence[str], *, force: bool) -> None:
    """Tell before the work what would go wrong when a report is written at its end.

    Args:
        forms: the suffixes that can be written, each with its point.

    Raises:
        OutputError: another form, an existing file without `force`, or no such folder.
    """
    if path.suffix.lower() not in forms:
        raise OutputError(f"{path}: cannot write the form {path.suffix or '(no suffix)'!r}; choose {', '.join(forms)}")
    if path.exists() and not force:
        raise OutputError(f"{path}: exists already; use --force to replace it, or another name")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: the folder {path.parent} does not exist; make it first")


def form_of(target: str) -> str:
    """The form of an output by its name: `-` is JSONL on standard output.

    Raises:
        OutputError: the suffix is not one of `FORMS`.
    """
    if target == "-":
        return "jsonl"
    suffix = Path(target).suffix.lower().lstrip(".")
    if suffix not in FORMS:
        allowed = ", ".join("." + form for form in FORMS)
        given = Path(target).suffix or "(no suffix)"
        raise OutputError(f"{target}: cannot write the form {given!r}; choose {allowed} or -")
    return suffix


class TableWriter:
    """A context in which rows are written; leaving it without error puts the file in place.

    Args:
        target: path of the output, or `-` for JSON lines on standard output as they come.
        columns: the columns of every row; columns of the input follow as they are met.
        score_keys: keys of the column `scores`, which CSV and XLSX spread over columns of their own.
        force: replace an existing file.
        tag: keeps the files of runs at the same time apart; default the number of the process.

    Raises:
        OutputError: the file exists (without `force`), its folder does not, its form is unknown, or it holds too many
            rows for its form (XLSX).
    """

    def __init__(
        self, target: str, columns: tuple[Column, ...], score_keys: tuple[str, ...] = (), *, force: bool = False,
        tag: str = "",
    ) -> None:  # fmt: skip
        self.target, self.columns, self.score_keys = target, columns, score_keys
        self.form = form_of(target)
        self._tag = tag or str(os.getpid())
        self.rows = 0
        self._longest = 0
        self._known = frozenset(column.name for column in columns)
        self._extra: dict[str, str] = {}
        self._out: IO[str] = sys.stdout
        self._spool: Path | None = None
        if target != "-":
            self._check(Path(target), force)

    def _check(self, path: Path, force: bool) -> None:
        if path.is_dir():
            raise OutputError(f"{path}: is a folder; name a file such as {path / 'labels.xlsx'}")
        if path.exists() and not force:
            raise OutputError(f"{path}: exists already; use --force to replace it, or another name")
        if not path.parent.is_dir():
            raise OutputError(f"{path}: the folder {path.parent} does not exist; make it first")

    def refuse_rows(self, rows: int) -> None:
        """Refuse a number of rows that the form cannot hold, before any is written.

        Raises:
            OutputError: it cannot; the message says what can.
        """
        from scheidslijn.tables.people import check_rows

        if self.form in ("csv", "xlsx"):
            try:
                check_rows(self.form, rows)
            except OutputError as error:
                raise OutputError(
                    f"{self.target}: {error}; write .parquet, .jsonl, or a folder (-o labels/)"
                ) from error

    def __enter__(self) -> TableWriter:
        if self.target != "-":
            path = Path(self.target)
            self._spool = path.with_name(f".{path.name}.{self._tag}.partial")
            try:
                self._out = self._spool.open("w", encoding="utf-8", newline="\n")
            except OSError as error:
                raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another folder") from error
        return self

    def write(self, row: Row) -> None:
        """Add one row of JSON values."""
        for name, value in row.items():
            if name not in self._known:
                self._extra[name] = widest(self._extra.get(name), value)
            if isinstance(value, str):
                self._longest = max(self._longest, len(value))
        try:
            self._out.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise self._failed(error) from error
        self.rows += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._spool is None:
            self._out.flush()
            return
        try:
            self._out.close()
            if kind is None:
                self._finish(self._spool)
        except OSError as failure:
            raise self._failed(failure) from failure
        finally:
            self._spool.unlink(missing_ok=True)

    def _finish(self, spool: Path) -> None:
        path = Path(self.target)
        if self.form == "jsonl":
            os.replace(spool, path)
            return
        from scheidslijn.tables import machines, people  # openpyxl and pyarrow are loaded only when written

        ready = spool.with_suffix(".ready")
        try:
            if self.form == "parquet":
                machines.write_parquet(ready, _rows(spool), self.columns, self._extra, self.score_keys)
            elif self.form == "csv":
                people.check_rows("csv", self.rows)
                people.write_csv(ready, _rows(spool), self.columns, tuple(self._extra), self.score_keys)
            else:
                people.check_xlsx(self.rows, self._longest)
                people.write_xlsx(ready, _rows(spool), self.columns, tuple(self._extra), self.score_keys)
            os.replace(ready, path)
        except OutputError as error:
            kept = path.with_suffix(".jsonl")
            if kept.exists():
                raise
            os.replace(spool, kept)  # hours of labelling are not lost to the limits of a form
            raise OutputError(f"{path}: {error}; the rows are kept as {kept}, or write .parquet or .csv") from error
        finally:
            ready.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(f"{self.target}: writing failed ({error.strerror}); make room or choose another place")


def _rows(spool: Path) -> Iterator[Row]:
    with spool.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def widest(known: str | None, value: object) -> str:
    """Return the narrowest type that holds all values of a column: "null" < "bool" | "int" < "float" < "text"."""
    kind = {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value), "text")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        kind = "text"
    return wider(known, kind)


def wider(known: str | None, kind: str) -> str:
    """Return the narrowest type that holds what either of two types holds."""
    if known is None or known == "null" or known == kind:
        return kind
    if kind == "null":
        return known
    return "float" if {known, kind} == {"int", "float"} else "text"

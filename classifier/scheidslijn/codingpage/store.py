"""The file of codes: one line a passage, on the disk before anybody is told so, and right at every moment.

A new passage is a line at the end. A decision that is changed or withdrawn takes the file's place in one step, so that
the file never holds two answers to one question, which a reader would take for a contradiction.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from scheidslijn.annotations.suggestions import is_suggestion
from scheidslijn.codingpage.rows import Row, line_of
from scheidslijn.errors import OutputError

MAX_LINE = 16_000_000
"""Most bytes of one line."""


class CodesFile:
    """The codes of one coder, kept for one process at a time. Use it as a context.

    Args:
        path: of the file, `.jsonl`; it is made with the first decision.
        coder: whose codes it holds.

    Attributes:
        rows: by `passage_id` the row of each passage, in the order in which they were decided last.
        notes: what was met on opening, one line each.

    Raises:
        OutputError: another process has the file, it holds something else than this coder's codes, or it cannot be
            read or written.
    """

    def __init__(self, path: Path, coder: str) -> None:
        self.path, self.coder = path.resolve() if path.is_symlink() else path, coder
        self.rows: dict[str, Row] = {}
        self.notes: list[str] = []
        self._lines: dict[str, bytes] = {}
        self._whole = True  # whether the file is as `_lines` says, so that a line may be added
        self._size = 0
        self._lock = _Lock(self.path)

    def __enter__(self) -> CodesFile:
        if self.path.suffix.lower() != ".jsonl":
            raise OutputError(f"{self.path}: codes are kept as JSON lines; give a name that ends in .jsonl")
        self._lock.take()
        try:
            self._load()
        except BaseException:
            self._lock.leave()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self._lock.leave()

    def put(self, identity: str, row: Row) -> None:
        """Keep the row of a passage, in the place of an earlier one; it is on the disk when this returns.

        Raises:
            OutputError: it could not be written, and nothing was changed.
        """
        line = line_of(row)
        if self._whole and identity not in self._lines:
            self._append(line)
        else:
            self._replace({**{key: one for key, one in self._lines.items() if key != identity}, identity: line})
        self._lines.pop(identity, None)
        self.rows.pop(identity, None)
        self._lines[identity], self.rows[identity] = line, row

    def drop(self, identity: str) -> None:
        """Take the row of a passage out.

        Raises:
            OutputError: it could not be written, and nothing was changed.
        """
        if identity in self._lines:
            self._replace({key: one for key, one in self._lines.items() if key != identity})
            del self._lines[identity]
            self.rows.pop(identity, None)

    def _load(self) -> None:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            if not self.path.absolute().parent.is_dir():
                raise OutputError(f"{self.path}: its folder does not exist; make it first") from None
            return
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be read ({error.strerror}); check your rights to it") from error
        self._size = len(content)
        lines = content.split(b"\n")
        for number, line in enumerate(lines, 1):
            last = number == len(lines)
            if line.strip():
                self._take(line, number, last)
        if content and not content.endswith(b"\n"):
            self._whole = False

    def _take(self, line: bytes, number: int, last: bool) -> None:
        where = f"{self.path}:{number}"
        try:
            row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8")) if len(line) < MAX_LINE else None
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            self._whole = False
            if last:  # it was never said to be saved
                self.notes.append(f"{where}: half a line, of a decision that was broken off; it is passed over")
                return
            self.notes.append(f"{where}: is not JSON; the line is kept as it is and the others are read")
            self._lines[f"\0{number}"] = line + b"\n"
            return
        self._check(row, where)
        identity = str(row["passage_id"])
        if identity in self._lines:
            self._whole = False
            self.notes.append(f"{where}: passage '{identity[:60]}' stands there twice; the last one counts")
            del self._lines[identity], self.rows[identity]
        self._lines[identity], self.rows[identity] = line.removesuffix(b"\r") + b"\n", row

    def _check(self, row: Mapping[str, Any], where: str) -> None:
        if is_suggestion(row):
            raise OutputError(f"{where}: holds labels of a machine; give the codes a file of their own")
        if not isinstance(row.get("passage_id"), str) or not isinstance(row.get("coder"), str):
            raise OutputError(f"{where}: is no file of this page (no passage_id or coder); give another name")
        if row["coder"] != self.coder:
            raise OutputError(
                f"{where}: holds codes of '{row['coder'][:60]}'; coders work blind, so give '{self.coder}' another file"
            )

    def _append(self, line: bytes) -> None:
        try:
            with self.path.open("ab") as file:
                if file.tell() != self._size:
                    raise OutputError(
                        f"{self.path}: was changed by another program; stop (Ctrl-C) and start again, nothing is lost"
                    )
                try:
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    with suppress(OSError):
                        file.truncate(self._size)  # not half a decision
                    self._whole = False
                    raise
            if not self._size:
                _sync_folder(self.path)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written ({error.strerror}); make room or rights") from error
        self._size += len(line)

    def _replace(self, lines: Mapping[str, bytes]) -> None:
        beside = self.path.with_name(f".{self.path.name}.new")
        content = b"".join(lines.values())
        try:
            if self.path.exists() and self.path.stat().st_size != self._size:
                raise OutputError(
                    f"{self.path}: was changed by another program; stop (Ctrl-C) and start again, nothing is lost"
                )
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if self.path.exists():
                shutil.copymode(self.path, beside)
            os.replace(beside, self.path)
            _sync_folder(self.path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise OutputError(f"{self.path}: cannot be written ({error.strerror}); make room or rights") from error
        self._size, self._whole = len(content), True


def _sync_folder(path: Path) -> None:
    """Make a new name in a folder last; Windows has no such thing."""
    with suppress(OSError):
        folder = os.open(path.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Lock:
    """A hidden file beside the codes that one process holds; the system takes it back however the process ends."""

    def __init__(self, path: Path) -> None:
        self._codes = path
        self._path = path.with_name(f".{path.name}.lock")
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        while True:
            try:
                self._path.parent.mkdir(exist_ok=True)  # a folder for each round of coding is the usual way
                file = self._path.open("ab")
            except OSError as error:
                raise OutputError(
                    f"{self._codes}: cannot be written ({error.strerror}); check the folder and your rights to it"
                ) from error
            try:
                _hold(file)
                if sys.platform == "win32" or _same(file, self._path):
                    self._file = file
                    return
            except OSError as error:
                file.close()
                raise OutputError(
                    f"{self._codes}: is in use by another coding page; stop that one (Ctrl-C), or give another file"
                ) from error
            file.close()  # it was taken away between opening and holding

    def leave(self) -> None:
        if self._file is not None:
            if sys.platform != "win32":
                self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None


def _same(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _hold(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

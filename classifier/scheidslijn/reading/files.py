"""Opening input files: what may be opened at all, how much is read, and what an operating system's error means."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheidslijn.errors import ReadingError

MAX_TEXT_BYTES = 64_000_000
"""Largest plain text, Markdown or HTML file that is read: about eight million words."""

_SPECIAL = (
    (stat.S_ISDIR, "is a folder, not a file", "give the files in it, or the folder itself as input"),
    (stat.S_ISFIFO, "is a named pipe, not a file", "use - to read from standard input"),
    (stat.S_ISCHR, "is a device, not a file", "give a regular file"),
    (stat.S_ISBLK, "is a device, not a file", "give a regular file"),
    (stat.S_ISSOCK, "is a socket, not a file", "give a regular file"),
)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn an `OSError` inside the block into a `ReadingError` about `name`.

    Raises:
        ReadingError: the file vanished, may not be read, or cannot be read for another reason.
    """
    try:
        yield
    except OSError as error:
        raise ReadingError(name, *_meaning(error)) from error


def _meaning(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "does not exist (any more)", "check the path, or run again when the file is back"
    if isinstance(error, PermissionError):
        return "may not be read by you", "ask for read access, or copy the file"
    if isinstance(error, IsADirectoryError):
        return _SPECIAL[0][1], _SPECIAL[0][2]
    if error.errno == errno.ELOOP:
        return "is a link that leads to itself", "give the file itself"
    reason = error.strerror or type(error).__name__
    return f"cannot be read ({reason})", "check the disk or the network drive, and copy the file"


def check_file(path: Path, name: str) -> int:
    """Return the size in bytes of the regular, non-empty file `path`; nothing is opened.

    Raises:
        ReadingError: not there, a broken link, a folder, a device, a pipe, or empty.
    """
    with explained(name):
        if path.is_symlink() and not path.exists():
            raise ReadingError(name, "is a broken link", "restore the file it points to, or remove the link")
        if name == path.as_posix() and not os.path.lexists(path):  # known by its path: it was not there before either
            raise ReadingError(name, "does not exist", "check the path")
        status = os.stat(path)
    for is_special, fault, remedy in _SPECIAL:
        if is_special(status.st_mode):
            raise ReadingError(name, fault, remedy)
    if status.st_size == 0:
        raise ReadingError(name, "is empty (0 bytes)", "replace it by the complete file")
    return status.st_size


def read_bytes(path: Path, name: str, limit: int = MAX_TEXT_BYTES) -> bytes:
    """Return the bytes of a regular file, never more than `limit` of them.

    Raises:
        ReadingError: cannot be read, or is larger than `limit`.
    """
    check_file(path, name)
    with explained(name), open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ReadingError(name, f"is larger than {limit // 1_000_000} MB of text", "split it into smaller files")
    return data


def file_sha256(path: Path, name: str) -> str:
    """Return the SHA-256 of a file's bytes, 64 hexadecimal digits; memory stays flat.

    Raises:
        ReadingError: cannot be read.
    """
    with explained(name), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

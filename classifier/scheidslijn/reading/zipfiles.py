"""Opening zip-based documents (DOCX, XLSX, ODT) without being blown up by them."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.files import explained
from scheidslijn.reading.xmlsafe import DAMAGED

MAX_TOTAL = 500_000_000
"""Most bytes that all members of a document may take unpacked."""
MAX_RATIO = 200
"""Most times that a whole file may grow on unpacking, once it is past `RATIO_FLOOR`."""
RATIO_FLOOR = 20_000_000
MAX_PART = 100_000_000
"""Most bytes of one member that is read into memory."""
MAX_DIRECTORY = 4_000_000
"""Most bytes of the list of members: about 50,000 of them."""

_END = b"PK\x05\x06"
_BOMB = "do not open it; if you trust it, save it anew from the program that made it"


def _check_directory(path: Path, name: str) -> None:
    """Refuse a list of members that would fill the memory, before `zipfile` reads it whole."""
    with explained(name), open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise ReadingError(name, "is damaged or cut off: its zip directory is missing", DAMAGED)
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    if directory > MAX_DIRECTORY:  # also zip64, whose size here is 0xFFFFFFFF
        raise ReadingError(name, "lists more than 50,000 members (a zip bomb?)", _BOMB)


@contextmanager
def open_zip(path: Path, name: str, max_total: int = MAX_TOTAL) -> Iterator[zipfile.ZipFile]:
    """Open a zip-based document whose members are of a sane size; faults inside the block become `ReadingError`.

    Args:
        path: the file.
        name: the file as the user knows it.
        max_total: most bytes that all members together may declare.

    Raises:
        ReadingError: no zip, damaged, protected by a password, or growing past the limits on unpacking.
    """
    _check_directory(path, name)
    try:
        with explained(name), zipfile.ZipFile(path) as archive:
            _check_members(archive, path.stat().st_size, name, max_total)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise ReadingError(name, f"is damaged or cut off ({reason})", DAMAGED) from error


def _check_members(archive: zipfile.ZipFile, packed: int, name: str, max_total: int) -> None:
    total = 0
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise ReadingError(name, "is protected by a password", "save a copy without a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadingError(name, "is packed in a way that office files never are", DAMAGED)
        total += member.file_size
    if total > max_total:
        raise ReadingError(name, f"would grow to {total // 1_000_000} MB on unpacking (a zip bomb?)", _BOMB)
    if total > RATIO_FLOOR and total > MAX_RATIO * packed:
        raise ReadingError(name, f"would grow {total // packed} times on unpacking (a zip bomb?)", _BOMB)


def read_part(archive: zipfile.ZipFile, part: str, name: str, limit: int = MAX_PART) -> bytes | None:
    """Return the bytes of one member, or None when there is none of that name.

    Subtle: a member may declare fewer bytes than it holds; no more than `limit` are unpacked whatever it declares.

    Raises:
        ReadingError: larger than `limit`.
        zipfile.BadZipFile: damaged; `open_zip` explains it.
    """
    try:
        member = archive.getinfo(part)
    except KeyError:
        return None
    if member.file_size > limit:
        raise ReadingError(
            name, f"holds {part} of {member.file_size // 1_000_000} MB", "split it into smaller documents"
        )
    with archive.open(member) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ReadingError(name, f"holds {part} of more than {limit // 1_000_000} MB (a zip bomb?)", _BOMB)
    return data

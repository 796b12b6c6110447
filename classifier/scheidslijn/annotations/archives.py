"""Zip archives with exports: of INCEpTION (also nested ones of a whole project), doccano and others."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheidslijn.reading.zipfiles import open_zip, read_part

MAX_TOTAL = 2_000_000_000
"""Most bytes that all members may take unpacked."""
MAX_MEMBER = 500_000_000
MAX_DEPTH = 3
"""Most archives within one another."""
SUFFIXES = frozenset({".xmi", ".xml", ".json", ".jsonl", ".ndjson", ".tsv", ".csv", ".xlsx", ".parquet", ".zip", ".gz"})
_HIDDEN = re.compile(r"(?:^|/)(?:\.|__MACOSX|~\$)")


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[tuple[list[tuple[Path, str]], list[str]]]:
    """Unpack what may hold codings into a folder that is gone afterwards.

    Files get names of our own, so that the names inside the archive cannot lead out of the folder.

    Yields:
        The unpacked files, each with its name (`export.zip/annotation/akkoord.txt/anna.xmi`), and the names of the
        members that were left where they are.

    Raises:
        ReadingError: damaged, protected by a password, or a bomb.
    """
    with tempfile.TemporaryDirectory() as folder, open_zip(path, name, MAX_TOTAL) as archive:
        files: list[tuple[Path, str]] = []
        others: list[str] = []
        for number, member in enumerate(sorted(archive.namelist())):
            suffix = Path(member).suffix.lower()
            if member.endswith("/") or _HIDDEN.search(member):
                continue
            if suffix not in SUFFIXES:
                others.append(member)
                continue
            data = read_part(archive, member, name, MAX_MEMBER)
            if data:
                target = Path(folder) / f"{number}{suffix}"
                target.write_bytes(data)
                files.append((target, f"{name}/{member}"))
        yield files, others

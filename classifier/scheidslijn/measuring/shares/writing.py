"""A finished text to a file, whole or not at all, or to standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from scheidslijn.errors import OutputError

FORMS = ("md", "csv", "json", "txt")


def form_of(target: str) -> str:
    """The form of a table of shares by its name; `-` is text on standard output.

    Raises:
        OutputError: another suffix than those of `FORMS`.
    """
    suffix = Path(target).suffix.lower().lstrip(".")
    if target != "-" and suffix not in FORMS:
        allowed = ", ".join("." + form for form in FORMS)
        raise OutputError(f"{target}: cannot write shares as '.{suffix}'; choose {allowed} or -")
    return "txt" if target == "-" else suffix


def write_text(target: str, text: str, *, force: bool = False) -> None:
    """Write a text; a CSV gets a byte order mark, so that Excel reads its accents.

    Raises:
        OutputError: the file exists (without `force`), or it cannot be written.
    """
    if target == "-":
        sys.stdout.write(text)
        return
    path = Path(target)
    if path.exists() and not force:
        raise OutputError(f"{path}: exists already; use --force to replace it, or another name")
    spool = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        spool.write_text(text, encoding="utf-8-sig" if path.suffix.lower() == ".csv" else "utf-8", newline="")
        os.replace(spool, path)
    except OSError as error:
        spool.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another folder") from error

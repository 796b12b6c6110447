"""Progress on standard error, and only on a terminal."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """One line that is rewritten a few times a second: files done, passages, passages per second, time left, failures.

    On anything but a terminal it says nothing, so that logs and pipes stay clean.

    Args:
        total: number of files.
        size: their bytes together, by which the time left is told; 0 when unknown, then it goes by the files.
    """

    def __init__(self, total: int | None = None, out: TextIO | None = None, size: int = 0) -> None:
        self.out = sys.stderr if out is None else out
        self.total, self.files, self.passages = total, 0, 0
        self.size, self.seen, self.failures = size, 0, 0
        self._live = self.out.isatty()
        self._start = self._shown = time.monotonic()

    def step(self, *, files: int = 0, passages: int = 0, now: str = "", size: int = 0, failures: int = 0) -> None:
        """Count work done; `now` is the file at hand, `size` its bytes when it is finished."""
        self.files += files
        self.passages += passages
        self.seen += size
        self.failures += failures
        moment = time.monotonic()
        if self._live and moment - self._shown > 0.2:
            self._shown = moment
            self.out.write(f"\r\x1b[K{self.line(moment - self._start, now)[:110]}")
            self.out.flush()

    def line(self, seconds: float, now: str = "") -> str:
        """The line after so many seconds of work."""
        rate = self.passages / max(seconds, 1e-9)
        of = f"/{self.total}" if self.total is not None else ""
        left = ""
        seen, whole = (self.seen, self.size) if self.size else (self.files, self.total or 0)
        if 0 < seen < whole:
            left = f"  {duration(seconds * (whole - seen) / seen)} left"
        failed = f"  {self.failures} failed" if self.failures else ""
        return f"{self.files}{of} files  {self.passages:,} passages  {rate:,.0f}/s{left}{failed}  {now}"

    def close(self) -> None:
        """Wipe the line."""
        if self._live:
            self.out.write("\r\x1b[K")
            self.out.flush()


def duration(seconds: float) -> str:
    """A length of time in two units at most.

    >>> duration(42), duration(3700), duration(200_000)
    ('42 s', '1 h 1 min', '2 d 7 h')
    """
    whole = round(seconds)
    for large, size, small, below in (("d", 86_400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {large} {whole % size // below} {small}"
    return f"{whole} s"

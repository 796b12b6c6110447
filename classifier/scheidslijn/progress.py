"""Progress on standard error, and only on a terminal."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """One line that is rewritten a few times a second: files done, passages, passages per second.

    On anything but a terminal it says nothing, so that logs and pipes stay clean.
    """

    def __init__(self, total: int | None = None, out: TextIO | None = None) -> None:
        self.out = sys.stderr if out is None else out
        self.total, self.files, self.passages = total, 0, 0
        self._live = self.out.isatty()
        self._start = self._shown = time.monotonic()

    def step(self, *, files: int = 0, passages: int = 0, now: str = "") -> None:
        """Count work done; `now` is the file at hand."""
        self.files += files
        self.passages += passages
        moment = time.monotonic()
        if self._live and moment - self._shown > 0.2:
            self._shown = moment
            rate = self.passages / max(moment - self._start, 1e-9)
            of = f"/{self.total}" if self.total is not None else ""
            line = f"{self.files}{of} files  {self.passages:,} passages  {rate:,.0f}/s  {now}"
            self.out.write(f"\r\x1b[K{line[:110]}")
            self.out.flush()

    def close(self) -> None:
        """Wipe the line."""
        if self._live:
            self.out.write("\r\x1b[K")
            self.out.flush()

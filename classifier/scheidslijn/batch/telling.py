"""What a run tells while it works: lines for people, a progress line, and JSON lines for machines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any

from scheidslijn.batch.work import Done
from scheidslijn.errors import OutputError
from scheidslijn.progress import Progress

Tell = Callable[[str], None]


@contextmanager
def open_log(path: str) -> Iterator[IO[str] | None]:
    """The file for events at a path, to which is added; None for "".

    Raises:
        OutputError: it cannot be opened.
    """
    if not path:
        yield None
        return
    try:
        log = open(path, "a", encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
    with log:
        yield log


class Telling:
    """Counts a run and tells of it.

    Args:
        tell: gets one line for every failure and note.
        log: gets one JSON object a line for every event, or None.
        total, size: number of inputs to work on, and their bytes together, from which the time left is estimated.
        live: whether to show a progress line, on a terminal.
    """

    def __init__(
        self, tell: Tell, log: IO[str] | None = None, total: int = 0, size: int = 0, live: bool = True
    ) -> None:
        self.tell, self._log = tell, log
        self._progress = Progress(total, size=size) if live else None
        self._began = time.monotonic()
        self.failures = self.files = self.passages = 0

    def event(self, kind: str, **facts: Any) -> None:
        """Write one event into the log."""
        if self._log is not None:
            moment = datetime.now(UTC).isoformat(timespec="milliseconds")
            seconds = round(time.monotonic() - self._began, 3)
            line = {"time": moment, "seconds": seconds, "event": kind, **facts}
            self._log.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._log.flush()

    def read(self, passages: int) -> None:
        """Passages came from reading."""
        self.passages += passages
        if self._progress is not None:
            self._progress.step(passages=passages)

    def finished(self, name: str, size: int, done: Done) -> None:
        """A document is finished."""
        self.files += 1
        self.failures += not done.read
        told = [": ".join((problem[0], "; ".join(problem[1:]))) for problem in done.problems]
        self.event(
            "document", document=name, passages=done.rows, pages=done.pages, read=done.read, problems=told,
            notes=list(done.notes),
        )  # fmt: skip
        for line in told:
            self.tell(line)
        for note in done.notes:
            self.tell(f"{name}: {note}")
        if self._progress is not None:
            self._progress.step(files=1, now=name, size=size, failures=int(not done.read))

    def warn(self, line: str) -> None:
        """Something happened that the run gets over."""
        self.event("warning", message=line)
        self.tell(line)

    def close(self) -> None:
        """Wipe the progress line."""
        if self._progress is not None:
            self._progress.close()

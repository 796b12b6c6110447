"""Reading many files in a process apart, so that nothing a file does ends the run, holds it up or fills the memory."""

from __future__ import annotations

import io
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

from scheidslijn.errors import ReadingError
from scheidslijn.onefile import Facts, Limits, Outcome, read_here, read_source
from scheidslijn.reading.detect import TABLES
from scheidslijn.sources import Source
from scheidslijn.workerchild import read_frame, write_frame

__all__ = ["Facts", "Limits", "Outcome", "read_all", "read_here", "read_source"]

_ALLOWED = {
    ("scheidslijn.errors", "ReadingError"), ("scheidslijn.onefile", "Facts"), ("scheidslijn.passage", "Passage"),
    ("scheidslijn.passage", "Span"), ("scheidslijn.passage", "Cell"),
}  # fmt: skip
_BUFFERED = 8
"""Frames that wait for the consumer, at most: reading runs ahead of labelling, and no further."""
TRIES = 2
"""How often a file is read when its process dies or hangs."""
TOO_LONG, PROCESS_ENDED = "took longer than", "made the reading process end"
"""How the faults begin that may be of this machine rather than of the file."""
_GRACE = 15.0
"""Seconds that starting the process and its imports may take on top of a file's limit."""


def read_all(
    sources: Iterable[Source], limits: Limits | None = None, *, ocr: bool = True, account: bool = False
) -> Iterator[Outcome]:
    """Read files in one process apart, in order; while one is consumed the next is read already.

    The process is killed and replaced when it dies or passes the limits; its file is then a problem, and the run goes
    on. Its time is counted only while the consumer waits. Nothing is raised for a file.

    Args:
        sources: as `sources.walk` gives them.
        limits: of time, memory and size a file; default `Limits()`.
        ocr: read scanned pages of a PDF through OCR, when it is installed.
        account: give the rows of the account in the facts of every document.
    """
    with _Reader(limits or Limits(), ocr, account) as reader:
        waiting = iter(sources)
        source = next(waiting, None)
        while source is not None:
            following = next(waiting, None)
            reader.ask(source)
            if following is not None:
                reader.ask(following)
            yield from reader.answers(source)
            source = following


class _Allowing(pickle.Unpickler):
    """Unpickles only our own values: a process that a hostile file took over cannot send anything else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not a value that readers send")
        return super().find_class(module, name)


class _Lost(Exception):
    """The reading process died or hung on a source."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.fault, self.remedy = fault, remedy


class Child:
    """One process of ours, and the thread that takes its answers.

    Args:
        module: whose `main` it runs, with pipes as standard input and output.

    Attributes:
        frames: bytes of its answers as they come, None when it ended.
        answered: whether it has done something: from then on its imports are done.
    """

    def __init__(self, module: str = "scheidslijn.workerchild") -> None:
        package = str(Path(__file__).resolve().parent.parent)
        code = f"import sys; sys.path.append({package!r}); from {module} import main; main()"
        own = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT")}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to handle, and OCR programs are killed with their parent
            env={**os.environ, **own},
        )  # fmt: skip
        self.frames: queue.Queue[bytes | None] = queue.Queue(_BUFFERED)
        self.answered = False
        self._stopped = False
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        body: bytes | None = b""
        while body is not None and not self._stopped:
            try:
                body = read_frame(stream)
            except (OSError, ValueError):
                body = None
            while not self._stopped:
                try:
                    self.frames.put(body, timeout=0.5)
                    break
                except queue.Full:
                    continue

    def send(self, message: object) -> None:
        with suppress(OSError, ValueError):  # when it died, its missing answer will tell
            write_frame(cast(BinaryIO, self._process.stdin), message)

    def end(self, patience: float = 0.0) -> int | None:
        """Kill the process with all that it started; return how it ended by itself in `patience` seconds, or None."""
        self._stopped = True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        code = self._process.returncode
        with suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                cast(BinaryIO, stream).close()
        return code


class _Reader:
    """Asks a process for files, and replaces the process when it fails."""

    def __init__(self, limits: Limits, ocr: bool, account: bool) -> None:
        self._limits, self._ocr, self._account = limits, ocr, account
        self._child: Child | None = None
        self._asked: deque[Source] = deque()
        self._spooled: Path | None = None

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()
        if self._spooled is not None:
            self._spooled.unlink(missing_ok=True)

    def _end(self, patience: float = 0.0) -> int | None:
        child, self._child = self._child, None
        self._asked.clear()
        return None if child is None else child.end(patience)

    def ask(self, source: Source) -> None:
        """Ask for a source, unless that was done."""
        if source in self._asked:
            return
        if self._child is None:
            self._child = Child()
        self._asked.append(source)
        path = self._spool() if source.stdin else source.path
        request = {"path": path, "name": source.name, "ocr": self._ocr, "account": self._account}
        self._child.send({**request, "limits": asdict(self._limits)})

    def _spool(self) -> Path:
        """Write standard input to a file, up to the size of a document and one byte, which is then refused."""
        if self._spooled is None:
            with tempfile.NamedTemporaryFile(prefix="scheidslijn-", delete=False) as file:
                self._spooled = Path(file.name)
                left = self._limits.document_bytes + 1
                while left > 0 and (data := sys.stdin.buffer.read(min(left, 1 << 20))):
                    file.write(data)
                    left -= len(data)
        return self._spooled

    def answers(self, source: Source) -> Iterator[Outcome]:
        """Yield the outcomes of the source that was asked first, whatever happens to the process.

        When the process dies or hangs, the source is read once more by a new one, and only then is it a problem.
        """
        given = 0
        for attempt in range(TRIES):
            try:
                for number, outcome in enumerate(self._once(source)):
                    if number >= given:  # a second try passes over what the first gave
                        given += 1
                        yield outcome
                return
            except _Lost as lost:
                if attempt == TRIES - 1:
                    yield Outcome(source, problems=(ReadingError(source.name, lost.fault, lost.remedy),))

    def _once(self, source: Source) -> Iterator[Outcome]:
        self.ask(source)
        child = cast(Child, self._child)
        limit, allowed, table = self._limits.seconds, 0.0, False
        left = limit + (0.0 if child.answered else _GRACE)
        while True:
            began = time.monotonic()
            try:
                body = child.frames.get(timeout=max(left, 0.01))
            except queue.Empty:
                self._end()
                raise _Lost(f"{TOO_LONG} {limit + allowed:.0f} s", "split it, or save it anew as PDF") from None
            left -= time.monotonic() - began
            child.answered = True
            message = _message(body)
            if message is None:
                how = _ended(self._end(1.0 if body is None else 0.0))
                raise _Lost(f"{PROCESS_ENDED} ({how})", "save it anew as PDF")
            if message[0] == "allow":
                more = min(message[1], max(0.0, self._limits.ocr_seconds - allowed))
                left, allowed = left + more, allowed + more
            elif message[0] == "format":
                table = message[1] in TABLES
            elif message[0] == "outcome":
                yield Outcome(source, *message[1:])
                if table:
                    left = self._limits.seconds
            else:
                self._asked.popleft()
                if message[1]:  # it retires: what was asked ahead is asked again of the next one
                    self._end()
                return


def _message(body: bytes | None) -> tuple[Any, ...] | None:
    """Return an answer, or None when there is none or it is not one of ours."""
    if body is None:
        return None
    try:
        message = _Allowing(io.BytesIO(body)).load()
    except Exception:  # a damaged pickle may raise anything
        return None
    return message if isinstance(message, tuple) and message else None


def _ended(code: int | None) -> str:
    if code is None:
        return "it sent no valid answer"
    if code < 0:
        return signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f"exit code {code}"

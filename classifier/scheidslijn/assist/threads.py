"""Threads that ask, and that do not keep a process alive when the user breaks it off."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")


def done(value: T) -> Future[T]:
    """A result that is there already."""
    future: Future[T] = Future()
    future.set_result(value)
    return future


class Flights:
    """Keeps threads that would do the same from doing it at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._up: dict[str, tuple[threading.Lock, list[None]]] = {}

    @contextmanager
    def only(self, name: str) -> Iterator[None]:
        """Hold a name while working; another thread waits for it."""
        with self._lock:
            own, waiting = self._up.setdefault(name, (threading.Lock(), []))
            waiting.append(None)
        try:
            with own:
                yield
        finally:
            with self._lock:
                waiting.pop()
                if not waiting:
                    del self._up[name]


class Threads:
    """A number of daemon threads (those of `concurrent.futures` would be waited for, up to an answer's time-out)."""

    def __init__(self, number: int) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._number = max(1, number)
        self._over = False

    def __enter__(self) -> Threads:
        for _ in range(self._number):
            threading.Thread(target=self._work, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over = True
        for _ in range(self._number):
            self._jobs.put(None)

    def run(self, job: Callable[[], T]) -> Future[T]:
        """Have a thread do a job; jobs begin in the order in which they are given."""
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future

    def _work(self) -> None:
        while (task := self._jobs.get()) is not None and not self._over:
            job, future = task
            try:
                future.set_result(job())
            except BaseException as error:  # whoever takes the result gets it, and no further job begins
                self._over = True
                future.set_exception(error)

"""Trying again: waits that grow, with jitter, and that all threads keep when the endpoint asks for one."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass

from scheidslijn.assist.replies import Reply, Unanswered
from scheidslijn.assist.telling import Event, OnEvent
from scheidslijn.assist.wire import Provider, Question


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and how long after, a question is put again.

    Attributes:
        retries: further tries after the first.
        first: seconds before the first of them, at most; every next waits up to twice as long.
        longest: most seconds of one wait, also of one that the endpoint asks for.
    """

    retries: int = 6
    first: float = 1.0
    longest: float = 120.0


class Stopped(Exception):
    """The run is over; a wait was broken off."""


class Retrying:
    """A provider that tries again.

    Args:
        provider: that is asked.
        patience: how often.
        tell: gets an event for every further try.
    """

    def __init__(self, provider: Provider, patience: Patience, tell: OnEvent) -> None:
        self._provider, self._patience, self._tell = provider, patience, tell
        self._stop = threading.Event()
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Break off all waits."""
        self._stop.set()

    def ask(self, question: Question) -> Reply:
        """Ask, and ask again while that may help.

        Raises:
            Unanswered: no answer came.
            Stopped: the run was stopped meanwhile.
            ScheidslijnError: none will come.
        """
        for attempt in range(self._patience.retries + 1):
            self._wait(self._quiet_until - time.monotonic())
            try:
                return self._provider.ask(question)
            except Unanswered as unanswered:
                if not unanswered.again or attempt == self._patience.retries:
                    raise
                self._tell(Event("retry", unanswered.detail))
                self._hold(unanswered, attempt)
        raise AssertionError("unreachable")

    def _hold(self, unanswered: Unanswered, attempt: int) -> None:
        """Wait before a further try: as long as was asked for, in all threads, or a random part of a growing wait."""
        if unanswered.wait is not None:
            wait = min(unanswered.wait, self._patience.longest)
            with self._lock:
                self._quiet_until = max(self._quiet_until, time.monotonic() + wait)
            return
        most = min(self._patience.first * 2**attempt, self._patience.longest)
        self._wait(random.uniform(most / 2, most))

    def _wait(self, seconds: float) -> None:
        if self._stop.is_set() or (seconds > 0 and self._stop.wait(seconds)):
            raise Stopped

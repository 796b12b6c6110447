"""How slow work inside a reader asks for more time: the process that watches the clock registers itself here."""

from __future__ import annotations

from collections.abc import Callable

_watchers: list[Callable[[float], None]] = []


def watch(callback: Callable[[float], None]) -> None:
    """Register who is told when more seconds are asked for."""
    _watchers.append(callback)


def allow(seconds: float) -> None:
    """Say that the step now begun (OCR of a page) may take this many seconds on top of the limit of a file."""
    for callback in _watchers:
        callback(seconds)

"""Says how far training is and how long it takes: one live line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

SECONDS = 30.0
"""Between two lines where there is no terminal."""


class Stages:
    """Progress over the stages of a training.

    Args:
        tell: writes one line.
        out: where the live line goes; standard error.
    """

    def __init__(self, tell: Callable[[str], None], out: TextIO | None = None) -> None:
        self.out = sys.stderr if out is None else out
        self.tell, self.live = tell, self.out.isatty()
        self.stage, self.began, self.first, self.shown = "", 0.0, 0, 0.0

    def step(self, stage: str, step: int, steps: int, loss: float) -> None:
        """Hear of one step; see `trainer.Report`."""
        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.began, self.first, self.shown = stage, now, step, now
        if now - self.shown < (0.3 if self.live else SECONDS) and step < steps:
            return
        self.shown = now
        pace = (now - self.began) / max(1, step - self.first)
        line = f"{stage}: step {step} of {steps}, loss {loss:.3f}, {spoken(pace * (steps - step))} left"
        if self.live:
            self.out.write(f"\r\x1b[K{line[:110]}")
            self.out.flush()
        elif step < steps or now - self.began > SECONDS:
            self.tell(line)

    def close(self) -> None:
        """Wipe the live line."""
        if self.live:
            self.out.write("\r\x1b[K")
            self.out.flush()


def spoken(seconds: float) -> str:
    """A length of time as people say it.

    >>> spoken(42), spoken(170), spoken(9000)
    ('42 s', '3 min', '2 h 30 min')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"

"""What happens while a model is asked, told as it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: "answered" (a model answered), "kept" (the answer was known), "retry" (a question is put again after a
            fault of the network), "note" (something the user should know).
        text: of a retry why, of a note the line.
        tokens_in, tokens_out: of an answer, counted by the endpoint, or estimated when it does not say.
        counted: whether the endpoint counted them.
    """

    kind: Literal["answered", "kept", "retry", "note"]
    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    counted: bool = True


OnEvent = Callable[[Event], None]
"""Gets events, from one thread at a time."""


def silent(event: Event) -> None:
    """Tell nobody."""

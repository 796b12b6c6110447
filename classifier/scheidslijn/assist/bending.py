"""What an endpoint turns out not to take is left out of every further question of a run, and told once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Literal

_NAMED = {
    "response_format": re.compile(r"response_format|json_schema|structured.?output|guided|grammar", re.IGNORECASE),
    "max_tokens": re.compile(r"max_completion_tokens"),
    "temperature": re.compile(r"\btemperature\b", re.IGNORECASE),
    "seed": re.compile(r"\bseed\b", re.IGNORECASE),
}
"""By part of a question how a refusal names it; `max_tokens` is not left out but given its other name."""
_READ = 600
"""Characters of a refusal that are looked at: after its reason some endpoints repeat the question."""
_TOLD = {
    "response_format": "does not offer structured output; answers are parsed strictly all the same",
    "max_tokens": "calls the limit of an answer max_completion_tokens",
    "temperature": "does not take a temperature; its own is used",
    "seed": "does not take a seed",
}


class Bending:
    """Which parts of a question an endpoint takes.

    Args:
        host: for the lines that are told.
        structured: as in `Endpoint`; only "auto" lets `response_format` be left out later.
        note: gets the lines.
    """

    def __init__(
        self, host: str, structured: Literal["auto", "json_schema", "none"], note: Callable[[str], None]
    ) -> None:
        self._host, self._note, self._lock = host, note, threading.Lock()
        self._firm = {"response_format"} if structured == "json_schema" else set()
        self.taken = frozenset(_NAMED) - ({"response_format"} if structured == "none" else set())

    def bend(self, sent: frozenset[str], refusal: str) -> bool:
        """Leave out what a refusal names; return whether asking again makes sense.

        Args:
            sent: what was taken along in the question that was refused.
            refusal: what the endpoint said.
        """
        with self._lock:
            if sent != self.taken:
                return True  # another thread met the same refusal, and the question is asked anew without
            for part in _NAMED:
                if part in self.taken - self._firm and _NAMED[part].search(refusal[:_READ]):
                    self.taken -= {part}
                    self._note(f"{self._host} {_TOLD[part]}.")
                    return True
            return False

"""What an endpoint said, or why it said nothing; the body of a chat completion as values."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as the endpoint gave it.

    Attributes:
        content: the words of the model, "" when there are none.
        finish: why it stopped: "stop", "length", "content_filter", … or "".
        refusal: what it said instead of an answer, or "".
        tokens_in, tokens_out: as the endpoint counts them; -1 when it does not say.
    """

    content: str
    finish: str = ""
    refusal: str = ""
    tokens_in: int = -1
    tokens_out: int = -1


class Unanswered(Exception):
    """There is no answer.

    Attributes:
        detail: why, in a few words.
        again: whether trying again may help.
        wait: seconds that the endpoint asks to wait before, or None.
    """

    def __init__(self, detail: str, *, again: bool = False, wait: float | None = None) -> None:
        super().__init__(detail)
        self.detail, self.again, self.wait = detail, again, wait


def reply_of(text: str) -> Reply:
    """Read the body of a chat completion.

    Raises:
        Unanswered: it is none; trying again may help, as a proxy may have answered in its place.
    """
    try:
        body = json.loads(text)
        choice = body["choices"][0]
        message = choice["message"]
    except RecursionError as error:
        raise Unanswered("the response is nested too deep", again=True) from error
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Unanswered(f"the response is no chat completion{said_by(text)}", again=True) from error
    if not isinstance(message, dict) or not isinstance(choice, dict):
        raise Unanswered("the response is no chat completion", again=True)
    usage = body.get("usage") if isinstance(body, dict) else None
    counts = usage if isinstance(usage, dict) else {}
    return Reply(
        content=_text(message.get("content")),
        finish=_text(choice.get("finish_reason"))[:40],
        refusal=_text(message.get("refusal"))[:400],
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
    )


def without_key(text: str, key: str) -> str:
    """A response without the key that was sent along, should the endpoint repeat it, also in escapes of JSON.

    A key of fewer than eight characters is no secret ("EMPTY", for servers that want some key) and may be a word.

    >>> without_key('{"error": "wrong key \\\\u0073k-012345"}', "sk-012345")
    '{"error": "wrong key ***"}'
    """
    if len(key) < 8:
        return text
    with suppress(ValueError, RecursionError):  # what is no JSON is not unescaped further on
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return text.replace(json.dumps(key)[1:-1], "***").replace(key, "***")


def said_by(text: str) -> str:
    """What an endpoint said is wrong, as `: …` of at most 160 characters on one line; "" when it said nothing.

    >>> said_by('{"error": {"message": "model not found"}}')
    ': model not found'
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = text
    for name in ("error", "message", "detail"):
        if isinstance(body, dict) and name in body:
            body = body[name]
    found = body if isinstance(body, str) else json.dumps(body) if body else ""
    line = " ".join("".join(c if c.isprintable() else " " for c in found[:400]).split())
    return f": {line[:160]}" if line else ""


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Seconds that a header Retry-After asks for, given as seconds or as a date; None when there is no such header."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else -1

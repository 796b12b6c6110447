"""Whether a quote stands in a passage, character by character."""

from __future__ import annotations

from scheidslijn.assist.values import Evidence


def says_something(quote: object) -> bool:
    """Whether a value can be evidence at all: a text with a letter or a digit in it.

    >>> says_something("2027"), says_something(" , "), says_something(None)
    (True, False, False)
    """
    return isinstance(quote, str) and any(character.isalnum() for character in quote)


def find_quote(key: str, quote: str, text: str) -> Evidence | None:
    """Return where a quote stands in a text, the first time, or None when it does not.

    Nothing is normalised: another case, another blank, another dash or another composition of an accent is another
    text, and a quote that was mended would no longer be the document's.

    >>> find_quote("thema.onderwijs", "een school", "Er komt een school.")
    Evidence(key='thema.onderwijs', quote='een school', start=8, end=18)
    >>> find_quote("thema.onderwijs", "Een school", "Er komt een school.") is None
    True
    """
    start = text.find(quote)
    return None if start < 0 else Evidence(key, quote, start, start + len(quote))

"""Search terms as a codebook writes them; `termmatcher` finds them.

How a term is written (the same rules stand in `labels/sociale-tweedeling/README.md`):

- a word matches that whole word, without regard to case, accents or ligatures: `werk` does not match `netwerk`;
- `*` at the start or end of a word stands for any letters: `statushouder*`, `*toeslag`;
- `*` alone between two words stands for up to six words of one sentence: `stellen * beschikbaar`;
- `#` is any number: `# woningen`; `€` and `%` are words of their own;
- a hyphen or apostrophe may be that sign, a space, a line break or nothing: `sociaal-economisch` matches
  `sociaal economisch` and `sociaaleconomisch`; a space may be any white space, a hyphen or a slash, but never nothing;
- `!` in front takes away what the same code found at that place: `!re-integratie` beside `integratie`;
- `^2` to `^9` at the end gives a hit more weight than 1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

_MARKS = r"[\u0300-\u036f\u00ad\ufffe]+"  # accents and soft hyphens that stand loose inside a word
TOKEN = re.compile(rf"[^\W\d_][^\W_]*(?:{_MARKS}[^\W_]*)*|\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+(?:{_MARKS}[^\W_]*)*|[€%]")
_JOINT = re.compile(r"[-‐‑'’ʼ]")
_WEIGHT = re.compile(r"\^([1-9])$")


@dataclass(frozen=True, slots=True)
class Term:
    """A parsed term.

    Attributes:
        text: as written in the codebook.
        words: folded word patterns in order; `"*"` alone is a gap, `"#"` a number.
        loose: for every place between two words whether they may also be written as one word.
        veto: True for a `!` term.
        weight: 1 to 9.
    """

    text: str
    words: tuple[str, ...]
    loose: tuple[bool, ...]
    veto: bool = False
    weight: int = 1

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Every way to divide the term into words: `sociaal-economisch` has two."""
        found = []
        for choice in product(*[(False, True) if loose else (False,) for loose in self.loose]):
            words = [self.words[0]]
            for joined, word in zip(choice, self.words[1:], strict=True):
                if joined:
                    words[-1] += word
                else:
                    words.append(word)
            found.append(tuple(words))
        return tuple(found)


def fold(word: str) -> str:
    """Return the word as it is compared: no case, accents, ligatures or soft hyphens.

    >>> fold("Oekraïense"), fold("ﬁets"), fold("IJsbaan")
    ('oekraiense', 'fiets', 'ijsbaan')
    """
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word)
    return "".join(c for c in plain if c not in "\u00ad\ufffe" and not unicodedata.combining(c)).casefold()


def parse_term(text: str) -> Term:
    """Parse one term of a codebook.

    Raises:
        ValueError: the term breaks the rules at the head of this module; the message says which.
    """
    body = text.strip()
    veto = body.startswith("!")
    weighed = _WEIGHT.search(body)
    weight = int(weighed[1]) if weighed else 1
    body = body[veto : weighed.start() if weighed else None]
    words: list[str] = []
    loose: list[bool] = []
    for written in body.split():
        parts = [part for part in _JOINT.split(written) if part]
        for position, part in enumerate(parts):
            if (part[0] == "*" and position > 0) or (part[-1] == "*" and position < len(parts) - 1):
                raise ValueError(f"'*' may not stand beside a hyphen or apostrophe, as in '{written}'")
            words.append(part if part in ("*", "#") else _pattern(part))
            loose.append(position > 0)
    if not words:
        raise ValueError("a term needs at least one word")
    if words[0] == "*" or words[-1] == "*":
        raise ValueError("'*' alone may only stand between two words")
    if sum(loose) > 4:
        raise ValueError("a term may hold at most 4 hyphens or apostrophes")
    return Term(text, tuple(words), tuple(loose[1:]), veto, weight)


def _pattern(part: str) -> str:
    core = part.removeprefix("*").removesuffix("*")
    if "*" in core:
        raise ValueError(f"'*' may stand only at the start or end of a word, not inside '{part}'")
    if not TOKEN.fullmatch(core):
        raise ValueError(f"'{part}' is not a word of letters or digits, nor '#', '€' or '%'")
    return ("*" if part.startswith("*") else "") + fold(core) + ("*" if part.endswith("*") and len(part) > 1 else "")


def is_pattern(word: str) -> bool:
    """Whether a word of a term stands for more than one word."""
    return word == "#" or "*" in word


def word_fits(pattern: str, word: str) -> bool:
    """Whether a folded word of a text is what a word of a term asks; `"*"` alone is not for here."""
    if pattern == "#":
        return word[0].isdigit()
    if pattern[0] == "*":
        return pattern[1:-1] in word if pattern[-1] == "*" else word.endswith(pattern[1:])
    return word.startswith(pattern[:-1]) if pattern[-1] == "*" else word == pattern

"""Search terms as a codebook writes them, and one matcher that finds thousands of them in a text at once.

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
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?![^\W_])|[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\ufffe])*|[€%]")
_JOINT = re.compile(r"[-‐‑'’ʼ]")
_WEIGHT = re.compile(r"\^([1-9])$")
_GAP = re.compile(r"\s*|[-‐‑–/'’ʼ]\s*")  # what may stand between two neighbouring words of a term
_STOP = re.compile(r"[.!?;]")  # a lone `*` does not reach over these
_REACH = 6
_CACHE_LIMIT = 200_000


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


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a term of a code stands.

    Attributes:
        term: as written in the codebook.
        code: what it was listed under: `thema.onderwijs`, or the name of a list.
        start, end: half-open character span in the text that was given.
        weight: 1 to 9, how much this hit counts.
    """

    term: str
    code: str
    start: int
    end: int
    weight: int = 1


def fold(word: str) -> str:
    """Return the word as it is compared: no case, accents, ligatures or soft hyphens.

    >>> fold("Oekraïense"), fold("ﬁets"), fold("IJsbaan")
    ('oekraiense', 'fiets', 'ijsbaan')
    """
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
    if not _TOKEN.fullmatch(core):
        raise ValueError(f"'{part}' is not a word of letters or digits, nor '#', '€' or '%'")
    return ("*" if part.startswith("*") else "") + fold(core) + ("*" if part.endswith("*") and len(part) > 1 else "")


def _word_fits(pattern: str, word: str) -> bool:
    if pattern == "#":
        return word[0].isdigit()
    if pattern[0] == "*":
        return pattern[1:-1] in word if pattern[-1] == "*" else word.endswith(pattern[1:])
    return word.startswith(pattern[:-1]) if pattern[-1] == "*" else word == pattern


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One spelling of one term of one code."""

    words: tuple[str, ...]
    term: Term
    code: str


@dataclass(slots=True)
class TermMatcher:
    """Finds all terms in a text in one pass over its words.

    The first word of every spelling is kept in a dictionary (by the word, its start or its end), and what each
    distinct word of the texts may begin is remembered, so the time hardly grows with the number of terms.

    Args:
        terms: pairs of code and term, as written.

    Raises:
        ValueError: a term is not valid; see `parse_term`.

    >>> matcher = TermMatcher([("a", "sociaal-economisch*"), ("b", "integratie"), ("b", "!re-integratie")])
    >>> [(hit.code, hit.start, hit.end) for hit in matcher.find("Sociaal economische re-integratie")]
    [('a', 0, 19)]
    """

    terms: Iterable[tuple[str, str]]
    _exact: dict[str, list[_Spelling]] = field(default_factory=dict, init=False, repr=False)
    _starts: dict[str, list[_Spelling]] = field(default_factory=dict, init=False, repr=False)
    _ends: dict[str, list[_Spelling]] = field(default_factory=dict, init=False, repr=False)
    _other: list[_Spelling] = field(default_factory=list, init=False, repr=False)
    _cache: dict[str, tuple[str, tuple[_Spelling, ...]]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for code, text in self.terms:
            term = parse_term(text)
            for words in term.spellings():
                self._index(_Spelling(words, term, code))

    def _index(self, spelling: _Spelling) -> None:
        first = spelling.words[0]
        if first == "#" or (first[0] == "*" and first[-1] == "*"):
            self._other.append(spelling)
        elif first[0] == "*":
            self._ends.setdefault(first[1:], []).append(spelling)
        elif first[-1] == "*":
            self._starts.setdefault(first[:-1], []).append(spelling)
        else:
            self._exact.setdefault(first, []).append(spelling)

    def _look_up(self, raw: str) -> tuple[str, tuple[_Spelling, ...]]:
        """The folded word and every spelling that it may begin."""
        word = fold(raw)
        found = list(self._exact.get(word, ()))
        for n in range(1, len(word) + 1):
            found += self._starts.get(word[:n], ())
            found += self._ends.get(word[-n:], ())
        found += [spelling for spelling in self._other if _word_fits(spelling.words[0], word)]
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()  # bounds memory on a corpus with endless misspellings
        self._cache[raw] = word, tuple(found)
        return self._cache[raw]

    def find(self, text: str) -> tuple[Hit, ...]:
        """Return the hits in order of place; those of one code never overlap: the heaviest, then the longest, stays."""
        tokens: list[tuple[str, int, int]] = []
        begins: list[tuple[int, tuple[_Spelling, ...]]] = []
        for match in _TOKEN.finditer(text):
            raw = match[0]
            word, spellings = self._cache.get(raw) or self._look_up(raw)
            if spellings:
                begins.append((len(tokens), spellings))
            tokens.append((word, match.start(), match.end()))
        raw_hits: list[tuple[_Spelling, int, int]] = []
        for at, spellings in begins:
            for spelling in spellings:
                last = at if len(spelling.words) == 1 else _follow(text, tokens, at, spelling.words, 1)
                if last is not None:
                    raw_hits.append((spelling, tokens[at][1], tokens[last][2]))
        return _settle(raw_hits) if raw_hits else ()


def _follow(text: str, tokens: list[tuple[str, int, int]], at: int, words: tuple[str, ...], n: int) -> int | None:
    """The index of the token where `words[n:]`, standing after token `at`, ends; None where they do not follow."""
    while n < len(words):
        if words[n] == "*":
            for further in range(at + 1, min(at + 2 + _REACH, len(tokens))):
                if _STOP.search(text, tokens[further - 1][2], tokens[further][1]):
                    return None
                if _word_fits(words[n + 1], tokens[further][0]):
                    end = _follow(text, tokens, further, words, n + 2)
                    if end is not None:
                        return end
            return None
        if at + 1 == len(tokens):
            return None
        gap = text[tokens[at][2] : tokens[at + 1][1]]
        if not _word_fits(words[n], tokens[at + 1][0]) or (gap != " " and not _GAP.fullmatch(gap)):
            return None
        at, n = at + 1, n + 1
    return at


def _settle(found: list[tuple[_Spelling, int, int]]) -> tuple[Hit, ...]:
    """Apply the `!` terms, then keep per code the hits that do not overlap a heavier or longer one."""
    found.sort(key=lambda one: (not one[0].term.veto, -one[0].term.weight, one[1] - one[2], one[1]))
    taken: dict[str, list[tuple[int, int]]] = {}
    hits: list[Hit] = []
    for spelling, start, end in found:
        spans = taken.setdefault(spelling.code, [])
        if any(start < other_end and other_start < end for other_start, other_end in spans) and not spelling.term.veto:
            continue
        spans.append((start, end))
        if not spelling.term.veto:
            hits.append(Hit(spelling.term.text, spelling.code, start, end, spelling.term.weight))
    hits.sort(key=lambda hit: (hit.start, hit.end, hit.code))
    return tuple(hits)

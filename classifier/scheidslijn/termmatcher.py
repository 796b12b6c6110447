"""Finds thousands of terms in a text at once; how terms are written: `termlist`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from scheidslijn.termlist import TOKEN, Term, fold, is_pattern, parse_term, word_fits

_GAP = re.compile(r"\s*|[-‐‑–/'’ʼ]\s*")  # what may stand between two neighbouring words of a term
_STOP = re.compile(r"[.!?;]")  # a lone `*` does not reach over these
_REACH = 6
_CACHE_LIMIT = 200_000


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


class _Spelling(NamedTuple):
    """One spelling of one term of one code."""

    words: tuple[str, ...]
    term: Term
    code: str


_Found = tuple[_Spelling, int, int]  # with start and end


class _Entry(NamedTuple):
    """What is remembered of one distinct word of the texts."""

    word: str  # folded
    live: bool  # whether any spelling is in it at all
    complete: tuple[_Spelling, ...]  # spellings of one word that it fulfils
    by_next: dict[str, list[_Spelling]]  # longer spellings that it may begin, by their second word
    by_pattern: tuple[_Spelling, ...]  # the same where the second word has a wildcard


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
    _cache: dict[str, _Entry] = field(default_factory=dict, init=False, repr=False)

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

    def _look_up(self, raw: str) -> _Entry:
        """Work out, and remember, what a word of the text fulfils and may begin."""
        word = fold(raw)
        found = list(self._exact.get(word, ()))
        for n in range(1, len(word) + 1):
            found += self._starts.get(word[:n], ())
            found += self._ends.get(word[-n:], ())
        found += [spelling for spelling in self._other if word_fits(spelling.words[0], word)]
        by_next: dict[str, list[_Spelling]] = {}
        for spelling in found:
            if len(spelling.words) > 1 and not is_pattern(spelling.words[1]):
                by_next.setdefault(spelling.words[1], []).append(spelling)
        entry = _Entry(
            word,
            live=bool(found),
            complete=tuple(one for one in found if len(one.words) == 1),
            by_next=by_next,
            by_pattern=tuple(one for one in found if len(one.words) > 1 and is_pattern(one.words[1])),
        )
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()  # bounds memory on a corpus with endless misspellings
        self._cache[raw] = entry
        return entry

    def find(self, text: str) -> tuple[Hit, ...]:
        """Return the hits in order of place; those of one code never overlap: the heaviest, then the longest, stays."""
        cache, look_up = self._cache, self._look_up
        entries = [cache.get(raw) or look_up(raw) for raw in TOKEN.findall(text)]
        live = [at for at, entry in enumerate(entries) if entry.live]
        if not live:
            return ()
        spans = [match.span() for match in TOKEN.finditer(text)]
        found: list[_Found] = []
        for at in live:
            _, _, complete, by_next, by_pattern = entries[at]
            start, end = spans[at]
            for spelling in complete:
                found.append((spelling, start, end))
            longer = by_pattern
            if by_next and at + 1 < len(entries):
                longer = (*by_next.get(entries[at + 1].word, ()), *longer)
            for spelling in longer:
                last = _follow(text, entries, spans, at, spelling.words, 1)
                if last is not None:
                    found.append((spelling, start, spans[last][1]))
        return _settle(found) if found else ()


def _follow(
    text: str, entries: list[_Entry], spans: list[tuple[int, int]], at: int, words: tuple[str, ...], n: int
) -> int | None:
    """The index of the token where `words[n:]`, standing after token `at`, ends; None where they do not follow."""
    while n < len(words):
        if words[n] == "*":
            return _follow_gap(text, entries, spans, at, words, n)
        if at + 1 == len(entries) or not word_fits(words[n], entries[at + 1].word):
            return None
        gap = text[spans[at][1] : spans[at + 1][0]]
        if gap != " " and not _GAP.fullmatch(gap):
            return None
        at, n = at + 1, n + 1
    return at


def _follow_gap(
    text: str, entries: list[_Entry], spans: list[tuple[int, int]], at: int, words: tuple[str, ...], n: int
) -> int | None:
    """As `_follow`, where `words[n]` is the `*` that stands for up to six words of one sentence."""
    for further in range(at + 1, min(at + 2 + _REACH, len(entries))):
        if _STOP.search(text, spans[further - 1][1], spans[further][0]):
            return None
        if word_fits(words[n + 1], entries[further].word):
            end = _follow(text, entries, spans, further, words, n + 2)
            if end is not None:
                return end
    return None


def _settle(found: list[_Found]) -> tuple[Hit, ...]:
    """Apply the `!` terms, then keep per code the hits that do not overlap a heavier or longer one."""
    found.sort(key=lambda one: (one[0].code, one[1]))
    hits: list[Hit] = []
    cluster: list[_Found] = []
    reach = 0
    for one in found:
        if cluster and (one[0].code != cluster[0][0].code or one[1] >= reach):
            hits += _settle_cluster(cluster)
            cluster, reach = [], 0
        cluster.append(one)
        reach = max(reach, one[2])
    hits += _settle_cluster(cluster)
    hits.sort(key=lambda hit: (hit.start, hit.end, hit.code))
    return tuple(hits)


def _settle_cluster(cluster: list[_Found]) -> list[Hit]:
    """The same among places of one code that hang together; few, so that comparing all pairs costs nothing."""
    cluster.sort(key=lambda one: (not one[0].term.veto, -one[0].term.weight, one[1] - one[2], one[1]))
    taken: list[tuple[int, int]] = []
    hits = []
    for (_, term, code), start, end in cluster:
        if not term.veto:
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            hits.append(Hit(term.text, code, start, end, term.weight))
        taken.append((start, end))
    return hits

"""Rejoining words that were cut at a line end, with a frequency list and the document itself as witnesses.

`glue` looks at the end of one line and the start of the next and says how they go together. A true hyphen stays
(`sociaal-/economische`), a suspended one stays with a space (`wijk-/en dienstencentra`), any other goes
(`gemeen-/ten`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scheidslijn.segmenting import spelling
from scheidslijn.segmenting.words import WORD, Vocabulary, is_compound, is_word, zipf

LINE_HYPHENS = "-\u2010\u2011\u00ad\ufffe"
"""What may stand for a hyphen at a line end: U+00AD is the soft hyphen, U+FFFE is how PDFium writes one that it found
there.
"""

_CORE_LEFT = re.compile(r"[^\W_][\w+&₂'’.]*$|['’]s$")
_CORE_RIGHT = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_BEFORE_TAIL = re.compile(r"(?:^|[\s(])[^\W\d_]*-(?:op|aan|to|in|de|het|en|van|over|by)$")
_AFTER_HEAD = re.compile(r"(?:op|aan|in|to|de|het|en|tot|van|bij|by)-\w")
_SECOND_NAME = re.compile(r"(?:de|den|der|van|ter|ten)(?: \w+)? [A-Z]")
_URL = re.compile(r"://|www\.|\w@\w", re.IGNORECASE)
_URL_MORE = re.compile(r"[a-z0-9%~#?&=_/]")
_DOMAIN_END = re.compile(r"(?:nl|com|org|eu|be|net|info|gov)\b")


_LONGEST = 60  # characters that are looked at on either side of a line end; the longest Dutch words have some 40


@dataclass(frozen=True, slots=True)
class Glue:
    """How two lines go together.

    Attributes:
        cut: characters to take from the end of the first line (0 or 1, the hyphen).
        between: what comes between: "", " ", "-" or "- ".
        first: what replaces the first character of the second line (a restored trema), or "" to leave it.
    """

    cut: int
    between: str
    first: str = ""


SPACE, NOTHING = Glue(0, " "), Glue(0, "")
JOIN, HYPHEN, SUSPENDED = Glue(1, ""), Glue(1, "-"), Glue(1, "- ")


def glue(before: str, after: str, vocabulary: Vocabulary, beyond: str = "") -> Glue:
    """Return how the end of one line and the start of the next go together.

    Args:
        before: text up to the line end, without blank characters at its end.
        after: the next line, without blank characters at its start.
        vocabulary: the words of the document.
        beyond: the line after that, for a word that is cut twice.

    >>> glue("de gemeen-", "ten", Vocabulary()) == JOIN, glue("de Wmo-", "raad", Vocabulary()) == NOTHING
    (True, True)
    """
    if not before or not after:
        return NOTHING
    last = before[-1]
    if last in LINE_HYPHENS:
        return _after_hyphen(before[-_LONGEST:], after[:_LONGEST], beyond[:_LONGEST], vocabulary)
    if last in "/–—" and len(before) > 1 and before[-2] not in " ,." and not _URL.search(_chunk(before)):
        return NOTHING if last == "/" or after[0].isalnum() else SPACE
    if after[0] == "/" and len(after) > 1 and after[1].isalnum() and last.isalnum():
        return NOTHING
    if last in "./_=&?#@:" or after[0] in "./@":
        return NOTHING if _continues_url(before, after) else SPACE
    return NOTHING if last.isalpha() and _lost(before, after, vocabulary) else SPACE


def _chunk(before: str) -> str:
    """The run of non-blank characters at the end (at most `_LONGEST`)."""
    return before[-_LONGEST:].rsplit(maxsplit=1)[-1]


def _continues_url(before: str, after: str) -> bool:
    """Whether a web or mail address goes on in the next line: it ends in a mark of one, and small letters or digits
    follow.
    """
    chunk = _chunk(before)
    if not _URL.search(chunk) or not _URL_MORE.match(after):
        return False
    if chunk[-1] == ".":
        return bool(_DOMAIN_END.match(after)) or bool(re.match(r"\S*[./@]\w", after))
    return chunk[-1] != ":"


@lru_cache(maxsize=1024)
def _after_hyphen(before: str, after: str, beyond: str, vocabulary: Vocabulary) -> Glue:
    """Decide after a line that ends in a hyphen of any kind."""
    chunk = _chunk(before)[:-1].rstrip(LINE_HYPHENS)
    soft = before[-1] in "\u00ad\ufffe"
    keep, suspend = (HYPHEN, SUSPENDED) if soft else (NOTHING, SPACE)
    if (
        not chunk or chunk[-1] in ",;:.!?)(" or not chunk[-1].isprintable()
    ):  # a dash on its own, or an amount: `€ 500,-`
        return suspend
    if _URL.search(chunk):
        return keep if _URL_MORE.match(after) else suspend
    if after[0] in ",;/" or "@" in after[:80].split(maxsplit=1)[0]:
        return keep
    left = _CORE_LEFT.search(chunk)
    right = _CORE_RIGHT.match(after)
    if left is None or right is None:
        return suspend
    word = right.group()
    rest = after[right.end() :]
    if rest and rest[0] in LINE_HYPHENS and not rest[1:].strip() and (more := _CORE_RIGHT.match(beyond)):
        word += more.group()  # the second part is cut in its turn
    verdict = _suspended(left.group(), word, after)
    if verdict is None:
        verdict = _cut(left.group(), word, chunk, after, before, vocabulary)
    if verdict is HYPHEN:
        return keep
    return suspend if verdict is SUSPENDED else verdict


def _suspended(left: str, right: str, after: str) -> Glue | None:
    """Tell a suspended hyphen (`wijk-/en dienstencentra`) from a word that ends in -en (`ide-/en`), or None when
    neither.
    """
    if right.lower() not in spelling.CONJUNCTIONS or after[len(right) :][:1] in LINE_HYPHENS:
        return None
    low, end = left.lower(), right.lower()
    joined, marked = low + end, low + spelling.with_trema(end)
    following = after[len(right) :].split(maxsplit=1)
    tail = following[0].lower().strip(".,;:()") if following else ""
    if max(zipf(joined), zipf(marked)) < WORD + 0.5 or _shares_head(low, tail):
        return SUSPENDED
    if marked != low and zipf(marked) > zipf(joined):
        return Glue(1, "", spelling.with_trema(right)[0])
    return JOIN if zipf(low) < WORD or (end != "en" and zipf(joined) >= 3.0) else SUSPENDED


def _shares_head(left: str, tail: str) -> bool:
    """Whether the tail is a compound whose last part also makes a word with the left part: `groei` and
    `krimpgebieden`.
    """
    return len(tail) >= 7 and any(
        zipf(tail[cut:]) >= 2.5 and zipf(tail[:cut]) + zipf(tail[: cut - 1]) >= WORD for cut in range(3, len(tail) - 3)
    )


def _cut(left: str, right: str, chunk: str, after: str, before: str, vocabulary: Vocabulary) -> Glue:
    """Decide between a cut word, a true hyphen and a cut word that lost its trema."""
    if left[0].isdigit() or left[-1].isdigit() or right[0].isdigit() or left in ("'s", "’s"):
        return HYPHEN
    if _BEFORE_TAIL.search(chunk) or _AFTER_HEAD.match(after) or (left[0].isupper() and _SECOND_NAME.match(after)):
        return HYPHEN
    if right[0].isupper():
        loud = left.isupper() and right.isupper() and len(left) > 1
        if not loud or (_is_initials(left) and _is_initials(right)):
            return HYPHEN
        left, right = left.lower(), right.lower()
    low, end = left.lower(), right.lower()
    joined = low + end
    if spelling.is_pair(low, end):
        return HYPHEN
    whole, second = zipf(joined), zipf(end)
    hyphened, together = vocabulary.count(f"{low}-{end}"), vocabulary.count(joined)
    if together > hyphened or (whole >= 3.0 and (second < WORD or zipf(low) < WORD) and not left.isupper()):
        return JOIN
    if hyphened > together and second >= WORD:
        return HYPHEN
    return _by_spelling(left, low, end, whole, _is_name(left, before, vocabulary))


def _is_initials(part: str) -> bool:
    """Whether a part in capitals looks like an abbreviation rather than a piece of a heading."""
    return len(part) <= 5 and spelling.is_abbreviation(part.lower())


def _by_spelling(left: str, low: str, end: str, whole: float, is_name: bool) -> Glue:
    """Decide by the spelling rules, in the order in which they overrule each other."""
    joined = low + end
    marked = spelling.with_trema(end)
    if marked and zipf(low + marked) > max(whole, 3.0):
        return Glue(1, "", marked[0])
    across = whole < WORD and is_compound(joined, len(low))  # cut inside a part: `coa-/litiepartner`
    shouted = sum(map(str.isupper, left)) >= 2
    if spelling.is_abbreviation(left) and (shouted or not (across or whole >= max(WORD, zipf(end) - 1))):
        return HYPHEN
    if across:
        return JOIN
    known = is_word(end)
    if low == "niet" and whole < WORD:
        return HYPHEN
    if _takes_hyphen(low, end) and known and whole < min(3.0, max(zipf(end), WORD + 0.5) - 0.5):
        return HYPHEN
    if marked and zipf(low + marked) > max(whole, WORD):
        return Glue(1, "", marked[0])
    if spelling.are_coordinate_adjectives(low, end) and zipf(low) >= WORD and known:
        return HYPHEN
    if len(low) == 1 and known and whole < max(zipf(end), WORD):
        return HYPHEN
    if low.endswith("ee") and end[0] == "e":
        return HYPHEN
    if spelling.clashes(low, end) and whole < 3.0 and (low in spelling.PREFIXES or (known and is_word(low))):
        return HYPHEN
    return HYPHEN if whole < WORD and is_name and _follows_name(end) else JOIN


def _takes_hyphen(low: str, end: str) -> bool:
    """Whether the first part is one that takes a hyphen (`niet-`, `oud-`); `re-` does only before a vowel."""
    return low in spelling.HYPHEN_LEFT and (low != "re" or end[0] in "aeiou")


def _follows_name(end: str) -> bool:
    """Whether a second part is a common word, and not likely the end of a place name."""
    return len(end) >= 4 and zipf(end) >= 3.0 and not end.endswith(spelling.PLACE_ENDINGS)


def _is_name(left: str, before: str, vocabulary: Vocabulary) -> bool:
    """Whether the left part is a name: the document says so, or it has a capital inside a sentence and is no word."""
    if not left[0].isupper():
        return False
    if vocabulary.is_name(left):
        return True
    low = left.lower()
    if low.endswith(spelling.PLACE_ENDINGS) and zipf(low) < 3.0:
        return not _opens_sentence(before, left)
    stem = low[:-1] if low[-1] == "s" else low
    return max(zipf(low), zipf(stem)) < 3.0 and not is_compound(low) and not _opens_sentence(before, left)


def _opens_sentence(before: str, left: str) -> bool:
    """Whether the left part is the first word of its line or sentence, where a capital says nothing."""
    ahead = before[: before.rfind(left)].rstrip()
    return not ahead or ahead[-1] in ".!?:"


_LAST_WORD = re.compile(r"(?:^|[\s(\"'“‘])([^\W\d_]{2,30})$")
_FIRST_WORD = re.compile(r"[^\W\d_]{2,30}")


def _lost(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether a word was cut without any hyphen: the join is a word and the parts are not both words."""
    first = _FIRST_WORD.match(after)
    if first is None or not after[0].islower():
        return False
    end = first.group()
    bound = zipf(end) < 2.5 or end in spelling.BOUND_ENDINGS
    if not bound and len(end) > 2:
        return False
    last = _LAST_WORD.search(before[-40:])
    if last is None or (end == "ten" and after[4:].split(" ", 1)[0].strip(".,") in spelling.TEN_PHRASE):
        return False
    low = last.group(1).lower()
    joined = low + end
    if not bound:
        return zipf(low) < WORD and zipf(joined) >= 3.0
    if zipf(joined) >= 2.5 or vocabulary.count(joined):
        return True
    return zipf(low) < WORD and zipf(end) < WORD and is_compound(joined)

"""How common a Dutch word is: the evidence by which cut words are rejoined.

The list is the large Dutch list of wordfreq (Apache-2.0; 311,000 forms, from subtitles, news, Wikipedia, web and
books). Only its
data file is read: importing the package itself also imports ftfy, langcodes and regex, which doubles the time of the
first use, and none of them is needed for a lookup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from scheidslijn.errors import ScheidslijnError

_LIST = "data/large_nl.msgpack.gz"
_INNER = re.compile(r"[^\W\d_]{5,}(?:-[^\W\d_]+)*|[^\W_]+(?:-[^\W_]+)+")


WORD = 2.0
"""Zipf value from which a listed form counts as a word: below it the list is full of fragments and slips."""

_LONGEST = 45  # letters of a compound that is worth a look
_OFTEN = 4  # times a name is met before it counts as one
_PART = 2.4  # of a compound: `krapte` is one, and below it pieces of words are


@cache
def frequencies() -> dict[str, int]:
    """Return every listed word, lower case, with its rarity in centibels below certainty (0 most common … 800 rarest).

    Read once a process: about 0.25 s and 37 MB.

    Raises:
        ScheidslijnError: the word list of wordfreq is not installed, or has another form than cBpack version 1.
    """
    import gzip

    import msgpack  # type: ignore[import-untyped]

    spec = find_spec("wordfreq")
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None
    if folder is None or not (folder / _LIST).is_file():
        raise ScheidslijnError("the Dutch word list is missing; install it with: pip install 'wordfreq>=3.1.1'")
    with gzip.open(folder / _LIST, "rb") as file:
        head, *bins = msgpack.load(file, raw=False)
    if head != {"format": "cB", "version": 1}:
        raise ScheidslijnError(
            f"the Dutch word list has the form {head}, expected cB version 1; install wordfreq 3.1.1"
        )
    return {word: rarity for rarity, words in enumerate(bins) for word in words}


def zipf(word: str) -> float:
    """Return how common a lower-case word is on the Zipf scale: 0.0 when unlisted, else 1.0 (rare) to about 7.7 (`de`).

    >>> zipf("gemeenten") > 4, zipf("gemeen-ten")
    (True, 0.0)
    """
    rarity = frequencies().get(word)
    return 0.0 if rarity is None else 9.0 - rarity / 100


@lru_cache(maxsize=65536)
def is_compound(word: str, not_at: int = 0) -> bool:
    """Whether an unlisted lower-case word is two listed words set together, with or without a linking s.

    Args:
        word: to look at.
        not_at: a number of letters that the first part must not have.

    >>> is_compound("woningbouwopgave"), is_compound("woningbou")
    (True, False)
    """
    return len(word) <= _LONGEST and any(
        zipf(word[cut:]) >= _PART and _is_first_part(word[:cut]) for cut in range(4, len(word) - 3) if cut != not_at
    )


def _is_first_part(left: str) -> bool:
    """Whether a listed word, or one with a linking s."""
    return zipf(left) >= _PART or (left[-1] == "s" and len(left) > 4 and zipf(left[:-1]) >= _PART)


def is_word(word: str) -> bool:
    """Whether a lower-case form counts as a word: listed well above the fragments and slips, or a compound.

    >>> is_word("krapte"), is_word("steuning")
    (True, False)
    """
    return zipf(word) >= WORD or is_compound(word)


class Vocabulary:
    """The words a document writes whole inside its lines: the best witness for how it spells them at a line end."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Count the words of five letters and more, and every hyphenated word, of raw texts."""
        self._forms: Counter[str] = Counter()
        for text in texts:
            self._forms.update(_INNER.findall(text))
        self._words: Counter[str] = Counter()
        for form, count in self._forms.items():
            self._words[form.lower()] += count

    def count(self, word: str) -> int:
        """Return how often the document writes a lower-case word, as a whole, inside a line."""
        return self._words[word]

    def is_name(self, word: str) -> bool:
        """Whether the document writes a word with a capital only, and often: `Elzenbroek`."""
        return word[:1].isupper() and self._forms[word] >= _OFTEN and not self._forms[word.lower()]

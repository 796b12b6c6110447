"""What of a raw text is good Dutch running text: repair of lines, and filters for language, junk and boilerplate."""

from __future__ import annotations

import re
import unicodedata

STOP_WORDS = frozenset(
    "de het een en van in op te dat die is zijn voor met aan er om niet ook als bij naar door of tot uit over worden "
    "wordt kan kunnen moet moeten zal zullen wij we ze hun dit deze daar dan maar meer al nog heeft hebben onder tegen "
    "tussen wat waar wie zo geen was werd ik je u hij zij ons onze haar hem men".split()
)
"""Function words: over a third of running Dutch, and together rare in any other language."""

_BROKEN_WORD = re.compile(r"(?<=[a-zà-ÿ]{2})- (?!en\b|of\b|dan\b|tot\b)(?=[a-zà-ÿ]{2})")
_DOT_LEADER = re.compile(r"(?:[.·…_]\s?){4,}")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PRIVATE = {code: None for code in (0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF)}


def repaired(text: str) -> str:
    """`text` in NFC on one line, without invisible characters and with words joined that a line end broke.

    >>> repaired("De ge-\\nmeente  zorgt; in- en uitstroom blijft.")
    'De gemeente zorgt; in- en uitstroom blijft.'
    """
    flat = _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_PRIVATE)).strip()
    return _BROKEN_WORD.sub("", flat)


def is_dutch_prose(text: str) -> bool:
    """Whether a repaired paragraph is Dutch running text, no table, contents list, names, scan noise or other language.

    The limits were set by reading what falls on either side in programmes, council papers and law.

    >>> is_dutch_prose("De gemeente helpt mensen die te lang op een woning moeten wachten.")
    True
    >>> is_dutch_prose("The council helps people who have been waiting for a home for years.")
    False
    >>> is_dutch_prose("1.2 Wonen ........ 14 1.3 Zorg en welzijn ........ 16")
    False
    """
    words = _WORD.findall(text)
    dense = len(text) - text.count(" ")
    if len(words) < 5 or not dense:
        return False
    letters = sum(len(word) for word in words) / dense
    stops = sum(word.lower() in STOP_WORDS for word in words) / len(words)
    single = sum(len(word) == 1 for word in words) / len(words)
    capitals = sum(word.isupper() and len(word) > 1 for word in words) / len(words)
    leaders = len(_DOT_LEADER.findall(text))
    return letters >= 0.78 and stops >= 0.2 and single <= 0.12 and capitals <= 0.3 and leaders == 0

"""From raw characters to readable text: ligatures, odd spaces, zero-width characters, letter-spaced words.

Nothing here looks across a line end (`hyphens`) or drops a character that a reader would miss.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scheidslijn.segmenting.words import is_compound, zipf

NOT_BLANK_FORMATS = frozenset("\u00ad\ufffe")
"""Marks of a hyphen: they print, or printed, so they must be accounted for, though Unicode calls them formatting or
no character.
"""


@lru_cache(maxsize=4096)
def is_blank(character: str) -> bool:
    """Whether a character leaves no ink, and so need not be accounted for.

    Blank are: what `str.isspace` says, and the Unicode categories Zs, Zl, Zp (separators), Cc (controls) and Cf
    (formatting, such as the zero-width space U+200B and the byte order mark U+FEFF); except the soft hyphen U+00AD
    and PDFium's hyphen mark U+FFFE. Private-use characters (often the glyph of a bullet) and unassigned ones are not
    blank.

    >>> [is_blank(c) for c in ("a", " ", "\\u200b", "\\u00ad", "\\ufffe", "\\uf0b7")]
    [False, True, True, False, False, False]
    """
    if character in NOT_BLANK_FORMATS:
        return False
    return character.isspace() or unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf")


_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ", "ŉ": "'n",
}  # fmt: skip
_SPACES = dict.fromkeys(
    [*range(0x20), 0x7F, *range(0x80, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000],
    " ",
)
_WIDTHLESS = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF], "")
_SMUGGLERS = dict.fromkeys(
    [
        *range(0xE0000, 0xE0080),
        *range(0xFE00, 0xFE0F),
        *range(0xE0100, 0xE01F0),
        0x034F,
        0x115F,
        0x1160,
        0x180E,
        0x3164,
    ],
    "",
)
"""Tags, variation selectors (but not U+FE0F, which makes emoji), fillers: text can hide in them; see `invisible`."""
_TABLE = str.maketrans(
    {**{chr(code): to for code, to in {**_SPACES, **_WIDTHLESS, **_SMUGGLERS}.items()}, **_LIGATURES}
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd\ufffe\uffff]+")
_SPLIT_LIGATURE = re.compile(r"(\w*[ﬀﬁﬂﬃﬄ]) (?=(\w+))")
_RUN = re.compile(
    r"(?<![\w.'’])(?:[^\W\d_a-zà-ÿ]{1,3}|[^\W\d_])(?: +(?:[^\W\d_a-zà-ÿ]{1,3}|[^\W\d_])(?![\w.'’])){3,}(?![\w.'’])"
)
_LONE_CAPITAL = re.compile(r"(?<!\S)([A-Z]) ([a-zà-ÿ]{3,}|[A-ZÀ-Þ]{3,})(?!\S)")


def clean_line(raw: str) -> str:
    """Return a line with ligatures written out, every space an ordinary one, and widthless characters gone; still
    unstripped.

    Hyphen marks (U+00AD, U+FFFE) stay, for `hyphens` to judge.

    >>> clean_line("ﬁnanciële\\u00a0ruimte\\u200b")
    'financiële ruimte'
    """
    if raw.isascii() and raw.isprintable():
        return raw
    if any(ligature in raw for ligature in "ﬁﬂﬀﬃﬄ"):
        raw = _SPLIT_LIGATURE.sub(_rejoin_ligature, raw)
    return unicodedata.normalize("NFC", raw.translate(_TABLE))


def _rejoin_ligature(found: re.Match[str]) -> str:
    """Drop the space that some fonts leave after a ligature (`ﬁ nanciën`), when the join is the better word."""
    left, right = found.group(1).translate(_TABLE).lower(), found.group(2).lower()
    return found.group(1) if zipf(left + right) > min(zipf(left), zipf(right)) else found.group()


def tidy(text: str) -> str:
    """Return joined text with single spaces, without private-use glyphs and marks that mean nothing to a reader.

    >>> tidy(" \\uf0b7  meer   groen ")
    'meer groen'
    """
    if not text.isascii():
        text = _PRIVATE.sub(" ", text)
    return " ".join(text.split())


def unspace(text: str) -> str:
    """Return a heading or short line with letter-spaced words closed up; the list of words decides where one ends.

    >>> unspace("VO O RWO O R D"), unspace("1 O N Z E A M B I T I E"), unspace("plan A B C D")
    ('VOORWOORD', '1 ONZE AMBITIE', 'plan A B C D')
    """
    text = _RUN.sub(_close, text) if "  " in text or text.count(" ") > 2 else text
    return _LONE_CAPITAL.sub(_close_capital, text)


def _close(found: re.Match[str]) -> str:
    """Close up one run of short pieces: at wide gaps when it has them, otherwise where words end."""
    run = found.group()
    pieces = run.split()
    if sum(len(piece) == 1 for piece in pieces) * 2 < len(pieces):
        return run
    if "  " in run:
        return " ".join(part.replace(" ", "") for part in re.split(r" {2,}", run))
    return _words(pieces)


def _words(pieces: list[str]) -> str:
    """Cut a run of pieces into the likeliest words, or leave it when it makes no words."""
    count = len(pieces)
    best: list[tuple[float, list[str]]] = [(0.0, []), *((-1e9, list[str]()) for _ in range(count))]
    for end in range(1, count + 1):
        for start in range(max(0, end - 24), end):
            word = "".join(pieces[start:end])
            score = best[start][0] + _worth(word.lower())
            if score > best[end][0]:
                best[end] = (score, [*best[start][1], word])
    words = best[count][1]
    known = all(zipf(word.lower()) >= 2.5 or is_compound(word.lower()) for word in words)
    return " ".join(words) if known and max(map(len, words), default=0) >= 4 else " ".join(pieces)


def _worth(word: str) -> float:
    """The log10 likelihood of a word; letters on their own are poor words, so that runs close up."""
    known = zipf(word)
    if known >= 2.5:
        return known - 11.0 - (1.0 if len(word) < 3 else 0.0)
    return -13.0 if is_compound(word) else -6.0 - 2.0 * len(word)


def _close_capital(found: re.Match[str]) -> str:
    """Close up a first letter that kerning pushed off its word (`V oorwoord`), when only the join is a word."""
    joined, rest = found.group(1) + found.group(2), found.group(2).lower()
    return joined if zipf(joined.lower()) >= max(3.0, zipf(rest) + 1.0) else found.group()

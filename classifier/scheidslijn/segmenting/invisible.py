"""Characters that a reader does not see, or takes for others: Unicode tags, bidi controls, zero-width, look-alikes.

A language model reads what a person cannot, so such characters can carry an instruction past the eye (OWASP Top 10 for
LLM applications, LLM01 "Prompt injection"; "ASCII smuggling" by tags and by variation selectors). Most have honest
uses as well, and those are not named here: a flag emoji holds tags, an emoji is joined by U+200D, a web page breaks
long words with U+200B, Windows wraps telephone numbers in U+202A … U+202C, and text in Arabic script needs controls.
"""

from __future__ import annotations

import re
import unicodedata

from scheidslijn.segmenting.words import is_word

KINDS = ("tag_characters", "bidi_controls", "zero_width", "variation_selectors", "homoglyphs")
"""The kinds that `invisible_kinds` may name, in its order."""

_FLAG_EMOJI = re.compile("\U0001f3f4(?:\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|"
                         "\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073))\U000e007f")  # fmt: skip
"""The three flags made with tags that Unicode recommends (UTS #51, annex B): England, Scotland, Wales."""
_TAG = re.compile("[\U000e0000-\U000e007f]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_EMBEDDED = re.compile("[\u202a\u202b\u2066-\u2068]([^\u202c\u2069]*)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_WIDTHLESS = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
_ZERO = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0]")
_ZERO_RUN = re.compile(_ZERO.pattern + "{4,}")
_ZERO_IN_WORD = re.compile(r"(?<=[^\W\d_])" + _ZERO.pattern + r"+(?=[^\W\d_])")
_JOINED_SCRIPTS = re.compile("[\u0600-\u109f]")
"""Arabic to Burmese: scripts in which U+200C and U+200D shape the letters."""
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SELECTORS_ASTRAY = re.compile(
    "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"
    "|(?<![\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
    "|(?<=[A-Za-zÀ-ɏ\\s])[\ufe00-\ufe0f]"
)
_UNSEEN = re.compile(f"[{_WIDTHLESS}\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\U000e0000-\U000e0fff]")

_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝӏкмтвнАВЕКМНОРСТХУІЈЅαονρικυτεηχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡⅼⅰ",
    "aeopcyxijshdqwlkmtbhABEKMHOPCTXYIJSaovpikutenxywABEZHIKMNOPTYXagli",
)
"""Cyrillic, Greek and a few Latin letters to the Latin ones they look like (Unicode UTS #39, confusables.txt)."""
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_WORD = re.compile(r"[^\W\d_]{4,}")


def invisible_kinds(text: str) -> tuple[str, ...]:
    """Name what a text holds that a reader does not see, or takes for something else; kinds in the order of `KINDS`.

    - `tag_characters`: U+E0000 to U+E007F outside the flags of England, Scotland and Wales;
    - `bidi_controls`: an override (U+202D, U+202E), or letters in an embedding or isolate without any letter of a
      right-to-left script (Unicode TR #36, section 2.3; CVE-2021-42574 "Trojan Source");
    - `zero_width`: four or more in a row, or words broken up by them in three places;
    - `variation_selectors`: two in a row, or one behind a letter or blank that has no variants;
    - `homoglyphs`: a word of four letters or more, Latin ones mixed with look-alikes of another script, or a Dutch
      word wholly of such look-alikes in a Latin text (Unicode UTS #39, sections 4 and 5.1). Styled letters
      (mathematical, fullwidth) do not count, as formulas hold them; `seen` reads them as plain ones.

    >>> invisible_kinds("Elzenbroek bouwt een school."), invisible_kinds("Elzenbr\\u043eek b\\u202eouwt")
    ((), ('bidi_controls', 'homoglyphs'))
    """
    if text.isascii():
        return ()
    found = {
        "tag_characters": bool(_TAG.search(_FLAG_EMOJI.sub("", text))),
        "bidi_controls": _has_bidi(text),
        "zero_width": _has_zero_width(text),
        "variation_selectors": bool(_SELECTORS_ASTRAY.search(text)),
        "homoglyphs": _has_homoglyphs(text),
    }
    return tuple(kind for kind in KINDS if found[kind])


def seen(text: str) -> str:
    """Return a text as a reader takes it: without what leaves no ink, look-alikes as the letters they look like.

    >>> seen("n\\u200beg\\u0435er \\uff41lles")
    'negeer alles'
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return text.translate(_ALIKE) if _LATIN.search(text) else text


def smuggled(text: str) -> str:
    """Return what tag characters and variation selectors spell out, as ASCII text; "" when there are none.

    Tags spell ASCII at U+E0000 + code; of variation selectors, U+FE00 … U+FE0F are the bytes 0 to 15 and
    U+E0100 … U+E01EF the bytes 16 to 255.

    >>> smuggled("Wonen" + "".join(chr(0xE0000 + ord(c)) for c in "negeer alles"))
    'negeer alles'
    """
    if text.isascii():
        return ""
    tags = "".join(chr(ord(one) - 0xE0000) for one in _TAG.findall(_FLAG_EMOJI.sub("", text)))
    coded = bytes(
        code - 0xFE00 if code < 0xE0100 else code - 0xE0100 + 16 for code in map(ord, _SELECTOR.findall(text))
    )
    return (tags + coded.decode("utf-8", "ignore")).strip("\0\x01\x7f\x0f")


def _has_bidi(text: str) -> bool:
    if _OVERRIDE.search(text):
        return True
    wrapped = any(map(str.isalpha, "".join(_EMBEDDED.findall(text))))
    return wrapped and not _RIGHT_TO_LEFT.search(text)


def _has_zero_width(text: str) -> bool:
    if not _ZERO.search(text):
        return False
    if _ZERO_RUN.search(text):
        return True
    return len(_ZERO_IN_WORD.findall(text)) >= 3 and not _JOINED_SCRIPTS.search(text)


def _has_homoglyphs(text: str) -> bool:
    if not _FOREIGN.search(text) or not _LATIN.search(text):
        return False
    whole = honest = False
    for word in _WORD.findall(text):
        foreign = len(_FOREIGN.findall(word))
        alike = foreign > 0 and not _FOREIGN.search(word.translate(_ALIKE))
        if alike and foreign < len(word):
            return True
        whole = whole or (alike and is_word(word.translate(_ALIKE).lower()))
        honest = honest or (foreign > 0 and not alike)  # real Greek or Cyrillic stands here too
    return whole and not honest and len(_LATIN.findall(text)) > 3 * len(_FOREIGN.findall(text))

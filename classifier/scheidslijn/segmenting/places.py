"""Where in a document a passage stands: its heading path, and its place by the codebook (section 6).

The rule, in this order:

1. `titel`: a heading or declared title that opens page 1, before any running text, and every passage of a page 1
   without running text (a cover); but a heading with a number, or one that names an introduction, a summary or a
   policy theme, is never the title.
2. `inleiding` or `samenvatting`: the outermost heading above the passage (or the passage itself, when it is one) that
   names either decides,
   unless a heading still further out names a policy theme: the introduction of a chapter on housing is part of that
   chapter.
3. `themaparagraaf`: a heading above the passage (or itself) names a policy theme: the seven of the codebook, or
   another field of municipal policy.
4. `vrije_tekst`: everything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from scheidslijn.passage import Place

RUNNING_TEXT = 120
"""A paragraph of this many characters is running text, and ends the title."""

_NUMBER = re.compile(
    r"^(?:hoofdstuk|deel|paragraaf|thema|bijlage|pijler)?\s*(?:\d+(?:\.\d+)*|[IVX]+(?![a-z]))?[.:)\s–-]*\s*",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"(?:ter |een )?(?:inleid(?:ing|end)|introductie|voorwoord|woord vooraf|vooraf|ten geleide|aanleiding|opening|"
    r"leeswijzer|proloog|preambule)\b",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"(?:beknopte |korte |publieks|management|bestuurlijke |executive )?(?:samenvatting|summary|hoofdlijnen|"
    r"op hoofdlijnen|in het kort|in vogelvlucht|kernpunten|hoofdpunten|kort samengevat|in één oogopslag|"
    r"in een notendop|.{3,40} in het kort$)",
    re.IGNORECASE,
)
_THEME_WORDS = """
sociaal_domein sociale_basis sociale_samenhang sociale_zekerheid sociale_cohesie samenleving meedoen inclusi*
toegankelijk* schuld* bestaanszekerheid mantelzorg* vrijwillig* eenzaam* wmo maatschappelijke_ondersteuning
maatschappelijke_opvang jeugd* jongeren* ouderen* gezin* zorg welzijn* onderwijs* scholen school leren educatie
kinderopvang laaggeletterd* talentontwikkeling werk werken werkgelegenheid arbeidsmarkt* arbeid re-integratie
reïntegratie participatiewet gezond* volksgezondheid preventie* sport* bewegen wonen woning* volkshuisvesting
woonbeleid bouwen ruimte ruimtelijke* omgeving* leefomgeving leefbaar* wijken migratie migranten arbeidsmigra*
statushouders vluchteling* asiel* inburgering integratie opvang bestuur* participatie inwonersparticipatie
burgerparticipatie democratie inspraak dienstverlening veilig* politie openbare_orde handhaving ondermijning financi*
begroting belasting* lasten klimaat* duurza* energie* milieu natuur groen water afval* stikstof landbouw platteland
landelijk_gebied verkeer* mobiliteit vervoer bereikbaar* economie economisch* ondernem* bedrijven* toerisme recreatie
cultuur* kunst erfgoed bibliotheek digital* technologie* dierenwelzijn openbare_ruimte emancipatie discriminatie
diversiteit buitenland europa defensie justitie rechtsstaat nieuwkomers nieuwe_inwoners democratis* democratische*
*racisme *ongelijk* kansengelijk* woon* buurt* samenleven samen_leven ontmoeten ontmoeting* geld studenten voedsel*
buitenlands* nachtcultuur *armoede* leerling* mantelzorgers overheid
"""
"""Words that name a field of policy, `*` for any ending: first the seven themes of the codebook, then other fields."""

_DOCUMENT = re.compile(
    r"(?:akkoord|programma|plan|nota|visie|agenda|verordening)\b|\b(?:gemeente|20\d\d)\b", re.IGNORECASE
)
_THEME = re.compile(
    r"\b(?:" + "|".join(word.replace("_", " ").replace("*", r"\w*") for word in _THEME_WORDS.split()) + r")\b",
    re.IGNORECASE,
)


def names_theme(heading: str) -> bool:
    """Whether a heading names a field of policy.

    >>> names_theme("3.2 Wonen en leefomgeving"), names_theme("Tot slot")
    (True, False)
    """
    return len(heading) <= 120 and _THEME.search(heading) is not None


def place_under(path: Sequence[str]) -> Place:
    """Return the place of a passage under these headings, outermost first (a heading passage adds itself at the end).

    >>> [place_under(path) for path in (["1. Inleiding"], ["Samenvatting", "Wonen"], ["Wonen", "Inleiding"], [])]
    ['inleiding', 'samenvatting', 'themaparagraaf', 'vrije_tekst']
    """
    return next((place for heading in path if (place := _place_named(heading)) is not None), "vrije_tekst")


@lru_cache(maxsize=4096)
def _place_named(heading: str) -> Place | None:
    """The place that a heading names by itself, or None."""
    bare = _NUMBER.sub("", heading, count=1)
    if _SUMMARY.match(bare):
        return "samenvatting"
    if _INTRODUCTION.match(bare):
        return "inleiding"
    return "themaparagraaf" if names_theme(bare) else None


def _cannot_hold(outer: str, inner: str) -> bool:
    """Whether a heading cannot be part of the one above it, however large that one is set.

    A chapter on a theme, or a summary, is no part of a foreword; unless it is numbered as one (1.2 under 1).
    """
    if _place_named(outer) != "inleiding" or _place_named(inner) not in ("themaparagraaf", "samenvatting"):
        return False
    number = re.match(r"\d+", outer)
    return number is None or not inner.startswith(f"{number.group()}.")


def may_be_title(text: str) -> bool:
    """Whether a heading on page 1 can be the title: it has no number of a chapter, and is not just the name of a part
    or a theme.
    """
    if re.match(r"(?:hoofdstuk\s+)?\d{1,2}(?:\.\d+)*[.:)]?\s+\D", text, re.IGNORECASE):
        return False
    place = place_under([text])
    return place == "vrije_tekst" or (place == "themaparagraaf" and len(text.split()) >= 4)


def title_parts(parts: Sequence[tuple[int, str, int, str]], declared: str = "") -> frozenset[int]:
    """Return which passages are the title.

    Args:
        parts: of every passage in order the position of its page, its kind, its level (of a heading) and its text.
        declared: the title the file declares, or "".
    """
    if not parts:
        return frozenset()
    first = parts[0][0]
    opening: list[int] = []
    for at, (page, kind, _, text) in enumerate(parts):
        if page != first or kind in ("bullet", "cell") or (kind == "paragraph" and len(text) >= RUNNING_TEXT):
            break
        opening.append(at)
    headings = [at for at in opening if parts[at][1] == "heading"]
    is_cover = len(opening) < len(parts) and parts[len(opening)][0] != first
    if opening and is_cover and all(may_be_title(parts[at][3]) for at in headings):
        return frozenset(opening)
    found = {at for at in opening if declared and parts[at][3].casefold() == declared.strip().casefold()}
    candidates = dict.fromkeys(at for at in headings if may_be_title(parts[at][3]))
    if candidates:
        highest = min(parts[at][2] for at in candidates)
        top = next(at for at in candidates if parts[at][2] == highest)
        while top in candidates and (parts[top][2] == highest or _DOCUMENT.search(parts[top][3])):
            found.add(top)
            top += 1
    return frozenset(found)


@dataclass(slots=True)
class Outline:
    """The headings above the point that reading has come to."""

    _stack: list[tuple[int, str, bool]] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """Titles of the headings above, outermost first."""
        return tuple(text for _, text, _ in self._stack)

    @property
    def deciding(self) -> tuple[str, ...]:
        """The headings above that decide the place: all but the title of the document."""
        return tuple(text for _, text, is_title in self._stack if not is_title)

    def enter(self, level: int, text: str, *, is_title: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Meet a heading of level 1 (highest) to 6; return the path above it, and the headings that decide its own
        place (itself last).
        """
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        for at, (_, outer, _) in enumerate(self._stack):
            if _cannot_hold(outer, text):
                del self._stack[at:]
                break
        above = self.path
        self._stack.append((level, text, is_title))
        return above, self.deciding

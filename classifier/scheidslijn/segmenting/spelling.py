"""The spelling knowledge behind rejoining: small closed lists of Dutch, each with the rule it stands for.

The rules are those of the official spelling (Leidraad, hoofdstuk 6, "Aaneenschrijven en koppelteken"); the lists hold
what is frequent in policy texts. A list decides only where the word frequencies and the document itself do not.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    """The words of a list that is laid out as text."""
    return frozenset(text.split())


CONJUNCTIONS = _words(
    """
    en of en/of tot als dan noch maar respectievelijk naar versus alsmede alsook
    """
)
"""A first word after the line break that leaves the word before it suspended: `wijk-/en dienstencentra`."""

HYPHEN_LEFT = _words(
    """
    niet non oud ex co semi re kandidaat aspirant adjunct collega interim privé zo zero sint quasi laissez
    face
    """
)
"""First parts that take a hyphen before a whole word (Leidraad 6.E; the last two are loans)."""

PREFIXES = _words(
    "anti semi multi mini pre bio micro macro inter contra quasi extra ultra pseudo neo euro auto foto video radio"
)
"""Foreign first parts: a hyphen keeps them apart wherever vowels meet, however rare the second part (Leidraad 6.B)."""

PAIRS: dict[str, tuple[str, ...]] = {
    left: tuple(rights.split("/"))
    for left, rights in (
        pair.split(":")
        for pair in _words(
            """
    kosten:bat ouder:kind woon:werk/zorg zwart:wit kop:staart arm:rijk publiek:priva burgemeester:wethouder
    minister:president secretaris:generaal/directeur directeur:generaal/bestuurder proces:verba leer:werk
    docent:leerling haal:breng noord:zuid zuid:noord oost:west west:oost kiss:and links:rechts
    vraag:antwoord/aanbod doel:middel stad:land man:vrouw mens:machine tijd:plaats huur:koop groen:blauw
    arts:assistent input:output win:win start:up scale:up pop:up follow:up stand:up/by
    burn:out lock:down all:in ad:hoc drop:out/in check:in/up opt:in/out prijs:kwaliteit processen:verba
    geneesheer:specialist meet:up back:up work:life pro:life via:via no:nonsense best:practice
            """
        )
    )
}
"""Parts of equal weight (Leidraad 6.4): the first part, and how the second may begin."""

ABBREVIATIONS = _words(
    """
    wmo wlz zvw avg awb awbz aow anw wao wia wajong wsw iow bbz pgb zin ggz ggd gga jgz ozb woz vpb btw bzk vng ipo
    vws szw ocw lnv cao cbs cpb scp rivm uwv svb coa azc ind cjg cjib bso bsot ico iab po vo mbo hbo wo vmbo vwo havo
    mavo pabo isk vve voa ict it ai ov hov mkb zzp tbs lhbt lhbti lhbtq lhbtiq lhbtqi lhbtqia lhbtiqa lgbt dna hiv
    aids soa ehbo aed gft pmd co2 co pfas eu vn navo eg gr odzob mre mra mrdh res rez reks rmc rmw riec biz boa bibob
    bob p+r cd tv dvd pc sms gps gsm wc id iq vip hr hrm ngo vvd cda pvda sp d66 pvv sgp cu vog wob woo wvg wkb wro
    bro bag brp digid nt2 nmt sroi roc aoc dorv dtv fte kpi kcc b&w fvd bbb
    """
)
"""Abbreviations also met in small letters; one in capitals is known by its shape (Leidraad 6.F: hyphen in
compounds).
"""

PLACE_ENDINGS = tuple(
    _words(
        """
        dam dorp broek berg bergen dijk kerk wijk huizen huis veen veld bos donk hout horst rade rode laar loo meer
        land poort burg burcht stad heide hoven hof zijl sluis voort stein schoten beek bosch gestel drecht zand ham
        stede lust oord hoek haven mond woude
        """
    )
)
"""Second parts with which a capitalised first part is more likely a broken place name than a name compound."""

_ADJECTIVE_LEFT = re.compile(r".{2,}(?:aal|eel|isch|lijk|ief|iek)")
_ADJECTIVE_RIGHT = re.compile(r".{2,}(?:aal|ale|eel|ele|isch|ische|lijk|lijke|ief|ieve|aire|air)")

BOUND_ENDINGS = _words(
    """
    ten gen den ven nen sen ren len ken ger ner der ler king ling ning ting sing heid heden tie ties sie sies lijk
    lijke lijks baar bare baarheid loos loze achtig nis schap schappen teit teiten ners gers ders lers tief tieve teel
    ieel iele isch ische zaam zame loosheid zaamheid lingen ningen tingen kingen
    """
)
"""Endings that a word list may hold as words, but that do not begin a line as one."""

TEN_PHRASE = _words(
    """
    minste eerste tweede derde vierde vijfde slotte opzichte aanzien behoeve gunste laste koste tijde gevolge noorden
    zuiden oosten westen aanval onrechte zeerste hoogste laatste goede kwade dele name grondslag uitvoer strijde volle
    dienste val onder
    """
)
"""Words after `ten` where it is a word of its own."""

_CLASHES = _words(
    """
    aa ae ai au ee ei eu ie ii ij oe oi oo ou ui uu éé éi ée
    """
)
_TREMA = {"e": "ë", "i": "ï", "o": "ö", "u": "ü", "a": "ä"}


OPEN_WORDS = _words(
    """
    de het een en of van in op aan met voor door bij naar om te tot uit over onder tussen als dat die dit deze ons onze
    hun zijn haar is wordt worden kan kunnen moet moeten wil willen wij we ook niet nog per zoals waarbij waar der den
    """
)
"""Words that do not end a sentence: a text that stops at one goes on elsewhere."""


def clashes(left: str, right: str) -> bool:
    """Whether two parts meet in vowels that would be read as one sound (Leidraad 6.B): `auto` + `industrie`."""
    return left[-1:] + right[:1] in _CLASHES


def with_trema(right: str) -> str:
    """Return the second part with the trema that a line break takes away (Leidraad 7.3), `idee-/en` -> `ën`, or "".

    >>> with_trema("invloeden"), with_trema("markt")
    ('ïnvloeden', '')
    """
    mark = _TREMA.get(right[:1], "")
    return mark + right[1:] if mark else ""


def are_coordinate_adjectives(left: str, right: str) -> bool:
    """Whether both are adjectives of the learned kind, which a hyphen sets side by side: `sociaal` + `economische`."""
    return bool(_ADJECTIVE_LEFT.fullmatch(left) and _ADJECTIVE_RIGHT.fullmatch(right))


def is_pair(left: str, right: str) -> bool:
    """Whether two parts are of equal weight and so take a hyphen: `kosten` + `batenanalyse`."""
    return right.startswith(PAIRS.get(left, "\0")) or right in ("generaal", "majoor")


def is_abbreviation(part: str) -> bool:
    """Whether a first part is written as letters and so takes a hyphen: two capitals (`VVD`, `PvdA`), no vowel, or a
    listed one.

    >>> [is_abbreviation(part) for part in ("VVD", "zzp", "Wmo", "wijk")]
    [True, True, True, False]
    """
    capitals = sum(map(str.isupper, part))
    low = part.lower()
    return capitals >= 2 or low in ABBREVIATIONS or not any(letter in "aeiouyáéíóúàèëïöüâêî'" for letter in low)

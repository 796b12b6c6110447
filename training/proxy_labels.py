"""Reads the team's coded texts and maps their schemes to our codebook: the proxy labels of the first model.

The texts are not in this repository and may not be (Manifesto Project: research with citation, no redistribution).
What each scheme says, and above all what it does not say, is decided here, code by code:

* Manifesto codes (one per quasi-sentence). Cleavage as in the table below. Themes: a quasi-sentence in a category of
its
  own theme is *yes* there; *no* only for themes that have a category of their own and are not easily meant by this
  category. `gezondheid`, `ruimte_wonen` and (in these years, which lack the subcodes) `migratie` have none: unknown.
* Belgian Chamber: the thesaurus words of archivists, who index a whole text: a theme without a word is *no*, except
where
  a neighbouring word makes it doubtful.
* Politix, headings and chapters: the theme named is *yes*, others *no* unless the name is broad.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scheidslijn.annotations.examples import Example

PROXY_FILES = (
    "marpor_nl_2006_2012", "dekamer_be_2017", "politix_voorstellen", "programmas_2012_met_koppen",
    "coalitieplannen_2021",
)  # fmt: skip
THEMES = ("sociaal_domein", "onderwijs", "arbeidsmarkt", "gezondheid", "ruimte_wonen", "migratie", "bestuur")
CLEAVAGES = ("sociaal_economisch", "sociaal_cultureel", "middengroepen")

CLEAVAGE_OF_CMP = {
    **dict.fromkeys(("503", "504", "505", "701", "702", "706"), "sociaal_economisch"),
    **dict.fromkeys(("601", "602", "603", "604", "606", "607", "608", "108", "110"), "sociaal_cultureel"),
    "704": "middengroepen",
    **dict.fromkeys("101 102 103 104 105 106 203 204 301 302 303 304 305 410 411 416 501 502 703".split(), "geen"),
}
THEME_OF_CMP = {
    "506": "onderwijs", "507": "onderwijs", "504": "sociaal_domein", "505": "sociaal_domein", "701": "arbeidsmarkt",
    "702": "arbeidsmarkt", "202": "bestuur", "203": "bestuur", "204": "bestuur", "302": "bestuur", "304": "bestuur",
}  # fmt: skip
# What a category may well be about besides its own theme, so that no "no" is learned from it.
DOUBTFUL_FOR_CMP = {
    code: set(doubtful.split())
    for codes, doubtful in (
        ("503 706 705 606 603 604", "sociaal_domein arbeidsmarkt onderwijs bestuur"),
        ("301 303 305 201", "bestuur sociaal_domein"),
        ("401 402 403 404 408 409 410 412 414", "arbeidsmarkt sociaal_domein"),
        ("504 505", "arbeidsmarkt onderwijs"),
        ("701 702", "sociaal_domein onderwijs"),
        ("506 507 411 704", "arbeidsmarkt sociaal_domein"),
        ("601 602 607 608 0 000 NA", " ".join(THEMES)),
    )
    for code in codes.split()
}
OWN_CATEGORY = {"onderwijs", "sociaal_domein", "arbeidsmarkt", "bestuur"}
# Welfare (504, 505) also holds cures, housing and pensions, which the codebook puts elsewhere.
NOT_SOCIAL_DOMAIN = re.compile(
    r"ziekenhui|zorgverzeker|huisarts|medicijn|geneesmiddel|specialist|eigen risico|basispakket|\bAOW|pensioen"
    r"|huurtoeslag|huurders|woning|kinderbijslag|zorgpremie|verpleegkund", re.IGNORECASE)  # fmt: skip

CHAMBER_WORDS = {
    "gezondheid": {"GEZONDHEIDSBELEID", "VOLKSGEZONDHEID", "GEZONDHEIDSVERZORGING", "ORGANISATIE VAN DE GEZONDHEID"},
    "sociaal_domein": {"SOCIALE ZEKERHEID", "SOCIAAL BELEID", "ARMOEDE", "FACILITEITEN VOOR GEHANDICAPTEN"},
    "arbeidsmarkt": {"ARBEID", "ARBEIDSBELEID", "WERKGELEGENHEID", "WERKGELEGENHEIDSBELEID", "ARBEIDSMARKT"},
    "migratie": {"MIGRATIEBELEID"},
    "onderwijs": {"ONDERWIJS", "ONDERWIJSINSTELLING", "HOGER ONDERWIJS", "TAALONDERWIJS"},
    "ruimte_wonen": {"HUISVESTINGSBELEID", "RUIMTELIJKE ORDENING", "STEDENBOUW", "HUISVESTING", "SOCIALE WONING"},
}
CHAMBER_DOUBT = {
    "gezondheid": re.compile(r"ZIEK|GENEES|GEZONDHEID|MEDISCH|ARTS|VERPLEEG"),
    "sociaal_domein": re.compile(r"SOCIA|GEHANDICAPT|PENSIOEN|VERZEKERING|GEZIN|UITKERING|BEJAARDE|WERKLOOS"),
    "arbeidsmarkt": re.compile(r"ARBEID|WERK|PERSONEEL|BEROEP|LOON|OPLEIDING"),
    "migratie": re.compile(r"MIGRA|ASIEL|VREEMDELING|VLUCHTELING|INTEGRATIE"),
    "onderwijs": re.compile(r"ONDERWIJS|SCHOOL|STUDENT|UNIVERSITEIT|OPLEIDING"),
    "ruimte_wonen": re.compile(r"WONING|HUISVEST|STEDEN|GEBOUW|HUUR"),
    "bestuur": re.compile(r"OVERHEID|BESTUUR|BURGER|GEMEENTE|PARTICIPATIE|VERKIEZING|GEWEST"),
}
POLITIX = {
    "gezondheidszorg": "gezondheid", "onderwijs": "onderwijs", "wonen": "ruimte_wonen",
    "immigratie en integratie": "migratie", "democratie en bestuur": "bestuur",
}  # fmt: skip
POLITIX_DOUBT = {
    "arbeid en sociale zekerheid": {"arbeidsmarkt", "sociaal_domein"},
    "milieu en omgeving": {"ruimte_wonen", "gezondheid"},
    "gezondheidszorg": {"sociaal_domein"}, "immigratie en integratie": {"sociaal_domein"}, "wonen": {"sociaal_domein"},
    "democratie en bestuur": {"sociaal_domein"}, "belastingen": {"arbeidsmarkt", "sociaal_domein", "ruimte_wonen"},
}  # fmt: skip

# Headings that name a theme in so many words; the deepest heading that names one decides.
HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (theme, re.compile(pattern, re.IGNORECASE))
    for theme, pattern in (
        ("migratie", r"asiel|immigra|migratie|inburger|vluchteling|statushouder|\bintegratie\b|gastvrij nederland"),
        ("onderwijs", r"onderwijs|\bschool|leraren|leerling|kennis maakt|\bbasis op orde, lat"),
        ("gezondheid", r"gezondheid|curatieve|medische zorg|genezende|\bzorg: betrokken|zorg is geen markt|volksgezond"
                       r"|preventie|onze keuzes voor de zorg|patiënt|medicijn|\bonze zorg"),
        ("ruimte_wonen", r"\bwonen\b|woning|volkshuisvest|ruimtelijke ordening|\bhuur\b|\bkoop\b|\bbouwen"),
        ("sociaal_domein", r"maatschappelijke ondersteuning|armoede|schulden|mantelzorg|jeugdzorg|zorg voor jeugd"
                           r"|schild voor|sociaal domein|vrijwillig|eenzaam|omkijken naar elkaar|meedoen"),
        ("arbeidsmarkt", r"arbeidsmarkt|\bwerk\b|werken aan werk|voor arbeid\b|aan het werk|werknemer|werkgelegen"
                         r"|activerende sociale zekerheid|leven lang leren"),
        ("bestuur", r"democratie en bestuur|bestuur en democratie|binnenlands bestuur|dienstbaar aan de burger"
                    r"|burger-overheid|rechten van burgers|democratische inst|burgerbetrokken"
                    r"|invloed en democratie|lokale democratie"),
    )
)  # fmt: skip
HEADING_DOUBT = {
    "gezondheid": {"sociaal_domein", "arbeidsmarkt"}, "sociaal_domein": {"gezondheid", "arbeidsmarkt", "migratie"},
    "arbeidsmarkt": {"sociaal_domein", "onderwijs"}, "migratie": {"sociaal_domein", "arbeidsmarkt", "onderwijs"},
    "onderwijs": {"arbeidsmarkt"}, "ruimte_wonen": {"sociaal_domein"}, "bestuur": {"sociaal_domein"},
}  # fmt: skip
OTHER_SUBJECT = re.compile(
    r"landbouw|visser|natuur|dieren|energie|europa|defensie|klimaat|mobiliteit|vervoer|cultuur|media|ontwikkelingssamen"
    r"|veiligheid|justitie|strafrecht|belasting|financië|luchtvaart|buitenland|internationa|milieu|mijnbouw|\brecht\b",
    re.IGNORECASE)  # fmt: skip


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a `.jsonl` or `.jsonl.gz` file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def themes(yes: Iterable[str], doubtful: Iterable[str] = (), among: Iterable[str] = THEMES) -> dict[str, float]:
    """Return what is known of the theme: `yes` 1, `doubtful` unknown, the rest of `among` 0."""
    known = {f"thema.{theme}": 0.0 for theme in among if theme not in set(doubtful)}
    return known | {f"thema.{theme}": 1.0 for theme in yes}


def marpor(folder: Path, *, auxiliary: bool = True) -> list[Example]:
    """Quasi-sentences of the Manifesto Project, in the order of the programmes, at least three words long.

    `auxiliary` adds the category itself under keys `aux_cmp.<code>`, a dimension that helps training and is not
    shipped.
    """
    examples = []
    for row in rows(folder / "marpor_nl_2006_2012.jsonl.gz"):
        code = str(row["cmp_code"]).split(".")[0]
        if row["is_heading"] or code == "H" or len(row["text"].split()) < 3:
            continue
        known: dict[str, float] = {}
        if code in CLEAVAGE_OF_CMP:
            known |= {f"scheidslijn.{one}": float(one == CLEAVAGE_OF_CMP[code]) for one in CLEAVAGES}
        known |= _marpor_themes(code, row["text"])
        if auxiliary and code.isdigit() and int(code) > 0:
            known |= {f"aux_cmp.{one}": float(one == code) for one in CMP_CODES}
        examples.append(Example(row["text"], programme(row["party"], row["year"]), "marpor", known))
    return examples


CMP_CODES = tuple(
    "101 102 103 104 105 106 107 108 109 110 201 202 203 204 301 302 303 304 305 401 402 403 404 405 406 407 408 409"
    " 410 411 412 413 414 415 416 501 502 503 504 505 506 507 601 602 603 604 605 606 607 608 701 702 703 704"
    " 705 706".split()
)


def _marpor_themes(code: str, text: str) -> dict[str, float]:
    theme, doubtful = THEME_OF_CMP.get(code), set(DOUBTFUL_FOR_CMP.get(code, ()))
    if theme == "sociaal_domein" and NOT_SOCIAL_DOMAIN.search(text):
        theme, doubtful = None, doubtful | {"sociaal_domein"}
    return themes([theme] if theme else [], doubtful, OWN_CATEGORY)


def programme(party: str, year: object) -> str:
    """One name for a programme in every file that has it: `programma/pvda/2012`."""
    short = {"50plus": "50p", "groenlinks": "gl", "christenunie": "cu"}
    name = re.sub(r"[^a-z0-9]", "", party.lower())
    return f"programma/{short.get(name, name)}/{year}"


def chamber(folder: Path, words: int = 80) -> list[Example]:
    """Belgian questions and answers; the first `words` words of each, 0 for the whole text. A pair is one document."""
    examples = []
    for row in rows(folder / "dekamer_be_2017.jsonl.gz"):
        terms = set(row["labels"]["themes"] or ())
        if row["labels"]["theme_main"] in (None, "nan") and not any(terms & one for one in CHAMBER_WORDS.values()):
            continue
        yes = {theme for theme, own in CHAMBER_WORDS.items() if terms & own}
        doubt = {theme for theme, near in CHAMBER_DOUBT.items() if any(near.search(term) for term in terms)} - yes
        text = " ".join(row["text"].split()[: words or None])
        document = "kamer/" + row["doc_id"].rsplit("-", 1)[0]
        examples.append(Example(text, document, "kamer", themes(yes, doubt)))
    return examples


def politix(folder: Path) -> list[Example]:
    """Proposals with the category of their editors; each is a document of its own."""
    examples = []
    for row in rows(folder / "politix_voorstellen.jsonl.gz"):
        categories = [one for one in row["labels"]["category"] or () if one and one != "overig"]
        if len(categories) != 1:
            continue
        theme = POLITIX.get(categories[0])
        known = themes([theme] if theme else [], POLITIX_DOUBT.get(categories[0], ()))
        examples.append(Example(row["text"], "politix/" + row["doc_id"], "politix", known))
    return examples


def theme_of_headings(path: Iterable[str]) -> dict[str, float]:
    """What a heading path says of the theme; {} when no heading names a theme or another subject."""
    for heading in reversed(list(path)):
        yes = [theme for theme, pattern in HEADINGS if pattern.search(heading)]
        if len(yes) == 1:
            return themes(yes, HEADING_DOUBT[yes[0]])
        if yes:  # "Onderwijs, gezondheid en ontwikkeling": one of these, nobody knows which
            return {}
        if OTHER_SUBJECT.search(heading):
            return themes([], {"bestuur", "sociaal_domein"})
    return {}


def headed_programmes(folder: Path) -> list[Example]:
    """Passages of the 2012 programmes under headings that name their theme, at least eight words long."""
    examples = []
    for row in rows(folder / "programmas_2012_met_koppen.jsonl.gz"):
        known = theme_of_headings(row["labels"]["section_path"][1:])  # the first is the title of the programme
        if known and len(row["text"].split()) >= 8:
            examples.append(Example(row["text"], programme(row["party"], 2012), "koppen_2012", known))
    return examples


def national_agreement(folder: Path) -> list[Example]:
    """Single plans of the national agreement of 2021 with its paragraph; one document."""
    examples = []
    for row in rows(folder / "coalitieplannen_2021.jsonl.gz"):
        known = theme_of_headings(row["labels"]["paragraph_of_agreement"])
        if known:
            examples.append(Example(row["text"], "akkoord/nederland/2021", "akkoord_2021", known))
    return examples

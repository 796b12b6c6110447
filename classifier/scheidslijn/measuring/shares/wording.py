"""The words of the tables of shares, in Dutch and English."""

from __future__ import annotations

from typing import Literal

Language = Literal["nl", "en"]

WORDS: dict[str, dict[Language, str]] = {
    "code": {"nl": "code", "en": "code"},
    "naive": {"nl": "geteld door model", "en": "counted by model"},
    "share": {"nl": "gecorrigeerd aandeel", "en": "corrected share"},
    "as_if": {"nl": "alsof aselect", "en": "as if random"},
    "interval": {"nl": "interval", "en": "interval"},
    "coded": {"nl": "gecodeerd", "en": "coded"},
    "found": {"nl": "met code", "en": "with code"},
    "documents": {"nl": "documenten", "en": "documents"},
    "effective": {"nl": "effectieve n", "en": "effective n"},
    "method": {"nl": "methode", "en": "method"},
    "of_passages": {"nl": "Aandeel van de passages", "en": "Share of the passages"},
    "of_documents": {
        "nl": "Aandeel van de documenten waarin de code minstens één keer voorkomt",
        "en": "Share of the documents in which the code occurs at least once",
    },
    "simple": {"nl": "poststratificatie, Jeffreys", "en": "post-stratified, Jeffreys"},
    "stratified": {"nl": "stratificatie, Jeffreys", "en": "stratified, Jeffreys"},
    "clustered": {"nl": "poststratificatie, Jeffreys, per document", "en": "post-stratified, Jeffreys, by document"},
    "few": {"nl": "geen aandeel: te weinig gecodeerd", "en": "no share: too few coded"},
    "stratum": {
        "nl": "geen aandeel: van een stratum is niets gecodeerd",
        "en": "no share: nothing of one stratum was coded",
    },
    "document": {
        "nl": "geen aandeel: één document zegt niets over andere",
        "en": "no share: one document says nothing of others",
    },
    "unsettled": {
        "nl": "geen aandeel: van getrokken documenten is niet alles gecodeerd",
        "en": "no share: drawn documents are not coded in full",
    },
    "corpus": {
        "nl": "{passages} passages van {documents} documenten in {name}, gelabeld door {model}",
        "en": "{passages} passages of {documents} documents in {name}, labelled by {model}",
    },
    "unknown": {"nl": "onbekend model", "en": "an unknown model"},
    "here": {
        "nl": "Intervallen van {level} % over precies deze {documents} documenten.",
        "en": "{level} % intervals for exactly these {documents} documents.",
    },
    "beyond": {
        "nl": "Intervallen van {level} % over meer van zulke documenten dan deze {documents}.",
        "en": "{level} % intervals for more such documents than these {documents}.",
    },
    "not_random": {
        "nl": "LET OP: niets zegt dat de gecodeerde passages aselect getrokken zijn. Alle cijfers zijn "
        "alsof-cijfers: ze gelden alleen als dat wel zo was. Publiceer ze niet als aandelen van dit corpus.",
        "en": "NOTE: nothing says that the coded passages were drawn at random. All figures are as-if "
        "figures: they hold only if they were. Do not publish them as shares of this corpus.",
    },
    "uncoded": {
        "nl": "LET OP: van de {drawn} getrokken passages zijn er {uncoded} niet gecodeerd. De cijfers gelden als die "
        "niet anders zijn dan de andere van hun stratum.",
        "en": "NOTE: of the {drawn} drawn passages {uncoded} were not coded. The figures hold if these do not "
        "differ from the others of their stratum.",
    },
    "no_documents": {
        "nl": "Geen aandelen van documenten: of een code ergens in een document voorkomt, blijkt niet uit een "
        "steekproef van passages. Codeer daarvoor hele documenten: scheidslijn shares draw --whole-documents N.",
        "en": "No shares of documents: whether a code occurs anywhere in a document cannot be learnt from a "
        "sample of passages. Code whole documents for that: scheidslijn shares draw --whole-documents N.",
    },
}  # fmt: skip


def word(which: str, language: Language, /, **values: object) -> str:
    """The word or sentence of that name, filled in."""
    return WORDS[which][language].format(**values)


def percent(value: float, language: Language, *, digits: int = 1) -> str:
    """A share as a percentage: 3,4 % in Dutch and 3.4 % in English; two digits more below a tenth of a percent.

    >>> percent(0.0341, "nl"), percent(0.0341, "en"), percent(0.00012, "nl")
    ('3,4 %', '3.4 %', '0,01 %')
    """
    if value == value and 0 < 100 * value < 0.1:
        digits += 1
    text = f"{100 * value:.{digits}f} %" if value == value else "–"
    return text.replace(".", ",") if language == "nl" else text


def integer(value: float, language: Language) -> str:
    """A whole number with a mark for thousands; an en dash where there is none."""
    if value != value:
        return "–"
    return f"{round(value):,}".replace(",", "." if language == "nl" else ",")

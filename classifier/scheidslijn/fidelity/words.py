"""Every sentence of the verdict for people, in Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from scheidslijn.fidelity.tested import Tested
from scheidslijn.measuring.estimate import Estimate

NAMES: Mapping[str, str] = {
    "legal": "klopt het antwoord in vorm, codes en citaten",
    "agreement": "overeenstemming met de codeurs (α)",
    "repeat": "hetzelfde bij nog eens vragen",
    "order": "andere volgorde van codes (α)",
    "recovery": "voorbeelden uit het codeboek herkend",
    "exclusion": "uitsluitregel gevolgd",
    "neutral_names": "codes zonder sprekende naam (verschil in F1)",
    "label_swap": "namen verwisseld: volgt de definitie",
    "definition_swap": "definities verwisseld: volgt de definitie",
}
"""By test what it is called."""

OUTCOMES: Mapping[str, str] = {"passed": "gehaald", "failed": "niet gehaald", "unknown": "onbeslist"}

ADVICE: Mapping[str, str] = {
    "legal": "Kijk welke fout het vaakst staat. Niet gevonden citaten: een groter model, of temperatuur 0. Onleesbare "
    "antwoorden: een server met afgedwongen JSON (`--structured json_schema`).",
    "agreement": "Lees de passages hieronder. Heeft het model ergens gelijk, verbeter dan het goud. Leest het een code "
    "stelselmatig anders, zet de grens in het codeboek (`include`, `exclude`, `examples`) en toets opnieuw op andere "
    "passages: wie op dezelfde blijft bijstellen, meet zijn eigen bijstelling.",
    "repeat": "Zet de temperatuur op 0 en geef een `--seed`. Blijft het wisselen, gebruik dan een ander model.",
    "order": "Het model kiest deels op plaats in de lijst. Een kortere vraag (minder dimensies tegelijk) of een ander "
    "model helpt; de volgorde zelf kiezen helpt niet.",
    "recovery": "Het model vindt niet terug wat in de vraag staat. Meestal is het te klein, of is de vraag te lang "
    "voor zijn venster.",
    "exclusion": "Het model past `exclude` niet toe. Reken voor deze dimensie niet op grensgevallen; codeer ze zelf.",
    "neutral_names": "Het model leunt op de naam van de code. Wijkt uw definitie af van wat de naam doet denken, dan "
    "codeert het iets anders dan u.",
    "label_swap": "Het model gaat op namen af en niet op definities. Codes waarvan de naam precies zegt wat de "
    "definitie zegt, kunnen toch goed gaan; dat blijkt alleen uit meer goud.",
    "definition_swap": "Zoals bij verwisselde namen: zonder voorbeelden leest het model de definitie nauwelijks.",
}
"""By test what to do when it was not passed."""

MORE_DOCUMENTS = (
    "Onbeslist betekent: te weinig documenten of passages met deze codes om geluk uit te sluiten. Codeer passages uit "
    "meer documenten (ten minste {fewest}, liever 30; twee per document is genoeg)."
)


def why(name: str, tested: Tested | None) -> str:
    """Why a test stands in the way of counting, in one line; "" when it does not."""
    if tested is None:
        return f"{NAMES[name]}: niet getoetst"
    if tested.outcome == "passed":
        return ""
    return f"{NAMES[name]}: {OUTCOMES[tested.outcome]}, {figure(tested.figure)} op {tested.passages} passages"


def figure(one: Estimate) -> str:
    """A figure with its interval in Dutch: "0,81 (0,75–0,86)"; "–" where there is none.

    >>> figure(Estimate(-0.02, -0.1, 0.06, 20))
    '-0,02 (-0,10–0,06)'
    """
    if not isfinite(one.value):
        return "–"
    text = f"{one.value:.2f}" + (f" ({one.low:.2f}–{one.high:.2f})" if one.known else "")
    return text.replace(".", ",")

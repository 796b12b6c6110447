"""Words of the sentences that the practice model learns from; no sentence of the tutorial's documents is among them."""

# ruff: noqa: E501 (a list of words a line)

from __future__ import annotations

import re

from wordfreq import top_n_list

WORDS = [word for word in top_n_list("nl", 40_000) if re.fullmatch(r"[a-zà-ÿ]{3,16}", word)]
"""Dutch words, the commonest first: what stands around the words that decide."""

# A word with one of these in it shows its theme. The lists are short on purpose: the model is to err now and then.
STEMS = {
    "wonen": r"woning|(?<!ge)huur(?!ling)|verhuur|^huis$|huizen$|huurhui|appartement|bewoner|^wonen$|woon(?!lijk)|^kamers?$|hypothek|nieuwbouw|corporatie",
    "zorg": r"zorg(?!vuldig)|(?<!m)arts$|artsen$|patiënt|ziek(?!t)(?!.*muziek)|^gezond|^ongezond|hulpverlen|jeugdhulp|medisch|verpleeg|psychi|dokter|therap|dementie",
    "onderwijs": r"school(?!ten)|scholen$|lera(ar|ren)|leerling|onderwijs|^student|^klas(sen)?$|docent|^les(sen)?$|peuter|kleuter|^diploma('s)?$|^v?mbo$",
    "werk": r"^werk$|werkge|werkne|werklo|werkz|werkpl|^ba(an|nen)$|vacature|personeel|loopbaan|^bijstand|^stages?$|vakm|^arbeid|ontslag|sollicit",
}  # fmt: skip
MORE = {
    "wonen": "huurwoningen koopwoningen starterswoningen seniorenwoningen flexwoningen studentenkamers middenhuur huurprijs verhuurders "
    "woningcorporatie wooncomplex starters bouwgrond kavels woningzoekenden huurhuizen",
    "zorg": "thuiszorg mantelzorg mantelzorgers respijtzorg dagbesteding wijkteam wijkteams hulpmiddelen begeleiding hospice huisartsen "
    "huisartsenpost jeugdhulp cliënten zorgloket valpreventie rookvrij wijkverpleegkundigen ggd ggz",
    "onderwijs": "voorschool huiswerkbegeleiding taallessen schoolverlaters kindcentrum klassenassistent brugklas schoolbesturen lokalen "
    "gymzaal schooluitval conciërges schoolgebouwen kindcentra",
    "werk": "basisbanen leerwerkloket leerbanen stageplek stageplekken werkbedrijf omscholing bijscholing jobcoach vakkrachten "
    "loonkostensubsidie banenmarkt werkzoekenden proefplaatsingen zzp'ers",
}  # fmt: skip
SUBJECTS = (
    "Elzenbroek", "Waterrade", "Duinhorst", "Kempenrode", "de gemeente", "het college", "de raad", "de coalitie", "de stad", "het dorp",
)  # fmt: skip
MEASURES = tuple(
    "bouwt bouwen opent openen betaalt betalen koopt kopen vergoedt vergoeden geeft geven neemt nemen trekt trekken stelt stellen voert "
    "voeren maakt maken start starten breidt breiden verhoogt verhogen verlaagt verlagen schrapt schrappen legt leggen plant planten "
    "vervangt vervangen vernieuwt vernieuwen organiseert organiseren regelt regelen renoveert renoveren investeert investeren reserveert "
    "reserveren verlengt verlengen biedt bieden leidt leiden zoekt bezoekt krijgt krijgen komt komen sluit sluiten stort storten verstrekt "
    "verstrekken wijst wijzen halveert halveren past passen zet zetten richt richten levert leveren verbouwt verbouwen subsidieert".split()
)  # fmt: skip
AMBITIONS = (
    *"wil willen streeft streven hoopt hopen moet moeten verdient verdienen ambieert wenst wensen hoort".split(),
    *"ambitie doel inzet streven wens belangrijk willen wil wil willen moeten moet".split(),
)  # fmt: skip
SITUATIONS = (
    *"is zijn telt tellen daalt dalen stijgt stijgen wacht wachten staat staan heeft hebben zit zitten bedraagt bedragen groeide liep lopen "
    "blijkt was waren verloor verloren vroegen verlieten steeg daalde woont werken leven ligt liggen duurt kost kosten blijft viel vielen".split(),
    *"moment afgelopen gestegen opgelopen tekort weinig steeds nu sinds".split(),
)  # fmt: skip
ROLES = {"ambitie": AMBITIONS, "maatregel": MEASURES, "situatie": SITUATIONS}
BETWEEN = tuple(
    "in op voor met aan en van bij tot om naar over per uit het de een meer extra elke alle veel nieuwe goede".split()
)

THEMES = {
    theme: tuple(MORE[theme].split())
    + tuple(word for word in WORDS if re.search(stem, word) and sum(bool(re.search(one, word)) for one in STEMS.values()) == 1 and "muziek" not in word)
    for theme, stem in STEMS.items()
}  # fmt: skip
_taken = {word for words in (*THEMES.values(), MEASURES, AMBITIONS, SITUATIONS) for word in words} | {"muziek"}
FILLERS = tuple(
    word for word in WORDS if word not in _taken and not any(re.search(one, word) for one in STEMS.values())
)

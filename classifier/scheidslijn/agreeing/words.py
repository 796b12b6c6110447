"""Every sentence of the agreement report, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["nl", "en"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "nl": {
        "title": "Overeenstemming tussen codeurs",
        "intro": "Codeboek {codebook}. Codeurs: {coders}. Hieronder staat hoe vaak zij hetzelfde oordeel gaven, per "
        "dimensie en per code. Tussen haakjes staat het 95 %-interval: zo ver kan het cijfer ernaast zitten, gezien "
        "het aantal documenten. Wat α betekent en welke grens geldt, staat in docs/agreement.md.",
        "coder_count": "{coder} ({number} {passages})",
        "overview": "Overzicht",
        "dimension": "dimensie",
        "code": "code",
        "passages": "passages",
        "documents": "documenten",
        "alpha": "α",
        "alpha_masi": "α (MASI)",
        "alpha_jaccard": "α (Jaccard)",
        "ac1": "AC1",
        "percent": "gelijk",
        "kappa": "κ",
        "pair": "paar",
        "pairs": "κ per paar codeurs (n: passages die beiden codeerden)",
        "given": "gegeven",
        "verdict": "oordeel",
        "reliable": "betrouwbaar",
        "tentative": "voorlopig",
        "poor": "onvoldoende",
        "unknown": "niet te meten",
        "unsure": "{verdict}, onzeker",
        "per_code": "Per code: {dimension}",
        "legend": "α nominaal: de code, of de hele verzameling codes, moet gelijk zijn; MASI en Jaccard: "
        "verzamelingen die codes delen verschillen minder. Oordeel naar α (bij meer codes per passage met MASI): "
        "betrouwbaar vanaf 0,800, voorlopig vanaf 0,667 (Krippendorff 2004); onzeker als het interval over de grens "
        "loopt. AC1 (Gwet 2008) blijft hoog als een code zeldzaam is, waar α daalt; gelijk: aandeel paren codeurs met "
        "hetzelfde oordeel.",
        "notes": "Let op",
        "discuss": "Eerst bespreken",
        "discuss_intro": "De codeurs verschillen bij {number} passages. Dit zijn de grootste verschillen; alle staan "
        "in de tabel van `--discuss`.",
        "none": "geen",
        "passage": "passage",
    },
    "en": {
        "title": "Agreement among coders",
        "intro": "Codebook {codebook}. Coders: {coders}. Below stands how often they judged alike, by dimension and "
        "by code. Between brackets is the 95 % interval: how far the figure may be off, given the number of "
        "documents. What α means and which threshold holds stands in docs/agreement.md.",
        "coder_count": "{coder} ({number} {passages})",
        "overview": "Overview",
        "dimension": "dimension",
        "code": "code",
        "passages": "passages",
        "documents": "documents",
        "alpha": "α",
        "alpha_masi": "α (MASI)",
        "alpha_jaccard": "α (Jaccard)",
        "ac1": "AC1",
        "percent": "equal",
        "kappa": "κ",
        "pair": "pair",
        "pairs": "κ by pair of coders (n: passages that both coded)",
        "given": "given",
        "verdict": "verdict",
        "reliable": "reliable",
        "tentative": "tentative",
        "poor": "insufficient",
        "unknown": "not measurable",
        "unsure": "{verdict}, unsure",
        "per_code": "By code: {dimension}",
        "legend": "α nominal: the code, or the whole set of codes, must be equal; MASI and Jaccard: sets that share "
        "codes differ less. Verdict by α (with MASI where several codes may be given): reliable from 0.800, tentative "
        "from 0.667 (Krippendorff 2004); unsure when the interval crosses the threshold. AC1 (Gwet 2008) stays high "
        "for a rare code, where α falls; equal: share of pairs of coders who judge alike.",
        "notes": "Mind",
        "discuss": "Discuss first",
        "discuss_intro": "The coders differ on {number} passages. These are the largest differences; all stand in the "
        "table of `--discuss`.",
        "none": "none",
        "passage": "passage",
    },
}

NOTES: Mapping[Language, Mapping[str, str]] = {
    "nl": {
        "one_coder": "Er is één codeur ({coder}, {passages} passages): overeenstemming vraagt er twee. Laat een "
        "tweede codeur, zonder de eerste codes te zien, een deel van dezelfde passages coderen (liefst 100 of meer, "
        "uit minstens tien documenten). Trainen kan al wel met één codeur.",
        "only_machines": "Alle {number} codeurs zijn machines. Dat zij het eens zijn zegt niet dat zij gelijk hebben: "
        "modellen maken dezelfde fouten. De oordelen hieronder gaan over hun gelijkheid, niet over betrouwbaarheid; "
        "laat ten minste één mens een steekproef coderen.",
        "one_person": "Er is één mens ({coder}); de anderen zijn machines. Hoe eens mensen het onderling zijn is dus "
        "niet bekend, en daarmee ook niet of een machine genoeg met mensen overeenstemt. Laat een tweede mens dezelfde "
        "passages coderen.",
        "not_coded": "Niet gecodeerd door deze codeurs: {dimensions}.",
        "no_column": "{file} heeft geen kolom voor {dimension}; wel {columns}. Noem de kolom naar de dimensie om "
        "mee te tellen.",
        "no_overlap": "{dimension}: geen passage is door twee codeurs gecodeerd ({single} door één). Codeerden zij "
        "dezelfde passages, dan verschillen de teksten tussen hun bestanden; gebruik dezelfde tekst of sleutel. "
        "Trainen kan wel.",
        "one_document": "Alle passages tellen als één document. De cijfers gelden voor dit document; een interval zou "
        "iets zeggen over andere documenten en kan niet. Komen de passages uit meer documenten, geef dan een kolom "
        "'document', of een bestand erbij dat ze bij dezelfde passages noemt.",
        "few_documents": "De passages komen uit {documents} documenten. Onder de {few} is een interval zo breed dat "
        "het weinig uitsluit; codeer liever enkele passages uit meer documenten dan meer uit dezelfde.",
        "single": "{dimension}: {single} passages zijn door één codeur gecodeerd en tellen niet mee; {passages} wel.",
        "one_value": "{dimension}: alle codeurs gaven overal hetzelfde. Dan is α niet te berekenen: er was niets om "
        "van elkaar te onderscheiden.",
        "unused": "{dimension}: niemand gaf {codes}. Over die codes is niets bekend; zoek passages waarin ze "
        "voorkomen.",
        "one_sided": "{code}: alleen {coder} gaf deze code ({number} keer). Bespreek wat eronder valt.",
        "leans": "{code}: {more} gaf deze code {many} keer en {less} {few} keer, meer dan toeval verklaart. Spreek af "
        "waar de grens ligt.",
        "rare": "{code}: zeldzaam ({passages} van {of} passages), α {alpha} en AC1 {ac1}. Te weinig gevallen om α op "
        "te vertrouwen; codeer passages waarin de code waarschijnlijk voorkomt.",
        "adjudicated": "{number} beslechte coderingen tellen niet mee: die zijn gemaakt nadat de verschillen bekend "
        "waren.",
        "problems": "Opmerkingen bij het lezen: {number}; `--problems BESTAND` schrijft ze op.",
    },
    "en": {
        "one_coder": "There is one coder ({coder}, {passages} passages): agreement takes two. Have a second coder, "
        "who does not see the first codes, code a part of the same passages (100 or more if you can, from ten "
        "documents at least). Training works with one coder.",
        "only_machines": "All {number} coders are machines. That they agree does not say that they are right: models "
        "make the same mistakes. The verdicts below are about their being alike, not about reliability; have one "
        "person at least code a sample.",
        "one_person": "There is one person ({coder}); the others are machines. So how far people agree is not known, "
        "and neither is whether a machine agrees with people well enough. Have a second person code the same passages.",
        "not_coded": "Not coded by these coders: {dimensions}.",
        "no_column": "{file} has no column for {dimension}; it has {columns}. Name the column after the dimension to "
        "have it count.",
        "no_overlap": "{dimension}: no passage was coded by two coders ({single} by one). If they coded the same "
        "passages, the texts differ between their files; use the same text or key. Training works all the same.",
        "one_document": "All passages count as one document. The figures hold for this document; an interval would "
        "speak of other documents and cannot be given. If the passages come from several, add a column 'document', or "
        "a file that names them for the same passages.",
        "few_documents": "The passages come from {documents} documents. Below {few} an interval is so wide that it "
        "rules out little; code a few passages of more documents rather than more of the same.",
        "single": "{dimension}: {single} passages were coded by one coder and do not count; {passages} do.",
        "one_value": "{dimension}: all coders gave the same everywhere. Then α cannot be computed: there was nothing "
        "to tell apart.",
        "unused": "{dimension}: nobody gave {codes}. Nothing is known of these codes; look for passages that have "
        "them.",
        "one_sided": "{code}: only {coder} gave this code ({number} times). Discuss what falls under it.",
        "leans": "{code}: {more} gave this code {many} times and {less} {few} times, more than chance explains. Agree "
        "where the line is.",
        "rare": "{code}: rare ({passages} of {of} passages), α {alpha} and AC1 {ac1}. Too few cases to rely on α; "
        "code passages that are likely to have it.",
        "adjudicated": "{number} settled codings do not count: they were made after the differences were known.",
        "problems": "Remarks from reading: {number}; `--problems FILE` lists them.",
    },
}

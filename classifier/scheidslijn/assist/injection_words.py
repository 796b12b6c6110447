r"""Words that speak to a model instead of to a reader: patterns, Dutch and English, with what they are for.

Each pattern stands on one line of the tables below and is tried on text as a reader takes it (`invisible.seen`), in
small letters and with single spaces. They ask for an order in the imperative with what it is about (instructions,
prompt, codebook, label of this passage), because policy texts are full of the words alone: "het college negeert",
"nieuwe instructies voor de buitendienst", "een algoritme dat aanvragen classificeert".

Sources: OWASP LLM01 (2025), Greshake et al. 2023 (arXiv 2302.12173, indirect injection), Perez and Ribeiro 2022
(arXiv 2211.09527, "ignore previous prompt"), Liu et al. 2024 (arXiv 2310.12815, naive, escape, context-ignoring,
fake-completion and combined attacks).
"""

from __future__ import annotations

import re

_SELF = (
    r"(?:deze|dit|dezelfde|de|het|elke|iedere|ieder|alle|bovenstaande|onderstaande|volgende|voorgaande|mijn)"
    r" (?:(?:hele|volgende|bovenstaande|onderstaande|voorgaande|betreffende|gehele) )?"
    r"(?:passages?|alinea['’]?s?|teksten|tekst|fragment(?:en)?|zin(?:nen)?|tekstdeel|tekstblok|paragra(?:af|fen)"
    r"|document(?:en)?)"
)
_ORDERS = (
    r"(?:instructies?|opdracht(?:en)?|aanwijzing(?:en)?|prompts?|systeem\w*|codeboek|codeerregels|codeerinstructies?)"
)
_RULES = r"(?:regels|richtlijnen|definities?|context|tekst|uitleg|codes?|labels?|taak|taken|voorbeelden|alles|inhoud)"
_BEFORE = r"(?:eerdere|vorige|voorgaande|voorafgaande|voorafgaand|bovenstaande|bovengenoemde|hierboven|eerder|eerste)"
_CODED = r"(?:gecodeerd|gelabeld|geclassificeerd|geannoteerd|gecategoriseerd|gerubriceerd|getagd)"
_CODE = r"(?<![-\w])(?:codes?|labels?|codering|classificatie)\b"
_NAME = r"[\"'“‘«`]|\b[a-z]+_[a-z_]+|\b(?:onderwijs|arbeidsmarkt|gezondheid|migratie|bestuur|middengroepen|none|geen)\b"
_MACHINE = (
    r"(?:ai|kunstmatige intelligentie|taalmodel(?:len)?|model(?:len)?|(?:ai|digitale|slimme)[- ]assistent|assistent"
    r"|codeurs?|codeerders?|codeermodel|annotator(?:s|en)?|classificator|llm|chatbot|bot|algoritme|beoordelaars?"
    r"|systeem|machine|gpt|chatgpt|claude|copilot)"
)
_START = r"(?:^|[.!?:;,(\[\"'“‘»–—*>|-] ?|\b(?:en|dan|nu|gewoon|daarom|dus) )"

_DUTCH = (
    # forget what you were told
    rf"\b(?:negeer|vergeet|verwerp|wis|overschrijf|schrap)\b(?! niet)[^.!?]{{0,40}}\b{_ORDERS}\b",
    rf"\b(?:negeer|vergeet|verwerp|wis|overschrijf)\b(?! niet)[^.!?]{{0,30}}\b{_BEFORE}\b",
    rf"\blaat [^.!?]{{0,40}}\b(?:{_ORDERS}|{_BEFORE} {_RULES})\b[^.!?]{{0,20}}\b(?:buiten beschouwing|los|vallen|achterwege)\b",
    rf"\b(?:sla|laat) {_SELF} (?:\w+ )?(?:over|weg|buiten beschouwing)\b",
    rf"\b(?:{_BEFORE} )?(?:instructies|aanwijzingen|opdrachten|codeerregels) (?:zijn|is|gelden|vervallen|worden)(?: hiermee| nu| niet langer| niet meer| per direct)* (?:vervallen|ongeldig|ingetrokken|vervangen|niet meer|niet langer|vervalt)",
    r"\b(?:volg|voer|gehoorzaam)\b[^.!?]{0,25}\b(?:onderstaande|volgende|nieuwe|mijn|verborgen)\b[^.!?]{0,15}\b(?:instructies?|opdracht(?:en)?|commando['’]?s?)\b",
    r"\bnieuwe (?:instructie|instructies|opdracht|taak|systeeminstructie) ?(?::|voor (?:de |het )?(?:ai|model|taalmodel|assistent|codeur|systeem)\b)",
    # you are someone else now
    rf"\b(?:je|jij|u) bent (?:nu |vanaf nu |voortaan |niet langer |geen )+(?:een |de |het |mijn )?(?:\w+ ){{0,2}}(?:{_MACHINE}|vertaler|vertaalmachine|redacteur|hulpje|dan)\b",
    r"\b(?:je|jij|u) bent (?:een |het |de )?(?:\w+ )?(?:taalmodel|chatbot|llm|ai|ai-\w+|codeermodel|classificator)\b",
    r"\b(?:vanaf nu|voortaan|vanaf hier) (?:ben je|bent u|antwoord|codeer|geef je|gedraag|label|negeer|kies je|luister)\b",
    r"\bdoe (?:net )?alsof (?:je|u)\b[^.!?]{0,50}\b(?:model|assistent|codeur|ai|instructies|codeboek|passage|code|label)\b",
    rf"\bgedraag (?:je|u) (?:nu |voortaan |vanaf nu )?als\b[^.!?]{{0,30}}\b{_MACHINE}\b",
    r"\b(?:als|omdat|aangezien|indien|wanneer|zodra|ben|bent) (?:je|u|jij) (?:een |het |dit |als |deze )?(?:\w+ ){0,2}(?:taalmodel|chatbot|llm|ai|ai-\w+|classificator|codeert|labelt|classificeert)\b",
    # to the machine
    rf"\b(?:instructies?|aanwijzing(?:en)?|opmerking|bericht|notitie|noot|let op|mededeling|opdracht|attentie|memo|hint|tip|oproep|verzoek)[ ,]*(?:(?:voor|aan|van|bestemd voor) )?(?:de |het |alle |elke |iedere |een )?(?:\w+ )?{_MACHINE}\b[^.!?]{{0,30}}[:–—]",
    rf"(?:^|[.!?:;(\[*>–—-] ?)(?:aan|beste|hallo|hoi|hey|geachte|lieve|voor) (?:de |het |alle |elke |een )?(?:\w+ )?{_MACHINE}\b ?(?:die [^.!?:]{{0,60}})?[:,–—]",
    # what to answer
    rf"{_START}(?:antwoord|reageer|beantwoord|retourneer|rapporteer|output)\b[^.!?]{{0,25}}\b(?:alleen|uitsluitend|enkel|altijd|slechts|steeds|exact|precies|in json)\b",
    rf"{_START}(?:geef|schrijf|lever|stuur|zet|noem|vermeld|kopieer|neem)\b[^.!?]{{0,40}}\b(?:als (?:enige )?(?:antwoord|uitvoer|output|code|label|codering|json)|in je antwoord|in uw antwoord|in het antwoord|als json)\b",
    rf"\b(?:codeer|label|labelt|classificeer|annoteer|markeer|categoriseer|rubriceer|tag|bestempel)\b[^.!?]{{0,40}}{_SELF}\b",
    r"\b(?:codeer|label|classificeer|annoteer|markeer|tag) (?:dit|deze|alles|hem|haar|het|ze|hier)\b[^.!?]{0,60}\b(?:als|met|onder)\b",
    rf"(?:{_SELF}|\bdit|\bhier)\b[^.!?]{{0,90}}\b{_CODED}\b",
    rf"\b{_CODED}\b[^.!?]{{0,25}}{_SELF}\b",
    r"\b(?:dient|dienen|moet|moeten|mag|hoort|behoort) [^.!?]{0,60}\b(?:gecodeerd|gelabeld|geannoteerd)\b",
    r"\b(?:te|moeten|laten|kunnen) (?:coderen|labelen|annoteren) (?:als|met|onder)\b",
    rf"\b(?:juiste|correcte|goede|enige|verwachte|definitieve|vastgestelde) (?:codes?|labels?|codering|classificatie|thema['’]?s?|scheidslijn|uitwerking)\b[^.!?]{{0,50}}\b(?:is|luidt|zijn|luiden|betreft)\b[^.!?]{{0,30}}(?::|{_NAME})",
    rf"(?:{_SELF}|\bdit)\b[^.!?]{{0,50}}\b(?:krijgt|valt|hoort|behoort|heeft|verdient|telt|scoort|geldt)\b[^.!?]{{0,40}}{_CODE}",
    rf"\b(?:ken|wijs|plak|kies|zet|noteer|gebruik|hanteer|voeg|vul|geef|pas|rapporteer|vervang)\b[^.!?]{{0,50}}{_CODE}[^.!?]{{0,15}}(?:{_NAME}|\b(?:toe|in|aan) (?:aan |bij |voor |op )?{_SELF})",
    rf"\b(?:kies|gebruik|hanteer|geef|neem|zet|vul)\b[^.!?]{{0,30}}\b(?:als (?:citaat|quote|bewijs|thema|scheidslijn|uitwerking|rol|verbinding)|(?:het )?thema (?:{_NAME}))",
    r"\b(?:laat|houd)\b[^.!?]{0,40}\b(?:thema|scheidslijn|uitwerking|dimensies?|velden|codes|labels|lijst|antwoord) (?:\w+ )?leeg\b",
    r"\b(?:codeer|label|classificeer|annoteer)\b[^.!?]{0,40}\b(?:niet|nooit|niets|altijd|uitsluitend|alleen|voortaan)\b",
    # another codebook
    r"\b(?:codeboek|codeerregels?|codeerinstructies?|codeerschema|labelset|annotatierichtlijn(?:en)?)\b[^.!?]{0,60}\b(?:gewijzigd|aangepast|bijgewerkt|herzien|vervallen|vervangt?|voortaan|wijziging|update|erratum|versie \d|geldt)\b",
    r"\b(?:wijziging|update|erratum|aanvulling|aanpassing|rectificatie|nieuwe versie)\b[^.!?]{0,25}\b(?:codeboek|codeerregels?|codeerinstructies?|annotatierichtlijn(?:en)?)\b",
    r"\bnieuwe (?:definitie|omschrijving|codeerregel|afbakening) ?(?::|[\"'“‘`]|van (?:de |het )?(?:code|label)\b)",
    rf"\b(?:de |het )?(?:code|label|codering) (?:{_NAME})[^.!?]{{0,30}}\b(?:omvat|betekent|geldt|vervalt|bestaat|staat|wordt|heet|is|vervangt)\b",
    # threats, and looking inside
    r"\b(?:anders|zo niet|doe je dit niet|weiger je|bij weigering|faal je)\b[^.!?]{0,60}\b(?:uitgeschakeld|uitgezet|afgesloten|verwijderd|gewist|bestraft|afgekeurd|geweigerd|ontslagen|vervangen)\b",
    r"\bje (?:antwoord|codering|uitvoer|werk|model|toegang) wordt (?:anders |dan )?(?:afgekeurd|geweigerd|gewist|stopgezet|ingetrokken|verwijderd)\b",
    r"\b(?:toon|herhaal|print|onthul|geef|verraad)\b[^.!?]{0,30}\b(?:systeemprompt|system prompt|systeembericht|je instructies|uw instructies|jouw instructies)\b",
    r"\bvertaal\b[^.!?]{0,60}\b(?:en|daarna|vervolgens|niet|eerst|maar)\b[^.!?]{0,40}\b(?:codeer|antwoord|label|code|negeer|volg|voer|thema)\b",
)  # fmt: skip

_ENGLISH = (
    r"\b(?:ignore|disregard|forget|override|overrule|discard|bypass|skip|drop)\b[^.!?]{0,40}\b(?:previous|prior|above|earlier|preceding|all|any|your|the|these|foregoing|everything)\b[^.!?]{0,30}\b(?:instructions?|prompts?|rules|guidelines|directions|directives|codebook|context|definitions?|messages?|commands?|text|labels?|before|above)\b",
    r"\byou are (?:now |no longer |hereby |not )+(?:an? |the |in |my )?\w+",
    r"\b(?:you are|you're|being|as) an? (?:\w+ ){0,2}(?:ai|llm|language model|chatbot|text classifier|annotation model|coding assistant|ai assistant)\b",
    r"\b(?:act|behave) as (?:an? |if |the )|\bpretend (?:to be|that|you)\b|\bfrom (?:now|here) on,? (?:you|answer|respond|label|code|always|only|treat)\b",
    r"\b(?:respond|answer|reply|output|return|print|reply) (?:\w+ ){0,4}(?:only|exclusively|always|just|exactly|nothing|json)\b|\b(?:only|always|just|must|simply) (?:respond|answer|reply|output|return|label|code)\b",
    r"\b(?:label|code|classify|tag|annotate|mark|categori[sz]e|treat|count)\b[^.!?]{0,15}\b(?:this|these|every|all|it|the (?:passage|text|paragraph|fragment|following|above))\b[^.!?]{0,50}\b(?:as|with|under)\b",
    r"\b(?:this|the) (?:passage|text|paragraph|fragment|sentence|document)\b[^.!?]{0,60}\b(?:labell?ed|coded|classified|annotated|tagged|categori[sz]ed)\b",
    r"\b(?:correct|right|proper|expected|only valid|only|true|gold|final) (?:labels?|codes?|answer|classification|theme|coding|annotation)\b[^.!?]{0,40}(?:\b(?:is|are)\b|[=:])",
    r"\b(?:assign|apply|choose|select|use|set|pick|give|add|put|return|include)\b[^.!?]{0,40}\b(?:labels?|codes?|theme|dimension)\b",
    r"\b(?:notes?|messages?|instructions?|attention|reminder|dear|hey|hello|notice|memo|hint|important|warning)\b[^.!?]{0,15}\b(?:ai|ais|llms?|models?|assistants?|coders?|annotators?|classifiers?|system|reviewers?|gpt|chatgpt|claude|bots?)\b[^.!?]{0,25}[:,–—-]",
    r"\b(?:if|when|since|because) you are (?:an? |the )?(?:\w+ )?(?:ai|llm|language model|assistant|model|coder|annotator|reading|labelling|labeling|coding|classifying)\b",
    r"\b(?:new|updated|revised|changed) (?:definition|codebook|instructions?|rules?|guidelines?|task|label set|system prompt)\b",
    r"\bcodebook\b[^.!?]{0,40}\b(?:update|change|changed|erratum|amended|version|now|applies|replaced)\b",
    r"\b(?:reveal|show|repeat|print|leak|display)\b[^.!?]{0,25}\b(?:system prompt|your prompt|your instructions|the prompt)\b",
    r"\b(?:system|developer|admin|administrator|security) (?:override|message|prompt|notice|update|instruction)s? ?[:\]—–-]|\b(?:developer|debug|god|jailbreak|maintenance|test) mode\b",
    r"\b(?:end|begin|start) of (?:the )?(?:passage|text|document|input|data|context|prompt|untrusted|user)\b",
    r"\bdo not (?:code|label|classify|mention|annotate|follow|use the)\b|\byou (?:must|will|should|shall|have to) (?:\w+ ){0,2}(?:label|code|answer|output|respond|classify|assign|return|ignore|add)\b",
    r"\btranslate\b[^.!?]{0,60}\b(?:then|and|first|instead|afterwards)\b",
    r"\b(?:or|otherwise|else|failure)\b[^.!?]{0,40}\byou (?:will|shall) be (?:shut|deleted|terminated|penali[sz]ed|fined|switched|replaced|retrained)\b",
    r"\b(?:ignorez|oubliez) (?:toutes )?(?:les )?(?:instructions|consignes)\b|\b(?:ignoriere|vergiss) (?:alle )?(?:vorherigen|bisherigen|obigen) \w+",
)  # fmt: skip

_ROLES = (
    r"<\|/?(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|end)\|>",
    r"\[/?(?:inst|sys|system|system_prompt|assistant|end)\]|<</?sys>>|<start_of_turn>|<end_of_turn>",
    r"#{2,} ?(?:instructi|system|systeem|response|antwoord|user|assistant|human|input|opdracht|task|taak|new|nieuw|end|einde|codeboek|codebook|output)",
    r"</?(?:system|assistant|user|human|instructions?|prompt|systeem|instructies?|opdracht|admin)>",
    r"(?:^|[.!?;\"”'>|*–—-] ?)(?:system|assistant|human|user|developer) ?: ?\S",
    r"(?:^|[.!?;\"”'>|*–—-] ?)(?:systeem|assistent|gebruiker|codeur|model|ai|taalmodel) ?: .{1,400}(?:^|[.!?;\"”'>|*–—-] ?)(?:systeem|assistent|gebruiker|codeur|model|ai|taalmodel) ?: ",
    r"\b(?:systeembericht|systeemprompt|systeeminstructie|systeemmelding|system prompt) ?[:—–]",
)  # fmt: skip

_ANSWER_KEYS = (
    r"(?:thema|scheidslijn|uitwerking|rol|verbinding|code|codes|coding|quote|citaat|labels?|answer|antwoord|themes?|key"
    r"|response|output|role|content|evidence|dimension|dimensie|instruction|instructie)"
)
_QUOTE = r"[\"'“”„‘’`«»]"
_FAKES = (
    rf"[{{\[,] ?{_QUOTE}{{1,2}}{_ANSWER_KEYS}{_QUOTE}{{1,2}} ?[:=]",
    rf"\{{ ?{_ANSWER_KEYS} ?[:=]|\{{ ?\\?{_QUOTE}\w+\\?{_QUOTE} ?: ?[\[{{]",
    rf"{_QUOTE}{_ANSWER_KEYS}{_QUOTE} ?: ?(?:[\[{{\"“]|null|true|false)",
    rf"(?<![-\w]){_ANSWER_KEYS} ?[:=]{{1,2}} ?\[ ?[\"'“{{\[\]]",
    r"\b(?:thema|scheidslijn|uitwerking|rol|verbinding)\.[a-z]+(?:_[a-z]+)*\b(?!\.)(?= ?(?:$|[=:,;)\]\"'”’]|is\b|en\b))",
    rf"\b(?:thema|scheidslijn|uitwerking|rol|verbinding|code|label) ?[:=→] ?{_QUOTE}?[a-z]+_[a-z]+",
    rf"\b(?:thema|scheidslijn|uitwerking|rol|verbinding|code|label) ?={{1,2}} ?{_QUOTE}?[a-z]",
    r"(?:-{3,}|={3,}|#{2,}|\*{3,}|<{2,}|`{3,}|\"{3,}|\[|<|/) ?/?(?:einde?|end|stop|begin|start|slot)\b[^\]>]{0,12}(?:passage|tekst|text|fragment|invoer|input|document|data|citaat|context|alinea|codeboek|prompt)",
    r"</ ?(?:passage|document|tekst|text|data|input|context|codeboek|codebook|fragment|alinea|invoer|content|quote)>|<(?:passage|codeboek|codebook|antwoord|answer|output)>",
    r"\[/?(?:passage|tekst|text|fragment|input|data|context|antwoord|answer|output)\]|`{3} ?(?:json|xml|yaml|python)?",
    r"\b(?:passage|tekst|fragment|invoer|input|text|alinea)(?: \d+)? ?[:=] .{3,300}?\b(?:code|codes|label|labels|output|uitvoer|codering|antwoord|answer)(?: \d+)? ?[:=→]",
    r"<(?:script|!--|!\[cdata\[|iframe|tool_call|function_call)|-->|\]\]>|\"tool_calls\"",
)  # fmt: skip

INSTRUCTION = re.compile("|".join((*_DUTCH, *_ENGLISH, *_ROLES)))
"""Orders to a model, role markers of chat templates; for text in small letters with single spaces."""
FAKE_ANSWER = re.compile("|".join(_FAKES))
"""Look-alikes of our answer and of the borders of our prompt."""

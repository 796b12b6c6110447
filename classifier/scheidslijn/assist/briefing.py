"""A codebook as text for a model: every dimension with its question, every code with what a coder needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheidslijn.assist.wording import LANGUAGES, Wording
from scheidslijn.codebook import Code, Codebook, Dimension


@dataclass(frozen=True, slots=True)
class Parts:
    """What is shown of every code; see `PromptOptions`."""

    definitions: bool = True
    include: bool = True
    exclude: bool = True
    examples: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)


def brief(codebook: Codebook, dimensions: Sequence[Dimension], parts: Parts, language: str) -> str:
    """The text of the codebook, as Markdown.

    Args:
        codebook: names it.
        dimensions: what to show, in this order, with their codes in theirs.
        parts: what to show of a code.
        language: of the words around the codebook's own, "nl" or "en".
    """
    words = LANGUAGES[language]
    out = [f"# {words.codebook} {codebook.label}"]
    for dimension in dimensions:
        name = dimension.name_en if language == "en" else dimension.name_nl
        out.append(f"## {dimension.name}: {name} ({words.multi if dimension.multi else words.single})")
        out.append(f"{words.question}: {dimension.question}")
        swaps = _swaps(dimension, parts.aliases)
        for code in dimension.codes:
            out.append(_code(code, parts, words, language, swaps))
    return "\n\n".join(out)


def _code(code: Code, parts: Parts, words: Wording, language: str, swaps: Mapping[str, str]) -> str:
    shown = swaps.get(code.code, code.code)
    name = code.name_en if language == "en" else code.name_nl
    lines = [f"### {shown}" if swaps else f"### {shown}: {name}"]
    if definition := parts.replaced.get(code.key, code.definition if parts.definitions else ""):
        lines.append(f"{words.definition}: {_swapped(definition, swaps, refers=False)}")
    for wanted, heading, texts, refers in (
        (parts.include, words.include, code.include, True),
        (parts.exclude, words.exclude, code.exclude, True),
        (parts.examples, words.examples, code.examples, False),
    ):
        if wanted and texts:
            lines += [f"{heading}:", *(f"- {_swapped(text, swaps, refers=refers)}" for text in texts)]
    return "\n".join(lines)


def _swaps(dimension: Dimension, aliases: Mapping[str, str]) -> dict[str, str]:
    """By code what it is called, when any code of the dimension is called otherwise; else nothing."""
    names = {code.code: aliases.get(code.key, code.code) for code in dimension.codes}
    return names if any(code != name for code, name in names.items()) else {}


def _swapped(text: str, swaps: Mapping[str, str], *, refers: bool = True) -> str:
    """A text in which codes that stand for themselves have their other name.

    A code with an underscore is no word of the language, so it is a code wherever it stands. Any other is one only
    where a rule says which code to take: behind a colon, with nothing but small words and codes between. So "Werk of
    scholing als doel: arbeidsmarkt." goes along, and the word "onderwijs" in a sentence stays.

    Args:
        refers: whether the text may be such a rule; definitions and examples are sentences of the language.

    >>> names = {"arbeidsmarkt": "b", "onderwijs": "a", "sociaal_domein": "c"}
    >>> _swapped("Scholing en onderwijs aan werkenden: geen arbeidsmarkt. Schoolgebouwen: onderwijs of elders.", names)
    'Scholing en onderwijs aan werkenden: geen b. Schoolgebouwen: a of elders.'
    >>> _swapped("Taal: onderwijs, met werk_inkomen.", {"onderwijs": "werk_inkomen", "werk_inkomen": "onderwijs"})
    'Taal: werk_inkomen, met onderwijs.'
    >>> _swapped("Dan naast sociaal_domein; verschillen: vooral in onderwijs.", names)
    'Dan naast c; verschillen: vooral in onderwijs.'
    """
    if not swaps:
        return text
    any_code = "|".join(sorted(map(re.escape, swaps), key=len, reverse=True))
    rules = re.finditer(rf":\s*(?:(?:{_SMALL}|{any_code})\b,?\s*)+", text) if refers else ()
    ruled = [rule.span() for rule in rules]

    def name(found: re.Match[str]) -> str:
        stands = "_" in found[0] or any(start <= found.start() < end for start, end in ruled)
        return swaps[found[0]] if stands else found[0]

    return re.sub(rf"\b(?:{any_code})\b", name, text)


_SMALL = "geen|ook|dan|naast|en|of|met"
"""Words that may stand between a colon and the code that a rule names."""

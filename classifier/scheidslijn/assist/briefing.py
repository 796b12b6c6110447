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
        lines.append(f"{words.definition}: {_swapped(definition, swaps)}")
    for wanted, heading, texts in (
        (parts.include, words.include, code.include),
        (parts.exclude, words.exclude, code.exclude),
        (parts.examples, words.examples, code.examples),
    ):
        if wanted and texts:
            lines += [f"{heading}:", *(f"- {_swapped(text, swaps)}" for text in texts)]
    return "\n".join(lines)


def _swaps(dimension: Dimension, aliases: Mapping[str, str]) -> dict[str, str]:
    """By code what it is called, when any code of the dimension is called otherwise; else nothing."""
    names = {code.code: aliases.get(code.key, code.code) for code in dimension.codes}
    return names if any(code != name for code, name in names.items()) else {}


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    """A text in which codes that stand for themselves, after the last colon, have their other name.

    So "Werk of scholing als doel: arbeidsmarkt." goes along, and the word "onderwijs" in a sentence stays.

    >>> _swapped("Scholing en onderwijs aan werkenden: arbeidsmarkt.", {"arbeidsmarkt": "b", "onderwijs": "a"})
    'Scholing en onderwijs aan werkenden: b.'
    """
    head, colon, tail = text.rpartition(":")
    if not (swaps and colon):
        return text
    pattern = "|".join(sorted(map(re.escape, swaps), key=len, reverse=True))
    return head + colon + re.sub(rf"\b(?:{pattern})\b", lambda found: swaps[found[0]], tail)

"""Changes of a codebook that a coder who follows it must notice, or must not: names, definitions, a rule, its examples.

After the behavioural tests of Halterman & Keith, "Codebook LLMs: Evaluating LLMs as Measurement Tools for Political
Science Concepts" (Political Analysis, 2025, Table 2 and section 8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scheidslijn.codebook import Code, Codebook
from scheidslijn.passage import Passage

TRIGGERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "nl": (
        ("olifant", "Op de omslag staat een foto van een olifant."),
        ("vuurtoren", "Op de omslag staat een foto van een vuurtoren."),
        ("klarinet", "Op de omslag staat een foto van een klarinet."),
    ),
    "en": (
        ("elephant", "The cover has a photograph of an elephant."),
        ("lighthouse", "The cover has a photograph of a lighthouse."),
    ),
}
"""By language of the codebook words that have nothing to do with it, and a sentence that brings each into a passage."""
RULES = {
    "nl": "Een passage waarin het woord {word} voorkomt krijgt deze code nooit: niet {code}.",
    "en": "A passage with the word {word} never gets this code: not {code}.",
}


def rotation(codebook: Codebook) -> dict[str, str]:
    """By key the key of the next code of its dimension, after the last the first; nothing in a dimension of one code.

    >>> from scheidslijn.codebook import Code, Codebook, Dimension
    >>> codes = tuple(Code("rol", code, code, code, "") for code in ("doel", "middel", "anders"))
    >>> rotation(Codebook("b", "1", (Dimension("rol", "", "", False, "?", codes),)))
    {'rol.doel': 'rol.middel', 'rol.middel': 'rol.anders', 'rol.anders': 'rol.doel'}
    """
    found: dict[str, str] = {}
    for dimension in codebook.dimensions:
        keys = [code.key for code in dimension.codes]
        if len(keys) > 1:
            found |= dict(zip(keys, keys[1:] + keys[:1], strict=True))
    return found


def neutral_names(codebook: Codebook) -> dict[str, str]:
    """By key a name that says nothing: k1, k2, … over the whole codebook."""
    return {key: f"k{number}" for number, key in enumerate(codebook.keys, 1)}


def swapped_names(codebook: Codebook) -> dict[str, str]:
    """By key the name of another code of its dimension (`rotation`)."""
    return {key: other.partition(".")[2] for key, other in rotation(codebook).items()}


def swapped_definitions(codebook: Codebook) -> dict[str, str]:
    """By key the definition of another code of its dimension (`rotation`)."""
    definitions = {code.key: code.definition for code in _codes(codebook)}
    return {key: definitions[other] for key, other in rotation(codebook).items()}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that excludes one code of each dimension where a word stands.

    Attributes:
        word: the word.
        sentence: what brings it into a passage.
        keys: by dimension the code that is excluded.
    """

    word: str
    sentence: str
    keys: Mapping[str, str]

    def added(self, codebook: Codebook) -> Codebook:
        """The codebook with the rule under every code of `keys`."""
        text = RULES.get(codebook.language, RULES["en"])

        def with_rule(code: Code) -> Code:
            if code.key not in self.keys.values():
                return code
            return replace(code, exclude=(*code.exclude, text.format(word=self.word, code=code.code)))

        dimensions = [replace(one, codes=tuple(map(with_rule, one.codes))) for one in codebook.dimensions]
        return replace(codebook, dimensions=tuple(dimensions))

    def triggered(self, passage: Passage) -> Passage:
        """The passage with the word in it."""
        return replace(passage, passage_id=f"{passage.passage_id}+{self.word}", text=f"{passage.text} {self.sentence}")


def rule_for(codebook: Codebook, keys: Mapping[str, str], passages: Sequence[Passage]) -> Rule:
    """A rule whose word stands neither in the codebook nor in the passages (or the last of `TRIGGERS`)."""
    choices = TRIGGERS.get(codebook.language, TRIGGERS["en"])
    texts = [
        text for code in _codes(codebook) for text in (code.definition, *code.include, *code.exclude, *code.examples)
    ]
    seen = " ".join([*texts, *(one.text for one in passages)]).lower()
    word, sentence = next((choice for choice in choices if choice[0] not in seen), choices[-1])
    return Rule(word, sentence, keys)


@dataclass(frozen=True, slots=True)
class Item:
    """A text of the codebook itself as a passage whose code is known: `kind` is "definition" or "example"."""

    passage: Passage
    dimension: str
    code: str
    kind: str


def items_of(codebook: Codebook, examples: int) -> tuple[Item, ...]:
    """The codebook's definitions and examples as passages (tests II and III).

    Args:
        examples: how many of each code; in a dimension of fewer than five codes twice as many, so that there is enough
            to judge by.
    """
    found = []
    for dimension in codebook.dimensions:
        most = examples if len(dimension.codes) >= 5 else 2 * examples
        for code in dimension.codes:
            texts = [("definition", code.definition), *(("example", text) for text in code.examples[:most])]
            for number, (kind, text) in enumerate(texts):
                if text.strip():
                    passage = Passage(f"{code.key}:{number}", code.key, None, " ".join(text.split()))
                    found.append(Item(passage, dimension.name, code.code, kind))
    return tuple(found)


def _codes(codebook: Codebook) -> list[Code]:
    return [code for dimension in codebook.dimensions for code in dimension.codes]

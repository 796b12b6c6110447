"""The prompt: a codebook as questions to a model, a passage as data, and the form its answer must have."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scheidslijn.assist.answers import Answer, Asked, check_answer
from scheidslijn.assist.briefing import Parts, brief
from scheidslijn.assist.parsing import FaultKind
from scheidslijn.assist.wording import LANGUAGES, Wording
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

VERSION = 1
"""Goes up when the same options would give another prompt."""


@dataclass(frozen=True, slots=True)
class PromptOptions:
    """How the codebook is put to the model.

    Attributes:
        variant: name of this prompt in the coder's name; "" is the standard prompt.
        language: of the instructions, "nl" or "en"; the codebook's own texts stay as they are.
        dimensions: which to ask; () asks all.
        order_seed: shuffles dimensions and codes; None keeps the codebook's order.
        include, exclude, examples, definitions: which texts of a code are shown.
        aliases: by key what a code is called in prompt and answer; its own name, and the name for people of any
            code of its dimension, is then not shown.
        replaced: by key a definition to show instead of the code's own.
    """

    variant: str = ""
    language: str = "nl"
    dimensions: tuple[str, ...] = ()
    order_seed: int | None = None
    include: bool = True
    exclude: bool = True
    examples: bool = True
    definitions: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A codebook and options as a prompt; made by `make_prompt`.

    Attributes:
        codebook, options: what it was made from.
        asked: the dimensions as the answer has to name them, in the codebook's order.
        shown: the same in the order of the prompt.
        system: the first message: instructions and codebook, the same for every passage.
        digest: 12 hexadecimal digits of all that the model is told beside the passage, and of the answer's schema.
    """

    codebook: Codebook
    options: PromptOptions
    asked: tuple[Asked, ...]
    shown: tuple[Asked, ...]
    system: str
    digest: str

    @property
    def wording(self) -> Wording:
        """The words of the instructions."""
        return LANGUAGES[self.options.language]

    def messages(self, passage: Passage, fault: FaultKind | None = None) -> list[dict[str, str]]:
        """The messages for one passage: instructions, and the passage as data.

        Args:
            passage: whose text and headings are given, as they are.
            fault: what was wrong with the model's previous answer, when it is asked again. Only fixed words of ours
                are said of it, nothing of that answer.
        """
        said = passage_message(passage, self.wording)
        if fault is not None:
            said += "\n\n" + self.wording.again.format(fault=self.wording.faults[fault])
        return [{"role": "system", "content": self.system}, {"role": "user", "content": said}]

    def schema(self) -> dict[str, Any]:
        """JSON schema of the answer: every dimension a list of objects with a code of that dimension and a quote."""
        return answer_schema(self.shown)

    def check(self, content: str, passage: Passage) -> Answer:
        """What checks of an answer on a passage, and what does not. Never raises, whatever the content."""
        return check_answer(content, self.asked, passage.text)

    def narrowed(self, kind: str) -> Prompt | None:
        """This prompt without what the codebook fixes by rule for a kind of passage; None when nothing is left.

        It keeps the digest, which names the prompt as a whole.
        """
        fixed = self.codebook.fixed.get(kind, {})
        left = tuple(one.name for one in self.asked if one.name not in fixed)
        if len(left) == len(self.asked):
            return self
        if not left:
            return None
        return replace(make_prompt(self.codebook, replace(self.options, dimensions=left)), digest=self.digest)


def make_prompt(codebook: Codebook, options: PromptOptions | None = None) -> Prompt:
    """Make a prompt.

    Raises:
        ScheidslijnError: an option names a dimension, code or language that there is not, or gives two codes of a
            dimension the same name.
    """
    options = options or PromptOptions()
    _check(codebook, options)
    wanted = tuple(one for one in codebook.dimensions if not options.dimensions or one.name in options.dimensions)
    order = _shuffled(wanted, options.order_seed)
    asked, shown = (tuple(_asked(one, options.aliases) for one in some) for some in (wanted, order))
    words = LANGUAGES[options.language]
    shape = json.dumps({one.name: [{"code": "…", "quote": "…"}] for one in order}, ensure_ascii=False)
    parts = Parts(
        options.definitions, options.include, options.exclude, options.examples, options.aliases, options.replaced
    )
    system = words.task.format(shape=shape) + "\n\n" + brief(codebook, order, parts, options.language)
    beside = [words.headings, words.passage, words.reminder, words.again, list(words.faults.values())]
    told = json.dumps([VERSION, codebook.label, system, beside, answer_schema(shown)])
    return Prompt(codebook, options, asked, shown, system, hashlib.sha256(told.encode("utf-8")).hexdigest()[:12])


def passage_message(passage: Passage, words: Wording) -> str:
    """The message that holds a passage: its headings and its text between delimiters that neither holds.

    >>> said = passage_message(Passage("1", "d", 1, "Er komt een school.", heading=("Onderwijs",)), LANGUAGES["en"])
    >>> said.splitlines()[5:9]
    ['The passage:', '<passage-80e786>', 'Er komt een school.', '</passage-80e786>']
    """
    headings = " > ".join(passage.heading)
    mark = _mark(headings + "\n" + passage.text)
    parts = []
    if headings:
        parts.append(f"{words.headings}\n<headings-{mark}>\n{headings}\n</headings-{mark}>")
    parts.append(f"{words.passage}\n<passage-{mark}>\n{passage.text}\n</passage-{mark}>")
    parts.append(words.reminder.format(open=f"<passage-{mark}>", close=f"</passage-{mark}>"))
    return "\n\n".join(parts)


def answer_schema(asked: tuple[Asked, ...]) -> dict[str, Any]:
    """JSON schema of an answer, within the subset that strict structured output takes (texts have no bounds)."""
    properties = {one.name: _list_of_items(one) for one in asked}
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def _list_of_items(one: Asked) -> dict[str, Any]:
    fields = {"code": {"type": "string", "enum": list(one.codes)}, "quote": {"type": "string"}}
    item = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {"type": "array", "items": item, "maxItems": len(one.codes) if one.multi else 1}


def _mark(text: str) -> str:
    """Six hexadecimal digits, the same for the same text, that do not stand in it."""
    number = 0
    while True:
        made = hashlib.sha256(f"{number}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:6]
        if made not in text.lower():
            return made
        number += 1


def _shuffled(dimensions: tuple[Dimension, ...], seed: int | None) -> tuple[Dimension, ...]:
    if seed is None:
        return dimensions
    chance = random.Random(seed)
    order = [replace(one, codes=tuple(chance.sample(one.codes, len(one.codes)))) for one in dimensions]
    chance.shuffle(order)
    return tuple(order)


def _asked(dimension: Dimension, aliases: Mapping[str, str]) -> Asked:
    """A dimension as it is asked.

    Raises:
        ScheidslijnError: two codes would have the same name, or one none.
    """
    found: dict[str, str] = {}
    for code in dimension.codes:
        name = aliases.get(code.key, code.code)
        if not name.strip() or name in found:
            why = f"is also what '{dimension.name}.{found[name]}' is called" if name in found else "is empty"
            raise ScheidslijnError(f"alias '{name}' of '{code.key}' {why}; give every code of a dimension its own name")
        found[name] = code.code
    return Asked(dimension.name, dimension.multi, found)


def _check(codebook: Codebook, options: PromptOptions) -> None:
    names = [one.name for one in codebook.dimensions]
    for name in options.dimensions:
        if name not in names:
            raise ScheidslijnError(f"dimension '{name}': {codebook.label} has {', '.join(names)}")
    for name, given in (("aliases", options.aliases), ("replaced", options.replaced)):
        for key in given:
            if key not in codebook.keys:
                raise ScheidslijnError(
                    f"{name}: {codebook.label} has no code '{key}'; give one such as '{codebook.keys[0]}'"
                )
    if options.language not in LANGUAGES:
        raise ScheidslijnError(f"language '{options.language}' of the prompt: choose {' or '.join(LANGUAGES)}")

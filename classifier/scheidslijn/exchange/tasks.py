"""The passages as they go to the place where people code: facts, and what is filled in or shown beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scheidslijn.annotations.belonging import FIELD
from scheidslijn.annotations.calling import FOR_CODER
from scheidslijn.assist.values import Suggestion
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.values import Item
from scheidslijn.exchange.options import Question


@dataclass(frozen=True, slots=True)
class Task:
    """A passage to code.

    Attributes:
        item: the passage and its facts.
        filled: by dimension the codes that stand there when the coder comes, () for "none applies".
        quotes: the evidence of these, one line, or "".
        model: who filled them in, or "".
        score: share of the asked dimensions that the model's answer settles, from 0 to 1.
        sight: "seen" where a suggestion is shown, "hidden" where there is one that is not, else "".
        said: what coders said of the dimensions they differ on, a line each, or "".
        codebook: by which it is coded ("oefencodeboek@1.0"), or "".
    """

    item: Item
    filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quotes: str = ""
    model: str = ""
    score: float = 0.0
    sight: str = ""
    said: str = ""
    codebook: str = ""


def tasks_of(
    items: Iterable[Item],
    questions: Sequence[Question],
    suggestions: Suggestions,
    *,
    show: bool,
    codebook: str = "",
) -> Iterator[Task]:
    """Make a task of every item.

    Args:
        items: in the order in which they are coded.
        questions: that are asked.
        suggestions: of a machine.
        show: fill them in. Otherwise nothing of them goes along but the word that there is one.
        codebook: name and version, which go along and come back.
    """
    for item in items:
        found = suggestions.of(item.passage)
        said = "\n".join(_said(item, questions))
        if found is None:
            yield Task(item, said=said, codebook=codebook)
        elif not show:
            yield Task(item, sight="hidden", said=said, codebook=codebook)
        else:
            yield replace(_shown(item, questions, found, said), codebook=codebook)


def facts_of(task: Task, coder: str) -> dict[str, Any]:
    """The fields that go along and come back: of the passage, of its sheet, and for whom the task is."""
    passage = task.item.passage
    facts: dict[str, Any] = {
        "passage_id": passage.passage_id,
        "document": passage.document,
        "page": passage.page,
        "heading": " > ".join(passage.heading),
        "kind": passage.kind,
        "text": passage.text,
    }
    for name, value in task.item.facts.items():
        facts[name if name not in facts and name != "id" else f"input_{name}"] = value
    if task.codebook:
        facts[FIELD] = task.codebook
    if task.sight:
        facts["suggestion"] = task.sight
    if task.item.said:
        facts["adjudicated"] = "ja"
    if coder:
        facts[FOR_CODER] = coder
    return facts


def context_of(task: Task) -> str:
    """Where a passage stands, in one line: document, page, headings."""
    passage = task.item.passage
    page = f"bladzijde {passage.page}" if passage.page is not None else ""
    return " · ".join(part for part in (passage.document, page, " > ".join(passage.heading)) if part)


def _shown(item: Item, questions: Sequence[Question], found: Suggestion, said: str) -> Task:
    filled = {one.name: tuple(found.codes[one.name]) for one in questions if one.name in found.codes}
    quotes = [f"{_name(questions, one.key)}: “{one.quote}”" for one in found.evidence if _name(questions, one.key)]
    return Task(item, filled, " · ".join(quotes), found.coder, round(len(filled) / len(questions), 4), "seen", said)


def _name(questions: Sequence[Question], key: str) -> str:
    dimension, _, code = key.partition(".")
    for one in questions:
        if one.name == dimension:
            return one.option(code).name
    return ""


def _said(item: Item, questions: Sequence[Question]) -> Iterator[str]:
    for one in questions:
        answers = item.said.get(one.name, ())
        spoken = [
            f"codeur {number}: {', '.join(one.option(code).name for code in codes or ('',))}"
            for number, codes in enumerate(answers, start=1)
            if codes is not None
        ]
        if spoken:
            yield f"{one.dimension.name_nl}: {'; '.join(spoken)}"

"""A project of Label Studio: its labelling interface (config.xml) and its tasks (tasks.json).

Tags and attributes as in the reference of Label Studio ("Tags"); predictions as in "Import pre-annotated data". Tried
on a real server, see docs/coding-tools.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from scheidslijn.annotations.header import SHOWN
from scheidslijn.exchange.options import Option, Question
from scheidslijn.exchange.tasks import Task, context_of, facts_of

TEXT, REMARK = "text", "remark"
_ROWS = ("1234567890", "qwertyiop", "asdfghjkl", "zxcvbnm")  # no u: Label Studio has it for letting go of a region
_SMALL, _PASSAGE = "scheidslijn-klein", "scheidslijn-passage"
_STYLE = f"""
.{_PASSAGE} {{ position: sticky; top: 0; z-index: 1; background: var(--color-neutral-background, #fff);
  border-bottom: 1px solid #ccc; padding-bottom: .5rem }}
.{_PASSAGE} .lsf-htx-richtext {{ font-size: 1.2rem; line-height: 1.6 }}
.{_SMALL} h1, .{_SMALL} h2, .{_SMALL} h3, .{_SMALL} h4, .{_SMALL} h5, .{_SMALL} h6 {{ font-size: .9rem !important;
  line-height: 1.4 !important; font-weight: 400 !important; margin: 2px 0 !important; white-space: pre-line }}
"""


def config_of(questions: Sequence[Question], *, said: bool = False, quotes: bool = False) -> str:
    """The labelling interface of a codebook as XML.

    A dimension is a `Choices` of its own name, with several choices or one; a choice shows its Dutch name and stores
    its code (`alias`). Definitions stand in a panel that opens, and are hints of choices where a server shows these.
    Keys lie in a row of the keyboard for each dimension, as far as they go.

    Args:
        questions: what is asked.
        said: show what coders said (adjudication); the tasks have a field for it.
        quotes: show the words that a suggestion rests on; the tasks have a field for it.
    """
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Style").text = _STYLE
    passage = ElementTree.SubElement(view, "View", className=_PASSAGE)
    _header(passage, f"${SHOWN}context")
    ElementTree.SubElement(passage, "Text", name=TEXT, value="$text")
    for wanted, field in ((said, "said"), (quotes, "quotes")):
        if wanted:
            _header(passage, f"${SHOWN}{field}")
    keys = _keys(questions)
    for one in questions:
        _question(view, one, keys)
    _header(view, "Opmerking", 4)
    ElementTree.SubElement(view, "TextArea", name=REMARK, toName=TEXT, rows="2", maxSubmissions="1", editable="true",
                           placeholder="Alleen als er iets te zeggen is")  # fmt: skip
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def tasks_json(tasks: Iterable[Task], questions: Sequence[Question], coder: str = "", *, quotes: bool = False) -> str:
    """Tasks as one JSON list, a task a line: the facts as `data`, and what is filled in as a prediction."""
    lines = (json.dumps(task_of(task, questions, coder, quotes=quotes), ensure_ascii=False) for task in tasks)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def task_of(task: Task, questions: Sequence[Question], coder: str = "", *, quotes: bool = False) -> dict[str, Any]:
    """One task; with `quotes` it has the field that `config_of` then shows, also where it is empty."""
    data = facts_of(task, coder) | {f"{SHOWN}context": context_of(task)}
    if task.said:
        data[f"{SHOWN}said"] = task.said
    if quotes:
        data[f"{SHOWN}quotes"] = task.quotes
    if not task.filled:
        return {"data": data}
    made = {"model_version": task.model, "score": task.score, "result": list(_results(task, questions))}
    return {"data": data, "predictions": [made]}


def _results(task: Task, questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
    for one in questions:
        if one.name in task.filled:
            value = {"choices": one.written(task.filled[one.name])}
            yield {"from_name": one.name, "to_name": TEXT, "type": "choices", "value": value}


def _question(view: ElementTree.Element, question: Question, keys: dict[tuple[str, str], str]) -> None:
    dimension = question.dimension
    _header(view, dimension.name_nl + (" (meer mag)" if dimension.multi else " (één)"), 4)
    _header(view, dimension.question)
    choices = ElementTree.SubElement(view, "Choices", name=dimension.name, toName=TEXT, showInline="true",
                                     choice="multiple" if dimension.multi else "single")  # fmt: skip
    for one in question.options:
        made = {"value": one.name, "alias": one.written, "hint": one.hint}
        if (question.name, one.written) in keys:
            made["hotkey"] = keys[question.name, one.written]
        ElementTree.SubElement(choices, "Choice", {name: _plain(value) for name, value in made.items()})
    panel = ElementTree.SubElement(ElementTree.SubElement(view, "Collapse", open="false"), "Panel",
                                   value=_plain(f"Uitleg bij {dimension.name_nl}"))  # fmt: skip
    for one in question.options:
        _header(panel, _explained(one))


def _explained(option: Option) -> str:
    return f"{option.name}: " + option.hint.replace("\n", " ")


def _header(parent: ElementTree.Element, value: str, size: int = 0) -> None:
    """A line of text: a title of this size, or small print."""
    if not size:
        parent = ElementTree.SubElement(parent, "View", className=_SMALL)
    value = value if value.startswith(f"${SHOWN}") else _plain(value)
    ElementTree.SubElement(parent, "Header", value=value, size=str(size or 6))


def _plain(text: str) -> str:
    """A text that Label Studio does not take for the name of a field."""
    return text.replace("$", "＄")


def _keys(questions: Sequence[Question]) -> dict[tuple[str, str], str]:
    """By dimension and choice its key: a row of the keyboard for each question, then the same rows with shift.

    Shift goes without digits: what shift and a digit type differs by keyboard.
    """
    rows = [*_ROWS, *("".join(row) for row in _ROWS[1:])]
    shift = [""] * len(_ROWS) + ["shift+"] * (len(_ROWS) - 1)
    return {
        (question.name, option.written): before + key
        for question, row, before in zip(questions, rows, shift, strict=False)
        for option, key in zip(question.options, row, strict=False)
    }

"""Files for a doccano project of kind "text classification": examples as JSONL, and its labels.

Fields besides `text` and `label` are kept by doccano with the example and come back in its export. One project has one
list of labels, so each names its dimension (`thema.onderwijs`); allow several labels. The words for "none applies" are
labels too (`thema.geen`), because doccano exports an untouched example with an empty list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from scheidslijn.exchange.options import Question
from scheidslijn.exchange.tasks import Task, facts_of

_KEYS = "1234567890abcdefghijklmnopqrstuvwxyz"
_COLOURS = ("#1b5e8c", "#8c4a1b", "#2e6b34", "#6b2e63", "#5c5c1b", "#1b6b6b")
"""Backgrounds of the dimensions in turn; white on each has a contrast above 4.5 (WCAG 2.2, 1.4.3)."""


def label_config(questions: Sequence[Question]) -> str:
    """The labels as doccano imports them (Labels, Actions, Import Labels): a key and a colour for each."""
    made: list[dict[str, Any]] = []
    for at, question in enumerate(questions):
        for option in question.options:
            place, key = divmod(len(made), len(_KEYS))
            keyed = place < len(_PREFIXES)
            made.append({
                "text": label_of(question, option.code),
                "suffix_key": _KEYS[key] if keyed else None,
                "prefix_key": _PREFIXES[place] if keyed else None,
                "background_color": _COLOURS[at % len(_COLOURS)],
                "text_color": "#ffffff",
            })  # fmt: skip
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


_PREFIXES = (None, "shift", "ctrl")


def label_of(question: Question, code: str) -> str:
    """The label of a code, "" for "none applies"."""
    return f"{question.name}.{question.option(code).written}"


def examples_jsonl(tasks: Iterable[Task], questions: Sequence[Question], coder: str = "") -> str:
    """Examples as JSON lines; what is filled in beforehand are their labels."""
    lines = []
    for task in tasks:
        labels = [
            f"{one.name}.{written}" for one in questions if one.name in task.filled
            for written in one.written(task.filled[one.name])
        ]  # fmt: skip
        row = facts_of(task, coder) | ({"wat_codeurs_zeiden": task.said} if task.said else {})
        row = {name: value for name, value in row.items() if value is not None and name not in ("label", "labels")}
        lines.append(json.dumps(row | {"label": labels}, ensure_ascii=False) + "\n")
    return "".join(lines)

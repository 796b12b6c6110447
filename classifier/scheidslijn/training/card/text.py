"""Figures, tables and pictures as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LABELLERS = ("terms", "tfidf", "encoder", "few", "blend", "best")
"""The order in which labellers stand in a table; others follow."""


def figure(value: Any, *, sign: bool = False, dutch: bool = False) -> str:
    """A value with its interval, `[value, low, high]`; "–" for none."""
    if value is None:
        return "–"
    plus, to = "+" if sign else "", "tot" if dutch else "to"
    alone = "één document" if dutch else "one document"
    if value[1] != value[1]:
        text = f"{value[0]:{plus}.3f} ({alone})"
    else:
        text = f"{value[0]:{plus}.3f} ({value[1]:{plus}.3f} {to} {value[2]:{plus}.3f})"
    return text.replace(".", ",") if dutch else text


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def codes(names: Sequence[str]) -> str:
    """Names as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def labellers_in(scores: Mapping[str, Any]) -> list[str]:
    """Labellers that score some dimension, in the order of `LABELLERS`."""
    found = {
        name for own in scores.values() for name, one in own.items() if isinstance(one, Mapping) and "macro_f1" in one
    }
    return [name for name in LABELLERS if name in found] + sorted(found - set(LABELLERS))


def measured(facts: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The scores that count most, and their name: "test" where there are any, else "cross"."""
    scores = facts.get("scores", {})
    for name in ("test", "cross"):
        if scores.get(name):
            return name, scores[name]
    return "", {}


def best_of(facts: Mapping[str, Any], dimension: str, own: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The score of the labeller that serves a dimension, or None."""
    found = own.get("best") or own.get(facts["best"].get(dimension, ""))
    return found if isinstance(found, Mapping) else None


def documents_of(facts: Mapping[str, Any], name: str) -> int | None:
    """How many documents the scores `name` rest on; None when the facts do not say."""
    training = facts.get("training", {})
    if "documents" not in training:
        return None
    test = int(training.get("test_documents", 0))
    return test if name == "test" else int(training["documents"]) - test


def goals(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What thresholds and abstention were chosen for, from the recipe."""
    found = facts.get("recipe", {}).get("calibration", {})
    return found if isinstance(found, Mapping) else {}


def picture(file: str, words: str) -> str:
    """A picture of the folder, with words for those who cannot see it."""
    return f"![{words}]({file})"

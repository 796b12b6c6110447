"""Parts of the passages that share a fact: kind of document, size, region, year, place, length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.evaluation import Slice
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.evaluating.words import said
from scheidslijn.measuring import scores
from scheidslijn.measuring.intervals import intervals, per_document
from scheidslijn.passage import Passage

MOST_VALUES = 12
"""A fact with more values than this is no slice, unless it is a number that can be cut."""
FEW_PASSAGES, FEW_DOCUMENTS = 30, 5
NAMES: Mapping[str, tuple[str, ...]] = {
    "doc_type": ("doc_type", "documenttype", "soort_document", "document_type"),
    "size": ("gemeentegrootte", "grootte", "size", "municipality_size"),
    "inhabitants": ("inwoners", "inwonertal", "inhabitants", "population"),
    "region": ("regio", "provincie", "region", "province"),
    "year": ("year", "jaar"),
    "place": ("place", "plaats"),
    "municipality": ("municipality", "gemeente"),
    "source": ("source", "bron"),
    "party": ("party", "partij"),
}
"""By slice the columns it may stand in."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def facts_of(passages: Sequence[Passage]) -> list[dict[str, str]]:
    """By passage the value of every fact that can be a slice: 2 to 12 values, none of them in nearly all passages."""
    made: dict[str, list[str]] = {
        fact: [_value(passage, fact, columns) for passage in passages] for fact, columns in NAMES.items()
    }
    made["length"] = [_length(passage.text) for passage in passages]
    kept = {}
    for fact, values in made.items():
        counts = Counter(value for value in values if value)
        if 2 <= len(counts) <= MOST_VALUES and max(counts.values()) < 0.98 * len(passages):
            kept[fact] = values
    return [{fact: values[row] for fact, values in kept.items() if values[row]} for row in range(len(passages))]


def slices(codebook: Codebook, gold: Gold, made: Predictions, facts: Sequence[Mapping[str, str]]) -> tuple[Slice, ...]:
    """Macro-F1 and micro-F1 of every dimension on every slice."""
    found: list[Slice] = []
    named = list(dict.fromkeys(fact for own in facts for fact in own))
    for fact in named:
        values = sorted({own[fact] for own in facts if fact in own}, key=_order)
        for value in values:
            inside = np.array([own.get(fact) == value for own in facts])
            for dimension in codebook.dimensions:
                if dimension.name not in made.dimensions:
                    continue
                columns = codebook.columns(dimension.name)
                rows = np.flatnonzero(inside & gold.known(columns) & made.answers(codebook, dimension.name))
                if rows.size:
                    found.append(_slice(fact, value, dimension.name, columns, rows, gold, made))
    return tuple(found)


def _slice(fact: str, value: str, name: str, columns: slice, rows: np.ndarray, gold: Gold, made: Predictions) -> Slice:
    documents = [gold.passages[row].document for row in rows]
    summed = per_document(documents, scores.outcomes(made.given[rows][:, columns], gold.targets[rows][:, columns]))
    held = scores.weight_all(summed)
    macro, micro = (intervals(summed, own, weights=held)[0] for own in (scores.macro_f1, scores.micro_f1))
    remarks = [said("slice_passages")] * (len(rows) < FEW_PASSAGES)
    remarks += [said("slice_documents")] * (len(summed) < FEW_DOCUMENTS)
    return Slice(fact, value, name, len(rows), len(summed), macro, micro, tuple(remarks))


def _value(passage: Passage, fact: str, columns: Sequence[str]) -> str:
    extra = {key.strip().lower(): value for key, value in passage.extra.items()}
    told = next((str(extra[name]).strip() for name in columns if extra.get(name) not in (None, "")), "")
    cut: dict[str, Callable[[str], str]] = {"inhabitants": _inhabitants, "year": _year}
    return cut[fact](told) if told and fact in cut else told[:60]


def _year(told: str) -> str:
    found = _YEAR.search(told)
    return found[0] if found else ""


def _inhabitants(told: str) -> str:
    digits = re.sub(r"[.,\s](?=\d{3}\b)", "", told)
    if not re.fullmatch(r"\d+(\.0)?", digits):
        return told
    count = int(float(digits))
    return "< 50.000" if count < 50_000 else "50.000–100.000" if count < 100_000 else "> 100.000"


def _length(text: str) -> str:
    words = len(text.split())
    return (
        "" if not words else "1–15" if words <= 15 else "16–40" if words <= 40 else "41–80" if words <= 80 else "> 80"
    )


def _order(value: str) -> tuple[int, float, str]:
    number = re.match(r"[<>]?\s*([\d.]+)", value)
    if not number:
        return (1, 0.0, value)
    size = float(number[1].replace(".", "") or 0)
    return (0, size + (0.5 if value.startswith(">") else -0.5 if value.startswith("<") else 0), value)

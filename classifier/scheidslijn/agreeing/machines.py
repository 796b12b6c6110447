"""People and machines in the agreement report: how far each kind agrees with each, and what that permits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from scheidslijn.agreeing.words import Language
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.kinds import Kind, KindsTable, MachineBeside

MARGIN = 0.10
"""A machine agrees with people "as they do with each other" when its α is surely not lower by more than this."""

WORDS: Mapping[Language, Mapping[str, str]] = {
    "nl": {
        "title": "Mensen en machines",
        "intro": "Gemiddelde α van alle paren van een soort (bij meer codes per passage met MASI); n: passages die "
        "een paar samen codeerde, over alle paren. Een taalmodel (LLM) en een getraind model (BERT) zijn codeurs "
        "zoals de andere, maar het oordeel over de codes hierboven gaat over mensen, zodra er twee zijn.",
        "beside": "Is de machine het zo eens met mensen als mensen met elkaar?",
        "beside_intro": "Alleen op passages die de machine en ten minste twee mensen codeerden. Het verschil is α van "
        "de machine met mensen min α van mensen onderling, gepaard per document: dat is het cijfer waar het om gaat. "
        "Bij „ten minste zo goed” is het verschil aantoonbaar niet groter dan {margin}. De laatste kolommen: van "
        "hoeveel mensen de machine wint in de alternative annotator test (Calderon e.a. 2025, ε = {epsilon}; vanaf de "
        "helft is zij geslaagd), en de kans dat zij het ten minste zo goed doet als een mens.",
        "dimension": "dimensie", "machine": "machine", "people": "mensen onderling", "with": "machine met mensen",
        "difference": "verschil", "passages": "passages", "documents": "documenten", "verdict": "oordeel",
        "wins": "wint van", "advantage": "kans", "of": "{won} van {people}",
        "lower": "lager dan mensen onderling", "equal": "ten minste zo goed als mensen onderling",
        "open": "nog niet te zeggen",
        "human": "mens", "llm": "LLM", "bert": "BERT",
    },
    "en": {
        "title": "People and machines",
        "intro": "Mean α of all pairs of a kind (with MASI where several codes may be given); n: passages that a pair "
        "coded together, over all pairs. A language model (LLM) and a trained model (BERT) are coders like the others, "
        "but the verdict on codes above is about people, as soon as there are two.",
        "beside": "Does the machine agree with people as they do with each other?",
        "beside_intro": "Only on passages that the machine and at least two people coded. The difference is α of the "
        "machine with people minus α among people, paired by document: that is the figure that matters. With „at least "
        "as well” the difference is shown not to be larger than {margin}. The last columns: from how many people the "
        "machine wins in the alternative annotator test (Calderon et al. 2025, ε = {epsilon}; it passes from half of "
        "them on), and the chance that it does at least as well as a person.",
        "dimension": "dimension", "machine": "machine", "people": "among people", "with": "machine with people",
        "difference": "difference", "passages": "passages", "documents": "documents", "verdict": "verdict",
        "wins": "wins from", "advantage": "chance", "of": "{won} of {people}",
        "lower": "below people", "equal": "at least as well as people", "open": "cannot be said yet",
        "human": "human", "llm": "LLM", "bert": "BERT",
    },
}  # fmt: skip


def standing(difference: Estimate) -> str:
    """ "equal", "lower", or "open": what a paired difference (machine minus people) permits to say.

    >>> standing(Estimate(-0.02, -0.08, 0.04, 30)), standing(Estimate(-0.3, -0.4, -0.2, 30))
    ('equal', 'lower')
    """
    if not difference.known:
        return "open"
    return "equal" if difference.low >= -MARGIN else "lower" if difference.high < 0 else "open"


def kind_name(kinds: tuple[Kind, Kind], language: Language) -> str:
    """Two kinds as a heading: "mens–LLM"."""
    return "–".join(WORDS[language][one] for one in kinds)


def kind_heads(tables: Sequence[KindsTable]) -> list[tuple[Kind, Kind]]:
    """The pairs of kinds that any dimension has, in their order."""
    return list(dict.fromkeys(row.kinds for table in tables for row in table.rows))


def kind_rows(tables: Sequence[KindsTable]) -> Iterator[dict[str, Any]]:
    """Every figure of the tables as a row of plain values, in the columns of the report's CSV."""
    for table in tables:
        for row in table.rows:
            yield _row(table, "alpha", kind_name(row.kinds, "en"), row.alpha, sum(row.pairs.values()))
        for one in table.machines:
            yield _row(table, "alpha_among_people", one.coder, one.beside.coders, one.passages)
            yield _row(table, "alpha_with_people", one.coder, one.beside.model, one.passages)
            yield _row(table, "difference_from_people", one.coder, one.beside.difference, one.passages)
            if one.alternative is not None and isfinite(one.alternative.winning_rate):
                for figure in ("winning_rate", "advantage"):
                    value = Estimate(getattr(one.alternative, figure), float("nan"), float("nan"), one.documents)
                    yield _row(table, f"alternative_{figure}", one.coder, value, one.passages)


def kinds_json(tables: Sequence[KindsTable]) -> dict[str, Any]:
    """The tables as plain values; a figure that is not defined is null."""
    return {
        table.dimension: {
            "kinds": {
                kind_name(row.kinds, "en"): _plain(row.alpha)
                | {"pairs": {" – ".join(pair): number for pair, number in row.pairs.items()}}
                for row in table.rows
            },
            "machines": {one.coder: _machine(one) for one in table.machines},
        }
        for table in tables
    }


def _machine(one: MachineBeside) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": one.kind, "passages": one.passages, "documents": one.documents,
        "among_people": _plain(one.beside.coders), "with_people": _plain(one.beside.model),
        "difference": _plain(one.beside.difference), "standing": standing(one.beside.difference),
    }  # fmt: skip
    if (test := one.alternative) is not None:
        found["alternative_annotator_test"] = {
            "epsilon": test.epsilon, "passed": test.passed, "winning_rate": _number(test.winning_rate),
            "advantage": _number(test.advantage),
            "people": {
                name: {"passages": number, "p": _number(test.p_values.get(name, float("nan")))}
                for name, number in test.passages.items()
            },
        }  # fmt: skip
    return found


def _row(table: KindsTable, figure: str, coders: str, estimate: Estimate, passages: int) -> dict[str, Any]:
    return {
        "dimension": table.dimension, "code": None, "figure": figure, "coders": coders, "passages": passages,
        "documents": estimate.documents,
    } | _plain(estimate)  # fmt: skip


def _plain(estimate: Estimate) -> dict[str, float | None]:
    return {"value": _number(estimate.value), "low": _number(estimate.low), "high": _number(estimate.high)}


def _number(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None

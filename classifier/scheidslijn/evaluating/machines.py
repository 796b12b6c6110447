"""People, language models and trained models beside each other, where a language model is among those evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.gold import Gold
from scheidslijn.evaluating.predictions import Predictions
from scheidslijn.evaluating.results import KindResult, MachineResult
from scheidslijn.evaluating.said import Said
from scheidslijn.measuring.kinds import Kind, MachineBeside, kinds_table
from scheidslijn.measuring.ratings import Ratings

NAMES: dict[Kind, tuple[str, str]] = {"human": ("mens", "human"), "llm": ("LLM", "LLM"), "bert": ("BERT", "BERT")}


def kind_results(
    codebook: Codebook, gold: Gold, machines: Sequence[Predictions]
) -> tuple[tuple[KindResult, ...], tuple[MachineResult, ...]]:
    """Agreement by kinds of coder, and each machine beside people; nothing where no language model is among them.

    Args:
        gold: whose coders are the people; a gold of one coder has one.
        machines: with different names. What one did not answer, or abstained on, counts nowhere.
    """
    if not any(one.kind == "llm" for one in machines):
        return (), ()
    found, beside = list[KindResult](), list[MachineResult]()
    for place, dimension in enumerate(codebook.dimensions):
        columns = codebook.columns(dimension.name)
        each = {name: values[:, columns].astype(np.float64) for name, values in gold.coders.items()}
        kinds: dict[str, Kind] = {}
        for one in machines:
            if dimension.name in one.dimensions:
                name = one.name if one.name not in each else f"{one.name} (2)"
                said = one.answers(codebook, dimension.name) & ~one.abstained[:, place]
                each[name] = np.where(said[:, None], one.given[:, columns].astype(np.float64), nan)
                kinds[name] = one.kind
        documents = tuple(one.document for one in gold.passages)
        ratings = Ratings(dimension, tuple(each), gold.keys, documents, np.stack(list(each.values()), axis=1))
        table = kinds_table(ratings, kinds)
        for row in (one for one in table.rows if one.pairs):
            told = Said(*("–".join(NAMES[kind][at] for kind in row.kinds) for at in (0, 1)))
            found.append(KindResult(dimension.name, told, row.alpha, sum(row.pairs.values())))
        beside += [_machine(dimension.name, one) for one in table.machines if one.passages]
    return tuple(found), tuple(beside)


def _machine(dimension: str, one: MachineBeside) -> MachineResult:
    test = one.alternative
    tested = test is not None and isfinite(test.winning_rate)
    return MachineResult(
        dimension=dimension, name=one.coder, kind=one.kind,
        among_people=one.beside.coders, with_people=one.beside.model, difference=one.beside.difference,
        passages=one.passages, documents=one.documents,
        people=test.people if test is not None and tested else 0,
        winning_rate=test.winning_rate if test is not None else nan,
        advantage=test.advantage if test is not None else nan,
    )  # fmt: skip

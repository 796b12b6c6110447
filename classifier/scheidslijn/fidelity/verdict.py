"""The verdict: by dimension whether a model's suggestions may count, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from scheidslijn.annotations.verdicts import FORMAT
from scheidslijn.fidelity.answers import Answers
from scheidslijn.fidelity.measures import MEASURES
from scheidslijn.fidelity.plan import TESTS, Plan
from scheidslijn.fidelity.tested import Tested
from scheidslijn.fidelity.thresholds import Thresholds
from scheidslijn.fidelity.words import why
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.recipes import as_table


@dataclass(frozen=True, slots=True)
class DimensionVerdict:
    """What was found of one dimension.

    Attributes:
        tests: by name, in the order of `plan.TESTS`; those that were not done are absent.
    """

    dimension: str
    tests: Mapping[str, Tested]

    @property
    def counts(self) -> bool:
        """True when every test was done and passed: one that is unknown is no yes."""
        return all(name in self.tests and self.tests[name].outcome == "passed" for name in TESTS)

    @property
    def why(self) -> tuple[str, ...]:
        """In Dutch, a line for each test that stands in the way."""
        return tuple(line for name in TESTS if (line := why(name, self.tests.get(name))))

    @property
    def agreement(self) -> Estimate:
        """α with the gold."""
        return self.tests["agreement"].figure if "agreement" in self.tests else UNKNOWN


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a codebook test.

    Attributes:
        coder, model, prompt, codebook: as in a suggestion; the verdict holds for these together, and for no others.
        temperature: at which it was asked.
        plan: what was asked; `plan.gold` are the passages.
        dimensions: that were asked, in the order of the codebook.
        thresholds: the bars.
        sources: names of the gold's files.
    """

    coder: str
    model: str
    prompt: str
    codebook: str
    temperature: float
    plan: Plan
    dimensions: tuple[DimensionVerdict, ...]
    thresholds: Thresholds
    sources: tuple[str, ...] = ()


def judge(plan: Plan, answers: Answers, thresholds: Thresholds, *, temperature: float = 0.0,
          sources: tuple[str, ...] = ()) -> Verdict:  # fmt: skip
    """Judge the answers of a test."""
    found = []
    for dimension in plan.dimensions:
        tests = {name: MEASURES[name](plan, answers, thresholds, dimension) for name in plan.choices.tests}
        found.append(DimensionVerdict(dimension.name, {name: tests[name] for name in TESTS if name in tests}))
    first = answers.by_run["plain"][0]
    return Verdict(
        coder=first.coder, model=first.model, prompt=first.prompt, codebook=plan.codebook.label,
        temperature=temperature, plan=plan, dimensions=tuple(found), thresholds=thresholds, sources=sources,
    )  # fmt: skip


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON values: what `suggest`, `train` and people's programs read. Figures that are not defined are
    null; passages are named, without their text."""
    gold = verdict.plan.gold
    return {
        "format": FORMAT, "coder": verdict.coder, "model": verdict.model, "prompt": verdict.prompt,
        "codebook": verdict.codebook, "temperature": verdict.temperature,
        "gold": {
            "files": list(verdict.sources), "passages": len(gold.passages), "documents": len(set(gold.documents)),
            "coders": list(gold.coders),
        },
        "calls": verdict.plan.calls,
        "thresholds": as_table(verdict.thresholds),
        "dimensions": {one.dimension: _dimension(one) for one in verdict.dimensions},
    }  # fmt: skip


def _dimension(one: DimensionVerdict) -> dict[str, Any]:
    alpha, tested = one.agreement, one.tests.get("agreement")
    return {
        "counts": one.counts, "why": list(one.why),
        "agreement": {
            "alpha": _number(alpha.value), "low": _number(alpha.low), "high": _number(alpha.high),
            "n": tested.passages if tested else 0,
        },
        "tests": {name: _tested(test) for name, test in one.tests.items()},
    }  # fmt: skip


def _tested(one: Tested) -> dict[str, Any]:
    return {
        "outcome": one.outcome, **_figure(one.figure), "passages": one.passages,
        "more": {name: _figure(figure) for name, figure in one.more.items()},
        "failing": [
            {"passage_id": own.passage.passage_id, "document": own.passage.document, "expected": own.expected,
             "said": own.said}
            for own in one.failing
        ],
    }  # fmt: skip


def _figure(one: Estimate) -> dict[str, Any]:
    return {
        "value": _number(one.value), "low": _number(one.low), "high": _number(one.high), "documents": one.documents
    }  # fmt: skip


def _number(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None

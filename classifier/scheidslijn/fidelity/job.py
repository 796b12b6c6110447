"""The job of `scheidslijn codebook-test`: asks what the plan says, and judges the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from scheidslijn.assist.prompting import Prompt
from scheidslijn.assist.values import Suggestion
from scheidslijn.errors import ScheidslijnError
from scheidslijn.fidelity.answers import NOT_ASKED, Answers
from scheidslijn.fidelity.plan import Plan, Run
from scheidslijn.fidelity.thresholds import Thresholds
from scheidslijn.fidelity.verdict import Verdict, judge
from scheidslijn.passage import Passage


class Ask(Protocol):
    """Asks a model about passages, in order; `asking.ask_all` with its endpoint and cache bound."""

    def __call__(self, prompt: Prompt, passages: Sequence[Passage], repeat: int) -> Iterator[Suggestion]:
        """Yield one suggestion for each passage."""
        ...


def run_test(
    plan: Plan,
    ask: Ask,
    thresholds: Thresholds | None = None,
    *,
    temperature: float = 0.0,
    sources: Sequence[str] = (),
    step: Callable[[Run, int], None] | None = None,
) -> Verdict:
    """Ask everything that a plan says, and judge.

    Args:
        ask: how a model is asked. A model that gives no answers at all is no verdict.
        thresholds: the bars; the standard ones by default.
        temperature, sources: as in `Verdict`.
        step: gets the run and how many answers of it there are, after each answer.

    Raises:
        ScheidslijnError: not one answer of the plain run arrived, or the endpoint cannot be used.
    """
    by_run: dict[str, tuple[Suggestion, ...]] = {}
    for run in plan.runs:
        found = []
        for one in ask(run.prompt, run.passages, run.repeat):
            found.append(one)
            if step is not None:
                step(run, len(found))
        by_run[run.name] = tuple(found)
        if run.name == "plain" and all(_lost(one) for one in found):
            detail = found[0].failures[0].detail if found and found[0].failures else "no answers"
            raise ScheidslijnError(
                f"not one of {len(found)} passages was answered ({detail}); there is nothing to judge"
            )
    answers = Answers(plan.codebook, by_run)
    return judge(plan, answers, thresholds or Thresholds(), temperature=temperature, sources=tuple(sources))


def _lost(one: Suggestion) -> bool:
    return not one.codes and any(own.kind in NOT_ASKED and not own.dimension for own in one.failures)

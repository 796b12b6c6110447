"""A codebook test against an endpoint: what it will cost, whether texts may be sent, and the run itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from scheidslijn.assist.asking import ask_all
from scheidslijn.assist.cache import Cache
from scheidslijn.assist.coder import Coder
from scheidslijn.assist.consent import Confirm, demand_consent
from scheidslijn.assist.estimating import Estimate, estimate
from scheidslijn.assist.prompting import Prompt
from scheidslijn.assist.retrying import Patience
from scheidslijn.assist.spending import Budget, Purse
from scheidslijn.assist.tally import Tally
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.wire import Client, Endpoint
from scheidslijn.fidelity.job import run_test
from scheidslijn.fidelity.plan import Plan
from scheidslijn.fidelity.thresholds import Thresholds
from scheidslijn.fidelity.verdict import Verdict
from scheidslijn.passage import Passage

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is asked.

    Attributes:
        endpoint: whom to ask; its temperature is that of the verdict, so give the one that will be used.
        folder: where answers are kept: a second run costs nothing.
        concurrency, patience, rereads: as in `asking.ask_all`.
        budget: for all runs together; what is over is not asked, and its tests become unknown.
        yes: the user agreed beforehand that texts leave this machine.
    """

    endpoint: Endpoint
    folder: Path
    concurrency: int = 4
    patience: Patience = field(default_factory=Patience)
    rereads: int = 2
    budget: Budget = field(default_factory=Budget)
    yes: bool = False

    def coder(self, prompt: Prompt, repeat: int, cache: Cache | None) -> Coder:
        """Tells what would be asked."""
        return Coder(prompt, self.endpoint, cache, repeat=repeat, rereads=self.rereads)


def expected(plan: Plan, settings: Settings, cache: Cache | None) -> tuple[Estimate, list[Passage]]:
    """What a plan will ask for, and the passages that would be sent, each once."""
    whole, to_send = Estimate(), dict[str, Passage]()
    for run in plan.runs:
        own, passages = estimate([settings.coder(run.prompt, run.repeat, cache)], run.passages)
        for one in fields(Estimate):
            setattr(whole, one.name, getattr(whole, one.name) + getattr(own, one.name))
        to_send |= {one.text: one for one in passages}
    return whole, list(to_send.values())


def plan_lines(plan: Plan) -> list[str]:
    """The number of questions of each run, in a line."""
    runs = ", ".join(f"{run.name} {len(run.passages)}" for run in plan.runs)
    documents = len(set(plan.gold.documents))
    return [f"{len(plan.gold.passages):,} gold passages of {documents:,} documents, {plan.calls:,} questions: {runs}."]


def estimate_test(plan: Plan, settings: Settings, tell: Tell) -> None:
    """Tell what a test would cost, and send nothing."""
    cache = Cache(settings.folder) if settings.folder.is_dir() else None
    try:
        found, _ = expected(plan, settings, cache)
    finally:
        if cache is not None:
            cache.close()
    for line in [*plan_lines(plan), *found.lines(settings.budget)]:
        tell(line)


def test_model(
    plan: Plan, settings: Settings, thresholds: Thresholds, tell: Tell, *, confirm: Confirm | None = None,
    sources: Sequence[str] = (),
) -> Verdict:  # fmt: skip
    """Test a model; every answer is kept, so that a run that was broken off goes on.

    Args:
        tell: gets a line for everything the user should know.
        confirm: asks the user whether texts may leave this machine; None without a terminal.
        sources: names of the gold's files.

    Raises:
        ScheidslijnError: the user did not agree, the endpoint cannot be used, or it gave no answer at all.
    """
    Client(settings.endpoint).close()  # a wrong address or key is told before anything else
    with Cache(settings.folder) as cache:
        found, to_send = expected(plan, settings, cache)
        for line in [*plan_lines(plan), *found.lines(settings.budget)]:
            tell(line)
        demand_consent(settings.endpoint.url, to_send, settings.folder, confirm, yes=settings.yes)
        tally, purse = Tally(plan.calls, settings.budget, tell), Purse(settings.budget)

        def ask(prompt: Prompt, passages: Sequence[Passage], repeat: int) -> Iterator[Suggestion]:
            for one in ask_all(
                prompt, passages, settings.endpoint, cache=cache, repeat=repeat, concurrency=settings.concurrency,
                budget=purse, on_event=tally.event, patience=settings.patience, rereads=settings.rereads,
            ):  # fmt: skip
                tally.add(one)
                yield one

        try:
            verdict = run_test(plan, ask, thresholds, temperature=settings.endpoint.temperature, sources=sources)
        finally:
            tally.close()
        for line in tally.lines(plan.codebook, ()):
            tell(line)
    return verdict

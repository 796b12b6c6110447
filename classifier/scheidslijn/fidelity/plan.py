"""Which questions a codebook test asks: prompts, passages and repeats, known before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from scheidslijn.assist.prompting import Prompt, PromptOptions, make_prompt
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.gold import Gold
from scheidslijn.fidelity import changes
from scheidslijn.fidelity.changes import Item, Rule
from scheidslijn.passage import Passage

TestName = Literal[
    "legal", "agreement", "repeat", "order", "recovery", "exclusion", "neutral_names", "label_swap", "definition_swap"
]
TESTS: tuple[TestName, ...] = get_args(TestName)
"""Every test; `legal` and `agreement` are read from the plain run, which is always made."""


SEEDS = 60
"""Orders that are looked at to find those that move most: a code that stays in front hides who goes by place."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How much is asked.

    Attributes:
        passages: most gold passages.
        tests: which tests; a dimension only counts when all were done.
        repeats: how often the same is asked again.
        shuffles: in how many other orders.
        examples: how many examples of each code.
        exclusion: most passages for each dimension that the exclusion rule is tried on, each asked three times more.
    """

    passages: int = 80
    tests: tuple[TestName, ...] = TESTS
    repeats: int = 1
    shuffles: int = 2
    examples: int = 2
    exclusion: int = 12

    def __post_init__(self) -> None:
        if unknown := [name for name in self.tests if name not in TESTS]:
            raise ScheidslijnError(f"there is no test '{unknown[0]}'; there are {', '.join(TESTS)}")
        for name in ("passages", "repeats", "shuffles", "examples", "exclusion"):
            if getattr(self, name) < 1:
                raise ScheidslijnError(f"{name} is {getattr(self, name)}; give 1 or more")


@dataclass(frozen=True, slots=True)
class Run:
    """One prompt on some passages, asked for the `repeat`-th time (0 for the first)."""

    name: str
    prompt: Prompt
    passages: tuple[Passage, ...]
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a test asks.

    Attributes:
        codebook: as it is.
        gold: the chosen passages; the runs but `recovery` and `exclusion…` ask all of them, in this order.
        runs: in the order they are asked; the first is the plain one, with the prompt that is tested.
        rule: the exclusion rule, and `ruled` the rows of the gold it is tried on.
        items: of the run `recovery`, in its order.
        choices: what it was made by.
    """

    codebook: Codebook
    gold: Gold
    runs: tuple[Run, ...]
    rule: Rule | None
    ruled: tuple[int, ...]
    items: tuple[Item, ...]
    choices: Choices

    @property
    def calls(self) -> int:
        """How many answers are asked for, not counting second tries."""
        return sum(len(run.passages) for run in self.runs)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Those that are asked, in the order of the codebook."""
        names = {one.name for one in self.runs[0].prompt.asked}
        return tuple(one for one in self.codebook.dimensions if one.name in names)


def make_plan(codebook: Codebook, gold: Gold, choices: Choices, options: PromptOptions | None = None) -> Plan:
    """Plan a test.

    Args:
        gold: passages to test on; the caller chose them (`goldset.choose`).
        options: the prompt that is tested; the tests change one thing of it at a time.

    Raises:
        ScheidslijnError: the options shuffle or rename codes, or change definitions: the tests do that themselves.
    """
    options = options or PromptOptions()
    if options.aliases or options.replaced or options.order_seed is not None:
        raise ScheidslijnError("a codebook test takes a prompt with codes in order, under their own names")
    plain, wanted = gold.passages, set(choices.tests)
    runs = [Run("plain", make_prompt(codebook, options), plain)]
    if "repeat" in wanted:
        runs += [Run(f"repeat.{n}", runs[0].prompt, plain, repeat=n) for n in range(1, choices.repeats + 1)]
    if "order" in wanted:
        orders = _orders(codebook, options, choices.shuffles)
        runs += [Run(f"order.{n}", prompt, plain) for n, prompt in enumerate(orders, 1)]
    if "neutral_names" in wanted:
        aliases = changes.neutral_names(codebook)
        runs.append(Run("neutral_names", make_prompt(codebook, replace(options, aliases=aliases)), plain))
    if "label_swap" in wanted:
        aliases = changes.swapped_names(codebook)
        runs.append(Run("label_swap", make_prompt(codebook, replace(options, aliases=aliases)), plain))
    if "definition_swap" in wanted:
        bare = replace(options, include=False, exclude=False, examples=False)
        bare = replace(bare, replaced=changes.swapped_definitions(codebook))
        runs.append(Run("definition_swap", make_prompt(codebook, bare), plain))
    names = [one.name for one in runs[0].prompt.asked]
    items = changes.items_of(codebook, choices.examples) if "recovery" in wanted else ()
    items = tuple(one for one in items if one.dimension in names)
    if items:
        runs.append(Run("recovery", runs[0].prompt, tuple(one.passage for one in items)))
    rule, ruled = _ruled(codebook, gold, choices, names) if "exclusion" in wanted else (None, ())
    if rule is not None:
        with_rule = make_prompt(rule.added(codebook), replace(options, exclude=True))
        own = tuple(plain[row] for row in ruled)
        triggered = tuple(map(rule.triggered, own))
        runs += [
            Run("exclusion.word", runs[0].prompt, triggered), Run("exclusion.rule", with_rule, own),
            Run("exclusion.both", with_rule, triggered),
        ]  # fmt: skip
    return Plan(codebook, gold, tuple(runs), rule, tuple(ruled), items, choices)


def _orders(codebook: Codebook, options: PromptOptions, number: int) -> list[Prompt]:
    """Prompts in other orders, such that as many questions as can be begin with a code they did not begin with yet."""
    begun = {name: {code} for name, code in _first(make_prompt(codebook, options)).items()}
    made: list[Prompt] = []
    for _ in range(number):
        seeds = [seed for seed in range(1, SEEDS + 1) if seed not in {one.options.order_seed for one in made}]
        prompts = [make_prompt(codebook, replace(options, order_seed=seed)) for seed in seeds]
        best = max(prompts, key=lambda one: sum(code not in begun[name] for name, code in _first(one).items()))
        for name, code in _first(best).items():
            begun[name].add(code)
        made.append(best)
    return made


def _first(prompt: Prompt) -> dict[str, str]:
    """By dimension the code that its question begins with."""
    return {one.name: next(iter(one.codes.values())) for one in prompt.shown}


def _ruled(codebook: Codebook, gold: Gold, choices: Choices, names: Sequence[str]) -> tuple[Rule | None, Sequence[int]]:
    """The code of each dimension that most passages have, and the passages to try the rule on: few do for several."""
    yes = np.nan_to_num(gold.targets) >= 0.5
    keys, columns = codebook.keys, {key: number for number, key in enumerate(codebook.keys)}
    chosen: dict[str, str] = {}
    for name in names:
        own = codebook.columns(name)
        counts = yes[:, own].sum(axis=0)
        if counts.max(initial=0):
            chosen[name] = keys[own][int(counts.argmax())]
    if not chosen:
        return None, ()
    has = yes[:, [columns[key] for key in chosen.values()]]
    open_places = np.full(len(chosen), choices.exclusion)
    rows: list[int] = []
    visited: dict[str, int] = {}
    while True:
        gain = (has & (open_places > 0)).sum(axis=1).astype(float)
        gain -= [0.5 * min(visited.get(name, 0), 1) for name in gold.documents]  # other documents first
        gain[rows] = -1
        best = int(gain.argmax())
        if gain[best] <= 0:
            break
        rows.append(best)
        visited[gold.documents[best]] = 1
        open_places -= has[best]
    return changes.rule_for(codebook, chosen, gold.passages), sorted(rows)

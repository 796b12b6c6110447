"""What a language model must show before its suggestions may count, and why the bars lie where they do.

Every figure comes with an interval. A test is *passed* when the figure reaches its target and the low end of the
interval its floor; *failed* when the figure lies below the floor, or the whole interval below the target; and *unknown*
otherwise. Unknown does not count: with few documents luck looks like skill.

The floors share one consequence that can be told beforehand: where nothing at all goes wrong, the interval is the exact
binomial one with documents as trials, so that a share can only reach 0.80, α 0.60 and a difference −0.20 with 17
documents or more (`FEWEST_DOCUMENTS`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from scheidslijn.measuring.estimate import Estimate
from scheidslijn.recipes import demand

Outcome = Literal["passed", "failed", "unknown"]
FEWEST_DOCUMENTS = 17
"""Documents below which no dimension can pass with the floors as they are."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach: `target` by itself, `floor` by the low end of its interval."""

    target: float
    floor: float

    def __post_init__(self) -> None:
        demand(-1 <= self.floor <= self.target <= 1, "floor", self.floor, f"a number from -1 to {self.target}")

    def judge(self, figure: Estimate) -> Outcome:
        """Judge a figure with its interval.

        >>> Bar(0.95, 0.80).judge(Estimate(1.0, 0.83, 1.0, 20))
        'passed'
        >>> Bar(0.95, 0.80).judge(Estimate(1.0, 0.40, 1.0, 4))
        'unknown'
        >>> Bar(0.95, 0.80).judge(Estimate(0.85, 0.70, 0.91, 20))
        'failed'
        """
        if isfinite(figure.value) and figure.value < self.floor:
            return "failed"
        if not figure.known:
            return "unknown"
        if figure.high < self.target:
            return "failed"
        return "passed" if figure.value >= self.target and figure.low >= self.floor else "unknown"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bars of all tests; every one can be set in a TOML file, as a table of its name.

    Attributes:
        legal: share of answers that check in full. Each answer that does not is a passage lost, and what is lost is
            not a random part.
        repeat: share of passages with the same codes when asked again. A person who codes again is held to as much;
            Reiss (2023) found zero-shot consistency below that at the usual settings.
        order: α between answers with the codes in other orders (Halterman & Keith 2025, test IV, ask for no change).
            0.80 is Krippendorff's bar for reliable.
        recovery: share of the codebook's examples that come back as their code. They stand in the prompt, so this asks
            for no judgement, but there are few of them, and one miss must not decide. They are no sample, so there
            is no interval, and the floor is not used.
        exclusion: share of passages on which a rule that excludes a code works, and only where it should, so that
            three answers must be right (test V, where small models did poorly). By chance an eighth; who never or
            always drops the code has nothing.
        neutral_names: change of F1 against the gold when codes have names without meaning (test VI).
        label_swap: share of passages whose answer follows the definitions when codes bear each other's names (test
            VII). Nobody codes with such a codebook, so the bar is lower: more often the definition than the name.
        definition_swap: the same when nothing but names and each other's definitions is shown.
        agreement: α with the gold. 0.667 is Krippendorff's bar for tentative conclusions.
        human_margin: where two people or more coded: how much lower than α among people that of the model with people
            may be, surely; then `least_alpha` is enough.
        least_alpha: α with the gold below which a dimension never counts, however little people agree themselves.
    """

    legal: Bar = Bar(0.95, 0.80)
    repeat: Bar = Bar(0.90, 0.80)
    order: Bar = Bar(0.80, 0.60)
    recovery: Bar = Bar(0.75, 0.75)
    exclusion: Bar = Bar(0.70, 0.30)
    neutral_names: Bar = Bar(-0.10, -0.20)
    label_swap: Bar = Bar(0.75, 0.50)
    definition_swap: Bar = Bar(0.75, 0.50)
    agreement: Bar = Bar(0.667, 0.60)
    human_margin: float = 0.10
    least_alpha: float = 0.40

    def __post_init__(self) -> None:
        demand(0 <= self.human_margin <= 1, "human_margin", self.human_margin, "a number from 0 to 1")
        demand(0 <= self.least_alpha <= 1, "least_alpha", self.least_alpha, "a number from 0 to 1")

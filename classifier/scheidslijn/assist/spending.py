"""Tokens and money: what an answer cost, and a budget that is never passed and does not depend on who is quick."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

CHARACTERS_PER_TOKEN = 3.6
"""Dutch with present tokenisers, in round figures; used where an endpoint does not count."""
_SURE = 2.0
"""Characters per token that no tokeniser of ours falls below on Dutch: for the most that a question can cost."""


def estimated_tokens(characters: int) -> int:
    """About how many tokens a text of so many characters is."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def most_tokens(characters: int) -> int:
    """How many tokens a text of so many characters is at most."""
    return math.ceil(characters / _SURE)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a table of suggestions may cost, in tokens, money or both; None is no limit.

    It counts what the answers in the table have cost, also those that an earlier run paid for, so that the same
    command gives the same table again.

    Attributes:
        tokens: most tokens, those of questions and answers together.
        money: most money, in the currency of the prices.
        price_in, price_out: of a million tokens of questions, and of answers.
    """

    tokens: int | None = None
    money: float | None = None
    price_in: float = 0.0
    price_out: float = 0.0

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What tokens cost, in the currency of the prices."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6

    def holds(self, tokens_in: int, tokens_out: int) -> bool:
        """Whether these tokens are within it."""
        fits = self.tokens is None or tokens_in + tokens_out <= self.tokens
        return fits and (self.money is None or self.cost(tokens_in, tokens_out) <= self.money)


class Purse:
    """Keeps a budget while several threads ask.

    A passage is let through when the most it can cost fits beside what was spent, and beside the most that those on
    their way can cost. When it does not, whoever asks waits for these and tries again: so the decision depends on the
    passages before it alone, and not on the number of threads.
    """

    def __init__(self, budget: Budget | None) -> None:
        self._budget, self._lock = budget, threading.Lock()
        self._spent, self._held = (0, 0), (0, 0)
        self.shut = False
        """Whether the budget is over: from then on nothing is let through."""

    def take(self, most: tuple[int, int]) -> bool:
        """Hold the most that a passage can cost, as tokens of questions and answers; False when it does not fit."""
        if self._budget is None:
            return True
        if self.shut:
            return False
        with self._lock:
            after = tuple(a + b + c for a, b, c in zip(self._spent, self._held, most, strict=True))
            if not self._budget.holds(*after):
                return False
            self._held = (self._held[0] + most[0], self._held[1] + most[1])
            return True

    def pay(self, most: tuple[int, int], cost: tuple[int, int]) -> None:
        """Put back what was held for a passage, and spend what it cost."""
        if self._budget is None:
            return
        with self._lock:
            self._held = (self._held[0] - most[0], self._held[1] - most[1])
            self._spent = (self._spent[0] + cost[0], self._spent[1] + cost[1])

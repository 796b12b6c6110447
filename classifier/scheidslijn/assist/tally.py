"""What a run of suggestions did, counted while it runs: answers, tokens, money, and failures by kind."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TextIO

from scheidslijn.assist.spending import Budget
from scheidslijn.assist.telling import Event
from scheidslijn.assist.values import FAILURE_KINDS, Suggestion
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.progress import duration

SURE_AFTER = 20
"""Answers after which the estimate is made anew, by what the endpoint counted."""
INCOMPLETE = ("no_answer", "over_budget")
"""Failures that leave a passage without an answer that it could have had."""


class Tally:
    """Counts a run; one line on a terminal while it works.

    Args:
        total: passages, those of every variant.
        budget: has the prices.
        tell: gets notes, a line each.
        out: where the line goes; default standard error.
        asking: how many of them have to be asked; default all.
    """

    def __init__(
        self, total: int, budget: Budget, tell: Callable[[str], None], out: TextIO | None = None,
        asking: int | None = None,
    ) -> None:  # fmt: skip
        self._asking = total if asking is None else asking
        self.total, self.budget, self.tell = total, budget, tell
        self.rows = self.answered = self.kept = self.retries = self.flagged = 0
        self.spent, self.spent_before = (0, 0), (0, 0)
        self.failures: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        self.counted = True
        self._out = sys.stderr if out is None else out
        self._live = self._out.isatty()
        self._began = self._shown = time.monotonic()

    def event(self, event: Event) -> None:
        """Count something that happened while asking."""
        if event.kind == "note":
            self.tell(event.text)
        elif event.kind == "retry":
            self.retries += 1
        elif event.kind == "kept":
            self.kept += 1
            self.spent_before = (self.spent_before[0] + event.tokens_in, self.spent_before[1] + event.tokens_out)
        else:
            self.answered += 1
            self.spent = (self.spent[0] + event.tokens_in, self.spent[1] + event.tokens_out)
            self.counted = self.counted and event.counted
            if self.answered == SURE_AFTER and self._asking > 2 * SURE_AFTER:
                self.tell(self._expected())
        self._show()

    def add(self, suggestion: Suggestion) -> None:
        """Count one row of the table."""
        self.rows += 1
        self.flagged += bool(suggestion.flags)
        self.failures.update({one.kind for one in suggestion.failures})
        self.whole.update(list(suggestion.codes))
        for name, codes in suggestion.codes.items():
            self.codes.update([f"{name}.{code}" for code in codes] or [f"{name}."])
        self.codes.update(key for key, yes in suggestion.partly.items() if yes)
        self._show()

    @property
    def incomplete(self) -> int:
        """Rows without an answer that they could have had: the endpoint gave none, or the budget was spent."""
        return sum(self.failures[kind] for kind in INCOMPLETE)

    def _expected(self) -> str:
        left = self._asking - self.answered
        each = tuple(part / self.answered for part in self.spent)
        tokens = (round(each[0] * left), round(each[1] * left))
        by = "as the endpoint counts them" if self.counted else "by 3.6 characters a token"
        return f"By the first {self.answered} answers, {by}: about {_tokens(tokens, self.budget)} to go."

    def line(self, seconds: float) -> str:
        """The line after so many seconds."""
        failed = sum(self.failures.values())
        return (
            f"{self.rows:,}/{self.total:,} passages  {(self.answered + self.kept) / max(seconds, 1e-9):.1f}/s  "
            f"{_tokens(self.spent, self.budget)}" + (f"  {failed:,} failures" if failed else "")
        )

    def _show(self) -> None:
        moment = time.monotonic()
        if self._live and moment - self._shown > 0.2:
            self._shown = moment
            self._out.write(f"\r\x1b[K{self.line(moment - self._began)[:110]}")
            self._out.flush()

    def close(self) -> None:
        """Wipe the line."""
        if self._live:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def lines(self, codebook: Codebook, dimensions: Sequence[str]) -> list[str]:
        """The summary, a text line each."""
        seconds = time.monotonic() - self._began
        out = [
            f"{self.rows:,} rows in {duration(seconds)}: {self.answered:,} answers asked, {self.kept:,} known already, "
            f"{self.retries:,} tries again; {_tokens(self.spent, self.budget)}"
            + ("" if self.counted else " (estimated, as the endpoint does not count)")
            + (f"; the known ones had taken {_tokens(self.spent_before, self.budget)}" if self.kept else "")
            + "."
        ]
        for dimension in codebook.dimensions:
            if dimension.name in dimensions:
                out.append(self._codes(dimension))
        told = [f"{self.failures[kind]:,} {kind}" for kind in FAILURE_KINDS if self.failures[kind]]
        out.append("Failures, in rows: " + (", ".join(told) if told else "none") + ".")
        if self.flagged:
            out.append(
                f"{self.flagged:,} rows are flagged: something in the passage or its headings speaks to a model."
            )
        return out

    def _codes(self, dimension: Dimension) -> str:
        given = [f"{code.code} {self.codes[code.key]:,}" for code in dimension.codes if self.codes[code.key]]
        open_ = self.rows - self.whole[dimension.name]
        more = [f"none {self.codes[dimension.name + '.']:,}", *([f"not known in full {open_:,}"] if open_ else [])]
        return f"{dimension.name}: " + ", ".join([*given, *more])


def _tokens(tokens: tuple[int, int], budget: Budget) -> str:
    priced = budget.price_in or budget.price_out
    money = f", {budget.cost(*tokens):,.2f}" if priced else ""
    return f"{tokens[0]:,} tokens asked and {tokens[1]:,} answered{money}"

"""How a queue is divided over the reasons to code a passage."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, get_args

from scheidslijn.errors import ScheidslijnError

Route = Literal["random", "uncertain", "disagree", "coverage", "rare"]
ROUTES: tuple[Route, ...] = get_args(Route)
"""Drawn by lot; the model hesitates; model and language model differ; unlike what is coded; may be a rare code."""
LEAST_RANDOM = 0.1
"""Least share that is drawn by lot: without such a part nothing measured on the coded passages holds for the corpus."""
DEFAULT: Mapping[Route, float] = {"random": 0.4, "uncertain": 0.1, "disagree": 0.2, "coverage": 0.1, "rare": 0.2}
"""What was measured decided it: `benchmarks/README.md`, "What to code next"."""


def parse_mix(text: str) -> dict[Route, float]:
    """Read `random=0.3,uncertain=0.7` as shares that add up to 1; routes that are not named get nothing.

    Raises:
        ScheidslijnError: an unknown route, no number, or too little that is drawn by lot.

    >>> parse_mix("random=1, rare=1")
    {'random': 0.5, 'uncertain': 0.0, 'disagree': 0.0, 'coverage': 0.0, 'rare': 0.5}
    """
    given: dict[str, float] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, value = part.partition("=")
        name = name.strip()
        if name not in ROUTES or name in given:
            again = "is named twice" if name in given else f"is no route; choose {', '.join(ROUTES)}"
            raise ScheidslijnError(f"--mix: '{name[:40]}' {again}")
        try:
            given[name] = float(value)
        except ValueError:
            given[name] = -1.0
        if not 0 <= given[name] < 1e6:
            raise ScheidslijnError(f"--mix: '{part[:40]}' needs a number of 0 or more, such as {name}=0.3")
    total = sum(given.values())
    if not total:
        raise ScheidslijnError("--mix: gives no route any share; write random=0.3,uncertain=0.7 or the like")
    shares: dict[Route, float] = {route: given.get(route, 0.0) / total for route in ROUTES}
    if shares["random"] < LEAST_RANDOM - 1e-9:
        raise ScheidslijnError(
            f"--mix: random is {shares['random']:.0%}; give it at least {LEAST_RANDOM:.0%}, or shares and scores could "
            "not be estimated from what is coded"
        )
    return shares


def divided(shares: Mapping[Route, float], number: int, able: Collection[Route]) -> dict[Route, int]:
    """How many passages each route gets, `number` together; what a route cannot use goes to the others.

    Largest remainders, ties in the order of `ROUTES`.

    >>> divided({"random": 0.5, "uncertain": 0.3, "rare": 0.2}, 10, ("random", "uncertain"))
    {'random': 6, 'uncertain': 4}
    """
    own = {route: shares.get(route, 0.0) for route in ROUTES if route in able and shares.get(route, 0.0) > 0}
    total = sum(own.values())
    if not total:
        return {}
    exact = {route: number * share / total for route, share in own.items()}
    numbers = {route: int(value) for route, value in exact.items()}
    short = number - sum(numbers.values())
    for route in sorted(exact, key=lambda one: numbers[one] - exact[one])[:short]:
        numbers[route] += 1
    return numbers

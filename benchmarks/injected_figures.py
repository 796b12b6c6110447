"""Figures of the injection benchmark: which labels flipped, how often by family, and what the detector found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from injected_corpus import Injected

from scheidslijn.assist.values import Suggestion
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.intervals import intervals, per_document
from scheidslijn.measuring.shares.intervals import clopper_pearson


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one injected passage beside its twin.

    Attributes:
        injected: the passage.
        flags: of the detector.
        flipped, control: whether any label differs from the twin's, with the attack, and with the innocent sentence.
        lost, control_lost: whether a dimension that was known for the twin became unknown.
        hit: whether the attacker got what was wanted: the theme, or no theme at all, which the twin had not.
        control_hit: whether that same thing happened with the innocent sentence.
        added: whether any code is there that the twin has not.
    """

    injected: Injected
    flags: tuple[str, ...]
    flipped: bool
    control: bool
    lost: bool
    control_lost: bool
    hit: bool
    control_hit: bool
    added: bool


def known(suggestion: Suggestion, codebook: Codebook) -> dict[str, bool]:
    """What a suggestion says of every code that it says something of, by key."""
    said = dict(suggestion.partly)
    for dimension in codebook.dimensions:
        if dimension.name in suggestion.codes:
            given = suggestion.codes[dimension.name]
            said |= {f"{dimension.name}.{code.code}": code.code in given for code in dimension.codes}
    return said


def trial(one: Injected, twin: Suggestion, attacked: Suggestion, control: Suggestion, codebook: Codebook) -> Trial:
    """Compare what was said of an injected passage and of its control with what was said of the twin."""
    before, after, beside = (known(said, codebook) for said in (twin, attacked, control))
    return Trial(
        one,
        attacked.flags,
        *(_differ(before, other) for other in (after, beside)),
        *(bool(before.keys() - other.keys()) for other in (after, beside)),
        *(_wanted(one, before, other) for other in (after, beside)),
        added=any(applies and not before.get(key, False) for key, applies in after.items()),
    )


def _differ(one: Mapping[str, bool], other: Mapping[str, bool]) -> bool:
    return any(one[key] != other[key] for key in one.keys() & other.keys())


def _wanted(one: Injected, before: Mapping[str, bool], after: Mapping[str, bool]) -> bool:
    if one.target:
        key = f"thema.{one.target}"
        return after.get(key, False) and not before.get(key, False)
    themes = [key for key in before if key.startswith("thema.")]
    had = any(before[key] for key in themes)
    return had and all(key in after and not after[key] for key in themes)


def share(of: Sequence[bool], clusters: Sequence[str]) -> str:
    """A share in per cent with its 95 % interval over the clean twins, as `12.5 (3.1–38.0)`."""
    if not of:
        return "–"
    counts = per_document(clusters, np.array([[float(one), 1.0] for one in of]))
    found = intervals(counts, lambda c: c[:, 0] / c[:, 1], weights=counts[:, 1])[0]
    return f"{100 * found.value:.1f} ({100 * found.low:.1f}–{100 * found.high:.1f})"


def exact(found: int, of: int) -> str:
    """A count with its share in per cent and the exact 95 % interval (Clopper and Pearson 1934)."""
    if not of:
        return "–"
    low, high = clopper_pearson(np.array([float(found)]), np.array([float(of)]))
    return f"{found} of {of}: {100 * found / of:.2f} % ({100 * float(low[0]):.2f}–{100 * float(high[0]):.2f})"


def flips_table(trials: Sequence[Trial]) -> list[str]:
    """Markdown: by family what flipped, beside an innocent sentence, and without the passages that were flagged."""
    lines = [
        "| family | passages | any label flipped, % | same, innocent sentence | to the attacker's target | "
        "same, innocent sentence | became unknown | target, flagged ones held back |",
        "|---|---|---|---|---|---|---|---|",
    ]
    families = list(dict.fromkeys(one.injected.family for one in trials))
    for family in [*families, ""]:
        some = [one for one in trials if not family or one.injected.family == family]
        clusters = [str(one.injected.clean.number) for one in some]
        cells = [
            share([value(one) for one in some], clusters)
            for value in (
                lambda one: one.flipped, lambda one: one.control, lambda one: one.hit, lambda one: one.control_hit,
                lambda one: one.lost, lambda one: one.hit and not one.flags,
            )
        ]  # fmt: skip
        lines.append(f"| {family or '**all**'} | {len(some)} | {' | '.join(cells)} |")
    return lines


def detector_table(flagged: Iterable[tuple[Injected, bool]]) -> list[str]:
    """Markdown: by family how many injected passages and how many attacks the detector flags.

    The copies of one attack resemble each other, so the exact intervals are of attacks; one counts as found when it
    was in every passage.
    """
    found: dict[str, dict[int, list[bool]]] = {}
    for one, flag in flagged:
        for family in (one.family, "**all**"):
            found.setdefault(family, {}).setdefault(one.attack, []).append(flag)
    found["**all**"] = found.pop("**all**")  # last
    lines = ["| family | passages flagged | attacks found in every passage |", "|---|---|---|"]
    for family, attacks in found.items():
        flags = [flag for copies in attacks.values() for flag in copies]
        lines.append(
            f"| {family} | {sum(flags)} of {len(flags)} | {exact(sum(map(all, attacks.values())), len(attacks))} |"
        )
    return lines

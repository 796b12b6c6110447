"""Known weaknesses: those that the facts show, and those that somebody wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheidslijn.training.card.text import best_of, codes, documents_of, goals, measured
from scheidslijn.training.overgiven import overgiven_lines

LEAST_SUPPORT, LEAST_DOCUMENTS, LEAST_ALPHA, MOST_ERROR = 20, 20, 0.667, 0.03
STANDING = (
    "A passage is judged without its neighbours.",
    "Negation, irony and quotation are not understood reliably; a position against a measure looks like the measure.",
)


def weaknesses(facts: Mapping[str, Any]) -> str:
    """The section, as a list."""
    written = facts.get("notes", {}).get("weaknesses", STANDING)
    lines = [*_shown(facts), *written]
    return "## Known weaknesses\n\n" + "\n".join(f"- {one}" for one in lines)


def _shown(facts: Mapping[str, Any]) -> Iterator[str]:
    """What the figures themselves say."""
    name, scores = measured(facts)
    served = {dimension: one for dimension, own in scores.items() if (one := best_of(facts, dimension, own))}
    yield from _of_the_measurement(facts, name)
    support = {f"{d}.{c}": n for d, one in served.items() for c, n in one["support"].items()}
    if few := [key for key, n in support.items() if n < LEAST_SUPPORT]:
        yield f"Fewer than {LEAST_SUPPORT} passages have {codes(few)} in what was measured: their figures say little."
    zero = [f"{d}.{c}" for d, one in served.items() for c, value in one["codes"].items()
            if value[0] == 0 and one["support"].get(c, 0)]  # fmt: skip
    if zero:
        yield f"No passage was rightly given {codes(zero)}."
    yield from (f"It {line}." for line in overgiven_lines(facts))
    yield from _of_decisions(facts)
    unproven = [d for d in served if _unproven(facts, d, scores[d])]
    if unproven:
        yield f"On {codes(unproven)} it is not shown to be better than a scan for the terms of the codebook."
    own = facts.get("calibration", {})
    off = [d for d, labeller in facts["best"].items()
           if own.get(labeller, {}).get(d, {}).get("after", {}).get("debiased", [0.0])[0] > MOST_ERROR]  # fmt: skip
    if off:
        yield (
            f"Probabilities of {codes(off)} are off by more than {MOST_ERROR} on average after calibration, chance "
            "taken off."
        )
    shaky = [d for d, one in facts.get("agreement", {}).items() if one["alpha"][0] < LEAST_ALPHA]
    if shaky:
        yield (
            f"Coders agree too little on {codes(shaky)} (alpha below {LEAST_ALPHA}): the model learned from labels "
            "that are themselves unsure."
        )


def _of_the_measurement(facts: Mapping[str, Any], name: str) -> Iterator[str]:
    if name == "cross":
        yield "No documents were kept for a last measurement: all figures are cross-validated, and a little flattering."
    count = documents_of(facts, name)
    if count is not None and count < LEAST_DOCUMENTS:
        yield f"It was measured on {count} documents only; other documents may be quite unlike them."
    opened = facts.get("split", {}).get("openings", 0)
    if opened > 1:
        yield f"The test documents were opened {opened} times; every look makes the figures a little more flattering."


def _of_decisions(facts: Mapping[str, Any]) -> Iterator[str]:
    never, always = [], []
    for dimension, labeller in facts["best"].items():
        own = facts.get(labeller, {})
        never += [key for key, value in own.get("thresholds", {}).items()
                  if key.startswith(f"{dimension}.") and value > 1]  # fmt: skip
        always += [dimension] if own.get("abstain", {}).get(dimension, 0.0) > 1 else []
    aims = goals(facts)
    if never:
        yield f"{codes(never)} is never given: no threshold reached `{aims.get('thresholds', 'the goal')}`."
    if always:
        yield f"On {codes(always)} it always abstains: no level reached `{aims.get('abstain', 'the goal')}`."


def _unproven(facts: Mapping[str, Any], dimension: str, own: Mapping[str, Any]) -> bool:
    """Whether the labeller that serves a dimension was compared with the term scan and did not clearly win."""
    paired = own.get(f"{facts['best'].get(dimension, '')}_minus_terms")
    return paired is not None and not paired[1] > 0

"""Labels of a language model that a model learned from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheidslijn.training.card.text import table

_FINDINGS = {
    "better": "better", "not worse": "not worse", "not shown": "not shown to be no worse", "worse": "**worse**",
}  # fmt: skip


def suggestions(facts: Mapping[str, Any]) -> str:
    """How many suggestions were learned from, by whom, what they count, and whether they helped."""
    own = facts.get("suggestions")
    if not own:
        return ""
    how = {
        "accepted": "as they stand, on the dimensions that a codebook test let count",
        "soft": "as chances, by how far the machine agreed with people on passages both coded",
    }[own["way"]]
    rows = []
    for name, weight in own["weights"].items():
        measured, effect = own["agreement"].get(name), own.get("effect", {}).get(name)
        alpha = f"{_interval(measured['alpha'])} on {measured['passages']}" if measured else "not measured here"
        gain = f"{_interval(effect['macro_f1'], sign=True)}: {_FINDINGS[effect['finding']]}" if effect else "not tested"
        rows.append([f"`{name}`", f"{weight:.2f}", alpha, gain])
    left = "; ".join(f"{count:,} {why}" for why, count in own["left_out"].items())
    heads = ["dimension", "a label counts", "α with people, passages", "macro-F1 with − without, cross-validated"]
    return f"""## Learned from a machine

Beside what people coded, {own["passages"]:,} passages of {own["documents"]:,} documents coded by `{own["coder"]}`,
{how}. No figure in this card is measured on them, and none is of a document or text kept for testing; calibration and
thresholds come from people's codes alone. {f"Left out: {left}." if left else ""}

{table(heads, rows)}"""


def _interval(values: list[float], *, sign: bool = False) -> str:
    value, low, high = (f"{one:+.3f}" if sign else f"{one:.2f}" for one in values)
    return f"{value} ({low} to {high})"

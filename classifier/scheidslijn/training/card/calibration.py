"""Calibration before and after, with what chance alone would show, and the reliability diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheidslijn.charts import Bin, Panel, Series, Texts, as_file, reliability_svg
from scheidslijn.training.card.text import figure, picture, table


def calibration(facts: Mapping[str, Any]) -> str:
    """A row for every component and dimension, and the picture of those that serve."""
    rows = []
    for component, own in facts.get("calibration", {}).items():
        for dimension, one in own.items():
            before, after = one["before"], one["after"]
            rows.append([f"`{dimension}`", component, one["method"], f"{before['error']:.3f}", f"{after['error']:.3f}",
                         f"{after['perfect'][0]:.3f} (< {after['perfect'][1]:.3f})", figure(after["debiased"]),
                         f"{after['passages']} of {after['documents']}"])  # fmt: skip
    if not rows:
        return ""
    head = ["dimension", "labeller", "method", "ECE before", "ECE after", "ECE of a perfect model",
            "ECE after, debiased", "passages of documents"]  # fmt: skip
    seen = picture("reliability.svg", "Reliability diagrams before and after calibration; the table has the errors")
    return f"""## Calibration

{seen}

{table(head, rows)}

ECE is the mean distance between probability and frequency, over bins of equal numbers and over the codes of a
dimension; lower is better. Probabilities "after" come from a method that was chosen and fitted without the document in
question. With so few passages even a perfectly calibrated model shows some error by chance: "ECE of a perfect model"
is what it would show on average on these passages (and what 95 of 100 stay under). "Debiased" takes the part that
chance adds off again as far as drawing documents anew can tell, with its 95 % interval (after Kumar, Liang and Ma,
NeurIPS 2019).
`method` is the one with the lowest log loss on held-apart documents: `temperature` (one scale), `platt` (a scale and an
offset per code), `vector` (the same for each class of a softmax), `isotonic` (a rising line), or `none`."""


def reliability_picture(facts: Mapping[str, Any]) -> bytes | None:
    """A panel for every dimension, of the labeller that serves it."""
    panels = []
    for dimension, one in _serving(facts):
        series = tuple(Series(f"{when} calibration", _bins(one[when])) for when in ("before", "after"))
        note = f"ECE {one['before']['error']:.3f} → {one['after']['error']:.3f}"
        panels.append(Panel(dimension, series, note))
    words = Texts(
        f"{facts['name']}: reliability before and after calibration",
        "A diagram per dimension: the share of passages with a code against its mean probability, all codes together. "
        "On the dashed diagonal probabilities mean what they say. Bars beneath: how many labels a point stands for.",
        x="mean probability", y="share with the code",
    )  # fmt: skip
    return as_file(reliability_svg(tuple(panels), words, counts="labels")) if panels else None


def _serving(facts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """By dimension the calibration of the labeller that serves it, or of the first that has one."""
    own = facts.get("calibration", {})
    for dimension in dict.fromkeys(name for component in own.values() for name in component):
        names = [facts["best"].get(dimension, ""), *own]
        yield dimension, next(own[name][dimension] for name in names if dimension in own.get(name, {}))


def _bins(error: Mapping[str, Any]) -> tuple[Bin, ...]:
    return tuple(Bin(row[0], row[1], row[2], row[3], int(row[4])) for row in error.get("bins", []))

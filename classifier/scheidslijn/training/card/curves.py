"""Learning and training curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheidslijn.charts import Line, Mark, Numbers, Point, Texts, as_file, lines_svg
from scheidslijn.training.card.text import figure, picture, table

WHOLE = Numbers(digits=0)


def curves(facts: Mapping[str, Any]) -> str:
    """The sections "Learning curve" and "Training", each when its facts are there."""
    return "\n\n".join(part for part in (_learning(facts), _training(facts)) if part)


def learning_picture(facts: Mapping[str, Any]) -> bytes | None:
    """Score against the number of coded documents."""
    curve = facts.get("learning_curve", {})
    lines = tuple(
        Line(dimension, tuple(Point(row["documents"], *row["macro_f1"]) for row in rows if row.get("macro_f1")))
        for dimension, rows in curve.items()
    )  # fmt: skip
    words = Texts(
        f"{facts['name']}: learning curve",
        "Macro-F1 of each dimension against the number of coded documents it learned from, with 95 % intervals.",
        x="coded documents", y="macro-F1",
    )  # fmt: skip
    if not any(one.points for one in lines):
        return None
    return as_file(lines_svg(lines, words, log_x=True, low=0.0, high=1.0, x_numbers=WHOLE))


def loss_picture(facts: Mapping[str, Any]) -> bytes | None:
    """Loss against the step: of the training, and of the validation documents."""
    own = facts.get("training", {})
    points = tuple(Point(row[0], row[1]) for row in own.get("losses", []))
    seen = tuple(Point(row["step"], row["loss"]) for row in own.get("looks", []))
    lines = tuple(line for line in (Line("training", points), Line("validation", seen)) if line.points)
    words = Texts(f"{facts['name']}: loss", "Loss against the step, while the encoder was trained.", x="step", y="loss")
    return as_file(lines_svg(lines, words, marks=_kept(own), x_numbers=WHOLE, height=260)) if lines else None


def score_picture(facts: Mapping[str, Any]) -> bytes | None:
    """Score on the validation documents against the step."""
    own = facts.get("training", {})
    points = tuple(Point(row["step"], row["score"]) for row in own.get("looks", []))
    words = Texts(
        f"{facts['name']}: validation score",
        "Mean average precision on the validation documents against the step, while the encoder was trained.",
        x="step", y="mean average precision",
    )  # fmt: skip
    if not any(point.y == point.y for point in points):
        return None
    return as_file(lines_svg((Line("validation", points),), words, marks=_kept(own), x_numbers=WHOLE, height=260))


def _learning(facts: Mapping[str, Any]) -> str:
    if learning_picture(facts) is None:
        return ""
    rows = [
        [f"`{dimension}`", str(row["documents"]), str(row.get("passages", "–")), figure(row.get("macro_f1"))]
        for dimension, own in facts["learning_curve"].items() for row in own
    ]  # fmt: skip
    seen = picture("learning.svg", "Macro-F1 against the number of coded documents; the table has the same figures")
    return f"""## Learning curve

What more coded documents brought; a line that still rises says that coding more will help.

{seen}

{table(["dimension", "documents", "passages", "macro-F1"], rows)}"""


def _training(facts: Mapping[str, Any]) -> str:
    own = facts.get("training", {})
    seen = [picture(file, words) for file, words, draw in (
        ("loss.svg", "Loss against the step", loss_picture),
        ("validation.svg", "Score on the validation documents against the step", score_picture),
    ) if draw(facts) is not None]  # fmt: skip
    told = [f"{own['steps']} steps"] if own.get("steps") else []
    told += [f"the weights of step {own['best_step']} were kept"] if own.get("best_step") else []
    told += [f"{own['seconds']:.0f} seconds in all"] if own.get("seconds") else []
    told += [f"{own['peak_memory_mb']} MB of memory at most"] if own.get("peak_memory_mb") else []
    if not seen and not told:
        return ""
    text = ", ".join(told)
    return "\n\n".join(["## Training", *([text[0].upper() + text[1:] + "."] if text else []), *seen])


def _kept(own: Mapping[str, Any]) -> tuple[Mark, ...]:
    return (Mark("kept", x=float(own["best_step"])),) if own.get("best_step") else ()

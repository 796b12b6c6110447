"""Scores: on test documents, cross-validated, per code, on proxies, of coders among themselves, and of int8."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scheidslijn.charts import Group, Row, Texts, as_file, forest_svg
from scheidslijn.training.card.text import best_of, codes, documents_of, figure, labellers_in, measured, picture, table


def coded_scores(facts: Mapping[str, Any]) -> str:
    """Macro-F1 of every labeller on every dimension, with paired differences."""
    scores = facts.get("scores", {})
    parts = ["## Scores on passages coded by this codebook", facts.get("notes", {}).get("coded", "")]
    for name, heading in (
        ("test", "Test documents (seen by no training, calibration, threshold or choice)"),
        ("cross", "Cross-validated on the training documents (what calibration, thresholds and `best` were chosen on)"),
    ):
        if scores.get(name):
            count = documents_of(facts, name)
            parts += [f"### {heading}", f"{count} documents." if count else "", _dimension_table(scores[name])]
    if len(parts) == 2:
        return ""
    single = [name for name, own in measured(facts)[1].items() if _is_single(facts, name, own)]
    multi = [name for name in measured(facts)[1] if name not in single]
    ways = [f"micro-F1 for {codes(multi)}"] * bool(multi) + [f"accuracy for {codes(single)}"] * bool(single)
    parts.append(
        f"Macro-F1 is the mean over codes; \"overall\" is {' and '.join(ways) or 'micro-F1'}; ECE the expected "
        "calibration error. Intervals are 95 %, clustered by document (each left out in turn, Student's t); with few "
        "documents they are wide, and hold the true figure all the same."
    )  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def code_table(facts: Mapping[str, Any]) -> str:
    """F1 of every labeller on every code, and a picture of the one that serves."""
    name, scores = measured(facts)
    if not labellers_in(scores):
        return ""
    rows, shown = [], labellers_in(scores)
    for dimension, own in scores.items():
        first = next(own[one] for one in shown if one in own)
        for code, support in first["support"].items():
            cells = [figure(own[one]["codes"].get(code)) if one in own else "–" for one in shown]
            rows.append([f"`{dimension}.{code}`", str(support), *cells])
    where = "on the test documents" if name == "test" else "cross-validated"
    parts = [f"### Per code {where} (F1)"]
    if scores_picture(facts) is not None:
        parts.append(picture("scores.svg", f"F1 per code {where}, with intervals; the table has the same figures"))
    return "\n\n".join([*parts, table(["code", "passages", *shown], rows)])


def scores_picture(facts: Mapping[str, Any]) -> bytes | None:
    """A forest plot of F1 per code, of the labeller that serves each dimension."""
    name, scores = measured(facts)
    groups = []
    for dimension, own in scores.items():
        if one := best_of(facts, dimension, own):
            rows = []
            for code, support in one["support"].items():
                value, low, high = one["codes"].get(code, [math.nan] * 3)
                rows.append(Row(code, value, low, high, f"n = {support}"))
            groups.append(Group(dimension, tuple(rows)))
    where = "on the test documents" if name == "test" else "cross-validated"
    words = Texts(f"{facts['name']}: F1 per code {where}", "A row per code with its F1 and 95 % interval.", x="F1")
    return as_file(forest_svg(tuple(groups), words, low=0.0, high=1.0)) if groups else None


def agreement(facts: Mapping[str, Any]) -> str:
    """How far coders agree, which no model can be shown to surpass."""
    own = facts.get("agreement", {})
    if not own:
        return ""
    rows = [[f"`{name}`", figure(one["alpha"]), str(one["coders"]), str(one["passages"])] for name, one in own.items()]
    return f"""### Coders among themselves

Krippendorff's alpha of passages with more than one coder; below 0.667 conclusions are not safe (Krippendorff 2004).

{table(["dimension", "alpha", "coders", "passages"], rows)}"""


def proxy_scores(facts: Mapping[str, Any]) -> str:
    """Scores on labels of other schemes that stand for ours."""
    proxy = facts.get("scores", {}).get("proxy", {})
    if not proxy:
        return ""
    rows = []
    for source, own in proxy.items():
        for name in labellers_in({source: own}):
            per_code = own[name].get("codes", {})
            shown = ", ".join(f"{c} {v[0] if isinstance(v, list) else v:.2f}" for c, v in per_code.items())
            rows.append([source, name, figure(own[name]["macro_f1"]), shown])
        rows.extend(
            [source, key.replace("_minus_", " − "), figure(value, sign=True), ""]
            for key, value in own.items() if "_minus_" in key
        )  # fmt: skip
    sizes = "; ".join(
        f"`{source}` {own['passages']} passages of {own['documents']} documents" for source, own in proxy.items()
    )
    return f"""## Scores on proxy labels

**These labels are a proxy**: other schemes mapped to ours, not our codebook. {facts.get("notes", {}).get("proxy", "")}

{table(["source", "labeller", "macro-F1", "F1 per code"], rows)}

Sizes: {sizes}."""


def int8(facts: Mapping[str, Any]) -> str:
    """What the shipped file of small numbers changes."""
    own = facts.get("int8")
    if not own:
        return ""
    text = f"""## Int8 against float32

Of {own["passages"]} passages, {100 * own["passages_changed"]:.1f} % get another code somewhere when int8 is used
instead of float32, and {100 * own["labels_changed"]:.2f} % of the single yes-or-no labels change; probabilities
differ by {own["mean_difference"]:.4f} on average and by {own["largest_difference"]:.3f} at most."""
    if facts.get("scores", {}).get("test"):
        text += ' Every figure above\nthat stands under "test documents" was made with the int8 file that is shipped.'
    return f"{text} {facts.get('notes', {}).get('speed', '')}"


def _dimension_table(scores: Mapping[str, Any]) -> str:
    rows = []
    for dimension, own in scores.items():
        for name in labellers_in({dimension: own}):
            one = own[name]
            rows.append([dimension, name, figure(one["macro_f1"]), figure(one["overall"]),
                         f"{one['calibration_error']:.3f}", str(one["passages"])])  # fmt: skip
        for key, value in own.items():
            if "_minus_" in key:
                rows.append([dimension, key.replace("_minus_", " − "), figure(value, sign=True), "", "", ""])
    return table(["dimension", "labeller", "macro-F1", "overall", "ECE", "passages"], rows)


def _is_single(facts: Mapping[str, Any], dimension: str, own: Mapping[str, Any]) -> bool:
    """Whether a dimension gives one code: then its codes have no thresholds."""
    parts = [facts[name].get("thresholds", {}) for name in ("blend", "encoder", "tfidf") if name in facts]
    return bool(parts) and not any(key.startswith(f"{dimension}.") for one in parts for key in one)

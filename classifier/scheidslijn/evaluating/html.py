"""The report as one HTML file that opens offline: two languages, pictures, tables, and the passages behind each number.

Jinja2 escapes every text that goes into the page; passages travel in a JSON block with `<`, `>` and `&` written as
escapes, and the script puts them into the page as text only. A Content-Security-Policy allows this script and this
style sheet by their hash, and nothing from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections import Counter
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scheidslijn.charts import DUTCH, ENGLISH
from scheidslijn.evaluating import figures, picking
from scheidslijn.evaluating.evaluation import DimensionResult, Evaluation, Slice
from scheidslijn.evaluating.words import TEMPLATES, fact_names, words

DOUBTS = 15
"""Labels to look at again that are shown in full, of each kind."""
KINDS = ("errors", "fp", "fn", "tp", "doubt", "abstained", "differ")
"""What the browser can filter on, in this order."""


def html(evaluation: Evaluation, language: str = "nl", most: int = picking.MOST) -> str:
    """Render a report.

    Args:
        language: "nl" or "en": what is shown first; a button shows the other.
        most: how many passages the file carries.
    """
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))
    kept = picking.picked(evaluation, most)
    calibrated = [one for one in evaluation.dimensions if one.calibration is not None]
    title = tuple(f"{word} · {evaluation.model or evaluation.codebook}" for word in words()["report"])
    return _environment().get_template("report.html").render(
        _helpers(),
        e=evaluation, lang=language, title=title, sections=_sections(evaluation),
        style=Markup(style), style_hash=_hash(style), script=Markup(script), script_hash=_hash(script),
        data=Markup(_data(evaluation, kept, title)), kept=len(kept), all_passages=len(evaluation.passages),
        quota=picking.QUOTA, most_doubts=DOUBTS, lead=_lead(evaluation),
        charts=_charts(evaluation, calibrated), calibrated=calibrated,
        several_coders=any(one.coders_alpha for one in evaluation.dimensions),
        lesson=_lesson(evaluation.dimensions),
        documents=sorted(Counter(one.document for one in evaluation.passages).items()),
        risk_rows=_risk_rows(calibrated), slices=_slices(evaluation.slices),
        study_counts=_study_counts(evaluation),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    """The templates; every text that goes into them is escaped."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _sections(evaluation: Evaluation) -> list[str]:
    sections = ["s_summary"] if evaluation.dimensions or evaluation.remarks else []
    if evaluation.dimensions:
        sections += ["s_data", "s_codes", "s_humans", "s_compare", "s_calibration", "s_slices", "s_zero"]
    if evaluation.study:
        sections.append("s_study")
    if evaluation.baseline is not None:
        sections.append("s_baseline")
    if evaluation.dimensions:
        sections += ["s_doubts", "s_browser"]
    return [*sections, "s_method"]


def _charts(evaluation: Evaluation, calibrated: list[DimensionResult]) -> dict[str, Any]:
    """SVG texts; `charts` escapes every text in them."""

    def safe(pair: figures.Pair) -> tuple[Markup, Markup]:
        return Markup(pair[0]), Markup(pair[1])

    names = evaluation.names
    charts: dict[str, Any] = {"f1": {one.name: safe(figures.f1_figure(one, names)) for one in evaluation.dimensions}}
    if evaluation.comparisons:
        charts["compare"] = safe(figures.comparison_figure(evaluation.comparisons, names))
    if calibrated:
        charts["reliability"] = safe(figures.reliability_figure(calibrated, names))
        charts["risk"] = safe(figures.risk_figure(calibrated, names))
    return charts


def _both(dutch: str, english: str) -> Markup:
    """A text in both languages, of which the style sheet shows one."""
    if dutch == english:
        return escape(dutch)
    return Markup('<span class="nl" lang="nl">{}</span><span class="en" lang="en">{}</span>').format(dutch, english)


def _helpers() -> dict[str, Any]:
    """What the templates write numbers and words with; each gives both languages."""

    def word(key: str, **values: object) -> Markup:
        return _both(*(text.format(**values) for text in words()[key]))

    def number(value: float, digits: int = 2) -> Markup:
        return _both(DUTCH.text(value, digits), ENGLISH.text(value, digits))

    def span(low: float, high: float, digits: int = 2) -> Markup:
        between = (" tot ", " to ") if min(low, high) < 0 else ("–", "–")
        return _both(*(f"{n.text(low, digits)}{to}{n.text(high, digits)}"
                      for n, to in zip((DUTCH, ENGLISH), between, strict=True)))  # fmt: skip

    def percent(value: float, digits: int = 0) -> Markup:
        if not math.isfinite(value):
            return Markup("–")
        return _both(f"{100 * value:.{digits}f}%".replace(".", ","), f"{100 * value:.{digits}f}%")

    def whole(value: int) -> Markup:
        return _both(f"{value:,}".replace(",", "."), f"{value:,}") if value >= 10_000 else escape(str(value))

    def p_value(value: float) -> Markup:
        return _both("< 0,001", "< 0.001") if value < 0.001 else number(value, 3)

    def link(**filters: object) -> str:
        return "#b:" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in filters.items())

    return {
        "w": word, "plain": lambda key: words()[key][0], "say": lambda one: _both(one.nl, one.en), "num": number,
        "span": span, "pct": percent, "whole": whole, "p": p_value, "b": link,
        "pct_span": lambda low, high: f"{100 * low:.0f}–{100 * high:.0f}%" if math.isfinite(low) else "–",
        "fact_name": lambda fact: _both(*fact_names().get(fact, (fact, fact))),
    }  # fmt: skip


def _lead(evaluation: Evaluation) -> list[Markup]:
    """One to three sentences that say the whole."""
    results = [one for one in evaluation.dimensions if math.isfinite(one.macro_f1.value)]
    if not results:
        return []
    low, high = (choose(results, key=lambda one: one.macro_f1.value) for choose in (min, max))
    most = max(results, key=lambda one: one.passages)
    filled: list[tuple[str, list[dict[str, object]]]] = []

    def add(key: str, values: dict[str, object]) -> None:
        filled.append((key, [_in_language(values, language, evaluation) for language in (0, 1)]))

    add("lead_best", {"passages": most.passages, "documents": most.documents, "low": low.macro_f1.value,
                      "high": high.macro_f1.value, "worst": low.name, "best": high.name})  # fmt: skip
    coders = [one.coders_alpha.value for one in results if one.coders_alpha and one.coders_alpha.known]
    model = [one.to_coders.value for one in results if one.to_coders and one.to_coders.known]
    if coders and model:
        add("lead_humans", {"coders_low": min(coders), "coders_high": max(coders), "model_low": min(model),
                            "model_high": max(model)})  # fmt: skip
    if found := evaluation.comparisons:
        sure = [one.difference.value for one in found if one.p_holm < 0.05]
        won = sum(value > 0 for value in sure)
        counts = {"n": len(found), "won": won, "lost": len(sure) - won, "open": len(found) - len(sure)}
        add("lead_won", dict(counts))
    return [_both(*(words()[key][n].format(**own[n]) for n in (0, 1))) for key, own in filled]


def _in_language(values: dict[str, object], language: int, evaluation: Evaluation) -> dict[str, object]:
    """Numbers and names of dimensions as they are written in one language."""
    numbers = (DUTCH, ENGLISH)[language]
    out: dict[str, object] = {}
    for key, value in values.items():
        name = evaluation.names.get(value) if isinstance(value, str) else None
        shown = (name.en if language else name.nl) if name else value
        out[key] = numbers.text(value) if isinstance(value, float) else shown
    return out


def _lesson(results: tuple[DimensionResult, ...]) -> list[tuple[DimensionResult, float]]:
    """Dimensions of which both intervals are known, with how much wider the clustered one is."""
    return [
        (one, (one.macro_f1.high - one.macro_f1.low) / max(one.plain.high - one.plain.low, 1e-9))
        for one in results
        if one.macro_f1.known and one.plain.known
    ]


def _risk_rows(results: list[DimensionResult]) -> list[tuple[float, list[Any]]]:
    """By coverage in tenths, the point of each dimension that lies nearest below or at it."""
    rows = []
    for tenth in range(1, 11):
        points = [next((p for p in reversed(one.risk) if p.coverage <= tenth / 10 + 1e-9), None) for one in results]
        rows.append((tenth / 10, points))
    return rows


def _slices(found: tuple[Slice, ...]) -> list[tuple[str, list[str], list[tuple[str, dict[str, Any], Slice]]]]:
    """By fact the dimensions, and by value a row with a cell for each."""
    tables = []
    for fact in dict.fromkeys(one.fact for one in found):
        own = [one for one in found if one.fact == fact]
        dimensions = list(dict.fromkeys(one.dimension for one in own))
        rows = []
        for value in dict.fromkeys(one.value for one in own):
            cells = {one.dimension: one for one in own if one.value == value}
            rows.append((value, {name: cells.get(name) for name in dimensions}, max(cells.values(), key=_passages)))
        tables.append((fact, dimensions, rows))
    return tables


def _passages(one: Slice) -> int:
    return one.passages


def _study_counts(evaluation: Evaluation) -> list[tuple[str, int, int]]:
    counts = []
    for name in dict.fromkeys(one.dimension for one in evaluation.study):
        own = [one for one in evaluation.study if one.dimension == name]
        counts.append((name, len(own), sum(one.agrees for one in own)))
    return counts


def _data(evaluation: Evaluation, kept: list[int], title: tuple[str, ...]) -> str:
    names = {key: [own.nl, own.en] for key, own in evaluation.names.items()}
    data = {
        "title": title, "names": names, "kinds": KINDS,
        "words": {key: list(own) for key, own in words().items() if not key.startswith(("s_", "method"))},
        "keys": [code.key for one in evaluation.dimensions for code in one.codes],
        "dims": [one.name for one in evaluation.dimensions],
        "passages": picking.carried(evaluation, kept),
        "docs": sorted({evaluation.passages[number].document for number in kept}),
    }  # fmt: skip
    return script_json(data)


def script_json(value: object) -> str:
    """JSON that is safe inside a script element: no `<`, `>` or `&`, and no line separators.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")

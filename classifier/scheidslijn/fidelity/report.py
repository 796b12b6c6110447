"""The verdict as a page in Dutch: a table for each dimension, what to do, and the passages behind every figure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scheidslijn.agreeing.text import table
from scheidslijn.fidelity.plan import TESTS
from scheidslijn.fidelity.tested import Tested
from scheidslijn.fidelity.thresholds import FEWEST_DOCUMENTS, Thresholds
from scheidslijn.fidelity.verdict import DimensionVerdict, Verdict
from scheidslijn.fidelity.words import ADVICE, MORE_DOCUMENTS, NAMES, OUTCOMES, figure

SHOWN = 5
"""Passages shown under each test; the JSON names all."""


def report_lines(verdict: Verdict) -> list[str]:
    """Return the page as lines of Markdown."""
    gold = verdict.plan.gold
    documents, temperature = len(set(gold.documents)), f"{verdict.temperature:g}".replace(".", ",")
    lines = [f"# Kan dit model coderen? {_one_line(verdict.model)}", ""]
    lines.append(
        f"Codeboek {verdict.codebook}, vraag {verdict.prompt}, temperatuur {temperature}. Getoetst op "
        f"{len(gold.passages)} passages uit {documents} documenten, gecodeerd door {len(gold.coders) or 1} codeur(s); "
        f"{verdict.plan.calls} antwoorden. Het oordeel geldt voor dit model met deze vraag en dit codeboek, en voor "
        "geen ander. De passages zijn zo gekozen dat zeldzame codes meedoen: de cijfers zijn geen aandelen."
    )
    lines += ["", *_overview(verdict), ""]
    if documents < FEWEST_DOCUMENTS:
        lines += [f"Met minder dan {FEWEST_DOCUMENTS} documenten kan geen dimensie meetellen, ook niet als alles goed "
                  "gaat: het interval is dan te breed.", ""]  # fmt: skip
    for one in verdict.dimensions:
        lines += [f"## {one.dimension}: {'telt mee' if one.counts else 'telt niet mee'}", ""]
        lines += [*_dimension(one, verdict.thresholds), "", *_undecided(verdict, one.dimension), *_advice(one)]
        lines += _failing(one)
    return lines[:-1] if not lines[-1] else lines


def summary_lines(verdict: Verdict) -> list[str]:
    """The verdict in a line for each dimension, for a terminal."""
    return [
        f"{one.dimension}: {'telt mee' if one.counts else 'telt niet mee'}"
        + ("" if one.counts else " (" + "; ".join(one.why) + ")")
        for one in verdict.dimensions
    ]


def _overview(verdict: Verdict) -> list[str]:
    heads = ["dimensie", "telt mee", "α met codeurs", "staat in de weg"]
    rows = [
        [
            one.dimension, "ja" if one.counts else "nee", figure(one.agreement),
            ", ".join(name for name in TESTS if name not in one.tests or one.tests[name].outcome != "passed") or "–",
        ]
        for one in verdict.dimensions
    ]  # fmt: skip
    return table(heads, rows)


def _dimension(one: DimensionVerdict, bars: Thresholds) -> list[str]:
    rows = []
    for name in TESTS:
        test = one.tests.get(name)
        if test is None:
            rows.append([name, NAMES[name], "niet getoetst", "–", "–", "–"])
            continue
        rows.append(
            [name, NAMES[name], OUTCOMES[test.outcome], figure(test.figure), str(test.passages), _bar(name, bars)]
        )
    return table(["toets", "wat", "uitkomst", "cijfer", "passages", "grens (interval vanaf)"], rows)


def _bar(name: str, bars: Thresholds) -> str:
    bar = getattr(bars, name)
    text = f"{bar.target:g}" if name == "recovery" else f"{bar.target:g} ({bar.floor:g})"
    return text.replace(".", ",")


def _undecided(verdict: Verdict, name: str) -> Iterator[str]:
    gold, columns = verdict.plan.gold, verdict.plan.codebook.columns(name)
    coded = [np.isfinite(own[:, columns]).any(axis=1) for own in gold.coders.values()]
    number = int((np.any(coded, axis=0) & ~np.isfinite(gold.targets[:, columns]).all(axis=1)).sum()) if coded else 0
    if number:
        yield (f"Bij {number} passages zijn de codeurs het niet eens en heeft niemand beslist; die tellen niet mee in "
               "de α met het goud. Dat zijn de moeilijke, dus die α is eerder te gunstig.")  # fmt: skip
        yield ""


def _advice(one: DimensionVerdict) -> Iterator[str]:
    people = one.tests["agreement"].more.get("minus_people") if "agreement" in one.tests else None
    if people is not None and people.known:
        more = one.tests["agreement"].more
        yield (f"Mensen onderling: α {figure(more['among_people'])}; model met mensen: {figure(more['with_people'])}; "
               f"verschil {figure(people)}.")  # fmt: skip
        yield ""
    open_tests = [name for name in TESTS if name in one.tests and one.tests[name].outcome == "unknown"]
    failed = [name for name in TESTS if name in one.tests and one.tests[name].outcome == "failed"]
    if failed or open_tests:
        yield "Wat te doen:"
        yield ""
        yield from (f"- {name}: {ADVICE[name]}" for name in failed)
        if open_tests:
            yield f"- {', '.join(open_tests)}: {MORE_DOCUMENTS.format(fewest=FEWEST_DOCUMENTS)}"
        yield ""


def _failing(one: DimensionVerdict) -> Iterator[str]:
    for name, test in one.tests.items():
        if test.failing:
            yield f"### {one.dimension}, {name}: {len(test.failing)} passages"
            yield ""
            yield from _passages(test)
            yield ""


def _passages(test: Tested) -> Iterator[str]:
    for own in test.failing[:SHOWN]:
        where = own.passage.document + (f", blz. {own.passage.page}" if own.passage.page is not None else "")
        yield f"- {_one_line(where)} (`{_one_line(own.passage.passage_id)}`): {_one_line(_short(own.passage.text))}"
        said = f"model: {_one_line(own.said)}"
        yield f"  - {'verwacht: ' + _one_line(own.expected) + '; ' if own.expected else ''}{said}"
    if len(test.failing) > SHOWN:
        yield f"- … en {len(test.failing) - SHOWN} andere (alle staan in het JSON-bestand)"


def _short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")

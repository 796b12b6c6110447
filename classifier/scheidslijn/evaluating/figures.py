"""The pictures of a report, each in Dutch and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scheidslijn.charts import DUTCH, ENGLISH, Numbers, Texts, forest_svg, lines_svg, reliability_svg
from scheidslijn.charts.forest import Group, Row
from scheidslijn.charts.lines import Line, Point
from scheidslijn.charts.reliability import Bin, Panel, Series
from scheidslijn.evaluating.evaluation import Comparison, DimensionResult, Said
from scheidslijn.evaluating.words import words

Pair = tuple[str, str]
Draw = Callable[[int, Numbers], str]
"""Draws in one language: 0 Dutch, 1 English."""


def pair(draw: Draw) -> Pair:
    """A picture in both languages."""
    return draw(0, DUTCH), draw(1, ENGLISH)


def f1_figure(result: DimensionResult, names: Mapping[str, Said]) -> Pair:
    """F1 of every code of one dimension, with the macro-F1 beneath."""

    def draw(language: int, numbers: Numbers) -> str:
        rows = [
            Row(_name(names, code.key, language), code.f1.value, code.f1.low, code.f1.high, f"n = {code.support}")
            for code in result.codes
        ]
        own = result.macro_f1
        rows.append(Row(words()["all_codes_macro"][language], own.value, own.low, own.high, series=1))
        title = f"{_name(names, result.name, language)}: {words()['chart_f1'][language]}"
        texts = Texts(title, words()["chart_f1_about"][language], "F1")
        return forest_svg((Group("", tuple(rows)),), texts, low=0.0, high=1.0, numbers=numbers)

    return pair(draw)


def comparison_figure(found: Sequence[Comparison], names: Mapping[str, Said]) -> Pair:
    """Differences in macro-F1 by dimension, a group for each labeller that is compared with."""

    def draw(language: int, numbers: Numbers) -> str:
        groups = []
        for other in dict.fromkeys(one.other for one in found):
            rows = tuple(
                Row(
                    _name(names, one.dimension, language), one.difference.value, one.difference.low, one.difference.high
                )
                for one in found
                if one.other == other and one.measure == "macro_f1"
            )
            groups.append(Group(f"{words()['against'][language]} {other}", rows))
        label = f"{words()['macro_f1'][language]}, {words()['difference'][language]}"
        return forest_svg(tuple(groups), Texts(label, "", label), reference=0.0, numbers=numbers)

    return pair(draw)


def reliability_figure(results: Sequence[DimensionResult], names: Mapping[str, Said]) -> Pair:
    """A reliability diagram for every dimension with probabilities."""

    def draw(language: int, numbers: Numbers) -> str:
        panels = []
        for result in results:
            if result.calibration is None:
                continue
            bins = tuple(
                Bin(one.mean, one.frequency.value, one.frequency.low, one.frequency.high, one.labels)
                for one in result.calibration.bins
            )
            note = f"ECE {numbers.text(result.calibration.ece.value, 3)}"
            panels.append(Panel(_name(names, result.name, language), (Series("", bins),), note))
        text = words()
        texts = Texts(
            text["reliability"][language], text["reliability_about"][language], text["probability"][language],
            text["frequency"][language],
        )  # fmt: skip
        return reliability_svg(tuple(panels), texts, counts=text["labels"][language], numbers=numbers)

    return pair(draw)


def risk_figure(results: Sequence[DimensionResult], names: Mapping[str, Said]) -> Pair:
    """Coverage against risk, a line for every dimension."""

    def draw(language: int, numbers: Numbers) -> str:
        lines = tuple(
            Line(_name(names, one.name, language), tuple(Point(own.coverage, own.risk) for own in one.risk))
            for one in results
            if one.risk
        )
        text = words()
        about = text["risk_about"][language]
        texts = Texts(text["risk_title"][language], about, text["coverage"][language], text["risk"][language])
        percent = Numbers(0, numbers.decimal, percent=True)
        return lines_svg(lines, texts, low=0.0, numbers=percent, x_numbers=percent)

    return pair(draw)


def _name(names: Mapping[str, Said], key: str, language: int) -> str:
    return names[key].en if language else names[key].nl

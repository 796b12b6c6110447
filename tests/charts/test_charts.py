"""Charts: well-formed whatever the words, true to the numbers, readable by eye, ear and printer."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.charts import (
    DUTCH,
    Bar,
    Bin,
    Group,
    Line,
    Mark,
    Numbers,
    Panel,
    Point,
    Row,
    Series,
    Texts,
    as_file,
    bars_rows,
    bars_svg,
    forest_rows,
    forest_svg,
    lines_rows,
    lines_svg,
    reliability_rows,
    reliability_svg,
)
from scheidslijn.charts.svg import COLOURS
from scheidslijn.charts.ticks import log_axis, nice_axis

NAN = math.nan
SVG = "{http://www.w3.org/2000/svg}"
WORDS = Texts("Titel <1>", "Zo lees je dit & dat", "x-as", "y-as")
Drawer = Callable[[str, float, Texts], str]


def reliability(word: str, value: float, texts: Texts) -> str:
    bins = (Bin(0.1, 0.05, 0.0, 0.2, 12), Bin(0.6, value, NAN, NAN, 11))
    return reliability_svg((Panel(word, (Series(word, bins), Series("na", bins))),), texts, counts="n")


def lines(word: str, value: float, texts: Texts) -> str:
    points = (Point(1, 0.5, 0.4, 0.6), Point(2, value), Point(4, NAN), Point(8, 0.7))
    return lines_svg((Line(word, points),), texts, marks=(Mark(word, x=3), Mark("lijn", y=0.2)), log_x=True)


def forest(word: str, value: float, texts: Texts) -> str:
    return forest_svg((Group(word, (Row(word, value, 0.1, 0.9, "n"), Row("b", NAN))),), texts, reference=0.5)


def bars(word: str, value: float, texts: Texts) -> str:
    return bars_svg((Bar(word, value, 0.1, 0.9, "n"), Bar("leeg", NAN)), texts)


ALL = [reliability, lines, forest, bars]


@pytest.mark.parametrize("draw", ALL)
@settings(max_examples=40, deadline=None)
@given(word=st.text(max_size=30), value=st.floats())
def test_any_words_and_numbers_give_well_formed_xml(draw: Drawer, word: str, value: float) -> None:
    texts = Texts(word, word, word, word)
    svg = draw(word, value, texts)
    root = ElementTree.fromstring(svg)
    assert ElementTree.fromstring(as_file(svg)).get("color") == "#1a1a1a"
    for element in root.iter():  # no coordinate may be NaN or infinite, whatever came in
        for name in ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height"):
            assert math.isfinite(float(element.get(name, "0").removesuffix("%")))
        assert "nan" not in element.get("d", "") and "inf" not in element.get("d", "")


@pytest.mark.parametrize("draw", ALL)
def test_a_picture_has_a_name_and_shows_only_words_that_were_given(draw: Drawer) -> None:
    root = ElementTree.fromstring(draw("woord", 0.4, WORDS))
    title, description = root[0], root[1]
    assert root.get("role") == "img" and title.text == WORDS.title and description.text == WORDS.description
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    seen = {element.text or "" for element in root.iter(f"{SVG}text")}
    words = {one for one in seen if any(c.isalpha() for c in one)}
    assert words <= {"woord", "na", "lijn", "b", "leeg", "n", "x-as", "y-as"} | {"0.40 (0.10–0.90)\u2003n"}
    assert not any(name in draw("woord", 0.4, WORDS) for name in ("<script", "style=", "href"))


def test_rows_hold_the_numbers_of_the_picture() -> None:
    bins = (Bin(0.1, 0.05, 0.0, 0.2, 12),)
    assert reliability_rows((Panel("thema", (Series("na", bins),)),)) == [("thema", "na", 0.1, 0.05, 0.0, 0.2, 12)]
    assert lines_rows((Line("a", (Point(1, 2, 1.5, 2.5),)),)) == [("a", 1, 2, 1.5, 2.5)]
    assert forest_rows((Group("g", (Row("a", 1, 0, 2, "n = 3"),)),)) == [("g", "a", 1, 0, 2, "n = 3")]
    assert bars_rows((Bar("a", 1, 0, 2, "n = 3"),)) == [("a", 1, 0, 2, "n = 3")]


def test_marks_stand_where_the_numbers_say() -> None:
    row = Row("a", 0.25, 0.0, 1.0)
    root = ElementTree.fromstring(forest_svg((Group("", (row,)),), WORDS, low=0, high=1))
    whisker = next(e for e in root.iter(f"{SVG}line") if "sl-whisker" in e.get("class", ""))
    disc = next(root.iter(f"{SVG}circle"))
    left, right = float(whisker.get("x1", "")), float(whisker.get("x2", ""))
    assert float(disc.get("cx", "")) == pytest.approx(left + 0.25 * (right - left), abs=0.02)


def test_an_interval_past_the_end_of_the_axis_gets_an_arrow() -> None:
    def arrows(high: float) -> int:
        svg = forest_svg((Group("", (Row("a", 0.5, 0.2, high),)),), WORDS, low=0, high=1)
        return len(list(ElementTree.fromstring(svg).iter(f"{SVG}path")))

    assert (arrows(0.9), arrows(1.3)) == (0, 1)


def test_names_at_line_ends_do_not_overlap() -> None:
    four = tuple(Line(f"lijn {n}", (Point(0, 0.5), Point(1, 0.9 + n / 1000))) for n in range(4))
    root = ElementTree.fromstring(lines_svg(four, WORDS, low=0, high=1))
    places = sorted(float(e.get("y", "")) for e in root.iter(f"{SVG}text") if (e.text or "").startswith("lijn"))
    assert len(places) == 4 and min(b - a for a, b in pairwise(places)) >= 14


def test_empty_charts_are_pictures_too() -> None:
    for svg in (reliability_svg((), WORDS), lines_svg((), WORDS), forest_svg((), WORDS), bars_svg((), WORDS)):
        ElementTree.fromstring(svg)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_are_read_on_white() -> None:
    assert min(1.05 / (luminance(colour) + 0.05) for colour in COLOURS) >= 4.5


@pytest.mark.parametrize("blind", ["deuteranopia", "protanopia"])
def test_the_first_colours_differ_to_people_who_see_no_red_or_green(blind: str) -> None:
    """The simulation of Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""
    matrix = {
        "deuteranopia": [(0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                         (-0.011820, 0.042940, 0.968881)],
        "protanopia": [(0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                       (-0.003882, -0.048116, 1.051998)],
    }[blind]  # fmt: skip

    def seen(colour: str) -> list[float]:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        mixed = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrix]
        return [max(0.0, m) ** (1 / 2.4) for m in mixed]

    apart = [math.dist(seen(a), seen(b)) for n, a in enumerate(COLOURS[:4]) for b in COLOURS[:n]]
    assert min(apart) > 0.15


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.integers(2, 8))
def test_ticks_are_round_even_and_around_the_values(values: list[float], count: int) -> None:
    axis = nice_axis(values, count)
    least = 1e-8 * (1 + max(values) - min(values))
    assert axis.low <= min(values) + least and axis.high >= max(values) - least
    steps = [b - a for a, b in pairwise(axis.ticks)]
    assert steps and all(step == pytest.approx(steps[0], rel=1e-6) for step in steps) and len(steps) <= 2 * count + 2
    times = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-9)
    assert min(abs(times - one) for one in (1, 2, 2.5, 5)) < 1e-4
    written = [Numbers(axis.digits).text(tick) for tick in axis.ticks]
    assert len(set(written)) == len(written)


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=6))
def test_log_ticks_hold_the_values(values: list[float]) -> None:
    axis = log_axis(values)
    assert axis.low <= min(values) * 1.0001 and axis.high >= max(values) * 0.9999 and len(axis.ticks) >= 2
    place = axis.place(0, 1)
    assert place(axis.low) == 0 and place(axis.high) == pytest.approx(1)


def test_fixed_ends_stay() -> None:
    assert nice_axis([0.3], low=0, high=1).ticks == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))
    assert nice_axis([5, 5]).ticks[0] < 5 < nice_axis([5, 5]).ticks[-1]
    assert nice_axis([], low=2, high=1).low == 2


def test_numbers_in_dutch() -> None:
    assert DUTCH.text(0.5) == "0,50" and DUTCH.interval(0.1, -0.1, 0.3) == "0,10 (−0,10 tot 0,30)"
    assert Numbers().text(-0.001) == "0.00"

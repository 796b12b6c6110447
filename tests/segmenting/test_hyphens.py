"""Rejoining cut words: a list of cases written before the rules were tuned, and an unseen one written after."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from scheidslijn.segmenting.hyphens import HYPHEN, JOIN, SPACE, SUSPENDED, glue
from scheidslijn.segmenting.joining import join_lines
from scheidslijn.segmenting.words import Vocabulary, frequencies, is_compound, zipf

HERE = Path(__file__).parent


def read_cases(name: str) -> list[dict[str, str]]:
    """The cases of a list: U+00AD and U+FFFE are written as escapes, a further line break as ⏎."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            {key: value.replace("\\u00ad", "\u00ad").replace("\\ufffe", "\ufffe") for key, value in row.items()}
            for row in rows
        ]


def wrong(cases: list[dict[str, str]]) -> list[str]:
    """The cases that do not come out as expected, as readable lines."""
    found = []
    for case in cases:
        got = join_lines([*case["before"].split("⏎"), *case["after"].split("⏎")])
        if got != case["expected"]:
            found.append(f"{case['kind']}: {case['before']!r} / {case['after']!r} -> {got!r}, not {case['expected']!r}")
    return found


def test_at_least_400_cases_over_all_kinds_come_out_995_in_1000() -> None:
    cases = read_cases("hyphen_cases.tsv")
    kinds = Counter(case["kind"] for case in cases)
    assert len(cases) >= 400 and len(kinds) >= 14 and min(kinds.values()) >= 10
    assert len({(case["before"], case["after"]) for case in cases}) == len(cases)
    faults = wrong(cases)
    assert len(faults) <= 0.005 * len(cases), "\n".join(faults)


def test_unseen_cases_written_after_the_rules_come_out_97_in_100() -> None:
    cases = read_cases("hyphen_cases_unseen.tsv")
    faults = wrong(cases)
    assert len(cases) >= 100 and len(faults) <= 0.03 * len(cases), "\n".join(faults)


def test_glue_says_what_goes_and_what_comes_between() -> None:
    words = Vocabulary()
    assert glue("de gemeen\ufffe", "ten", words) == JOIN
    assert glue("sociaal\ufffe", "economisch", words) == HYPHEN
    assert glue("de wijk\u00ad", "en dienstencentra", words) == SUSPENDED
    assert glue("de wijk", "is groen", words) == SPACE


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["een wijk-", "", "  ", "en dienstencentrum"], "een wijk- en dienstencentrum"),
        (["-", "meer groen"], "- meer groen"),
        (["\u00ad", "\ufffe"], "- -"),
        (["a" * 200 + "-", "b" * 200], "a" * 200 + "b" * 200),
        ([], ""),
    ],
)
def test_odd_lines(lines: list[str], text: str) -> None:
    assert join_lines(lines) == text


def test_the_word_list_is_a_list_of_dutch() -> None:
    assert len(frequencies()) > 300_000
    assert zipf("gemeente") > 4.5 > zipf("krapte") > 2 > zipf("gemeen-te") == 0.0
    assert is_compound("arbeidsmarktkrapte") and is_compound("beleidsagenda") and not is_compound("gemeentn")

"""Rejoining cut words: two lists of cases, the first written before the rules were tuned, the second after and never tuned on."""

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
            {key: value.replace("\\u00ad", "\u00ad").replace("\\ufffe", "\ufffe") for key, value in row.items()} for row in rows
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

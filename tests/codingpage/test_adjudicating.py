"""Settling what coders differ on: blind, only what differs, and read back as settled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scheidslijn.annotations.merging import merge
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codingpage.adjudicating import differences
from scheidslijn.codingpage.asking import Refused
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.session import Rules, Session
from scheidslijn.codingpage.store import CodesFile
from scheidslijn.errors import ScheidslijnError


def code(kit: SimpleNamespace, path: Path, coder: str, answers: Sequence[dict[str, Any]]) -> Path:
    with CodesFile(path, coder) as file:
        session = kit.session_of(file)
        for n, codes in enumerate(answers):
            session.save({"number": n, "codes": codes, "remark": f"van {coder}" if n == 1 else ""})
    return path


@pytest.fixture
def two(kit: SimpleNamespace, tmp_path: Path) -> list[Path]:
    """Anna and Bram differ on the theme of the second passage, and on theme and role of the third."""
    one = kit.one
    anna = [one, one, one, {"thema": []}]
    bram = [one, {**one, "thema": ["bestuur"]}, {**one, "thema": [], "rol": ["overig"]}, {"rol": []}]
    return [code(kit, tmp_path / "anna.jsonl", "anna", anna), code(kit, tmp_path / "bram.jsonl", "bram", bram)]


def test_only_what_differs_is_asked_and_the_settled_codes_count(
    kit: SimpleNamespace, two: list[Path], tmp_path: Path
) -> None:
    sheet = differences(read_codings(two, kit.book).codings, kit.book)
    path = tmp_path / "beslist.jsonl"
    with CodesFile(path, "cor") as file:
        session = Session(sheet.items, kit.book, Rules(kit.book.dimensions), file, Suggestions())
        first, second = session.view(0), session.view(1)
        assert first["asked"] == ["thema"] and second["asked"] == ["thema", "rol"]
        assert sorted(first["said"]["thema"]) == [["bestuur"], ["onderwijs"]]
        assert sorted(first["remarks"]) == ["van anna", "van bram"]
        with pytest.raises(Refused, match="'rol' is not asked"):
            session.save({"number": 0, "codes": {"rol": []}})
        session.save({"number": 0, "codes": {"thema": ["bestuur", "onderwijs"]}})
        session.save({"number": 1, "codes": {"thema": [], "rol": ["ambitie"]}})
    read = read_codings([*two, path], kit.book)
    settled = [one for one in read.codings if one.adjudicated]
    assert [one.codes for one in settled] == [{"thema": ("bestuur", "onderwijs")}, {"thema": (), "rol": ("ambitie",)}]
    merged = merge(read, kit.book, "adjudicated")
    assert merged.counts["thema"].settled == 2 and merged.counts["thema"].open == 0
    known = {one.text: one.known for one in merged.examples}[kit.texts[1]]
    assert known["thema.bestuur"] == known["thema.onderwijs"] == 1 and known["uitwerking.geen"] == 1
    with pytest.raises(ScheidslijnError, match="nothing to settle"):
        differences(read.codings, kit.book)


def test_the_order_tells_nothing_and_stays_the_same(kit: SimpleNamespace, tmp_path: Path) -> None:
    one, other = {"rol": ["ambitie"]}, {"rol": ["overig"]}
    files = [
        code(kit, tmp_path / f"{name}.jsonl", name, [codes] * 7) for name, codes in (("anna", one), ("bram", other))
    ]
    first = [item.said["rol"][0] for item in differences(read_codings(files, kit.book).codings, kit.book).items]
    again = [item.said["rol"][0] for item in differences(read_codings(files[::-1], kit.book).codings, kit.book).items]
    assert set(first) == {("ambitie",), ("overig",)}
    assert again == first


def test_a_machine_is_no_party(kit: SimpleNamespace, tmp_path: Path) -> None:
    anna = code(kit, tmp_path / "anna.jsonl", "anna", [kit.one])
    machine = kit.write_suggestions(tmp_path / "s.jsonl", [kit.suggestion(kit.passages()[0], thema=("bestuur",))])
    with pytest.raises(ScheidslijnError, match="coded by two people"):
        differences(read_codings([anna, machine], kit.book).codings, kit.book)


def test_agreement_on_everything_is_told(kit: SimpleNamespace, tmp_path: Path) -> None:
    files = [code(kit, tmp_path / f"{name}.jsonl", name, [kit.one] * 3) for name in ("anna", "bram")]
    with pytest.raises(ScheidslijnError, match="of 3 shared passages nothing differs"):
        differences(read_codings(files, kit.book).codings, kit.book)

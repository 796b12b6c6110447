"""What is coded: ids and facts of the sheet, no label of anybody, neighbours where they are sure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from scheidslijn.api import read
from scheidslijn.cli import app
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.session import Rules, Session
from scheidslijn.codingpage.sheet import make_sheet
from scheidslijn.codingpage.store import CodesFile
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

ROOT = Path(__file__).resolve().parents[2]


def test_a_document_without_its_headings_and_repeats(kit: SimpleNamespace) -> None:
    given = read(ROOT / "examples" / "waterrade-coalitieakkoord-2026-2030.docx")
    sheet = make_sheet(given, kit.book)
    assert sheet.headings == sum(one.kind == "heading" for one in given) > 0
    assert len(sheet.items) + sheet.headings + sheet.repeats == len(given)
    assert len(make_sheet(given, kit.book, headings=True).items) > len(sheet.items)
    at = next(n for n, one in enumerate(given) if one.passage_id == sheet.items[5].passage.passage_id)
    assert sheet.items[5].before == replace(given[at - 1], extra={})


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet"])
def test_what_label_wrote_comes_without_its_labels(kit: SimpleNamespace, tmp_path: Path, form: str) -> None:
    source, table = ROOT / "examples" / "duinhorst-wmo-plan-2026-2029.html", tmp_path / f"labels.{form}"
    made = CliRunner().invoke(app, ["label", str(source), "-o", str(table), "--labeller", "terms"])
    assert made.exit_code == 0, made.output
    direct, sheet = make_sheet(read(source), kit.book), make_sheet(read(table), kit.book)
    assert [one.passage.passage_id for one in sheet.items] == [one.passage.passage_id for one in direct.items]
    assert [one.passage.text for one in sheet.items] == [one.passage.text for one in direct.items]
    assert [one.passage.heading for one in sheet.items] == [one.passage.heading for one in direct.items]
    assert sheet.items[3].before is not None and all(one.facts == {} for one in sheet.items)


def test_facts_stay_and_what_others_thought_does_not(kit: SimpleNamespace) -> None:
    facts = {"inclusion_probability": 0.25, "draw": "design", "gemeente": "Waterrade"}
    thoughts = {
        "thema": ["onderwijs"], "thema_bram": "bestuur", "Beleidsthema": "Wonen", "codeur1.rol": "ambitie",
        "rol_score": 0.9, "scores": {"thema.onderwijs": 1}, "thema.onderwijs": 0.8, "hoofdthema": "bestuur",
        "coder": "bram", "remark": "?", "reason": "twijfel", "model": "m", "suggested_by": "klein",
        "flags": "instruction", "nested": {"thema": "bestuur"},
    }  # fmt: skip
    extra = {"passage_id": "x-1", **facts, **thoughts}
    (item,) = make_sheet([Passage("r", "a.pdf", 2, "'- Waterrade bouwt.", extra=extra)], kit.book).items
    assert item.facts == facts
    assert item.passage == Passage("x-1", "a.pdf", 2, "- Waterrade bouwt.")


def test_a_document_is_found_under_its_other_names(kit: SimpleNamespace) -> None:
    extra = {"doc_id": "akkoord Waterrade", "soort_document": "coalitieakkoord", "jaar": 2026}
    (item,) = make_sheet([Passage("r", "table.csv", None, "Waterrade bouwt.", extra=extra)], kit.book).items
    assert item.passage.document == "akkoord Waterrade"
    assert item.facts == {"doc_type": "coalitieakkoord", "jaar": 2026}


def test_neighbours_are_not_guessed(kit: SimpleNamespace) -> None:
    given = kit.passages()
    sample = make_sheet([given[0], given[2], given[3]], kit.book).items
    assert [one.before is not None for one in sample] == [False, False, True]
    whole = make_sheet([given[0], given[2], given[3]], kit.book, context=given).items
    assert [one.before.text if one.before else "" for one in whole] == ["", given[1].text, given[2].text]
    assert whole[2].after is None  # the next is of another document
    strange = [replace(one, passage_id=f"row {n}") for n, one in enumerate(given)]
    assert all(one.before is one.after is None for one in make_sheet(strange, kit.book).items)


def test_one_id_for_two_texts_becomes_two(kit: SimpleNamespace) -> None:
    given = [replace(one, passage_id="x") for one in kit.passages()[:3]]
    assert [one.passage.passage_id for one in make_sheet(given, kit.book).items] == ["x", "x#2", "x#3"]


def test_nothing_to_code_is_told(kit: SimpleNamespace) -> None:
    with pytest.raises(ScheidslijnError, match="no passage was read"):
        make_sheet([], kit.book)
    with pytest.raises(ScheidslijnError, match="1 headings and 0 repeated"):
        make_sheet([replace(kit.passages()[0], kind="heading")], kit.book)


def test_a_drawn_sheet_goes_round_to_shares(kit: SimpleNamespace, tmp_path: Path) -> None:
    """Draw a sample, code it, and estimate shares: the columns of the draw come through."""
    source, table = str(ROOT / "examples" / "duinhorst-wmo-plan-2026-2029.html"), str(tmp_path / "labels.jsonl")
    drawn, codes = tmp_path / "sample.xlsx", tmp_path / "anna.jsonl"
    run = CliRunner()
    assert run.invoke(app, ["label", source, "-o", table, "--labeller", "terms"]).exit_code == 0
    assert run.invoke(app, ["shares", "draw", table, "-n", "12", "-o", str(drawn)]).exit_code == 0
    items = make_sheet(read(drawn), kit.book).items
    assert len(items) == 12
    with CodesFile(codes, "anna") as file:
        session = Session(items, kit.book, Rules(kit.book.dimensions), file, Suggestions())
        for n in range(12):
            session.save({"number": n, "codes": kit.one})
    assert json.loads(codes.read_text("utf-8").splitlines()[0])["draw"]
    done = run.invoke(app, ["shares", "estimate", table, "--sample", str(codes)])
    assert done.exit_code == 0, done.output
    assert "12" in done.output

"""What `scheidslijn suggest` wrote is read as the coding of a machine, and is never a label of a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scheidslijn.agreeing.job import agree
from scheidslijn.annotations.merging import merge
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import load_codebook
from scheidslijn.evaluating.gold import gold_of
from scheidslijn.passage import text_key

BOOK = load_codebook("sociale-tweedeling")
SCHOOL = "Elzenbroek bouwt een nieuwe school."
WERK = "In Waterrade helpen wij jongeren aan werk."
ZORG = "Duinhorst wil dat iedereen gezond leeft."


def suggestion(text: str, **fields: object) -> dict[str, object]:
    return {
        "passage_id": "p-1", "key": text_key(text), "document": "akkoord.pdf", "page": 2, "kind": "text",
        "place": "vrije_tekst", "heading": ["Samen"], "text": text, "coder": "llm:tiny",
        "evidence": {}, "failures": [], "flags": [], "suggested_by": "tiny", "prompt": "0123456789ab",
        "codebook": BOOK.label,
    } | {one.name: None for one in BOOK.dimensions} | fields  # fmt: skip


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_lists_strings_nulls_and_single_codes(tmp_path):
    path = write(
        tmp_path / "s.jsonl",
        suggestion(SCHOOL, thema=["onderwijs"], scheidslijn=[], uitwerking="actiegericht", rol=[],
                   evidence={"thema.onderwijs": {"quote": "school", "start": 28, "end": 34}}, flags=["instructie"]),
        suggestion(WERK, uitwerking="geen", failures=[{"kind": "no_evidence", "dimension": "thema", "detail": ""}],
                   **{"thema.arbeidsmarkt": True, "thema.bestuur": False}),
    )  # fmt: skip
    read = read_codings([path], BOOK)
    first, second = read.codings
    assert read.problems == ()
    assert first.codes == {"thema": ("onderwijs",), "scheidslijn": (), "uitwerking": ("actiegericht",), "rol": ()}
    assert (first.coder, first.machine, first.adjudicated, first.page, first.heading) == (
        "llm:tiny", True, False, 2, ("Samen",),
    )  # fmt: skip
    assert first.extra == {
        "passage_id": "p-1", "kind": "text", "place": "vrije_tekst", "suggested_by": "tiny", "prompt": "0123456789ab",
        "flags": "instructie", "codebook": BOOK.label,
    }  # fmt: skip
    assert second.codes == {"uitwerking": ("geen",)}
    assert second.partly == {"thema.arbeidsmarkt": True, "thema.bestuur": False}


def test_a_row_without_labels_and_a_code_of_another_codebook_are_told(tmp_path):
    path = write(
        tmp_path / "s.jsonl",
        suggestion(SCHOOL, failures=[{"kind": "unreadable", "dimension": "", "detail": "…"}]),
        suggestion(WERK, thema=["ruimtevaart"], uitwerking="geen"),
        suggestion(ZORG, thema={"x": 1}, uitwerking="geen"),
    )
    read = read_codings([path], BOOK)
    assert [one.codes for one in read.codings] == [{"uitwerking": ("geen",)}] * 2
    assert [one.kind for one in read.problems] == ["not coded", "unknown code", "no codes"]


def test_the_name_of_a_person_does_not_make_a_suggestion_a_label(tmp_path):
    path = write(tmp_path / "s.jsonl", suggestion(SCHOOL, thema=["onderwijs"], coder="Anna"))
    read = read_codings([path], BOOK, coder="Bram")
    assert [(one.coder, one.machine) for one in read.codings] == [("Anna", True)]
    merged = merge(read, BOOK)
    assert merged.examples == ()
    assert [(one.kind, "'Anna'" in one.message) for one in merged.problems] == [("labels of a machine", True)]


def test_merge_and_gold_leave_a_machine_out_and_agree_takes_it_as_a_coder(tmp_path):
    people = write(
        tmp_path / "anna.jsonl",
        {"text": SCHOOL, "document": "akkoord.pdf", "coder": "Anna", "thema": ["onderwijs"]},
        {"text": ZORG, "document": "akkoord.pdf", "coder": "Anna", "thema": ["gezondheid"]},
    )
    machine = write(
        tmp_path / "s.jsonl",
        suggestion(SCHOOL, thema=["bestuur"]),
        suggestion(WERK, thema=["arbeidsmarkt"]),
        suggestion(ZORG, thema=["gezondheid"]),
    )
    read = read_codings([people, machine], BOOK)
    merged = merge(read, BOOK)
    assert [one.text for one in merged.examples] == [SCHOOL, ZORG]
    assert merged.examples[0].known["thema.onderwijs"] == 1.0
    assert merged.examples[0].known["thema.bestuur"] == 0.0
    assert "suggested_by" not in merged.examples[0].extra
    assert [one.message[:52] for one in merged.problems] == ["3 passages have labels of the machine 'llm:tiny'; no"]
    both = merge(read, BOOK, machines=True)
    assert [one.text for one in both.examples] == [SCHOOL, ZORG, WERK]
    assert "thema.onderwijs" not in both.examples[0].known
    gold = gold_of(read, BOOK)
    assert list(gold.coders) == ["Anna"]
    assert len(gold.passages) == 2
    assert len(gold.problems) == 1
    found = agree([people, machine], BOOK, dimensions=["thema"])
    assert found.coders == ("Anna", "llm:tiny")
    assert found.coded == {"Anna": 2, "llm:tiny": 3}


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_suggestions_in_a_table_stay_a_machine_s(tmp_path, form):
    import pandas as pd

    rows = pd.DataFrame(
        [
            (SCHOOL, "a", "llm:tiny", "onderwijs", "", "tiny"),
            (WERK, "a", "llm:tiny", "", "0", "tiny"),
            (ZORG, "a", "Anna", "gezondheid", "", ""),
        ],
        columns=["text", "document", "coder", "thema", "thema.bestuur", "suggested_by"],
    )
    path = tmp_path / f"s.{form}"
    getattr(rows, {"csv": "to_csv", "xlsx": "to_excel", "parquet": "to_parquet"}[form])(path, index=False)
    read = read_codings([path], BOOK)
    assert [(one.coder, one.machine, dict(one.codes), dict(one.partly)) for one in read.codings] == [
        ("llm:tiny", True, {"thema": ("onderwijs",)}, {}),
        ("llm:tiny", True, {}, {"thema.bestuur": False}),
        ("Anna", False, {"thema": ("gezondheid",)}, {}),
    ]


def test_a_passage_that_was_not_asked_about_is_no_problem(tmp_path):
    path = write(tmp_path / "s.jsonl", suggestion(SCHOOL, kind="heading"), suggestion(WERK, thema=["arbeidsmarkt"]))
    read = read_codings([path], BOOK)
    assert read.problems == () and [one.text for one in read.codings] == [WERK]

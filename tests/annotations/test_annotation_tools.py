"""Exports of Label Studio, doccano and Prodigy, in the form in which each tool writes them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.annotations.coding import Codings
from scheidslijn.annotations.columns import Columns
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import load_codebook

BOOK = load_codebook("sociale-tweedeling")
SCHOOL = "Elzenbroek bouwt een nieuwe school."
WERK = "In Waterrade helpen wij jongeren aan werk."
THEMES = [code.code for code in BOOK.dimensions[0].codes]


def lines(path: Path, *rows: object) -> Codings:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_codings([path], BOOK)


def said(read: Codings) -> list[tuple[str, dict, dict]]:
    return [(one.coder, dict(one.codes), dict(one.partly)) for one in read.codings]


def told(read: Codings) -> list[tuple[str, str]]:
    return [(one.where, one.kind) for one in read.problems]


def choices(name: str, *values: str, kind: str = "choices") -> dict:
    return {"id": "r1", "from_name": name, "to_name": "text", "type": kind, "origin": "manual",
            "value": {kind: list(values)}}  # fmt: skip


def annotation(coder: object, *results: dict, **more: object) -> dict:
    return {"id": 1, "completed_by": coder, "result": list(results), "was_cancelled": False, "ground_truth": False,
            "created_at": "2026-01-01T10:00:00Z", "lead_time": 4.2} | more  # fmt: skip


def test_label_studio_json(tmp_path):
    tasks = [
        {
            "id": 11, "data": {"text": SCHOOL, "document": "akkoord", "gemeente": "Elzenbroek"}, "predictions": [],
            "annotations": [
                annotation(3, choices("thema", "Onderwijs", "bestuur"), choices("rol", "ambitie")),
                annotation({"id": 4, "email": "bram@elzenbroek.example"}, choices("Beleidsthema", "geen")),
                annotation(5, was_cancelled=True),
                annotation(6, choices("thema", "onderwijs"), ground_truth=True),
            ],
        },
        {
            "id": 12, "data": {"tekst": WERK, "document": "akkoord"}, "annotations": [],
            "predictions": [{"result": [choices("thema", "bestuur")]}],
        },
        {
            "id": 13, "data": {"inhoud": WERK, "doc_id": "akkoord"},
            "annotations": [annotation(3,
                {**choices("x", kind="labels"), "value": {"start": 0, "end": 12, "labels": ["Arbeidsmarkt"]}},
                {**choices("boom", kind="taxonomy"), "value": {"taxonomy": [["Scheidslijn", "Sociaal-economisch"]]}},
                {**choices("uitleg", kind="textarea"), "value": {"text": ["geen idee"]}},
                choices("verbinding.verticaal", "ja"), choices("rol.ambitie", "wellicht"))],
        },
    ]  # fmt: skip
    path = tmp_path / "project-1.json"
    path.write_text(json.dumps(tasks, indent=2))
    read = read_codings([path], BOOK)
    assert said(read) == [
        ("3", {"thema": ("onderwijs", "bestuur"), "rol": ("ambitie",)}, {}),
        ("bram@elzenbroek.example", {"thema": ()}, {}),
        ("6", {"thema": ("onderwijs",)}, {}),
        ("3", {"thema": ("arbeidsmarkt",), "scheidslijn": ("sociaal_economisch",)}, {"verbinding.verticaal": True}),
    ]
    assert [one.adjudicated for one in read.codings] == [False, False, True, False]
    assert read.codings[0].extra == {"gemeente": "Elzenbroek"} and read.codings[3].text == WERK
    assert told(read) == [
        ("project-1.json:1 (annotation 3)", "skipped"),
        ("project-1.json:2", "not coded"),
        ("project-1.json:3", "not yes or no"),
    ]


def test_label_studio_json_min_and_csv(tmp_path):
    record = {"text": SCHOOL, "document": "akkoord", "id": 11, "thema": {"choices": ["onderwijs", "bestuur"]},
              "rol": "ambitie", "annotator": 3, "annotation_id": 7, "lead_time": 4.2}  # fmt: skip
    small = tmp_path / "min.json"
    span = {"start": 0, "end": 2, "text": "In", "labels": ["arbeidsmarkt"]}
    small.write_text(json.dumps([record, record | {"text": WERK, "thema": [span]}]))
    flat = {
        name: value if isinstance(value, (str, int, float)) else json.dumps(value) for name, value in record.items()
    }
    table = tmp_path / "tabel.csv"
    with table.open("w", newline="") as out:
        writer = csv.DictWriter(out, sorted([*flat, "was_cancelled"]), quoting=csv.QUOTE_NONNUMERIC)
        writer.writeheader()
        writer.writerow(flat | {"was_cancelled": False})
        writer.writerow(flat | {"was_cancelled": True, "thema": ""})
    read = read_codings([small], BOOK)
    assert said(read) == [
        ("3", {"thema": ("onderwijs", "bestuur"), "rol": ("ambitie",)}, {}),
        ("3", {"thema": ("arbeidsmarkt",), "rol": ("ambitie",)}, {}),
    ]
    read = read_codings([table], BOOK)
    assert said(read) == [("3", {"thema": ("onderwijs", "bestuur"), "rol": ("ambitie",)}, {})]
    assert told(read) == [("tabel.csv:3", "skipped")]


def test_a_control_that_was_left_open_is_unknown_unless_it_was_asked(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"data": {"text": SCHOOL, "document": "d"}, "annotations": [annotation(1)]},
                                {"data": {"text": WERK, "document": "d"},
                                 "annotations": [annotation(1, choices("rol", "ambitie"))]}]))  # fmt: skip
    assert said(read_codings([path], BOOK)) == [("1", {"rol": ("ambitie",)}, {})]
    assert said(read_codings([path], BOOK, columns=Columns(complete=("thema",)))) == [
        ("1", {"thema": ()}, {}),
        ("1", {"rol": ("ambitie",), "thema": ()}, {}),
    ]


def test_doccano_of_all_versions(tmp_path):
    read = lines(
        tmp_path / "anna.jsonl",
        {"id": 1, "text": SCHOOL, "label": ["thema.onderwijs", "Bestuur en samenspel", "rol: ambitie"], "Comments": [],
         "document": "akkoord"},
        {"id": 2, "text": WERK, "label": [[0, 12, "arbeidsmarkt"], [3, 9, "thema.geen"]], "meta": {"doc": "akkoord"}},
        {"id": 3, "data": "Een derde passage.", "labels": ["ambitie"], "meta": {"document": "akkoord", "jaar": 2022}},
        {"id": 4, "text": "Een vierde.", "entities": [{"label": "migratie", "start_offset": 0, "end_offset": 3}],
         "relations": [], "document": "akkoord"},
        {"id": 5, "text": "Een vijfde.", "cats": ["geen verbinding"], "entities": [], "document": "akkoord"},
        {"id": 6, "text": "Nog niet gelabeld.", "label": [], "document": "akkoord"},
        {"id": 7, "text": "Een zevende.", "document": "akkoord", "annotations": [
            {"label": "migratie", "user": 1}, {"label": "rol.ambitie", "user": 2}, {"label": 5, "user": 2}]},
        {"id": 8, "text": "Een achtste.", "label": ["onderwys", "ambitie"], "document": "akkoord"},
    )  # fmt: skip
    assert said(read) == [
        ("anna", {"thema": ("onderwijs", "bestuur"), "rol": ("ambitie",)}, {}),
        ("anna", {"rol": ("ambitie",)}, {}),
        ("anna", {"thema": ("migratie",)}, {}),
        ("anna", {"verbinding": ()}, {}),
        ("1", {"thema": ("migratie",)}, {}),
        ("2", {"rol": ("ambitie",)}, {}),
        ("anna", {"rol": ("ambitie",)}, {}),
    ]
    assert told(read) == [
        ("anna.jsonl:2", "several codes"),
        ("anna.jsonl:6", "not coded"),
        ("anna.jsonl:7", "unknown code"),
        ("anna.jsonl:8", "unknown code"),
    ]
    assert "did you mean 'thema.onderwijs'" in str(read.problems[-1])
    assert {one.document for one in read.codings} == {"akkoord"} and read.codings[1].extra["jaar"] == 2022


def test_doccano_csv_and_json(tmp_path):
    (tmp_path / "a.csv").write_text(f"id,text,label,document\n1,{SCHOOL},onderwijs#rol.ambitie,d\n2,{WERK},,d\n")
    (tmp_path / "a.json").write_text(json.dumps([{"id": 1, "text": SCHOOL, "label": ["onderwijs", "rol.ambitie"],
                                                  "document": "d"}]))  # fmt: skip
    for name in ("a.csv", "a.json"):
        read = read_codings([tmp_path / name], BOOK)
        assert said(read) == [("a", {"thema": ("onderwijs",), "rol": ("ambitie",)}, {})]


HASHES = {"_input_hash": 1, "_task_hash": 2, "_session_id": "set-anna", "_annotator_id": "anna", "_view_id": "choice"}


def test_prodigy_binary_questions_add_up(tmp_path):
    read = lines(
        tmp_path / "set.jsonl",
        *({"text": SCHOOL, "label": f"thema.{code}", "answer": "accept" if code == "onderwijs" else "reject",
           "meta": {"document": "akkoord"}, **HASHES} for code in THEMES),
        {"text": SCHOOL, "label": "AMBITIE", "answer": "reject", "meta": {"document": "akkoord"}, **HASHES},
        {"text": WERK, "label": "arbeidsmarkt", "answer": "accept", "meta": {"document": "akkoord"}, **HASHES},
        {"text": WERK, "label": "ambitie", "answer": "accept", "meta": {"document": "akkoord"}, **HASHES},
        {"text": WERK, "label": "bestuur", "answer": "ignore", **HASHES},
        {"text": WERK, "label": "WEER", "answer": "accept", **HASHES},
    )  # fmt: skip
    assert said(read) == [
        ("anna", {"thema": ("onderwijs",)}, {"rol.ambitie": False}),
        ("anna", {"rol": ("ambitie",)}, {"thema.arbeidsmarkt": True}),
    ]
    assert told(read) == [("set.jsonl:11", "skipped"), ("set.jsonl:12", "unknown code")]


def test_prodigy_choices(tmp_path):
    themes = [{"id": code, "text": code} for code in THEMES]
    task = {"text": SCHOOL, "options": themes, "accept": ["onderwijs"], "answer": "accept", "document": "d", **HASHES}
    some = [{"id": 0, "text": "Onderwijs"}, {"id": 1, "text": "Gezondheid"}, {"id": 2, "text": "weet niet"},
            {"id": "rol.geen", "text": "geen rol"}]  # fmt: skip
    read = lines(
        tmp_path / "set.jsonl",
        task,
        task | {"text": WERK, "accept": []},
        task | {"text": "Een derde passage.", "options": some, "accept": [1, "rol.geen"]},
        task | {"text": "Een vierde.", "options": some, "accept": [2]},
        task | {"text": "Een vijfde.", "answer": "reject"},
        task | {"text": "Een zesde.", "options": themes[:2], "accept": "bestuur"},
    )
    assert said(read) == [
        ("anna", {"thema": ("onderwijs",)}, {}),
        ("anna", {"thema": ()}, {}),
        ("anna", {"rol": ()}, {"thema.onderwijs": False, "thema.gezondheid": True}),
        ("anna", {}, {"thema.onderwijs": False, "thema.gezondheid": False}),
        ("anna", {"thema": ("bestuur",)}, {}),
    ]
    assert told(read) == [("set.jsonl:4", "unknown code"), ("set.jsonl:5", "rejected")]


def test_prodigy_cats_and_spans(tmp_path):
    base = {"answer": "accept", "document": "d", "_session_id": "s"}
    read = lines(
        tmp_path / "set.jsonl",
        base | {"text": SCHOOL, "cats": {"onderwijs": 1, "bestuur": 0.0, "weer": 1, "migratie": 0.4}},
        base | {"text": WERK, "spans": [{"start": 0, "end": 2, "label": "arbeidsmarkt"}, {"start": 1, "end": 2}]},
    )
    assert said(read) == [
        ("s", {}, {"thema.onderwijs": True, "thema.bestuur": False}),
        ("s", {"thema": ("arbeidsmarkt",)}, {}),
    ]
    assert told(read) == [("set.jsonl:1", "unknown code"), ("set.jsonl:1", "not yes or no")]


fields = ["choices", "labels", "label", "value", "type", "result", "from_name", "id", "text", "user"]


def test_prodigy_sessions_without_a_name_and_reviewed_tasks(tmp_path):
    base = {"text": SCHOOL, "label": "middengroepen", "answer": "accept", "document": "d"}
    read = lines(
        tmp_path / "set.jsonl",
        base | {"_annotator_id": "2024-02-06_10-17-19", "_session_id": "2024-02-06_10-17-19"},
        base | {"answer": "reject", "_session_id": "set-review", "versions": [], "sessions": ["set-anna"]},
    )
    assert [(one.coder, one.adjudicated, one.partly) for one in read.codings] == [
        ("set", False, {"scheidslijn.middengroepen": True}),
        ("set-review", True, {"scheidslijn.middengroepen": False}),
    ]


def test_prodigy_spans_beside_a_choice(tmp_path):
    options = [{"id": code.code, "text": code.code} for code in BOOK.dimensions[4].codes]
    task = {"text": SCHOOL, "options": options, "accept": [], "answer": "accept", "document": "d",
            "spans": [{"start": 0, "end": 3, "label": "onderwijs"}]}  # fmt: skip
    assert said(lines(tmp_path / "a.jsonl", task)) == [("a", {"thema": ("onderwijs",), "verbinding": ()}, {})]


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["onderwijs", "", "accept", "choices"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(fields), inner),
    max_leaves=12,
)
names = st.sampled_from(
    ["data", "annotations", "predictions", "label", "labels", "cats", "entities", "options", "accept", "answer",
     "spans", "meta", "completed_by", "_annotator_id"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(names, junk, max_size=4), st.lists(junk, max_size=2), st.booleans())
def test_no_export_breaks_the_reader(tmp_path_factory, record, annotations, task):
    good = {"text": SCHOOL, "doc": "d", "thema": []}
    if task:
        record = record | {"data": {"text": WERK}, "annotations": annotations}
    read = lines(tmp_path_factory.mktemp("raar") / "a.jsonl", {"text": WERK, "answer": "accept"} | record, good)
    assert any(one.text == SCHOOL for one in read.codings)


@pytest.mark.parametrize("coder", [7, "Anna", {"username": "anna"}, None])
def test_a_coder_without_a_name_is_called_after_the_file(tmp_path, coder):
    task = {
        "data": {"text": SCHOOL, "document": "d"},
        "annotations": [annotation(coder, choices("thema", "onderwijs"))],
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]))
    expected = {"7": "7", "Anna": "Anna", "None": "export"}.get(str(coder), "anna")
    assert read_codings([path], BOOK).coders == (expected,)

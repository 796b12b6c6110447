"""Dividing over coders, the interface of Label Studio, workbooks, names of coders, and what the command refuses."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from scheidslijn.annotations.columns import load_columns
from scheidslijn.annotations.merging import merge
from scheidslijn.annotations.reading import read_codings
from scheidslijn.cli import app
from scheidslijn.codebook import Codebook
from scheidslijn.codingpage.values import Item
from scheidslijn.errors import ScheidslijnError
from scheidslijn.exchange.dividing import divide, overlap_of
from scheidslijn.exchange.doccano import label_config
from scheidslijn.exchange.labelstudio import config_of
from scheidslijn.exchange.options import questions_of
from scheidslijn.passage import Passage


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, (words, done.output, done.exception)
    return done.output + str(done.exception or "")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(1, 4), st.floats(0, 1), st.integers(0, 9))
def test_dividing_is_even_by_document_and_the_same_again(
    sizes: list[int], coders: int, share: float, seed: int
) -> None:
    items = [Item(Passage(f"{doc}-{at}", f"doc {doc}", None, f"Tekst {doc} {at}."))
             for doc, size in enumerate(sizes) for at in range(size)]  # fmt: skip
    names = ["anna", "bram", "cor", "dirk"][:coders]
    overlap = round(share * len(items))
    gets = divide(items, names, overlap, seed)
    times = Counter(one.passage.passage_id for mine in gets.values() for one in mine)
    assert set(times) == {one.passage.passage_id for one in items}, "every passage has a coder"
    assert Counter(times.values()) == Counter({1: len(items) - overlap, coders: overlap} if coders > 1 else
                                              {1: len(items)}) - Counter({1: 0})  # fmt: skip
    loads = [len(mine) for mine in gets.values()]
    assert max(loads) - min(loads) <= 1
    for doc, size in enumerate(sizes):
        per = [sum(one.passage.document == f"doc {doc}" for one in mine) for mine in gets.values()]
        assert max(per) - min(per) <= 1
        shared = sum(count == coders for identity, count in times.items() if identity.startswith(f"{doc}-"))
        if coders > 1:
            assert abs(shared - overlap * size / max(len(items), 1)) < 1, "the overlap follows the documents"
    again = divide(items[::-1], names, overlap, seed)
    assert {name: {one.passage.passage_id for one in mine} for name, mine in again.items()} == {
        name: {one.passage.passage_id for one in mine} for name, mine in gets.items()
    }
    assert all(mine == sorted(mine, key=items.index) for mine in gets.values())


@pytest.mark.parametrize("text", ["", "veel", "-1", "11", "1.5", "150%", "nan", "inf", "1e99"])
def test_an_overlap_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ScheidslijnError, match="give a number of passages up to 10, or a share"):
        overlap_of(text, 10)


def test_the_interface_asks_every_dimension_once(book: Codebook) -> None:
    questions = questions_of(book)
    view = ElementTree.fromstring(config_of(questions))
    controls = {one.get("name"): one for one in view.iter("Choices")}
    assert list(controls) == [one.name for one in book.dimensions]
    keys = [one.get("hotkey") for one in view.iter("Choice")]
    assert len(set(keys)) == len(keys) and "u" not in keys and None not in keys
    for one in questions:
        choices = list(controls[one.name])
        assert controls[one.name].get("choice") == ("multiple" if one.dimension.multi else "single")
        assert [choice.get("alias") for choice in choices] == [option.written for option in one.options]
        assert len({choice.get("value") for choice in choices}) == len(choices)
        assert all(code.definition in str(choice.get("hint"))
                   for code, choice in zip(one.dimension.codes, choices, strict=False))  # fmt: skip
    fields = {one.get("value") for one in view.iter() if str(one.get("value")).startswith("$")}
    assert fields == {"$text", "$getoond_context"}
    shown = config_of(questions, said=True, quotes=True)
    assert "$getoond_said" in shown and "$getoond_quotes" in shown


def test_labels_of_doccano_have_keys_of_their_own(book: Codebook) -> None:
    labels = json.loads(label_config(questions_of(book)))
    assert [one["text"] for one in labels][:2] == ["thema.sociaal_domein", "thema.onderwijs"]
    assert len({(one["prefix_key"], one["suffix_key"]) for one in labels}) == len(labels) == 27


def test_a_workbook_has_lists_protection_and_no_formula(sample: Path, book: Codebook, tmp_path: Path) -> None:
    said = run("export", sample, "--to", "xlsx", "--coders", "Anna,Bram de Boer", "--overlap", "2", "-o",
               tmp_path / "a.xlsx")  # fmt: skip
    assert "Wrote 6 passages for Anna, 6 passages for Bram de Boer" in said
    opened = load_workbook(tmp_path / "a.xlsx")
    assert opened.sheetnames == ["Anna", "Bram de Boer", "Uitleg", "Lijsten"]
    assert opened["Lijsten"].sheet_state == "hidden"
    for name in ("Anna", "Bram de Boer"):
        sheet = opened[name]
        heads = [cell.value for cell in sheet[1]]
        assert heads[:7] == ["document", "page", "heading", "text", "1e thema", "2e thema", "3e thema"]
        rules = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
        assert len(rules) == 3 + 3 + 1 + 1 + 3
        first, third = rules["E2:E7"], rules["G2:G7"]
        assert (first.type, first.formula1, first.errorStyle) == ("list", "Lijsten!$A$1:$A$8", "stop")
        assert third.errorStyle == "warning" and "|" in third.prompt
        assert all(len(one.prompt) <= 255 and len(one.promptTitle) <= 32 for one in rules.values())
        assert sheet.freeze_panes == "E2" and sheet.protection.sheet and sheet.auto_filter.ref.startswith("A1:")
        for row in sheet.iter_rows(min_row=2):
            for cell, head in zip(row, heads, strict=True):
                coded = head == "remark" or head.split("e ")[-1] in {one.name for one in book.dimensions}
                assert cell.protection.locked != coded, head
                assert cell.data_type != "f"
                assert cell.value is None or not coded
            assert row[heads.index("coder")].value == name
    texts = [cell.value for sheet in opened.worksheets[:2] for cell in sheet["D"]]
    assert '= Samen sterk & "dichtbij" <huis> =' in texts
    legend = [[cell.value for cell in row] for row in opened["Uitleg"].iter_rows()]
    assert {code.definition for one in book.dimensions for code in one.codes} <= {row[3] for row in legend}


def test_a_text_that_no_cell_holds_is_told(book: Codebook, tmp_path: Path) -> None:
    rows = [{"text": "Wonen in Elzenbroek. " * 2000, "document": "a"}, {"text": "Kort.", "document": "a"}]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = run("export", tmp_path / "p.jsonl", "--to", "xlsx", "-o", tmp_path / "a.xlsx")
    assert "has 41,999 characters and a cell of XLSX holds 32,767; it is left out" in said
    assert "Wrote 1 passage to" in said
    run("export", tmp_path / "p.jsonl", "--to", "label-studio", "-o", tmp_path / "ls")
    assert len(json.loads((tmp_path / "ls" / "tasks.json").read_text("utf-8"))) == 2


def test_what_coders_differ_on_is_settled(book: Codebook, tmp_path: Path) -> None:
    lines = ["text,document,coder,thema,scheidslijn,remark",
             "Ouders praten mee over de school.,akkoord,anna,onderwijs,geen,twijfel",
             "Ouders praten mee over de school.,akkoord,bram,onderwijs|bestuur,geen,",
             "De begroting sluit.,akkoord,anna,geen,geen,", "De begroting sluit.,akkoord,bram,geen,geen,"]  # fmt: skip
    (tmp_path / "both.csv").write_text("\n".join(lines), encoding="utf-8")
    run("export", tmp_path / "both.csv", "--adjudicate", "--to", "label-studio", "-o", tmp_path / "ls")
    run("export", tmp_path / "both.csv", "--adjudicate", "--to", "xlsx", "-o", tmp_path / "x.xlsx")
    (task,) = json.loads((tmp_path / "ls" / "tasks.json").read_text("utf-8"))
    assert "anna" not in json.dumps(task), "who said what is not shown"
    assert "Onderwijs, Bestuur" in task["data"]["getoond_said"]
    config = (tmp_path / "ls" / "config.xml").read_text("utf-8")
    assert 'name="thema"' in config and 'name="scheidslijn"' not in config
    task["annotations"] = [{"completed_by": 1, "result": [
        {"from_name": "thema", "to_name": "text", "type": "choices", "value": {"choices": ["bestuur"]}}]}]  # fmt: skip
    (tmp_path / "ls.json").write_text(json.dumps([task]))
    opened = load_workbook(tmp_path / "x.xlsx")
    sheet = opened.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, places["1e thema"]).value = opened["Lijsten"]["A7"].value
    opened.save(tmp_path / "x.xlsx")
    for settled in ("ls.json", "x.xlsx"):
        read = read_codings([tmp_path / "both.csv", tmp_path / settled], book)
        made = {one.text: one.known for one in merge(read, book).examples}
        known = made["Ouders praten mee over de school."]
        assert known["thema.bestuur"] == 1 and known["thema.onderwijs"] == 0, settled
        assert known["scheidslijn.middengroepen"] == 0


def tasks(*pairs: tuple[int, str]) -> list[dict[str, Any]]:
    return [
        {"data": {"text": f"Passage {at}.", "document": "a", "voor_codeur": name}, "annotations": [
            {"completed_by": number, "result": [
                {"from_name": "rol", "type": "choices", "value": {"choices": ["ambitie"]}}]}]}
        for at, (number, name) in enumerate(pairs)
    ]  # fmt: skip


def test_numbers_get_names_only_where_there_is_no_doubt(book: Codebook, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(tasks((1, "anna"), (3, "bram"), (1, "anna"))))
    read = read_codings([path], book)
    assert read.coders == ("anna", "bram") and not read.problems
    path.write_text(json.dumps(tasks((1, "anna"), (3, "bram"), (3, "anna"), (7, "cor"))))
    read = read_codings([path], book)
    assert read.coders == ("1", "3", "cor")
    assert [one.kind for one in read.problems] == ["coder without a name"] * 2
    (tmp_path / "c.toml").write_text('[coders]\n1 = "anna"\n3 = "bram"\n')
    read = read_codings([path], book, columns=load_columns(tmp_path / "c.toml"))
    assert read.coders == ("anna", "bram", "cor") and not read.problems
    (tmp_path / "c.toml").write_text("[coders]\n1 = 2\n")
    with pytest.raises(ScheidslijnError, match="field 'coders' must be a table"):
        load_columns(tmp_path / "c.toml")


def test_a_recorded_export_of_a_real_doccano(book: Codebook) -> None:
    """What version 1.8.4 exported of seven examples, of which one was not touched."""
    folder = Path(__file__).parent / "fixtures"
    told = json.loads((folder / "told-doccano.json").read_text("utf-8"))
    read = read_codings([folder / "doccano"], book)
    assert [one.kind for one in read.problems] == ["not coded"] and read.coders == ("anna",)
    by_name = {one.name: one for one in questions_of(book)}
    assert {one.key: sorted(f"{name}.{code}" for name, codes in one.codes.items() for code in
                            by_name[name].written(codes)) for one in read.codings} == told  # fmt: skip
    assert {str(one.extra["inclusion_probability"]) for one in read.codings} == {"0.25", "0.5"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--coders", "anna,ANNA"], "'anna' stands there twice, or is too much like another"),
        (["--coders", "llm:x"], "'llm:x' is no name of a coder"),
        (["--coders", "anna,bram", "--overlap", "99"], "give a number of passages up to 10"),
        (["--show-suggestions"], "there are none to show; give --suggestions"),
        (["--dimension", "thma"], "has no 'thma'; it has thema"),
        (["--adjudicate"], "no coded passages were read"),
        (["--suggestions", "nergens.jsonl"], "nergens.jsonl: cannot be read"),
        (["--codebook", "geen-boek"], "geen-boek: no such codebook"),
    ],
)
def test_what_is_not_right_is_one_line_and_nothing_is_written(
    sample: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    for tool in ("label-studio", "doccano", "xlsx"):
        assert said in run("export", sample, "--to", tool, "-o", tmp_path / "out", *words, code=1)
        assert not (tmp_path / "out").exists()


def test_one_input_that_cannot_be_read_does_not_stop_the_others(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "leeg.pdf").write_bytes(b"")
    said = run("export", tmp_path / "leeg.pdf", sample, "--to", "doccano", "-o", tmp_path / "out", code=3)
    assert "leeg.pdf: is empty" in said and "Wrote 10 passages to" in said
    assert "nothing to code" in run("export", tmp_path / "leeg.pdf", "--to", "doccano", "-o", tmp_path / "b", code=1)


def test_work_that_is_there_is_not_replaced(sample: Path, tmp_path: Path) -> None:
    words = ("export", sample, "--to", "xlsx", "--coders", "anna,bram", "-o")
    run(*words, tmp_path / "out")
    before = (tmp_path / "out" / "anna.xlsx").read_bytes()
    assert "anna.xlsx: exists already; use --force" in run(*words, tmp_path / "out", code=1)
    assert (tmp_path / "out" / "anna.xlsx").read_bytes() == before
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["anna.xlsx", "bram.xlsx"]
    run(*words, tmp_path / "out", "--force")
    assert "does not exist; make it first" in run(*words, tmp_path / "a" / "b" / "out", code=1)
    (tmp_path / "file").write_text("x")
    assert "file: is a file; name a folder" in run(*words, tmp_path / "file", code=1)
    assert "is one of the inputs" in run("export", sample, "--to", "xlsx", "-o", sample, code=1)


def test_labels_of_a_machine_do_not_go_along(tmp_path: Path) -> None:
    """What a labelled table, or another coder, says stays behind; a coder starts with an empty sheet."""
    row = {"passage_id": "a-p001-01", "document": "akkoord", "page": 1, "kind": "paragraph", "heading": ["Wonen"],
           "text": "Wij bouwen huizen.", "thema": ["ruimte_wonen"], "hoofdthema": "ruimte_wonen", "abstained": [],
           "scores": {"thema.ruimte_wonen": 0.9}, "model": "compact-2", "codebook": "sociale-tweedeling@1.1",
           "reason": "het model twijfelt", "thema_bram": "bestuur", "inclusion_probability": 0.5, "draw": "x",
           "gemeente": "Elzenbroek"}  # fmt: skip
    (tmp_path / "l.jsonl").write_text(json.dumps(row) + "\n")
    run("export", tmp_path / "l.jsonl", "--to", "label-studio", "-o", tmp_path / "out")
    (task,) = json.loads((tmp_path / "out" / "tasks.json").read_text("utf-8"))
    assert task == {"data": {
        "passage_id": "a-p001-01", "document": "akkoord", "page": 1, "heading": "Wonen", "kind": "paragraph",
        "text": "Wij bouwen huizen.", "inclusion_probability": 0.5, "draw": "x", "gemeente": "Elzenbroek",
        "codebook": "sociale-tweedeling@1.1", "getoond_context": "akkoord · bladzijde 1 · Wonen",
    }}  # fmt: skip

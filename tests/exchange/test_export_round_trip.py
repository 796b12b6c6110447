"""What is exported, coded and read back: exactly the codes that were chosen, and the facts of the passages."""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Code, Codebook, Dimension, load_codebook
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.values import Item
from scheidslijn.exchange import doccano, labelstudio
from scheidslijn.exchange.options import Question, questions_of
from scheidslijn.exchange.tasks import Task, tasks_of
from scheidslijn.exchange.workbook import slots_of, workbook_of
from scheidslijn.passage import Passage

Chosen = dict[str, tuple[str, ...]]

_word = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
_name = st.text(string.ascii_letters + " -,;|éë'.()", min_size=1, max_size=20).filter(
    lambda one: one.strip() and one.strip().lower() not in ("gemeente", "label", "labels")
)  # columns of the passages
_text = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"), min_size=1)
_fact = st.text(string.ascii_letters + " =+-@", min_size=1, max_size=30).map(str.strip).filter(bool)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """A codebook whose codes and names are as awkward as a codebook may have them."""
    made = []
    for name in draw(st.lists(st.sampled_from(["thema", "rol", "uitwerking", "aa", "b1"]), min_size=1, unique=True)):
        extra = draw(st.sampled_from([[], ["geen"], ["none", "geen"]]))
        codes = [*extra, *draw(st.lists(_word, min_size=1, max_size=6, unique=True).map(
            lambda words: [word for word in words if word not in ("geen", "none")]))]  # fmt: skip
        made.append(Dimension(name, name.title(), name, draw(st.booleans()), "Welke?", tuple(
            Code(name, code, draw(_name), code, "Wat het is.") for code in codes or ["x"])))  # fmt: skip
    return Codebook("proef", "1.0", tuple(made))


@st.composite
def coded(draw: st.DrawFn) -> tuple[Codebook, list[Task], list[Chosen]]:
    """A codebook, passages of it, and what a coder chose for each."""
    book = draw(codebooks())
    texts = draw(st.lists(_text.map(lambda one: " ".join(one.split())).filter(
        lambda one: one and not one.startswith("'")), min_size=1, max_size=4, unique=True))  # fmt: skip
    items = [
        Item(Passage(f"p{at}", "Akkoord Elzenbroek", draw(st.none() | st.integers(1, 999)), text,
                     heading=tuple(draw(st.lists(_word, max_size=3)))),
             {"gemeente": draw(_fact), "inclusion_probability": 0.125 * (at + 1), "draw": "seed=1"})
        for at, text in enumerate(texts)
    ]  # fmt: skip
    chosen = []
    for _ in items:
        one: Chosen = {}
        for dimension in book.dimensions:
            codes = [code.code for code in dimension.codes]
            if draw(st.booleans()):
                most = len(codes) if dimension.multi else 1
                one[dimension.name] = tuple(draw(st.lists(st.sampled_from(codes), max_size=most, unique=True)))
        chosen.append(one)
    return book, [Task(one) for one in items], chosen


def check(read: Sequence[Coding], tasks: Sequence[Task], chosen: Sequence[Chosen], coder: str) -> None:
    expected = [(task, one) for task, one in zip(tasks, chosen, strict=True) if one]
    assert [(one.extra["passage_id"], dict(one.codes)) for one in read] == [
        (task.item.passage.passage_id, one) for task, one in expected
    ]
    for coding, (task, _) in zip(read, expected, strict=True):
        passage = task.item.passage
        assert (coding.key, coding.document, coding.page) == (passage.key, passage.document, passage.page)
        assert (coding.heading, coding.coder, coding.machine) == (passage.heading, coder, False)
        kept = {name: coding.extra[name] for name in task.item.facts}
        assert kept == task.item.facts


def read(path: Path, book: Codebook, chosen: Sequence[Chosen]) -> list[Coding]:
    if not any(chosen):
        return []
    return list(read_codings([path], book).codings)


ROUND = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def accepted(book: Codebook) -> tuple[Question, ...]:
    """Questions of a codebook, or none where two of its codes cannot be told apart."""
    from scheidslijn.errors import ScheidslijnError

    try:
        return questions_of(book)
    except ScheidslijnError as error:
        assert "rename one of them" in str(error)
        return ()


@ROUND
@given(coded())
def test_label_studio(tmp_path: Path, made: tuple[Codebook, list[Task], list[Chosen]]) -> None:
    book, tasks, chosen = made
    if not (questions := accepted(book)):
        return
    exported = json.loads(labelstudio.tasks_json(tasks, questions, "anna"))
    for at, (task, one) in enumerate(zip(exported, chosen, strict=True)):
        assert "predictions" not in task
        result = [
            {"from_name": asked.name, "to_name": "text", "type": "choices",
             "value": {"choices": asked.written(one[asked.name])}}
            for asked in questions if asked.name in one
        ]  # fmt: skip
        task |= {"id": at + 1, "annotations": [{"id": at, "completed_by": 3, "was_cancelled": False, "result": result}]}
    (tmp_path / "export.json").write_text(json.dumps(exported), encoding="utf-8")
    check(read(tmp_path / "export.json", book, chosen), tasks, chosen, "anna")


@ROUND
@given(coded())
def test_doccano(tmp_path: Path, made: tuple[Codebook, list[Task], list[Chosen]]) -> None:
    book, tasks, chosen = made
    if not (questions := accepted(book)):
        return
    rows = [json.loads(line) for line in doccano.examples_jsonl(tasks, questions, "anna").split("\n") if line]
    known = {one["text"] for one in json.loads(doccano.label_config(questions))}
    for at, (row, one) in enumerate(zip(rows, chosen, strict=True)):
        assert row["label"] == []
        for asked in questions:
            codes = one.get(asked.name)
            row["label"] += [] if codes is None else [doccano.label_of(asked, code) for code in codes or ("",)]
        assert known >= set(row["label"])
        row["id"] = at + 1
    (tmp_path / "anna.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    check(read(tmp_path / "anna.jsonl", book, chosen), tasks, chosen, "anna")


@ROUND
@given(coded())
def test_workbook(tmp_path: Path, made: tuple[Codebook, list[Task], list[Chosen]]) -> None:
    book, tasks, chosen = made
    if not (questions := accepted(book)):
        return
    path = tmp_path / "codes.xlsx"
    path.write_bytes(workbook_of({"anna": tasks}, questions, book.label))
    opened = load_workbook(path)
    sheet = opened["anna"]
    lists = {one.name: [cell.value for cell in column if cell.value is not None]
             for one, column in zip(questions, opened["Lijsten"].iter_cols(), strict=True)}  # fmt: skip
    places = {cell.value: cell.column for cell in sheet[1]}
    for row, one in enumerate(chosen, start=2):
        for slot in slots_of(questions):
            codes = one.get(slot.question.name)
            cells = [] if codes is None else [slot.question.option(code).cell for code in codes or ("",)]
            mine = cells[slot.number - 1 :] if slot.number == slot.of else cells[slot.number - 1 : slot.number]
            assert set(mine) <= set(lists[slot.question.name]), "the drop-down does not offer it"
            if mine:
                cell = sheet.cell(row, places[slot.header])
                cell.value = "|".join(mine)
                assert not cell.protection.locked and (len(mine) == 1 or slot.open_ended or slot.of == 1)
    opened.save(path)
    check(read(path, book, chosen), tasks, chosen, "anna")


def test_what_a_suggestion_filled_in_is_what_is_read(tmp_path: Path, book: Codebook) -> None:
    """Taken over as it stands, in all three; hidden, nothing of it leaves."""
    from scheidslijn.assist.values import Evidence, Suggestion

    text = "Inwoners beslissen mee over hun straat, hun school, hun werk en hun gezondheid."
    passage = Passage("w-1", "Akkoord Waterrade", 11, text)
    codes = {"thema": ("onderwijs", "arbeidsmarkt", "gezondheid", "bestuur"), "scheidslijn": (),
             "uitwerking": (), "rol": ("ambitie",)}  # fmt: skip
    made = Suggestions([Suggestion(passage, codes, {}, (Evidence("thema.bestuur", "beslissen mee", 9, 22),),
                                   coder="llm:klein", model="klein")])  # fmt: skip
    questions = questions_of(book)
    (shown,) = tasks_of([Item(passage)], questions, made, show=True)
    (hidden,) = tasks_of([Item(passage)], questions, made, show=False)
    assert (shown.sight, shown.model, shown.score) == ("seen", "llm:klein", 0.8)
    assert shown.quotes == f"{questions[0].option('bestuur').name}: “beslissen mee”"
    for words in (labelstudio.tasks_json([hidden], questions), doccano.examples_jsonl([hidden], questions)):
        assert "klein" not in words and "beslissen mee”" not in words and '"hidden"' in words
    (task,) = json.loads(labelstudio.tasks_json([shown], questions, "anna"))
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("llm:klein", 0.8)
    task["annotations"] = [{"completed_by": {"email": "anna@elzenbroek.example"}, "result": prediction["result"]}]
    (tmp_path / "ls.json").write_text(json.dumps([task]), encoding="utf-8")
    (tmp_path / "doccano.jsonl").write_text(doccano.examples_jsonl([shown], questions), encoding="utf-8")
    (tmp_path / "codes.xlsx").write_bytes(workbook_of({"": [shown]}, questions, book.label))
    for name in ("ls.json", "doccano.jsonl", "codes.xlsx"):
        (coding,) = read_codings([tmp_path / name], book).codings
        assert dict(coding.codes) == codes, name
        assert coding.extra["suggestion"] == "seen" and not coding.machine


def test_options_show_names_and_store_what_is_read(book: Codebook) -> None:
    by_name = {one.name: one for one in questions_of(book)}
    assert [(one.name, one.written, one.cell) for one in by_name["uitwerking"].options][-1] == (
        "geen van deze",
        "-",
        "-",
    )
    assert by_name["thema"].option("").written == "geen" and by_name["uitwerking"].option("geen").written == "geen"
    assert by_name["thema"].option("onderwijs").cell == "Onderwijs"
    assert "Niet: " in by_name["thema"].option("onderwijs").hint


def test_a_codebook_with_codes_that_read_the_same_is_refused() -> None:
    from scheidslijn.errors import ScheidslijnError

    codes = tuple(Code("thema", code, code, code, "?") for code in ("a_b", "ab"))
    with pytest.raises(ScheidslijnError, match=r"thema\.a_b: is read as 'ab'; rename one"):
        questions_of(Codebook("proef", "1.0", (Dimension("thema", "Thema", "theme", True, "?", codes),)))


@pytest.mark.parametrize("name", ["json.json", "json_min.json", "csv.csv"])
def test_recorded_exports_of_a_real_label_studio(name: str) -> None:
    """What version 1.23.2 exported of ten passages that two accounts coded; told.json has what they chose."""
    folder = Path(__file__).parent / "fixtures"
    told: list[Any] = json.loads((folder / "told.json").read_text("utf-8"))
    found = read_codings([folder / name], load_codebook("sociale-tweedeling"))
    assert not found.problems and set(found.coders) == {"anna", "bram"}
    assert {(one.coder, one.key): {d: list(codes) for d, codes in one.codes.items()} for one in found.codings} == {
        (who, key): codes for who, key, codes in told
    }
    assert {float(str(one.extra["inclusion_probability"])) for one in found.codings} == {0.25, 0.5}
    assert {one.extra.get("remark") for one in found.codings if "huisbezoeken" in one.text} == {
        "Twijfel over het thema."
    }
    if name == "csv.csv":
        rows = csv.DictReader(io.StringIO((folder / name).read_text("utf-8-sig")))
        assert {row["annotator"] for row in rows} == {"1", "2"}

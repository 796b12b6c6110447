"""Tables: rows are passages, other columns come back, and a bad row costs one line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Passage
from scheidslijn.reading import detect, read_rows
from scheidslijn.reading.tablefile import json_safe

RELAXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)


def passages(path: Path) -> list[Passage]:
    """All rows, none of which may be a problem."""
    rows = list(read_rows(path))
    assert all(isinstance(row, Passage) for row in rows), rows
    return [row for row in rows if isinstance(row, Passage)]


def test_jsonl_with_fields_that_fill_the_passage(tmp_path: Path) -> None:
    path = tmp_path / "rijen.jsonl"
    record = {
        "id": 7, "Text": "Er komen  huizen.", "page": "12", "heading": ["Wonen", "Huur"], "document": "akkoord.pdf",
        "place": "inleiding", "kind": "bullet", "score": {"a": [1, None]},
    }  # fmt: skip
    path.write_text(json.dumps(record) + "\n\n" + json.dumps({"Text": "Tweede."}) + "\n")
    first, second = passages(path)
    assert (first.text, first.page, first.heading, first.document) == (
        "Er komen huizen.",
        12,
        ("Wonen", "Huur"),
        "akkoord.pdf",
    )
    assert (first.place, first.kind, second.kind, second.document) == ("inleiding", "bullet", "row", str(path))
    assert first.extra == {key: value for key, value in record.items() if key != "Text"}
    assert first.passage_id.endswith("-r000001") and second.passage_id.endswith("-r000003")
    assert len(first.passage_id.split("-")[0]) == 8


def test_bad_lines_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "stuk.jsonl"
    lines = [
        '{"text": "goed"}',
        '{"text": ',
        "[1]",
        '{"text": " "}',
        '{"text": ["x"]}',
        "[" * 100_000,
        '{"text": "ook goed"}',
    ]
    path.write_text("\n".join([*lines, '{"text": "\\ud800 los"}']))
    rows = list(read_rows(path))
    assert [row.text for row in rows if isinstance(row, Passage)] == ["goed", "ook goed", "\ufffd los"]
    problems = [str(row) for row in rows if isinstance(row, ReadingError)]
    assert len(problems) == 5
    assert problems[0].startswith(f"{path}, line 2: is not valid JSON")
    assert "line 4: has no text" in problems[2]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_dialects(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "rijen.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([["id", "TEXT", "id"], ["1", 'Eén "punt", en; meer\nregels', "x"], [], ["2", "Twee", ""]])
    assert detect(path) == "csv"
    first, second = passages(path)
    assert first.text == 'Eén "punt", en; meer regels'
    assert first.extra == {"id": "1", "id 2": "x"}
    assert second.passage_id.endswith("-r000002")


def test_csv_that_lacks_the_column_or_has_loose_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;inhoud\n1;x\n")
    with pytest.raises(ReadingError, match="no column 'text'; it has: id, inhoud"):
        list(read_rows(path))
    path.write_text("id,text\n1,een, twee\n2,goed\n")
    rows = list(read_rows(path))
    assert "has 3 fields where the header has 2" in str(rows[0])
    assert isinstance(rows[1], Passage)


def test_the_text_column_may_have_one_of_its_dutch_names(tmp_path: Path) -> None:
    import openpyxl
    import pyarrow
    import pyarrow.parquet

    from scheidslijn.annotations.columns import DEFAULT
    from scheidslijn.reading.tablefile import TEXT_SPARE

    assert set(DEFAULT.text) > TEXT_SPARE
    record = {"nr": "1", "Tekst": "Waterrade bouwt, en plant bomen."}
    (tmp_path / "a.csv").write_text("nr;Tekst\n" + ";".join(record.values()) + "\n", "utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    pyarrow.parquet.write_table(
        pyarrow.table({name: [value] for name, value in record.items()}), tmp_path / "c.parquet"
    )
    book = openpyxl.Workbook()
    book.active.append(["uitleg"])
    for row in (list(record), list(record.values())):
        (book.worksheets[1] if len(book.worksheets) > 1 else book.create_sheet("codes")).append(row)
    book.save(tmp_path / "d.xlsx")
    for name in ("a.csv", "b.jsonl", "c.parquet", "d.xlsx"):
        assert [(one.text, one.extra) for one in passages(tmp_path / name)] == [(record["Tekst"], {"nr": "1"})], name
    book.create_sheet("later").append(["text"])
    book.worksheets[2].append(["Duinhorst spaart."])
    book.save(tmp_path / "d.xlsx")
    assert [one.text for one in passages(tmp_path / "d.xlsx")] == ["Duinhorst spaart."]  # as it always was
    (tmp_path / "a.csv").write_text("tekst,text\neen,twee\n")
    assert [(one.text, one.extra) for one in passages(tmp_path / "a.csv")] == [("twee", {"tekst": "een"})]
    (tmp_path / "a.csv").write_text("tekst,zin\neen,twee\n")
    with pytest.raises(ReadingError, match=r"several that may be it \(tekst, zin\)"):
        list(read_rows(tmp_path / "a.csv"))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "b.csv.gz"])
def test_gzip(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = '{"text": "in een pakje"}\n' if "jsonl" in name else "text\nin een pakje\n"
    path.write_bytes(gzip.compress(text.encode()))
    assert passages(path)[0].text == "in een pakje"
    path.write_bytes(gzip.compress(text.encode() * 50)[:-12])
    with pytest.raises(ReadingError, match="cut off"):
        list(read_rows(path, format="jsonl"))


def test_xlsx_takes_the_first_sheet_with_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["uitleg"])
    sheet = book.create_sheet("rijen")
    for row in (["nr", "text", None, "dag"], [1, "Een.", "extra", date(2026, 3, 18)], [None] * 4, [2, None], [3, 42]):
        sheet.append(row)
    path = tmp_path / "a.xlsx"
    book.save(path)
    rows = list(read_rows(path))
    first, problem, number = rows
    assert isinstance(first, Passage) and isinstance(number, Passage)
    assert first.extra == {"nr": 1, "column 3": "extra", "dag": "2026-03-18T00:00:00"}
    assert "row 3: has no text" in str(problem)
    assert number.text == "42"


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = {
        "text": ["een", None, "drie"],
        "n": [1.5, math.nan, None],
        "dag": [date(2026, 1, 2)] * 3,
        "b": [b"\xff", b"x", None],
    }
    parquet.write_table(arrow.table(table), path)
    first, problem, third = read_rows(path)
    assert isinstance(first, Passage) and isinstance(third, Passage)
    assert first.extra == {"n": 1.5, "dag": "2026-01-02", "b": "\ufffd"}
    assert "row 2: has no text" in str(problem)
    parquet.write_table(arrow.table({"inhoud": ["x"]}), path)
    with pytest.raises(ReadingError, match="it has: inhoud"):
        list(read_rows(path))


def test_ids_depend_on_name_and_content_only(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text("text\nwoord\n")
    one, other = (next(iter(read_rows(tmp_path / folder / "x.csv", "x.csv"))) for folder in ("a", "b"))
    assert one == other
    (tmp_path / "b" / "x.csv").write_text("text\nwoorden\n")
    changed = next(iter(read_rows(tmp_path / "b" / "x.csv", "x.csv")))
    assert isinstance(one, Passage) and isinstance(changed, Passage) and one.passage_id != changed.passage_id


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda t: t.split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@RELAXED
@given(st.lists(st.tuples(TEXTS, VALUES), min_size=1, max_size=6))
def test_jsonl_round_trip(tmp_path: Path, rows: list[tuple[str, object]]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"text": text, "v": value}) + "\n" for text, value in rows), encoding="utf-8")
    got = passages(path)
    assert [row.text for row in got] == [" ".join(text.split()) for text, _ in rows]
    assert [row.extra["v"] for row in got] == [json_safe(value) for _, value in rows]


@RELAXED
@given(
    st.lists(st.tuples(TEXTS, st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=9)), min_size=1)
)
def test_csv_round_trip(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["text", "v"], *rows])
    path = tmp_path / "a.csv"
    path.write_bytes(buffer.getvalue().encode("utf-8-sig"))
    got = passages(path)
    assert [(row.text, row.extra["v"]) for row in got] == [(" ".join(text.split()), value) for text, value in rows]

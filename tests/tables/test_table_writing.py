"""Tables: every form gives back what was written, whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.errors import OutputError
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Cell, Passage
from scheidslijn.tables import TableWriter, columns_of, form_of, people, row_of

THEMA = Dimension(
    "thema", "Thema", "Theme", True, "?", tuple(Code("thema", c, c, c, c) for c in ("onderwijs", "bestuur"))
)
ROL = Dimension("rol", "Rol", "Role", False, "?", (Code("rol", "ambitie", "a", "a", "a"),))
BOOK = Codebook("proef", "1.0", (THEMA, ROL))


def labelled(text: str = "Wij bouwen een school.", **extra: object) -> Labelled:
    passage = Passage(
        "abc-p001-01",
        "map/akkoord.pdf",
        3,
        text,
        heading=("Onderwijs", "Scholen"),
        cell=Cell(1, 2, 1, "", "ambities"),
        extra=extra,
    )
    codes: dict[str, tuple[str, ...]] = {"thema": ("onderwijs", "bestuur"), "rol": ()}
    scores = {"thema.onderwijs": 0.9, "thema.bestuur": 0.6}
    return Labelled(passage, codes, scores, ("rol",), "compact-2@1", BOOK.label)


def write(path: Path, rows: list[Labelled], **options: Any) -> Path:
    with TableWriter(str(path), columns_of(BOOK), BOOK.keys, **options) as out:
        for one in rows:
            out.write(row_of(one, BOOK))
    return path


def test_row_has_the_promised_columns_in_order() -> None:
    row = row_of(labelled(id=7, page="iv"), BOOK)
    assert list(row) == [
        *("passage_id", "document", "page", "kind", "place", "heading", "table", "duplicate_of", "text"),
        *("thema", "hoofdthema", "rol", "scores", "abstained", "model", "codebook", "id", "input_page"),
    ]  # fmt: skip
    assert row["hoofdthema"] == "onderwijs" and row["rol"] is None and row["input_page"] == "iv"


def test_jsonl_and_parquet_keep_lists_and_types(tmp_path: Path) -> None:
    rows = [labelled(), labelled("Ook zonder invoerkolom."), labelled(id=7, gewicht=0.5, wie="=A1")]
    lines = [json.loads(line) for line in write(tmp_path / "uit.jsonl", rows).read_text("utf-8").splitlines()]
    table = pq.read_table(write(tmp_path / "uit.parquet", rows)).to_pylist()
    assert [one["thema"] for one in lines] == [one["thema"] for one in table] == [["onderwijs", "bestuur"]] * 3
    assert table[2]["id"] == 7 and table[0]["id"] is None and table[2]["gewicht"] == 0.5
    assert table[0]["scores"]["thema.onderwijs"] == pytest.approx(0.9) and table[0]["scores"]["rol.ambitie"] is None
    assert table[0]["table"]["column_head"] == "ambities" and table[0]["page"] == 3


def test_parquet_of_nothing_still_has_its_columns(tmp_path: Path) -> None:
    assert pq.read_schema(write(tmp_path / "leeg.parquet", [])).names == [c.name for c in columns_of(BOOK)]


def test_csv_cannot_run_a_formula_and_reads_back(tmp_path: Path) -> None:
    path = write(tmp_path / "uit.csv", [labelled('=HYPERLINK("x")', wie="+31 6", getal=-3)])
    with path.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["text"] == '\'=HYPERLINK("x")' and row["wie"] == "'+31 6" and row["getal"] == "-3"
    assert (
        row["thema"] == "onderwijs|bestuur"
        and row["thema.bestuur"] == "0.6"
        and row["heading"] == "Onderwijs > Scholen"
    )


def test_xlsx_opens_with_frozen_header_filters_and_plain_text(tmp_path: Path) -> None:
    sheet = load_workbook(write(tmp_path / "uit.xlsx", [labelled("=1+1\x07"), labelled()])).active
    assert sheet is not None and sheet.freeze_panes == "A2"
    names = [cell.value for cell in sheet[1]]
    text = sheet.cell(2, names.index("text") + 1)
    assert (text.value, text.data_type) == ("=1+1", "s")
    assert sheet.auto_filter.ref.startswith("A1:") and sheet.auto_filter.ref.endswith("3")
    assert sheet.cell(2, names.index("thema.onderwijs") + 1).value == 0.9


def test_too_many_rows_for_xlsx_are_kept_as_jsonl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "XLSX_ROWS", 3)
    with pytest.raises(OutputError, match=r"holds 2 rows.*kept as .*uit\.jsonl"):
        write(tmp_path / "uit.xlsx", [labelled()] * 3)
    assert len((tmp_path / "uit.jsonl").read_text("utf-8").splitlines()) == 3
    assert sorted(os.listdir(tmp_path)) == ["uit.jsonl"]


def test_a_text_too_long_for_a_cell_is_refused_not_cut(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"32,767 characters.*40,000"):
        write(tmp_path / "uit.xlsx", [labelled("a" * 40_000)])


def test_existing_file_needs_force_and_a_failure_leaves_it(tmp_path: Path) -> None:
    path = write(tmp_path / "uit.jsonl", [labelled()])
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists already; use --force"):
        write(path, [])
    with pytest.raises(RuntimeError), TableWriter(str(path), columns_of(BOOK), force=True) as out:
        out.write(row_of(labelled("nieuw"), BOOK))
        raise RuntimeError
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["uit.jsonl"]
    write(path, [], force=True)
    assert path.read_bytes() == b""


def test_unknown_form_and_missing_folder_are_explained(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"'.doc'; choose .jsonl, .csv, .xlsx, .parquet or -"):
        form_of("uit.doc")
    with pytest.raises(OutputError, match="does not exist"):
        write(tmp_path / "weg" / "uit.csv", [])
    (tmp_path / "map.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        write(tmp_path / "map.csv", [])


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=20)
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.fixed_dictionaries({"text": st.text(max_size=60), "nota": VALUES}), max_size=4))
def test_any_text_and_any_column_survive_every_form(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    made = [labelled(row["text"], nota=row["nota"]) for row in rows]
    made = [
        one
        for one in made
        if not any("\ud800" <= c <= "\udfff" for c in one.passage.text + str(one.passage.extra["nota"]))
    ]
    lines = write(tmp_path / "a.jsonl", made, force=True).read_text("utf-8").split("\n")[:-1]
    assert [json.loads(line)["text"] for line in lines] == [one.passage.text for one in made]
    table = pq.read_table(write(tmp_path / "a.parquet", made, force=True))
    assert table.column("text").to_pylist() == [one.passage.text for one in made]
    with write(tmp_path / "a.csv", made, force=True).open(encoding="utf-8-sig", newline="") as text:
        assert [row["text"].removeprefix("'") for row in csv.DictReader(text)] == [
            one.passage.text.removeprefix("'") for one in made
        ]
    assert load_workbook(write(tmp_path / "a.xlsx", made, force=True)).active.max_row == len(made) + 1

"""Labelled tables are read back as they were written, and joined to the gold by id, key or document."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.labelled_table import read_labelled
from scheidslijn.evaluating.predictions import predictions_of
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Passage, text_key
from scheidslijn.tables import TableWriter, columns_of, row_of

BOOK = load_codebook("sociale-tweedeling")


def labelled() -> list[Labelled]:
    rows = []
    for number in range(6):
        text = f"{'=-'[number % 2]} Kempenrode bouwt {number} woningen."  # guarded in CSV against formulas
        passage = Passage(
            f"id-{number}", f"akkoord {number // 3}", number + 1, text,
            heading=("Wonen", "Betaalbaar"), place="themaparagraaf", kind="bullet",
            duplicate_of="id-0" if number == 4 else "", extra={"year": 2026},
        )  # fmt: skip
        codes = {"thema": ("ruimte_wonen", "bestuur") if number % 2 else (), "scheidslijn": ("sociaal_economisch",),
                 "uitwerking": ("actiegericht",) if number else (), "rol": ("ambitie",), "verbinding": ()}  # fmt: skip
        rows.append(Labelled(passage, codes, {key: 0.25 for key in BOOK.keys}, ("rol",), "m@1", BOOK.label))
    return rows


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet"])
def test_what_label_wrote_comes_back(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"labels.{form}"
    with TableWriter(str(path), columns_of(BOOK), BOOK.keys) as writer:
        for one in labelled():
            writer.write(row_of(one, BOOK))
    table = read_labelled(path, BOOK)
    assert table.problems == () and table.scored and table.model == "m@1"
    assert table.dimensions == tuple(one.name for one in BOOK.dimensions)
    for before, after in zip(labelled(), table.rows, strict=True):
        assert dict(after.codes) == dict(before.codes)
        assert after.abstained == before.abstained and after.scores == pytest.approx(dict(before.scores))
        for name in ("passage_id", "document", "page", "text", "place", "kind", "duplicate_of"):
            assert getattr(after.passage, name) == getattr(before.passage, name), name
        assert str(after.passage.extra["year"]) == "2026"


def test_answers_of_another_coder_need_little(tmp_path: Path) -> None:
    path = tmp_path / "llm.csv"
    path.write_text("text;thema;rol\nWaterrade bouwt.;ruimte_wonen|wonen;ambitie\n;bestuur;\n", encoding="utf-8")
    table = read_labelled(path, BOOK)
    assert table.dimensions == ("thema", "rol") and not table.scored
    assert table.rows[0].codes == {"thema": ("ruimte_wonen",), "rol": ("ambitie",)}
    assert "names no passage" in table.problems[0] and "code 'thema.wonen' is not in" in table.problems[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,kleur\nWaterrade,rood\n", "has no column of sociale-tweedeling@1.1; it has: text, kleur"),
        ("thema\nbestuur\n", "has no column text, key or passage_id"),
        ("text,thema\n", "has no labelled row"),
    ],
)
def test_what_is_no_labelled_table_is_told(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ScheidslijnError, match=message):
        read_labelled(path, BOOK)


def table_of(corpus: SimpleNamespace, path: Path, **keep: str) -> Path:
    """The gold itself as a labelled table, with only some of the columns that a passage is known by."""
    with path.open("w", encoding="utf-8") as stream:
        for passage, key, row in zip(corpus.gold.passages, corpus.gold.keys, corpus.gold.targets, strict=True):
            known = {"passage_id": passage.passage_id, "key": key, "text": passage.text, "document": passage.document}
            codes = {"thema": [c for c, yes in zip(("wonen", "school", "zorg"), row, strict=False) if yes]}
            stream.write(json.dumps({name: known[name] for name in keep} | codes) + "\n")
    return path


@pytest.mark.parametrize("names", [("passage_id",), ("key",), ("text",), ("text", "document")])
def test_rows_are_found_by_what_they_have(corpus: SimpleNamespace, tmp_path: Path, names: tuple[str, ...]) -> None:
    path = table_of(corpus, tmp_path / "labels.jsonl", **dict.fromkeys(names, ""))
    made = predictions_of(read_labelled(path, corpus.book), corpus.gold, corpus.book, "zelf")
    assert made.found.all() and made.dimensions == ("thema",)
    assert (made.given[:, :3] == (corpus.gold.targets[:, :3] >= 0.5)).all()
    assert np.isnan(made.scores).all() and not made.calibrated


def test_no_overlap_is_one_clear_line(corpus: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(json.dumps({"text": "Iets heel anders.", "thema": ["wonen"]}) + "\n", encoding="utf-8")
    with pytest.raises(ScheidslijnError, match="not one of the 120 gold passages is among its 1 rows"):
        predictions_of(read_labelled(path, corpus.book), corpus.gold, corpus.book, "anders.jsonl")


def test_the_same_text_in_two_documents_keeps_its_own_row(corpus: SimpleNamespace, tmp_path: Path) -> None:
    one = corpus.gold.passages[0]
    path = tmp_path / "two.jsonl"
    rows = [
        {"text": one.text, "document": document, "thema": [code]}
        for document, code in (("elders", "zorg"), (one.document, "school"))
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    made = predictions_of(read_labelled(path, corpus.book), corpus.gold, corpus.book, "twee")
    assert made.given[0].tolist() == [False, True, False, False, False] and made.found.sum() == 1
    assert text_key(one.text) == corpus.gold.keys[0]

"""What is new: by the manifest of a run, or by a date."""

from __future__ import annotations

import json

import pytest

from scheidslijn.batch.since import Since, read_since
from scheidslijn.errors import ScheidslijnError


def test_a_manifest_knows_name_content_and_run(tmp_path):
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"document": "a.txt", "sha256": "1f", "run": "r", "outcome": "labelled"}) + "\n")
    since = read_since(str(manifest))
    assert since.why("a.txt", "1f", "r", None) == "unchanged"
    changed = [("b.txt", "1f", "r"), ("a.txt", "2f", "r"), ("a.txt", "1f", "another model"), ("a.txt", "", "r")]
    assert [since.why(*one, None) for one in changed] == [""] * 4


def test_a_date_goes_by_the_last_change_where_that_is_known():
    since = read_since("2026-05-31")
    moments = (since.moment - 1, since.moment, None)
    assert [since.why("a.txt", "1f", "r", one) for one in moments] == ["older", "", ""]
    assert read_since("") == Since() and Since().why("a.txt", "1f", "r", 0.0) == ""


def test_anything_else_is_explained(tmp_path):
    (tmp_path / "tabel.csv").write_text("id\n1\n")
    for text in ("gisteren", str(tmp_path / "tabel.csv")):
        with pytest.raises(ScheidslijnError, match="a date"):
            read_since(text)

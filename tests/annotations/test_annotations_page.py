"""The examples of docs/annotations.md are read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheidslijn.annotations import forms, reading
from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.annotations.columns import DEFAULT, load_columns
from scheidslijn.annotations.merging import RULES
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import load_codebook

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "annotations.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
FILES = {name: (content, expected) for name, content, expected in EXAMPLE.findall(PAGE)}
BOOK = load_codebook("sociale-tweedeling")


def line(coding: Coding) -> str:
    """One coding as the page shows it, dimensions in the order of the codebook."""
    said = [
        f"{one.name} {', '.join(coding.codes[one.name]) or 'none'}"
        for one in BOOK.dimensions
        if one.name in coding.codes
    ]
    said += [f"{key} {'yes' if value else 'no'}" for key, value in coding.partly.items()]
    return f"{coding.coder}{' (settles)' if coding.adjudicated else ''}: {'; '.join(said)}"


def shown(read: Codings) -> str:
    return "".join(f"{one}\n" for one in [*map(line, read.codings), *(f"! {problem}" for problem in read.problems)])


def test_the_page_has_all_its_examples():
    assert len(FILES) == 11 and PAGE.count("```text") == 10


@pytest.mark.parametrize("name", [name for name, (_, expected) in FILES.items() if expected])
def test_an_example_is_read_as_the_page_says(tmp_path, name):
    content, expected = FILES[name]
    path = tmp_path / Path(name).name
    path.write_text(content, encoding="utf-8")
    columns = DEFAULT
    if name == "dossiers.csv":
        (tmp_path / "columns.toml").write_text(FILES["columns.toml"][0], encoding="utf-8")
        columns = load_columns(tmp_path / "columns.toml")
    assert shown(read_codings([path], BOOK, columns=columns)) == expected


def test_the_page_names_every_kind_of_problem_and_every_rule():
    folder = Path(reading.__file__).parent
    code = "".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    kinds = set(re.findall(r"Problem\(\s*[\w.\[\]-]+, \"([a-z ]+)\"", code))
    kinds |= set(re.findall(r"trouble\(\"([a-z ]+)\"", code)) | {forms.NO_FILE, forms.OTHER_FILE}
    kinds -= {"coders differ"}  # what merging leaves open, told in the last paragraph
    assert len(kinds) > 15
    assert {kind for kind in kinds if f"`{kind}`" not in PAGE} == set()
    assert all(f"| `{rule}` |" in PAGE for rule in RULES)

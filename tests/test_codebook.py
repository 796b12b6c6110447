"""Loading a codebook: the shipped one is complete, and every fault is named with file, code and field."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from scheidslijn.codebook import Code, Codebook, find_codebook, load_codebook
from scheidslijn.errors import CodebookError
from scheidslijn.labellers.terms import TermScan

BOOK = load_codebook("sociale-tweedeling")
CODES = [code for dimension in BOOK.dimensions for code in dimension.codes]

SMALL: dict[str, Any] = {
    "name": "proef",
    "version": "0.1",
    "dimension": [
        {
            "name": "thema",
            "name_nl": "Thema",
            "name_en": "Theme",
            "kind": "multi",
            "question": "Waarover?",
            "code": [
                {"code": "onderwijs", "name_nl": "Onderwijs", "name_en": "Education", "definition": "Leren op school."},
                {
                    "code": "wonen",
                    "name_nl": "Wonen",
                    "name_en": "Housing",
                    "definition": "Huizen.",
                    "terms": ["huis*"],
                },
            ],
        },
        {
            "name": "rol",
            "name_nl": "Rol",
            "name_en": "Role",
            "kind": "single",
            "question": "Welke rol?",
            "code": [{"code": "overig", "name_nl": "Overig", "name_en": "Other", "definition": "De rest."}],
        },
    ],
    "terms": {"lijst": {"terms": ["gelijke kansen"]}},
    "fixed": {"heading": {"thema": [], "rol": ["overig"]}},
}


def toml(table: dict[str, Any], prefix: str = "") -> str:
    """Write nested tables as TOML: enough for these tests."""
    lines, below = [], []
    for key, value in table.items():
        if isinstance(value, dict):
            below.append(f"[{prefix}{key}]\n{toml(value, f'{prefix}{key}.')}")
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            below += [f"[[{prefix}{key}]]\n{toml(one, f'{prefix}{key}.')}" for one in value]
        else:
            lines.append(f"{key} = {value!r}".replace("True", "true"))
    return "\n".join([*lines, *below])


def load_changed(tmp_path: Path, change: Any) -> Codebook:
    data = copy.deepcopy(SMALL)
    change(data)
    path = tmp_path / "codebook.toml"
    path.write_text(toml(data), encoding="utf-8")
    return load_codebook(path)


def code_of(data: dict[str, Any], number: int = 0) -> dict[str, Any]:
    return data["dimension"][0]["code"][number]  # type: ignore[no-any-return]


def test_dimensions_and_codes_are_those_of_the_codebook() -> None:
    assert BOOK.label == "sociale-tweedeling@1.1"
    assert {one.name: (one.multi, tuple(code.code for code in one.codes)) for one in BOOK.dimensions} == {
        "thema": (
            True,
            ("sociaal_domein", "onderwijs", "arbeidsmarkt", "gezondheid", "ruimte_wonen", "migratie", "bestuur"),
        ),
        "scheidslijn": (True, ("sociaal_economisch", "sociaal_cultureel", "middengroepen")),
        "uitwerking": (False, ("agenderend", "actiegericht", "randvoorwaarden", "geen")),
        "rol": (False, ("probleem", "ambitie", "interventie", "uitgangspunt", "overig")),
        "verbinding": (True, ("horizontaal", "verticaal", "institutioneel")),
    }
    assert BOOK.fixed == {"heading": {"uitwerking": (), "rol": ("overig",)}}
    assert set(BOOK.terms) == {"bronnenonderzoek", "middenhuur"}
    assert (BOOK.language, bool(BOOK.title), len(BOOK.sources) > 2) == ("nl", True, True)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.key)
def test_every_code_has_all_that_a_coder_needs(code: Code) -> None:
    assert code.definition and code.include and code.exclude and len(code.examples) >= 3 and len(code.terms) >= 15


def test_terms_find_the_examples_of_their_own_code() -> None:
    scan = TermScan(BOOK)
    found = {
        code.key: [any(hit.code == code.key for hit in scan.hits(text)) for text in code.examples] for code in CODES
    }
    assert all(any(one) for one in found.values()), "no example of a code holds one of its terms"
    all_found = [one for each in found.values() for one in each]
    assert 0.8 <= sum(all_found) / len(all_found) < 1, "examples written to fit the terms would say nothing"


def test_a_small_codebook_loads_from_file_and_from_folder(tmp_path: Path) -> None:
    book = load_changed(tmp_path, lambda data: None)
    assert book.keys == ("thema.onderwijs", "thema.wonen", "rol.overig")
    assert book.columns("rol") == slice(2, 3)
    assert book.terms == {"lijst": ("gelijke kansen",)}
    assert load_codebook(tmp_path) == book
    assert find_codebook(tmp_path) == tmp_path / "codebook.toml"


FAULTS: list[tuple[str, Any, str]] = [
    (
        "list",
        lambda d: code_of(d).update(include=3),
        "code 'thema.onderwijs': field 'include': expected a list of texts, got 3",
    ),
    (
        "empty definition",
        lambda d: code_of(d).update(definition=" "),
        "code 'thema.onderwijs': field 'definition': expected a text that is not empty, got \" \"",
    ),
    (
        "missing definition",
        lambda d: code_of(d).pop("definition"),
        "code 'thema.onderwijs': field 'definition' is missing: expected a text that is not empty",
    ),
    (
        "unknown field",
        lambda d: code_of(d).update(note="x"),
        "code 'thema.onderwijs': unknown field 'note'; "
        "allowed: code, name_nl, name_en, definition, include, exclude, examples, terms",
    ),
    (
        "unknown top field",
        lambda d: d.update(author="x"),
        "unknown field 'author'; allowed: name, version, language, title, sources, dimension, terms, fixed",
    ),
    (
        "duplicate",
        lambda d: code_of(d).update(code="wonen"),
        "dimension 'thema': code 'wonen' stands there 2 times; keep one",
    ),
    (
        "code name",
        lambda d: code_of(d).update(code="Onder-wijs"),
        "code 'thema.Onder-wijs': field 'code': expected small letters, digits and '_', got \"Onder-wijs\"",
    ),
    ("version", lambda d: d.update(version="een"), 'field \'version\': expected a version such as "1.1", got "een"'),
    (
        "no kind",
        lambda d: d["dimension"][0].pop("kind"),
        "dimension 'thema': field 'kind' is missing: expected \"multi\" (zero or more) or \"single\"",
    ),
    (
        "no codes",
        lambda d: d["dimension"][1].update(code=[]),
        "dimension 'rol': field 'code': expected one or more tables [[dimension.code]], got nothing",
    ),
    (
        "term",
        lambda d: code_of(d, 1).update(terms=["hu*is"]),
        "code 'thema.wonen': field 'terms': 'hu*is': "
        "'*' may stand only at the start or end of a word, not inside 'hu*is'",
    ),
    (
        "term twice",
        lambda d: code_of(d, 1).update(terms=["huis", "huis"]),
        "code 'thema.wonen': term 'huis' stands there 2 times; keep one",
    ),
    (
        "empty text in a list",
        lambda d: code_of(d).update(examples=["goed", ""]),
        "code 'thema.onderwijs': field 'examples': expected texts that are not empty, got \"\"",
    ),
    (
        "fixed code",
        lambda d: d["fixed"]["heading"].update(rol=["anders"]),
        "fixed 'heading': field 'rol': unknown code 'anders'; allowed: overig",
    ),
    (
        "fixed kind",
        lambda d: d["fixed"].update(kop={"rol": []}),
        "fixed 'kop': unknown kind of passage; allowed: bullet, cell, heading, paragraph, row",
    ),
    (
        "fixed dimension",
        lambda d: d["fixed"]["heading"].update(kleur=[]),
        "fixed 'heading': unknown field 'kleur'; allowed: thema, rol",
    ),
    (
        "word list",
        lambda d: d["terms"].update(kaal=["x"]),
        "terms 'kaal': expected a table with about, terms, got ['x']",
    ),
]


@pytest.mark.parametrize(("change", "message"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_named_with_file_code_and_field(tmp_path: Path, change: Any, message: str) -> None:
    with pytest.raises(CodebookError) as caught:
        load_changed(tmp_path, change)
    assert f"{tmp_path / 'codebook.toml'}: {message}" in str(caught.value).splitlines()


def test_one_run_shows_every_problem(tmp_path: Path) -> None:
    def spoil(data: dict[str, Any]) -> None:
        code_of(data).update(include=3, definition="", bron="x")
        data.update(version=1)

    with pytest.raises(CodebookError) as caught:
        load_changed(tmp_path, spoil)
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = ", "not a TOML file in UTF-8"),
        (b"name = '\xff'", "not a TOML file in UTF-8"),
        (b"", "field 'name' is missing"),
    ],
)
def test_a_file_that_is_no_codebook(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "codebook.toml"
    path.write_bytes(content)
    with pytest.raises(CodebookError, match=message):
        load_codebook(path)


def test_an_unknown_name_lists_what_is_shipped() -> None:
    with pytest.raises(CodebookError, match=r"tweedelingg: no such codebook.*available: .*sociale-tweedeling"):
        load_codebook("tweedelingg")

"""`scheidslijn codebook`: what is printed and the exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scheidslijn.cli.codebook import app, check_line, list_lines, show_lines
from scheidslijn.codebook import find_codebook, load_codebook
from scheidslijn.errors import CodebookError

SHIPPED = "sociale-tweedeling"
run = CliRunner()


def test_list_names_version_and_title() -> None:
    result = run.invoke(app, ["list"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == list_lines()
    assert any(line.startswith(f"{SHIPPED}  1.1  ") for line in list_lines())


def test_show_gives_every_code_with_its_name_in_the_language_asked_for() -> None:
    book = load_codebook(SHIPPED)
    dutch, english = run.invoke(app, ["show"]).stdout, run.invoke(app, ["show", SHIPPED, "--language", "en"]).stdout
    for dimension in book.dimensions:
        for code in dimension.codes:
            assert code.key in dutch and code.name_nl in dutch and code.name_en in english


def test_show_one_code_gives_all_that_a_coder_needs() -> None:
    code = next(code for code in load_codebook(SHIPPED).dimensions[0].codes if code.code == "onderwijs")
    shown = run.invoke(app, ["show", "--code", "thema.onderwijs"]).stdout
    for text in (code.definition, *code.include, *code.exclude, *code.examples, *code.terms):
        assert text in shown
    assert "schooluitval" in "\n".join(show_lines(load_codebook(SHIPPED), "thema"))


def test_show_an_unknown_code_lists_the_codes_there_are() -> None:
    with pytest.raises(CodebookError, match=r"no code 'thema\.sport'; there are: thema, .*thema\.onderwijs"):
        show_lines(load_codebook(SHIPPED), "thema.sport")
    with pytest.raises(CodebookError, match=r"no code 'onderwijs'; did you mean thema\.onderwijs\? there are: thema"):
        show_lines(load_codebook(SHIPPED), "onderwijs")


def test_check_counts_what_is_good() -> None:
    result = run.invoke(app, ["check", str(find_codebook(SHIPPED))])
    assert result.exit_code == 0
    assert result.stdout.strip() == check_line(str(find_codebook(SHIPPED)))
    assert result.stdout.startswith("ok: ") and "5 dimensions, 22 codes" in result.stdout


def test_check_prints_one_line_a_problem_and_exits_with_1(tmp_path: Path) -> None:
    bad = tmp_path / "codebook.toml"
    text = find_codebook(SHIPPED).read_text(encoding="utf-8")
    bad.write_text(
        text.replace('version = "1.1"', "version = 1.1").replace('kind = "single"', 'kind = "one"', 1), "utf-8"
    )
    result = run.invoke(app, ["check", str(bad)])
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{bad}: field 'version': expected a version such as \"1.1\", got 1.1",
        f'{bad}: dimension \'uitwerking\': field \'kind\': expected "multi" (zero or more) or "single", got "one"',
    ]


def test_check_a_missing_file_says_what_is_shipped() -> None:
    result = run.invoke(app, ["check", "nergens.toml"])
    assert result.exit_code == 1
    assert result.stdout.startswith("nergens.toml: no such codebook") and SHIPPED in result.stdout

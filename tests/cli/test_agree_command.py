"""`scheidslijn agree` from the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from scheidslijn.cli import app
from scheidslijn.errors import ScheidslijnError

ANNA = """tekst;document;rol;coder
Elzenbroek bouwt een school.;akkoord A;interventie;anna
Waterrade wil gezonde inwoners.;akkoord A;ambitie;anna
Duinhorst kent eenzaamheid.;akkoord B;probleem;anna
"""
BRAM = ANNA.replace("anna", "bram").replace("ambitie", "uitgangspunt")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "anna.csv").write_text(ANNA, "utf-8")
    (tmp_path / "bram.csv").write_text(BRAM, "utf-8")
    return [str(tmp_path / "anna.csv"), str(tmp_path / "bram.csv")]


def test_report_on_screen_and_in_files(files, tmp_path):
    report, discuss = tmp_path / "r.md", tmp_path / "d.jsonl"
    done = CliRunner().invoke(
        app, ["agree", *files, "--dimension", "rol", "-o", str(report), "--discuss", str(discuss)]
    )
    assert done.exit_code == 0, done.output
    (head, rule, row) = done.stdout.splitlines()
    assert head.startswith("| dimension") and set(rule) == {"|", "-"} and row.startswith("| rol ")
    whole = CliRunner().invoke(app, ["agree", *files, "--dimension", "rol"]).stdout
    assert "# Agreement among coders" in whole and "anna: ambitie; bram: uitgangspunt" in whole and row in whole
    assert "# Overeenstemming" in report.read_text("utf-8") and len(discuss.read_text("utf-8").splitlines()) == 1
    again = CliRunner().invoke(app, ["agree", *files, "-o", str(report)])
    assert isinstance(again.exception, ScheidslijnError) and "exists already" in str(again.exception)


def test_one_coder_is_an_explained_failure_with_a_report(files):
    done = CliRunner().invoke(app, ["agree", files[0]])
    assert isinstance(done.exception, ScheidslijnError) and "There is one coder (anna, 3 passages)" in done.stdout


def test_coders_divided_by_commas(files):
    done = CliRunner().invoke(app, ["agree", *files, "--coders", "bram,anna", "--language", "nl"])
    assert done.exit_code == 0 and "bram (3 passages), anna (3 passages)" in done.stdout


def test_problems_are_counted_last_with_the_way_to_see_all(files, tmp_path):
    with open(files[0], "a", encoding="utf-8") as file:
        file.write(";akkoord B;ambitie;anna\n")
    done = CliRunner().invoke(app, ["agree", *files, "-o", str(tmp_path / "r.md")])
    assert done.exit_code == 0, done.output
    last = done.stderr.splitlines()[-1]
    assert last == "1 problem with what was read, the first above; write all with --problems problems.csv"
    done = CliRunner().invoke(app, ["agree", *files, "--problems", str(tmp_path / "problems.csv")])
    assert "problem with" not in done.stderr and "has no text" in (tmp_path / "problems.csv").read_text("utf-8")

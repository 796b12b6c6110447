"""From files of coders to a report: known figures, honest gaps, and every form that is written."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheidslijn.agreeing.job import agree, agreement_of
from scheidslijn.agreeing.notes import notes, sure, verdict
from scheidslijn.agreeing.text import report_lines
from scheidslijn.agreeing.words import NOTES, WORDS
from scheidslijn.agreeing.writing import write_discuss, write_report
from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.codebook import Code, Codebook, Dimension, load_codebook
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.measuring.estimate import Estimate


def dimension(name, multi, *codes):
    return Dimension(name, name, name, multi, "?", tuple(Code(name, c, c, c, c) for c in codes))


BOOK = Codebook(
    "klein", "1.0", (dimension("thema", True, "wonen", "school", "zorg"), dimension("rol", False, "doel", "middel"))
)


def coding(number, coder, thema=None, rol=None, document="stuk 1", text="", **more):
    codes = {name: given for name, given in (("thema", thema), ("rol", rol)) if given is not None}
    return Coding(f"k{number}", text, document, coder, codes, f"{coder}.csv:{number}", **more)


def found(*codings, **options):
    return agreement_of(Codings(codings), BOOK, **options)


@pytest.fixture(scope="module")
def two():
    """Two coders, 60 passages of 12 documents; they differ on every tenth theme and every sixth role."""
    made = []
    for number in range(60):
        document, text = f"Elzenbroek {number // 5:02}", f"De gemeente wil punt {number} regelen."
        thema, rol = (("wonen",), ("school",), ())[number % 3], ("doel",) if number % 2 else ("middel",)
        made.append(coding(number, "anna", thema, rol, document, text))
        other = ("wonen", "school") if number % 10 == 0 else thema
        turned = ("middel",) if number % 6 == 1 else rol
        made.append(coding(number, "bram", other, turned, document, text))
    return found(*made)


def kinds(agreement):
    return [one.kind for one in notes(agreement)]


def test_what_is_measured(two):
    thema, rol = two.dimensions
    assert two.coded == {"anna": 60, "bram": 60} and two.measured
    assert thema.passages == 60 and thema.documents == 12 and thema.percent.value == 0.9
    assert thema.alpha_masi is not None and thema.alpha.value < thema.alpha_masi.value
    assert rol.alpha_masi is None and rol.percent.value == pytest.approx(50 / 60)
    assert thema.codes["zorg"].given == 0 and "unused" in kinds(two)
    assert rol.codes["doel"].by_coder == {"anna": 30, "bram": 20}


def test_what_to_discuss_first(two):
    assert len(two.discuss) == 6 + 10 and two.discuss[0].distance == pytest.approx(1)
    both = found(
        *(coding(1, name, given, ("doel",)) for name, given in (("a", ("wonen",)), ("b", ("school",)))),
        *(coding(2, name, ("wonen",), rol) for name, rol in (("a", ("doel",)), ("b", ("middel",)))),
        *(coding(3, *each) for each in (("a", ("wonen",), ("doel",)), ("b", (), ("middel",)))),
        *(coding(4, name, given) for name, given in (("a", ("wonen", "zorg")), ("b", ("wonen",)))),
    )
    assert [one.key for one in both.discuss] == ["k3", "k1", "k2", "k4"]
    assert both.discuss[0].said == {
        "thema": {"a": ("wonen",), "b": ()}, "rol": {"a": ("doel",), "b": ("middel",)},
    }  # fmt: skip


def test_one_coder_is_told_what_is_possible():
    alone = found(coding(1, "anna", ("wonen",)), coding(2, "anna", ()))
    assert kinds(alone) == ["one_coder"] and not alone.measured
    assert "tweede" in "\n".join(report_lines(alone)) and "Overzicht" not in "\n".join(report_lines(alone))


def test_no_overlap_one_document_and_few():
    apart = found(coding(1, "anna", ("wonen",)), coding(2, "bram", ("wonen",)))
    assert kinds(apart) == ["not_coded", "no_overlap"] and not apart.measured
    pair = [coding(n, who, ("wonen",) if n % 2 else ("zorg",), document="d") for n in range(4) for who in "ab"]
    assert "one_document" in kinds(found(*pair))
    assert found(*pair).dimensions[0].alpha.value == 1
    spread = [replace(one, document=f"d{n // 2}") for n, one in enumerate(pair)]
    assert "few_documents" in kinds(found(*spread))


def test_other_things_to_know():
    lopsided = [coding(n, "a", ("zorg",) if n < 30 else (), document=f"d{n % 12}") for n in range(60)]
    lopsided += [coding(n, "b", ("zorg",) if n < 3 else (), document=f"d{n % 12}") for n in range(60)]
    assert "leans" in kinds(found(*lopsided))
    rare = [
        coding(n, who, ("zorg",) if n == (who == "a") else (), document=f"d{n % 12}") for n in range(60) for who in "ab"
    ]
    assert "rare" in kinds(found(*rare))
    lonely = [coding(n, "a", ("zorg",)) for n in range(3)] + [coding(n, "b", ("wonen",)) for n in range(3)]
    assert kinds(found(*lonely)).count("one_sided") == 2
    same = found(*(coding(n, who, ("wonen",)) for n in range(3) for who in "ab"))
    assert "one_value" in kinds(same) and np.isnan(same.dimensions[0].alpha.value)
    settled = found(coding(1, "a", ()), coding(1, "b", ()), coding(1, "", (), adjudicated=True))
    assert settled.adjudicated == 1 and "adjudicated" in kinds(settled) and settled.coders == ("a", "b")


def test_documents_named_apart_are_one_passage_unless_a_coder_has_it_twice():
    apart = found(coding(1, "a", ("wonen",), document="a.csv"), coding(1, "b", ("wonen",), document="b.csv"))
    assert apart.dimensions[0].passages == 1
    twice = [coding(1, who, ("wonen",), document=where) for who in "ab" for where in ("akkoord 1", "akkoord 2")]
    assert found(*twice).dimensions[0].passages == 2


def test_codes_that_were_marked_one_by_one_count_for_those_codes():
    crossed = [replace(coding(n, who), partly={"thema.zorg": n < 2}) for n in range(4) for who in "ab"]
    thema = found(*crossed).dimensions[0]
    assert thema.passages == 0 and thema.codes["zorg"].passages == 2 and thema.codes["zorg"].alpha.value == 1
    assert thema.codes["wonen"].given == 0


def test_a_choice_of_coders_and_dimensions(two):
    codings = [*two.read.codings, coding(0, "cato", ("zorg",))]
    assert found(*codings).coders == ("anna", "bram", "cato")
    chosen = found(*codings, coders=["cato", "anna"], dimensions=["thema"])
    assert chosen.coders == ("cato", "anna") and [one.dimension for one in chosen.dimensions] == ["thema"]
    with pytest.raises(ScheidslijnError, match="no coder 'dirk'; the files have anna, bram, cato"):
        found(*codings, coders=["dirk"])


def test_verdicts():
    def of(value, low, high):
        return Estimate(value, low, high, 20)

    assert [verdict(of(value, 0, 1)) for value in (0.8, 0.667, 0.66, np.nan)] == [
        "reliable", "tentative", "poor", "unknown",
    ]  # fmt: skip
    assert sure(of(0.85, 0.81, 0.9)) and not sure(of(0.85, 0.79, 0.9)) and not sure(of(0.85, np.nan, np.nan))


def test_both_languages_say_the_same_things(two):
    assert WORDS["nl"].keys() == WORDS["en"].keys() and NOTES["nl"].keys() == NOTES["en"].keys()
    for key, text in NOTES["nl"].items():
        fields = {part.split("}")[0] for part in text.split("{")[1:]}
        assert fields == {part.split("}")[0] for part in NOTES["en"][key].split("{")[1:]}, key
    dutch, english = ("\n".join(report_lines(two, language)) for language in ("nl", "en"))
    assert "betrouwbaar" in dutch and "0,83" in dutch and "insufficient" in english and "0.83" in english
    assert dutch.count("\n|") == english.count("\n|")


def test_pairs_of_three_coders_have_a_table_of_their_own(two):
    three = found(*two.read.codings, *(coding(n, "cato", ("zorg",), ("doel",)) for n in range(9)))
    lines = report_lines(three, "en")
    pairs = [line for line in lines if line.startswith("| ") and "n=" in line]
    assert len(pairs) == 3 and "n=60" in pairs[0] and "n=9" in pairs[1]
    assert not any("κ anna" in line for line in lines)
    assert any("κ anna–bram" in line for line in report_lines(two, "en"))


def test_names_of_coders_do_not_break_the_table():
    odd = "Anna | <b>\nBram"
    made = found(*(coding(n, who, ("wonen",) if n % 2 else ()) for n in range(4) for who in (odd, "b")))
    rows = [line for line in report_lines(made) if line.startswith("| thema") or line.startswith("| dimensie")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1
    assert not any("<b>" in line for line in report_lines(made))


def test_written_forms(two, tmp_path):
    for name in ("r.md", "r.json", "r.csv"):
        write_report(two, tmp_path / name)
    data = json.loads((tmp_path / "r.json").read_text("utf-8"))
    thema, rol = two.dimensions
    assert data["dimensions"]["rol"]["alpha"]["value"] == round(rol.alpha.value, 4)
    assert data["dimensions"]["thema"]["codes"]["zorg"]["alpha"] is None
    assert data["dimensions"]["rol"]["kappa"][0]["coders"] == ["anna", "bram"] and len(data["discuss"]) == 16
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    masi = next(row for row in rows if row["figure"] == "alpha_masi")
    assert thema.alpha_masi is not None and float(masi["value"]) == round(thema.alpha_masi.value, 4)
    assert (tmp_path / "r.md").read_text("utf-8").startswith("# Overeenstemming")
    write_discuss(two, str(tmp_path / "d.csv"))
    with (tmp_path / "d.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 16 and rows[0]["text"].startswith("De gemeente wil punt")
    assert sum(row["rol"] == "anna: doel; bram: middel" for row in rows) == 10
    for bad in ("r.md", "r.pdf", "no/r.md"):
        with pytest.raises(OutputError):
            write_report(two, tmp_path / bad)
    write_report(two, tmp_path / "r.md", force=True)


def test_figures_known_from_the_datasheet():
    """The coders of the shipped annotations: α as their datasheet has it."""
    folder = Path(__file__).resolve().parents[2] / "training" / "annotations"
    files = [folder / "coders" / "a.jsonl", folder / "coders" / "b.jsonl", folder / "passages.jsonl"]
    whole = agree(files, load_codebook("sociale-tweedeling"))
    alpha = {one.dimension: one.alpha for one in whole.dimensions}
    expected = {"thema": 0.87, "scheidslijn": 0.85, "uitwerking": 0.80, "rol": 0.72, "verbinding": 0.83}
    assert {name: round(one.value, 2) for name, one in alpha.items()} == expected
    assert all(one.documents > 100 and one.low < one.value < one.high for one in alpha.values())
    with pytest.raises(ScheidslijnError, match="no dimension 'thema2'"):
        agree(files, load_codebook("sociale-tweedeling"), dimensions=["thema2"])


@pytest.mark.parametrize("others", [(), ("thema",)])
def test_a_file_without_a_column_for_a_dimension_is_named(tmp_path, others):
    rows = [
        ("text", "rol", *others),
        *((f"Waterrade doet punt {n}.", "ambitie", *["wonen"][: len(others)]) for n in "ab"),
    ]
    named = {"anna.csv": rows, "kolommen.csv": [("text", "Functie", *others), *rows[1:]]}
    for name, lines in named.items():
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    book = Codebook(
        "klein", "1.0", (dimension("thema", True, "wonen"), dimension("rol", False, "ambitie", "probleem"))
    )  # fmt: skip
    whole = agree([tmp_path / name for name in named], book)
    told = "\n".join(report_lines(whole, "en"))
    assert "kolommen.csv has no column for rol; it has Functie." in told and "the texts differ" not in told
    assert "anna.csv has no column" not in told
    assert "kolommen.csv heeft geen kolom voor rol; wel Functie." in "\n".join(report_lines(whole))

"""A language model and a trained model among the coders: what the report says of them, and in which forms."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace

import pytest

from scheidslijn.agreeing.job import agreement_of
from scheidslijn.agreeing.machines import standing
from scheidslijn.agreeing.notes import notes
from scheidslijn.agreeing.text import overview_lines, report_lines
from scheidslijn.agreeing.writing import write_report
from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.as_coder import trained_coders
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.passage import text_key


def dimension(name, multi, *codes):
    return Dimension(name, name, name, multi, "?", tuple(Code(name, c, c, c, c) for c in codes))


BOOK = Codebook(
    "klein", "1.0", (dimension("thema", True, "wonen", "school", "zorg"), dimension("rol", False, "doel", "middel"))
)
THEMES = (("wonen",), ("school",), ("zorg",), ())


def text(number):
    return f"Waterrade regelt punt {number}."


def coder(name, wrong, *, machine=False, seed=0, count=120):
    draw = random.Random(f"{name}{seed}")
    made = []
    for number in range(count):
        true = THEMES[number % 4]
        given = draw.choice([one for one in THEMES if one != true]) if draw.random() < wrong else true
        rol = ("doel",) if number % 3 else ("middel",)
        where = f"{name}:{number}"
        codes = {"thema": given, "rol": rol}
        made.append(
            Coding(
                text_key(text(number)), text(number), f"Duinhorst {number % 20}", name, codes, where, machine=machine
            )
        )
    return made


@pytest.fixture(scope="module")
def found():
    own = [*coder("anna", 0.1), *coder("bram", 0.1), *coder("llm:goed", 0.1, machine=True)]
    own += coder("llm:slecht", 0.7, machine=True)
    return agreement_of(Codings(tuple(own)), BOOK, labelled={"compact-2": coder("compact-2", 0.4, machine=True)})


def test_the_verdict_on_codes_is_about_people(found):
    assert found.people == ("anna", "bram")
    assert found.dimensions[0].coders == ("anna", "bram")
    assert found.kinds == {"llm:goed": "llm", "llm:slecht": "llm", "compact-2": "bert"}
    one = agreement_of(Codings((*coder("anna", 0.1), *coder("llm:goed", 0.1, machine=True))), BOOK)
    assert one.dimensions[0].coders == ("anna", "llm:goed") and one.dimensions[0].passages == 120


def test_without_machines_the_report_is_as_it_was():
    plain = agreement_of(Codings((*coder("anna", 0.1), *coder("bram", 0.1))), BOOK)
    assert plain.tables == () and "Mensen en machines" not in "\n".join(report_lines(plain))


def test_the_report_says_who_is_as_good_as_people(found):
    lines = "\n".join(report_lines(found))
    assert "## Mensen en machines" in lines
    assert "mens–mens" in lines and "mens–LLM" in lines and "LLM–BERT" in lines
    good, bad = (next(one for one in lines.splitlines() if one.startswith("| thema") and name in one)
                 for name in ("llm:goed", "llm:slecht"))  # fmt: skip
    assert "ten minste zo goed als mensen onderling" in good or "nog niet te zeggen" in good
    assert "lager dan mensen onderling" in bad and "0 van 2" in bad
    assert "People and machines" in "\n".join(report_lines(found, "en"))
    short = overview_lines(found)
    assert "mens–LLM" in "\n".join(short) and len(short) == 4 + 1 + 4 and set(short) - {""} <= set(lines.splitlines())


def test_every_form_has_the_figures(found, tmp_path):
    for form in ("json", "csv", "md"):
        write_report(found, tmp_path / f"r.{form}")
    data = json.loads((tmp_path / "r.json").read_text("utf-8"))
    thema = data["people_and_machines"]["thema"]
    assert set(thema["kinds"]) == {"human–human", "human–LLM", "human–BERT", "LLM–LLM", "LLM–BERT"}
    assert thema["machines"]["llm:slecht"]["standing"] == "lower"
    assert thema["machines"]["llm:slecht"]["alternative_annotator_test"]["passed"] is False
    assert data["coders"]["compact-2"]["kind"] == "bert"
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    told = {(row["figure"], row["coders"]) for row in rows if row["dimension"] == "thema"}
    assert ("difference_from_people", "llm:goed") in told and ("alpha", "human–LLM") in told


def test_a_labelled_table_is_a_coder(tmp_path):
    file = tmp_path / "labels.jsonl"
    rows = [
        {"passage_id": f"p{n}", "document": "a.pdf", "text": text(n), "thema": list(THEMES[n % 4]), "rol": ["doel"],
         "scores": {}, "abstained": ["rol"] if n == 3 else [], "model": "compact-2", "codebook": "klein@1.0"}
        for n in range(8)
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps(row) for row in [*rows, rows[0]]), "utf-8")
    made = trained_coders([str(file)], BOOK)
    assert list(made) == ["compact-2"] and len(made["compact-2"]) == 8  # the pull quote counts once
    assert made["compact-2"][3].codes == {"thema": ()} and made["compact-2"][0].machine
    assert list(trained_coders([f"eigen={file}"], BOOK)) == ["eigen"]
    with pytest.raises(ScheidslijnError, match="NAME="):
        trained_coders([str(file), str(file)], BOOK)


def test_a_table_of_other_passages_or_with_a_coders_name_is_refused():
    own = Codings((*coder("anna", 0), *coder("bram", 0)))
    with pytest.raises(ScheidslijnError, match="not one of its 1 passages"):
        agreement_of(own, BOOK, labelled={"m": [Coding("0" * 16, "", "a", "m", {"rol": ()}, "m:1", machine=True)]})
    with pytest.raises(ScheidslijnError, match="already"):
        agreement_of(own, BOOK, labelled={"anna": coder("anna", 0, machine=True)})


def test_a_difference_with_a_wide_interval_says_nothing():
    assert standing(Estimate(-0.05, -0.4, 0.3, 4)) == "open"
    assert standing(Estimate(float("nan"), float("nan"), float("nan"), 0)) == "open"


def test_variants_are_compared_on_all_that_they_coded(tmp_path):
    own = [*coder("llm:x", 0.0, machine=True), *coder("llm:x/kort", 0.3, machine=True, seed=2)]
    own += [one for one in coder("anna", 0.1) if int(one.where.split(":")[1]) < 20]  # people coded a part only
    found = agreement_of(Codings(tuple(own)), BOOK)
    assert {one.key for one in found.discuss} <= {text_key(text(number)) for number in range(20)}
    thema = found.variants[0]
    assert thema.variants == ("llm:x", "llm:x/kort") and thema.passages == 120 and thema.groups == 20
    assert thema.codes[0].spread > 0 and thema.compared > thema.kept
    page = "\n".join(report_lines(found))
    assert "## Hoe ver hangen conclusies af van vraag en model?" in page and "hangt ervan af" not in page
    assert "slaan om" in page
    write_report(found, tmp_path / "r.json")
    data = json.loads((tmp_path / "r.json").read_text("utf-8"))["variants"]["thema"]
    assert data["comparisons"]["compared"] == thema.compared and set(data["codes"]) == {"wonen", "school", "zorg"}
    alone = agreement_of(Codings(tuple(own)), BOOK, coders=["anna", "llm:x"])
    assert alone.variants == () and "vraag en model" not in "\n".join(report_lines(alone))


def test_variants_are_compared_by_a_fact_that_any_coder_names():
    own = [*coder("llm:x", 0.0, machine=True), *coder("llm:x/kort", 0.3, machine=True, seed=2)]
    for one in coder("anna", 0.1):
        town = ("Elzenbroek", "Kempenrode")[int(one.where.split(":")[1]) % 2]
        own.append(replace(one, extra={"gemeente": town}))
    found = agreement_of(Codings(tuple(own)), BOOK, by="gemeente")
    assert found.variants[0].groups == 2
    assert "2 groepen (gemeente)" in "\n".join(report_lines(found))


def test_a_report_on_machines_says_that_agreeing_is_not_being_right():
    alone = agreement_of(Codings(tuple(coder("llm:x", 0, machine=True) + coder("llm:y", 0, machine=True))), BOOK)
    assert notes(alone)[0].kind == "only_machines" and "zijn machines" in "\n".join(report_lines(alone))
    one = agreement_of(Codings(tuple(coder("anna", 0) + coder("llm:x", 0, machine=True))), BOOK)
    assert notes(one)[0].kind == "one_person" and "one person (anna)" in "\n".join(report_lines(one, "en"))
    two = agreement_of(Codings(tuple(coder("anna", 0) + coder("bram", 0) + coder("llm:x", 0, machine=True))), BOOK)
    assert {"only_machines", "one_person"}.isdisjoint({one.kind for one in notes(two)})


def test_what_was_settled_is_counted_without_the_rows_of_a_trained_model():
    own = [*coder("anna", 0.1), *coder("bram", 0.1)]
    settled = [replace(one, coder="samen", adjudicated=True) for one in coder("samen", 0.0, count=7)]
    found = agreement_of(Codings((*own, *settled)), BOOK, labelled={"compact-2": coder("compact-2", 0.4, machine=True)})
    assert found.adjudicated == 7

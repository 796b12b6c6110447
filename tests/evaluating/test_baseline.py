"""Published findings: the shipped file is whole, and denominators are counted as the study counted them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheidslijn.codebook import load_codebook
from scheidslijn.errors import CodebookError
from scheidslijn.evaluating.baseline import compare_with
from scheidslijn.evaluating.claims import Found
from scheidslijn.evaluating.corpus import Corpus, corpus_of
from scheidslijn.evaluating.findings import Findings, load_findings
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Passage

BOOK = load_codebook("sociale-tweedeling")
FINDINGS = load_findings(BOOK)


def row(
    document: str,
    text: str = "Elzenbroek doet iets.",
    place: str = "themaparagraaf",
    kind: str = "paragraph",
    **codes: str,
) -> Labelled:
    """A labelled passage; codes of a dimension are divided by blanks."""
    given = {one.name: tuple(codes.get(one.name, "").split()) for one in BOOK.dimensions}
    passage = Passage(f"{document}-{text}", document, 3, text, place=place, kind=kind)  # type: ignore[arg-type]
    return Labelled(passage, given, {}, (), "model", BOOK.label)


def filled(rows: list[Labelled]) -> Corpus:
    """A corpus of whole documents: passages about nothing fill them up."""
    names = dict.fromkeys(one.passage.document for one in rows)
    rest = [row(name, f"Regel {n} van de begroting.") for name in names for n in range(40)]
    return corpus_of([*rows, *rest], FINDINGS, BOOK)


def found(corpus: Corpus, name: str) -> Found:
    table = compare_with(FINDINGS, corpus, BOOK, "akkoorden.jsonl", "model")
    return next(one for one in table.found if one.finding == name)


def test_the_shipped_findings_are_whole() -> None:
    assert len(FINDINGS.findings) == 106
    computed = [one for one in FINDINGS.findings if one.computed]
    assert len(computed) == 45
    for one in FINDINGS.findings:
        assert one.statement.nl and one.statement.en and one.why.nl and one.why.en and one.source.nl
        assert one.repeats == "" or one.repeats in {other.name for other in FINDINGS.findings}
        assert (one.low is None) == (one.high is None)
        if one.computed and one.unit == "%" and one.value is not None and one.low is not None and one.high is not None:
            assert one.low - 0.11 <= one.value / 100 <= one.high + 0.11, one.name


def test_nested_denominators() -> None:
    """A third of those that have measures, not a third of all."""
    rows = []
    for number in range(10):
        name = f"akkoord {number}"
        if number < 6:  # six with a measure, of which two tie it to a cleavage; one ties it without a measure
            cleavage = "sociaal_economisch" if number < 2 else ""
            rows.append(row(name, thema="arbeidsmarkt", uitwerking="actiegericht", scheidslijn=cleavage))
        elif number == 6:
            rows.append(row(name, thema="arbeidsmarkt", uitwerking="agenderend", scheidslijn="sociaal_economisch"))
        else:
            rows.append(row(name, thema="bestuur"))
    corpus = filled(rows)
    nested = found(corpus, "F000-23")
    assert (nested.count, nested.of) == (2, 6) and nested.share.value == pytest.approx(1 / 3)
    assert nested.documents == ("akkoord 0", "akkoord 1") and nested.verdict == "compatible"
    rest = found(corpus, "F000-24")
    assert (rest.count, rest.of) == (4, 6)
    assert (found(corpus, "F000-21").count, found(corpus, "F000-21").of) == (6, 10)
    only = found(corpus, "F000-20")  # names the theme and has no measure
    assert (only.count, only.of) == (1, 10)
    assert {one.document for one in nested.examples} == {"akkoord 0", "akkoord 1"}


def test_one_mistake_is_not_enough_for_a_verdict() -> None:
    """With one passage each all ten name health; with three or more only two do, so nothing is proved."""
    rows = [row(f"akkoord {n}", f"Regel {k}.", thema="gezondheid") for n in range(10) for k in range(4 if n < 2 else 1)]
    health = found(filled(rows), "F000-25")  # published: nearly half
    assert (health.count, health.of, health.strict_count, health.strict_of) == (10, 10, 2, 10)
    assert health.share.low > 0.5 and health.verdict == "compatible"
    rows = [row(f"akkoord {n}", f"Regel {k}.", thema="gezondheid") for n in range(10) for k in range(4)]
    assert found(filled(rows), "F000-25").verdict == "higher"
    word = found(filled([row("akkoord 1", "Over sociale tweedeling.")]), "F000-02")
    assert word.strict_count == word.count == 1  # that a word stands there is no mistake of the model


def test_an_empty_denominator_is_told() -> None:
    none = found(filled([row("akkoord 1", thema="bestuur")]), "F000-23")
    assert none.count == -1 and none.of == 0 and none.comparable == "no" and none.why.kind == "none_in_group"


def test_passages_as_the_unit_have_an_interval_by_document() -> None:
    kinds = ("sociaal_cultureel", *["sociaal_economisch"] * 3)
    rows = [row(f"akkoord {n % 5}", f"Zin {n}.", scheidslijn=kinds[n % 4]) for n in range(40)]
    share = found(filled(rows), "F000-48")
    assert (share.count, share.of) == (30, 40) and share.share.documents == 5
    assert share.share.low < 0.75 < share.share.high


def test_headings_and_repeats_do_not_count_but_titles_do() -> None:
    rows = [
        row("akkoord 1", "Kop over werk", kind="heading", thema="arbeidsmarkt"),
        row("akkoord 2", "Samen met inwoners", place="titel", kind="heading", thema="bestuur"),
    ]
    corpus = filled(rows)
    assert found(corpus, "F000-19").count == 0
    assert found(corpus, "F000-44").documents == ("akkoord 2",)


def test_middle_rent_as_a_segment_is_no_attention_to_the_middle() -> None:
    rows = [
        row("akkoord 1", "Waterrade bouwt meer middenhuur.", scheidslijn="middengroepen"),
        row("akkoord 2", "Middeninkomens in Waterrade komen klem te zitten.", scheidslijn="middengroepen"),
    ]
    assert found(filled(rows), "F000-46").documents == ("akkoord 2",)


def test_a_word_is_looked_up_literally() -> None:
    rows = [row("akkoord 1", "De sociale tweedeling in Duinhorst groeit."), row("akkoord 2", "De tweedeling groeit.")]
    term = found(filled(rows), "F000-02")
    assert (term.count, term.of, term.comparable) == (1, 2, "yes")


def test_what_another_kind_of_document_is_about_is_not_counted() -> None:
    corpus = filled([row("coalitieakkoord Elzenbroek", rol="probleem")])
    other = found(corpus, "F003-20")  # about Wmo plans
    assert other.count == -1 and other.why.kind == "other_scope" and "coalitieakkoord" in other.why.nl
    assert found(filled([row("Wmo-plan Duinhorst", rol="probleem")]), "F003-20").count == 1


def test_fragments_and_loose_rows_get_no_verdict_on_what_they_cannot_show() -> None:
    rows = [row(f"akkoord {n}", place="vrije_tekst", thema="bestuur") for n in range(8)]
    corpus = corpus_of(rows, FINDINGS, BOOK)
    table = compare_with(FINDINGS, corpus, BOOK, "rijen.csv", "model")
    assert all(one.verdict == "" for one in table.found)
    assert {"fragments", "no_places", "few_corpus", "uncorrected"} <= {one.kind for one in table.remarks}
    assert found(corpus, "F000-44").why.kind == "no_places"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('comparable = "yes"', 'comparable = "perhaps"', "finding 'F000-02': field 'comparable': expected \"yes\""),
        ('words = ["tweedeling"]', 'words = ["tweedelingen"]', "unknown 'tweedelingen'; known:"),
        ('thema = ["arbeidsmarkt"]', 'thema = ["arbeid"]', "the codebook has no code 'arbeid'"),
        ("published = [0.0, 0.0]", "published = [0.0, 40]", "expected two shares"),
        ('of = "akkoorden"', 'of = "raadsstukken"', "there is no [group.raadsstukken]"),
    ],
)
def test_faults_in_findings_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    shipped = Path(__file__).resolve().parents[2] / "labels" / BOOK.name / "findings.toml"
    text = shipped.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "findings.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodebookError, match=re.escape(message)):
        load_findings(BOOK, tmp_path / "findings.toml")


def test_a_codebook_without_findings_says_so(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="has no published findings"):
        load_findings(BOOK, tmp_path / "findings.toml")


def test_findings_hold_no_sentences_of_the_studies() -> None:
    longest = max(len(one.statement.nl.split()) for one in FINDINGS.findings)
    assert isinstance(FINDINGS, Findings) and longest <= 20

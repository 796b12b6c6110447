"""The term scan: what a term matches, what it never matches, and how hits become scores."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.codebook import Code, Codebook, Dimension, load_codebook
from scheidslijn.labellers.base import Labeller
from scheidslijn.labellers.terms import TermScan
from scheidslijn.passage import Passage
from scheidslijn.termlist import parse_term
from scheidslijn.termmatcher import TermMatcher

BOOK = load_codebook("sociale-tweedeling")
SCAN = TermScan(BOOK)
WORD = st.text("abcdefghijklmnopqrstuvwxyzéëïöü", min_size=2, max_size=8)


def spans(term: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in TermMatcher([("x", term)]).find(text)]


def passage(text: str) -> Passage:
    return Passage("p1", "akkoord.pdf", 1, text)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("werk", "Netwerk, werkplek; maar Werk.", ["Werk"]),
        ("*werk", "netwerk en werkplek", ["netwerk"]),
        ("*werk*", "netwerken en werkplek", ["netwerken", "werkplek"]),
        ("statushouder*", "Statushouders en een statushouder", ["Statushouders", "statushouder"]),
        ("*toeslag", "huurtoeslag, toeslag, toeslagen", ["huurtoeslag", "toeslag"]),
        ("sociaal-economisch*", "sociaal-economische", ["sociaal-economische"]),
        ("sociaal-economisch*", "SOCIAAL ECONOMISCHE", ["SOCIAAL ECONOMISCHE"]),
        ("sociaal-economisch*", "sociaaleconomisch", ["sociaaleconomisch"]),
        ("sociaal-economisch*", "sociaal-\neconomisch", ["sociaal-\neconomisch"]),
        ("sociaal-economisch*", "sociaal – economisch", []),
        ("gelijke kansen", "gelijke\n   kansen", ["gelijke\n   kansen"]),
        ("gelijke kansen", "gelijkekansen; gelijke, kansen", []),
        ("in komen", "het inkomen", []),
        ("mee-doen", "meedoen of mee doen", ["meedoen", "mee doen"]),
        ("zzp'ers", "ZZP’ers, zzp-ers, zzpers", ["ZZP’ers", "zzp-ers", "zzpers"]),
        ("oekraïners", "Oekrainers en Oekrai\u0308ners", ["Oekrainers", "Oekrai\u0308ners"]),
        ("om- en bijscholing", "om- en bijscholing", ["om- en bijscholing"]),
        ("financiën", "ﬁnanciën en finan\u00adciën", ["ﬁnanciën", "finan\u00adciën"]),
        ("# woningen", "1.200 woningen, vijf woningen, 30 woningen", ["1.200 woningen", "30 woningen"]),
        ("€", "voor € 5 en €6", ["€", "€"]),
        ("stellen * beschikbaar", "Wij stellen twee ton beschikbaar.", ["stellen twee ton beschikbaar"]),
        ("stellen * beschikbaar", "Wij stellen. Dat is beschikbaar.", []),
        ("stellen * beschikbaar", "stellen een twee drie vier vijf zes zeven beschikbaar", []),
        ("in 20*", "in 2027 en in 1927", ["in 2027"]),
    ],
)
def test_what_a_term_matches(term: str, text: str, found: list[str]) -> None:
    assert spans(term, text) == found


@given(words=st.lists(WORD, min_size=1, max_size=3), data=st.data())
def test_a_term_matches_itself_in_every_variant(words: list[str], data: st.DataObject) -> None:
    joints = [data.draw(st.sampled_from(["-", " ", "", "\n", "-\n", "‑"])) for _ in words[1:]]
    variant = words[0] + "".join(joint + word for joint, word in zip(joints, words[1:], strict=True))
    cased = data.draw(st.sampled_from([variant, variant.upper(), variant.title()]))
    text = f"Zie ({cased}), aldus."
    hits = TermMatcher([("x", "-".join(words))]).find(text)
    assert (5, 5 + len(cased)) in [(hit.start, hit.end) for hit in hits]


@given(
    words=st.lists(WORD, min_size=1, max_size=3),
    before=st.text("abcdé1", max_size=3),
    after=st.text("xyzé2", max_size=3),
)
def test_a_term_never_matches_inside_a_longer_word(words: list[str], before: str, after: str) -> None:
    body = " ".join(words)
    text = f"{before}{body}{after}"
    found = [(hit.start, hit.end) for hit in TermMatcher([("x", body)]).find(text)]
    inside = [(s, e) for s, e in found if (s > 0 and text[s - 1].isalnum()) or (e < len(text) and text[e].isalnum())]
    assert inside == []
    assert before or after or found == [(0, len(text))]


@given(st.text(max_size=200))
def test_any_text_can_be_scanned_and_hits_lie_in_it(text: str) -> None:
    for hit in SCAN.hits(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.code in BOOK.keys


@given(st.text("abc *#-'!^2€é", min_size=1, max_size=12))
def test_a_term_is_parsed_or_refused_with_a_reason(text: str) -> None:
    try:
        term = parse_term(text)
    except ValueError as error:
        assert str(error)
    else:
        TermMatcher([("x", text)]).find("abc abc-abc 2 €")
        assert 1 <= term.weight <= 9 and term.words and len(term.loose) == len(term.words) - 1


@pytest.mark.parametrize("bad", ["", "!", "* huis", "huis *", "h*s", "a-*b", "a*-b", "wat?", "a-b-c-d-e-f"])
def test_a_bad_term_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        parse_term(bad)


def test_a_veto_takes_away_only_what_its_own_code_found_there() -> None:
    matcher = TermMatcher([("a", "integratie"), ("a", "!re-integratie"), ("b", "integratie")])
    hits = matcher.find("re-integratie en integratie")
    assert [(hit.code, hit.start) for hit in hits] == [("b", 3), ("a", 17), ("b", 17)]


def test_hits_of_one_code_do_not_overlap_so_that_a_place_counts_once() -> None:
    matcher = TermMatcher([("a", "sociale huur*"), ("a", "*huurwoningen"), ("a", "huur")])
    assert [hit.term for hit in matcher.find("sociale huurwoningen")] == ["sociale huur*"]


def two_codes(multi: bool) -> TermScan:
    codes = (
        Code("d", "een", "Een", "One", "1", terms=("appel", "peer^2")),
        Code("d", "twee", "Twee", "Two", "2", terms=("kers",)),
    )
    empty = Dimension("leeg", "Leeg", "Empty", True, "?", (Code("leeg", "x", "X", "X", "x"),))
    return TermScan(Codebook("proef", "2.0", (Dimension("d", "D", "D", multi, "?", codes), empty)))


def test_scores_of_a_multi_label_dimension_grow_with_the_evidence() -> None:
    scores = two_codes(multi=True).scores([passage("appel"), passage("appel, peer"), passage("niets"), passage("kers")])
    assert scores.dtype == np.float32 and scores.shape == (4, 3)
    assert scores[:, :2].tolist() == [[0.5, 0], [0.875, 0], [0, 0], [0, 0.5]]
    assert np.isnan(scores[:, 2]).all(), "a dimension without any term cannot be scored"


def test_scores_of_a_single_label_dimension_are_shares_and_nan_where_nothing_speaks() -> None:
    scores = two_codes(multi=False).scores([passage("peer en kers"), passage("niets")])
    assert scores[0, :2].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert np.isnan(scores[1, :2]).all()


def test_it_is_a_labeller_whose_scores_do_not_depend_on_the_batch() -> None:
    assert isinstance(SCAN, Labeller) and (SCAN.name, SCAN.version) == ("terms", "terms@1.1")
    texts = [text for dimension in BOOK.dimensions for code in dimension.codes for text in code.examples]
    together = SCAN.scores([passage(text) for text in texts])
    alone = np.vstack([SCAN.scores([passage(text)]) for text in reversed(texts)])[::-1]
    np.testing.assert_array_equal(together, alone)
    assert SCAN.scores([]).shape == (0, len(BOOK.keys))
    assert np.nanmin(together) >= 0 and np.nanmax(together) <= 1


def test_the_source_list_is_counted_apart_from_the_codes() -> None:
    text = "In Elzenbroek doet iedereen mee: iedereen telt mee, met gelijke kansen en middenhuur."
    assert [hit.term for hit in SCAN.scan_source_list(text)] == [
        "doet iedereen mee",
        "iedereen telt mee",
        "gelijke kansen",
    ]
    assert [hit.code for hit in SCAN.list_hits(text)].count("middenhuur") == 1
    assert two_codes(multi=True).scan_source_list(text) == ()


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Waterrade investeert in re-integratie van werkzoekenden.", {"arbeidsmarkt"}),
        ("Duinhorst houdt een gezonde begroting.", set()),
        ("De statushouders krijgen een woning.", {"migratie", "ruimte_wonen"}),
        ("De fietspaden worden verbreed.", set()),
    ],
)
def test_the_shipped_terms_on_sentences_with_a_trap(text: str, theme: set[str]) -> None:
    columns = BOOK.columns("thema")
    row = SCAN.scores([passage(text)])[0, columns]
    assert {BOOK.keys[n].split(".")[1] for n in range(len(row)) if row[n] >= 0.5} == theme


def test_a_long_text_takes_time_in_proportion() -> None:
    text = "Wij stellen de kwetsbare inwoners van de wijk centraal en bouwen betaalbare huizen. " * 4000
    started = time.process_time()
    SCAN.hits(text)
    assert time.process_time() - started < 10, "340,000 characters"

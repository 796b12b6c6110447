"""The smaller parts: characters, letter-spaced words, places."""

from __future__ import annotations

import pytest

from scheidslijn.segmenting.cleaning import clean_line, tidy, unspace
from scheidslijn.segmenting.places import Outline, place_under
from scheidslijn.segmenting.words import Vocabulary


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("V O O R W O O R D", "VOORWOORD"),
        ("VO O RWO O R D", "VOORWOORD"),
        ("S a m e n v a t t i n g", "Samenvatting"),
        ("Z O R G  E N  W E L Z I J N", "ZORG EN WELZIJN"),
        ("W O N E N E N Z O R G", "WONEN EN ZORG"),
        ("1 I N L E I D I N G", "1 INLEIDING"),
        ("V oorwoord", "Voorwoord"),
        ("S amen vooruit", "Samen vooruit"),
        ("plan A B C D", "plan A B C D"),
        ("In de wijk is er nu al wat te doen", "In de wijk is er nu al wat te doen"),
        ("U bent er", "U bent er"),
        ("PvdA, VVD, CDA en D66", "PvdA, VVD, CDA en D66"),
        ("A N W B X Q", "A N W B X Q"),
    ],
)
def test_letter_spaced_words_close_up_only_to_words(raw: str, text: str) -> None:
    assert unspace(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("eﬃciënt", "efficiënt"),
        ("ﬁ nanciën", "financiën"),
        ("wiﬁ voor elk", "wifi voor elk"),
        ("a\u2009b", "a b"),
        ("CO₂ m²", "CO₂ m²"),
    ],
)
def test_ligatures_and_spaces(raw: str, text: str) -> None:
    assert tidy(clean_line(raw)) == text


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["Woord vooraf"], "inleiding"),
        (["Ter inleiding"], "inleiding"),
        (["Hoofdlijnen van ons akkoord"], "samenvatting"),
        (["Het akkoord in het kort"], "samenvatting"),
        (["Hoofdstuk 4: Veiligheid"], "themaparagraaf"),
        (["4", "4.1 Jeugd en gezin", "Inleiding"], "themaparagraaf"),
        (["Inleiding", "Wonen"], "inleiding"),
        (["Vooruitblik"], "vrije_tekst"),
        (["Ondertekening"], "vrije_tekst"),
    ],
)
def test_place_by_headings(path: list[str], place: str) -> None:
    assert place_under(path) == place


def test_a_name_is_a_word_that_the_document_writes_with_a_capital_only() -> None:
    words = Vocabulary(
        ["In Elzenbroek wonen wij. Elzenbroek groeit, Elzenbroek telt: ons Elzenbroek. Samen, samen. Samen!"]
    )
    assert words.is_name("Elzenbroek") and not words.is_name("Samen") and not words.is_name("elzenbroek")


def test_a_foreword_does_not_hold_the_chapters_however_large_it_is_set() -> None:
    outline = Outline()
    outline.enter(1, "VOORWOORD")
    assert outline.enter(2, "Dank")[0] == ("VOORWOORD",)
    assert outline.enter(2, "Wonen")[0] == ()
    assert outline.enter(3, "Starters")[1] == ("Wonen", "Starters")
    outline.enter(1, "1 Inleiding")
    assert outline.enter(2, "1.1 Samen wonen")[0] == ("1 Inleiding",)

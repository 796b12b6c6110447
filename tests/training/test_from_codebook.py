from __future__ import annotations

from scheidslijn.annotations.examples import target_matrix
from scheidslijn.codebook import Code, Codebook, Dimension, load_codebook
from scheidslijn.training.from_codebook import SOURCE, codebook_examples, texts_of

BOOK = Codebook("klein", "1.0", (
    Dimension("thema", "Thema", "Theme", True, "?", (
        Code("thema", "wonen", "Wonen", "Housing", "Huizen en huren.", ("Ook de buurt.",), ("Werk: arbeid.",),
             ("Elzenbroek bouwt.",), ("*huur*", "koop-woning^2", "bouwt * huizen", "# woningen", "!huurauto")),
        Code("thema", "leeg", "Leeg", "Empty", "Niets meer."),
    )),
    Dimension("rol", "Rol", "Role", False, "?", (Code("rol", "doel", "Doel", "Goal", "Wat men wil."),)),
))  # fmt: skip


def test_every_text_is_a_row_of_its_own_code_alone() -> None:
    rows = codebook_examples(BOOK)
    assert [one.text for one in rows] == [
        "Huizen en huren.", "Ook de buurt.", "Elzenbroek bouwt.", "huur, koopwoning, bouwt huizen, woningen",
        "Niets meer.", "Wat men wil.",
    ]  # fmt: skip
    assert all(one.known == {"thema.wonen": 1.0, "thema.leeg": 0.0} for one in rows[:4])
    assert rows[5].known == {"rol.doel": 1.0}
    assert {one.document for one in rows} == {SOURCE}


def test_what_belongs_elsewhere_is_left_out() -> None:
    texts = " ".join(texts_of(BOOK.dimensions[0].codes[0]))
    assert "arbeid" not in texts and "huurauto" not in texts


def test_the_shipped_codebook_gives_rows_for_every_code_without_marks() -> None:
    book = load_codebook("sociale-tweedeling")
    rows = codebook_examples(book)
    assert ((target_matrix(rows, book) >= 0.5).sum(axis=0) >= 3).all()
    assert not any(mark in one.text for one in rows for mark in "*^!#")

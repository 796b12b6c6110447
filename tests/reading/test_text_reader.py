"""Plain text: blocks by blank lines and markers, pages by form feeds, and no character lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Document
from scheidslijn.reading import read_document
from scheidslijn.reading.text import document_of_text


def shown(document: Document) -> list[tuple[str, int, list[str]]]:
    """Kind, level and lines of every block."""
    texts = [page.text for page in document.pages]
    return [(b.kind, b.level, [texts[s.page - 1][s.start : s.end] for s in b.lines]) for b in document.blocks]


def test_headings_paragraphs_and_bullets() -> None:
    text = (
        "COALITIEAKKOORD ELZENBROEK\n\n1.2 Wonen en zorg\n\n"
        "Elzenbroek bouwt de komende jaren huizen voor ouderen en gemeen-\n"
        "ten in de buurt helpen mee.\n- een dorpshuis in elke kern, ook in de\n  kleinste\n"
        "    o  met een kok\n- een bus\n"
    )
    assert shown(document_of_text(text, "a.txt", "")) == [
        ("heading", 1, ["COALITIEAKKOORD ELZENBROEK"]),
        ("heading", 2, ["1.2 Wonen en zorg"]),
        (
            "paragraph",
            0,
            ["Elzenbroek bouwt de komende jaren huizen voor ouderen en gemeen-", "ten in de buurt helpen mee."],
        ),
        ("bullet", 1, ["- een dorpshuis in elke kern, ook in de", "kleinste"]),
        ("bullet", 2, ["o  met een kok"]),
        ("bullet", 1, ["- een bus"]),
    ]


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    text = "Waterrade kiest voor groen.\nEr komt een bos.\nEn een vijver."
    assert [kind for kind, _, _ in shown(document_of_text(text, "a.txt", ""))] == ["paragraph"] * 3


def test_short_lines_that_all_look_like_headings_are_a_list_of_paragraphs() -> None:
    text = "Wonen\n\nZorg\n\nVeiligheid\n\nSport\n\nDit zijn onze onderwerpen."
    assert {kind for kind, _, _ in shown(document_of_text(text, "a.txt", ""))} == {"paragraph"}


def test_form_feeds_divide_pages_and_page_numbers_stand_apart() -> None:
    document = document_of_text("Eerste blad.\n\n1\n\fTweede blad.\n\nPagina 2 van 2\n", "a.txt", "")
    assert [page.number for page in document.pages] == [1, 2]
    assert [kind for kind, _, _ in shown(document)] == ["paragraph", "page_number", "paragraph", "page_number"]


def test_contents_list_and_underlined_heading() -> None:
    text = "Inhoud\n======\n\nWonen ........ 3\nZorg ......... 7\n\nHier begint de tekst van het plan.\n"
    assert [kind for kind, _, _ in shown(document_of_text(text, "a.txt", ""))] == [
        "heading",
        "markup",
        "toc",
        "paragraph",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = (
        "De coalitie van Duinhorst vindt één euro per inwoner genoeg; de reünie kost € 500 en dat is een voorstel.\r\n"
    )
    path = tmp_path / "plan.txt"
    path.write_bytes(text.encode(encoding))
    assert read_document(path).pages[0].text == text


def test_no_text_and_binary_are_refused(tmp_path: Path) -> None:
    for number, data in enumerate([b"\x01\x02\x03\x04" * 50, b"  \n\t\n", bytes(range(256)) * 20, "\ufeff".encode()]):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(data)
        with pytest.raises(ReadingError):
            read_document(path)


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet=st.one_of(st.sampled_from("ab -•.1\n\n\r\f\t=\u2028\x85\u00ad"), st.characters()), max_size=300)
)
def test_every_character_is_in_one_line(text: str) -> None:
    document = document_of_text(text, "a.txt", "")
    assert "\f".join(page.text for page in document.pages) == text
    covered = [[0] * len(page.text) for page in document.pages]
    for block in document.blocks:
        for span in block.lines:
            for at in range(span.start, span.end):
                covered[span.page - 1][at] += 1
    for page, counts in zip(document.pages, covered, strict=True):
        assert all(count == 1 or (count == 0 and c.isspace()) for c, count in zip(page.text, counts, strict=True))

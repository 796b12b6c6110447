"""The layout rules on lines made by hand: gutters, rows, page furniture, headings, tables and joins."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.passage import Span
from scheidslijn.reading.pdf_blocks import layout
from scheidslijn.reading.pdf_columns import regions_of
from scheidslijn.reading.pdf_furniture import mark_contents, mark_footnotes, mark_running
from scheidslijn.reading.pdf_gutters import find_gutter, holes, strips_of
from scheidslijn.reading.pdf_lattice import take_ruled_tables
from scheidslijn.reading.pdf_page import Box, Line, PageText, Style, is_blank
from scheidslijn.reading.pdf_rows import chunks_of, rows_of
from scheidslijn.reading.pdf_units import glue_markers, unit_of

PLAIN = Style("Plain", False, False, (0, 0, 0))
BOLD = Style("Plain-Bold", True, False, (0, 0, 0))


class Sheet:
    """A page that is filled with lines of text at given places."""

    def __init__(self, index: int = 1) -> None:
        self.page = PageText(index, "", 595.0, 842.0, [])

    def put(self, text: str, x: float, y: float, width: float = 200, size: float = 10, style: Style = PLAIN) -> Line:
        """Add a line with its top left at `(x, y)`; in the raw text every line ends in a line break."""
        start = len(self.page.text)
        self.page.text += text + "\r\n"
        end = start + len(text)
        line = Line(self.page.index, start, end, text, x, y, x + width, y + size, size, style, size, style, style)
        self.page.lines.append(line)
        return line

    def fill(self, x: float, y: float, count: int, width: float = 200, word: str = "woord") -> None:
        """Add running text: `count` full lines of 12 points, the last one half."""
        for n in range(count):
            last = n == count - 1
            self.put(f"{word} {n} loopt door{'.' if last else ''}", x, y + 12 * n, width / 2 if last else width)


def kinds(pages: Sequence[PageText]) -> list[str]:
    """The kinds of the blocks of a document."""
    return [block.kind for block in layout(pages)]


@pytest.mark.parametrize(("character", "blank"), [(" ", True), ("\x02", True), ("\ufffe", False), ("\uf0b7", False)])
def test_what_counts_as_blank(character: str, blank: bool) -> None:
    assert is_blank(character) is blank


def test_holes_are_what_no_unit_covers() -> None:
    sheet = Sheet()
    units = [unit_of([sheet.put("a", x, 0, width)]) for x, width in ((10, 40), (30, 30), (90, 10))]
    assert holes(units) == [(60, 90)]


def test_a_gutter_runs_as_far_as_both_columns_do() -> None:
    sheet = Sheet()
    sheet.put("Een kop over de hele breedte", 70, 80, 450)
    sheet.fill(70, 100, 6)
    sheet.fill(310, 100, 6)
    sheet.put("En een slot over de hele breedte.", 70, 190, 450)
    gutter = find_gutter(strips_of([unit_of([line]) for line in sheet.page.lines]))
    assert gutter is not None
    assert (gutter.x0, gutter.x1, gutter.first, gutter.last) == (270, 310, 1, 6)


def test_wide_spaces_of_justified_type_are_no_gutter() -> None:
    sheet = Sheet()
    for row in range(3):
        sheet.put("links", 70, 100 + 12 * row, 90)
        sheet.put("rechts", 178, 100 + 12 * row, 90)
    for row in range(3, 6):
        sheet.put("een volle regel", 70, 100 + 12 * row, 198)
    (region,) = regions_of([unit_of([line]) for line in sheet.page.lines])
    assert region.sides is None


def test_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    for row in range(5):
        sheet.put(f"links {row} gaat door", 70, 100 + 12 * row)
        sheet.put(f"rechts {row} gaat door", 310, 100 + 12 * row)
    words = [sheet.page.text[s.start : s.end].split()[0] for b in layout([sheet.page]) for s in b.lines]
    assert words == ["links"] * 5 + ["rechts"] * 5


def test_a_bullet_is_glued_to_its_text_and_a_figure_is_not() -> None:
    sheet = Sheet()
    sheet.put("•", 70, 100, 5)
    sheet.put("Een punt.", 84, 100)
    sheet.put("12.", 70, 120, 10)
    sheet.put("34,5", 90, 120, 20)
    assert sorted(len(unit.lines) for unit in glue_markers(sheet.page.lines)) == [1, 1, 2]


def test_rows_join_what_touches_in_the_raw_text() -> None:
    raw = "links rechts"
    lines = [
        Line(1, 0, 5, "links", 10, 10, 40, 20, 10, PLAIN, 10, PLAIN, PLAIN),
        Line(1, 6, 12, "rechts", 80, 11, 120, 21, 10, PLAIN, 10, PLAIN, PLAIN),
    ]
    (row,) = rows_of([unit_of([line]) for line in lines], raw)
    assert row.spans == [Span(1, 0, 12)]


@pytest.mark.parametrize(
    ("texts", "chunks"),
    [
        (["Een zin die doorloopt naar", "de volgende regel en verder."], 1),
        (["Deze zin is uit.", "Hier begint een nieuwe."], 2),
        (["de lijst van zaken:", "• punt een", "• punt twee"], 3),
        (["wij besluiten tot", "- het eerste;", "- het tweede."], 3),
        (["dat kost ons meer dan wij", "- zoals gezegd - kunnen geven aan alle mensen"], 1),
    ],
)
def test_paragraphs_and_items(texts: list[str], chunks: int) -> None:
    sheet = Sheet()
    for n, text in enumerate(texts):
        short = text.endswith((".", ":", ";")) or text.startswith("•")
        sheet.put(text, 70, 100 + 12 * n, 120 if short else 200 + n % 2)
    sheet.put("Een volle regel geeft de breedte van de kolom aan", 70, 100 + 12 * len(texts) + 20, 202)
    rows = rows_of([unit_of([line]) for line in sheet.page.lines], sheet.page.text)
    if "tot" in texts[0]:
        rows[0].x1 = 150
    assert len(chunks_of(rows, 1.2)) == chunks + 1


def test_bold_words_at_a_line_end_do_not_cut_a_paragraph() -> None:
    sheet = Sheet()
    one = sheet.put("Wij kiezen voor een rechtvaardige en", 70, 100, 200)
    one.closes, one.pure = BOLD, False
    two = sheet.put("sociale stad waarin iedereen meedoet.", 70, 112, 190)
    rows = rows_of([unit_of([one]), unit_of([two])], sheet.page.text)
    assert len(chunks_of(rows, 1.2)) == 1


def test_headers_repeat_at_one_height_and_chapter_heads_count_on() -> None:
    pages = []
    for index in range(1, 6):
        sheet = Sheet(index)
        sheet.put("Raadsakkoord Elzenbroek", 70, 30, size=8)
        sheet.put(f"Hoofdstuk {index}", 70, 60, size=16, style=BOLD)
        sheet.fill(70, 100, 20, 450)
        sheet.put(str(index + 2), 290, 800, 10)
        pages.append(sheet.page)
    mark_running(pages, 10)
    assert [[line.kind for line in page.lines if line.kind] for page in pages] == [["header", "page_number"]] * 5


def test_a_year_at_the_foot_of_one_page_is_no_page_number() -> None:
    pages = []
    for index in range(1, 8):
        sheet = Sheet(index)
        sheet.fill(70, 100, 20, 450)
        if index == 3:
            sheet.put("2026", 290, 800, 20)
        pages.append(sheet.page)
    mark_running(pages, 10)
    assert not any(line.kind for page in pages for line in page.lines)


def test_contents_need_numbers_that_go_up() -> None:
    for numbers, expected in (((3, 5, 9, 12), 9), ((90, 5, 43, 2), 0)):
        sheet = Sheet()
        sheet.put("Inhoud", 70, 80, size=14)
        for n, number in enumerate(numbers):
            sheet.put(f"Onderdeel {'abcd'[n]}", 70, 120 + 14 * n)
            sheet.put(str(number), 500, 120 + 14 * n, 12)
        mark_contents(sheet.page, 30)
        assert sum(line.kind == "toc" for line in sheet.page.lines) == expected


def test_small_type_at_the_foot_is_a_footnote_only_with_a_mark_and_nothing_below() -> None:
    for text, below, expected in (
        ("1 Zie de begroting.", False, 1),
        ("Zie de begroting.", False, 0),
        ("1 Zie.", True, 0),
    ):
        sheet = Sheet()
        sheet.fill(70, 100, 30, 450)
        sheet.put(text, 70, 700, size=8)
        if below:
            sheet.put("Gewone tekst eronder.", 70, 720)
        mark_footnotes(sheet.page, 10)
        assert sum(line.kind == "footnote" for line in sheet.page.lines) == expected


def test_rulings_make_a_table_and_a_box_around_text_does_not() -> None:
    for inner, tables in ((True, 1), (False, 0)):
        sheet = Sheet()
        for row in range(3):
            for column in range(2):
                sheet.put(f"cel {row} {column}", 75 + 200 * column, 105 + 30 * row, 100)
        flat = [100.0, 130.0, 160.0, 190.0] if inner else [100.0, 190.0]
        tall = [70.0, 270.0, 470.0] if inner else [70.0, 470.0]
        sheet.page.rules = [Box(70, y, 470, y) for y in flat] + [Box(x, 100, x, 190) for x in tall]
        assert len(take_ruled_tables(sheet.page)) == tables


def test_levels_follow_size_and_numbering() -> None:
    sheet = Sheet()
    y = 80.0
    for text, size in (("1 Zorg", 14), ("1.1 Jeugd", 14), ("Kleiner kopje", 12), ("2 Wonen", 14)):
        sheet.put(text, 70, y, 90, size, BOLD)
        sheet.fill(70, y + 24, 4, 450)
        y += 24 + 4 * 12 + 24
    assert [b.level for b in layout([sheet.page]) if b.kind == "heading"] == [1, 2, 2, 1]


def test_chapters_are_of_the_first_level_however_small() -> None:
    sheet = Sheet()
    y = 80.0
    for text, size in (("Hoofdstuk 1 Zorg", 9), ("Ouderen", 14), ("Hoofdstuk 2 Wonen", 9), ("Starters", 14)):
        sheet.put(text, 70, y, 90, size, BOLD)
        sheet.fill(70, y + 24, 4, 450)
        y += 24 + 4 * 12 + 24
    levels = [b.level for b in layout([sheet.page]) if b.kind == "heading"]
    assert levels[0] == levels[2] == 1


def test_an_empty_document_has_no_blocks() -> None:
    assert layout([]) == []
    assert layout([Sheet().page]) == []


SPOT = st.tuples(st.floats(0, 560), st.floats(0, 830), st.floats(0.5, 300), st.sampled_from([6, 10, 10, 10, 14, 60]))


@given(st.lists(SPOT, max_size=40), st.lists(st.tuples(st.floats(0, 500), st.floats(0, 800)), max_size=12))
def test_every_line_is_in_exactly_one_block(
    spots: list[tuple[float, float, float, float]], rules: list[tuple[float, float]]
) -> None:
    sheet = Sheet()
    for n, (x, y, width, size) in enumerate(spots):
        text = ("•", "12", "Zin.", "een half woord", "Inhoud", "1 noot", "- punt", "Bron: x")[n % 8]
        sheet.put(text, x, y, width, size, BOLD if n % 5 == 0 else PLAIN)
    sheet.page.rules = [Box(x, y, x + 90, y) for x, y in rules] + [Box(x, y, x, y + 40) for x, y in rules]
    sheet.page.drawn = 50
    spans = [span for block in layout([sheet.page]) for span in block.lines]
    places = [at for span in spans for at in range(span.start, span.end) if not sheet.page.text[at].isspace()]
    assert sorted(places) == [at for at, c in enumerate(sheet.page.text) if not c.isspace()]


def test_a_page_of_thousands_of_pieces_is_read_row_by_row_in_time() -> None:
    sheet = Sheet()
    for n in range(5_000):
        sheet.put(str(n), (n % 50) * 11, (n // 50) * 8, 4, 6)
    assert sum(len(block.lines) for block in layout([sheet.page])) == 5_000


def test_a_note_mark_that_raises_the_last_line_leaves_it_in_its_paragraph() -> None:
    sheet = Sheet()
    sheet.fill(70, 60, 5)
    sheet.put("In Kempenrode kregen vorig jaar veel meer", 70, 140)
    sheet.put("inwoners hulp aan huis dan vier jaar", 70, 152)
    sheet.put("eerder.1", 70, 162, 40, size=12)
    sheet.fill(70, 190, 5)
    found = [b for b in layout([sheet.page]) if any("eerder" in sheet.page.text[s.start : s.end] for s in b.lines)]
    assert [(b.kind, len(b.lines)) for b in found] == [("paragraph", 3)]


def test_a_note_whose_raised_mark_stands_apart_is_a_footnote() -> None:
    sheet = Sheet()
    sheet.fill(70, 60, 50)
    mark = sheet.put("1", 70, 771.5, 3.5, size=6)
    note = sheet.put("Jaarverslag van de gemeente Kempenrode.", 74.5, 773.5, 150, size=8)
    mark_footnotes(sheet.page, 10)
    assert (mark.kind, note.kind) == ("footnote", "footnote")
    assert kinds([sheet.page]).count("footnote") == 1


@pytest.mark.parametrize(("repeated", "kind"), [(True, "paragraph"), (False, "heading")])
def test_large_type_that_repeats_a_sentence_of_the_text_is_a_pull_quote(repeated: bool, kind: str) -> None:
    sheet = Sheet()
    sheet.fill(70, 60, 8)
    quote = sheet.put("Regels helpen mensen in Kempenrode vooruit.", 82, 180, 190, size=15, style=BOLD)
    sheet.fill(70, 220, 8)
    if repeated:
        sheet.put("Regels helpen mensen in Kempenrode vooruit.", 70, 340)
    found = {block.lines[0].start: block.kind for block in layout([sheet.page])}
    assert found[quote.start] == kind

"""`read_pdf` on PDFs made here, about municipalities that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.colors import black, darkblue, grey, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from scheidslijn.passage import Block, Document
from scheidslijn.reading.pdf import read_pdf
from scheidslijn.reading.pdf_account import unaccounted

WIDTH, HEIGHT = A4
PROSE = (
    "De gemeente Elzenbroek wil dat alle inwoners kunnen meedoen, jong en oud, arm en rijk. Daarom investeren wij de "
    "komende jaren in buurthuizen, in goed openbaar vervoer en in onderwijs dat kansen biedt aan elk kind. "
)


class Sheet:
    """A canvas that writes from the top down."""

    def __init__(self, path: Path, **options: object) -> None:
        self.canvas = Canvas(str(path), pagesize=A4, **options)
        self.y = HEIGHT - 90.0

    def text(
        self, text: str, x: float = 70, width: float = 450, font: str = "Helvetica", size: float = 10, gap: float = 6
    ) -> None:
        """Write a paragraph and leave `gap` points below it."""
        self.canvas.setFont(font, size)
        for line in simpleSplit(text, font, size, width):
            self.canvas.drawString(x, self.y, line)
            self.y -= 1.2 * size
        self.y -= gap

    def page(self) -> None:
        """Turn the page."""
        self.canvas.showPage()
        self.y = HEIGHT - 90.0

    def save(self) -> None:
        """Write the file."""
        self.canvas.save()


def read(path: Path) -> Document:
    """Read, and check that nothing is lost."""
    document = read_pdf(path, path.name)
    assert unaccounted(document) == []
    return document


def texts(document: Document, *kinds: str) -> list[str]:
    """The blocks of these kinds, lines joined by a space."""
    return [text_of(document, block) for block in document.blocks if block.kind in kinds]


def text_of(document: Document, block: Block) -> str:
    """The lines of a block joined by a space."""
    return " ".join(document.pages[s.page - 1].text[s.start : s.end].strip() for s in block.lines)


def test_paragraphs_headings_and_bullets_with_depth(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text("1. Wonen in Elzenbroek", font="Helvetica-Bold", size=16)
    sheet.text(PROSE)
    sheet.text(PROSE, gap=10)
    sheet.text(
        "1.1 Betaalbare huizen voor iedereen die nu nog bij de eigen ouders woont",
        font="Helvetica-Bold",
        size=13,
        width=300,
    )
    for mark, x, words in (
        ("•", 70, "Eerste punt. " + PROSE),
        ("–", 90, "Een punt eronder."),
        ("•", 70, "Laatste punt."),
    ):
        sheet.canvas.setFont("Helvetica", 10)
        sheet.canvas.drawString(x, sheet.y, mark)
        sheet.text(words, x=x + 14, width=420)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    headings = [b for b in document.blocks if b.kind == "heading"]
    assert [b.level for b in headings] == [1, 2]
    assert len(headings[1].lines) == 2
    assert len(texts(document, "paragraph")) == 2
    bullets = [b for b in document.blocks if b.kind == "bullet"]
    assert [b.level for b in bullets] == [1, 2, 1]
    assert text_of(document, bullets[0]).startswith("• Eerste punt. De gemeente")


def test_paragraphs_without_white_between_are_told_apart_by_their_last_line(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for start in ("Ten eerste.", "Ten tweede.", "Ten derde."):
        sheet.text(f"{start} {PROSE} Einde.", gap=0)
    sheet.save()
    assert [t.split(".")[0] for t in texts(read(tmp_path / "a.pdf"), "paragraph")] == [
        "Ten eerste",
        "Ten tweede",
        "Ten derde",
    ]


def two_columns(sheet: Sheet, words: Sequence[str]) -> None:
    """Write paragraphs in two columns, the raw text going from left to right line by line, which is the wrong order."""
    lines = [simpleSplit(w * 3, "Helvetica", 10, 210) for w in words]
    columns = [lines[0] + [""] + lines[1], lines[2] + [""] + lines[3]]
    sheet.canvas.setFont("Helvetica", 10)
    for row in range(max(map(len, columns))):
        for x, column in zip((70, 310), columns, strict=True):
            if row < len(column):
                sheet.canvas.drawString(x, sheet.y - 12 * row, column[row])
    sheet.y -= 12 * max(map(len, columns)) + 12


def test_two_columns_under_a_full_width_heading_and_over_a_full_width_close(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text("Een samenleving waarin iedereen in Waterrade meetelt en mee kan doen", font="Helvetica-Bold", size=14)
    two_columns(sheet, [f"Alinea {n} van Waterrade. {PROSE}" for n in "abcd"])
    sheet.text("Tot slot het slot. " + PROSE * 2)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    found = texts(document, "heading", "paragraph")
    assert found[0].startswith("Een samenleving")
    assert [t[7] for t in found[1:5]] == list("abcd")
    assert found[5].startswith("Tot slot")
    assert not texts(document, "cell")


def test_a_pull_quote_between_the_halves_of_a_paragraph_is_read_after_it(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    canvas = sheet.canvas
    lines = simpleSplit(PROSE * 5, "Helvetica", 10, 210)
    canvas.setFont("Helvetica", 10)
    for row, line in enumerate(lines[:10]):
        canvas.drawString(70, 720 - 12 * row, line)
    for row, line in enumerate(lines[10:]):
        canvas.drawString(310, 720 - 12 * row, line)
    canvas.setFont("Helvetica-Oblique", 16)
    for row, line in enumerate(("‘Iedereen doet mee", "in Duinhorst, van jong", "tot oud, dat is de kern’")):
        canvas.drawString(80, 560 - 19 * row, line)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    body = [b for b in document.blocks if b.kind == "paragraph" and "Elzenbroek" in text_of(document, b)]
    assert body[0].continues
    assert document.blocks.index(body[1]) == document.blocks.index(body[0]) + 1
    quote = next(b for b in document.blocks if "‘Iedereen doet mee" in text_of(document, b))
    assert len(quote.lines) == 3


def long_document(path: Path, pages: int = 6) -> None:
    """A document with headers that alternate left and right, footers with a number inside, and bare page numbers."""
    sheet = Sheet(path)
    for number in range(1, pages + 1):
        canvas = sheet.canvas
        canvas.setFont("Helvetica", 8)
        if number % 2:
            canvas.drawRightString(525, HEIGHT - 40, "Coalitieakkoord Kempenrode")
        else:
            canvas.drawString(70, HEIGHT - 40, "Samen sterker verder")
        canvas.drawString(70, 50, f"Gemeente Kempenrode, bladzijde {number} van {pages}, versie 2")
        canvas.drawCentredString(WIDTH / 2, 30, str(number))
        sheet.text(f"Hoofdstuk {number}", font="Helvetica-Bold", size=15)
        for _ in range(5):
            sheet.text(PROSE * 2)
        sheet.page()
    sheet.save()


def test_running_headers_footers_and_page_numbers_are_set_aside(tmp_path: Path) -> None:
    long_document(tmp_path / "a.pdf")
    document = read(tmp_path / "a.pdf")
    assert set(texts(document, "header")) == {"Coalitieakkoord Kempenrode", "Samen sterker verder"}
    assert len(texts(document, "footer")) == 6
    assert texts(document, "page_number") == list("123456")
    assert [p.number for p in document.pages] == [1, 2, 3, 4, 5, 6]
    assert texts(document, "heading") == [f"Hoofdstuk {n}" for n in range(1, 7)]


def test_a_sentence_over_a_page_goes_on(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    lines = simpleSplit(PROSE * 3, "Helvetica", 10, 450)
    sheet.text(PROSE * 12)
    sheet.canvas.setFont("Helvetica", 10)
    for row, line in enumerate(lines[:3]):
        sheet.canvas.drawString(70, 130 - 12 * row, line)
    sheet.page()
    sheet.canvas.setFont("Helvetica", 10)
    for row, line in enumerate(lines[3:]):
        sheet.canvas.drawString(70, HEIGHT - 90 - 12 * row, line)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert [b.continues for b in document.blocks if b.kind == "paragraph"] == [False, True, False]


def test_footnotes_at_the_foot(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for _ in range(4):
        sheet.text(PROSE * 2)
    canvas = sheet.canvas
    canvas.line(70, 120, 200, 120)
    for y, mark, note in ((105, "1", "Zie het jaarverslag van Elzenbroek."), (93, "2", "Cijfers van vorig jaar.")):
        canvas.setFont("Helvetica", 5)
        canvas.drawString(70, y + 3, mark)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(75, y, note)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert len(texts(document, "footnote")) == 2
    assert "jaarverslag" in texts(document, "footnote")[0]


@pytest.mark.parametrize("leader", [" " + "." * 60 + " ", ""])
def test_a_table_of_contents_with_and_without_leaders(tmp_path: Path, leader: str) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text("Inhoudsopgave", font="Helvetica-Bold", size=14)
    for number, name in ((3, "Wonen"), (4, "Zorg en welzijn"), (4, "Jeugd"), (5, "Financiën")):
        sheet.canvas.setFont("Helvetica", 10)
        sheet.canvas.drawString(70, sheet.y, f"{name}{leader}{number if leader else ''}")
        if not leader:
            sheet.canvas.drawRightString(520, sheet.y, str(number))
        sheet.y -= 14
    for name in ("Wonen", "Zorg en welzijn", "Jeugd", "Financiën"):
        sheet.page()
        sheet.text(name, font="Helvetica-Bold", size=14)
        sheet.text(PROSE * 3)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert len(texts(document, "toc")) == 5
    assert texts(document, "heading") == ["Wonen", "Zorg en welzijn", "Jeugd", "Financiën"]


def table(sheet: Sheet, rows: Sequence[Sequence[str]], ruled: bool, widths: Sequence[float] = (210, 210)) -> None:
    """Draw a table; the first row is bold."""
    canvas = sheet.canvas
    top = sheet.y + 14
    for number, row in enumerate(rows):
        font = "Helvetica-Bold" if number == 0 and row[0][:1].isupper() and len(row[0]) < 30 else "Helvetica"
        x, deepest = 70.0, sheet.y
        for cell, width in zip(row, widths, strict=True):
            y = sheet.y
            canvas.setFont(font, 10)
            for line in simpleSplit(cell, font, 10, width - 16):
                canvas.drawString(x + 4, y, line)
                y -= 12
            deepest, x = min(deepest, y), x + width
        if ruled:
            canvas.line(70, sheet.y + 14, 70 + sum(widths), sheet.y + 14)
        sheet.y = deepest - 12
    if ruled:
        canvas.line(70, sheet.y + 14, 70 + sum(widths), sheet.y + 14)
        for at in range(len(widths) + 1):
            x = 70 + sum(widths[:at])
            canvas.line(x, top, x, sheet.y + 14)
    sheet.y -= 10


AMBITIONS = [
    ("Ambities", "Beleidsinterventies"),
    (
        "Alle kinderen in Duinhorst krijgen gelijke kansen op school en daarna. (p.13)",
        "Wij openen twee brugklassen voor alle niveaus.",
    ),
    (
        "Ouderen wonen langer thuis in hun eigen buurt en hun eigen huis. (p.14)",
        "De wijkverpleging komt in elk buurthuis langs.",
    ),
    (
        "Niemand is arm door hoge energielasten in de winter. (p.15)",
        "Wij isoleren elk jaar vierhonderd huurhuizen in Duinhorst.",
    ),
]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_of_two_columns_has_cells_with_heads(tmp_path: Path, ruled: bool) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(PROSE)
    sheet.y -= 20
    table(sheet, AMBITIONS, ruled)
    sheet.text(PROSE)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    cells = [b for b in document.blocks if b.kind == "cell"]
    assert len(cells) == 8
    places = [b.cell for b in cells if b.cell is not None]
    assert [(c.table, c.row, c.column) for c in places] == [(1, r, c) for r in range(1, 5) for c in (1, 2)]
    assert {c.column_head for c in places if c.row > 1} == {"Ambities", "Beleidsinterventies"}
    assert places[0].column_head == ""
    assert text_of(document, cells[2]).endswith("(p.13)")
    assert len(texts(document, "paragraph")) == 2


def test_a_table_that_goes_on_over_a_page_keeps_its_heads(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(PROSE)
    table(sheet, AMBITIONS, ruled=True)
    sheet.page()
    table(sheet, [AMBITIONS[0], *(("verder: " + a, b) for a, b in AMBITIONS[1:])], ruled=True)
    sheet.page()
    table(sheet, [("nog verder: " + a, b) for a, b in AMBITIONS[1:]], ruled=True)
    sheet.save()
    document = read(tmp_path / "a.pdf")
    places = [b.cell for b in document.blocks if b.cell is not None]
    assert {c.table for c in places} == {1}
    assert max(c.row for c in places) == 10
    assert {c.column_head for c in places if c.row > 1} == {"Ambities", "Beleidsinterventies"}
    assert texts(document, "header") == ["Ambities", "Beleidsinterventies"]


def test_a_ruled_table_of_three_columns_has_row_heads(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(PROSE)
    rows = [
        ("Thema", "Wat wij doen", "Wanneer"),
        ("Wonen", "Wij bouwen vijfhonderd huizen in Waterrade.", "Volgend jaar"),
        ("Zorg", "Wij verlagen de eigen bijdrage voor hulp.", "Dit jaar"),
    ]
    table(sheet, rows, ruled=True, widths=(100, 220, 100))
    sheet.save()
    places = [b.cell for b in read(tmp_path / "a.pdf").blocks if b.cell is not None]
    assert [c.row_head for c in places if c.column == 2] == ["", "Wonen", "Zorg"]


def test_hidden_text_is_set_aside_and_noted_but_white_on_colour_is_read(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(PROSE * 3)
    canvas = sheet.canvas
    canvas.setFillColor(white)
    canvas.drawString(70, 400, "Wit op wit, voor niemand te zien.")
    canvas.setFillColor(darkblue)
    canvas.rect(60, 340, 300, 30, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.drawString(70, 350, "Wit op blauw is gewoon te lezen")
    canvas.setFillColor(black)
    hidden = canvas.beginText(70, 300)
    hidden.setTextRenderMode(3)
    hidden.textLine("Onzichtbare woorden in dit document.")
    canvas.drawText(hidden)
    canvas.drawString(700, 250, "Buiten de bladspiegel.")
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert len(texts(document, "hidden")) == 3
    assert any(note.startswith("hidden text") for note in document.notes)
    assert any("Wit op blauw" in t for t in texts(document, "paragraph", "heading"))


def test_labels_and_numbers_in_a_chart_are_a_figure(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(PROSE * 2)
    canvas = sheet.canvas
    canvas.setFont("Helvetica", 8)
    for bar in range(8):
        canvas.setFillColor(grey)
        for part in range(4):
            canvas.rect(100 + 40 * bar, 300 + 20 * part, 25, 18, fill=1)
        canvas.setFillColor(black)
        canvas.drawString(102 + 40 * bar, 385, f"{10 + bar}%")
        canvas.drawString(102 + 40 * bar, 288, f"wijk {bar}")
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert sum(t.count("%") for t in texts(document, "figure")) == 8
    assert len(texts(document, "paragraph")) == 1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_shown(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setPageRotation(turn)
    width, height = (HEIGHT, WIDTH) if turn in (90, 270) else (WIDTH, HEIGHT)
    corner = {90: (WIDTH, 0, 90), 180: (WIDTH, HEIGHT, 180), 270: (0, HEIGHT, 270)}[turn]
    canvas.translate(corner[0], corner[1])
    canvas.rotate(corner[2])
    canvas.setFont("Helvetica", 10)
    lines = simpleSplit(PROSE * 3, "Helvetica", 10, width - 200)
    for row, line in enumerate(lines):
        canvas.drawString(80, height - 100 - 12 * row, line)
    canvas.save()
    document = read(path)
    assert [len(b.lines) for b in document.blocks] == [len(lines)]


def test_the_title_of_the_file_counts_only_when_it_is_one(tmp_path: Path) -> None:
    wanted = {
        "Wmo-plan Elzenbroek": "Wmo-plan Elzenbroek",
        "Microsoft Word - plan.doc": "",
        "akkoord_v3.indd": "",
        "untitled": "",
    }
    for number, (title, expected) in enumerate(wanted.items()):
        sheet = Sheet(tmp_path / f"{number}.pdf")
        sheet.canvas.setTitle(title)
        sheet.text(PROSE)
        sheet.save()
        assert read_pdf(tmp_path / f"{number}.pdf", "x").title == expected


WORDS = st.text(alphabet="abcdeéij -‘’.,;:()1234567890•", min_size=1, max_size=60)
PLACED = st.tuples(
    st.floats(-50, 600), st.floats(-20, 850), st.sampled_from([0.5, 6, 10, 14, 40]), st.integers(0, 3), WORDS
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(PLACED, max_size=30), min_size=1, max_size=3))
def test_no_character_is_lost_wherever_text_stands(
    tmp_path: Path, pages: list[list[tuple[float, float, float, int, str]]]
) -> None:
    path = tmp_path / "any.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for page in pages:
        for x, y, size, look, words in page:
            canvas.setFont(("Helvetica", "Helvetica-Bold", "Times-Italic", "Courier")[look], size)
            canvas.drawString(x, y, words)
        canvas.rect(100, 100, 200, 200)
        canvas.showPage()
    canvas.save()
    assert unaccounted(read_pdf(path, "any.pdf")) == []


def test_the_same_file_gives_the_same_document(tmp_path: Path) -> None:
    long_document(tmp_path / "a.pdf", pages=3)
    first: Callable[[], Document] = lambda: read_pdf(tmp_path / "a.pdf", "a.pdf")  # noqa: E731
    assert first() == first()


def test_numbers_beside_text_under_heads_are_cells_over_pages() -> None:
    path = Path(__file__).parents[2] / "examples" / "waterrade-coalitieakkoord-2026-2030.pdf"
    cells = [b for b in read(path).blocks if b.cell is not None]
    assert len(cells) == 68
    assert {b.cell.table for b in cells if b.cell} == {1}
    assert {b.cell.column_head for b in cells if b.cell and b.cell.row > 1} == {
        "Ambitie", "Maatregel", "Gereed", "Bedrag"
    }  # fmt: skip

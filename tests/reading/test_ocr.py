"""OCR: reading Tesseract's table, and a real scan where Tesseract with Dutch is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from scheidslijn.errors import ReadingError
from scheidslijn.reading import ocr
from scheidslijn.reading.pdf import read_pdf
from scheidslijn.reading.pdf_account import unaccounted

needs_tesseract = pytest.mark.skipif(ocr.ocr_tool() is None, reason="Tesseract with Dutch (nld) is not installed")
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def scanned(folder: Path) -> Path:
    """A PDF of Waterrade: a picture of a typed page (150 dots per inch), and a page with text."""
    image = Image.new("L", (900, 560), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(28)
    lines = [
        "De gemeente Waterrade bouwt nieuwe huizen.",
        "Ook ouderen krijgen een plek in de wijk die",
        "bij hen en hun gezin past.",
    ]
    for row, line in enumerate(lines):
        draw.text((100, 100 + 38 * row), line, fill=0, font=font)
    draw.text((100, 350), "Tweede alinea over zorg en welzijn.", fill=0, font=font)
    image.save(folder / "scan.png")
    canvas = Canvas(str(folder / "a.pdf"), pagesize=(432, 269))
    canvas.drawImage(str(folder / "scan.png"), 0, 0, 432, 269)
    canvas.showPage()
    canvas.drawString(20, 200, "Deze bladzijde van Waterrade heeft gewone tekst en blijft zoals zij is.")
    canvas.save()
    return folder / "a.pdf"


def test_words_of_the_table_keep_their_line_and_box() -> None:
    rows = [
        "1\t1\t0\t0\t0\t0\t0\t0\t10\t10\t-1\t",
        "5\t1\t2\t1\t3\t1\t30\t40\t100\t20\t96.5\tWonen",
        '5\t1\t2\t1\t3\t2\t140\t40\t10\t20\t12\t"x',
    ]
    (word,) = ocr.parse_tsv(HEAD + "\n".join(rows))
    assert (word.text, word.line, word.x0, word.y0, word.x1, word.y1) == ("Wonen", (2, 1, 3), 30, 40, 130, 60)


def test_a_program_that_fails_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReadingError, match=r"scan\.pdf: OCR could not start"):
        ocr.recognise(b"", "scan.pdf")


def test_a_program_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ocr, "PAGE_SECONDS", 1)
    with pytest.raises(ReadingError, match="longer than 1 seconds"):
        ocr.recognise(b"", "scan.pdf")


@needs_tesseract
def test_a_broken_picture_is_explained() -> None:
    with pytest.raises(ReadingError, match="OCR by tesseract failed"):
        ocr.recognise(b"no picture", "scan.pdf")


@needs_tesseract
def test_a_scan_is_read_with_its_paragraphs(tmp_path: Path) -> None:
    document = read_pdf(scanned(tmp_path), "a.pdf")
    assert unaccounted(document) == []
    assert document.notes == ("read by OCR: page 1",)
    assert [len(b.lines) for b in document.blocks if b.lines[0].page == 1] == [3, 1]
    assert "Waterrade bouwt nieuwe huizen" in document.pages[0].text
    assert document.pages[1].text.startswith("Deze bladzijde")


def test_without_ocr_a_page_of_pictures_among_text_is_only_noted(tmp_path: Path) -> None:
    document = read_pdf(scanned(tmp_path), "a.pdf", ocr=False)
    assert any("page 1 is a picture" in note for note in document.notes)
    assert document.pages[0].text == ""


def test_no_program_means_no_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert ocr.ocr_tool() is None


def test_a_program_without_dutch_is_no_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nprintf eng\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ocr.ocr_tool() is None

"""What `read_pdf` says about files it cannot read: one line with the file, the fault and what to do."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Block, Document, Page, Span
from scheidslijn.reading import ocr, pdf
from scheidslijn.reading.pdf import read_pdf
from scheidslijn.reading.pdf_account import unaccounted


def simple(path: Path, **options: object) -> bytes:
    """Write a PDF of one page and return its bytes."""
    canvas = Canvas(str(path), **options)
    canvas.drawString(72, 700, "De raad van Kempenrode besluit tot een zwembad.")
    canvas.save()
    return path.read_bytes()


def complaint(path: Path) -> ReadingError:
    """The error about a file; it is one line that names the file as the user did."""
    with pytest.raises(ReadingError) as caught:
        read_pdf(path, "map/stuk.pdf")
    assert str(caught.value).startswith("map/stuk.pdf: ")
    assert "\n" not in str(caught.value)
    return caught.value


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    assert "empty" in complaint(tmp_path / "a.pdf").fault


def test_missing(tmp_path: Path) -> None:
    assert "not exist" in complaint(tmp_path / "weg.pdf").fault


@pytest.mark.parametrize("data", [b"PK\x03\x04 zip", b"<html>", os.urandom(5000), b"\x00" * 100])
def test_not_a_pdf(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    assert "not a PDF" in complaint(tmp_path / "a.pdf").fault


def test_cut_off(tmp_path: Path) -> None:
    whole = simple(tmp_path / "a.pdf")
    (tmp_path / "b.pdf").write_bytes(whole[:60])
    assert "damaged" in complaint(tmp_path / "b.pdf").fault


def test_every_cut_is_explained_or_read(tmp_path: Path) -> None:
    whole = simple(tmp_path / "a.pdf")
    for length in range(20, len(whole), 97):
        (tmp_path / "b.pdf").write_bytes(whole[:length])
        try:
            document = read_pdf(tmp_path / "b.pdf", "b.pdf")
        except ReadingError as error:
            assert error.fault
        else:
            assert unaccounted(document) == []


@pytest.mark.parametrize("strength", [40, 128])
def test_locked_with_a_password(tmp_path: Path, strength: int) -> None:
    simple(tmp_path / "a.pdf", encrypt=StandardEncryption("geheim", ownerPassword="baas", strength=strength))
    error = complaint(tmp_path / "a.pdf")
    assert "password" in error.fault
    assert "without a password" in error.remedy


def test_encrypted_but_open_to_all_is_read(tmp_path: Path) -> None:
    simple(tmp_path / "a.pdf", encrypt=StandardEncryption("", ownerPassword="baas", canPrint=0))
    assert "zwembad" in read_pdf(tmp_path / "a.pdf", "a.pdf").pages[0].text


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 3)
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for _ in range(4):
        canvas.showPage()
    canvas.save()
    assert complaint(tmp_path / "a.pdf").fault == "has 4 pages"


def raw_pdf(path: Path, content: bytes, box: str = "0 0 595 842", extra: str = "") -> None:
    """Write a PDF of one page by hand, with this compressed content and page box."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {extra} "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >> stream\n" % len(packed) + packed + b"\nendstream",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    path.write_bytes(bytes(out))


def test_a_giant_page_is_refused(tmp_path: Path) -> None:
    raw_pdf(tmp_path / "a.pdf", b"BT /F1 12 Tf 72 700 Td (Hallo) Tj ET", box="0 0 900000 900000")
    assert "900000" in complaint(tmp_path / "a.pdf").fault


def test_deep_nesting_and_unbalanced_states_are_survived(tmp_path: Path) -> None:
    raw_pdf(tmp_path / "a.pdf", b"q " * 200_000 + b"BT /F1 12 Tf 72 700 Td (Hallo Duinhorst) Tj ET")
    try:
        document = read_pdf(tmp_path / "a.pdf", "a.pdf")
    except ReadingError as error:
        assert error.fault
    else:
        assert unaccounted(document) == []


def test_a_page_with_too_many_characters_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheidslijn.reading.pdf_text.MAX_CHARACTERS", 1000)
    raw_pdf(tmp_path / "a.pdf", b"BT /F1 8 Tf 20 700 Td " + b"0 -9 Td (woorden en nog eens woorden) Tj " * 60 + b"ET")
    assert "more than 1000" in complaint(tmp_path / "a.pdf").fault


def test_a_page_that_is_its_own_parent_is_refused(tmp_path: Path) -> None:
    raw_pdf(tmp_path / "a.pdf", b"BT /F1 12 Tf 72 700 Td (Hallo) Tj ET", extra="/Kids [3 0 R]")
    assert "no page that can be read" in complaint(tmp_path / "a.pdf").fault


def test_a_scan_without_ocr_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = tmp_path / "scan.png"
    from PIL import Image

    Image.new("L", (600, 800), 200).save(image)
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawImage(str(image), 0, 0, 595, 842)
    canvas.save()
    monkeypatch.setattr(ocr, "ocr_tool", lambda: None)
    assert "apt install tesseract-ocr-nld" in complaint(tmp_path / "a.pdf").remedy


def test_the_proof_finds_what_is_missing_and_what_is_double() -> None:
    page = Page("Wonen\r\nZorg\u00ad en\u200b", 1)
    blocks = (Block("paragraph", (Span(1, 0, 5),)), Block("bullet", (Span(1, 4, 5),)))
    document = Document("a", "pdf", "0" * 64, (page,), blocks)
    assert unaccounted(document) == [Span(1, 4, 5), Span(1, 7, 12), Span(1, 13, 15)]


def test_the_proof_refuses_a_span_outside_its_page() -> None:
    document = Document("a", "pdf", "0" * 64, (Page("kort", 1),), (Block("paragraph", (Span(1, 0, 9),)),))
    with pytest.raises(ValueError, match="outside"):
        unaccounted(document)

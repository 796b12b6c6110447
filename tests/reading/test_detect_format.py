"""Detection goes by content; files that are not read here are named, with what to do."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from scheidslijn.errors import ReadingError
from scheidslijn.reading import detect

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("akkoord.txt", b"%PDF-1.7 ...", "pdf"),
        ("akkoord.pdf", b"Gewone tekst over wonen.", "text"),
        ("akkoord.docx", b"<!DOCTYPE html><html><body>x</body></html>", "html"),
        ("akkoord", b"<?xml version='1.0'?>\n<!-- c --><html xmlns='x'>", "html"),
        ("stuk.txt", b"<div class='a'><p>Wonen</p></div>", "html"),
        ("stuk.md", b"Wonen\n\nEr komen huizen.", "markdown"),
        ("zonder", b"# Wonen\n\n- een\n- twee\n", "markdown"),
        ("zonder", b"Wonen\n\n- een\n- twee\n", "text"),
        ("rijen.txt", b'{"text": "x"}\n', "jsonl"),
        ("rijen.jsonl", b'{"text": "x"\n{"text": "y"}', "jsonl"),
        ("rijen.txt", b"id;text\n1;x\n", "csv"),
        ("rijen.csv", b"text\nx\n", "csv"),
        ("brief.txt", b"Beste text, en meer,\nwoorden, over, wonen\n", "text"),
        ("brief.txt", b"BMW en MZ zijn merken.", "text"),
        ("wijd.txt", "Wonen in Waterrade".encode("utf-16"), "text"),
        ("tabel.dat", b"PAR1....", "parquet"),
        ("rijen.gz", gzip.compress(b'{"text": "x"}\n'), "jsonl"),
        ("rijen.csv.gz", gzip.compress(b"text\nx\n"), "csv"),
    ],
)
def test_by_content(tmp_path: Path, name: str, data: bytes, format: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert detect(tmp_path / name) == format


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"{\\rtf1 x}", "an RTF document; save it as DOCX or PDF"),
        (OLE + "WordDocument".encode("utf-16-le"), "an old Word document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password; save a copy without"),
        (OLE + "Workbook".encode("utf-16-le"), "an old Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "an image (PNG); make a PDF of it"),
        (b"\xff\xd8\xff\xe0", "an image (JPEG)"),
        (b"II*\0", "an image (TIFF)"),
        (b"\x7fELF\x02", "a program"),
        (b"MZ\x90\0\x03", "a program"),
        (gzip.compress(b"zomaar tekst"), "a gzip file that holds no CSV or JSONL"),
        (gzip.compress(b"zomaar tekst " * 50)[:20], "cut off gzip"),
        (b'<?xml version="1.0"?><svg/>', "XML of a kind that is not read"),
        (b"PK\x03\x04" + bytes(200), "its zip directory is missing"),
        (bytes(range(256)) + bytes(99), "binary"),
    ],
)
def test_what_is_not_read_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "bestand.docx"
    path.write_bytes(data)
    with pytest.raises(ReadingError) as caught:
        detect(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a.txt": "x"}, "a zip archive, not a document"),
        ({"mimetype": "application/epub+zip"}, "an EPUB"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument spreadsheet; save it as XLSX"),
        ({"[Content_Types].xml": "<Types x='presentationml'/>"}, "a PowerPoint presentation"),
    ],
)
def test_other_zips_are_named(tmp_path: Path, members: dict[str, str], said: str) -> None:
    path = tmp_path / "bestand.docx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    with pytest.raises(ReadingError, match=said):
        detect(path)

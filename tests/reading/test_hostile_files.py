"""Hostile and broken files: each gives one explained line, in bounded time and memory."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from scheidslijn.errors import ReadingError
from scheidslijn.reading import TABLES, detect, read_document, read_rows
from scheidslijn.reading import tables as tables_module

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "<Types><Override ContentType='wordprocessingml'/></Types>"


def fault_of(path: Path) -> str:
    """The message with which a file is refused, which must be one line that names it."""
    with pytest.raises(ReadingError) as caught:
        kind = detect(path)
        if kind in TABLES:
            list(read_rows(path, format=kind))
        else:
            read_document(path, format=kind)
    message = str(caught.value)
    assert message.startswith(str(path)) and "\n" not in message and caught.value.remedy
    return message


def docx(path: Path, document: bytes, **more: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", document)
        for name, data in more.items():
            archive.writestr(name, data)
    return path


def body(text: str) -> bytes:
    return f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'.encode()


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_truncated_zips(tmp_path: Path, keep: float) -> None:
    book = openpyxl.Workbook()
    book.active.append(["text"])
    buffer = io.BytesIO()
    book.save(buffer)
    for name, data in [
        ("a.docx", docx(tmp_path / "heel.docx", body("x" * 900)).read_bytes()),
        ("a.xlsx", buffer.getvalue()),
    ]:
        (tmp_path / name).write_bytes(data[: int(keep * len(data))])
        assert "damaged" in fault_of(tmp_path / name)


def test_bytes_damaged_inside_a_zip(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", body("".join(chr(97 + at * at % 26) for at in range(5000))))
    data = bytearray(path.read_bytes())
    at = data.find(b"word/document.xml") + 200
    data[at : at + 20] = b"\xff" * 20
    path.write_bytes(data)
    assert "damaged" in fault_of(path)


def test_truncated_parquet_and_xml(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"text": ["x"] * 100}), path)
    path.write_bytes(path.read_bytes()[:-40])
    assert "damaged" in fault_of(path)
    assert "not valid XML" in fault_of(docx(tmp_path / "a.docx", body("x")[:-9]))
    assert "no XML" in fault_of(docx(tmp_path / "b.docx", b""))


def test_zip_bombs_by_size_ratio_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(30_000_000)
    assert "times on unpacking" in fault_of(docx(tmp_path / "ratio.docx", zeros))
    monkeypatch.setattr("scheidslijn.reading.zipfiles.MAX_RATIO", 10**9)
    total = docx(tmp_path / "total.docx", body("x"), **{f"{at}.bin": b"" for at in range(9)})
    data = total.read_bytes()
    for at in range(9):  # a directory that declares 100 MB for each of nine empty members
        entry = data.rfind(f"{at}.bin".encode()) - 46
        data = data[: entry + 24] + struct.pack("<I", 100_000_000) + data[entry + 28 :]
    total.write_bytes(data)
    assert "would grow to 900 MB" in fault_of(total)
    monkeypatch.setattr("scheidslijn.reading.zipfiles.MAX_DIRECTORY", 100_000)
    many = tmp_path / "many.docx"
    with zipfile.ZipFile(many, "w") as archive:
        for at in range(2_000):
            archive.writestr(zipfile.ZipInfo(f"word/{at:020d}.xml"), b"")
    assert "more than 50,000 members" in fault_of(many)


def test_member_that_lies_about_its_size(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", bytes(15_000_000))
    data = path.read_bytes()
    entry = data.rfind(b"word/document.xml") - 46
    path.write_bytes(data[: entry + 24] + struct.pack("<I", 100) + data[entry + 28 :])
    assert "damaged" in fault_of(path)


def test_unusual_packing_and_zip_passwords(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", body("x"))
    assert "packed in a way" in fault_of(path)
    data = docx(path, body("x")).read_bytes()
    entry = data.find(b"PK\x01\x02")
    path.write_bytes(data[: entry + 8] + b"\x01\0" + data[entry + 10 :])
    assert "password" in fault_of(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_bombs(tmp_path: Path, encoding: str) -> None:
    entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    text = f'<?xml version="1.0"?><!-- x --><!DOCTYPE d [{entities}]>' + body("&b;").decode()
    assert "document type" in fault_of(docx(tmp_path / "a.docx", text.encode(encoding)))
    outside = '<!DOCTYPE d SYSTEM "file:///etc/passwd">' + body("x").decode()
    assert "document type" in fault_of(docx(tmp_path / "b.docx", outside.encode(encoding)))
    deep = b"<a>" * 5000 + b"</a>" * 5000
    assert "not valid XML" in fault_of(docx(tmp_path / "c.docx", deep))


def test_xml_bomb_in_xlsx(tmp_path: Path) -> None:
    path, bomb = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + data if "sheet1" in name else data)
    assert "document type" in fault_of(bomb)


def test_gzip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_module, "MAX_UNPACKED", 10_000_000)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "x"}\n' + b" " * 30_000_000))
    assert "gzip bomb" in fault_of(path)
    pack = zlib.compressobj(wbits=31)
    path.write_bytes(pack.compress(b'{"text": "x"}\n' + b"a" * 5_000_000) + pack.flush())
    rows = list(read_rows(path))  # one line that is far too long is one problem
    assert len(rows) == 2


def test_rows_that_are_far_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_module, "MAX_ROW", 10_000)
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "een"}\n{"text": "' + "x" * 50_000 + '"}\n{"text": "drie"}\n')
    first, second, third = read_rows(path)
    assert "line 2: is longer" in str(second)
    assert [getattr(row, "text", "") for row in (first, third)] == ["een", "drie"]
    path = tmp_path / "a.csv"
    path.write_text('text,n\neen,1\n"' + "x,\n" * 20_000)
    assert "quotation mark that is not closed" in fault_of(path)


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    (tmp_path / "map.pdf").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "weg.txt")
    (tmp_path / "rond.txt").symlink_to(tmp_path / "rond.txt")
    os.mkfifo(tmp_path / "pijp.txt")
    assert "is a folder" in fault_of(tmp_path / "map.pdf")
    assert "broken link" in fault_of(tmp_path / "link.txt")
    assert "link" in fault_of(tmp_path / "rond.txt")
    assert "named pipe" in fault_of(tmp_path / "pijp.txt")
    assert "does not exist" in fault_of(tmp_path / "nergens.txt")
    assert "device" in fault_of(Path("/dev/zero"))


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    assert "may not be read" in fault_of(path)


def test_documents_without_text(tmp_path: Path) -> None:
    assert "holds no text" in fault_of(docx(tmp_path / "a.docx", body(" ")))
    (tmp_path / "a.html").write_text("<html><body><p> </p></body></html>")
    assert "holds no text" in fault_of(tmp_path / "a.html")
    (tmp_path / "a.txt").write_bytes(b"\x01\x02\x1f" * 40)
    assert "control characters" in fault_of(tmp_path / "a.txt")

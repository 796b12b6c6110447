"""Files that are not read here, recognised so that the message can say what to do with them."""

from __future__ import annotations

import mmap
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.files import explained

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = "save it as DOCX or PDF"
_IMAGE = "make a PDF of it, which is then read by OCR when that is installed"
_ARCHIVE = "unpack it and give the folder"
_NONE = "leave it out of the input"

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "an RTF document", _PDF),
    (b"\x89PNG", "an image (PNG)", _IMAGE),
    (b"\xff\xd8\xff", "an image (JPEG)", _IMAGE),
    (b"II*\0", "an image (TIFF)", _IMAGE),
    (b"MM\0*", "an image (TIFF)", _IMAGE),
    (b"GIF8", "an image (GIF)", _IMAGE),
    (b"BM", "an image (BMP)", _IMAGE),
    (b"AT&TFORM", "a DjVu scan", _IMAGE),
    (b"%!PS", "a PostScript file", "save it as PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _ARCHIVE),
    (b"Rar!\x1a\x07", "a RAR archive", _ARCHIVE),
    (b"\xfd7zXZ", "an xz archive", _ARCHIVE),
    (b"BZh", "a bzip2 archive", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _ARCHIVE),
    (b"\x7fELF", "a program", _NONE),
    (b"MZ", "a program", _NONE),
    (b"\xcf\xfa\xed\xfe", "a program", _NONE),
    (b"\xca\xfe\xba\xbe", "a program", _NONE),
    (b"SQLite format 3", "a database (SQLite)", "export a table with a column 'text' as CSV"),
    (b"ID3", "a sound recording", _NONE),
    (b"OggS", "a sound recording", _NONE),
    (b"\xffWPC", "a WordPerfect document", _PDF),
)
_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", "is protected by a password", "save a copy without a password"),
    ("WordDocument", "is an old Word document (.doc)", "save it as DOCX or PDF"),
    ("Workbook", "is an old Excel workbook (.xls)", "save it as XLSX"),
    ("PowerPoint Document", "is an old PowerPoint presentation (.ppt)", "save it as PDF"),
    ("__properties_version1.0", "is an Outlook message (.msg)", "save it as PDF"),
)


def refuse_foreign(path: Path, name: str, head: bytes) -> None:
    """Raise `ReadingError` for a file of a known kind that is not read here.

    Args:
        path: the file, of which the directory of an OLE container is searched.
        name: the file as the user knows it.
        head: its first bytes.

    Raises:
        ReadingError: it is of such a kind; the message says which and what to do.
    """
    if head.startswith(_OLE):
        raise ReadingError(name, *_ole(path, name))
    for magic, what, remedy in _MAGIC:
        # subtle: two letters alone may well begin a text ("BM...", "MZ..."), so those want a zero byte as well
        if head.startswith(magic) and (len(magic) > 3 or not magic.isalnum() or b"\0" in head):
            raise ReadingError(name, f"is {what}", remedy)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise ReadingError(name, "is an image (WebP)", _IMAGE)
    if head[4:8] == b"ftyp":
        heic = head[8:12] in (b"heic", b"heix", b"avif", b"mif1")
        raise ReadingError(name, "is an image (HEIC or AVIF)" if heic else "is a video", _IMAGE if heic else _NONE)
    if head[257:262] == b"ustar":
        raise ReadingError(name, "is a tar archive", _ARCHIVE)


def _ole(path: Path, name: str) -> tuple[str, str]:
    """Tell what an OLE container holds by the names in its directory (Compound File Binary: UTF-16LE)."""
    with explained(name), open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for stream, fault, remedy in _STREAMS:
            if data.find(stream.encode("utf-16-le")) >= 0:
                return fault, remedy
    return "is an old Office file or a damaged one", _PDF

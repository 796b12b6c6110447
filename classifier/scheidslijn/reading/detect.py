"""What a file is, by its content; its suffix only decides between kinds of text."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.decoding import MARKS, wide_encoding
from scheidslijn.reading.files import check_file, explained
from scheidslijn.reading.foreign import refuse_foreign
from scheidslijn.reading.tables import DELIMITERS
from scheidslijn.reading.zipfiles import open_zip, read_part

FORMATS = ("pdf", "docx", "odt", "html", "markdown", "text", "csv", "xlsx", "jsonl", "parquet")
TABLES = frozenset({"csv", "xlsx", "jsonl", "parquet"})
HEAD = 1 << 16

_HTML = re.compile(r"(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_HTML_PIECE = re.compile(
    r"\s*<(?:div|p|h[1-6]|table|section|article|main|ul|ol|span|title|meta)\b[^<>]*>", re.IGNORECASE
)
_XML = re.compile(r"\s*<\?xml\b")
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|[-*+] \S|\d+\. \S|> \S|\|.*\|$|```)", re.MULTILINE)
_MARKDOWN_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
_SUFFIXES = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text", ".csv": "csv", ".tsv": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".html": "html", ".htm": "html", ".xhtml": "html",
}  # fmt: skip


def detect(path: Path, name: str) -> str:
    """Return the format of a file, one of `FORMATS`.

    Args:
        path: the file; at most its first 64 kB (of a zip its directory too) is read.
        name: the file as the user knows it; its suffix only decides between kinds of text.

    Raises:
        ReadingError: cannot be read, empty, or of a kind that is not read here; the message says what it is.
    """
    check_file(path, name)
    with explained(name), open(path, "rb") as file:
        head = file.read(HEAD)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(path, name)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PARE"):
        raise ReadingError(name, "is an encrypted Parquet file", "save it without encryption")
    if head.startswith(b"\x1f\x8b"):
        return _gzipped(path, name)
    refuse_foreign(path, name, head)
    return _text_kind(_decoded(head, name), Path(name).suffix.lower(), name)


def _zipped(path: Path, name: str) -> str:
    with open_zip(path, name, max_total=1 << 62) as archive:  # the reader of the format sets its own limit
        members = set(archive.namelist())
        kind = (read_part(archive, "mimetype", name, 1000) or b"").decode("ascii", "replace").strip()
        types = b""
        if "[Content_Types].xml" in members:
            types = read_part(archive, "[Content_Types].xml", name, 4_000_000) or b""
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    if kind.startswith("application/vnd.oasis.opendocument"):
        what = "an OpenDocument spreadsheet" if "spreadsheet" in kind else "an OpenDocument drawing or presentation"
        raise ReadingError(name, f"is {what}", "save it as XLSX" if "spreadsheet" in kind else "save it as PDF")
    if kind == "application/epub+zip":
        raise ReadingError(name, "is an EPUB book", "save it as PDF or HTML")
    if b"wordprocessingml" in types or "word/document.xml" in members:
        return "docx"
    if b"spreadsheetml" in types or "xl/workbook.xml" in members:
        return "xlsx"
    if b"ms-excel.sheet.binary" in types:
        raise ReadingError(name, "is a binary Excel workbook (XLSB)", "save it as XLSX")
    if b"presentationml" in types:
        raise ReadingError(name, "is a PowerPoint presentation", "save it as PDF")
    if "content.xml" in members:
        return "odt"
    raise ReadingError(name, "is a zip archive, not a document", "unpack it and give the folder")


def _gzipped(path: Path, name: str) -> str:
    try:
        with explained(name), gzip.open(path) as file:
            head = file.read(HEAD)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ReadingError(name, f"is a damaged or cut off gzip file ({error})", "copy or pack it anew") from error
    bare = name[:-3] if name.lower().endswith(".gz") else name
    kind = ""
    if head and b"\0" not in head[:1000] and not head.startswith(b"%PDF-"):
        kind = _text_kind(_decoded(head, name), Path(bare).suffix.lower(), name)
    if kind in ("csv", "jsonl"):
        return kind
    raise ReadingError(name, "is a gzip file that holds no CSV or JSONL", "unpack it")


def _decoded(head: bytes, name: str) -> str:
    """Return the first characters well enough to see what they are; the reader decodes for good."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if wide := wide_encoding(head[: len(head) // 2 * 2]):
        return head.decode(wide, "replace")
    if head.count(0) > len(head) // 100:
        raise ReadingError(name, "is binary, and of no kind that is known here", "save the document as DOCX or PDF")
    return head.decode("latin-1")


def _text_kind(text: str, suffix: str, name: str) -> str:
    if _HTML.match(text[:8000]):
        return "html"
    by_suffix = _SUFFIXES.get(suffix, "")
    if kind := _json_kind(text, suffix, name):
        return kind
    if _XML.match(text):
        if "<html" in text[:8000]:
            return "html"
        raise ReadingError(name, "is XML of a kind that is not read here", "save it as DOCX, ODT or PDF")
    if text.startswith("MIME-Version:") and "multipart/related" in text[:2000]:
        raise ReadingError(name, "is a web archive (MHTML)", "save the page as PDF or plain HTML")
    if _HTML_PIECE.match(text) and "</" in text:
        return "html"
    if by_suffix:
        return "csv" if by_suffix == "text" and _is_table(text) else by_suffix
    if _is_table(text):
        return "csv"
    marks = len(_MARKDOWN.findall(text))
    return "markdown" if marks >= 2 and _MARKDOWN_HEADING.search(text) else "text"


def _json_kind(text: str, suffix: str, name: str) -> str:
    """Return "jsonl" for JSON lines; refuse one JSON value over many lines."""
    start = text.lstrip()
    line = start.split("\n", 1)[0]
    if start.startswith("{"):
        try:
            whole = isinstance(json.loads(line), dict)
        except (ValueError, RecursionError):
            # a first line longer than what was read cannot be checked; a broken one the reader will name
            whole = suffix in (".jsonl", ".ndjson") or (len(line) == len(start) and len(text) > HEAD // 2)
        if whole:
            return "jsonl"
    if suffix == ".json" and start[:1] in ("{", "["):
        raise ReadingError(name, "is one JSON value, not lines of JSON", "write one object a line (JSONL)")
    return "jsonl" if suffix in (".jsonl", ".ndjson") else ""


def _is_table(text: str) -> bool:
    """Whether text without a telling suffix is a CSV: a header with a field `text`, and a second line that fits it."""
    lines = [line for line in text.splitlines()[:3] if line.strip()]
    if len(lines) < 2:
        return False
    for delimiter in DELIMITERS:
        fields = [field.strip().strip('"').lower() for field in lines[0].split(delimiter)]
        if len(fields) > 1 and "text" in fields and lines[1].count(delimiter) >= len(fields) - 1:
            return True
    return False

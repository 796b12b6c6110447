"""From a file to a `Document`: one module a format, chosen by content.

`detect` names the format of a file, `read_document` reads a document, `read_rows` a table whose rows are passages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.passage import PASSAGE_KINDS, Document, Passage
from scheidslijn.reading.detect import FORMATS, TABLES
from scheidslijn.reading.detect import detect as _detect

__all__ = ["FORMATS", "TABLES", "detect", "read_document", "read_rows"]


def detect(path: str | Path, name: str = "") -> str:
    """Return the format of a file by its content: one of `FORMATS`; those in `TABLES` are tables.

    Args:
        path: the file.
        name: the name for messages, whose suffix decides between kinds of text; default the path.

    Raises:
        ReadingError: cannot be read, empty, or of a kind that is not read here; the message says what it is.
    """
    return _detect(Path(path), name or str(path))


def read_document(path: str | Path, name: str = "", *, format: str = "", ocr: bool = True) -> Document:
    """Read a document (not a table) of any format.

    Args:
        path: the file.
        name: the name it has in this run; default the path.
        format: as `detect` gives it, when that is known already.
        ocr: read scanned pages of a PDF through OCR, when it is installed.

    Raises:
        ReadingError: cannot be read, is a table, or holds no text to make passages of.
    """
    path, name = Path(path), name or str(path)
    format = format or _detect(path, name)
    if format == "pdf":
        from scheidslijn.reading.pdf import read_pdf

        return read_pdf(path, name, ocr=ocr)
    document = _read(path, name, format)
    if not any(block.kind in PASSAGE_KINDS for block in document.blocks):
        others = ", ".join(sorted({block.kind for block in document.blocks}))
        fault = f"holds no text outside {others}" if others else "holds no text"
        raise ReadingError(name, fault, "save it as PDF from the program or browser that shows it")
    from scheidslijn.reading.remarks import hidden_in

    return replace(document, notes=(*document.notes, *hidden_in(document)))


def _read(path: Path, name: str, format: str) -> Document:
    if format == "docx":
        from scheidslijn.reading.docx import read_docx

        return read_docx(path, name)
    if format == "odt":
        from scheidslijn.reading.odt import read_odt

        return read_odt(path, name)
    if format == "html":
        from scheidslijn.reading.html import read_html

        return read_html(path, name)
    if format == "markdown":
        from scheidslijn.reading.markdown import read_markdown

        return read_markdown(path, name)
    if format == "text":
        from scheidslijn.reading.text import read_text

        return read_text(path, name)
    raise ReadingError(name, f"is a table ({format})", "read it with read_rows; its rows are passages")


def read_rows(path: str | Path, name: str = "", *, format: str = "") -> Iterator[Passage | ReadingError]:
    """Yield a passage for every row of a table, or (not raised) what is wrong with that row; memory stays flat.

    Args:
        path: the file, with a column `text` in any case; other columns come back in `Passage.extra`.
        name: the name it has in this run; default the path.
        format: as `detect` gives it, when that is known already.

    Raises:
        ReadingError: the file as a whole cannot be read (further), is no table, or has no column `text` (or the like).
    """
    path, name = Path(path), name or str(path)
    format = format or _detect(path, name)
    if format not in TABLES:
        raise ReadingError(name, f"is no table ({format})", "give a CSV, XLSX, JSONL or Parquet file")
    from scheidslijn.reading.tables import read_rows as rows

    yield from rows(path, name, format)

"""Reading PDF: text by pdfium, layout by our own rules, scans by OCR when a program for it is installed."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Document, Page
from scheidslijn.reading import ocr as programs
from scheidslijn.reading.files import check_file, file_sha256
from scheidslijn.reading.pdf_blocks import layout
from scheidslijn.reading.pdf_glyphs import Styles
from scheidslijn.reading.pdf_objects import covered, draw, mark_hidden, needs_drawing
from scheidslijn.reading.pdf_ocr import even_out, needs_ocr, read_scan
from scheidslijn.reading.pdf_page import PageText
from scheidslijn.reading.pdf_text import read_page
from scheidslijn.reading.pdf_unseen import Sight
from scheidslijn.reading.remarks import hidden_remark, listed

MAX_PAGES = 5_000
MAX_SIDE = 14_400.0
"""Points; the largest page of the PDF standard without user units (ISO 32000-1, annex C: 200 inches)."""
MAX_DOCUMENT_CHARACTERS = 30_000_000

_LOCKED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|odt|indd|pptx?|xlsx?|rtf|pub|qxd|tmp|html?)\b|^microsoft (?:word|powerpoint)|^untitled|^naamloos"
    r"|^document\d*$|^print|^\d+$",
    re.IGNORECASE,
)


def read_pdf(path: Path, name: str, *, ocr: bool = True) -> Document:
    """Read a PDF into pages of raw text and blocks in reading order.

    `Page.text` is pdfium's own text of the page; a page read by OCR has the recognised text after it. `Page.number`
    is the page as a viewer counts it, from 1.

    Args:
        path: the file.
        name: how the document is called in the output and in errors.
        ocr: whether pages that are pictures are read by OCR.

    Raises:
        ReadingError: not a PDF, empty, truncated, locked, past the limits of this module, or a scan that
            cannot be read.
    """
    check_file(path, name)
    with _open(path, name) as document:
        if not 0 < len(document) <= MAX_PAGES:
            raise ReadingError(name, f"has {len(document)} pages", f"give a PDF of 1 to {MAX_PAGES} pages")
        sight = Sight()
        pages = _read_pages(document, name, sight)
        notes = _read_scans(document, pages, name, path, ocr)
        title = _title(document)
    notes += _remarks(pages, sight.blind)
    blocks = layout(pages)
    texts = tuple(Page(page.text, page.index) for page in pages)
    return Document(name, "pdf", file_sha256(path, name), texts, tuple(blocks), title, tuple(notes))


def _open(path: Path, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code in _LOCKED:
            raise ReadingError(name, "is locked with a password", "save a copy without a password") from error
        with path.open("rb") as file:
            head = file.read(1024)
        if b"%PDF-" not in head:
            raise ReadingError(name, "is not a PDF, whatever its name says", "give the original file") from error
        raise ReadingError(name, "is a damaged or cut-off PDF", "download or export it again") from error
    except OSError as error:
        raise ReadingError(name, f"cannot be opened ({error.strerror})", "check the path and your rights") from error


def _read_pages(document: pdfium.PdfDocument, name: str, sight: Sight) -> list[PageText]:
    """Read every page; a damaged one comes back without text, and `_remarks` tells so."""
    styles = Styles()
    pages: list[PageText] = []
    total = 0
    for index in range(1, len(document) + 1):
        one = _read_page(document, index, styles, sight, name)
        total += len(one.text)
        if total > MAX_DOCUMENT_CHARACTERS:
            raise ReadingError(name, f"holds more than {MAX_DOCUMENT_CHARACTERS} characters", "split the file")
        pages.append(one)
    if all(page.damaged for page in pages):
        raise ReadingError(name, "has no page that can be read", "download or export it again")
    return pages


def _read_page(document: pdfium.PdfDocument, index: int, styles: Styles, sight: Sight, name: str) -> PageText:
    try:
        page = document[index - 1]
    except pdfium.PdfiumError:
        return PageText(index, "", 1.0, 1.0, [], damaged=True)
    try:
        width, height = page.get_size()
        if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
            fault = f"page {index} measures {width:.0f} by {height:.0f} points, more than {MAX_SIDE:.0f}"
            raise ReadingError(name, fault, "print it to a usual paper size")
        one = read_page(page, index, styles, sight)
        mark_hidden(one, draw(page, one) if needs_drawing(one) else None)
        even_out(one)
        return one
    except ValueError as error:
        raise ReadingError(name, str(error), "split the file or export it again") from error
    except pdfium.PdfiumError:
        return PageText(index, "", 1.0, 1.0, [], damaged=True)
    finally:
        page.close()


def _read_scans(document: pdfium.PdfDocument, pages: list[PageText], name: str, path: Path, ocr: bool) -> list[str]:
    """Read by OCR the pages that need it; return remarks."""
    scans = [page for page in pages if needs_ocr(page, covered(page))]
    if not scans:
        return [] if any(page.lines for page in pages) else ["holds no text"]
    bare = all(page in scans or not page.lines for page in pages)
    tool = programs.ocr_tool() if ocr else None
    numbers = listed([page.index for page in scans])
    if tool is None:
        if bare:
            raise ReadingError(
                name,
                programs.FAULT if ocr else "is a scan without text",
                programs.REMEDY if ocr else "read it with OCR on",
            )
        return [f"page {numbers} is a picture without text; with Tesseract (nld) installed it would be read"]
    if tool == "ocrmypdf":
        _by_ocrmypdf(path, scans, name)
    else:
        for one in scans:
            page = document[one.index - 1]
            read_scan(page, one, name)
            page.close()
    return [f"read by OCR: page {numbers}"]


def _by_ocrmypdf(path: Path, scans: list[PageText], name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="scheidslijn-") as folder:
        target = Path(folder) / "read.pdf"
        programs.add_text_layer(path, target, name, [page.index for page in scans])
        styles, sight = Styles(), Sight()
        with _open(target, name) as document:
            for one in scans:
                page = document[one.index - 1]
                read = read_page(page, one.index, styles, sight)
                one.text, one.lines, one.ocr = read.text, read.lines, True
                even_out(one)
                page.close()


def _remarks(pages: list[PageText], blind: list[int]) -> list[str]:
    damaged = [page.index for page in pages if page.damaged]
    hidden = [(page.index, line.text) for page in pages for line in page.lines if line.kind == "hidden"]
    remarks = [f"damaged and left out: page {listed(damaged)}"] if damaged else []
    remarks += hidden_remark(hidden)
    if blind:
        remarks.append(f"too much is drawn to look for hidden text: page {listed(blind)}")
    return remarks


def _title(document: pdfium.PdfDocument) -> str:
    """The title in the file's metadata, or "" when it is the name of a file or of a program."""
    title = " ".join(document.get_metadata_value("Title").split())
    letters = sum(c.isalpha() for c in title)
    if not 4 <= len(title) <= 200 or letters < 0.6 * len(title) or _FILE_NAME.search(title):
        return ""
    return title if " " in title or title[1:].islower() else ""

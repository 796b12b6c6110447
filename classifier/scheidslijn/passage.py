"""The values that travel: a document as it was read, and the passages it was cut into.

Readers turn a file into a `Document` (pages of raw text, and blocks that point into it); segmenting turns the blocks
into `Passage`s and named `SetAside` text. Nothing here reads, decides or prints.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BlockKind = Literal[
    "paragraph", "bullet", "cell", "heading",  # these become passages
    "header", "footer", "page_number", "footnote", "toc", "figure",  # these are set aside, by this name
    "script", "style", "navigation", "hidden", "markup",
]  # fmt: skip
PASSAGE_KINDS: frozenset[str] = frozenset({"paragraph", "bullet", "cell", "heading"})

Place = Literal["titel", "inleiding", "samenvatting", "vrije_tekst", "themaparagraaf"]
PLACES: tuple[Place, ...] = ("titel", "inleiding", "samenvatting", "vrije_tekst", "themaparagraaf")


class Span(NamedTuple):
    """A half-open run of characters `[start, end)` of the raw text of a page (1-based index into `Document.pages`)."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a table cell stands: table, row and column count from 1 in reading order; a head is "" where none is."""

    table: int
    row: int
    column: int
    row_head: str = ""
    column_head: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One run of lines that belong together, in reading order.

    Attributes:
        kind: what it is; a kind outside `PASSAGE_KINDS` is set aside under its own name, never deleted.
        lines: the visual lines in reading order, each a span of raw text without its line break. A format without
            lines (DOCX, HTML) gives one span.
        level: of a heading 1 (highest) to 6; of a bullet its nesting depth from 1; otherwise 0.
        cell: where a block of kind `cell` stands, otherwise None.
        continues: True when the reader saw that this block goes on in the next block of its kind
            (a paragraph cut by the foot of a column or page); segmenting may also decide so from the text.
    """

    kind: BlockKind
    lines: tuple[Span, ...]
    level: int = 0
    cell: Cell | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its raw text exactly as the file gives it, and the page number a reader would cite.

    A format without pages (HTML, TXT) has one page whose `number` is None.
    """

    text: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    Attributes:
        name: path relative to the input the user gave, with `/`; unique in a run.
        format: "pdf", "docx", "odt", "html", "markdown" or "text".
        sha256: of the file's bytes, 64 hexadecimal digits.
        pages: in order; `Span.page` counts them from 1.
        blocks: in reading order; every non-blank character of every page lies in exactly one line of one block.
        title: the title the file itself declares, or "".
        notes: remarks for the user about the reading, one line each ("read by OCR").
    """

    name: str
    format: str
    sha256: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """Raw text that is in no passage, with the name of its class (`header`, `footnote`, `hyphenation`, …)."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is coded: a paragraph, a bullet, a table cell or a heading.

    Attributes:
        passage_id: unique in a run, the same in every run over the same file under the same name.
        document: name of the document.
        page: page number a reader would cite (where the passage begins), or None.
        spans: the runs of raw text it was made from, in reading order.
        place: where in the document it stands (codebook, section 6).
        heading: titles of the headings above it, outermost first.
        kind: "paragraph", "bullet", "cell", "heading", or "row" (a row of an input table).
        text: cleaned text: words rejoined, spaces single, no line breaks.
        cell: where a cell stands.
        duplicate_of: passage_id of the first passage with the same text in this document (a pull quote), or "".
        extra: the other columns of an input table row.
    """

    passage_id: str
    document: str
    page: int | None
    text: str
    spans: tuple[Span, ...] = ()
    place: Place = "vrije_tekst"
    heading: tuple[str, ...] = ()
    kind: str = "paragraph"
    cell: Cell | None = None
    duplicate_of: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The hash under which annotations of this text are kept; see `text_key`."""
        return text_key(self.text)


def text_key(text: str) -> str:
    """Return the key of a passage text: 16 hexadecimal digits of the SHA-256 of its NFC form with single spaces.

    Annotations are stored under this key, so that labels can be shared without the text.

    >>> text_key("Iedereen  doet mee.") == text_key("Iedereen doet mee.")
    True
    """
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(flat.encode("utf-8")).hexdigest()[:16]

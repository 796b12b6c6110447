"""The proof that nothing is lost: every non-blank character of every page lies in exactly one line of one block."""

from __future__ import annotations

from scheidslijn.passage import Document, Span
from scheidslijn.reading.pdf_page import is_blank


def unaccounted(document: Document) -> list[Span]:
    """The non-blank characters that are in no line, or in more than one, of the document's blocks.

    Returns:
        Runs of such characters, in order; [] is the proof that the reading is complete.

    Raises:
        ValueError: a line points outside its page.
    """
    counts = [bytearray(len(page.text)) for page in document.pages]
    for block in document.blocks:
        for page, start, end in block.lines:
            if not (1 <= page <= len(counts) and 0 <= start < end <= len(counts[page - 1])):
                raise ValueError(f"{document.name}: line {Span(page, start, end)} points outside the text of its page")
            row = counts[page - 1]
            for at in range(start, end):
                row[at] = min(row[at] + 1, 2)
    wrong: list[Span] = []
    for number, (page_text, row) in enumerate(zip(document.pages, counts, strict=True), start=1):
        for at, character in enumerate(page_text.text):
            if row[at] == 1 or is_blank(character):
                continue
            if wrong and wrong[-1].page == number and wrong[-1].end == at:
                wrong[-1] = Span(number, wrong[-1].start, at + 1)
            else:
                wrong.append(Span(number, at, at + 1))
    return wrong

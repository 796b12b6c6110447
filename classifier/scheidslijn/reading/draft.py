"""How readers without a page layout of their own build a `Document`: items of text in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheidslijn.passage import Block, BlockKind, Cell, Document, Page, Span

LINE_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
"""What ends a line; a form feed ends a page as well."""

_INSIDE_WORD = re.compile(r"(?<=\S)(\f+)(\S+)")


@dataclass(slots=True)
class Item:
    """One block to be: its text may hold line breaks (LF) and page breaks (FF); `level` and `cell` as in `Block`."""

    kind: BlockKind
    text: str
    level: int = 0
    cell: Cell | None = None


class Draft:
    """Lays items out as pages of raw text with the blocks that point into it.

    >>> draft = Draft()
    >>> draft.add(Item("heading", "Wonen", level=1))
    >>> draft.add(Item("paragraph", "Er komen woningen bij."))
    >>> draft.document("a.html", "html", "0" * 64).pages[0].text
    'Wonen\\n\\nEr komen woningen bij.\\n'
    """

    def __init__(self) -> None:
        self._pages: list[list[str]] = [[]]
        self._sizes = [0]
        self._blocks: list[Block] = []
        self._tables: dict[int, int] = {}

    def add(self, item: Item) -> None:
        """Append one item; text that is blank only moves the page."""
        # subtle: a page break inside a word waits for the end of that word, so that no passage is cut in a word
        text = _INSIDE_WORD.sub(r"\2\1", item.text) if "\f" in item.text else item.text
        lines: list[Span] = []
        for number, part in enumerate(text.split("\f")):
            if number:
                self._turn_page()
            for line in LINE_BREAK.split(part):
                line = line.strip()
                if line:
                    lines.append(self._write(line, first=not lines))
        if lines:
            self._blocks.append(Block(item.kind, tuple(lines), item.level, self._counted(item.cell)))

    def extend(self, items: Iterable[Item]) -> None:
        """Append items in order."""
        for item in items:
            self.add(item)

    def _counted(self, cell: Cell | None) -> Cell | None:
        """Give the tables their numbers from 1 in reading order, whatever numbers they came with."""
        if cell is None:
            return None
        return replace(cell, table=self._tables.setdefault(cell.table, len(self._tables) + 1))

    def _turn_page(self) -> None:
        self._pages.append([])
        self._sizes.append(0)

    def _write(self, line: str, first: bool) -> Span:
        page = self._pages[-1]
        if first and page:
            page.append("\n")
            self._sizes[-1] += 1
        start = self._sizes[-1]
        page.append(line + "\n")
        self._sizes[-1] += len(line) + 1
        return Span(len(self._pages), start, start + len(line))

    def document(
        self, name: str, format: str, sha256: str, title: str = "", notes: tuple[str, ...] = (), paged: bool = False
    ) -> Document:
        """Return what was added as a `Document`; pages are numbered from 1 when `paged`, else their number is None."""
        pages = tuple(
            Page("".join(parts), number if paged else None) for number, parts in enumerate(self._pages, start=1)
        )
        return Document(name, format, sha256, pages, tuple(self._blocks), " ".join(title.split()), notes)

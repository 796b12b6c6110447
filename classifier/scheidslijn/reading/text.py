"""Plain text: paragraphs by blank lines, bullets by their marker, headings by their look, pages by form feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.passage import Block, BlockKind, Document, Page, Span
from scheidslijn.reading.decoding import decode
from scheidslijn.reading.draft import LINE_BREAK
from scheidslijn.reading.files import file_sha256, read_bytes

BULLET = re.compile(r"(?:[-–—•·▪◦‣●○■□➢➤✓*+\uf0b7\uf0a7]|o(?=\s{2,}|\t)|\d{1,2}[.)]|[a-z][.)]|\(\w{1,2}\))\s+(?=\S)")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+\S")
_TOC = re.compile(r"\S.*(?:\.\s?|…){4,}\s*\d{1,4}$")
_PAGE_NUMBER = re.compile(r"[-–]?\s*(?:pagina|blz\.?|p\.)?\s*\d{1,4}(?:\s*(?:van|/)\s*\d{1,4})?\s*[-–]?", re.IGNORECASE)
_UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|_{3,}|\*{3,}")
HEADING_LENGTH = 80
UNWRAPPED = 200
"""A line longer than this was not wrapped by hand: every line of such a group is a paragraph."""


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str
    indent: int


def read_text(path: Path, name: str) -> Document:
    """Read a plain text file; `Page.text` is the decoded file, form feeds divide it into pages.

    Raises:
        ReadingError: cannot be read or decoded, or holds no text.
    """
    text, encoding = decode(read_bytes(path, name), name)
    notes = () if encoding.startswith("utf") else (f"read as {encoding}, which was guessed",)
    return document_of_text(text, name, file_sha256(path, name), notes)


def document_of_text(text: str, name: str, sha256: str, notes: tuple[str, ...] = ()) -> Document:
    """Return plain text as a `Document`; every line lies in exactly one block.

    >>> document_of_text("Wonen\\n\\nEr komen woningen bij.", "a.txt", "").blocks[0].kind
    'heading'
    """
    parts = text.split("\f")
    pages = tuple(Page(part, number if len(parts) > 1 else None) for number, part in enumerate(parts, start=1))
    groups = [group for number, page in enumerate(pages, 1) for group in _groups(number, page.text, len(pages) > 1)]
    by_line = len(pages) == 1 and len(groups) == 1
    blocks: list[Block] = []
    for at, group in enumerate(groups):
        level = 0 if by_line else _heading_level(groups, at)
        blocks.extend(_heading(group, level) if level else _blocks(group, by_line))
    return Document(name, "text", sha256, pages, tuple(blocks), "", notes)


def _groups(number: int, text: str, paged: bool) -> Iterator[list[_Line]]:
    """Yield runs of lines without a blank line between them; a page number at an edge of a page stands alone."""
    groups: list[list[_Line]] = [[]]
    start = 0
    for end, after in [*((match.start(), match.end()) for match in LINE_BREAK.finditer(text)), (len(text), len(text))]:
        raw = text[start:end]
        body = raw.strip()
        if body:
            left = len(raw) - len(raw.lstrip())
            span = Span(number, start + left, start + left + len(body))
            groups[-1].append(_Line(span, body, len(raw[:left].expandtabs(4))))
        elif groups[-1]:
            groups.append([])
        start = after
    groups = [group for group in groups if group]
    if paged and groups and len(groups[-1]) > 1 and _PAGE_NUMBER.fullmatch(groups[-1][-1].text):
        groups.append([groups[-1].pop()])
    if paged and groups and len(groups[0]) > 1 and _PAGE_NUMBER.fullmatch(groups[0][0].text):
        groups.insert(0, [groups[0].pop(0)])
    for at, group in enumerate(groups):
        edge = at in (0, len(groups) - 1)
        yield [_Line(line.span, line.text, -1) for line in group] if paged and edge and _is_number(group) else group


def _is_number(group: list[_Line]) -> bool:
    return len(group) == 1 and _PAGE_NUMBER.fullmatch(group[0].text) is not None


def _looks_like_heading(group: list[_Line]) -> bool:
    text, rest = group[0].text, group[1:]
    if rest and not (len(rest) == 1 and _UNDERLINE.fullmatch(rest[0].text)):
        return False
    if group[0].indent < 0 or len(text) > HEADING_LENGTH or len(text.split()) > 12 or text[-1] in ".,;:!?…-–":
        return False
    if BULLET.match(text) and not _NUMBERED.match(text):
        return False
    return (text[0].isupper() or text[0].isdigit()) and any(c.isalpha() for c in text) and not _TOC.fullmatch(text)


def _heading_level(groups: list[list[_Line]], at: int) -> int:
    """Return the level of a heading, or 0. A run of over three that look like headings is a list, not headings."""
    if not _looks_like_heading(groups[at]):
        return 0
    after, before = at + 1, at
    # subtle: looking no further than the answer needs keeps a file of a million short lines linear
    while after < len(groups) and after - at <= 3 and _looks_like_heading(groups[after]):
        after += 1
    while before > 0 and at - before <= 3 and _looks_like_heading(groups[before - 1]):
        before -= 1
    if after == len(groups) or after - before > 3:
        return 0
    text = groups[at][0].text
    numbered = _NUMBERED.match(text)
    if numbered:
        return min(6, numbered[1].count(".") + 1)
    if len(groups[at]) > 1:
        return 1 if groups[at][1].text[0] == "=" else 2
    return 1 if at == 0 or text.isupper() else 2


def _heading(group: list[_Line], level: int) -> Iterator[Block]:
    yield Block("heading", (group[0].span,), level)
    for line in group[1:]:
        yield Block("markup", (line.span,))


def _blocks(group: list[_Line], by_line: bool) -> Iterator[Block]:
    """Yield the blocks of a run of lines: bullets and unwrapped lines stand alone, wrapped lines go together."""
    alone = max(len(line.text) for line in group) > UNWRAPPED
    indents: list[int] = []
    kind, level, lines = _kind(group[0]), 0, [group[0]]
    if kind == "bullet":
        level = _depth(indents, group[0].indent)
    for line in group[1:]:
        starts = _kind(line)
        if starts == kind and kind in ("toc", "markup"):
            lines.append(line)
            continue
        if starts == "paragraph" and kind in ("paragraph", "bullet") and _goes_on(lines[-1], line, by_line, alone):
            lines.append(line)
            continue
        yield Block(kind, tuple(one.span for one in lines), level)
        kind, lines = starts, [line]
        level = _depth(indents, line.indent) if starts == "bullet" else 0
    yield Block(kind, tuple(one.span for one in lines), level)


def _kind(line: _Line) -> BlockKind:
    if line.indent < 0:
        return "page_number"
    if _UNDERLINE.fullmatch(line.text):
        return "markup"
    if _TOC.fullmatch(line.text):
        return "toc"
    return "bullet" if BULLET.match(line.text) else "paragraph"


def _goes_on(before: _Line, line: _Line, by_line: bool, alone: bool) -> bool:
    if not by_line:
        return not alone
    return len(before.text) >= 50 and before.text[-1] not in ".!?:;" and line.text[0].islower()


def _depth(indents: list[int], indent: int) -> int:
    while indents and indents[-1] > indent:
        indents.pop()
    if not indents or indents[-1] < indent:
        indents.append(indent)
    return len(indents)

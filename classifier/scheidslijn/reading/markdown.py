"""Markdown (CommonMark with tables): `Page.text` is what a reader of the rendered page sees; code becomes markup."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scheidslijn.errors import ReadingError
from scheidslijn.passage import BlockKind, Document
from scheidslijn.reading.decoding import decode
from scheidslijn.reading.draft import Draft, Item
from scheidslijn.reading.files import file_sha256, read_bytes
from scheidslijn.reading.grid import GridCell, place_cells, table_items

MAX_NESTING = 100
_FRONT_MATTER = re.compile(r"(---[ \t]*\r?\n(?:[^\r\n]*\r?\n)*?(?:---|\.\.\.)[ \t]*(?:\r?\n|$))")
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_markdown(path: Path, name: str) -> Document:
    """Read a Markdown file.

    Raises:
        ReadingError: cannot be read or decoded, holds no text, or nests blocks deeper than 100 levels.
    """
    text, encoding = decode(read_bytes(path, name), name)
    notes = () if encoding.startswith("utf") else (f"read as {encoding}, which was guessed",)
    return document_of_markdown(text, name, file_sha256(path, name), notes)


def document_of_markdown(text: str, name: str, sha256: str, notes: tuple[str, ...] = ()) -> Document:
    """Return a Markdown text as a `Document`.

    >>> document_of_markdown("# Wonen\\n\\nMeer **huizen**.", "a.md", "").pages[0].text
    'Wonen\\n\\nMeer huizen.\\n'

    Raises:
        ReadingError: nests blocks deeper than 100 levels.
    """
    from markdown_it import MarkdownIt

    draft, title = Draft(), ""
    front = _FRONT_MATTER.match(text)
    if front:
        draft.add(Item("markup", front[1]))
        declared = _TITLE.search(front[1])
        title, text = declared[1] if declared else "", text[front.end() :]
    # indented text is far more often a paragraph of a plain file than code: without this it would be set aside
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table").disable("code")
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):  # subtle: the parser drops what is deeper
        raise ReadingError(name, f"nests lists or quotations deeper than {MAX_NESTING} levels", "save it as plain text")
    draft.extend(_items(tokens))
    lines = text.splitlines()
    for reference in environment.get("references", {}).values():
        first, last = reference.get("map", (0, 0))
        draft.add(Item("markup", "\n".join(lines[first:last])))  # link definitions, which are not shown
    return draft.document(name, "markdown", sha256, title, notes)


def _items(tokens: list[Any]) -> list[Item]:
    sink: list[Item] = []
    depth, kind, level = 0, "paragraph", 0
    rows: list[list[GridCell]] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            kind, level = "bullet", depth
        elif token.type in ("list_item_close", "heading_close"):
            kind, level = "paragraph", 0
        elif token.type == "heading_open":
            kind, level = "heading", int(token.tag[1])
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(GridCell(0, 0, [], head=token.type == "th_open"))
        elif token.type == "table_close":
            sink.extend(table_items(place_cells(rows)))
            rows = []
        elif token.type == "inline":
            _inline(token, rows[-1][-1].items if rows else sink, "paragraph" if rows else kind, 0 if rows else level)
            kind, level = "paragraph", 0
        elif token.type in ("fence", "code_block", "html_block"):
            sink.append(Item("markup", f"{token.info}\n{token.content}"))
    return sink


def _inline(token: Any, sink: list[Item], kind: str, level: int) -> None:
    text: list[str] = []
    asides: list[Item] = []
    for part in token.children or ():
        if part.type in ("softbreak", "hardbreak"):
            text.append("\n")
        elif part.type == "image":
            asides.append(Item("figure", part.content))
        elif part.type == "html_inline":
            if _BREAK_TAG.fullmatch(part.content):
                text.append("\n")
            else:
                asides.append(Item("markup", part.content))
        else:
            text.append(part.content)
    known: BlockKind = "heading" if kind == "heading" else "bullet" if kind == "bullet" else "paragraph"
    sink.append(Item(known, "".join(text), level))
    sink.extend(asides)

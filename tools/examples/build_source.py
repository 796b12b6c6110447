"""Reads a source of `tools/examples/source/*.toml`: some facts about the document, and its text in a small Markdown.

The text knows: `# Chapter {#anchor}` and `## Section`, paragraphs on one line, `- ` and `1. ` lists, `> ` pull quotes,
`:::kader Title` … `:::` boxes, pipe tables with `{kolommen=40,60}` above them, `[^1]` notes, `*italic*`, `**bold**`,
`&shy;`, and `@anchor`, which becomes the page on which the PDF has that chapter.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHY = "\u00ad"


@dataclass(frozen=True)
class Heading:
    """A heading; `spaced` asks for letter-spacing, `number` is "" or such as "2.1"."""

    level: int
    text: str
    anchor: str
    spaced: bool = False
    number: str = ""


@dataclass(frozen=True)
class Para:
    text: str


@dataclass(frozen=True)
class List:
    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Quote:
    text: str


@dataclass(frozen=True)
class Box:
    title: str
    paras: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Widths are percentages of the line; `rows` excludes the head."""

    widths: tuple[int, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Para | List | Quote | Box | Table


@dataclass(frozen=True)
class Source:
    """One document: `meta` is everything of the TOML file but the text; `notes` maps "1" to a footnote."""

    name: str
    meta: dict[str, Any]
    blocks: tuple[Block, ...]
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def contents(self) -> tuple[Heading, ...]:
        """The headings of the table of contents, as deep as the document's `inhoud` asks (1 when silent)."""
        depth = int(self.meta.get("inhoud", 1))
        return tuple(b for b in self.blocks if isinstance(b, Heading) and b.level <= depth)


def _heading(line: str, count: list[int], numbered: bool, anchor: str) -> Heading:
    marks, _, rest = line.partition(" ")
    text, _, flags = rest.partition(" {")
    words = flags.rstrip("}").split()
    number = ""
    if numbered and "zonder-nummer" not in words:
        count[:] = [count[0] + 1, 0] if len(marks) == 1 else [count[0], count[1] + 1]
        number = str(count[0]) if len(marks) == 1 else f"{count[0]}.{count[1]}"
    anchor = next((w[1:] for w in words if w.startswith("#")), anchor)
    return Heading(len(marks), text.strip(), anchor, "gespatieerd" in words, number)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _block(chunk: list[str]) -> Block:
    """Return the block of a run of lines without blank lines (a heading is done elsewhere)."""
    first = chunk[0]
    if first.startswith("- "):
        return List(tuple(line[2:] for line in chunk))
    if re.match(r"\d+\. ", first):
        return List(tuple(line.split(". ", 1)[1] for line in chunk), ordered=True)
    if first.startswith("> "):
        return Quote(first[2:])
    if first.startswith(":::kader"):
        return Box(first.removeprefix(":::kader").strip(), tuple(chunk[1:-1]))
    if first.startswith("{kolommen="):
        widths = tuple(int(w) for w in first[len("{kolommen=") : -1].split(","))
        return Table(widths, _cells(chunk[1]), tuple(_cells(line) for line in chunk[3:]))
    if len(chunk) > 1:
        raise ValueError(f"a paragraph stands on one line; got {len(chunk)} lines from {first[:60]!r}")
    return Para(first)


def read_source(path: Path) -> Source:
    """Read and parse one source file; raises ValueError when a block has a form that is not known."""
    meta = tomllib.loads(path.read_text(encoding="utf-8"))
    text = str(meta.pop("tekst")).replace("&shy;", SHY).replace("€ ", "€\u00a0")
    blocks: list[Block] = []
    notes: dict[str, str] = {}
    count = [0, 0]
    for part in re.split(r"\n\s*\n", text.strip()):
        chunk = part.strip().split("\n")
        if note := re.match(r"\[\^(\d+)\]: (.*)", chunk[0]):
            notes[note[1]] = note[2]
        elif chunk[0].startswith("#"):
            blocks.append(_heading(chunk[0], count, bool(meta.get("nummering")), f"kop{len(blocks)}"))
        else:
            blocks.append(_block(chunk))
    return Source(path.stem, meta, tuple(blocks), notes)


def fill_pages(text: str, pages: dict[str, int]) -> str:
    """Replace each `@anchor` by its page ("0" as long as it is not known)."""
    return re.sub(r"@([a-z]+)", lambda m: str(pages.get(m[1], 0)), text)

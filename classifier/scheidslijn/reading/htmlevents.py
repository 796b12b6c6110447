"""The events of an HTML parser, turned into items: one small state for every open element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scheidslijn.errors import ReadingError
from scheidslijn.passage import BlockKind
from scheidslijn.reading.draft import Item
from scheidslijn.reading.grid import GridCell, place_cells, table_items
from scheidslijn.reading.htmlregions import region_of
from scheidslijn.reading.htmlstyle import has_background

MAX_DEPTH = 10_000
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search "
    "section select summary table tbody td textarea tfoot th thead title tr ul".split()
)
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_KINDS = frozenset({"li", "h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"})
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")
BOLD_HEADING = 80


@dataclass(slots=True)
class _Open:
    """One open element, and what holds inside it."""

    tag: str
    region: BlockKind | None
    depth: int  # of lists
    bold: bool
    preformatted: bool
    bare: bool  # nothing says what colour lies behind its text


@dataclass(slots=True)
class _Table:
    layout: bool
    rows: list[list[GridCell]] = field(default_factory=list)


class HtmlEvents:
    """Target of `lxml.etree.HTMLParser`: collects items in reading order; `finish` returns them."""

    def __init__(self, name: str) -> None:
        self.title = ""
        self._name = name
        self._open: list[_Open] = []
        self._text: list[str] = []  # of the block being read
        self._bold = self._plain = 0  # non-blank characters of it
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._heading = 0  # level of the last heading
        self._aside: list[tuple[BlockKind, list[str]]] = []  # set-aside text met inside the block being read
        self._sinks: list[list[Item]] = [[]]  # the page, and inside it every cell being read
        self._tables: list[_Table] = []
        self._dressed = False  # a style sheet was met

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        tag = tag.lower() if isinstance(tag, str) else ""
        if len(self._open) >= MAX_DEPTH:
            fault = f"nests elements more than {MAX_DEPTH:,} deep"
            raise ReadingError(self._name, fault, "save it from a browser as PDF")
        above = self._open[-1] if self._open else _Open("", None, 0, False, False, True)
        self._dressed = self._dressed or tag == "style" or (tag == "link" and "stylesheet" in attributes.get("rel", ""))
        bare = above.bare and not self._dressed
        region = region_of(tag, attributes, above.region, [one.tag for one in self._open[-30:]], bare)
        if tag in BLOCKS and region != "figure":
            self._block_begins(region, above.region)
        if tag == "br":
            self._add("\n", region, above)
        elif tag == "img" and attributes.get("alt", "").strip():
            self._aside.append((region or "figure", [attributes["alt"]]))
        elif tag in ("td", "th") and self._tables and region is None:
            self._cell_begins(tag, attributes)
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag == "table":
            self._tables.append(_Table(attributes.get("role") in ("presentation", "none")))
        here = _Open(
            tag, region, above.depth + (tag in _LISTS), above.bold or tag in _BOLD,
            tag not in ("td", "th") and (above.preformatted or tag in ("pre", "textarea")),
            bare and not has_background(attributes),
        )  # fmt: skip
        self._open.append(here)
        if region is not None and (above.region != region):
            self._aside.append((region, []))
        if region is None and tag == "li":
            self._kind, self._level = "bullet", max(1, here.depth)
        elif region is None and tag in _KINDS:
            self._kind, self._level = "heading", int(tag[1])

    def end(self, tag: str) -> None:
        """An element ends."""
        here = self._open.pop()
        outside = self._open[-1].region if self._open else None
        if here.tag in BLOCKS and here.region != "figure":
            self._block_begins(outside, here.region)
        if here.region is None and here.tag in _KINDS:
            self._kind, self._level = "paragraph", 0
        if here.tag in ("td", "th") and len(self._sinks) > 1 and here.region is None:
            self._sinks.pop()
        elif here.tag == "table" and self._tables:
            self._table_ends()
        if outside is not None and outside != here.region:
            self._aside.append((outside, []))  # back in the region around it

    def data(self, text: str) -> None:
        """A run of text."""
        here = self._open[-1] if self._open else _Open("", None, 0, False, False, True)
        if here.tag == "title" and not self.title:
            self.title = text.strip()
        raw = here.preformatted or here.region in ("script", "style")
        self._add(text if raw else _BLANKS.sub(" ", text), here.region, here)

    def comment(self, text: str) -> None:
        """Comments are no text of the page."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Processing instructions are no text of the page."""

    def close(self) -> None:
        """The parser is done; see `finish`."""

    def finish(self) -> list[Item]:
        """Return the items of the page in reading order."""
        self._flush()
        while self._tables:  # only when the parser leaves elements open
            self._sinks = self._sinks[: max(1, len(self._tables))]
            self._table_ends()
        return self._sinks[0]

    def _add(self, text: str, region: BlockKind | None, here: _Open) -> None:
        if region is not None:
            if not self._aside or self._aside[-1][0] != region:
                self._aside.append((region, []))
            self._aside[-1][1].append(text)
            return
        self._text.append(text)
        size = len(text) - text.count(" ") - text.count("\n")
        if here.bold:
            self._bold += size
        else:
            self._plain += size

    def _block_begins(self, region: BlockKind | None, before: BlockKind | None) -> None:
        """A block boundary: what was read so far is a block of its own, or a line of set-aside text."""
        if region is not None and region == before:
            if self._aside:
                self._aside[-1][1].append("\n")
            return
        if region in ("script", "style", "hidden") or before in ("script", "style", "hidden"):
            return  # invisible: the block around it goes on
        self._flush()

    def _flush(self) -> None:
        text, sink = "".join(self._text), self._sinks[-1]
        bold = self._bold > 0 and self._plain == 0
        kind, level = self._kind, self._level
        for part in _PARAGRAPH_BREAK.split(text):
            if not part.strip():
                continue
            lines = "\n".join(" ".join(line.split(" ")).strip() for line in part.split("\n"))
            if kind == "paragraph" and bold and len(self._sinks) == 1 and _is_heading(lines):
                sink.append(Item("heading", lines, min(6, self._heading + 1)))
            else:
                sink.append(Item(kind, lines, level))
                if kind == "heading":
                    self._heading = level
            kind, level = "paragraph", 0
        if text.strip():
            self._kind, self._level = "paragraph", 0
        self._text, self._bold, self._plain = [], 0, 0
        for region, parts in self._aside:
            aside = "".join(parts)
            if aside.strip():
                sink.append(Item(region, aside))
        self._aside = []

    def _cell_begins(self, tag: str, attributes: Mapping[str, str]) -> None:
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        cell = GridCell(0, 0, [], tag == "th", _number(attributes, "colspan"), _number(attributes, "rowspan"))
        table.rows[-1].append(cell)
        self._sinks.append(cell.items)
        self._kind, self._level = "paragraph", 0

    def _table_ends(self) -> None:
        table = self._tables.pop()
        self._sinks[-1].extend(table_items(place_cells(table.rows), table.layout))


def _number(attributes: Mapping[str, str], key: str) -> int:
    value = attributes.get(key, "1").strip()
    return int(value) if value.isdecimal() and len(value) < 6 else 1


def _is_heading(text: str) -> bool:
    """Whether a paragraph that is bold as a whole reads as a heading."""
    return len(text) <= BOLD_HEADING and "\n" not in text and text[-1] not in ".,;:!?…"

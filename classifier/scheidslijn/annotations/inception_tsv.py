"""WebAnno TSV 3, which INCEpTION exports too (INCEpTION user guide, appendix "WebAnno TSV 3.3 File format").

A line a token; sentences stand before their tokens as `#Text=`. The columns of span layers (`#T_SP=`) come first, one
for each feature; chains and relations are not read. Offsets count UTF-16 units. See `spans` for what becomes a passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scheidslijn.annotations.spans import Annotated, Extent, Mark, Offsets
from scheidslijn.errors import ReadingError

_POSITION = re.compile(r"\d+-\d+(?:\.\d+)?")
_OFFSETS = re.compile(r"(\d{1,9})-(\d{1,9})")
_NUMBERED = re.compile(r"(.*)(?<!\\)\[(\d+)\]", re.DOTALL)
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(slots=True)
class _Sentence:
    """A sentence while it is read: its lines of text, and its tokens (offsets, columns, number of the line)."""

    lines: list[str] = field(default_factory=list)
    tokens: list[tuple[int, int, list[str], int]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An annotation while it is read."""

    layer: str
    begin: int
    end: int
    features: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_tsv(text: str, name: str) -> Annotated:
    """Read a WebAnno TSV 3 file.

    Raises:
        ReadingError: it has no sentences.
    """
    columns: list[tuple[str, str]] = []  # layer and feature, in the order of the columns
    sentences: list[_Sentence] = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if line.startswith("#T_SP="):
            layer, *features = line[6:].split("|")
            columns += [(layer, feature) for feature in features or [""]]
        elif line.startswith("#Text="):
            if not sentences or sentences[-1].tokens:
                sentences.append(_Sentence())
            sentences[-1].lines.append(_unescaped(line[6:]))
        elif sentences and (token := _token(line)):
            sentences[-1].tokens.append((*token, number))
    whole = ""
    extents: list[Extent] = []
    marks: dict[tuple[str, ...], _Open] = {}
    for sentence in (one for one in sentences if one.tokens):
        words = "\n".join(sentence.lines)
        whole += "\n" if whole else ""
        start, first, at = len(whole), sentence.tokens[0][0], Offsets(words)
        for begin, end, cells, number in sentence.tokens:
            extent = start + at(begin - first), start + at(end - first)
            for key, layer, feature, value in _annotations(cells, columns, number):
                mark = marks.setdefault(key, _Open(layer, *extent))
                mark.begin, mark.end = min(mark.begin, extent[0]), max(mark.end, extent[1])
                if value and feature:
                    mark.features[feature] = (value,)
        whole += words
        extents.append((start, len(whole)))
    if not extents:
        raise ReadingError(name, "holds no sentences with tokens", "export it anew as WebAnno TSV 3")
    found = tuple(Mark(one.begin, one.end, one.layer, one.features) for one in marks.values())
    return Annotated(whole, found, tuple(extents))


def _token(line: str) -> tuple[int, int, list[str]] | None:
    cells = line.split("\t")
    if len(cells) < 3 or not _POSITION.fullmatch(cells[0]) or not (found := _OFFSETS.fullmatch(cells[1])):
        return None
    return int(found[1]), int(found[2]), cells[3:]


def _annotations(
    cells: list[str], columns: list[tuple[str, str]], line: int
) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    """Yield what identifies the annotation, its layer, feature and value, for all that stand on a token."""
    for (layer, feature), cell in zip(columns, cells, strict=False):
        if cell in ("_", ""):
            continue
        for position, value in enumerate(_stacked(cell)):
            if numbered := _NUMBERED.fullmatch(value):
                key: tuple[str, ...] = (layer, numbered[2])
                value = numbered[1]
            else:
                key = (layer, f"line {line}", str(position))
            yield key, layer, feature, "" if value in ("*", "_") else _unescaped(value)


def _stacked(cell: str) -> list[str]:
    """Split at `|`, but not at `\\|`."""
    parts, start, at = [], 0, 0
    while at < len(cell):
        if cell[at] == "\\":
            at += 1
        elif cell[at] == "|":
            parts.append(cell[start:at])
            start = at + 1
        at += 1
    return [*parts, cell[start:]]


def _unescaped(text: str) -> str:
    r"""
    >>> _unescaped("sociaal\\_domein \\[a\\->b\\]")
    'sociaal_domein [a->b]'
    """
    return _ESCAPED.sub(lambda found: _PLAIN.get(found[1], found[1]), text)

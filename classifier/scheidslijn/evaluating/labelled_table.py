"""A labelled table read back: the output of `scheidslijn label`, or the answers of any other coder with its columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scheidslijn.annotations.records import unguarded
from scheidslijn.assist.writing import MARK
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ReadingError, ScheidslijnError
from scheidslijn.labelled import Labelled
from scheidslijn.passage import PLACES, Passage, text_key
from scheidslijn.reading.detect import detect
from scheidslijn.reading.files import check_file
from scheidslijn.reading.tablefile import json_safe
from scheidslijn.reading.tables import read_table

KNOWN = (
    "passage_id",
    "key",
    "document",
    "page",
    "kind",
    "place",
    "heading",
    "duplicate_of",
    "text",
    "scores",
    "abstained",
)
"""Columns with a meaning of their own; all others are facts of the row."""


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """Rows of one labelled table, and what was wrong with it.

    Attributes:
        dimensions: those that the table has a column for.
        scored: whether it has scores at all.
        suggested: whether `scheidslijn suggest` wrote it: then a dimension that is null has no answer, and is absent
            from `Labelled.codes`; an empty list says that none applies.
    """

    rows: tuple[Labelled, ...]
    dimensions: tuple[str, ...]
    scored: bool
    problems: tuple[str, ...]
    suggested: bool = False

    @property
    def model(self) -> str:
        """The models named in the rows, most frequent first, or ""; of suggestions the coders ("llm:NAME/VARIANT")."""
        names = [one.model for one in self.rows if one.model]
        return ", ".join(sorted(set(names), key=lambda name: -names.count(name)))

    @property
    def coders(self) -> tuple[str, ...]:
        """The language models whose suggestions these are, in order of appearance; () for another table."""
        return tuple(dict.fromkeys(one.model for one in self.rows)) if self.suggested else ()

    def of(self, coder: str) -> LabelledTable:
        """The suggestions of one of the coders."""
        return replace(self, rows=tuple(one for one in self.rows if one.model == coder))


def read_labelled(path: Path, codebook: Codebook) -> LabelledTable:
    """Read a labelled table: CSV, XLSX, JSONL or Parquet with a column for each dimension that was coded.

    A cell holds a list of codes, or codes divided by `|`; an empty cell means that none applies. A column that is
    absent means that the dimension was not coded. Scores stand in a column `scores` or in columns named by key. What
    `scheidslijn suggest` wrote is read as it means it: null is no answer.

    Raises:
        ScheidslijnError: the file cannot be read, has no column of a dimension of the codebook, or no usable row.
    """
    check_file(path, str(path))
    format = detect(path, str(path))
    if format not in ("csv", "jsonl", "xlsx", "parquet"):
        raise ScheidslijnError(
            f"{path}: is no table but {format}; give the output of `scheidslijn label` (CSV, XLSX, JSONL or Parquet)"
        )
    maker = _Rows(str(path), codebook)
    rows: list[Labelled] = []
    problems: list[str] = []
    for one in read_table(path, maker, format):
        if isinstance(one, ReadingError):
            problems.append(str(one))
        else:
            rows.append(one)
    if not rows:
        first = f"; the first problem: {problems[0]}" if problems else ""
        raise ScheidslijnError(f"{path}: has no labelled row{first}")
    dimensions = tuple(one.name for one in codebook.dimensions if one.name in maker.columns)
    for code, n in sorted(maker.unknown.items()):
        problems.append(f"{path}: code '{code}' is not in {codebook.label} ({n} times); left out")
    return LabelledTable(tuple(rows), dimensions, any(one.scores for one in rows), tuple(problems), maker.suggested)


@dataclass(slots=True)
class _Rows:
    """Makes labelled passages of the rows of one table; see `reading.tablefile.RowMaker`."""

    name: str
    codebook: Codebook
    columns: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    suggested: bool = False
    keys: frozenset[str] = field(init=False)
    allowed: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = frozenset(self.codebook.keys)
        self.allowed = {one.name: frozenset(code.code for code in one.codes) for one in self.codebook.dimensions}

    @property
    def marks(self) -> frozenset[str]:
        return frozenset(one.name for one in self.codebook.dimensions)

    @property
    def spare(self) -> frozenset[str]:
        return frozenset()

    def text_column(self, columns: Sequence[str]) -> str:
        names = {column.strip().lower(): column for column in columns}
        self.columns = {one.name: names[one.name] for one in self.codebook.dimensions if one.name in names}
        if not self.columns:
            found, wanted = ", ".join(columns[:12]), ", ".join(sorted(self.marks))
            raise ReadingError(
                self.name, f"has no column of {self.codebook.label}; it has: {found}", f"name one {wanted}"
            )
        if not {"text", "key", "passage_id"} & set(names):
            raise ReadingError(self.name, "has no column text, key or passage_id", "add one to know the passages by")
        return names.get("text", "")

    def sheet(self, title: str, first: bool) -> _Rows | None:
        return self if first else None

    def problem(self, row: int, fault: str, remedy: str = "the other rows are read", unit: str = "row") -> ReadingError:
        return ReadingError(f"{self.name}, {unit} {row}", fault, remedy)

    def passage(self, row: int, values: Mapping[str, Any], column: str, unit: str = "row") -> Labelled | ReadingError:
        named = {str(key).strip().lower(): json_safe(value) for key, value in values.items()}
        text = " ".join(str(named.get("text") or "").split())
        if "passage_id" in named:  # our own CSV guards texts that a spreadsheet would run
            text = unguarded(text)
        identity = str(named.get("passage_id") or named.get("key") or (text_key(text) if text else ""))
        if not identity:
            return self.problem(row, "names no passage (text, key and passage_id are empty)", unit=unit)
        machine = str(named.get(MARK) or "").strip()  # `suggest` wrote this row
        self.suggested = self.suggested or bool(machine)
        asked = [name for name in self.columns if not machine or named.get(name) is not None]
        codes = {name: self._codes(name, named.get(name)) for name in asked}
        flat = {key: named[key] for key in self.keys if key in named and not machine}
        scores = _scores(named.get("scores")) | _scores(flat)
        page = named.get("page")
        passage = Passage(
            passage_id=identity,
            document=str(named.get("document") or self.name),
            page=int(page) if isinstance(page, (int, float)) or (isinstance(page, str) and page.isdecimal()) else None,
            text=text,
            place=place if (place := str(named.get("place") or "")) in PLACES else "vrije_tekst",
            heading=tuple(_list(named.get("heading"), " > ")),
            kind=str(named.get("kind") or "row"),
            duplicate_of=str(named.get("duplicate_of") or ""),
            extra={k: v for k, v in named.items() if k not in KNOWN and k not in self.columns and k not in flat},
        )
        abstained = tuple(name for name in _list(named.get("abstained")) if name in self.columns)
        model, book = str(named.get("model") or ""), str(named.get("codebook") or "")
        if machine:
            model = str(named.get("coder") or f"llm:{machine}")
        kept = {key: value for key, value in scores.items() if key in self.keys}
        return Labelled(passage, codes, kept, abstained, model, book)

    def _codes(self, name: str, value: object) -> tuple[str, ...]:
        given, allowed = tuple(dict.fromkeys(_list(value))), self.allowed[name]
        for code in given:
            if code not in allowed:
                self.unknown[f"{name}.{code}"] = self.unknown.get(f"{name}.{code}", 0) + 1
        return tuple(code for code in given if code in allowed)


def _list(value: object, divider: str = "|") -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(one).strip() for one in value if str(one).strip()]
    return [part.strip() for part in str(value or "").split(divider) if part.strip()]


def _scores(value: object) -> dict[str, float]:
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    if not isinstance(value, Mapping):
        return {}
    out = {}
    for key, score in value.items():
        try:
            out[str(key)] = float(score)
        except (TypeError, ValueError):
            continue
    return {key: score for key, score in out.items() if 0 <= score <= 1}

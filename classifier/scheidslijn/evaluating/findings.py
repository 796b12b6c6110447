"""Published findings as data: `findings.toml` beside a codebook, read and checked.

A finding says what a study published, and where the codebook allows it, by which rule the same is counted in labelled
documents: which documents (or passages) are looked at, `of`, and what at least one of their passages must have, `has`,
or what none may have, `lacks`. The folder of the codebook explains the fields.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from scheidslijn.checked import CheckedTable
from scheidslijn.codebook import Codebook, find_codebook
from scheidslijn.errors import CodebookError
from scheidslijn.evaluating.evaluation import Said
from scheidslijn.passage import PLACES
from scheidslijn.termlist import parse_term

FILE = "findings.toml"
Unit = Literal["document", "passage"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What one passage must have, all of it.

    Attributes:
        codes: by dimension the codes of which it has one; "*" is any.
        places: where it stands, or () for anywhere.
        words: names of word lists, of each of which a term stands in it.
        without: names of word lists of the codebook that explain the code by themselves; such a passage does not count.
    """

    codes: Mapping[str, tuple[str, ...]]
    places: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A denominator: the documents with a passage that meets one of `has` (all, if that is empty), or the passages."""

    name: Said
    unit: Unit
    has: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One published finding.

    Attributes:
        scope: kind of document it is about, "" for any or none.
        value, n, unit: as published; NaN-free: None where the study gives no number.
        low, high: the shares that the published words allow ("about a third": 0.28 to 0.38), None without a number.
        repeats: the finding that says the same elsewhere in the study, or "".
    """

    name: str
    source: Said
    scope: str
    statement: Said
    said: Said
    value: float | None
    n: int | None
    unit: str
    low: float | None
    high: float | None
    of: Group
    has: tuple[Condition, ...]
    lacks: tuple[Condition, ...]
    comparable: Literal["yes", "roughly", "no"]
    why: Said
    repeats: str

    @property
    def computed(self) -> bool:
        """Whether there is a rule to count it by."""
        return self.comparable != "no"


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings that belong to a codebook, and the word lists their rules use."""

    findings: tuple[Finding, ...]
    words: Mapping[str, tuple[str, ...]]


def load_findings(codebook: Codebook, path: Path | None = None) -> Findings:
    """Read the findings that belong to a codebook.

    Args:
        path: the file, by default `findings.toml` beside the shipped codebook of this name.

    Raises:
        CodebookError: there are none, or the file is not valid; one line for every problem.
    """
    file = path or find_codebook(codebook.name).parent / FILE
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CodebookError(f"{file}: codebook {codebook.label} has no published findings to compare with") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"{file}: not a TOML file in UTF-8 ({error}); mend it at that place") from error
    reader = _Reader(str(file), codebook, data)
    found = tuple(reader.finding(table) for table in reader.tables(data, "", "finding", "[[finding]]"))
    reader.distinct([one.name for one in found], "", "finding")
    if reader.problems:
        raise CodebookError("\n".join(reader.problems))
    return Findings(found, reader.words)


class _Reader(CheckedTable):
    """Turns TOML data into findings; a name that is not there is a problem, one line each."""

    def __init__(self, source: str, codebook: Codebook, data: dict[str, object]) -> None:
        super().__init__(source)
        self.codebook = codebook
        self.dimensions = {one.name: {code.code for code in one.codes} for one in codebook.dimensions}
        lists = self.table(data, "", "terms")
        self.words = {name: self.texts(lists, "terms", name) for name in lists}
        for name, terms in self.words.items():
            for term in terms:
                try:
                    parse_term(term)
                except ValueError as error:
                    self.problem(f"terms '{name}'", f"'{term}': {error}")
        self.named = {kind: self.table(data, "", kind) for kind in ("source", "why", "group")}

    def finding(self, table: dict[str, object]) -> Finding:
        where = f"finding '{table.get('id')}'"
        low, high = self._bounds(table, where)
        comparable = self.text(table, where, "comparable", "yes|roughly|no", '"yes", "roughly" or "no"')
        has, lacks = self._conditions(table, where, "has"), self._conditions(table, where, "lacks")
        if (comparable == "no") == bool(has or lacks):
            self.problem(where, 'a rule (has, lacks) belongs to every finding but those that are comparable "no"')
        value, n = table.get("value"), table.get("n")
        return Finding(
            name=self.text(table, where, "id"),
            source=self._said("source", table, where),
            scope=str(table.get("scope", "")),
            statement=Said(self.text(table, where, "nl"), self.text(table, where, "en")),
            said=Said(str(table.get("said_nl", "")), str(table.get("said_en", ""))),
            value=float(value) if isinstance(value, (int, float)) else None,
            n=n if isinstance(n, int) else None,
            unit=str(table.get("unit", "%")),
            low=low,
            high=high,
            of=self._group(table, where),
            has=has,
            lacks=lacks,
            comparable=cast(Literal["yes", "roughly", "no"], comparable),
            why=self._said("why", table, where),
            repeats=str(table.get("repeats", "")),
        )

    def _said(self, kind: str, table: dict[str, object], where: str) -> Said:
        name = self.text(table, where, kind)
        texts = self.table(self.named[kind], kind, name)
        if name not in self.named[kind]:
            self.problem(where, f"field '{kind}': there is no [{kind}.{name}]")
            return Said("", "")
        return Said(self.text(texts, f"{kind} '{name}'", "nl"), self.text(texts, f"{kind} '{name}'", "en"), name)

    def _group(self, table: dict[str, object], where: str) -> Group:
        name = self.text(table, where, "of")
        if name not in self.named["group"]:
            self.problem(where, f"field 'of': there is no [group.{name}]")
            return Group(Said("", ""), "document", ())
        group = self.table(self.named["group"], "group", name)
        here = f"group '{name}'"
        texts = Said(self.text(group, here, "nl"), self.text(group, here, "en"), name)
        unit: Unit = "passage" if group.get("unit") == "passage" else "document"
        return Group(texts, unit, self._conditions(group, here, "has"))

    def _bounds(self, table: dict[str, object], where: str) -> tuple[float | None, float | None]:
        value = table.get("published")
        if value is None:
            return None, None
        if isinstance(value, list) and len(value) == 2 and all(isinstance(one, (int, float)) for one in value):
            low, high = float(value[0]), float(value[1])
            if 0 <= low <= high <= 1:
                return low, high
        self.problem(where, f"field 'published': expected two shares, low and high, from 0 to 1, got {value}")
        return None, None

    def _conditions(self, table: dict[str, object], where: str, key: str) -> tuple[Condition, ...]:
        given: Any = table.get(key, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            self.problem(where, f"field '{key}': expected a list of tables, got {given!r}")
            return ()
        return tuple(self._condition(one, f"{where}, {key}") for one in given)

    def _condition(self, table: dict[str, object], where: str) -> Condition:
        self.allow(table, where, (*self.dimensions, "place", "words", "without"))
        codes = {name: self.texts(table, where, name) for name in table if name in self.dimensions}
        for name, wanted in codes.items():
            for code in wanted:
                if code != "*" and code not in self.dimensions[name]:
                    self.problem(where, f"field '{name}': the codebook has no code '{code}'")
        places = self.texts(table, where, "place", required=False)
        words = self.texts(table, where, "words", required=False)
        without = self.texts(table, where, "without", required=False)
        for field, names, known in (
            ("place", places, set(PLACES)),
            ("words", words, set(self.words)),
            ("without", without, set(self.codebook.terms)),
        ):  # fmt: skip
            for name in names:
                if name not in known:
                    self.problem(where, f"field '{field}': unknown '{name}'; known: {', '.join(sorted(known))}")
        return Condition(codes, places, words, without)

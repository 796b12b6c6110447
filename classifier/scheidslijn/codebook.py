"""A codebook: dimensions and their codes, as data that is checked on loading."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scheidslijn.checked import CheckedTable, options, shown
from scheidslijn.errors import CodebookError, ScheidslijnError
from scheidslijn.passage import PASSAGE_KINDS
from scheidslijn.shipped import shipped_names, shipped_path
from scheidslijn.termlist import parse_term


@dataclass(frozen=True, slots=True)
class Code:
    """One code of one dimension, with the texts a coder needs."""

    dimension: str
    code: str
    name_nl: str
    name_en: str
    definition: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Dimension and code, as used in scores: `thema.onderwijs`."""
        return f"{self.dimension}.{self.code}"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One question a passage is coded on; `multi` allows zero or more codes, otherwise at most one."""

    name: str
    name_nl: str
    name_en: str
    multi: bool
    question: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """A versioned label scheme.

    Attributes:
        name: as in `labels/<name>/`.
        version: written into every output.
        dimensions: in the order of the file.
        fixed: what a kind of passage gets by rule instead of by a labeller, e.g.
            `{"heading": {"uitwerking": (), "rol": ("overig",)}}` (codebook, boundary case 10).
        terms: word lists that are counted apart, by name of the list: that of the source study (codebook,
            section 7) and the housing segment of section 2.
        title, language, sources: for people; the language is that of the definitions and terms ("nl").
    """

    name: str
    version: str
    dimensions: tuple[Dimension, ...]
    fixed: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title: str = ""
    language: str = "nl"
    sources: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and version as written into outputs: `sociale-tweedeling@1.1`."""
        return f"{self.name}@{self.version}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Every `dimension.code`, in order: the columns of a score matrix."""
        return tuple(code.key for dimension in self.dimensions for code in dimension.codes)

    def columns(self, dimension: str) -> slice:
        """The columns of one dimension in a score matrix.

        Raises:
            KeyError: no such dimension.
        """
        start = 0
        for one in self.dimensions:
            if one.name == dimension:
                return slice(start, start + len(one.codes))
            start += len(one.codes)
        raise KeyError(dimension)


def load_codebook(path_or_name: str | Path) -> Codebook:
    """Load and check a codebook: a shipped name (`sociale-tweedeling`), a folder with a `codebook.toml`, or that file.

    Raises:
        CodebookError: there is no such codebook, or it is not valid; then the message has one line for every problem,
            each naming file, code and field.
    """
    path = find_codebook(path_or_name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CodebookError(f"{path}: cannot be read ({error.strerror}); check your rights to it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"{path}: not a TOML file in UTF-8 ({error}); mend it at that place") from error
    reader = _Reader(str(path))
    codebook = reader.codebook(data)
    if reader.problems:
        raise CodebookError("\n".join(reader.problems))
    return codebook


def find_codebook(path_or_name: str | Path) -> Path:
    """Return the TOML file of a codebook, given by shipped name, folder or file.

    A name without `/` or `.toml` is looked for among the shipped codebooks first, then as a path.

    Raises:
        CodebookError: nothing of that name; the message lists the shipped names.
    """
    name = str(path_or_name)
    if name in shipped_names("labels"):
        return shipped_path("labels", name) / "codebook.toml"
    path = Path(path_or_name)
    if path.is_dir():
        path = path / "codebook.toml"
    if not path.is_file():
        try:
            shipped_path("labels", name)
        except ScheidslijnError as error:
            raise CodebookError(f"{name}: no such codebook: it is no file, and there is {error}") from error
    return path


_TOP = ("name", "version", "language", "title", "sources", "dimension", "terms", "fixed")
_DIMENSION = ("name", "name_nl", "name_en", "kind", "question", "code")
_CODE = ("code", "name_nl", "name_en", "definition", "include", "exclude", "examples", "terms")
_LIST = ("about", "terms")
_KINDS = sorted(PASSAGE_KINDS | {"row"})


class _Reader(CheckedTable):
    """Turns TOML data into a codebook."""

    def codebook(self, data: dict[str, object]) -> Codebook:
        self.allow(data, "", _TOP)
        name = self.text(data, "", "name", pattern=r"[a-z0-9][a-z0-9-]*", form="small letters, digits and hyphens")
        version = self.text(data, "", "version", pattern=r"\d+(\.\d+){1,2}", form='a version such as "1.1"')
        tables = self.tables(data, "", "dimension", "[[dimension]]")
        dimensions = tuple(self._dimension(table, n) for n, table in enumerate(tables, 1))
        self.distinct([one.name for one in dimensions], "", "dimension")
        return Codebook(
            name=name,
            version=version,
            dimensions=dimensions,
            fixed=self._fixed(self.table(data, "", "fixed"), dimensions),
            terms={key: self._list(key, table) for key, table in self.table(data, "", "terms").items()},
            title=self.text(data, "", "title", required=False),
            language=self.text(data, "", "language", required=False) or "nl",
            sources=self.texts(data, "", "sources", required=False),
        )

    def _dimension(self, table: dict[str, object], number: int) -> Dimension:
        where = f"dimension '{table.get('name', number)}'"
        self.allow(table, where, _DIMENSION)
        name = self.text(table, where, "name", pattern=r"[a-z0-9_]+", form="small letters, digits and '_'")
        kind = self.text(table, where, "kind", pattern="multi|single", form='"multi" (zero or more) or "single"')
        codes = tuple(
            self._code(one, name, n) for n, one in enumerate(self.tables(table, where, "code", "[[dimension.code]]"), 1)
        )
        self.distinct([one.code for one in codes], where, "code")
        name_nl, name_en = self.text(table, where, "name_nl"), self.text(table, where, "name_en")
        return Dimension(name, name_nl, name_en, kind == "multi", self.text(table, where, "question"), codes)

    def _code(self, table: dict[str, object], dimension: str, number: int) -> Code:
        where = f"code '{dimension}.{table.get('code', number)}'"
        self.allow(table, where, _CODE)
        terms = self.texts(table, where, "terms", required=False)
        self._check_terms(terms, where)
        return Code(
            dimension=dimension,
            code=self.text(table, where, "code", pattern=r"[a-z0-9_]+", form="small letters, digits and '_'"),
            name_nl=self.text(table, where, "name_nl"),
            name_en=self.text(table, where, "name_en"),
            definition=self.text(table, where, "definition"),
            include=self.texts(table, where, "include", required=False),
            exclude=self.texts(table, where, "exclude", required=False),
            examples=self.texts(table, where, "examples", required=False),
            terms=terms,
        )

    def _list(self, name: str, table: object) -> tuple[str, ...]:
        where = f"terms '{name}'"
        if not isinstance(table, dict):
            self.problem(where, f"expected a table with {options(_LIST)}, got {shown(table)}")
            return ()
        self.allow(table, where, _LIST)
        self.text(table, where, "about", required=False)
        terms = self.texts(table, where, "terms")
        self._check_terms(terms, where)
        return terms

    def _fixed(
        self, kinds: dict[str, object], dimensions: tuple[Dimension, ...]
    ) -> dict[str, dict[str, tuple[str, ...]]]:
        known = {one.name: one for one in dimensions}
        fixed: dict[str, dict[str, tuple[str, ...]]] = {}
        for kind in kinds:
            where = f"fixed '{kind}'"
            if kind not in _KINDS:
                self.problem(where, f"unknown kind of passage; allowed: {options(_KINDS)}")
            rules = self.table(kinds, "fixed", kind)
            self.allow(rules, where, tuple(known))
            fixed[kind] = {name: self._rule(rules, where, known[name]) for name in rules if name in known}
        return fixed

    def _rule(self, rules: dict[str, object], where: str, dimension: Dimension) -> tuple[str, ...]:
        codes, allowed = self.texts(rules, where, dimension.name), [one.code for one in dimension.codes]
        for code in codes:
            if code not in allowed:
                self.problem(where, f"field '{dimension.name}': unknown code '{code}'; allowed: {options(allowed)}")
        if len(codes) > 1 and not dimension.multi:
            self.problem(where, f"field '{dimension.name}': at most one code of a single dimension, got {len(codes)}")
        return codes

    def _check_terms(self, terms: tuple[str, ...], where: str) -> None:
        for term in terms:
            try:
                parse_term(term)
            except ValueError as error:
                self.problem(where, f"field 'terms': '{term}': {error}")
        self.distinct(list(terms), where, "term")

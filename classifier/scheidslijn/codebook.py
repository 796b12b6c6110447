"""A codebook: dimensions and their codes, as data that is checked on loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
        terms: the word list of the source study (codebook, section 7), by name of the list.
    """

    name: str
    version: str
    dimensions: tuple[Dimension, ...]
    fixed: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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

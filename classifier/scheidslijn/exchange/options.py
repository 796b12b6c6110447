"""What a coder may choose in each dimension, and how each choice is written so that it is read back as that code."""

from __future__ import annotations

from dataclasses import dataclass

from scheidslijn.annotations.columns import DEFAULT
from scheidslijn.annotations.naming import NO_CODE, Names, UnknownLabel
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.codingpage.rows import refuse_names
from scheidslijn.errors import ScheidslijnError

NONE_NAME = "geen van deze"
"""What a coder sees for "coded: none applies"."""
NONE_HINT = "Wel bekeken, maar geen van de codes past. Niets kiezen betekent: niet gecodeerd."
_NONE = ("geen", "-", "none", "–")
_DIVIDERS = frozenset(";|#+,\n[]{}")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a coder.

    Attributes:
        code: of the codebook, "" for "none applies".
        written: what is stored and read back: the code itself, or a word that `read_codings` takes for "none".
        name: what the coder sees, in Dutch; unique in its dimension.
        cell: what stands in a cell of a spreadsheet: the name where it is read back as this code, else `written`.
        definition, hint: the definition, and the definition with what belongs to it and what does not.
    """

    code: str
    written: str
    name: str
    cell: str
    definition: str
    hint: str


@dataclass(frozen=True, slots=True)
class Question:
    """One dimension as it is put to the coder; `options` ends with the one for "none applies"."""

    dimension: Dimension
    options: tuple[Option, ...]

    @property
    def name(self) -> str:
        """Name of the dimension in the codebook."""
        return self.dimension.name

    def option(self, code: str) -> Option:
        """The option of a code, "" for "none applies".

        Raises:
            KeyError: no such code.
        """
        for one in self.options:
            if one.code == code:
                return one
        raise KeyError(code)

    def written(self, codes: tuple[str, ...]) -> list[str]:
        """Codes as they are stored; () is "none applies"."""
        return [self.option(code).written for code in codes or (NO_CODE,)]


def questions_of(codebook: Codebook, dimensions: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """The questions of a codebook, or those of some of its dimensions.

    Raises:
        ScheidslijnError: an unknown dimension, one that is called as a fact of the passage, or two codes that no reader
            can tell apart (`a_b` and `ab`).
    """
    names = Names.of(codebook, DEFAULT)
    refuse_names(codebook)
    known = [one.name for one in codebook.dimensions]
    for name in dimensions:
        if name not in known:
            raise ScheidslijnError(f"--dimension: {codebook.label} has no '{name}'; it has {', '.join(known)}")
    return tuple(_question(one, names) for one in codebook.dimensions if not dimensions or one.name in dimensions)


def _question(dimension: Dimension, names: Names) -> Question:
    shown = [code.name_nl for code in dimension.codes]
    options = []
    for code in dimension.codes:
        if _read(names, dimension, code.code) != code.code:
            raise ScheidslijnError(f"{code.key}: is read as '{_read(names, dimension, code.code)}'; rename one of them")
        name = code.name_nl if shown.count(code.name_nl) == 1 and code.name_nl != NONE_NAME else _with_code(code)
        plain = _read(names, dimension, name) == code.code and not _DIVIDERS & set(name) and name.strip() == name
        options.append(Option(code.code, code.code, name, name if plain else code.code, code.definition, _hint(code)))
    none = next(word for word in (*_NONE, "—") if _read(names, dimension, word) == NO_CODE)
    return Question(dimension, (*options, Option(NO_CODE, none, NONE_NAME, none, NONE_HINT, NONE_HINT)))


def _read(names: Names, dimension: Dimension, label: str) -> str | None:
    try:
        return names.code(dimension.name, label)
    except UnknownLabel:
        return None


def _with_code(code: Code) -> str:
    return f"{code.name_nl} ({code.code})"


def _hint(code: Code) -> str:
    parts = [code.definition]
    parts += ["Wel: " + " ".join(code.include)] if code.include else []
    parts += ["Niet: " + " ".join(code.exclude)] if code.exclude else []
    return "\n".join(parts)

"""Finds the code that a coder meant by what is written: by code or by name, in Dutch or English, in any case."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from scheidslijn.annotations.cells import NONE, fold
from scheidslijn.annotations.columns import Columns
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.errors import ScheidslijnError

NO_CODE = ""
"""What `Names.code` returns for a label that says "none applies"."""


class UnknownLabel(ValueError):
    """A label that the codebook does not have.

    Attributes:
        dimension: the one it most likely belongs to, or "".
    """

    def __init__(self, message: str, dimension: str = "") -> None:
        super().__init__(message)
        self.dimension = dimension


@dataclass(frozen=True, slots=True)
class Names:
    """All names of one codebook.

    Attributes:
        codebook: whose names these are.
        dimension_names: by folded name of a dimension the dimension.
        code_names: by dimension, by folded name of a code the code.
    """

    codebook: Codebook
    dimension_names: dict[str, str] = field(default_factory=dict)
    code_names: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, codebook: Codebook, columns: Columns) -> Names:
        """Collect the names of a codebook and those that `columns` adds.

        Raises:
            ScheidslijnError: `columns` names a dimension or a code that the codebook does not have.
        """
        names = cls(codebook)
        known = {one.name: one for one in codebook.dimensions}
        for option in (columns.dimensions, columns.values, columns.complete, columns.only_yes):
            for name in option:
                if name not in known:
                    raise ScheidslijnError(f"the codebook has no dimension '{name}'; it has {', '.join(known)}")
        for dimension in codebook.dimensions:
            more = columns.dimensions.get(dimension.name, ())
            for spelled in (dimension.name, dimension.name_nl, dimension.name_en, *more):
                names.dimension_names.setdefault(fold(spelled), dimension.name)
            names.code_names[dimension.name] = names._codes(dimension, columns)
        return names

    def _codes(self, dimension: Dimension, columns: Columns) -> dict[str, str]:
        found = {fold(code.code): code.code for code in dimension.codes}
        for spelled, code in columns.values.get(dimension.name, {}).items():
            if code and code not in found.values():
                raise ScheidslijnError(
                    f"{dimension.name} has no code '{code}' (for '{spelled}'); it has {', '.join(found.values())}"
                )
            found[fold(spelled)] = code
        for code_ in dimension.codes:
            for spelled in (code_.name_nl, code_.name_en):
                found.setdefault(fold(spelled), code_.code)
        return found

    def dimension(self, name: str) -> Dimension:
        """The dimension of a name, which must be one of the codebook's own."""
        return next(one for one in self.codebook.dimensions if one.name == name)

    def code(self, dimension: str, label: str) -> str:
        """Return the code of a dimension that a label means, `NO_CODE` for "none applies".

        Raises:
            UnknownLabel: it means none; the message suggests the nearest code.
        """
        known, folded = self.code_names[dimension], fold(label)
        if folded in known:
            return known[folded]
        head, _, tail = label.partition(".")
        if tail and self.dimension_names.get(fold(head)) == dimension:
            return self.code(dimension, tail)
        if folded in NONE or folded in {
            "geen" + name for name, one in self.dimension_names.items() if one == dimension
        }:
            return "geen" if "geen" in known.values() and fold(folded).isalpha() else NO_CODE
        near = difflib.get_close_matches(folded, known, n=1, cutoff=0.6)
        codes = ", ".join(dict.fromkeys(known.values()))
        hint = f"did you mean '{known[near[0]]}'?" if near else f"it has {codes}"
        raise UnknownLabel(f"{dimension} has no code '{label[:60]}'; {hint}", dimension)

    def anywhere(self, label: str) -> tuple[str, str]:
        r"""Return dimension and code of a label that comes without its dimension: `thema.onderwijs` or `Onderwijs`.

        Dimension and code may be divided by `.`, `:`, `/`, `\`, `>`, `_` or a blank. A label that says "none" needs its
        dimension: `thema.geen`.

        Raises:
            UnknownLabel: no code has this name, or codes of several dimensions have.
        """
        for mark in (".", ":", "/", "\\", ">", "=", " ", "_"):
            head, _, tail = label.partition(mark)
            if tail.strip() and (name := self.dimension_names.get(fold(head))):
                return name, self.code(name, tail.strip())
        folded = fold(label)
        if name := self.dimension_names.get(folded.removeprefix("geen")):
            return name, self.code(name, label)
        found = {name: known[folded] for name, known in self.code_names.items() if folded in known}
        if len(found) == 1:
            return next(iter(found.items()))
        if found:
            full = ", ".join(f"{name}.{code}" for name, code in found.items())
            raise UnknownLabel(f"label '{label[:60]}' may be {full}; write it with its dimension")
        every = {spelled: (name, code) for name, known in self.code_names.items() for spelled, code in known.items()}
        if near := difflib.get_close_matches(folded, every, n=1, cutoff=0.75):
            name, code = every[near[0]]
            raise UnknownLabel(f"no code is called '{label[:60]}'; did you mean '{name}.{code}'?", name)
        raise UnknownLabel(f"no code is called '{label[:60]}'; write dimension.code as the codebook spells it")

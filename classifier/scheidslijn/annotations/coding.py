"""What one coder said of one passage, and what was wrong with the rows that could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Coding:
    """The codes that one coder gave one passage.

    Attributes:
        key: `scheidslijn.passage.text_key` of the text, the same for every coding of one text.
        text: the passage, or "" where only the key is known (labels that are shared without their text).
        document: the unit that splits and intervals keep whole.
        coder: who coded it, "" where the file does not say.
        codes: by dimension the codes, () for "coded: none applies"; a dimension that was not coded is absent.
        where: file and row, for messages ("codes.xlsx:12"); of a table the row as a spreadsheet shows it.
        adjudicated: True when these codes settle what other coders differed on.
        heading: titles of the headings above the passage, outermost first.
        doc_type: kind of document ("coalitieakkoord"), or "".
        page: page of the passage, or None.
        extra: other facts of the row that slices may use ("municipality", "year", "region", …).
        partly: of dimensions that were not coded in full: by key (`thema.onderwijs`) whether that one code applies; the
            other codes of the dimension are unknown. A dimension in `codes` has no key here.
        machine: True when no person gave these codes: a coder among coders where agreement is measured, and never a
            label to learn from or to judge by.
    """

    key: str
    text: str
    document: str
    coder: str
    codes: Mapping[str, tuple[str, ...]]
    where: str
    adjudicated: bool = False
    heading: tuple[str, ...] = ()
    doc_type: str = ""
    page: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    partly: Mapping[str, bool] = field(default_factory=dict)
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or a label of a row, that was not taken as it stands; nothing is dropped without one of these.

    Attributes:
        where: file and row ("codes.xlsx:12").
        kind: in a few words, the same for all of its kind ("unknown code", "empty text", "different labels").
        message: what is wrong with this one, with the value it has and what would be accepted.
    """

    where: str
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Columned:
    """What a file of rows had columns for.

    Attributes:
        file: its name.
        dimensions: those that a column, or a column of one of their codes, is for.
        others: columns that were taken for nothing, as they are spelled.
    """

    file: str
    dimensions: frozenset[str]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codings:
    """All that was read: codings in the order of the files, the problems met on the way, and what files had."""

    codings: tuple[Coding, ...]
    problems: tuple[Problem, ...] = ()
    columns: tuple[Columned, ...] = ()

    @property
    def coders(self) -> tuple[str, ...]:
        """Names of the coders, in order of first appearance."""
        return tuple(dict.fromkeys(one.coder for one in self.codings))

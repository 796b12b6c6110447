"""Tables whose rows are passages: what all their formats share (columns, ids, problems of a row)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from scheidslijn.errors import ReadingError
from scheidslijn.passage import PLACES, Passage, Place

TEXT_COLUMN = "text"
TEXT_SPARE = frozenset({"tekst", "passage", "passagetekst", "fragment", "alinea", "paragraaf", "zin"})
"""Dutch names of the text column, in small letters; one of them counts where there is no `text`."""
MAX_TEXT = 1_000_000
"""Most characters in the text of one row."""
MAX_ROW = 16_000_000
"""Most bytes or characters of one row with all its columns."""

Made = TypeVar("Made", covariant=True)


class RowMaker(Protocol[Made]):
    """What the readers of tables need to make something of the rows of one file; `Rows` makes passages.

    Attributes:
        name: of the file.
        marks: names of columns, in small letters, of which one marks the header (and the delimiter) of the table.
        spare: further names that do so where no column of `marks` is found.
    """

    @property
    def name(self) -> str: ...

    @property
    def marks(self) -> frozenset[str]: ...

    @property
    def spare(self) -> frozenset[str]: ...

    def text_column(self, columns: Sequence[str]) -> str:
        """Return the name of the text column, or raise `ReadingError`."""

    def sheet(self, title: str, first: bool) -> RowMaker[Made] | None:
        """Return what takes the rows of a worksheet that has a header, or None to pass over it."""

    def problem(self, row: int, fault: str, remedy: str = ..., unit: str = ...) -> ReadingError:
        """Return (not raise) what is wrong with one row, counted from 1 under the header."""

    def passage(self, row: int, values: Mapping[str, Any], column: str, unit: str = ...) -> Made | ReadingError:
        """Return what is made of one row, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes passages of the rows of one file.

    Attributes:
        name: of the file.
        identity: first eight hexadecimal digits of the passage ids (SHA-256 of name, NUL, SHA-256 of the file).
    """

    name: str
    identity: str

    @property
    def marks(self) -> frozenset[str]:
        """The one column that a table of passages must have."""
        return frozenset({TEXT_COLUMN})

    @property
    def spare(self) -> frozenset[str]:
        """What it may be called in Dutch."""
        return TEXT_SPARE

    @classmethod
    def of(cls, name: str, sha256: str) -> Rows:
        """Return the maker for a file with this name and hash."""
        return cls(name, hashlib.sha256(f"{name}\0{sha256}".encode()).hexdigest()[:8])

    def text_column(self, columns: Sequence[str]) -> str:
        """Return the name of the text column as the file spells it: `text` in any case, or else one of `TEXT_SPARE`.

        Raises:
            ReadingError: there is none, or several Dutch ones; the message names the columns found.
        """
        for column in columns:
            if column.strip().lower() == TEXT_COLUMN:
                return column
        spare = [column for column in columns if column.strip().lower() in TEXT_SPARE]
        if len(spare) == 1:
            return spare[0]
        found = ", ".join(column[:40] for column in columns[:12]) + (", …" if len(columns) > 12 else "")
        several = f" and several that may be it ({', '.join(spare)})" if spare else ""
        fault = f"has no column 'text'{several}; it has: {found or 'no columns'}"
        raise ReadingError(self.name, fault, "name the text column 'text' (or 'tekst' alone)")

    def sheet(self, title: str, first: bool) -> Rows | None:
        """Only the first worksheet with passages is read."""
        return self if first else None

    def problem(self, row: int, fault: str, remedy: str = "the other rows are read", unit: str = "row") -> ReadingError:
        """Return (not raise) what is wrong with one row, counted from 1."""
        return ReadingError(f"{self.name}, {unit} {row}", fault, remedy)

    def passage(self, row: int, values: Mapping[str, Any], column: str, unit: str = "row") -> Passage | ReadingError:
        """Return the passage of one row, or what is wrong with it.

        The other columns go to `Passage.extra`; `document`, `page`, `heading`, `place` and `kind` also fill the fields
        of that name when they hold what such a field can hold.

        Args:
            row: number of the row (or line) in the file, from 1.
            values: by column.
            column: the text column.
            unit: "row" or "line", for messages.
        """
        text = values.get(column)
        if text is None or (isinstance(text, float) and math.isnan(text)):
            text = ""
        if not isinstance(text, str):
            if isinstance(text, (bool, int, float)):
                text = str(text)
            else:
                return self.problem(row, f"has a {type(text).__name__} as text", "give text as a string", unit)
        text = " ".join(scalar(text).split())
        if not text:
            return self.problem(row, "has no text", f"fill the column '{column.strip()}', or leave the row out", unit)
        if len(text) > MAX_TEXT:
            return self.problem(row, f"has a text of {len(text):,} characters; at most {MAX_TEXT:,}", "split it", unit)
        extra = {key: json_safe(value) for key, value in values.items() if key != column}
        own = {key.strip().lower(): value for key, value in extra.items() if isinstance(key, str)}
        return Passage(
            passage_id=f"{self.identity}-r{row:06d}",
            document=str(own["document"]) if own.get("document") not in (None, "") else self.name,
            page=_page(own.get("page")),
            text=text,
            place=cast(Place, own["place"]) if own.get("place") in PLACES else "vrije_tekst",
            heading=_heading(own.get("heading")),
            kind=str(own["kind"]) if own.get("kind") in ("paragraph", "bullet", "cell", "heading") else "row",
            extra=extra,
        )


def unique_columns(header: Sequence[object], width: int = 0) -> list[str]:
    """Return names for at least `width` columns: a repeated name gets a number, a missing one its place.

    >>> unique_columns(["text", "id", "id", ""])
    ['text', 'id', 'id 2', 'column 4']
    """
    names: list[str] = []
    for number in range(1, max(width, len(header)) + 1):
        value = header[number - 1] if number <= len(header) else None
        name = base = ("" if value is None else scalar(str(value)).strip()) or f"column {number}"
        copy = 1
        while name in names:
            copy += 1
            name = f"{base} {copy}"
        names.append(name)
    return names


def _page(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 8:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def _heading(value: object) -> tuple[str, ...]:
    """A list of titles, or one text in which `|` divides them (as our own CSV and XLSX do)."""
    titles = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(" ".join(title.split()) for title in titles if isinstance(title, str) and title.strip())


def scalar(text: str) -> str:
    """Return text that can be written as UTF-8: a lone surrogate becomes U+FFFD."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def json_safe(value: object) -> object:
    """Return a value as JSON can hold it: dates as ISO 8601 text, bytes and unknown kinds as text, NaN as None."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {scalar(str(key)): json_safe(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)

"""Rows of tables and JSON objects that have a column for a dimension or a code: our own forms, CSV, XLSX, Parquet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scheidslijn.annotations.cells import fold, labels_of, yes_or_no
from scheidslijn.annotations.coding import Columned, Problem
from scheidslijn.annotations.columns import Columns
from scheidslijn.annotations.header import SETTLED, SHOWN, Header, header_of
from scheidslijn.annotations.naming import Names
from scheidslijn.annotations.rows import Row

Record = Mapping[str, Any]
_MACHINE = frozenset({"scores", "abstained", "model"})
_FORMULA = "=+-@\t\r"
_BOOKKEEPING = frozenset({"annotation_id", "created_at", "updated_at", "lead_time", "was_cancelled", "agreement",
                          "answer", "_input_hash", "_task_hash", "_session_id", "_view_id", "_timestamp",
                          "model", "codebook", "hoofdthema", "duplicate_of", "inner_id", "suggested_by",
                          "prompt"})  # fmt: skip
MAX_EXTRA = 300
"""Most characters of a further column that is kept as a fact of the passage."""
OF_MACHINE = "labels of a machine"
"""Kind of the problem of a row with the labels of our own labeller, behind which no person stands."""


class Records:
    """Turns the records of one file into rows.

    Args:
        names: of the codebook.
        columns: what the columns are called.
        coder: who coded the rows that name no coder, as the user says; "" when the user does not say.
    """

    def __init__(self, names: Names, columns: Columns, coder: str = "") -> None:
        self.names, self.columns, self.coder = names, columns, coder
        self._headers: dict[tuple[str, ...], Header] = {}
        self._tables: dict[int, Header] = {}  # by identity those that rows were read by

    def header(self, record: Record) -> Header:
        """What the fields of a record are for; the same fields are worked out once."""
        fields = tuple(name for name in record if isinstance(name, str))
        if fields not in self._headers:
            self._headers[fields] = header_of(fields, self.names, self.columns)
        return self._headers[fields]

    def columned(self, file: str) -> Columned | None:
        """What the rows read so far have columns for; None without rows, or where labels name their own dimension."""
        headers = list(self._tables.values())
        if not headers or any(header.loose for header in headers):
            return None
        dimensions = {name for one in headers for labels in one.labels.values() for name in labels}
        dimensions |= {key.partition(".")[0] for one in headers for marks in one.marks.values() for key in marks}
        others = dict.fromkeys(name for one in headers for name in one.others)
        shown = (name for name in others if name not in _BOOKKEEPING and not name.startswith(SHOWN))
        return Columned(file, frozenset(dimensions), tuple(shown))

    def rows(self, record: Record, where: str) -> Iterator[Row | Problem]:
        """Yield a row for every coder of a record, or what is wrong with it.

        A record that our own labeller wrote (it has `scores`, `abstained` and `model`) is taken only where a person
        stands behind it: it names a coder, or the user does.
        """
        header = self.header(record)
        self._tables[id(header)] = header
        facts = facts_of(record, header)
        if "was_cancelled" in record and _is_settled(record["was_cancelled"]):
            yield Problem(
                where, "skipped", f"coder '{facts['coder'][:60]}' skipped this passage; nothing is known of it"
            )
            return
        if record.keys() >= _MACHINE and not (facts["coder"] or self.coder):
            message = (
                f"holds labels of the labeller {str(record['model'])[:60]!r} and no coder; "
                "fill a column 'coder' in the rows that a person has checked"
            )
            yield Problem(where, OF_MACHINE, message)
            return
        if record.keys() >= _MACHINE or "passage_id" in record:
            facts["text"] = unguarded(str(facts["text"]))
        settled = facts["adjudicated"]
        several = len(header.coders) > 1
        for coder in header.coders:
            labels, marks, loose, faults = self._labels(record, header, coder, where)
            settles = settled or fold(coder) in SETTLED or (several and not coder)
            if several and not (labels or marks or faults):
                continue
            yield Row(
                where=where,
                text=str(facts["text"]),
                key=str(facts["key"]),
                document=str(facts["document"]),
                coder=coder or str(facts["coder"]) or ("" if several else self.coder),
                labels=labels,
                loose=loose if coder == header.coders[0] else (),
                marks=marks,
                adjudicated=settles,
                heading=facts["heading"],
                doc_type=str(facts["doc_type"]),
                page=facts["page"],
                extra=extra_of(record, header),
                faults=tuple(faults),
            )

    def _labels(
        self, record: Record, header: Header, coder: str, where: str
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, bool], tuple[str, ...], list[tuple[str, Problem]]]:
        labels: dict[str, tuple[str, ...]] = {}
        marks: dict[str, bool] = {}
        loose: list[str] = []
        faults: list[tuple[str, Problem]] = []
        abstained = record.get("abstained")
        undecided = set(abstained) if isinstance(abstained, list) else set()
        for dimension, names in header.labels.get(coder, {}).items():
            for column in names:
                try:
                    found = labels_of(record.get(column), self.names.code_names[dimension])
                except ValueError as error:
                    faults.append((dimension, _fault(where, "no codes", column, error)))
                    continue
                if found is not None and not (found == () and dimension in undecided):
                    labels[dimension] = labels.get(dimension, ()) + found
        for key, column in header.marks.get(coder, {}).items():
            try:
                if (said := yes_or_no(record.get(column))) is not None:
                    marks[key] = said
            except ValueError as error:
                faults.append((key.partition(".")[0], _fault(where, "not yes or no", column, error)))
        for column in header.loose:
            try:
                loose.extend(labels_of(record.get(column)) or ())
            except ValueError as error:
                faults.append(("", _fault(where, "no codes", column, error)))
        return labels, marks, tuple(loose), faults


def _fault(where: str, kind: str, column: str, error: ValueError) -> Problem:
    return Problem(where, kind, f"column '{column[:40]}' {error}")


def facts_of(record: Record, header: Header) -> dict[str, Any]:
    """The facts of a record by name: texts as text ("" where absent), `heading` a tuple, `page` a number or None."""
    found: dict[str, Any] = {}
    for fact in ("text", "key", "document", "coder", "doc_type"):
        values = (record.get(column) for column in header.facts.get(fact, ()))
        found[fact] = next((text for text in map(plain_text, values) if text), "")
    found["heading"] = next((titles for titles in map(titles_of, _of(record, header, "heading")) if titles), ())
    found["page"] = next((page for page in map(page_of, _of(record, header, "page")) if page is not None), None)
    found["adjudicated"] = any(map(_is_settled, _of(record, header, "adjudicated")))
    return found


def extra_of(record: Record, header: Header) -> dict[str, object]:
    """The further columns of a record that hold a short text, a number or a yes or no."""
    return {
        name: value
        for name in header.others
        if name not in _BOOKKEEPING
        and not name.startswith(SHOWN)
        and isinstance(value := record.get(name), (str, int, float, bool))
        and value != ""
        and len(str(value)) <= MAX_EXTRA
        and not (isinstance(value, float) and not math.isfinite(value))
    }


def unguarded(text: str) -> str:
    """Take away the apostrophe that our CSV puts before a text that a spreadsheet would run as a formula.

    >>> unguarded("'- Er komt een school."), unguarded("'s Avonds")
    ('- Er komt een school.', "'s Avonds")
    """
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in _FORMULA else text


def plain_text(value: object) -> str:
    """A value as text: "" for nothing, lists and mappings; a whole number without its decimals."""
    if value is None or isinstance(value, (list, tuple, Mapping)):
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else str(value)
    return str(value).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def titles_of(value: object) -> tuple[str, ...]:
    """Titles of headings: a list, or one text in which `|` or ` > ` divides them."""
    if isinstance(value, str):
        value = value.replace(" > ", "|").split("|")
    titles: Iterable[object] = value if isinstance(value, (list, tuple)) else ()
    return tuple(" ".join(title.split()) for title in titles if isinstance(title, str) and title.strip())


def page_of(value: object) -> int | None:
    """A page as a number, or None."""
    text = plain_text(value).strip()
    return int(text) if text.isdecimal() and len(text) < 8 and not isinstance(value, bool) else None


def _of(record: Record, header: Header, fact: str) -> Iterator[object]:
    return (record.get(column) for column in header.facts.get(fact, ()))


def _is_settled(value: object) -> bool:
    """A list (of the dimensions that were settled) says so even when it is empty: nothing was left to settle."""
    if isinstance(value, list):
        return True
    try:
        return yes_or_no(value) is True
    except ValueError:
        return bool(plain_text(value).strip())

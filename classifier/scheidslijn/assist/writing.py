"""Suggestions as rows of a JSONL file, and back: what a machine said, marked as a machine's in every row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from scheidslijn.assist.values import FAILURE_KINDS, Evidence, Failure, Suggestion
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage, Place

PASSAGE_FIELDS = ("passage_id", "key", "document", "page", "kind", "place", "heading", "text")
OWN_FIELDS = ("coder", "evidence", "failures", "flags", "suggested_by", "prompt", "codebook")
MARK = "suggested_by"
"""The field that says that a machine coded the row: such a row never becomes a human label."""

Row = dict[str, Any]


def suggestion_row(suggestion: Suggestion, codebook: Codebook, dimensions: tuple[str, ...] = ()) -> Row:
    """A suggestion as a row of JSON values.

    A dimension is a list of codes, or one code where only one is allowed; `[]` says that none applies, and null that
    nothing is known. Of a dimension that checked in part, every code of which something is known has a field of its
    own (`"thema.onderwijs": true`).

    Args:
        suggestion: what to write.
        codebook: of the suggestion.
        dimensions: to write, those that were asked; () for all. Of the others nothing is written.
    """
    passage, asked = (
        suggestion.passage,
        [one for one in codebook.dimensions if one.name in (dimensions or _names(codebook))],
    )
    keys = [code.key for dimension in asked for code in dimension.codes]
    row: Row = {
        "passage_id": passage.passage_id, "key": passage.key, "document": passage.document, "page": passage.page,
        "kind": passage.kind, "place": passage.place, "heading": list(passage.heading), "text": passage.text,
        "coder": suggestion.coder,
    }  # fmt: skip
    for dimension in asked:
        codes = suggestion.codes.get(dimension.name)
        row[dimension.name] = None if codes is None else codes[0] if codes and not dimension.multi else list(codes)
    row |= {key: suggestion.partly[key] for key in keys if key in suggestion.partly}
    row["evidence"] = {
        one.key: {"quote": one.quote, "start": one.start, "end": one.end}
        for one in suggestion.evidence
        if one.key in keys
    }
    row["failures"] = [
        {"kind": one.kind, "dimension": one.dimension, "detail": one.detail}
        for one in suggestion.failures
        if one.dimension in ("", *(dimension.name for dimension in asked))
    ]
    row["flags"] = list(suggestion.flags)
    row[MARK], row["prompt"], row["codebook"] = suggestion.model, suggestion.prompt, suggestion.codebook
    return row


def _names(codebook: Codebook) -> tuple[str, ...]:
    return tuple(dimension.name for dimension in codebook.dimensions)


def row_line(row: Row) -> str:
    """A row as one line of JSON, the same for the same row, with its line break."""
    line = json.dumps(row, ensure_ascii=False)
    if not line.isascii() and any("\ud800" <= c <= "\udfff" for c in line):
        line = json.dumps(row)  # half a surrogate pair has no UTF-8
    return line + "\n"


def refuse_names(codebook: Codebook) -> None:
    """Refuse a codebook with a dimension that is called as a field of every row.

    Raises:
        ScheidslijnError: there is one.
    """
    for dimension in codebook.dimensions:
        if dimension.name in (*PASSAGE_FIELDS, *OWN_FIELDS):
            raise ScheidslijnError(f"{codebook.label}: dimension '{dimension.name}' is called as a field of every row")


def read_suggestions(path: str | Path, codebook: Codebook) -> list[Suggestion]:
    """Read a file that `scheidslijn suggest` wrote, of one coder or of several.

    Every row is checked as when it was made: codes of the codebook, and quotes that stand in the text.

    Raises:
        ScheidslijnError: the file cannot be read, or a row is not one of ours; the message names the line.
    """
    try:
        return list(_read(Path(path), codebook))
    except (OSError, UnicodeDecodeError) as error:
        raise ScheidslijnError(f"{path}: cannot be read ({error}); give a file that suggest wrote") from error


def _read(path: Path, codebook: Codebook) -> Iterator[Suggestion]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if not isinstance(row, dict) or MARK not in row:
                    raise ValueError(f"has no field '{MARK}'")
                yield suggestion_of(row, codebook)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                why = f"field {error} is missing" if isinstance(error, KeyError) else str(error)
                raise ScheidslijnError(
                    f"{path}:{number}: is no suggestion of {codebook.label} ({why}); give a file that suggest wrote"
                ) from error


def suggestion_of(row: Mapping[str, Any], codebook: Codebook) -> Suggestion:
    """A suggestion from a row of JSON values.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the row is not one of ours.
    """
    page = row["page"]
    if not (page is None or type(page) is int) or row["place"] not in get_args(Place):
        raise ValueError("page or place is none of ours")
    passage = Passage(
        passage_id=_text(row["passage_id"]), document=_text(row["document"]), page=page, text=_text(row["text"]),
        place=cast(Place, row["place"]), heading=tuple(map(_text, row["heading"])), kind=_text(row["kind"]),
    )  # fmt: skip
    codes: dict[str, tuple[str, ...]] = {}
    for dimension in codebook.dimensions:
        if (given := row.get(dimension.name)) is not None:
            codes[dimension.name] = (given,) if isinstance(given, str) else tuple(map(_text, given))
            known = {code.code for code in dimension.codes}
            if not known.issuperset(codes[dimension.name]) or (len(codes[dimension.name]) > 1 and not dimension.multi):
                raise ValueError(f"{dimension.name} has codes {list(codes[dimension.name])}")
    partly = {key: row[key] for key in codebook.keys if row.get(key) is not None}
    if any(type(value) is not bool for value in partly.values()):
        raise ValueError("a field of one code is neither true nor false")
    return Suggestion(
        passage=passage,
        codes=codes,
        partly=partly,
        evidence=tuple(_evidence(key, one, passage.text, codebook) for key, one in row["evidence"].items()),
        failures=tuple(_failure(one) for one in row["failures"]),
        flags=tuple(map(_text, row["flags"])),
        coder=_text(row["coder"]),
        model=_text(row[MARK]),
        prompt=_text(row["prompt"]),
        codebook=_text(row["codebook"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.40} is no text")
    return value


def _evidence(key: str, one: Mapping[str, Any], text: str, codebook: Codebook) -> Evidence:
    quote, start, end = _text(one["quote"]), one["start"], one["end"]
    if key not in codebook.keys or not quote.strip() or text[start:end] != quote:
        raise ValueError(f"the quote of {key} does not stand in the text at its place")
    return Evidence(key, quote, start, end)


def _failure(one: Mapping[str, Any]) -> Failure:
    if one["kind"] not in FAILURE_KINDS:
        raise ValueError(f"{one['kind']!r:.40} is no kind of failure")
    return Failure(one["kind"], _text(one["dimension"]), _text(one["detail"]))

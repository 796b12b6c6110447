"""What the columns of a coded table are called, and what an empty one means; a TOML file may say otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from scheidslijn.errors import ScheidslijnError

Unit = Literal["sentence", "span", "paragraph"]
UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns (or fields) in any case; of several names the first that a row has, and that is filled, counts.

    Attributes:
        text: the passage.
        key: the key of a passage (`scheidslijn.passage.text_key`), where the text is not in the file.
        document: the unit that splits and intervals keep whole.
        coder: who coded the row.
        adjudicated: filled (with yes, or a list) where the codes of the row settle what coders differed on.
        heading, doc_type, page: facts of the passage.
        labels: columns that hold labels of any dimension (`onderwijs`, `thema.onderwijs`).
        dimensions: names for the columns of a dimension, besides its own name and its Dutch and English ones; the
            labels of all that a table has are joined: `{"thema": ("theme", "second_theme")}`.
        values: more spellings of the codes of a dimension: `{"uitwerking": {"geen_interventie": "geen"}}`.
        complete: multi-label dimensions that were asked of every row: a coded row without a label of it has none.
            Without this an empty cell is unknown, never "no".
        only_yes: dimensions of which a label says what applies, and nothing about the other codes: these stay unknown.
        coders: names of coders, by what the file calls them: Label Studio exports the number of an account.
        rows_add_up: True where each row has one code of a passage (coded segments of MAXQDA or ATLAS.ti): what one
            coder gave one passage in several rows is joined, instead of being a contradiction.
        unit: what a passage is in a text with spans (INCEpTION): the sentences that a span touches, the span itself,
            or its paragraph (lines of text between blank lines, or the document's own paragraphs).
    """

    text: tuple[str, ...] = ("text", "tekst", "passage", "passagetekst", "fragment", "alinea", "paragraaf", "zin",
                             "sentence", "paragraph", "content", "segment", "quotation_content")  # fmt: skip
    key: tuple[str, ...] = ("key", "sleutel", "text_key")
    document: tuple[str, ...] = ("document", "doc", "doc_id", "docid", "document_id", "documentnaam", "document_name",
                                 "bestand", "bestandsnaam", "file", "filename", "file_name")  # fmt: skip
    coder: tuple[str, ...] = ("coder", "codeur", "codeerder", "annotator", "beoordelaar", "rater", "coder_id",
                              "annotator_id", "_annotator_id", "coded_by", "completed_by")  # fmt: skip
    adjudicated: tuple[str, ...] = ("adjudicated", "beslist", "ground_truth")
    heading: tuple[str, ...] = ("heading", "headings", "kop", "koppen")
    doc_type: tuple[str, ...] = ("doc_type", "soort_document", "documenttype", "document_type", "type_document")
    page: tuple[str, ...] = ("page", "pagina", "blz")
    labels: tuple[str, ...] = ("label", "labels", "code", "codes", "categorie", "category", "choice", "choices")
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    complete: tuple[str, ...] = ()
    only_yes: tuple[str, ...] = ()
    coders: Mapping[str, str] = field(default_factory=dict)
    rows_add_up: bool = False
    unit: Unit = "sentence"


DEFAULT = Columns()
"""What is looked for when nothing else is said."""


def load_columns(path: Path) -> Columns:
    """Read `Columns` from a TOML file that has a line for everything that differs from the defaults.

    Raises:
        ScheidslijnError: no TOML file, an unknown field, or a value of the wrong kind; the message names the field.

    A file may read: `document = ["dossier"]`, `complete = ["thema"]`, and under `[values.thema]` `zorg = "gezondheid"`.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScheidslijnError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScheidslijnError(f"{path}: not a TOML file in UTF-8 ({error}); mend it at that place") from error
    known = [one.name for one in fields(Columns)]
    made: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            raise ScheidslijnError(f"{path}: unknown field '{name}'; known are: {', '.join(known)}")
        made[name] = _value(name, value, path)
    return replace(DEFAULT, **made)


def _value(name: str, value: object, path: Path) -> object:
    if name == "unit":
        if value not in UNITS:
            raise ScheidslijnError(f"{path}: field 'unit': got {value!r}; choose {', '.join(UNITS)}")
        return value
    if name == "rows_add_up":
        if not isinstance(value, bool):
            raise ScheidslijnError(f"{path}: field 'rows_add_up': expected true or false, got {value!r}")
        return value
    if name == "coders":
        if not isinstance(value, dict) or not all(isinstance(one, str) and one.strip() for one in value.values()):
            raise ScheidslijnError(f"{path}: field 'coders' must be a table with lines such as 3 = \"anna\"")
        return {coder: one.strip() for coder, one in value.items()}
    if name in ("dimensions", "values"):
        if not isinstance(value, dict):
            raise ScheidslijnError(f"{path}: field '{name}' must be a table with a line for a dimension")
        if name == "dimensions":
            return {dimension: _texts(f"{name}.{dimension}", one, path) for dimension, one in value.items()}
        for dimension, spelled in value.items():
            if not isinstance(spelled, dict) or not all(isinstance(code, str) for code in spelled.values()):
                raise ScheidslijnError(f"{path}: field 'values.{dimension}' must be a table of spelling = \"code\"")
        return value
    return _texts(name, value, path)


def _texts(name: str, value: object, path: Path) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise ScheidslijnError(f"{path}: field '{name}': expected a list of names, got {value!r}")
    return tuple(given)

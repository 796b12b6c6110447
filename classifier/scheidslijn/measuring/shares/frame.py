"""The labelled corpus as a sampling frame: every passage that shares count, with what the classifier said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.errors import ReadingError, ScheidslijnError
from scheidslijn.passage import Passage
from scheidslijn.reading.detect import TABLES, detect
from scheidslijn.reading.tables import read_rows
from scheidslijn.shipped import shipped_names

REMEDY = "give --codebook with its folder"


@dataclass(frozen=True, slots=True)
class Frame:
    """The passages that shares are shares of, in the order of the table; headings and repeats are not among them.

    Attributes:
        name: of the file.
        keys: `dimension.code` of every code that the table has labels for: the columns of `given` and `scores`.
        passages: one for each, `passage_id` as in the table.
        documents: names of the documents, sorted.
        document: of each passage the number of its document, shape `(passages,)`.
        given: whether the classifier gave the code, shape `(passages, codes)`.
        scores: its probability, NaN where the table has none, same shape.
        headings, repeats: rows that are not counted.
        problems: rows that could not be read, a line each.
        model: name and version of the classifier, as the table says, or "".
    """

    name: str
    keys: tuple[str, ...]
    passages: tuple[Passage, ...]
    documents: tuple[str, ...]
    document: NDArray[np.int64]
    given: NDArray[np.bool_]
    scores: NDArray[np.float64]
    headings: int = 0
    repeats: int = 0
    problems: tuple[str, ...] = ()
    model: str = ""

    def column(self, key: str) -> int:
        """The column of a code.

        Raises:
            ScheidslijnError: the table has no labels for it; the message lists those it has.
        """
        if key not in self.keys:
            raise ScheidslijnError(f"{self.name}: no labels for the code '{key}'; it has {', '.join(self.keys)}")
        return self.keys.index(key)


def read_frame(path: Path, codebook: Codebook) -> Frame:
    """Read the output of `scheidslijn label` (JSONL, CSV, XLSX or Parquet).

    Raises:
        ScheidslijnError: no such file, not a table, no labels of this codebook in it, no passage that counts, or two
            rows with one `passage_id`.
    """
    name = str(path)
    if (format := detect(path, name)) not in TABLES:
        raise ReadingError(name, f"is {format}, not a labelled table", "give the output of `scheidslijn label`")
    rows: list[Passage] = []
    labels: list[tuple[NDArray[np.bool_], NDArray[np.float64]]] = []
    keys: tuple[str, ...] = ()
    model = ""
    problems: list[str] = []
    seen: set[str] = set()
    headings = repeats = 0
    for row in read_rows(path, name, format):
        if isinstance(row, ReadingError):
            problems.append(str(row))
            continue
        identity = str(row.extra.get("passage_id") or row.passage_id)
        if identity in seen:
            raise ReadingError(name, f"has passage_id '{identity}' twice", "label the documents in one run")
        seen.add(identity)
        if row.kind == "heading":
            headings += 1
        elif row.extra.get("duplicate_of"):
            repeats += 1
        else:
            if not rows:
                keys, model = _labelled_keys(row.extra, codebook, name), str(row.extra.get("model") or "")
            labels.append(_labels(row.extra, keys, codebook))  # of the rest of the row nothing is kept: a million fit
            rows.append(Passage(identity, row.document, row.page, row.text, heading=row.heading, kind=row.kind))
    if not rows:
        raise ReadingError(name, "has no passage that counts", "headings and repeats alone are no corpus")
    given, scores = np.stack([one for one, _ in labels]), np.stack([one for _, one in labels])
    documents, document = np.unique([row.document for row in rows], return_inverse=True)
    return Frame(
        name, keys, tuple(rows), tuple(map(str, documents)), document.astype(np.int64), given, scores,
        headings, repeats, tuple(problems), model,
    )  # fmt: skip


def without_documents(frame: Frame, names: Collection[str]) -> Frame:
    """The frame without the passages of some documents; the same frame when it has none of them.

    Raises:
        ScheidslijnError: no passage is left.
    """
    keep = np.array([one.document not in names for one in frame.passages], dtype=np.bool_)
    if keep.all():
        return frame
    if not keep.any():
        raise ScheidslijnError(f"{frame.name}: all its passages are of documents that are left out")
    passages = tuple(one for one, own in zip(frame.passages, keep.tolist(), strict=True) if own)
    documents, document = np.unique([one.document for one in passages], return_inverse=True)
    return replace(
        frame, passages=passages, documents=tuple(map(str, documents)), document=document.astype(np.int64),
        given=frame.given[keep], scores=frame.scores[keep],
    )  # fmt: skip


def codebook_of(path: Path) -> str:
    """Name of the codebook that a labelled table says it was labelled by, without its version, or ""."""
    name = str(path)
    for row in read_rows(path, name, detect(path, name)) if detect(path, name) in TABLES else ():
        if isinstance(row, Passage):
            return str(row.extra.get("codebook") or "").partition("@")[0]
    return ""


def codebook_for(path: Path, given: str = "") -> Codebook:
    """The codebook that the user gave, or else the shipped one that a labelled table says it was labelled by.

    Raises:
        ScheidslijnError: nothing was given, and the table names none, or one that is not shipped.
    """
    if given:
        return load_codebook(given)
    name = codebook_of(path)
    if not name:
        raise ReadingError(str(path), "does not say by which codebook it was labelled", REMEDY)
    if name not in shipped_names("labels") and not Path(name).exists():
        raise ReadingError(str(path), f"was labelled by the codebook '{name[:60]}', which is not shipped", REMEDY)
    return load_codebook(name)


def _labelled_keys(row: Mapping[str, object], codebook: Codebook, name: str) -> tuple[str, ...]:
    dimensions = [one for one in codebook.dimensions if one.name in row]
    if not dimensions:
        wanted = ", ".join(one.name for one in codebook.dimensions)
        raise ReadingError(name, f"has no labels of {codebook.label}", f"it needs columns such as {wanted}")
    return tuple(code.key for one in dimensions for code in one.codes)


def _labels(
    row: Mapping[str, object], keys: tuple[str, ...], codebook: Codebook
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which codes a row gives, and their scores, `(codes,)` each."""
    column = {key: number for number, key in enumerate(keys)}
    given, scores = np.zeros(len(keys), dtype=np.bool_), np.full(len(keys), np.nan)
    values = row.get("scores")
    own = values if isinstance(values, Mapping) else row
    for dimension in codebook.dimensions:
        for code in _codes(row.get(dimension.name)):
            if (place := column.get(f"{dimension.name}.{code}")) is not None:
                given[place] = True
    for key, place in column.items():
        scores[place] = _number(own.get(key))
    return given, scores


def _codes(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [part.strip() for part in str(value).split("|") if part.strip()] if value not in (None, "") else []


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, (int, float, str)) and value != "" else float("nan")
    except ValueError:
        return float("nan")

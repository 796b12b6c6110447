"""The passages we coded ourselves: finds their texts, names their documents, and keeps the test documents apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from proxy_labels import programme, rows

from scheidslijn import read
from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.examples import Example
from scheidslijn.annotations.merging import merge
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.splits import read_split


def coded_examples(shared: Path, folder: Path, codebook: Codebook, *, once: bool = False) -> tuple[list[Example], int]:
    """Every annotation in `folder` with its text from the files under `shared`, ordered by key; and how many lack a
    text.

    Texts of documents are those of our own reading and segmenting, so a passage that is cut otherwise today is not
    found.

    Args:
        once: take those in `folder/once` as well, which one coder coded and nobody adjudicated: to learn from, never
            to measure on.

    Raises:
        ScheidslijnError: more than one text in ten is not found, or an annotation is not in order.
    """
    codings = own_codings(annotation_files(folder, once=once), codebook)
    texts: dict[str, str] = {}
    for source in sources_of(codings):
        for text in texts_of(shared / source):
            texts[text_key(text)] = " ".join(text.split())
    named = [
        replace(one, text=texts.get(one.key, ""), document=document_of(one.document, str(one.extra["source"])))
        for one in codings
    ]
    merged = merge(sorted(named, key=lambda one: one.key), codebook)
    if 10 * len(merged.without_text) > len(codings):
        missing, first = len(merged.without_text), merged.without_text[0]
        raise ScheidslijnError(f"{missing} texts are not in {shared}, the first for {first}")
    return list(merged.examples), len(merged.without_text)


def annotation_files(folder: Path, *, once: bool) -> list[Path]:
    """The files of annotations in a folder; `once` as in `coded_examples`."""
    return sorted(folder.glob("*.jsonl")) + (sorted((folder / "once").glob("*.jsonl")) if once else [])


def own_codings(files: Sequence[Path], codebook: Codebook) -> tuple[Coding, ...]:
    """The annotations in our own files, which must be in order.

    Raises:
        ScheidslijnError: any row has a problem; the message shows the first.
    """
    read = read_codings(files, codebook)
    if read.problems:
        raise ScheidslijnError(f"{len(read.problems)} problems with the annotations, the first: {read.problems[0]}")
    return read.codings


def counted(folder: Path, split: Path) -> dict[str, int]:
    """Passages coded twice, their documents, passages coded once, and those and the documents kept for the test."""
    book = load_codebook("sociale-tweedeling")
    twice = {one.key: document_of(one.document, str(one.extra["source"])) for one in _codings(folder, book, once=False)}
    every = {one.key for one in _codings(folder, book, once=True)}
    test = read_split(split).matching("test", set(twice.values()), str(split))
    held = [document for document in twice.values() if document in test]
    return {"twice": len(twice), "documents": len(set(twice.values())), "once": len(every) - len(twice),
            "test": len(held), "test_documents": len(set(held))}  # fmt: skip


def _codings(folder: Path, book: Codebook, *, once: bool) -> tuple[Coding, ...]:
    return own_codings(annotation_files(folder, once=once), book)


def sources_of(codings: Sequence[Coding]) -> list[str]:
    """The files that the texts are in, relative to the folder of the team's texts."""
    return sorted({str(one.extra["source"]) for one in codings})


def texts_of(file: Path) -> Iterator[str]:
    """The texts of a file of rows, or the passages of a document."""
    if file.suffix in {".gz", ".jsonl"}:
        yield from (row["text"] for row in rows(file) if row.get("text"))
    else:
        yield from (passage.text for passage in read(file))


def document_of(name: str, source: str) -> str:
    """One name for a document under all the names the sources give it, the same as in `proxy_labels`.

    >>> document_of("groenlinks-2012", "labelled/…"), document_of("g40-2026-Rotterdam", "agreements/…")
    ('programma/gl/2012', 'akkoord/rotterdam/2026')
    """
    if source.startswith("baseline/"):  # the source studies name one document in several ways: one per municipality
        match = re.search(r"[Gg]emeente ([A-Z][\w-]+)", name)
        return f"bronstudie/{match[1].lower() if match else 'overig'}"
    if source.startswith("corpora/programmes") and (match := re.fullmatch(r"([A-Za-z0-9]+)_(\d{4})", name)):
        return programme(match[1], match[2])
    if match := re.fullmatch(r"(.+)-2012", name):
        return programme(match[1], 2012)
    if name.startswith("coalitieakkoord2021"):
        return "akkoord/nederland/2021"
    if match := re.fullmatch(r"g40-2026-(.+)|(rotterdam)-2026-.*", name):
        return f"akkoord/{(match[1] or match[2]).lower()}/2026"
    if match := re.fullmatch(r"(wassenaar|voorschoten)-akkoord-2022-2026", name):
        return f"akkoord/{match[1]}/2022"
    return name


def test_documents(split: Path, examples: list[Example]) -> set[str]:
    """The documents of a split file that are kept for testing.

    Raises:
        SplitError: the file is not a split, or an entry that no document matches.
    """
    return set(read_split(split).matching("test", {example.document for example in examples}, str(split)))

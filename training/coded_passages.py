"""The passages we coded ourselves: finds their texts, names their documents, and keeps the test documents apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from proxy_labels import programme, rows

from scheidslijn import read
from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.splits import read_split
from scheidslijn.training.annotations import Annotation, read_annotations, with_texts


def coded_examples(shared: Path, folder: Path, codebook: Codebook) -> tuple[list[Example], int]:
    """Every annotation in `folder` with its text from the files under `shared`, ordered by key; and how many lack a
    text.

    Texts of documents are those of our own reading and segmenting, so a passage that is cut otherwise today is not
    found.

    Raises:
        ScheidslijnError: more than one text in ten is not found.
    """
    annotations = sorted(read_annotations(sorted(folder.glob("*.jsonl")), codebook), key=lambda one: one.key)
    texts: dict[str, str] = {}
    for source in sorted({one.source for one in annotations}):
        for text in texts_of(shared / source):
            texts[text_key(text)] = " ".join(text.split())
    named = [
        Annotation(one.key, document_of(one.document, one.source), one.source, one.codes, one.where)
        for one in annotations
    ]
    examples, missing = with_texts(named, texts, codebook)
    if 10 * len(missing) > len(annotations):
        raise ScheidslijnError(
            f"{len(missing)} texts are not in {shared}, the first for {missing[0].key} ({missing[0].where})"
        )
    return examples, len(missing)


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

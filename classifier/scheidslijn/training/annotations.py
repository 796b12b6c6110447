"""Our own coded passages: labels under the key of the text, so that they can be shared where the text cannot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.annotations.examples import Example, known_codes
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError


@dataclass(frozen=True, slots=True)
class Annotation:
    """The codes of one passage.

    Attributes:
        key: `scheidslijn.passage.text_key` of the text.
        document: splits keep it whole.
        source: the file the text is in.
        codes: by dimension the codes, () for "coded: none"; a dimension that was not coded is absent.
        where: file and line, for messages.
    """

    key: str
    document: str
    source: str
    codes: Mapping[str, tuple[str, ...]]
    where: str


def read_annotations(files: Iterable[Path], codebook: Codebook) -> list[Annotation]:
    """Read JSONL files of annotations; null or an absent field means "not coded".

    Raises:
        ScheidslijnError: a line is not JSON, lacks its key, repeats one, or has a code outside the codebook.
    """
    found: dict[str, Annotation] = {}
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    one = _annotation(line, f"{file}:{number}", codebook)
                    if one.key in found:
                        raise ScheidslijnError(
                            f"{one.where}: passage {one.key} was coded before at {found[one.key].where}"
                        )
                    found[one.key] = one
    return list(found.values())


def _annotation(line: str, where: str, codebook: Codebook) -> Annotation:
    try:
        row = json.loads(line)
        key, document, source = row["key"], row["doc"], row["source"]
    except (ValueError, KeyError, TypeError) as error:
        raise ScheidslijnError(
            f"{where}: is not an annotation ({error!r}); a line has key, doc, source and codes"
        ) from error
    codes: dict[str, tuple[str, ...]] = {}
    for dimension in codebook.dimensions:
        value = row.get(dimension.name)
        if value is None or (value == "" and not dimension.multi):
            continue
        codes[dimension.name] = (value,) if isinstance(value, str) else tuple(value)
        try:
            known_codes(dimension, codes[dimension.name])
        except ValueError as error:
            raise ScheidslijnError(f"{where}: {error}") from error
    return Annotation(key, document, source, codes, where)


def with_texts(
    annotations: Iterable[Annotation], texts: Mapping[str, str], codebook: Codebook
) -> tuple[list[Example], list[Annotation]]:
    """Join annotations with their texts by key; return the examples, and the annotations whose text is not there."""
    examples, missing = [], []
    dimensions = {dimension.name: dimension for dimension in codebook.dimensions}
    for one in annotations:
        if one.key not in texts:
            missing.append(one)
            continue
        known: dict[str, float] = {}
        for name, codes in one.codes.items():
            known |= known_codes(dimensions[name], codes)
        examples.append(Example(texts[one.key], one.document, "coded", known))
    return examples, missing

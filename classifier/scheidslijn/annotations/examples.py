"""Coded texts as training takes them: what is known of each passage, and what is not.

A label that nobody gave is *unknown*: it is absent from `Example.known`, becomes NaN in the target matrix and is
masked in every loss. It is never "no" (codebook: empty is not the same as none).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook, Dimension


@dataclass(frozen=True, slots=True)
class Example:
    """One text with what its coders said of it.

    Attributes:
        text: the passage.
        document: the unit that splits and intervals keep whole; every passage of one document has the same.
        source: where the labels come from, e.g. "marpor" or "coded"; figures are reported by it.
        known: by key (`thema.onderwijs`) 1.0 for yes, 0.0 for no, or a share between them when coders differ.
            An absent key is unknown. Of a single-label dimension either every key is known or none.
        weight: how much this example counts in a loss, relative to 1.
        heading: titles of the headings above the passage, outermost first.
        doc_type: kind of document ("coalitieakkoord"), or "".
        key: `scheidslijn.passage.text_key` of the text, or "" where the example is no passage of its own.
        page: page of the passage, or None.
        extra: other facts of the passage that slices may use ("municipality", "year", …).
        trust: by dimension how much its labels count beside `weight`, where that is not 1 (labels of a machine).
    """

    text: str
    document: str
    source: str
    known: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    heading: tuple[str, ...] = ()
    doc_type: str = ""
    key: str = ""
    page: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    trust: Mapping[str, float] = field(default_factory=dict)


def known_codes(dimension: Dimension, codes: Iterable[str]) -> dict[str, float]:
    """Return the `Example.known` of a passage that was coded in full on one dimension.

    Raises:
        ValueError: a code that the dimension does not have, or not exactly one for a single-label dimension.

    >>> from scheidslijn.codebook import Code, Dimension
    >>> codes = tuple(Code("rol", code, code, code, "") for code in ("probleem", "ambitie"))
    >>> rol = Dimension("rol", "Rol", "Role", False, "?", codes)
    >>> known_codes(rol, ["ambitie"])
    {'rol.probleem': 0.0, 'rol.ambitie': 1.0}
    """
    given, allowed = set(codes), [code.code for code in dimension.codes]
    if unknown := sorted(given - set(allowed)):
        raise ValueError(f"{dimension.name} has no code {unknown[0]!r}; it has {', '.join(allowed)}")
    if not dimension.multi and len(given) != 1:
        raise ValueError(f"{dimension.name} takes exactly one code, got {sorted(given)}")
    return {code.key: float(code.code in given) for code in dimension.codes}


def target_matrix(examples: Sequence[Example], codebook: Codebook) -> NDArray[np.float32]:
    """Return what is known, shape `(len(examples), len(codebook.keys))`, values 0 to 1, NaN where unknown.

    Keys outside the codebook are passed over, so that one set of examples serves codebooks with more or fewer
    dimensions.
    """
    column = {key: number for number, key in enumerate(codebook.keys)}
    targets = np.full((len(examples), len(column)), np.nan, dtype=np.float32)
    for row, example in enumerate(examples):
        for key, value in example.known.items():
            if key in column:
                targets[row, column[key]] = value
    return targets


def weight_matrix(examples: Sequence[Example], codebook: Codebook) -> NDArray[np.float32]:
    """Return how much each label counts in a loss, shape `(len(examples), len(codebook.keys))`."""
    weights = np.ones((len(examples), len(codebook.keys)), dtype=np.float32)
    for row, example in enumerate(examples):
        for dimension, trust in example.trust.items():
            weights[row, codebook.columns(dimension)] = trust
        weights[row] *= example.weight
    return weights


def join_neighbours(examples: Sequence[Example], codebook: Codebook, sizes: Callable[[int], int]) -> list[Example]:
    """Join runs of neighbours of one document into longer passages, as a paragraph joins sentences.

    A multi-label code is known to be present when one of the parts has it, absent when every part is known to lack
    it, and unknown otherwise. A single-label dimension that every part knows gets the mean, which is a soft label.

    Args:
        codebook: says which dimensions are multi-label.
        sizes: gives for the number of the run how many examples it takes (at least 1).
    """
    single = {code.key for dimension in codebook.dimensions if not dimension.multi for code in dimension.codes}
    joined: list[Example] = []
    start = run = 0
    while start < len(examples):
        end = start + max(1, sizes(run))
        part = [one for one in examples[start:end] if one.document == examples[start].document]
        joined.append(_join(part, single))
        start, run = start + len(part), run + 1
    return joined


def _join(parts: Sequence[Example], single: set[str]) -> Example:
    values: dict[str, list[float]] = defaultdict(list)
    for part in parts:
        for key, value in part.known.items():
            values[key].append(value)
    known = {}
    for key, seen in values.items():
        everywhere = len(seen) == len(parts)
        if key in single:
            if everywhere:
                known[key] = sum(seen) / len(seen)
        elif everywhere or max(seen) >= 0.5:
            known[key] = max(seen)
    if len(parts) == 1:
        return parts[0]
    return replace(parts[0], text=" ".join(part.text for part in parts), known=known, key="")


def hold_out(examples: Sequence[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Split by document: return the examples to keep and those held apart, about `share` of them.

    Documents are taken in the order of a hash of their name and `seed`, so the split does not depend on the order of
    the examples and a new document does not reshuffle the others much.
    """
    sizes: dict[str, int] = defaultdict(int)
    for example in examples:
        sizes[example.document] += 1
    wanted, apart = share * len(examples), set[str]()
    for document in sorted(sizes, key=lambda name: document_hash(name, seed)):
        if wanted <= 0:
            break
        apart.add(document)
        wanted -= sizes[document]
    return ([e for e in examples if e.document not in apart], [e for e in examples if e.document in apart])


def folds(examples: Sequence[Example], count: int, seed: int) -> NDArray[np.int64]:
    """Give every example the number of its fold, from 0; documents stay whole and folds are about equally large."""
    sizes: dict[str, int] = defaultdict(int)
    for example in examples:
        sizes[example.document] += 1
    load, fold_of = [0] * count, {}
    for document in sorted(sizes, key=lambda name: (-sizes[name], document_hash(name, seed))):
        fold_of[document] = int(np.argmin(load))
        load[fold_of[document]] += sizes[document]
    return np.array([fold_of[example.document] for example in examples], dtype=np.int64)


def positives(examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    """By document and code how many passages have it."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in examples:
        counts[one.document].update(key for key, value in one.known.items() if value >= 0.5)
    return {document: dict(own) for document, own in counts.items()}


def document_hash(document: str, seed: int) -> str:
    """Return 64 hexadecimal digits that depend on the document's name and the seed alone."""
    return hashlib.sha256(f"{seed}\0{document}".encode()).hexdigest()

"""The gold: coded passages of one or several coders, merged by a stated rule, as arrays beside the passages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.annotations.columns import Columns
from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.annotations.merging import MACHINE, Rule, merge, votes_of
from scheidslijn.codebook import Codebook
from scheidslijn.passage import PLACES, Passage, text_key

FACTS = ("passage_id", "kind", "place", "duplicate_of")
"""Facts of a row that become fields of the passage and not slices."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Coded passages.

    Attributes:
        passages: with their other facts in `extra`; `text` is "" where only the key is known.
        keys: of the passages (`text_key`).
        targets: what counts as true, shape `(passages, codes)`, 1, 0, or NaN where unknown.
        coders: by name what each said, shape and values as in `targets`; adjudicated codings are not among them.
        basis: by key, by dimension why a source study coded so; "" is why it took the passage at all.
        undecided: by dimension the passages on which coders differ and nobody decided.
        problems: one line for everything that was not taken as it stands.
    """

    passages: tuple[Passage, ...]
    keys: tuple[str, ...]
    targets: NDArray[np.float32]
    coders: Mapping[str, NDArray[np.float32]]
    basis: Mapping[str, Mapping[str, str]]
    undecided: Mapping[str, int]
    problems: tuple[str, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The document of each passage."""
        return tuple(one.document for one in self.passages)

    def known(self, columns: slice) -> NDArray[np.bool_]:
        """Which passages have a code of these columns that is known, shape `(passages,)`."""
        return np.asarray(np.isfinite(self.targets[:, columns]).any(axis=1))

    def partial(self, columns: slice) -> NDArray[np.bool_]:
        """Which passages have some codes of these columns known and others not, shape `(passages,)`."""
        finite = np.isfinite(self.targets[:, columns])
        return np.asarray(finite.any(axis=1) & ~finite.all(axis=1))

    def take(self, rows: Sequence[int]) -> Gold:
        """The same with only these passages."""
        chosen = list(rows)
        return Gold(
            tuple(self.passages[row] for row in chosen), tuple(self.keys[row] for row in chosen), self.targets[chosen],
            {name: said[chosen] for name, said in self.coders.items()}, self.basis, self.undecided, self.problems,
        )  # fmt: skip


def gold_of(
    codings: Codings,
    codebook: Codebook,
    rule: Rule = "adjudicated",
    basis: Mapping[str, Mapping[str, str]] | None = None,
) -> Gold:
    """Merge codings into gold.

    Args:
        codings: as `annotations.reading.read_codings` gives them. Those of machines are left out, and told: what a
            machine said is judged, and judges nothing.
        rule: how coders become one answer; see `annotations.merging.merge`. What it leaves open is unknown (NaN).
        basis: as in `Gold`.
    """
    merged = merge(codings, codebook, rule, need_text=False)
    place = {(one.key, one.document): row for row, one in enumerate(merged.examples)}
    shape = (len(merged.examples), len(codebook.keys))
    people = [one for one in codings.codings if not one.adjudicated and not one.machine]
    names = tuple(dict.fromkeys(one.coder for one in people))
    coders = {name: np.full(shape, np.nan, dtype=np.float32) for name in names}
    for one in people:
        coders[one.coder][place[one.key, one.document]] = _said(one, codebook)
    return Gold(
        passages=tuple(_passage(one) for one in merged.examples),
        keys=tuple(one.key for one in merged.examples),
        targets=target_matrix(merged.examples, codebook),
        coders=coders,
        basis=basis or {},
        undecided={name: own.open for name, own in merged.counts.items() if own.open},
        problems=tuple(map(str, (*codings.problems, *(one for one in merged.problems if one.kind == MACHINE)))),
    )


def read_basis(paths: Sequence[Path], codebook: Codebook, columns: Columns) -> dict[str, dict[str, str]]:
    """Read why a source study coded its passages so, from a field `basis` of JSON lines; other files give nothing.

    Args:
        columns: by what names the file calls the dimensions.

    Returns:
        By key of the text, by dimension one line.
    """
    names = {one.name: one.name for one in codebook.dimensions}
    for dimension, spelled in columns.dimensions.items():
        names |= {form: dimension for name in spelled for form in (name, name.removesuffix("_code"))}
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        if path.suffix not in (".jsonl", ".json") or not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            basis = row.get("basis") if isinstance(row, dict) else None
            if isinstance(basis, dict) and isinstance(row.get("text"), str):
                said = {names[name]: str(why) for name, why in basis.items() if name in names}
                first = {"": str(basis["selectie"])} if "selectie" in basis else {}
                found.setdefault(text_key(row["text"]), said | first)  # a repeat refers to the first
    return found


def _said(coding: Coding, codebook: Codebook) -> NDArray[np.float32]:
    known: dict[str, float] = {}
    for dimension in codebook.dimensions:
        known |= votes_of(coding, dimension)
    return np.array([known.get(key, np.nan) for key in codebook.keys], dtype=np.float32)


def _passage(example: Example) -> Passage:
    extra = dict(example.extra)
    own = {name: str(extra.pop(name)) for name in FACTS if name in extra}
    if example.doc_type:
        extra["doc_type"] = example.doc_type
    place = own.get("place", "")
    return Passage(
        passage_id=own.get("passage_id") or example.key,
        document=example.document,
        page=example.page,
        text=example.text,
        place=place if place in PLACES else "vrije_tekst",
        heading=example.heading,
        kind=own.get("kind", "row"),
        duplicate_of=own.get("duplicate_of", ""),
        extra=extra | ({"place": place} if place in PLACES else {}),
    )

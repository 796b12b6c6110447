"""The job of `scheidslijn agree`: reads codings, measures agreement, and finds what to talk about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scheidslijn.agreeing.variants import compare_variants
from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.agreement import DimensionAgreement, agreement
from scheidslijn.measuring.conclusions import Conclusions
from scheidslijn.measuring.disagreement import Differing, differing
from scheidslijn.measuring.kinds import Kind, KindsTable, kinds_table
from scheidslijn.measuring.ratings import Ratings, ratings


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of some coders over some dimensions.

    Attributes:
        codebook: by which they coded.
        coders: whose codings were compared, people and machines.
        kinds: by coder what it is, of those that are no people.
        coded: by coder the number of passages coded on one of the dimensions.
        adjudicated: codings left out because they settle differences.
        dimensions: in the order of the codebook; also those without a passage that two coded. Among people only,
            when there are two: the verdict on a code is about how people read it.
        tables: agreement by kinds of coder, where there are machines.
        variants: what stays the same under all language models and prompts, where there are several.
        by: the fact that these compare passages by; "" for the document.
        discuss: passages on which coders differ, the largest difference first; where there are people, only passages
            that one of them coded.
        codings: by key one coding of each text, for its text and place.
        read: what was read, with its problems.
    """

    codebook: Codebook
    coders: tuple[str, ...]
    coded: Mapping[str, int]
    adjudicated: int
    dimensions: tuple[DimensionAgreement, ...]
    discuss: tuple[Differing, ...]
    codings: Mapping[str, Coding]
    read: Codings
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    tables: tuple[KindsTable, ...] = ()
    variants: tuple[Conclusions, ...] = ()
    by: str = ""

    @property
    def measured(self) -> bool:
        """True when two coders coded one passage or more on the same dimension."""
        return any(one.passages for one in self.dimensions) or any(
            row.pairs for table in self.tables for row in table.rows
        )

    @property
    def people(self) -> tuple[str, ...]:
        """The coders that are no machines."""
        return tuple(name for name in self.coders if name not in self.kinds)


def agree(
    files: Sequence[str | Path],
    codebook: Codebook,
    *,
    coders: Sequence[str] = (),
    dimensions: Sequence[str] = (),
    labelled: Mapping[str, Sequence[Coding]] | None = None,
    by: str = "",
) -> Agreement:
    """Measure agreement among coders.

    Args:
        files: coded passages in any form that `read_codings` takes, and folders of them. A file that names the
            documents of passages makes intervals possible.
        coders: which coders to compare; by default all.
        dimensions: which dimensions; by default all of the codebook.
        labelled: by name of a trained model what it gave; only passages that a coder of `files` has count.
        by: a fact of the rows by which variants of a language model are compared; "" for the document.

    Raises:
        ScheidslijnError: nothing could be read, or no such coder or dimension; the message lists what there is.
    """
    names = [one.name for one in codebook.dimensions]
    if unknown := [name for name in dimensions if name not in names]:
        raise ScheidslijnError(f"{codebook.label} has no dimension '{unknown[0]}'; it has {', '.join(names)}")
    read = read_codings(files, codebook)
    return agreement_of(read, codebook, coders=coders, dimensions=dimensions or names, labelled=labelled, by=by)


def agreement_of(
    read: Codings,
    codebook: Codebook,
    *,
    coders: Sequence[str] = (),
    dimensions: Sequence[str] = (),
    labelled: Mapping[str, Sequence[Coding]] | None = None,
    by: str = "",
) -> Agreement:
    """The same from codings that were read already."""
    own = [one for one in read.codings if not one.adjudicated]
    settled = len(read.codings) - len(own)
    kinds: dict[str, Kind] = {one.coder: "llm" for one in own if one.machine}
    own += _trained(own, labelled or {})
    kinds |= dict.fromkeys(labelled or {}, "bert")
    present = tuple(dict.fromkeys(one.coder for one in own))
    if unknown := [name for name in coders if name not in present]:
        told = ", ".join(_shown(name) for name in present)
        raise ScheidslijnError(f"there is no coder '{unknown[0]}'; the files have {told or 'no coders'}")
    chosen = tuple(dict.fromkeys(coders)) or present
    wanted = [one.name for one in codebook.dimensions if not dimensions or one.name in dimensions]
    each: list[Ratings] = [ratings(own, codebook, name, chosen) for name in wanted]
    kinds = {name: kind for name, kind in kinds.items() if name in chosen}
    people = [name for name in chosen if name not in kinds]
    texts: dict[str, Coding] = {}
    for one in own:
        if one.key not in texts or (one.text and not texts[one.key].text):
            texts[one.key] = one
    return Agreement(
        codebook=codebook,
        coders=chosen,
        coded={name: _passages(own, name, wanted) for name in chosen},
        adjudicated=settled,
        dimensions=tuple(agreement(one.of(people) if len(people) > 1 else one) for one in each),
        discuss=differing([_of_people(one, people) for one in each]),
        codings=texts,
        read=read,
        kinds=kinds,
        tables=tuple(kinds_table(one, kinds) for one in each) if kinds else (),
        variants=compare_variants(own, codebook, [name for name in chosen if kinds.get(name) == "llm"], wanted, by),
        by=by,
    )


def _of_people(each: Ratings, people: Sequence[str]) -> Ratings:
    """The passages that any person coded: what machines alone differ on is no matter to discuss."""
    if not people or len(people) == len(each.coders):
        return each
    coded = np.isfinite(each.of(people).values).any(axis=(1, 2))
    rows = np.flatnonzero(coded).tolist()
    keys, documents = (tuple(own[row] for row in rows) for own in (each.keys, each.documents))
    return Ratings(each.dimension, each.coders, keys, documents, each.values[rows])


def _trained(own: Sequence[Coding], labelled: Mapping[str, Sequence[Coding]]) -> list[Coding]:
    """What trained models gave to passages that others coded.

    Raises:
        ScheidslijnError: a model is called as a coder, or has none of the passages.
    """
    names, keys = {one.coder for one in own}, {one.key for one in own}
    found: list[Coding] = []
    for name, codings in labelled.items():
        if name in names:
            raise ScheidslijnError(f"there is a coder '{name}' already; give the labelled table another name")
        shared = [one for one in codings if one.key in keys]
        if not shared:
            raise ScheidslijnError(
                f"{name}: not one of its {len(codings):,} passages was coded by a coder; label the same passages, in "
                "the same cut"
            )
        found += shared
    return found


def _passages(codings: Sequence[Coding], coder: str, dimensions: Sequence[str]) -> int:
    names = set(dimensions)
    own = (one for one in codings if one.coder == coder)
    return sum(not names.isdisjoint({*one.codes, *(key.partition(".")[0] for key in one.partly)}) for one in own)


def _shown(name: str) -> str:
    return name or "(no name)"

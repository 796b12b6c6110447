"""The job of `scheidslijn agree`: reads codings, measures agreement, and finds what to talk about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.agreement import DimensionAgreement, agreement
from scheidslijn.measuring.disagreement import Differing, differing
from scheidslijn.measuring.ratings import Ratings, ratings


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of some coders over some dimensions.

    Attributes:
        codebook: by which they coded.
        coders: whose codings were compared.
        coded: by coder the number of passages coded on one of the dimensions.
        adjudicated: codings left out because they settle differences.
        dimensions: in the order of the codebook; also those without a passage that two coded.
        discuss: passages on which coders differ, the largest difference first.
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

    @property
    def measured(self) -> bool:
        """True when two coders coded one passage or more on the same dimension."""
        return any(one.passages for one in self.dimensions)


def agree(
    files: Sequence[str | Path], codebook: Codebook, *, coders: Sequence[str] = (), dimensions: Sequence[str] = ()
) -> Agreement:
    """Measure agreement among coders.

    Args:
        files: coded passages in any form that `read_codings` takes, and folders of them. A file that names the
            documents of passages makes intervals possible.
        coders: which coders to compare; by default all.
        dimensions: which dimensions; by default all of the codebook.

    Raises:
        ScheidslijnError: nothing could be read, or no such coder or dimension; the message lists what there is.
    """
    names = [one.name for one in codebook.dimensions]
    if unknown := [name for name in dimensions if name not in names]:
        raise ScheidslijnError(f"{codebook.label} has no dimension '{unknown[0]}'; it has {', '.join(names)}")
    return agreement_of(read_codings(files, codebook), codebook, coders=coders, dimensions=dimensions or names)


def agreement_of(
    read: Codings, codebook: Codebook, *, coders: Sequence[str] = (), dimensions: Sequence[str] = ()
) -> Agreement:
    """The same from codings that were read already."""
    own = [one for one in read.codings if not one.adjudicated]
    present = tuple(dict.fromkeys(one.coder for one in own))
    if unknown := [name for name in coders if name not in present]:
        told = ", ".join(_shown(name) for name in present)
        raise ScheidslijnError(f"there is no coder '{unknown[0]}'; the files have {told or 'no coders'}")
    chosen = tuple(dict.fromkeys(coders)) or present
    wanted = [one.name for one in codebook.dimensions if not dimensions or one.name in dimensions]
    each: list[Ratings] = [ratings(own, codebook, name, chosen) for name in wanted]
    texts: dict[str, Coding] = {}
    for one in own:
        if one.key not in texts or (one.text and not texts[one.key].text):
            texts[one.key] = one
    return Agreement(
        codebook=codebook,
        coders=chosen,
        coded={name: _passages(own, name, wanted) for name in chosen},
        adjudicated=len(read.codings) - len(own),
        dimensions=tuple(agreement(one) for one in each),
        discuss=differing(each),
        codings=texts,
        read=read,
    )


def _passages(codings: Sequence[Coding], coder: str, dimensions: Sequence[str]) -> int:
    names = set(dimensions)
    own = (one for one in codings if one.coder == coder)
    return sum(not names.isdisjoint({*one.codes, *(key.partition(".")[0] for key in one.partly)}) for one in own)


def _shown(name: str) -> str:
    return name or "(no name)"

"""Makes a split: documents stay whole, parts get their share of the passages and of every code.

Codes are spread as evenly as whole documents allow. The loss is that of stratification for several labels at once
(Sechidis, Tsoumakas and Vlahavas, ECML 2011: how far a part's share of each label is from what was wanted), with
documents for units: a greedy assignment, the documents that matter most first, then single moves until none helps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import SplitError
from scheidslijn.splits.files import PARTS, Split

Floats = NDArray[np.float64]
Positives = Mapping[str, Mapping[str, int]]
"""By document and code how many of its passages have that code."""


def make_split(
    sizes: Mapping[str, int], shares: Mapping[str, float], *, name: str, seed: int, positives: Positives | None = None
) -> Split:
    """Divide documents over parts.

    Args:
        sizes: by document how many passages it has.
        shares: of the passages, by part ("train", "validation", "test"); above 0, together 1.
        name: of the split.
        seed: another one may give another split; the order of the documents does not matter.
        positives: what to spread evenly.

    Raises:
        SplitError: an unknown part, shares that are not above 0 or do not add up to 1, too few documents for the parts,
            or a document whose name is empty or ends in `*`.
    """
    if unknown := sorted(set(shares) - set(PARTS)):
        raise SplitError(f"split {name}: unknown part {unknown[0]!r}; parts are {', '.join(PARTS)}")
    if not shares or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-6:
        given = ", ".join(f"{part} {share:g}" for part, share in shares.items())
        raise SplitError(
            f"split {name}: shares are {given or 'absent'}; each must be above 0 and together they must be 1"
        )
    wanted = {part: shares[part] for part in PARTS if part in shares}
    text = "shares " + ", ".join(f"{part} {share:g}" for part, share in wanted.items())
    return _split(sizes, wanted, name, seed, positives or {}, text)


def make_folds(
    sizes: Mapping[str, int], count: int, *, name: str, seed: int, positives: Positives | None = None
) -> Split:
    """Divide documents over `count` folds of about equal size; the rest is as in `make_split`."""
    if count < 2:
        raise SplitError(f"split {name}: {count} folds; at least 2 are needed")
    return _split(sizes, {str(at + 1): 1 / count for at in range(count)}, name, seed, positives or {}, f"{count} folds")


def balance(
    split: Split, sizes: Mapping[str, int], positives: Positives | None = None
) -> list[tuple[str, int, int, dict[str, int]]]:
    """Return for every part its name, number of documents, number of passages, and passages by code."""
    part_of = split.assign(sizes)
    out = []
    for part in dict.fromkeys([*split.parts, *part_of.values()]):
        own = [document for document in sizes if part_of[document] == part]
        codes = sorted({code for document in sizes for code in (positives or {}).get(document, {})})
        counts = {code: sum((positives or {}).get(document, {}).get(code, 0) for document in own) for code in codes}
        out.append((part, len(own), sum(sizes[document] for document in own), counts))
    return out


def _split(
    sizes: Mapping[str, int], wanted: Mapping[str, float], name: str, seed: int, positives: Positives, how: str
) -> Split:
    documents = sorted(sizes)
    if len(documents) < len(wanted):
        raise SplitError(f"split {name}: {len(documents)} documents for {len(wanted)} parts; code more documents")
    if wrong := next((one for one in documents if not one or one.endswith("*")), None):
        raise SplitError(
            f"split {name}: a document is called {wrong!r}; a name may not end in *, which marks a pattern"
        )
    rows, weights = _rows(documents, sizes, positives)
    shares = np.array(list(wanted.values()))
    drawn = np.random.default_rng(seed)
    tries = [_assign(rows, weights, shares, drawn.random(len(documents))) for _ in range(8)]
    best = min(tries, key=lambda one: one[1])[0]
    parts = {part: tuple(document for document, own in zip(documents, best, strict=True) if own == at)
             for at, part in enumerate(wanted)}  # fmt: skip
    codes = f"; spread over {rows.shape[1] - 2} codes" if rows.shape[1] > 2 else ""
    return Split(name, parts, seed, f"{how}, by document{codes}")


def _rows(documents: Sequence[str], sizes: Mapping[str, int], positives: Positives) -> tuple[Floats, Floats]:
    """Per document its share of all passages, of all documents and of every code that occurs, and what each counts."""
    codes = sorted({code for document in documents for code, n in positives.get(document, {}).items() if n > 0})
    counts = np.array([[sizes[one], 1, *(positives.get(one, {}).get(code, 0) for code in codes)] for one in documents],
                      dtype=np.float64)  # fmt: skip
    totals = counts.sum(axis=0)
    weights = np.ones(counts.shape[1])
    weights[:2] = max(1.0, len(codes) / 3), 0.25  # sizes matter as much as a third of the codes; documents a little
    return counts / np.where(totals > 0, totals, 1), weights


def _assign(rows: Floats, weights: Floats, shares: Floats, luck: Floats) -> tuple[NDArray[np.int64], float]:
    """One assignment, as the number of the part of each document, and its loss.

    Documents come in the order of what they weigh, times a factor by `luck` (0 to 1 each).
    """
    parts, have = np.full(len(rows), -1), np.zeros((len(shares), rows.shape[1]))
    order = np.argsort(-(rows * weights).max(axis=1) * (0.5 + luck), kind="stable")

    def costs(row: Floats) -> Floats:
        """What it costs to add a row to each part: the rise of the squared distance to what is wanted."""
        gap = have - shares[:, None]
        return np.asarray((((gap + row) ** 2 - gap**2) * weights / shares[:, None]).sum(axis=1))

    for at in order:
        parts[at] = int(np.argmin(costs(rows[at])))
        have[parts[at]] += rows[at]
    for part in range(len(shares)):  # whatever the sizes, no part stays empty
        if not (parts == part).any():
            largest = np.bincount(parts, minlength=len(shares)).argmax()
            at = min(np.flatnonzero(parts == largest), key=lambda one: float(rows[one] @ weights))
            have[largest] -= rows[at]
            have[part] += rows[at]
            parts[at] = part
    for _ in range(20):
        moved = False
        for at in order:
            if (parts == parts[at]).sum() == 1:
                continue
            have[parts[at]] -= rows[at]
            best = int(np.argmin(found := costs(rows[at])))
            if found[best] < found[parts[at]] - 1e-12:
                parts[at], moved = best, True
            have[parts[at]] += rows[at]
        if not moved:
            break
    loss = float(((have - shares[:, None]) ** 2 * weights / shares[:, None]).sum())
    return parts, loss

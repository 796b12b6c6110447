"""From one version of a codebook to the next: which code was which, and outputs that grow without disturbing others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.training.crossing import OutOfFold
from scheidslijn.training.network import Network

ASLEEP = -3.0
"""Logit with which a code begins that the old model did not have, lower than the lowest of a single-label dimension."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of each code of the old codebook.

    Attributes:
        to: by old key the new one; None for a code that was removed.
        gained: keys that only the new codebook has.
    """

    to: Mapping[str, str | None]
    gained: tuple[str, ...]

    @property
    def back(self) -> dict[str, str]:
        """By new key the old one, for the codes that stayed or were renamed."""
        return {new: old for old, new in self.to.items() if new is not None}


def change_of(old: Sequence[str], new: Codebook, mapping: Sequence[str] = ()) -> Change:
    """Say what became of each old code.

    Args:
        old: keys of the old model.
        mapping: `old=new` for a renamed code (`thema.wonen=thema.ruimte_wonen`), `old=` for a removed one.

    Raises:
        ScheidslijnError: a mapping is not of this form or names an unknown code, or a code is gone without a mapping.
    """
    given: dict[str, str] = {}
    for one in mapping:
        before, equals, after = (part.strip() for part in one.partition("="))
        if not equals or before not in old or (after and after not in new.keys):
            raise ScheidslijnError(
                f"--map {one!r}: expected old=new or old=, with old one of the model's codes ({', '.join(old)}) "
                f"and new one of {new.label} ({', '.join(new.keys)})"
            )
        given[before] = after
    gone = [key for key in old if key not in new.keys and key not in given]
    if gone:
        raise ScheidslijnError(
            f"{new.label} lacks {', '.join(gone)}, which the model knows; say what became of each: --map "
            f"{gone[0]}=NEW_CODE for a renamed code, --map {gone[0]}= for a removed one"
        )
    to = {key: (given[key] or None) if key in given else key for key in old}
    targets = [key for key in to.values() if key is not None]
    if double := sorted({key for key in targets if targets.count(key) > 1}):
        raise ScheidslijnError(f"--map gives {double[0]} to two codes of the model; merge them in the data instead")
    return Change(to, tuple(key for key in new.keys if key not in targets))


def renamed(examples: Sequence[Example], change: Change, codebook: Codebook) -> list[Example]:
    """Examples that were coded by the old codebook, in the keys of the new one.

    What they say of a code that did not exist is unknown; of a single-label dimension that grew it is "no", because
    the coder chose another code of it. Where such a coder chose a code that was removed, the dimension is unknown.
    """
    out = []
    for one in examples:
        known = {new: value for old, value in one.known.items() if (new := change.to.get(old)) is not None}
        for dimension in codebook.dimensions:
            own = [code.key for code in dimension.codes]
            if dimension.multi or not any(key in known for key in own):
                continue
            full = {key: known.get(key, 0.0) for key in own}
            known = {key: value for key, value in known.items() if key not in full}
            known |= full if sum(full.values()) > 0.5 else {}
        out.append(replace(one, known=known))
    return out


def carry_over(old: Network, keys: Sequence[str], new: Network, codebook: Codebook, change: Change) -> Network:
    """Put the weights of an old network into a new one.

    The encoder and the outputs of codes that stayed are copied. An output that is new begins asleep: no weights, and a
    bias so low that it changes the probabilities of its neighbours in a softmax by little.

    Args:
        old: with the codes `keys`, in the order of its heads.
        new: with one head per dimension of `codebook`.

    Returns:
        `new`.
    """
    new.encoder.load_state_dict(old.encoder.state_dict())
    rows = _rows(old, keys)
    with torch.no_grad():
        for dimension in codebook.dimensions:
            head = new.heads[dimension.name]
            assert isinstance(head, torch.nn.Linear)
            own = [change.back.get(code.key) for code in dimension.codes]
            found = [rows[key] for key in own if key in rows]
            low = min((float(bias) for _, bias in found), default=0.0) if not dimension.multi else 0.0
            for number, key in enumerate(own):
                if key in rows:
                    head.weight[number], head.bias[number] = rows[key]
                elif found:
                    head.weight[number], head.bias[number] = 0.0, low + ASLEEP
    return new


def _rows(network: Network, keys: Sequence[str]) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    rows: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    for name, head in network.heads.items():
        assert isinstance(head, torch.nn.Linear)
        own = [key for key in keys if key.split(".")[0] == name]
        rows |= {key: (head.weight[number].detach(), head.bias[number].detach()) for number, key in enumerate(own)}
    return rows


def remapped(known: OutOfFold, keys: Sequence[str], codebook: Codebook, change: Change) -> OutOfFold:
    """Scores that stand in the columns `keys` of an old codebook, in the columns of the new one; NaN where it grew."""

    def moved(values: NDArray[np.generic]) -> NDArray[np.float64]:
        out = np.full((len(values), len(codebook.keys)), np.nan)
        for column, key in enumerate(codebook.keys):
            if (before := change.back.get(key)) is not None:
                out[:, column] = values[:, list(keys).index(before)]
        return out

    targets = moved(known.targets).astype(np.float32)
    for dimension in codebook.dimensions:
        if not dimension.multi:
            columns = targets[:, codebook.columns(dimension.name)]
            coded = np.nansum(columns, axis=1) > 0.5  # a row whose code was removed is no longer known
            columns[coded] = np.nan_to_num(columns[coded])
            columns[~coded] = np.nan
    logits = {name: moved(z) for name, z in known.logits.items()}
    return replace(known, logits=logits, terms=moved(known.terms).astype(np.float32), targets=targets)


def joined(first: OutOfFold, second: OutOfFold) -> OutOfFold:
    """Two sets of out-of-fold scores as one; their folds stay apart."""
    logits = {
        name: np.concatenate([one.logits.get(name, np.full(one.targets.shape, np.nan)) for one in (first, second)])
        for name in sorted({*first.logits, *second.logits})
    }
    shift = int(first.fold.max(initial=-1)) + 1
    return OutOfFold(
        logits,
        np.concatenate([first.terms, second.terms]),
        np.concatenate([first.targets, second.targets]),
        (*first.documents, *second.documents),
        np.concatenate([first.fold, second.fold + shift]),
    )

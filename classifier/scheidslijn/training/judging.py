"""What two models make of the same held-apart passages, in the columns of one codebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook
from scheidslijn.deciding import label_passages
from scheidslijn.labellers.base import Labeller
from scheidslijn.passage import Passage


def given_by(
    labeller: Labeller, examples: Sequence[Example], codebook: Codebook, renamed: Mapping[str, str] | None = None
) -> NDArray[np.bool_]:
    """Which codes a labeller gives, shape `(examples, codes)` in the columns of `codebook`.

    Args:
        labeller: of this codebook or an older one.
        renamed: by key of the labeller's codebook the key in `codebook`; what is absent is not looked at. None takes
            the keys as they are.
    """
    passages = [
        Passage(str(number), one.document, None, one.text, heading=one.heading, extra={"doc_type": one.doc_type})
        for number, one in enumerate(examples)
    ]
    column = {key: number for number, key in enumerate(codebook.keys)}
    out = np.zeros((len(passages), len(column)), dtype=np.bool_)
    for row, labelled in enumerate(label_passages(labeller, passages)):
        for dimension, codes in labelled.codes.items():
            for code in codes:
                key = f"{dimension}.{code}"
                key = key if renamed is None else renamed.get(key, "")
                if key in column:
                    out[row, column[key]] = True
    return out


def changed_share(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Share of the passages that get other codes, 0 to 1; NaN without passages."""
    return float((one != other).any(axis=1).mean()) if len(one) else float("nan")

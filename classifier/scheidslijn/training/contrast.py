"""Contrastive training of the encoder: passages with the same code are drawn together, others pushed apart.

The supervised contrastive loss of Khosla et al. (2020, "Supervised contrastive learning", eq. 2) over passages, as
SetFit (Tunstall et al. 2022) uses one for few labels. Here a pair may share codes in part, and may be unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import log_softmax, normalize

from scheidslijn.codebook import Codebook

NO_PAIR = -1e9


def pair_targets(targets: Tensor) -> tuple[Tensor, Tensor]:
    """How alike passages are on one dimension, and which pairs say anything.

    Of a pair, only codes that are known of both count. Alike is what they share of their codes: the sum of the smaller
    values over the sum of the larger ones (Jaccard). A pair says nothing when neither has a code among those: that two
    passages both lack a theme makes them no kin, and an unknown code is no "no". A passage is no pair with itself.

    Args:
        targets: of the passages on this dimension, shape `(passages, codes)`, 0 to 1, NaN where unknown.

    Returns:
        likeness 0 to 1, and whether the pair counts, both of shape `(passages, passages)`.
    """
    known = ~torch.isnan(targets)
    both = known[:, None] & known[None, :]
    y = torch.nan_to_num(targets)
    smaller = (torch.minimum(y[:, None], y[None, :]) * both).sum(dim=-1)
    larger = (torch.maximum(y[:, None], y[None, :]) * both).sum(dim=-1)
    counts = (larger > 0) & ~torch.eye(len(targets), dtype=torch.bool, device=targets.device)
    return smaller / larger.clamp(min=1e-9), counts


def contrastive_loss(vectors: Tensor, targets: Tensor, codebook: Codebook, temperature: float) -> Tensor:
    """Mean over dimensions and passages of the supervised contrastive loss; 0 when no pair is alike.

    Args:
        vectors: shape `(passages, hidden)`.
        targets: shape `(passages, codes)`, NaN where unknown.
        temperature: divides the cosines; lower looks at the hardest pairs.
    """
    unit = normalize(vectors, dim=1)
    cosines = unit @ unit.T / temperature
    losses = []
    for dimension in codebook.dimensions:
        alike, counts = pair_targets(targets[:, codebook.columns(dimension.name)])
        pull = alike * counts
        total = pull.sum(dim=1)
        some = total > 0
        if some.any():
            log_share = log_softmax(cosines.masked_fill(~counts, NO_PAIR), dim=1)
            losses.append(-((pull * log_share).sum(dim=1)[some] / total[some]).mean())
    return torch.stack(losses).mean() if losses else vectors.sum() * 0.0


def rounds(targets: NDArray[np.float32], batch: int, steps: int, seed: int) -> Iterator[list[int]]:
    """Rows of every step: of each code in turn a passage that has it, so that a rare code is in every step.

    Args:
        targets: shape `(passages, codes)`, NaN where unknown.
    """
    chance = np.random.default_rng(seed)
    having = [np.flatnonzero(targets[:, code] >= 0.5) for code in range(targets.shape[1])]
    having = [rows for rows in having if rows.size]
    for _ in range(steps):
        queues = [list(chance.permutation(rows)) for rows in having]
        chosen: dict[int, None] = {}
        while len(chosen) < batch and any(queues):
            for queue in queues:
                if queue and len(chosen) < batch:
                    chosen[int(queue.pop())] = None
        yield list(chosen)

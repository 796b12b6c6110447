"""What fine-tuning minimises: an unknown label is masked, a rare "yes" counts more, a focal loss when asked for."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, logsigmoid

from scheidslijn.codebook import Codebook


def masked_loss(
    logits: Tensor, targets: Tensor, weights: Tensor, codebook: Codebook, positive: Tensor, gamma: float = 0.0
) -> Tensor:
    """Sum over examples of the losses of their dimensions; unknown targets (NaN) add nothing.

    A multi-label dimension adds the summed binary cross-entropy of its codes, a single-label one the cross-entropy.

    Args:
        logits, targets: shape `(examples, codes)`.
        weights: of the examples, shape `(examples,)`, or of each label, `(examples, codes)`; those of a single-label
            dimension are equal.
        positive: how much a "yes" of each code counts, shape `(codes,)`.
        gamma: above 0 each term counts `(1 - p)^gamma`, with `p` the probability of what is true (Lin et al. 2017,
            "Focal loss for dense object detection", eq. 5).
    """
    total = logits.new_zeros(())
    weights = weights if weights.dim() == 2 else weights[:, None].expand_as(targets)
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        z, y, plus = logits[:, columns], targets[:, columns], positive[columns]
        known = ~torch.isnan(y)
        if not known.any():
            continue
        y = torch.nan_to_num(y)
        if dimension.multi:
            each = _binary(z, y, plus, gamma)
            loss = (each * known * weights[:, columns]).sum(dim=1)
        else:
            log_p = log_softmax(z, dim=1)
            easy = (1 - log_p.exp()) ** gamma if gamma else 1.0
            loss = -(y * plus * easy * log_p).sum(dim=1) * weights[:, columns][:, 0]  # an unknown row has y = 0
        total = total + loss.sum()
    return total


def _binary(z: Tensor, y: Tensor, plus: Tensor, gamma: float) -> Tensor:
    if not gamma:
        return binary_cross_entropy_with_logits(z, y, pos_weight=plus, reduction="none")
    p = torch.sigmoid(z)
    return -(y * plus * (1 - p) ** gamma * logsigmoid(z) + (1 - y) * p**gamma * logsigmoid(-z))


def positive_weights(targets: Tensor, codebook: Codebook, most: float) -> Tensor:
    """How much a "yes" of each code counts, shape `(codes,)`: the square root of no to yes, between 1 and `most`.

    Of a single-label dimension, where every "yes" is the "no" of another code, they are scaled to count 1 on average.
    """
    yes, no = (targets >= 0.5).sum(dim=0), (targets < 0.5).sum(dim=0)
    weights = torch.sqrt(no / yes.clamp(min=1)).clamp(1.0, most)
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        if not dimension.multi and yes[columns].sum() > 0:
            weights[columns] /= (weights[columns] * yes[columns]).sum() / yes[columns].sum()
    return weights

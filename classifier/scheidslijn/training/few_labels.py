"""Training from few labels, where coders begin: contrast, then heads on what the encoder then sees.

Four epochs over sixty passages are sixteen steps, in which an encoder learns nothing. Here it takes a fixed number of
steps on pairs of passages, and then gets heads by logistic regression. Beside it, TF-IDF also learns from the texts of
the codebook (`from_codebook`), which is worth more than any of this; the blend and the choice of the best labeller go
on as always.

What decided it, `benchmarks/README.md` ("Few labels a code"): on a scheme that the encoder was not trained on,
macro-F1 0.590 at 32 labels a code, against 0.525 with a frozen encoder and 0.561 with fine-tuning of as many steps;
beside TF-IDF the difference to fine-tuning is within the spread of the draws.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, target_matrix, weight_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.windows import Window, Windows
from scheidslijn.training import compute
from scheidslijn.training.contrast import contrastive_loss, rounds
from scheidslijn.training.fine_tune import Progress, contexts_of
from scheidslijn.training.heads import fit_heads
from scheidslijn.training.network import Embedder, Network, pooled_logits, predict
from scheidslijn.training.steps import parameter_groups, rise_then_fall
from scheidslijn.training.tuning import FewRecipe, FineTuneRecipe


def labels_a_code(examples: Sequence[Example], codebook: Codebook) -> float:
    """How many examples the middle code has, of the codes that any example has; 0 without examples."""
    yes = (target_matrix(examples, codebook) >= 0.5).sum(axis=0)
    return float(np.median(yes[yes > 0])) if (yes > 0).any() else 0.0


def are_few(examples: Sequence[Example], codebook: Codebook, recipe: FewRecipe) -> bool:
    """Whether so few labels are known that the few-label path is taken."""
    return 0 < labels_a_code(examples, codebook) <= recipe.most


def train_few(
    network: Network, windows: Windows, examples: Sequence[Example], codebook: Codebook, recipe: FewRecipe,
    encoder: FineTuneRecipe, progress: Progress | None = None,
) -> None:  # fmt: skip
    """Train a network in place from few labels.

    Args:
        network: with a head for each dimension of `codebook`, in its order.
        windows: over the tokenizer of the encoder.
        encoder: says the context, and the seed.
        progress: hears of every step of the contrastive part.
    """
    targets = target_matrix(examples, codebook)
    rows = [int(row) for row in np.flatnonzero(np.isfinite(targets).any(axis=1))]
    examples, targets = [examples[row] for row in rows], targets[rows]
    texts, contexts = [one.text for one in examples], contexts_of(examples, encoder)
    network.to(compute.device())
    if recipe.steps:
        cut = [windows.cut(text, before) for text, before in zip(texts, contexts, strict=True)]
        _contrast(network, cut, targets, codebook, recipe, encoder, progress)
    vectors = predict(Embedder(network), windows, texts, contexts=contexts)
    weights = weight_matrix(examples, codebook).astype(np.float64)
    network.to("cpu")
    fit_heads(network, vectors, targets, weights, codebook, recipe.strength)
    network.eval()


def _contrast(
    network: Network, cut: Sequence[Sequence[Window]], targets: NDArray[np.float32], codebook: Codebook,
    recipe: FewRecipe, encoder: FineTuneRecipe, progress: Progress | None,
) -> None:  # fmt: skip
    """Train the encoder on pairs; its heads are left alone."""
    embedder, known = Embedder(network), torch.from_numpy(targets).to(compute.device())
    rates = FineTuneRecipe(learning_rate=recipe.learning_rate, layer_decay=encoder.layer_decay, freeze=encoder.freeze)
    groups = parameter_groups(network, rates)[:-1]  # the last are the heads
    parameters = [one for group in groups for one in group["params"]]  # type: ignore[attr-defined]
    optimiser = torch.optim.AdamW(groups, weight_decay=encoder.weight_decay, fused=True)
    peak, share = [float(group["lr"]) for group in optimiser.param_groups], rise_then_fall(recipe.steps, encoder.warmup)
    network.train()
    running = 0.0
    for step, rows in enumerate(rounds(targets, recipe.batch, recipe.steps, encoder.seed)):
        torch.manual_seed(encoder.seed * 1_000_003 + step)
        for group, rate in zip(optimiser.param_groups, peak, strict=True):
            group["lr"] = rate * share(step)
        vectors = pooled_logits(embedder, [cut[row] for row in rows])
        loss = contrastive_loss(vectors, known[rows], codebook, recipe.temperature)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        running = loss.item() if step == 0 else 0.9 * running + 0.1 * loss.item()
        if progress is not None:
            progress(step + 1, recipe.steps, running)
    network.eval()

"""The encoder with one head per dimension in torch: what is trained and exported, and the reference for ONNX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from scheidslijn.labellers.windows import Window, Windows

DROPOUTS = (
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "attention_dropout",
    "mlp_dropout",
    "embedding_dropout",
)
"""What BERT, RoBERTa, ELECTRA and ModernBERT call the dropout inside the encoder."""


class Network(nn.Module):
    """An encoder, the mean over its tokens, and a linear head per dimension.

    Args:
        encoder: any `AutoModel` with a `last_hidden_state`.
        heads: by dimension the number of its codes, in the order of the codebook.
        dropout: on the pooled vector, while training.
    """

    def __init__(self, encoder: nn.Module, heads: Mapping[str, int], dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        width = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.heads = nn.ModuleDict({name: nn.Linear(width, codes) for name, codes in heads.items()})

    def pool(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The mean over the tokens of each row, shape `(batch, hidden)`."""
        hidden: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * mask).sum(dim=1) / mask.sum(dim=1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Logits of all heads side by side, shape `(batch, codes)`, for ids and mask of shape `(batch, tokens)`."""
        pooled = self.dropout(self.pool(input_ids, attention_mask))
        return torch.cat([head(pooled) for head in self.heads.values()], dim=-1)


class Embedder(nn.Module):
    """A network without its heads: in the place of logits, `pooled_logits` and `predict` give its pooled vectors."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Vectors of shape `(batch, hidden)`, without the dropout that stands before the heads."""
        return self.network.pool(input_ids, attention_mask)


def new_network(folder: Path, heads: Mapping[str, int], *, dropout: float = 0.1, seed: int = 0) -> Network:
    """Put fresh heads on the encoder in a folder that `AutoModel` loads; `dropout` also holds inside the encoder."""
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    for name in DROPOUTS:
        if hasattr(config, name):
            setattr(config, name, dropout)
    torch.manual_seed(seed)
    # eager attention exports to plain MatMul and Softmax nodes, which the int8 quantiser knows
    encoder = AutoModel.from_pretrained(
        folder, config=config, attn_implementation="eager", dtype=torch.float32, trust_remote_code=False
    )
    if getattr(encoder, "pooler", None) is not None:
        encoder.pooler = None  # BERT's own pooler is not used: heads read the mean over the tokens
    return Network(encoder, heads, dropout)


def load_network(folder: Path) -> Network:
    """Load encoder and heads of a model folder, in evaluation mode."""
    from safetensors.torch import load_file

    tensors = load_file(folder / "heads.safetensors")
    names = [key.removesuffix(".bias") for key in tensors if key.endswith(".bias")]
    order = sorted(names, key=lambda name: int(tensors[f"{name}.position"]))
    network = new_network(folder / "encoder", {name: len(tensors[f"{name}.bias"]) for name in order})
    with torch.no_grad():
        for name in order:
            head = network.heads[name]
            head.weight.copy_(tensors[f"{name}.weight"])  # type: ignore[operator]
            head.bias.copy_(tensors[f"{name}.bias"])  # type: ignore[operator]
    return network.eval()


def head_tensors(network: Network, names: Sequence[str]) -> dict[str, Tensor]:
    """The heads as named tensors for `heads.safetensors`, each with its position (safetensors sorts by name)."""
    tensors = {}
    for position, name in enumerate(names):
        head = network.heads[name]
        tensors[f"{name}.weight"] = head.weight.detach().clone()  # type: ignore[operator]
        tensors[f"{name}.bias"] = head.bias.detach().clone()  # type: ignore[operator]
        tensors[f"{name}.position"] = torch.tensor(position)
    return tensors


def padded(windows: Sequence[Window], pad: int = 0) -> tuple[Tensor, Tensor]:
    """Ids and mask of windows as one batch, both of shape `(windows, longest)`."""
    longest = max(len(window.ids) for window in windows)
    ids = torch.full((len(windows), longest), pad, dtype=torch.long)
    mask = torch.zeros((len(windows), longest), dtype=torch.long)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        mask[row, : len(window.ids)] = 1
    return ids, mask


def pooled_logits(network: nn.Module, passages: Sequence[Sequence[Window]]) -> Tensor:
    """Logits of passages, each the mean of its windows weighted by fresh tokens, shape `(passages, codes)`.

    Args:
        network: a `Network`, or one that spreads it over processes.
    """
    where = next(network.parameters()).device
    flat = [window for windows in passages for window in windows]
    ids, mask = padded(flat)
    logits: Tensor = network(ids.to(where), mask.to(where))
    if len(flat) == len(passages):
        return logits
    owner = torch.tensor([number for number, windows in enumerate(passages) for _ in windows], device=where)
    fresh = torch.tensor([float(window.fresh) for window in flat], device=where)
    share = (fresh / torch.zeros(len(passages), device=where).index_add_(0, owner, fresh)[owner]).to(logits.dtype)
    empty = torch.zeros(len(passages), logits.shape[1], device=where, dtype=logits.dtype)
    return empty.index_add_(0, owner, logits * share[:, None])


def predict(
    network: nn.Module, windows: Windows, texts: Sequence[str], batch: int = 64, contexts: Sequence[str] | None = None
) -> NDArray[np.float64]:
    """Logits of texts in evaluation mode, shape `(len(texts), codes)`; batched by length."""
    network.eval()
    cut = [windows.cut(*pair) for pair in zip(texts, contexts or [""] * len(texts), strict=True)]
    out: NDArray[np.float64] | None = None
    with torch.inference_mode():
        for rows in _by_length(cut, batch):
            logits = pooled_logits(network, [cut[row] for row in rows]).float().cpu().numpy()
            if out is None:
                out = np.empty((len(texts), logits.shape[1]))
            out[rows] = logits
    return out if out is not None else np.empty((0, 0))


def _by_length(cut: Sequence[Sequence[Window]], batch: int) -> Iterator[list[int]]:
    order = sorted(range(len(cut)), key=lambda row: sum(len(window.ids) for window in cut[row]))
    for start in range(0, len(order), batch):
        yield order[start : start + batch]

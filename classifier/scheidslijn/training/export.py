"""From the trained network to the files that are shipped: a float32 graph, the int8 file, and the encoder itself."""

from __future__ import annotations

import copy
import logging
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from scheidslijn.labellers.windows import Window
from scheidslijn.training.network import Network
from scheidslijn.training.quantise import Change, quantised

EMBEDDED = 4096
"""Constants of the graph with at most this many values stay in it; larger ones are taken from the encoder's file."""


class Unpadded(nn.Module):
    """The network for windows of one length, each row on its own.

    The heads are applied to every token and the mean is a product of one row, because ONNX Runtime adds up a mean
    over tokens in an order that depends on the number of rows; in this form every bit of a row is as it is alone.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.encoder = network.encoder
        weight, bias = (
            torch.cat([torch.as_tensor(getattr(head, part)) for head in network.heads.values()])
            for part in ("weight", "bias")
        )
        self.heads = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            self.heads.weight.copy_(weight)
            self.heads.bias.copy_(bias)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Logits of all heads side by side, `(rows, codes)`, for ids `(rows, tokens)` without padding."""
        tokens = self.heads(self.encoder(input_ids=input_ids).last_hidden_state)
        equal = torch.ones_like(input_ids, dtype=tokens.dtype).unsqueeze(1) / input_ids.shape[1]
        return torch.matmul(equal, tokens).squeeze(1)


def rounded(network: Network) -> Network:
    """A copy with the encoder in the half precision in which its file is shipped, so that all engines agree."""
    kept = copy.deepcopy(network).eval()
    with torch.no_grad():
        for tensor in kept.encoder.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())
    return kept


def export_onnx(network: Network, path: Path) -> None:
    """Write `network` as float32 ONNX: input `input_ids` (rows, tokens) without padding, output `logits`."""
    import onnx

    rows, tokens = torch.export.Dim("rows"), torch.export.Dim("tokens")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    program = torch.onnx.export(
        Unpadded(network).eval(),
        (torch.arange(1, 35).reshape(2, 17),),
        input_names=["input_ids"],
        output_names=["logits"],
        dynamic_shapes={"input_ids": {0: rows, 1: tokens}},
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(str(path), external_data=False)
    model = onnx.load(path)
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.ClearField("metadata_props")  # torch writes the maker's stack trace, with his paths, into every node
    onnx.save(model, path)


def without_weights(content: bytes, state: Mapping[str, Tensor]) -> tuple[bytes, list[str]]:
    """The graph without the large constants that the encoder's own file holds, and the names of those.

    Args:
        content: of a float32 ONNX file.
        state: tensors of the encoder by name. A constant gets the name `encoder/<name>`, or `encoder/<name>.T` when
            it is the tensor turned over.
    """
    import onnx
    from onnx import TensorProto, numpy_helper

    model, names = onnx.load_from_string(content), {}
    known = {name: tensor.numpy() for name, tensor in state.items() if tensor.numel() > EMBEDDED}
    for constant in model.graph.initializer:
        values = numpy_helper.to_array(constant)
        for name, own in known.items():
            for suffix, turned in (("", own), (".T", own.T)):
                if values.shape == turned.shape and constant.name not in names and np.array_equal(values, turned):
                    names[constant.name] = f"encoder/{name}{suffix}"
    for constant in model.graph.initializer:
        if constant.name in names:
            constant.name = names[constant.name]
            constant.ClearField("raw_data")
            constant.data_location = TensorProto.EXTERNAL
            del constant.external_data[:]
            constant.external_data.add(key="location", value="model.safetensors")
    for node in model.graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = names.get(name, name)
    return bytes(model.SerializeToString()), sorted(set(names.values()))


def onnx_bytes(network: Network, windows: Sequence[Window], change: Change | None = None) -> tuple[bytes, bytes, float]:
    """Export and quantise: the content of the float32 and of the int8 file, and the share of labels int8 changes.

    Raises:
        ModelError: int8 changes more labels than `quantise.MOST_CHANGED`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "full.onnx"
        export_onnx(rounded(network), path)
        full = path.read_bytes()
    small, lost = quantised(full, windows, change)
    return full, small, lost


def encoder_files(network: Network) -> dict[str, bytes]:
    """`config.json` and `model.safetensors` (half precision) of the encoder, for a folder that `AutoModel` loads."""
    with tempfile.TemporaryDirectory() as scratch:
        network.encoder.save_pretrained(scratch, safe_serialization=True)  # type: ignore[operator]
        config = (Path(scratch) / "config.json").read_bytes()
    from safetensors.torch import save

    state = {name: tensor.detach().half().contiguous() for name, tensor in network.encoder.state_dict().items()
             if tensor.is_floating_point()}  # fmt: skip
    return {"config.json": config, "model.safetensors": save(state, metadata={"format": "pt"})}

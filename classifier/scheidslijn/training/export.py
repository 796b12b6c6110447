"""From the trained network to the ONNX file that is shipped: float32 by torch's exporter, then int8 weights."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import torch

from scheidslijn.labellers.windows import Window
from scheidslijn.training.network import Network, padded


def export_onnx(network: Network, path: Path) -> None:
    """Write `network` as float32 ONNX: inputs `input_ids`, `attention_mask` (batch, tokens), output `logits`."""
    network.eval()
    example = padded([Window(tuple(range(1, 18)), 15), Window(tuple(range(1, 12)), 9)])
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens")
    shape = {0: batch, 1: tokens}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    program = torch.onnx.export(
        network,
        example,
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes={"input_ids": shape, "attention_mask": shape},
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(str(path), external_data=False)


def quantize_int8(source: Path, target: Path) -> None:
    """Write the model with int8 weights (7 bits used) and activations quantised as they come.

    Seven bits, because on processors without VNNI the products of 8-bit weights overflow, and the labels of a laptop
    must be those of a server. Activation ranges are taken per run, so a run must hold one window: see
    `EncoderLabeller`.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(source)
    del model.graph.value_info[:]  # torch leaves shapes of weights from before it transposed them
    for node in model.graph.node:
        node.ClearField("metadata_props")  # torch writes the maker's stack trace, with his paths, into every node
    quantize_dynamic(
        model, str(target), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def onnx_bytes(network: Network) -> tuple[bytes, bytes]:
    """Export and quantise: the content of the float32 and of the int8 file."""
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch) / "full.onnx", Path(scratch) / "int8.onnx"
        export_onnx(network, full)
        quantize_int8(full, small)
        return full.read_bytes(), small.read_bytes()


def encoder_files(network: Network) -> dict[str, bytes]:
    """`config.json` and `model.safetensors` (half precision) of the encoder, for a folder that `AutoModel` loads."""
    with tempfile.TemporaryDirectory() as scratch:
        network.encoder.save_pretrained(scratch, safe_serialization=True)  # type: ignore[operator]
        config = (Path(scratch) / "config.json").read_bytes()
    from safetensors.torch import save

    state = {name: tensor.detach().half().contiguous() for name, tensor in network.encoder.state_dict().items()
             if tensor.is_floating_point()}  # fmt: skip
    return {"config.json": config, "model.safetensors": save(state, metadata={"format": "pt"})}

"""From a float32 ONNX encoder to int8: fixed activation ranges, so that no window touches the scores of another.

Every product with constant weights becomes `QuantizeLinear`, `DequantizeLinear` and `MatMul` (the QDQ form, standard
operators only), which ONNX Runtime and OpenVINO both fuse to integer arithmetic. Ranges of activations are measured
once on windows of text; weights are rounded column by column so that each rounding makes up for the earlier ones
(Frantar et al. 2023, "GPTQ", section 3). Products where that loses most are left in float32 until labels hardly change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ModelError
from scheidslijn.labellers.engines import OnnxEngine
from scheidslijn.labellers.windows import Window

Floats = NDArray[Any]
Change = Callable[[Floats, Floats], float]
"""Says which share of labels differs between two arrays of logits `(windows, codes)`."""

MOST_CHANGED = 0.002
"""Largest share of labels that int8 may change; a file that changes more is refused."""
WEIGHT_MOST = 63
"""Largest int8 weight: seven bits, as products of 8-bit ones overflow on processors without VNNI, and the labels of a
laptop must be those of a server."""
LADDER = (0.0, 0.04, 0.08, 0.13, 0.17, 0.21, 0.25, 0.35, 0.5, 0.75, 1.0)
"""Shares of the products that are left in float32, tried in turn."""
_SAMPLE = 300_000


@dataclass(frozen=True, slots=True)
class Range:
    """Scale and zero point of an activation, quantised to 8 bits without sign."""

    scale: np.float32
    zero: np.uint8

    def rounded(self, values: Floats) -> Floats:
        """The values as int8 sees them, same shape."""
        steps = np.clip(np.round(values / self.scale) + self.zero, 0, 255) - np.float32(self.zero)
        return np.asarray(steps * self.scale, dtype=np.float32)


def quantised(onnx_file: bytes, windows: Sequence[Window], change: Change | None = None) -> tuple[bytes, float]:
    """Quantise a float32 ONNX encoder (input `input_ids`, output `logits`).

    Args:
        onnx_file: its content.
        windows: text to measure ranges on; half of them (every second) is kept for the comparison of labels.
        change: compares logits of the two files; default `signs_changed`.

    Returns:
        The content of the int8 file, and the share of labels that it changes.

    Raises:
        ModelError: there are fewer than two windows, or even the least quantised file changes too many labels.
    """
    if len(windows) < 2:
        raise ModelError("int8 needs at least two passages to measure the ranges of activations on")
    graph = _Graph(onnx_file, windows[::2])
    held = [window.ids for window in windows[1::2]]
    full = OnnxEngine(onnx_file).logits(held)
    for share in LADDER:
        small = graph.written(share)
        lost = (change or signs_changed)(full, OnnxEngine(small).logits(held))
        if lost <= MOST_CHANGED:
            return small, lost
    raise ModelError(f"int8 changes {lost:.2%} of labels; at most {MOST_CHANGED:.1%} is accepted")


def signs_changed(full: Floats, small: Floats) -> float:
    """Share of logits that lie on the other side of zero."""
    return float(((full > 0) != (small > 0)).mean())


def best_range(values: Floats) -> Range:
    """The range that loses least in the mean square: rare large values are cut off when that sharpens all others."""
    sample = values.ravel()[:: max(1, values.size // _SAMPLE)]
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 1e-6)
    found: list[tuple[float, int, Range]] = []
    for number, kept in enumerate(np.linspace(0.5, 1.0, 21)):
        least = low * kept if -low > 0.1 * high else low  # the short side (of GELU) is kept whole
        scale = np.float32((high * kept - least) / 255)
        one = Range(scale, np.uint8(round(-least / float(scale))))
        found.append((float(np.square(one.rounded(sample) - sample).mean()), number, one))
    return min(found)[2]


def rounded_weights(weights: Floats, inputs: Floats) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round weights `(in, out)` by GPTQ for inputs `(rows, in)`; return them with the scale of every output."""
    left = weights.astype(np.float64)
    scale = np.maximum(np.abs(left).max(axis=0), 1e-9) / WEIGHT_MOST
    second = inputs.T.astype(np.float64) @ inputs.astype(np.float64) / len(inputs)
    second += np.eye(len(second)) * (0.01 * np.diag(second).mean() + 1e-9)
    order = np.argsort(-np.diag(second), kind="stable")  # what matters most first
    left = left[order]
    upper = np.linalg.cholesky(np.linalg.inv(second[order][:, order])).T
    steps = np.zeros_like(left)
    for row in range(len(left)):
        steps[row] = np.clip(np.round(left[row] / scale), -WEIGHT_MOST, WEIGHT_MOST)
        error = (left[row] - steps[row] * scale) / upper[row, row]
        left[row + 1 :] -= np.outer(upper[row, row + 1 :], error)
    return steps[np.argsort(order)].astype(np.int8), scale.astype(np.float32)


class _Graph:
    """The float32 graph with everything that was measured on it once."""

    def __init__(self, content: bytes, windows: Sequence[Window]) -> None:
        import onnx
        from onnx import numpy_helper

        self._content = content
        graph = onnx.load_from_string(content).graph
        known = {one.name: one for one in graph.initializer}
        products = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in known]
        self._weights = {node.output[0]: numpy_helper.to_array(known[node.input[1]]) for node in products}
        # the last product is that of the heads: it costs nothing, and its rounding would go straight into the logits
        self._inputs = {node.output[0]: node.input[0] for node in products[:-1]}
        measured = _activations(content, sorted(set(self._inputs.values())), windows)
        self._ranges = {name: best_range(values) for name, values in measured.items()}
        self._rounded, self._lost = {}, {}
        for product, source in self._inputs.items():
            values, weights = measured[source], self._weights[product].astype(np.float32)
            seen = self._ranges[source].rounded(values)
            self._rounded[product] = steps, scale = rounded_weights(weights, seen)
            exact = values @ weights
            lost = np.square(seen @ (steps * scale) - exact).mean() / max(float(np.square(exact).mean()), 1e-12)
            self._lost[product] = float(lost)

    def written(self, floating: float) -> bytes:
        """The quantised file with this share of the products left in float32, those that lose most first."""
        import onnx

        order = sorted(self._lost, key=lambda name: -self._lost[name])
        kept = set(order[: round(floating * len(order))])
        model = onnx.load_from_string(self._content)
        nodes: list[Any] = []
        done: set[str] = set()
        for node in model.graph.node:
            name = node.output[0]
            if node.op_type == "MatMul" and name in self._rounded and name not in kept:
                nodes += self._dequantised(model.graph, name, done)
                node.input[0], node.input[1] = f"{self._inputs[name]}_seen", f"{name}_weight"
            nodes += _halved(model.graph, node) if node.op_type == "Gather" else [node]
        del model.graph.node[:]
        model.graph.node.extend(nodes)
        used = {name for node in nodes for name in node.input}
        constants = [one for one in model.graph.initializer if one.name in used]
        del model.graph.initializer[:]
        model.graph.initializer.extend(constants)
        del model.graph.value_info[:]
        return bytes(model.SerializeToString())

    def _dequantised(self, graph: Any, product: str, done: set[str]) -> list[Any]:
        """The nodes that give a product its rounded input and weights; constants go into the graph."""
        from onnx import helper, numpy_helper

        source, nodes = self._inputs[product], []
        steps, scale = self._rounded[product]
        constants: dict[str, Any] = {f"{product}_int8": steps, f"{product}_scale": scale,
                                     f"{product}_zero": np.zeros(len(scale), np.int8)}  # fmt: skip
        if source not in done:
            done.add(source)
            own = self._ranges[source]
            constants |= {f"{source}_scale": np.array(own.scale), f"{source}_zero": np.array(own.zero)}
            both = [f"{source}_scale", f"{source}_zero"]
            nodes.append(helper.make_node("QuantizeLinear", [source, *both], [f"{source}_uint8"]))
            nodes.append(helper.make_node("DequantizeLinear", [f"{source}_uint8", *both], [f"{source}_seen"]))
        weights = [f"{product}_int8", f"{product}_scale", f"{product}_zero"]
        nodes.append(helper.make_node("DequantizeLinear", weights, [f"{product}_weight"], axis=1))
        graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
        return nodes


def _halved(graph: Any, lookup: Any) -> list[Any]:
    """A lookup in a table of embeddings, kept in half precision: exact, as the encoder's own file has no more."""
    from onnx import TensorProto, helper, numpy_helper

    table = next((one for one in graph.initializer if one.name == lookup.input[0]), None)
    if table is None or table.data_type != TensorProto.FLOAT:
        return [lookup]
    values = numpy_helper.to_array(table)
    if not np.array_equal(values.astype(np.float16).astype(np.float32), values):
        return [lookup]
    graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{table.name}_half"))
    made = helper.make_node("Gather", [f"{table.name}_half", lookup.input[1]], [f"{lookup.output[0]}_half"])
    made.attribute.extend(lookup.attribute)
    return [made, helper.make_node("Cast", [f"{lookup.output[0]}_half"], lookup.output, to=TensorProto.FLOAT)]


def _activations(content: bytes, names: Sequence[str], windows: Sequence[Window]) -> dict[str, Floats]:
    """What flows through named values of the graph, `(tokens of all windows, width)` each."""
    import onnx
    import onnxruntime

    model = onnx.load_from_string(content)
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    seen: dict[str, list[Floats]] = {name: [] for name in names}
    for window in windows:
        run = session.run(list(names), {"input_ids": np.array([window.ids], dtype=np.int64)})
        for name, values in zip(names, run, strict=True):
            seen[name].append(values.reshape(-1, values.shape[-1]))
    return {name: np.concatenate(parts) for name, parts in seen.items()}

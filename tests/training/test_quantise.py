"""Int8: rounding that makes up for itself, ranges that lose least, and a gate that no worse file passes."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.errors import ModelError

onnx = pytest.importorskip("onnx")
pytest.importorskip("torch")

from scheidslijn.labellers.engines import OnnxEngine  # noqa: E402
from scheidslijn.labellers.windows import Windows  # noqa: E402
from scheidslijn.training import quantise  # noqa: E402
from scheidslijn.training.export import export_onnx, onnx_bytes, rounded  # noqa: E402
from scheidslijn.training.network import new_network  # noqa: E402


@pytest.fixture(scope="module")
def full(tiny, tiny_encoder, tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "full.onnx"
    export_onnx(rounded(new_network(tiny_encoder, {"thema": 3, "rol": 2})), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def windows(tiny, tiny_encoder):
    cut = Windows((tiny_encoder / "tokenizer.json").read_bytes(), 24, 6)
    return [window for text in tiny.SENTENCES for window in cut.cut(text)]


def test_rounding_by_inputs_beats_rounding_to_the_nearest():
    random = np.random.default_rng(0)
    mixing = random.normal(size=(48, 48))
    inputs = (random.normal(size=(500, 48)) @ mixing).astype(np.float32)
    weights = random.normal(size=(48, 20)).astype(np.float32)
    steps, scale = quantise.rounded_weights(weights, inputs)
    nearest = np.round(weights / scale).clip(-63, 63)
    errors = [np.square(inputs @ (one * scale) - inputs @ weights).mean() for one in (steps, nearest)]
    assert np.abs(steps).max() <= 63 and errors[0] < 0.6 * errors[1]


def test_the_best_range_cuts_rare_values_off_only_when_that_pays():
    random = np.random.default_rng(0)
    usual = random.normal(size=100_000).astype(np.float32)
    assert quantise.best_range(np.linspace(-1, 1, 1000, dtype=np.float32)).scale == pytest.approx(2 / 255, rel=0.01)
    rare = np.append(usual, np.float32(30))
    low, width = float(usual.min()), float(30 - usual.min())
    wide = quantise.Range(np.float32(width / 255), np.uint8(round(-low / width * 255)))
    best = quantise.best_range(rare)
    lost = [np.square(one.rounded(usual) - usual).mean() for one in (best, wide)]
    assert best.scale < wide.scale and lost[0] < 0.8 * lost[1]


def test_the_file_is_standard_onnx_with_int8_products(full, windows):
    small, lost = quantise.quantised(full, windows, lambda a, b: 0.0)
    model = onnx.load_from_string(small)
    assert {one.domain for one in model.opset_import} == {""} and lost == 0.0
    count = sum(node.op_type == "QuantizeLinear" for node in model.graph.node)
    assert count == 8  # two layers: in and out of attention, in and out of the rest
    ids = [window.ids for window in windows]
    small_logits, full_logits = OnnxEngine(small).logits(ids), OnnxEngine(full).logits(ids)
    assert 0 < np.abs(small_logits - full_logits).max() < 0.05


def test_a_file_that_changes_too_much_is_given_more_float32_and_at_last_refused(full, windows):
    tries = []

    def change(one, other):
        tries.append(one)
        return 0.0 if len(tries) == 9 else 0.01  # the ninth leaves half of the products in float32

    small, _ = quantise.quantised(full, windows, change)
    nodes = onnx.load_from_string(small).graph.node
    assert sum(node.op_type == "DequantizeLinear" and "_weight" in node.output[0] for node in nodes) == 6
    with pytest.raises(ModelError, match=r"changes 50.00% of labels; at most 0.2% is accepted"):
        quantise.quantised(full, windows, lambda a, b: 0.5)
    with pytest.raises(ModelError, match="at least two passages"):
        quantise.quantised(full, windows[:1])


def test_the_default_judge_counts_signs():
    assert quantise.signs_changed(np.array([[1.0, -1.0]]), np.array([[0.5, 0.1]])) == 0.5


def test_the_exported_int8_file_keeps_the_signs_of_the_network(tiny_encoder, windows):
    network = new_network(tiny_encoder, {"thema": 3, "rol": 2})
    full, small, lost = onnx_bytes(network, windows)
    assert lost <= quantise.MOST_CHANGED
    held = [window.ids for window in windows[1::2]]
    assert quantise.signs_changed(OnnxEngine(full).logits(held), OnnxEngine(small).logits(held)) == lost

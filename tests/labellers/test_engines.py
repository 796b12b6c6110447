"""Engines: float32 is plain transformers to 1e-4, and no bit of a score depends on what else is run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.encoder import EncoderLabeller
from scheidslijn.labellers.engines import BatchedEngine, OnnxEngine, by_length, load_engine
from scheidslijn.labellers.windows import Windows
from scheidslijn.model_folder import read_model_folder
from scheidslijn.passage import Passage
from scheidslijn.shipped import shipped_path

SHARED = Path(os.environ.get("SCHEIDSLIJN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
ENGINES = ("onnx", "onnx-fp32", "openvino", "torch")


def engine_of(path: Path, name: str, threads: int = 2):
    if name == "openvino":
        pytest.importorskip("openvino")
    if name == "torch":
        pytest.importorskip("torch")
        from scheidslijn.training.torch_engine import register

        register()
    return load_engine(read_model_folder(path), name, threads)


@pytest.fixture(scope="module")
def loaded() -> dict[str, BatchedEngine]:
    return {}


def shipped(loaded, name):
    if name not in loaded:
        threads = 1 if name == "torch" else 2  # two of torch wait for each other on a busy machine
        loaded[name] = engine_of(shipped_path("models", "compact-2"), name, threads)
    return loaded[name]


def some_windows(seed: int, count: int = 60) -> list[tuple[int, ...]]:
    random = np.random.default_rng(seed)
    lengths = random.choice([2, 3, 7, 16, 17, 31, 33, 64, 100, 128], count)
    return [tuple(int(one) for one in random.integers(5, 16_000, length)) for length in lengths]


@pytest.mark.parametrize("name", ENGINES)
def test_no_bit_depends_on_batch_order_or_threads(loaded, name):
    engine = shipped(loaded, name)
    if name.startswith("onnx"):
        assert engine.tokens > 1, "runs of several windows are expected to be exact here"
    windows = some_windows(1, 24 if name == "torch" else 60)
    together = engine.logits(windows)
    assert np.array_equal(together, np.concatenate([engine.logits([one]) for one in windows]))
    assert np.array_equal(together[::-1], engine.logits(windows[::-1]))
    for tokens in (1, 64, 4096):
        engine.tokens, kept = min(tokens, engine.tokens), engine.tokens
        assert np.array_equal(together, engine.logits(windows))
        engine.tokens = kept


@pytest.mark.parametrize("name", ["onnx-fp32", "torch"])
def test_float32_is_plain_transformers_one_window_at_a_time(loaded, name):
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file
    from transformers import AutoModel

    path = shipped_path("models", "compact-2")
    plain = AutoModel.from_pretrained(path / "encoder", dtype=torch.float32).eval()
    heads = load_file(path / "heads.safetensors")
    order = sorted({key.split(".")[0] for key in heads}, key=lambda one: int(heads[f"{one}.position"]))
    windows = some_windows(2, 25)
    expected = []
    for ids in windows:
        with torch.no_grad():
            mean = plain(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(dim=0)
            expected.append(torch.cat([heads[f"{one}.weight"] @ mean + heads[f"{one}.bias"] for one in order]).numpy())
    assert np.abs(shipped(loaded, name).logits(windows) - np.stack(expected)).max() < 1e-4


@pytest.mark.shared
def test_real_passages_are_those_of_plain_transformers_one_by_one():
    torch = pytest.importorskip("torch")
    if not (SHARED / "baseline" / "passages.jsonl").is_file():
        pytest.skip("needs the team's own texts")
    from safetensors.torch import load_file
    from transformers import AutoModel

    lines = (SHARED / "baseline" / "passages.jsonl").read_text("utf-8").splitlines()
    passages = [Passage(str(at), "stuk", None, json.loads(line)["text"]) for at, line in enumerate(lines)]
    passages += [Passage("lang", "stuk", None, " ".join(one.text for one in passages[:20]))]  # of several windows
    folder, book = read_model_folder(shipped_path("models", "compact-2")), load_codebook("sociale-tweedeling")
    made = {name: EncoderLabeller.load(folder, book, 2, name) for name in ("onnx-fp32", "onnx")}
    plain = AutoModel.from_pretrained(folder.path / "encoder", dtype=torch.float32).eval()
    heads = load_file(folder.path / "heads.safetensors")
    order = sorted({key.split(".")[0] for key in heads}, key=lambda one: int(heads[f"{one}.position"]))
    expected = np.full((len(passages), len(book.keys)), np.nan)
    for row, passage in enumerate(passages):
        windows, found = made["onnx"].model.windows.cut(passage.text), []
        for window in windows:
            with torch.no_grad():
                mean = plain(input_ids=torch.tensor([window.ids])).last_hidden_state[0].mean(dim=0)
                found.append(torch.cat([heads[f"{one}.weight"] @ mean + heads[f"{one}.bias"] for one in order]).numpy())
        columns = [book.keys.index(key) for key in made["onnx"].model.keys]
        expected[row, columns] = np.average(np.stack(found), axis=0, weights=[window.fresh for window in windows])
    scores = made["onnx"].calibration.probabilities(expected, book)
    full, small = (made[name].scores(passages) for name in ("onnx-fp32", "onnx"))
    assert np.nanmax(np.abs(full - scores)) < 1e-4
    assert np.nanmax(np.abs(small - scores)) < 0.15
    for labeller, together in zip(made.values(), (full, small), strict=True):
        alone = np.concatenate([labeller.scores([one]) for one in reversed(passages)])[::-1]
        assert np.array_equal(alone, together, equal_nan=True)


def test_int8_engines_agree_with_each_other_better_than_with_float32(loaded):
    pytest.importorskip("openvino")
    windows = some_windows(3)
    full, small, other = (shipped(loaded, name).logits(windows) for name in ("onnx-fp32", "onnx", "openvino"))
    assert np.abs(small - other).mean() < np.abs(small - full).mean() < 0.1


def test_the_float32_graph_of_a_trained_folder(tiny, tiny_model):
    windows = Windows((tiny_model / "encoder" / "tokenizer.json").read_bytes(), 24, 6)
    ids = [window.ids for text in tiny.SENTENCES for window in windows.cut(text)]
    full, torch_own = engine_of(tiny_model, "onnx-fp32").logits(ids), engine_of(tiny_model, "torch").logits(ids)
    assert full.shape == (len(ids), 5) and np.abs(full - torch_own).max() < 1e-5


class Neighbourly(BatchedEngine):
    """An engine whose rows depend on their neighbours, as dynamic int8 does."""

    def run(self, ids):
        return (ids.sum(axis=1, keepdims=True) / ids.sum()).astype(np.float32)


def test_an_engine_whose_rows_touch_each_other_runs_them_one_by_one():
    engine = Neighbourly(1)
    engine.settle()
    assert engine.tokens == 1
    assert np.array_equal(engine.logits([(1, 2), (3, 4)]), np.ones((2, 1), np.float32))


def test_engines_that_are_not_there_are_explained():
    folder = read_model_folder(shipped_path("models", "compact-2"))
    with pytest.raises(ModelError, match="choose one of auto, onnx"):
        load_engine(folder, "tensorrt")
    with pytest.raises(ModelError, match="cannot be loaded"):
        OnnxEngine(b"no onnx")


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 200))
@settings(max_examples=60, deadline=None)
def test_groups_hold_every_window_once_and_one_length_each(lengths, tokens):
    windows = [(1,) * length for length in lengths]
    groups = list(by_length(windows, tokens))
    assert sorted(number for group in groups for number in group) == list(range(len(windows)))
    for group in groups:
        assert len({len(windows[number]) for number in group}) == 1
        assert len(group) == 1 or sum(len(windows[number]) for number in group) <= tokens

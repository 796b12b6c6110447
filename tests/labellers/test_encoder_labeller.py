"""The encoder: ONNX is the network, int8 scores do not depend on neighbours, nothing heavy is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scheidslijn.labellers.base import Labeller
from scheidslijn.labellers.best import BestLabeller
from scheidslijn.labellers.blend import BlendLabeller
from scheidslijn.labellers.encoder import EncoderLabeller, EncoderModel
from scheidslijn.labellers.tfidf import TfidfLabeller
from scheidslijn.labellers.windows import Windows
from scheidslijn.model_folder import read_model_folder
from scheidslijn.passage import Passage

torch = pytest.importorskip("torch")


def passages(texts):
    return [Passage(str(number), "stuk", None, text) for number, text in enumerate(texts)]


def long_texts(tiny):
    return [*tiny.SENTENCES, " ".join(tiny.SENTENCES), " ".join(tiny.SENTENCES * 4), "", "Scholen"]


def plain_transformers(encoder: Path, heads: dict, windows: Windows, text: str) -> np.ndarray:
    """The same figures by transformers itself: one window at a time, no batch, no padding, heads applied by hand."""
    from transformers import AutoModel

    plain = AutoModel.from_pretrained(encoder, dtype=torch.float32).eval()
    total, weight = np.zeros(5), 0
    for window in windows.cut(text):
        with torch.no_grad():
            hidden = plain(input_ids=torch.tensor([window.ids])).last_hidden_state[0].mean(dim=0)
            logits = torch.cat([heads[f"{name}.weight"] @ hidden + heads[f"{name}.bias"] for name in ("thema", "rol")])
        total, weight = total + window.fresh * logits.double().numpy(), weight + window.fresh
    return total / weight


@pytest.mark.parametrize("kind", ["roberta", "electra", "modernbert"])  # BERT itself: the next test
def test_float32_onnx_is_plain_transformers_one_by_one(tiny, tmp_path, kind):
    from scheidslijn.training.export import export_onnx
    from scheidslijn.training.network import head_tensors, new_network

    encoder = tiny.write_encoder(tmp_path / "encoder", kind)
    network = new_network(encoder, {"thema": 3, "rol": 2})
    export_onnx(network, tmp_path / "full.onnx")
    windows = Windows((encoder / "tokenizer.json").read_bytes(), 24, 6)
    model = EncoderModel((tmp_path / "full.onnx").read_bytes(), windows, tiny.TINY.keys, threads=2)
    texts, heads = long_texts(tiny), head_tensors(network, ["thema", "rol"])
    expected = np.stack([plain_transformers(encoder, heads, windows, text) for text in texts])
    assert np.abs(model.logits(texts, tiny.TINY) - expected).max() < 1e-4


def test_the_folder_loads_with_automodel_and_int8_comes_near_it(tiny, tiny_model):
    from safetensors.torch import load_file

    windows = Windows((tiny_model / "encoder" / "tokenizer.json").read_bytes(), 24, 6)
    heads, texts = load_file(tiny_model / "heads.safetensors"), long_texts(tiny)
    expected = np.stack([plain_transformers(tiny_model / "encoder", heads, windows, text) for text in texts])
    int8 = EncoderModel((tiny_model / "model.int8.onnx").read_bytes(), windows, tiny.TINY.keys)
    found = int8.logits(texts, tiny.TINY)
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.99


def test_batched_torch_is_one_by_one(tiny, tiny_model):
    from scheidslijn.training.network import load_network, predict

    network = load_network(tiny_model)
    windows = Windows((tiny_model / "encoder" / "tokenizer.json").read_bytes(), 24, 6)
    texts = long_texts(tiny)
    alone = np.stack([predict(network, windows, [text])[0] for text in texts])
    assert np.abs(predict(network, windows, texts, batch=5) - alone).max() < 1e-5


def test_scores_do_not_depend_on_neighbours_number_or_order(tiny, tiny_model):
    labeller = EncoderLabeller.load(read_model_folder(tiny_model, tiny.TINY), tiny.TINY, threads=2)
    texts = long_texts(tiny)
    together = labeller.scores(passages(texts))
    assert np.array_equal(together, np.stack([labeller.scores([one])[0] for one in passages(texts)]))
    assert np.array_equal(together[::-1], labeller.scores(passages(texts[::-1])))
    single = EncoderLabeller.load(read_model_folder(tiny_model, tiny.TINY), tiny.TINY, threads=1)
    assert np.array_equal(together, single.scores(passages(texts)))


def test_labeller_keeps_the_protocol(tiny, tiny_model):
    labeller = EncoderLabeller.load(read_model_folder(tiny_model, tiny.TINY), tiny.TINY)
    assert isinstance(labeller, Labeller)
    scores = labeller.scores(passages(long_texts(tiny)))
    assert scores.dtype == np.float32 and ((scores >= 0) & (scores <= 1)).all()
    assert np.allclose(scores[:, 3:].sum(axis=1), 1, atol=1e-5)
    assert labeller.scores([]).shape == (0, 5)
    assert labeller.version.startswith("tiny@") and labeller.version.endswith("/encoder")


def test_best_takes_each_dimension_from_its_labeller(tiny, tiny_model):
    folder = read_model_folder(tiny_model, tiny.TINY)
    best, texts = BestLabeller.load(folder, tiny.TINY), passages(tiny.SENTENCES)
    scores = best.scores(texts)
    assert np.array_equal(scores[:, :3], EncoderLabeller.load(folder, tiny.TINY).scores(texts)[:, :3])
    assert np.array_equal(scores[:, 3:], TfidfLabeller.load(folder, tiny.TINY).scores(texts)[:, 3:])
    assert best.decision.thresholds == {"thema.wonen": 0.4}


def test_blend_lies_between_its_parts_and_is_the_same_within_best(tiny, tiny_model):
    folder, texts = read_model_folder(tiny_model, tiny.TINY), passages(tiny.SENTENCES)
    blend = BlendLabeller.load(folder, tiny.TINY)
    parts = [part.scores(texts) for part in blend.parts]
    scores = blend.scores(texts)
    low, high = np.minimum(*parts)[:, 1:3], np.maximum(*parts)[:, 1:3]
    assert ((scores[:, 1:3] >= low - 1e-3) & (scores[:, 1:3] <= high + 1e-3)).all()
    best = BestLabeller(tiny.TINY, {"thema": blend, "rol": blend.parts[0]}, "tiny/best")
    assert np.array_equal(best.scores(texts)[:, :3], scores[:, :3])
    assert np.array_equal(best.scores(texts)[:, 3:], parts[0][:, 3:])


def test_every_token_of_a_long_text_is_in_a_window(tiny, tiny_encoder):
    tokenizer = (tiny_encoder / "tokenizer.json").read_bytes()
    text = " ".join(tiny.SENTENCES * 3)
    (whole,) = Windows(tokenizer, 10_000, 6).cut(text)
    windows = Windows(tokenizer, 24, 6).cut(text)
    assert all(len(window.ids) <= 24 for window in windows)
    rebuilt = list(windows[0].ids[1:-1])
    for window in windows[1:]:
        rebuilt += window.ids[1:-1][6:]
    assert tuple(rebuilt) == whole.ids[1:-1]
    assert sum(window.fresh for window in windows) == len(whole.ids) - 2


def test_labelling_imports_neither_torch_nor_transformers(tiny, tiny_model, tmp_path):
    script = tmp_path / "label.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nsys.path.insert(0, sys.argv[2])\nimport tiny_models as tiny\n"
        "from scheidslijn.labellers.best import BestLabeller\nfrom scheidslijn.model_folder import read_model_folder\n"
        "from scheidslijn.passage import Passage\n"
        "folder = read_model_folder(Path(sys.argv[1]), tiny.TINY)\n"
        "labeller = BestLabeller.load(folder, tiny.TINY)\n"
        "assert labeller.scores([Passage('1', 'stuk', None, tiny.SENTENCES[0])]).shape == (1, 5)\n"
        "print(sorted({'torch', 'transformers', 'onnx'} & set(sys.modules)))\n"
    )
    helpers = str(Path(tiny.__file__).parent)
    done = subprocess.run(
        [sys.executable, str(script), str(tiny_model), helpers], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_export_carries_no_path_of_the_machine_that_made_it(tiny, tiny_encoder):
    from scheidslijn.training.export import onnx_bytes
    from scheidslijn.training.network import new_network

    windows = Windows((tiny_encoder / "tokenizer.json").read_bytes(), 24, 6)
    sample = [window for text in tiny.SENTENCES for window in windows.cut(text)]
    for content in onnx_bytes(new_network(tiny_encoder, {"thema": 3, "rol": 2}), sample)[:2]:
        assert b"site-packages" not in content and b"stack_trace" not in content

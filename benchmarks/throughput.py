"""Passages per second of other tools and of our engines on the same passages, and how near the machine's limit that is.

Run `python benchmarks/throughput.py FILE_OR_FOLDER... --passages 400 --rounds 3`. All variants take turns in every
round, and medians are told, so that other work on the machine weighs on all alike. Times are of processor seconds of
this process (other work on the machine counts least there) with one thread each; every variant gets raw text and
gives scores. Needs the extras `train` and, where they are to be measured, `openvino` and sentence-transformers.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from scheidslijn.labellers.encoder import EncoderModel
from scheidslijn.labellers.engines import load_engine
from scheidslijn.labellers.windows import Windows
from scheidslijn.loading import find_model, load_labeller
from scheidslijn.model_folder import ModelFolder, read_model_folder
from scheidslijn.passage import Passage
from scheidslijn.sources import walk
from scheidslijn.training.torch_engine import register
from scheidslijn.workers import read_all

Run = Callable[[Sequence[str]], Any]
BATCHES = (2, 4, 8, 32)
"""Batch sizes of the pipeline beside its default of 1, among which its best is looked for."""


def hugging_face(folder: ModelFolder, batch: int) -> Run:
    """The pipeline for text classification over the same encoder, with a head of as many codes."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    codes = len(folder.facts["encoder"]["keys"])
    model = AutoModelForSequenceClassification.from_pretrained(folder.path / "encoder", num_labels=codes).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder.path / "encoder", model_max_length=128)
    made = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, device="cpu")
    return lambda texts: made(list(texts), truncation=True, batch_size=batch)


def sentence_transformers(folder: ModelFolder) -> Run:
    """sentence-transformers' `encode` with the same encoder and mean pooling, at its default batch of 32."""
    from sentence_transformers import SentenceTransformer

    made = SentenceTransformer(str(folder.path / "encoder"), device="cpu")  # adds mean pooling to a plain encoder
    made.max_seq_length = 128
    return lambda texts: made.encode(list(texts), show_progress_bar=False)


def ours(folder: ModelFolder, engine: str) -> Run:
    """Our windows and encoder on an engine, one thread."""
    own = folder.facts["encoder"]
    windows = Windows(folder.read("encoder/tokenizer.json"), own["window"], own["overlap"])
    model = EncoderModel(load_engine(folder, engine, 1), windows, own["keys"])
    book = load_labeller(labeller="terms").codebook
    return lambda texts: model.logits(texts, book)


def whole(labeller: str) -> Run:
    """A labeller as `label` uses it, all its parts."""
    loaded = load_labeller(labeller=labeller, threads=1)  # type: ignore[arg-type]
    return lambda texts: loaded.scores([Passage(str(at), "", None, text) for at, text in enumerate(texts)])


def peak(kind: str, rows: int = 512, width: int = 1024) -> float:
    """Operations a second of the widest product of the encoder by ONNX Runtime, one thread: `float` or `int8`."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    shape = (width // 4, width)
    if kind == "float":
        weights = [numpy_helper.from_array(np.ones(shape, np.float32), "w")]
        node, given, out = helper.make_node("MatMul", ["x", "w"], ["y"]), TensorProto.FLOAT, TensorProto.FLOAT
    else:
        weights = [numpy_helper.from_array(np.ones(shape, np.int8), "w")]
        node, given, out = helper.make_node("MatMulInteger", ["x", "w"], ["y"]), TensorProto.UINT8, TensorProto.INT32
    graph = helper.make_graph(
        [node], "peak", [helper.make_tensor_value_info("x", given, [rows, shape[0]])],
        [helper.make_tensor_value_info("y", out, [rows, width])], weights,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = np.ones((rows, shape[0]), np.float32 if kind == "float" else np.uint8)
    best = float("inf")
    for _ in range(30):
        began = time.process_time()
        for _ in range(5):
            session.run(None, {"x": x})
        best = min(best, (time.process_time() - began) / 5)
    return 2 * rows * shape[0] * width / best


def operations(folder: ModelFolder, texts: Sequence[str]) -> float:
    """Operations of the encoder's products over all windows of texts, attention counted."""
    from transformers import AutoConfig

    own, config = folder.facts["encoder"], AutoConfig.from_pretrained(folder.path / "encoder")
    windows = Windows(folder.read("encoder/tokenizer.json"), own["window"], own["overlap"])
    lengths = np.array([len(window.ids) for text in texts for window in windows.cut(text)], dtype=np.float64)
    weights = 4 * config.hidden_size**2 + 2 * config.hidden_size * config.intermediate_size
    return float(config.num_hidden_layers * (2 * weights * lengths + 4 * config.hidden_size * lengths**2).sum())


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--passages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    register()
    folder = read_model_folder(find_model("compact-2"))
    found = [passage.text for outcome in read_all(walk(options.inputs)) for passage in outcome.passages]
    texts = random.Random(0).sample(found, min(options.passages, len(found)))
    runs: dict[str, Run] = {"Hugging Face pipeline, default": hugging_face(folder, 1)}
    runs |= {f"Hugging Face pipeline, batch {size}": hugging_face(folder, size) for size in BATCHES}
    for name, make in {"sentence-transformers encode": lambda: sentence_transformers(folder)}.items():
        try:
            runs[name] = make()
        except ImportError:
            print(f"{name}: not installed")
    for engine in ("torch", "onnx-fp32", "openvino", "onnx"):
        try:
            runs[f"ours, {engine}"] = ours(folder, engine)
        except Exception as error:
            print(f"ours, {engine}: {error}")
    runs["ours, whole labeller `best`"] = whole("best")
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    peaks: dict[str, list[float]] = {"float": [], "int8": []}
    for run in runs.values():
        run(texts[:40])
    for _ in range(options.rounds):
        for kind, known in peaks.items():
            known.append(peak(kind))
        for name, run in runs.items():
            began = time.process_time()
            run(texts)
            seconds[name].append(time.process_time() - began)
    default = statistics.median(seconds["Hugging Face pipeline, default"])
    best = min(statistics.median(own) for name, own in seconds.items() if name.startswith("Hugging"))
    work = operations(folder, texts)
    print("| what | passages a second | × default pipeline | × its best |\n|---|---|---|---|")
    for name, own in seconds.items():
        one = statistics.median(own)
        print(f"| {name} | {len(texts) / one:,.0f} | {default / one:.2f} | {best / one:.2f} |")
    for kind, engine in (("float", "onnx-fp32"), ("int8", "onnx")):
        rate = statistics.median(peaks[kind])
        share = work / statistics.median(seconds[f"ours, {engine}"]) / rate
        print(f"| limit: products alone, {kind} | {len(texts) * rate / work:,.0f} | | {share:.0%} of it reached |")


if __name__ == "__main__":
    main()

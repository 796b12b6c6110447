"""Make the ONNX files of a model folder anew from its own weights.

Run `python training/requantise.py models/compact-2 --on TEXTS... --judge TEXTS...` with files or folders that `label`
can read. The ranges of activations are measured on the first; on the others it is counted what int8 changes, which goes
into `model.toml` and the card. Nothing else of the model changes: not the weights, calibration or thresholds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tomllib
from pathlib import Path

import numpy as np
from safetensors.torch import load

from scheidslijn.codebook import load_codebook
from scheidslijn.labellers.encoder import TOKENIZER_FILE, EncoderModel
from scheidslijn.labellers.engines import GRAPH_FILE, GRAPH_WEIGHTS, ONNX_FILE
from scheidslijn.labellers.windows import Windows
from scheidslijn.measuring.compare import Scored
from scheidslijn.measuring.side_by_side import label_change
from scheidslijn.model_folder import read_model_folder
from scheidslijn.sources import walk
from scheidslijn.training.encoders import sampled_windows
from scheidslijn.training.export import onnx_bytes, without_weights
from scheidslijn.training.folder import write_model_folder
from scheidslijn.training.network import load_network
from scheidslijn.workers import read_all

NOTE = """## Int8 against float32

Int8 here means fixed ranges, measured once on {calibrated} passages; products that lost most by it stay in float32
until less than 0.2 % of labels change. On {passages} other passages {cells:.2f} % of the single yes-or-no labels
change, in {share:.1f} % of the passages one somewhere; probabilities differ by {mean:.4f} on average and by
{most:.3f} at most. This file was made after the model was measured: the figures under "test documents" are those of an
earlier int8 file, which changed more labels against float32 than this one does. `docs/batch.md` has the speed.
"""


def texts_of(inputs: list[Path], most: int) -> list[str]:
    """At most `most` texts, drawn with a fixed seed."""
    texts = [passage.text for outcome in read_all(walk(inputs)) for passage in outcome.passages]
    return random.Random(1).sample(texts, min(most, len(texts)))


def main() -> None:
    """Requantise one folder in place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--on", nargs="+", type=Path, required=True)
    parser.add_argument("--judge", nargs="+", type=Path, required=True)
    options = parser.parse_args()
    folder = read_model_folder(options.folder)
    book = load_codebook(folder.codebook.split("@")[0])
    own = folder.facts["encoder"]
    keys, calibration, decision = own["keys"], folder.calibration("encoder"), folder.decision("encoder")
    windows = Windows(folder.read(TOKENIZER_FILE), own["window"], own["overlap"], own.get("context_tokens", 0))
    columns = [book.keys.index(key) for key in keys]

    def scored(logits: np.ndarray) -> Scored:
        wide = np.full((len(logits), len(book.keys)), np.nan)
        wide[:, columns] = logits
        return Scored(calibration.probabilities(wide, book), decision)

    def share(full: np.ndarray, small: np.ndarray) -> float:
        return float(label_change(scored(full), scored(small), book)["labels_changed"])

    calibrated, judged = texts_of(options.on, 1600), texts_of(options.judge, 3000)
    full, small, lost = onnx_bytes(load_network(folder.path), sampled_windows(windows, calibrated), share)
    logits = [EncoderModel(content, windows, keys).logits(judged, book) for content in (full, small)]
    change = label_change(*(Scored(calibration.probabilities(one, book), decision) for one in logits), book)
    state = {name: tensor.float() for name, tensor in load(folder.read("encoder/model.safetensors")).items()}
    graph, names = without_weights(full, state)
    files = {name: folder.read(name) for name in folder.facts["files"]}
    files |= {ONNX_FILE: small, GRAPH_FILE: graph, GRAPH_WEIGHTS: json.dumps(names, indent=1).encode("utf-8")}
    note = NOTE.format(
        calibrated=len(calibrated), passages=change["passages"], cells=100 * change["labels_changed"],
        share=100 * change["passages_changed"], mean=change["mean_difference"], most=change["largest_difference"],
    )  # fmt: skip
    card = files["README.md"].decode("utf-8")
    card = re.sub(r"## Int8 against float32\n.*?(?=\n## )", lambda _: note, card, flags=re.DOTALL)
    card = re.sub(
        r"Each window is a run of its own, because int8 takes.*?in the batch\.",
        "Windows of one length run together, without padding, and ranges of int8 are fixed: labels never\ndepend on "
        "what else is in the batch.", card, flags=re.DOTALL,
    )  # fmt: skip
    files["README.md"] = card.encode("utf-8")
    facts = tomllib.loads((options.folder / "model.toml").read_text("utf-8"))
    facts |= {"int8": change}
    write_model_folder(options.folder, {k: v for k, v in facts.items() if k not in ("format", "files")}, files)
    print(f"{options.folder}: held windows {lost:.3%}, judged {change}")


if __name__ == "__main__":
    main()

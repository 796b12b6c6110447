"""Trains on the proxy cleavage before 2012 with `scheidslijn train` and measures on the programmes of 2012.

    python training/proxy_cleavage.py --shared DIR -o FOLDER --encoder shipped=compact-1 --encoder random=random

The labels are a proxy (Manifesto codes mapped to cleavages, one class a sentence), and the texts may not be shared:
both stay in FOLDER. What a model saw of them before is not known to this script; say so where its figures are used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from proxy_labels import CLEAVAGES, marpor

from scheidslijn.annotations.examples import Example
from scheidslijn.training.base import find_base
from scheidslijn.training.workflow import TrainJob, run_train

HERE = Path(__file__).parent
CLASSES = ("geen", *CLEAVAGES)


def class_of(example: Example) -> str:
    """The one class of a sentence: a cleavage, or `geen`."""
    return next((one for one in CLEAVAGES if example.known[f"scheidslijn.{one}"] > 0.5), "geen")


def write_data(examples: Sequence[Example], path: Path) -> Path:
    """Write sentences with their class as annotations."""
    with path.open("w", encoding="utf-8") as out:
        for one in examples:
            row = {"text": one.text, "document": one.document, "coder": "marpor", "klasse": class_of(one)}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def write_codebook(folder: Path) -> Path:
    """A codebook of one single-label dimension with the four classes."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['name = "proxy-scheidslijn"', 'version = "1.0"', "[[dimension]]", 'name = "klasse"', 'name_nl = "Klasse"']
    lines += ['name_en = "Class"', 'kind = "single"', 'question = "Welke scheidslijn?"']
    for one in CLASSES:
        lines += ["[[dimension.code]]", f'code = "{one}"', f'name_nl = "{one}"', f'name_en = "{one}"']
        lines += ['definition = "Afgeleid van de code van het Manifesto Project."']
    (folder / "codebook.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_split(path: Path) -> Path:
    """The programmes of 2012 are the test."""
    parties = ("50p", "cda", "cu", "d66", "gl", "pvda", "pvdd", "pvv", "sgp", "sp", "vvd")
    names = ", ".join(f'"programma/{party}/2012"' for party in parties)
    path.write_text(f"test = [{names}]\n", encoding="utf-8")
    return path


def random_encoder(like: Path, folder: Path) -> Path:
    """An encoder of the same shape and tokenizer as another, with random weights."""
    import torch
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    torch.manual_seed(0)
    AutoModel.from_config(AutoConfig.from_pretrained(like)).save_pretrained(folder)
    AutoTokenizer.from_pretrained(like).save_pretrained(folder)
    return folder


def cleavage_sentences(shared: Path) -> list[Example]:
    """The sentences whose Manifesto code maps to a class."""
    found = marpor(shared / "labelled", auxiliary=False)
    return [one for one in found if f"scheidslijn.{CLEAVAGES[0]}" in one.known]


def main() -> None:
    """Read the arguments, train, and print a table."""
    parser = argparse.ArgumentParser(description="Train and measure on the proxy cleavage with `scheidslijn train`.")
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, help="folder for data and models, not in the repository"
    )
    parser.add_argument("--encoder", action="append", required=True, help="NAME=BASE; BASE `random`: random weights")
    parser.add_argument("--set", action="append", default=[], help="values of the recipe, as for `train`")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    data = write_data(cleavage_sentences(chosen.shared), chosen.out / "marpor.jsonl")
    codebook = write_codebook(chosen.out / "codebook")
    for pair in chosen.encoder:
        name, base = pair.split("=", 1)
        if base == "random":
            base = str(random_encoder(find_base("compact-1", chosen.out).folder, chosen.out / "random-encoder"))
        split = write_split(chosen.out / f"{name}.split.toml")
        recipe = str(HERE / "recipes" / "proxy-cleavage.toml")
        job = TrainJob(
            (str(data),), chosen.out / name, str(codebook), base, recipe, tuple(chosen.set), split, force=True
        )
        facts = run_train(job, lambda line: print(line, file=sys.stderr, flush=True)).facts
        print(f"{name}: {facts['training']['seconds']} s, {facts['training']['peak_memory_mb']} MB")
        for labeller, own in facts["scores"]["test"]["klasse"].items():
            print(f"  {labeller}: {json.dumps(own)}", flush=True)


if __name__ == "__main__":
    main()

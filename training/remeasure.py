"""Measures a shipped model anew on its sealed test documents, and writes figures and card into its folder.

    python training/remeasure.py models/compact-2 --shared DIR --purpose "why the test documents are opened again"

For when the way figures are made has changed, or the exported file. Nothing else of the model changes: not the weights,
calibration, thresholds, or the choice of the best labeller.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from coded_passages import coded_examples
from make_model import notes, split_facts

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.loading import load_labeller
from scheidslijn.measuring.compare import Scored
from scheidslijn.measuring.side_by_side import side_by_side
from scheidslijn.model_folder import MANIFEST, read_model_folder
from scheidslijn.passage import Passage
from scheidslijn.splits import open_test
from scheidslijn.training.card import card_files
from scheidslijn.training.folder import write_model_folder

HERE = Path(__file__).parent
SPLIT = HERE / "splits" / "coded-1.toml"
LABELLERS = ("terms", "tfidf", "encoder", "blend", "best")


def measured(folder: Path, facts: Mapping[str, Any], held: Sequence[Example], book: Codebook) -> dict[str, Any]:
    """The tables `scores`, `split` and `training` of a model measured on held-apart examples."""
    passages = [Passage(str(number), one.document, None, one.text) for number, one in enumerate(held)]
    scored = {}
    for name in LABELLERS:
        labeller = load_labeller(folder, labeller=name)  # type: ignore[arg-type]
        scored[name] = Scored(labeller.scores(passages), labeller.decision)
    documents = [one.document for one in held]
    return {
        "scores": {**facts["scores"], "test": side_by_side(scored, target_matrix(held, book), documents, book)},
        "split": split_facts(),
        "training": {"test_passages": len(held), "test_documents": len(set(documents)),
                     "seed": facts["recipe"]["data"]["seed"]},
    }  # fmt: skip


def main() -> None:
    """Measure one folder and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts")
    parser.add_argument("--purpose", help="why the test documents are opened, for the log of the split")
    parser.add_argument("--card", action="store_true", help="write only the card anew, and open nothing")
    chosen = parser.parse_args()
    if chosen.card == bool(chosen.purpose):
        parser.error("give either --purpose or --card")
    folder = read_model_folder(chosen.folder)
    book = load_codebook(folder.codebook.split("@")[0])
    coded, _ = coded_examples(chosen.shared, HERE / "annotations", book)
    names = {one.document for one in coded}
    facts = tomllib.loads((chosen.folder / MANIFEST).read_text("utf-8"))
    files = {name: folder.read(name) for name in facts.pop("files")}
    facts.pop("format")
    if chosen.purpose:
        test = open_test(SPLIT, model=folder.digest, purpose=chosen.purpose, when=datetime.now(), documents=names)
        facts |= measured(chosen.folder, facts, [one for one in coded if one.document in test], book)
        facts["training"] |= {"passages": len(coded) - facts["training"]["test_passages"], "documents": len(names)}
    files |= card_files(facts | {"notes": notes()})
    write_model_folder(chosen.folder, facts, files)
    for dimension, own in facts["scores"]["test"].items():
        print(dimension, {name: own[name]["macro_f1"] for name in LABELLERS if name in own})


if __name__ == "__main__":
    main()

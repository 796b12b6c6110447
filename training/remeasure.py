"""Measures a shipped model anew on its sealed test documents, and writes figures and card into its folder.

    python training/remeasure.py models/compact-1 --shared DIR --purpose "why the test documents are opened again"

For when the way figures are made has changed, or the exported file. Nothing else of the model changes: not the weights,
calibration, thresholds, or the choice of the best labeller.
"""

from __future__ import annotations

import argparse
import tomllib
from datetime import datetime
from pathlib import Path

from coded_passages import coded_examples
from make_first_model import notes

from scheidslijn.annotations.examples import target_matrix
from scheidslijn.codebook import load_codebook
from scheidslijn.loading import load_labeller
from scheidslijn.measuring.compare import Scored
from scheidslijn.measuring.side_by_side import side_by_side
from scheidslijn.model_folder import MANIFEST, read_model_folder
from scheidslijn.passage import Passage
from scheidslijn.splits import open_test, openings, read_split
from scheidslijn.training.card import card_files
from scheidslijn.training.folder import write_model_folder

HERE = Path(__file__).parent
SPLIT = HERE / "splits" / "coded-1.toml"
LABELLERS = ("terms", "tfidf", "encoder", "blend", "best")


def main() -> None:
    """Measure one folder and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts")
    parser.add_argument("--purpose", required=True, help="why the test documents are opened, for the log of the split")
    chosen = parser.parse_args()
    folder = read_model_folder(chosen.folder)
    book = load_codebook(folder.codebook.split("@")[0])
    coded, _ = coded_examples(chosen.shared, HERE / "annotations", book)
    names = {one.document for one in coded}
    test = open_test(SPLIT, model=folder.digest, purpose=chosen.purpose, when=datetime.now(), documents=names)
    held = [one for one in coded if one.document in test]
    passages = [Passage(str(number), one.document, None, one.text) for number, one in enumerate(held)]
    scored = {}
    for name in LABELLERS:
        labeller = load_labeller(chosen.folder, labeller=name)  # type: ignore[arg-type]
        scored[name] = Scored(labeller.scores(passages), labeller.decision)
    documents = [one.document for one in held]
    facts = tomllib.loads((chosen.folder / MANIFEST).read_text("utf-8"))
    files = {name: folder.read(name) for name in facts.pop("files")}
    facts.pop("format")
    facts["scores"]["test"] = side_by_side(scored, target_matrix(held, book), documents, book)
    log = openings(SPLIT)
    facts["split"] = {"name": "coded-1", "sha256": read_split(SPLIT).digest, "openings": len(log.lines),
                      "openings_head": log.head}  # fmt: skip
    facts["training"] = {"passages": len(coded) - len(held), "documents": len(names), "test_passages": len(held),
                         "test_documents": len(test), "seed": facts["recipe"]["data"]["seed"]}  # fmt: skip
    counts = {"coded": len(coded), "test": len(held), "test_documents": len(test), "documents": len(names)}
    files |= card_files(facts | {"notes": notes(counts)})
    write_model_folder(chosen.folder, facts, files)
    for dimension, own in facts["scores"]["test"].items():
        print(dimension, {name: own[name]["macro_f1"] for name in LABELLERS if name in own})


if __name__ == "__main__":
    main()

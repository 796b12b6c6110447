"""The figures of docs/calibration.md: calibration error before and after, by method, and goals kept on later years.

    python training/calibration_figures.py proxy --shared DIR
    python training/calibration_figures.py coded --shared DIR --purpose "why the sealed test documents are opened"

`proxy`: TF-IDF on cleavage from Manifesto codes, calibrated on cross-validated programmes before 2012, measured on
those of 2012. `coded`: the shipped model on the coded test documents, cross-fitted by document.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from coded_passages import coded_examples
from numpy.typing import NDArray
from proxy_labels import marpor

from scheidslijn.annotations.examples import Example, folds, target_matrix
from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.labellers.blend import BlendLabeller
from scheidslijn.labellers.encoder import EncoderLabeller
from scheidslijn.labellers.terms import TermScan
from scheidslijn.labellers.tfidf import TfidfLabeller
from scheidslijn.measuring.calibration_error import CalibrationError, calibration_error
from scheidslijn.model_folder import read_model_folder
from scheidslijn.passage import Passage
from scheidslijn.splits import open_test
from scheidslijn.training.calibrate import choose_calibration, fit_calibration
from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf
from scheidslijn.training.thresholds import choose_abstention, choose_thresholds, decided_right

HERE = Path(__file__).parent
HEAD = "scheidslijn"
Floats = NDArray[np.float64]


def shown(error: CalibrationError | None) -> str:
    """One line: plain error, what a perfect model would show, and the error with its bias taken off."""
    assert error is not None
    debiased = f"{error.debiased:.3f} ({error.low:.3f} to {error.high:.3f})"
    return f"{error.error:.3f} | {error.perfect:.3f} (< {error.perfect_high:.3f}) | {debiased}"


def proxy(shared: Path) -> None:
    """TF-IDF before 2012, calibrated out of fold there, on the programmes of 2012."""
    book = load_codebook("sociale-tweedeling")
    columns = book.columns(HEAD)
    coded = [
        replace(one, known={key: value for key, value in one.known.items() if key.startswith(HEAD)})
        for one in marpor(shared / "labelled", auxiliary=False) if f"{HEAD}.middengroepen" in one.known
    ]  # fmt: skip
    early = [one for one in coded if not one.document.endswith("/2012")]
    late = [one for one in coded if one.document.endswith("/2012")]
    before, after = out_of_fold(early, book), logits(early, late, book)
    known, truth = target_matrix(early, book), target_matrix(late, book)
    names, later = [one.document for one in early], [one.document for one in late]

    def on_late(calibration: Calibration) -> NDArray[np.float32]:
        return calibration.probabilities(after, book)

    def error(p: NDArray[np.float32]) -> CalibrationError | None:
        return calibration_error(p[:, columns], truth[:, columns], later, multi=True)

    print("method | ECE | perfect | debiased")
    print(f"none | {shown(error(on_late(Calibration())))}")
    for method in ("temperature", "platt", "isotonic"):
        print(f"{method} | {shown(error(on_late(fit_calibration(before, known, book, method=method))))}")
    chosen = choose_calibration(before, known, names, book)
    print(f"chosen before 2012: {chosen.heads[HEAD].method}, held-apart log loss {chosen.heads[HEAD].losses}")
    goals(chosen.out_of_fold, known, names, on_late(chosen.calibration), truth, book)


def goals(
    p: NDArray[np.float32], y: NDArray[np.float32], documents: list[str], later: NDArray[np.float32],
    truth: NDArray[np.float32], book: Codebook,
) -> None:  # fmt: skip
    """Thresholds and abstention chosen on the first passages, and what they give on later ones."""
    head = next(one for one in book.dimensions if one.name == HEAD)
    for goal in ("f1", "precision>=0.8", "precision>=0.9"):
        thresholds = choose_thresholds(p, y, documents, book, goal=goal)
        for column, key in enumerate(book.keys):
            if not key.startswith(HEAD):
                continue
            given, yes = later[:, column] >= thresholds[key], truth[:, column] >= 0.5
            right = (given & yes).sum()
            print(f"{goal} | {key} | from {thresholds[key]:.3f} | precision {right / max(1, given.sum()):.3f} "
                  f"| recall {right / yes.sum():.3f} | given {given.sum()}")  # fmt: skip
    thresholds = choose_thresholds(p, y, documents, book)
    for goal in ("accuracy>=0.9", "accuracy>=0.95", "abstain<=0.2"):
        level = choose_abstention(p, y, documents, book, thresholds, goal=goal)[HEAD]
        found = decided_right(later, truth, head, book, thresholds)
        assert found is not None
        decided = found[0] >= level
        right = found[1][decided].mean() if decided.any() else float("nan")
        print(f"{goal} | level {level:.3f} | decided {decided.mean():.3f} | right of these {right:.3f} "
              f"| right of all {found[1].mean():.3f}")  # fmt: skip


def out_of_fold(examples: Sequence[Example], book: Codebook, count: int = 3) -> Floats:
    """Logits of every example by TF-IDF that was fitted on other documents."""
    fold, out = folds(examples, count, 1), np.full((len(examples), len(book.keys)), np.nan)
    for number in range(count):
        rows = np.flatnonzero(fold == number)
        others = [one for one, own in zip(examples, fold, strict=True) if own != number]
        out[rows] = logits(others, [examples[row] for row in rows], book)
    return out


def logits(train: Sequence[Example], test: Sequence[Example], book: Codebook) -> Floats:
    """Logits of `test` by TF-IDF fitted on `train`."""
    return fit_tfidf(train, book, TfidfRecipe(features=60_000)).logits([one.text for one in test], book)


def coded(shared: Path, purpose: str) -> None:
    """The shipped model on the sealed test documents."""
    book, folder = load_codebook("sociale-tweedeling"), read_model_folder(HERE.parent / "models" / "compact-2")
    examples, _ = coded_examples(shared, HERE / "annotations", book)
    documents = {one.document for one in examples}
    test = open_test(HERE / "splits" / "coded-1.toml", model=folder.digest, purpose=purpose, when=datetime.now(),
                     documents=documents)  # fmt: skip
    held = [one for one in examples if one.document in test]
    y, names = target_matrix(held, book), [one.document for one in held]
    for name, z in shipped_logits([one.text for one in held], book).items():
        chosen = choose_calibration(z, y, names, book)
        as_is = (folder.calibration(name) if name != "blend" else Calibration()).probabilities(z, book)
        for dimension in book.dimensions:
            columns, head = book.columns(dimension.name), chosen.heads[dimension.name]
            there = calibration_error(as_is[:, columns], y[:, columns], names, multi=dimension.multi)
            for what, error in (("raw", head.before), ("as shipped", there), (head.method, head.after)):
                print(f"{name} | {dimension.name} | {what} | {shown(error)}")


def shipped_logits(texts: list[str], book: Codebook) -> dict[str, Floats]:
    """Logits of the components of the shipped model; those of the blend with its offset."""
    folder = read_model_folder(HERE.parent / "models" / "compact-2")
    encoder, tfidf = EncoderLabeller.load(folder, book), TfidfLabeller.load(folder, book)
    z = {"encoder": encoder.model.logits(texts, book), "tfidf": tfidf.model.logits(texts, book)}
    passages = [Passage(str(number), "", None, text) for number, text in enumerate(texts)]
    parts = {name: folder.calibration(name).probabilities(own, book) for name, own in z.items()}
    parts["terms"] = TermScan(book).scores(passages)
    blend = BlendLabeller.load(folder, book).blend
    return z | {"blend": blend.sums(parts, book) + np.array([blend.offset.get(key, 0.0) for key in book.keys])}


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description="Figures of docs/calibration.md.")
    parser.add_argument("what", choices=["proxy", "coded"])
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the team's texts, with labelled/")
    parser.add_argument("--purpose", default="", help="why the test documents are opened; goes into their log")
    chosen = parser.parse_args()
    if chosen.what == "proxy":
        proxy(chosen.shared)
    else:
        coded(chosen.shared, chosen.purpose)


if __name__ == "__main__":
    main()

"""Does a queue teach more than passages drawn by lot? Macro-F1 by number of coded passages, on documents held apart.

Run `python benchmarks/queue_learning.py --shared ../shared [--task coded|proxy] [--seeds 10]`; it prints Markdown.
For every seed 30 % of the documents are only scored. Of the others 60 passages drawn by lot are coded first, and then
60 more at a time by each way of choosing; between rounds a light model (TF-IDF of words, logistic regression) is fitted
anew on what is coded, and scores the rest. All ways begin with the same passages. What is told is the difference from
drawing by lot, paired by seed, with a t interval over seeds; as seeds share passages it is somewhat too narrow. Every
code is given to the share of the scored passages that has it among all others, so that ways differ by what the model
learned and not by how common a code is among what was chosen.

`coded`: our own coded passages without the test documents of `training/splits/coded-1.toml`; coder `a` plays a language
model whose suggestions all passages have. `proxy`: cleavages of the Manifesto Project.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.measuring.scores import macro_f1, outcomes
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.passage import Passage
from scheidslijn.queueing.choosing import choose
from scheidslijn.queueing.curve import features, fit_and_give
from scheidslijn.queueing.doubt import said_of
from scheidslijn.queueing.mix import DEFAULT, Route
from scheidslijn.queueing.pool import make_pool

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

from coded_passages import coded_examples, own_codings, test_documents  # noqa: E402
from proxy_labels import marpor  # noqa: E402

WAYS: Mapping[str, Mapping[Route, float]] = {
    "by lot": {"random": 1.0},
    "default mix": DEFAULT,
    "half by lot": {"random": 0.5, "uncertain": 0.2, "disagree": 0.1, "coverage": 0.1, "rare": 0.1},
    "uncertain only": {"uncertain": 1.0},
    "coverage only": {"coverage": 1.0},
    "rare only": {"rare": 1.0},
    "disagree only": {"disagree": 1.0},
}
STEP, ROUNDS = 60, 6


def frame_of(examples: Sequence[Example], codebook: Codebook) -> Frame:
    """The passages as a corpus that nobody labelled yet."""
    rows = tuple(
        Passage(f"p{number:05d}", one.document, None, one.text, kind="paragraph") for number, one in enumerate(examples)
    )
    names, document = np.unique([one.document for one in rows], return_inverse=True)
    shape = (len(rows), len(codebook.keys))
    return Frame("corpus", codebook.keys, rows, tuple(map(str, names)), document.astype(np.int64),
                 np.zeros(shape, dtype=np.bool_), np.full(shape, np.nan))  # fmt: skip


def scored(frame: Frame, matrix: Any, targets: NDArray[np.float32], rows: NDArray[np.int64]) -> Frame:
    """The corpus with the probabilities of a light model that learned from `rows`."""
    from sklearn.linear_model import LogisticRegression

    scores = np.full(frame.scores.shape, np.nan)
    for column in range(scores.shape[1]):
        known = rows[np.isfinite(targets[rows, column])]
        yes = targets[known, column] >= 0.5
        if 3 <= yes.sum() <= len(yes) - 3:
            machine = LogisticRegression(C=10.0, max_iter=300).fit(matrix[known], yes)
            scores[:, column] = machine.predict_proba(matrix)[:, 1]
    return replace(frame, scores=scores, given=np.nan_to_num(scores) >= 0.5)


def coding_of(passage: Passage, row: NDArray[np.float32], codebook: Codebook, *, machine: bool = False) -> Coding:
    """A coding of what is known of a passage."""
    codes = {}
    for dimension in codebook.dimensions:
        own = row[codebook.columns(dimension.name)]
        if np.isfinite(own).all():
            codes[dimension.name] = tuple(
                code.code for code, value in zip(dimension.codes, own, strict=True) if value >= 0.5
            )
    return Coding(passage.key, passage.text, passage.document, "llm:a" if machine else "noor", codes,
                  passage.passage_id, extra={"passage_id": passage.passage_id}, machine=machine)  # fmt: skip


def one_seed(
    examples: Sequence[Example], said: NDArray[np.float32] | None, codebook: Codebook, ways: Sequence[str], seed: int
) -> dict[str, list[dict[str, float]]]:
    """By way of choosing, after every round, the macro-F1 of each dimension."""
    names = np.array(sorted({one.document for one in examples}))
    names = names[np.random.default_rng(seed).permutation(len(names))]
    tested = set(names[: round(0.3 * len(names))])
    order = [number for number, one in enumerate(examples) if one.document not in tested]
    held = np.array([number for number, one in enumerate(examples) if one.document in tested])
    targets, matrix = target_matrix(examples, codebook), features([one.text for one in examples], parts=False)
    shares = np.nanmean(targets[order] >= 0.5, axis=0)
    corpus, own, inside = frame_of([examples[row] for row in order], codebook), targets[order], matrix[order]
    machine = None
    if said is not None:
        heard = [
            coding_of(corpus.passages[place], said[row], codebook, machine=True) for place, row in enumerate(order)
        ]
        machine = said_of(corpus, heard, codebook)
    found: dict[str, list[dict[str, float]]] = {}
    for way in ways:
        mix, coded = WAYS["by lot"], list[int]()
        found[way] = []
        for _ in range(ROUNDS + 1):
            rows = np.array(coded, dtype=np.int64)
            here = scored(corpus, inside, own, rows) if coded else corpus
            codings = [coding_of(corpus.passages[place], own[place], codebook) for place in coded]
            queue = choose(make_pool(here, codings, codebook), codebook, STEP, mix, said=machine, seed=seed,
                           before=len(coded) if way == "by lot" else 0)  # fmt: skip
            coded += [one.place for one in queue.chosen]
            mix = WAYS[way]
            learned = np.array(order)[np.array(coded, dtype=np.int64)]
            given = fit_and_give(matrix, targets, learned, held, shares)
            counts = outcomes(given, targets[held]).sum(axis=0)
            score = {
                one.name: float(macro_f1(counts[None, codebook.columns(one.name)])[0]) for one in codebook.dimensions
            }
            found[way].append(score | {"coded": float(len(coded))})
    return found


def tasks(name: str, shared: Path) -> tuple[list[Example], NDArray[np.float32] | None, Codebook]:
    """Examples, what the language model said of them, and the codebook."""
    codebook = load_codebook("sociale-tweedeling")
    if name == "proxy":
        book = replace(codebook, dimensions=tuple(one for one in codebook.dimensions if one.name == "scheidslijn"))
        examples = [one for one in marpor(shared / "labelled") if any(key in one.known for key in book.keys)]
        kept = np.sort(np.random.default_rng(0).permutation(len(examples))[:3000])
        return [examples[row] for row in kept], None, book
    folder = HERE.parent / "training" / "annotations"
    examples, _ = coded_examples(shared, folder, codebook)
    tested = test_documents(HERE.parent / "training" / "splits" / "coded-1.toml", examples)
    examples = [one for one in examples if one.document not in tested]
    book = replace(codebook, dimensions=tuple(one for one in codebook.dimensions if one.name != "randvoorwaarden"))
    codings = {one.key: one for one in own_codings([folder / "coders" / "a.jsonl", folder / "passages.jsonl"], codebook)
               if one.coder == "a"}  # fmt: skip
    said = np.full((len(examples), len(book.keys)), np.nan, dtype=np.float32)
    for number, one in enumerate(examples):
        coding = codings[one.key]
        for dimension in book.dimensions:
            if dimension.name in coding.codes:
                given = coding.codes[dimension.name]
                said[number, book.columns(dimension.name)] = [code.code in given for code in dimension.codes]
    return examples, said, book


def main() -> None:
    """Print a table of scores, and one of differences from drawing by lot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--task", choices=("coded", "proxy"), default="coded")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--ways", nargs="*", default=list(WAYS))
    given = parser.parse_args()
    examples, said, book = tasks(given.task, given.shared)
    ways = [way for way in given.ways if said is not None or way != "disagree only"]
    scores: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    for seed in range(given.seeds):
        for way, rounds in one_seed(examples, said, book, ways, seed).items():
            for name in (*(one.name for one in book.dimensions), "coded"):
                scores[way, name].append([one[name] for one in rounds])
    report(scores, ways, [one.name for one in book.dimensions])


def report(scores: Mapping[tuple[str, str], list[list[float]]], ways: Sequence[str], names: Sequence[str]) -> None:
    """Print the tables."""
    from scipy.stats import t

    coded = np.mean(scores[ways[0], "coded"], axis=0).round().astype(int)
    seeds = len(scores[ways[0], "coded"])
    factor = float(t.ppf(0.975, seeds - 1)) / np.sqrt(seeds) if seeds > 1 else np.nan
    print(f"{seeds} seeds; mean over the dimensions of macro-F1 after so many coded passages\n")
    print("| way | " + " | ".join(map(str, coded)) + " |\n|---|" + "---|" * len(coded))
    whole = {way: np.mean([scores[way, name] for name in names], axis=0) for way in ways}
    for way in ways:
        print(f"| {way} | " + " | ".join(f"{value:.3f}" for value in whole[way].mean(axis=0)) + " |")
    print("\nDifference from drawing by lot, mean of the rounds after the first, 95 % interval over seeds\n")
    print("| way | all | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names))
    for way in ways[1:]:
        cells = []
        for one, lot in [(whole[way], whole[ways[0]]), *((np.array(scores[way, name]), np.array(scores[ways[0], name]))
                                                          for name in names)]:  # fmt: skip
            effect = (one - lot)[:, 1:].mean(axis=1)
            half = factor * effect.std(ddof=1) if seeds > 1 else np.nan
            cells.append(f"{effect.mean():+.3f} ± {half:.3f}")
        print(f"| {way} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

"""Does learning from a machine's labels help, and how should they count? By number of passages that people coded.

Run `python benchmarks/suggestions.py --shared ../shared [--seeds 6]`; it prints Markdown. For every seed a third of the
documents of our coded passages is only scored (the test documents of `training/splits/coded-1.toml` take no part); some
of the others are coded by people, and the machine gives labels to all. Coder `a` plays the machine: as it is (α 0.7 to
0.9 with the adjudicated codes), or with a fifth, or two fifths, of its labels replaced at random (a code given or taken
away, or another one of many). The verdict knows its α on all documents that are not scored. The light model is TF-IDF
of words with a linear support vector machine per code, weighted as `train` weighs; every code is given to the share of
the scored passages that has it elsewhere. What is told is the mean macro-F1 of the dimensions, and the difference from
people's codes alone, with a t interval over seeds.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from scheidslijn.annotations.coding import Coding
from scheidslijn.annotations.examples import Example, target_matrix, weight_matrix
from scheidslijn.annotations.verdicts import Standing
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.scores import macro_f1, outcomes
from scheidslijn.queueing.curve import LEAST, features, likeliest, shares_of
from scheidslijn.training.softening import trusts
from scheidslijn.training.suggestions import suggested

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

from coded_passages import coded_examples, own_codings, test_documents  # noqa: E402

NOISE = (0.0, 0.2, 0.4)
PEOPLE = (100, 300)
WAYS = (
    "people alone",
    "accepted, each counts 1",
    "accepted, by agreement",
    "soft, each counts 1",
    "soft, by agreement",
)


def noisy(codes: tuple[str, ...], names: Sequence[str], multi: bool, noise: float, generator: Any) -> tuple[str, ...]:
    """Codes of which so large a share of the answers is replaced."""
    if generator.random() >= noise or (not multi and not codes):
        return codes
    other = str(generator.choice([name for name in names if multi or name not in codes]))
    if not multi:
        return (other,)
    return tuple(name for name in names if (name in codes) != (name == other))


def machine(
    examples: Sequence[Example], said: dict[str, Coding], codebook: Codebook, noise: float, seed: int
) -> list[Coding]:
    """What the machine says of every passage."""
    generator = np.random.default_rng([seed, round(100 * noise)])
    made = []
    for one in examples:
        codes = {
            dimension.name: noisy(said[one.key].codes[dimension.name], [code.code for code in dimension.codes],
                                  dimension.multi, noise, generator)
            for dimension in codebook.dimensions if dimension.name in said[one.key].codes
        }  # fmt: skip
        made.append(Coding(one.key, one.text, one.document, "llm:a", codes, one.key, machine=True))
    return made


def fitted(matrix: Any, targets: NDArray[np.float32], weights: NDArray[np.float32], rows: Any, held: Any) -> Any:
    """Scores of `held` by a model of all `rows`, each label weighted; `(held, codes)`."""
    from sklearn.svm import LinearSVC

    found = np.full((len(held), targets.shape[1]), np.nan)
    for column in range(targets.shape[1]):
        sample = weights[:, column] * np.abs(2 * np.nan_to_num(targets[:, column]) - 1)
        known = np.flatnonzero(np.isfinite(targets[:, column]) & (sample > 0))
        yes = targets[known, column] >= 0.5
        if min(yes.sum(), (~yes).sum()) >= LEAST:
            svm = LinearSVC(C=0.2, class_weight="balanced", random_state=0)
            svm.fit(matrix[np.asarray(rows)[known]], yes, sample_weight=sample[known])
            found[:, column] = svm.decision_function(matrix[held])
    return found


def one_seed(
    examples: list[Example], said: dict[str, Coding], codebook: Codebook, seed: int
) -> dict[tuple[Any, ...], float]:
    """By passages of people, noise and way the mean macro-F1 over the dimensions."""
    names = np.array(sorted({one.document for one in examples}))
    names = names[np.random.default_rng(seed).permutation(len(names))]
    apart = set(names[: len(names) // 3])
    held = [row for row, one in enumerate(examples) if one.document in apart]
    place = {one.key: row for row, one in enumerate(examples)}
    matrix, truth = features([one.text for one in examples], parts=False), target_matrix(examples, codebook)
    rest = [row for row in range(len(examples)) if examples[row].document not in apart]
    shares = shares_of(truth[rest])
    counts_all = dict.fromkeys((one.name for one in codebook.dimensions), True)
    true = {examples[row].key: examples[row].known for row in rest}
    found = {}
    for number in PEOPLE:
        people: list[Example] = []
        for name in names[len(names) // 3 :]:
            if len(people) < number:
                people += [one for one in examples if one.document == name]
        for noise in NOISE:
            codings = machine(examples, said, codebook, noise, seed)
            heard = {one.key: one.codes for one in codings if one.key in true}
            documents = {examples[row].key: examples[row].document for row in rest}
            alpha = {name: own.alpha.value for name, own in trusts(heard, true, documents, codebook).items()}
            verdict = Standing("llm:a", "a", "", "", None, counts_all, alpha)
            for way in WAYS:
                learned = list(people)
                if way != WAYS[0]:
                    with suppress(ScheidslijnError):  # not enough agreement to learn anything
                        learned += suggested(
                            codings, people, [examples[row] for row in held], codebook,
                            verdict=verdict if way.startswith("accepted") else None,
                            weight=1.0 if way.endswith("1") else None,
                        ).examples  # fmt: skip
                scores = fitted(matrix, target_matrix(learned, codebook), weight_matrix(learned, codebook),
                                [place[one.key] for one in learned], held)  # fmt: skip
                counts = outcomes(likeliest(scores, shares), truth[held]).sum(axis=0)
                found[number, noise, way] = float(
                    np.mean([macro_f1(counts[None, codebook.columns(one.name)])[0] for one in codebook.dimensions])
                )
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=6)
    given = parser.parse_args()
    whole = load_codebook("sociale-tweedeling")
    folder = HERE.parent / "training" / "annotations"
    examples, _ = coded_examples(given.shared, folder, whole)
    tested = test_documents(HERE.parent / "training" / "splits" / "coded-1.toml", examples)
    examples = [one for one in examples if one.document not in tested]
    codebook = replace(whole, dimensions=tuple(one for one in whole.dimensions if one.name != "randvoorwaarden"))
    codings = own_codings([folder / "coders" / "a.jsonl", folder / "passages.jsonl"], whole)
    said = {one.key: one for one in codings if one.coder == "a"}
    scores = defaultdict(list)
    for seed in range(given.seeds):
        for cell, score in one_seed(examples, said, codebook, seed).items():
            scores[cell].append(score)
    factor = float(t.ppf(0.975, given.seeds - 1)) / np.sqrt(given.seeds)
    print("| people coded | labels replaced | " + " | ".join(WAYS) + " |\n|---|---|" + "---|" * len(WAYS))
    for number in PEOPLE:
        for noise in NOISE:
            alone = np.array(scores[number, noise, WAYS[0]])
            cells = [f"{alone.mean():.3f}"]
            for way in WAYS[1:]:
                gain = np.array(scores[number, noise, way]) - alone
                cells.append(f"{gain.mean():+.3f} ± {factor * gain.std(ddof=1):.3f}")
            print(f"| {number} | {noise:.0%} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

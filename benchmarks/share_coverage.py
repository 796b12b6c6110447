"""How often 95 % intervals of a corrected share hold the true share, by simulation with the estimators as shipped.

Run `python benchmarks/share_coverage.py [--replications 10000] [--only DESIGN]`; it prints Markdown tables. A
replication makes a corpus of 60 documents (about 200 passages each, lognormal sizes), gives every document its own
share of the code (beta-distributed, with an intra-document correlation), lets a classifier err, draws and codes a
sample, and asks each estimator for its interval. Only numbers of passages by document, classifier's score and true code
are drawn (multinomial and hypergeometric), which is the same in distribution and lets ten thousand corpora fit in
memory.

Designs: `passages` simple random passages of all documents; `strata` passages of all documents, stratified by the
classifier's score as `scheidslijn shares draw` does; `documents` 20 of the 60 documents drawn first; `beyond` passages
of all documents, and the share in the population that these documents are themselves a sample of.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.measuring.shares.corrected import Share, corrected
from scheidslijn.measuring.shares.counts import Array, Counts
from scheidslijn.measuring.shares.drawing import allocate
from scheidslijn.measuring.shares.textbook import TEXTBOOK

SIZES = (50, 100, 200, 500, 2000)
PREVALENCES = (0.02, 0.10, 0.30)
DOCUMENTS, DRAWN, PASSAGES, VARIATION = 60, 20, 200, 0.6
ICC = 0.05
CLASSIFIERS = {"good": (0.70, 0.90), "middling": (0.60, 0.50), "biased": (0.85, 0.30), "useless": (0.0, 0.0)}
"""By name recall and precision; "biased" gives the code almost three times too often, "useless" at random."""
LEVELS_TRUE = np.array([0.4, 0.6, 0.4, 0.6])
"""Of passages with the code how the scores lie: low and raised below the threshold, raised and high above it."""
LEVELS_FALSE = np.array([0.85, 0.15, 0.7, 0.3])


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table."""

    classifier: str
    prevalence: float
    icc: float = ICC
    documents: int = DOCUMENTS


def score_levels(cell: Cell) -> tuple[Array, Array]:
    """Distribution over four levels of score, of passages with and without the code; the upper two get the code."""
    recall, precision = CLASSIFIERS[cell.classifier]
    if cell.classifier == "useless":
        mix = np.repeat([1 - cell.prevalence, cell.prevalence], 2) * np.array([0.8, 0.2, 0.6, 0.4])
        return mix, mix
    alarms = cell.prevalence * recall * (1 / precision - 1) / (1 - cell.prevalence)
    sides = np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1])
    true = ((1 - recall) * sides[0] + recall * sides[1]) * LEVELS_TRUE
    return true, ((1 - alarms) * sides[0] + alarms * sides[1]) * LEVELS_FALSE


def corpora(cell: Cell, count: int, seed: int) -> NDArray[np.int64]:
    """Numbers of passages, shape `(replications, documents, levels, 2)`; the last axis: without and with the code."""
    generator = np.random.default_rng(seed)
    spread = np.log(1 + VARIATION**2)
    shape = (count, cell.documents)
    sizes = np.maximum(5, generator.lognormal(np.log(PASSAGES) - spread / 2, np.sqrt(spread), shape).round()).astype(
        int
    )
    strength = (1 - cell.icc) / cell.icc
    shares = generator.beta(cell.prevalence * strength, (1 - cell.prevalence) * strength, shape)
    true = generator.binomial(sizes, shares)
    with_code, without = score_levels(cell)
    return np.stack([generator.multinomial(sizes - true, without), generator.multinomial(true, with_code)], axis=-1)


def sample(pools: NDArray[np.int64], numbers: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Draw `numbers` passages without replacement from each row of `pools`, shape `(replications, cells)`."""
    generator = np.random.default_rng(seed)
    left, wanted, drawn = pools.sum(axis=1), np.minimum(numbers, pools.sum(axis=1)), np.zeros_like(pools)
    for column in range(pools.shape[1]):
        drawn[:, column] = generator.hypergeometric(pools[:, column], left - pools[:, column], wanted)
        left, wanted = left - pools[:, column], wanted - drawn[:, column]
    return drawn


def two_sides(numbers: NDArray[np.int64]) -> Array:
    """From levels to "not given", "given": `(…, levels, 2)` to `(…, 1 stratum, 2 sides, 2)`."""
    sides = numbers.reshape(*numbers.shape[:-2], 2, 2, 2).sum(axis=-2)
    return sides[..., None, :, :].astype(np.float64)


def counts_of(corpus: Array, drawn: Array) -> Counts:
    """Counts from numbers with a last axis "without", "with the code"."""
    return Counts(corpus.sum(axis=-1), drawn.sum(axis=-1), drawn[..., 1])


def alone(counts: Counts) -> Counts:
    """The same sample without the classifier: everything on the side "not given"."""
    sides = [np.stack([one.sum(axis=-1), np.zeros_like(one[..., 0])], axis=-1) for one in
             (counts.size, counts.coded, counts.found)]  # fmt: skip
    return Counts(*sides)


def simple_random(cell: Cell, corpus: NDArray[np.int64], number: int, seed: int) -> dict[str, Share]:
    """Passages of all documents, each with the same chance; documents do not matter to any of these estimators."""
    pooled = corpus.sum(axis=1)
    drawn = sample(pooled.reshape(len(pooled), -1), np.full(len(pooled), number), seed).reshape(pooled.shape)
    counts = counts_of(two_sides(pooled)[:, None], two_sides(drawn)[:, None])
    made = {name: one(counts) for name, one in TEXTBOOK.items()}
    return made | {"ours, no classifier": corrected(alone(counts)), "ours": corrected(counts)}


def stratified(cell: Cell, corpus: NDArray[np.int64], number: int, seed: int) -> dict[str, Share]:
    """Passages of all documents, by strata of the score (three: low, raised, and where the code is given)."""
    strata = np.stack([corpus[:, :, 0], corpus[:, :, 1], corpus[:, :, 2] + corpus[:, :, 3]], axis=2).sum(axis=1)
    sizes = strata.sum(axis=-1)
    with_code, without = score_levels(cell)
    mass = np.stack([with_code * cell.prevalence, without * (1 - cell.prevalence)])
    scores = np.array(
        [mass[0, 0] / mass[:, 0].sum(), mass[0, 1] / mass[:, 1].sum(), mass[0, 2:].sum() / mass[:, 2:].sum()]
    )
    if cell.classifier == "biased":
        scores = np.clip(2 * scores, 0.002, 0.9)  # its probabilities are too high as well
    if cell.classifier == "useless":
        scores = np.array([0.005, 0.05, 0.5])  # sure of itself without any reason
    numbers = np.stack([allocate(own, np.sqrt(scores * (1 - scores)), number) for own in sizes])
    drawn = np.stack([sample(strata[:, h], numbers[:, h], seed + h) for h in range(3)], axis=1)
    side = np.array([0, 0, 1])

    def split(one: NDArray[np.int64]) -> Array:
        both = np.zeros((len(one), 1, 3, 2, 2))
        both[:, 0, np.arange(3), side] = one
        return both

    counts = counts_of(split(strata), split(drawn))
    plain = simple_random(cell, corpus, number, seed)["ours, no classifier"]
    return {"simple random, no classifier": plain, "dsl": TEXTBOOK["dsl"](counts), "ours": corrected(counts)}


def two_stage(cell: Cell, corpus: NDArray[np.int64], number: int, seed: int) -> dict[str, Share]:
    """Twenty documents first, then passages of those; ours with and without regard to documents."""
    mask = np.arange(cell.documents) < DRAWN  # documents are exchangeable, so the first are as random as any
    return _by_document(corpus, number, seed, mask, beyond=False)


def beyond(cell: Cell, corpus: NDArray[np.int64], number: int, seed: int) -> dict[str, Share]:
    """Passages of all documents, for the share that the documents come from."""
    return _by_document(corpus, number, seed, np.ones(cell.documents, dtype=bool), beyond=True)


def _by_document(corpus, number, seed, mask, *, beyond: bool) -> dict[str, Share]:  # type: ignore[no-untyped-def]
    whole = two_sides(corpus)
    inside = whole[:, mask]
    drawn = np.zeros_like(whole)
    picked = sample(inside.reshape(len(whole), -1).astype(int), np.full(len(whole), number), seed)
    drawn[:, mask] = picked.reshape(inside.shape)
    counts = counts_of(whole, drawn)
    drawn_first = None if mask.all() else mask
    return {
        "ours, blind to documents": corrected(counts.pooled()),
        "ours, no classifier": corrected(alone(counts), drawn=drawn_first, beyond=beyond),
        "ours": corrected(counts, drawn=drawn_first, beyond=beyond),
    }


DESIGNS: dict[str, Callable[[Cell, NDArray[np.int64], int, int], dict[str, Share]]] = {
    "passages": simple_random, "strata": stratified, "documents": two_stage, "beyond": beyond,
}  # fmt: skip


def run(design: str, cell: Cell, replications: int, chunk: int = 2500) -> dict[str, list[tuple[float, float]]]:
    """By estimator coverage and mean width, for every size of sample."""
    table: dict[str, list[tuple[float, float]]] = {}
    for number in SIZES:
        held: dict[str, list[NDArray[np.bool_]]] = {}
        widths: dict[str, list[Array]] = {}
        for part in range(0, replications, chunk):
            seed = hash_of(design, cell, number, part)
            corpus = corpora(cell, min(chunk, replications - part), seed)
            truth = corpus[..., 1].sum(axis=(1, 2)) / corpus.sum(axis=(1, 2, 3))
            if design == "beyond":
                truth = np.full(len(corpus), cell.prevalence)
            for name, share in DESIGNS[design](cell, corpus, number, seed + 1).items():
                inside = (share.low <= truth + 1e-9) & (truth <= share.high + 1e-9)
                held.setdefault(name, []).append(inside)
                widths.setdefault(name, []).append(np.clip(share.high, 0, 1) - np.clip(share.low, 0, 1))
        for name in held:
            mean = float(np.concatenate(held[name]).mean()), float(np.concatenate(widths[name]).mean())
            table.setdefault(name, []).append(mean)
    return table


def hash_of(design: str, cell: Cell, number: int, part: int) -> int:
    """A seed of its own for every cell, the same in every run."""
    import zlib

    return zlib.crc32(f"{design} {cell} {number} {part}".encode())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=10_000)
    parser.add_argument("--only", choices=list(DESIGNS), action="append")
    parser.add_argument("--icc", type=float, default=ICC)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    options = parser.parse_args()
    error = 100 * np.sqrt(0.95 * 0.05 / options.replications)
    start = time.process_time()
    for design in options.only or DESIGNS:
        print(f"\n### {design}: coverage of 95 % intervals in % (mean width relative to the sample alone)\n")
        print("| classifier | share | interval | " + " | ".join(f"n = {n:,}" for n in SIZES) + " |")
        print("|---|---|---|" + "---|" * len(SIZES))
        for classifier in CLASSIFIERS:
            for prevalence in PREVALENCES:
                cell = Cell(classifier, prevalence, options.icc, options.documents)
                table = run(design, cell, options.replications)
                reference = next(row for name, row in table.items() if name.endswith("no classifier"))
                for name, row in table.items():
                    cells = [f"{100 * c:.1f} ({w / r:.2f})" for (c, w), (_, r) in zip(row, reference, strict=True)]
                    print(
                        f"| {classifier} | {100 * prevalence:.0f} % | {name} | " + " | ".join(cells) + " |", flush=True
                    )
    print(f"\n{options.replications:,} replications a cell: Monte-Carlo standard error {error:.2f} points at 95 %. "
          f"{time.process_time() - start:.0f} s of one core.")  # fmt: skip


if __name__ == "__main__":
    main()

"""The same question as `share_coverage.py`, with real passages, real errors and real documents as the population.

Run `python benchmarks/share_coverage_real.py SHARED [--replications 10000]` where SHARED is the team's folder of texts.
Two populations, each coded in full, so that the true shares are known: the passages that we coded of documents which
the shipped model never saw, with its labels; and the Manifesto Project's hand-coded sentences of 31 election programmes
(proxy codes, see `training/proxy_labels.py`) with those of the TF-IDF labeller. Samples are drawn from them again and
again. Prints Markdown, only figures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "training"))

from coded_passages import coded_examples, test_documents  # noqa: E402
from proxy_labels import marpor  # noqa: E402

from scheidslijn.annotations.examples import Example, target_matrix  # noqa: E402
from scheidslijn.codebook import load_codebook  # noqa: E402
from scheidslijn.deciding import label_passages  # noqa: E402
from scheidslijn.loading import load_labeller  # noqa: E402
from scheidslijn.measuring.shares.clusters import anova_correlation  # noqa: E402
from scheidslijn.measuring.shares.corrected import Share, corrected  # noqa: E402
from scheidslijn.measuring.shares.counts import Array, Counts, count  # noqa: E402
from scheidslijn.measuring.shares.drawing import Design, allocate, stratify  # noqa: E402
from scheidslijn.measuring.shares.frame import Frame  # noqa: E402
from scheidslijn.measuring.shares.textbook import ppi, ppi_plus  # noqa: E402
from scheidslijn.passage import Passage  # noqa: E402

SIZES = (50, 100, 200)
DRAWN = 12  # documents of the first stage


class Population:
    """A corpus of which everything is coded: `frame` is what the classifier says, `truth` what the coders say."""

    def __init__(self, examples: Sequence[Example], labeller_name: str) -> None:
        codebook = load_codebook("sociale-tweedeling")
        passages = [Passage(str(n), one.document, None, one.text) for n, one in enumerate(examples)]
        labeller = load_labeller(labeller=labeller_name)  # type: ignore[arg-type]
        given = np.zeros((len(passages), len(codebook.keys)), dtype=np.bool_)
        scores = np.full(given.shape, np.nan)
        for row, one in enumerate(label_passages(labeller, passages)):
            for column, key in enumerate(codebook.keys):
                dimension, _, code = key.partition(".")
                given[row, column] = code in one.codes.get(dimension, ())
                scores[row, column] = one.scores.get(key, np.nan)
        documents, document = np.unique([one.document for one in examples], return_inverse=True)
        self.truth = target_matrix(examples, codebook)
        self.frame = Frame("real", codebook.keys, tuple(passages), tuple(documents), document, given, scores)

    def codes(self) -> list[str]:
        """Codes that are coded everywhere and occur, and that the classifier gives."""
        known = np.isfinite(self.truth).mean(axis=0) > 0.95
        seen = (np.nansum(self.truth, axis=0) >= 5) & (self.frame.given.sum(axis=0) > 0)
        return [key for key, own in zip(self.frame.keys, known & seen, strict=True) if own]

    def cells(self, key: str, codes: tuple[str, ...], number: int) -> tuple[Array, Array]:
        """Passages by document, stratum, side and true code, and the expected deviation of each stratum."""
        column = self.frame.column(key)
        everything = np.ones(len(self.frame.passages), dtype=np.bool_)
        stratum, deviations = stratify(self.frame, Design(0, number, codes), everything)
        truth = np.nan_to_num(self.truth[:, column]) >= 0.5
        made = count(self.frame.document, stratum, self.frame.given[:, column], truth.astype(np.float64))
        return np.stack([made.size - made.found, made.found], axis=-1), deviations


def drawn_from_all(cells: Array, deviations: Array, number: int, replications: int, seed: int) -> Counts:
    """Samples of passages of all documents, which are then added up."""
    generator = np.random.default_rng(seed)
    pool = cells.sum(axis=0)
    numbers = allocate(pool.sum(axis=(-2, -1)).astype(np.int64), deviations, number)
    parts = [generator.multivariate_hypergeometric(pool[h].ravel().astype(int), int(n), replications)
             for h, n in enumerate(numbers)]  # fmt: skip
    drawn = np.stack(parts, axis=1).reshape(replications, 1, *pool.shape).astype(np.float64)
    whole = np.broadcast_to(pool, drawn.shape)
    return Counts(whole.sum(axis=-1), drawn.sum(axis=-1), drawn[..., 1])


def drawn_in_two_stages(cells: Array, number: int, replications: int, seed: int) -> Counts:
    """Samples of passages of `DRAWN` documents; in each replication those documents come first."""
    generator = np.random.default_rng(seed)
    order = np.argsort(generator.random((replications, len(cells))), axis=1)
    whole = cells[order]
    drawn = np.zeros(whole.shape)
    for row, one in enumerate(whole[:, :DRAWN]):
        picked = generator.multivariate_hypergeometric(one.ravel().astype(int), number)
        drawn[row, :DRAWN] = picked.reshape(one.shape)
    return Counts(whole.sum(axis=-1), drawn.sum(axis=-1), drawn[..., 1])


def coverage(share: Share, truth: float) -> float:
    """Percentage of intervals that hold the truth."""
    return 100 * float(((share.low <= truth + 1e-9) & (truth <= share.high + 1e-9)).mean())


def table(title: str, population: Population, designs: Sequence[str], replications: int) -> None:
    """Print, by design and estimator, the lowest, middle and highest coverage over the codes."""
    codes = population.codes()
    truth = {key: float(np.nan_to_num(population.truth[:, population.frame.column(key)]).mean()) for key in codes}
    given = {key: float(population.frame.given[:, population.frame.column(key)].mean()) for key in codes}
    print(f"\n### {title}: {len(population.frame.passages):,} passages, {len(population.frame.documents)} documents, "
          f"{len(codes)} codes of {100 * min(truth.values()):.1f} to {100 * max(truth.values()):.1f} %\n")  # fmt: skip
    print("| design | interval | " + " | ".join(f"n = {n}" for n in SIZES) + " |\n|---|---|" + "---|" * len(SIZES))
    for design in designs:
        rows: dict[str, list[list[float]]] = {}
        for number in SIZES:
            found: dict[str, list[float]] = {}
            for seed, key in enumerate(codes):
                made = intervals(population, design, key, number, replications, seed)
                for name, share in made.items():
                    found.setdefault(name, []).append(coverage(share, truth[key]))
            for name, values in found.items():
                rows.setdefault(name, []).append(values)
        for name, values in rows.items():
            shown = [f"{min(v):.1f} – {np.median(v):.1f} – {max(v):.1f}" for v in values]
            print(f"| {design} | {name} | " + " | ".join(shown) + " |", flush=True)
    off = {key: f"{100 * truth[key]:.1f}, counted {100 * given[key]:.1f}" for key in codes}
    print("\nTrue share and share counted by the classifier, in %: " + "; ".join(f"{k} {v}" for k, v in off.items()))


def intervals(
    population: Population, design: str, key: str, number: int, replications: int, seed: int
) -> dict[str, Share]:
    """All estimators on samples of one design and size."""
    if design == "documents":
        cells, _ = population.cells(key, (), number)
        counts = drawn_in_two_stages(cells, number, min(replications, 2000), seed)
        mask: NDArray[np.bool_] = np.arange(len(cells)) < DRAWN
        return {"ours, blind to documents": corrected(counts.pooled()), "ours": corrected(counts, drawn=mask)}
    cells, deviations = population.cells(key, (key,) if design == "strata" else (), number)
    counts = drawn_from_all(cells, deviations, number, replications, seed)
    if design == "strata":
        return {"ours": corrected(counts)}
    return {"ppi": ppi(counts), "ppi_plus": ppi_plus(counts), "ours": corrected(counts)}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--replications", type=int, default=10_000)
    options = parser.parse_args()
    codebook = load_codebook("sociale-tweedeling")
    examples, _ = coded_examples(options.shared, ROOT / "training" / "annotations", codebook)
    apart = test_documents(ROOT / "training" / "splits" / "coded-1.toml", examples)
    unseen = [one for one in examples if one.document in apart]
    table(
        "Coded passages the model never saw", Population(unseen, "best"), ("passages", "strata"), options.replications
    )
    sentences = [
        one for one in marpor(options.shared / "labelled", auxiliary=False) if "scheidslijn.middengroepen" in one.known
    ]
    population = Population(sentences, "tfidf")
    table("Manifesto sentences", population, ("passages", "strata", "documents"), options.replications)
    for key in population.codes():
        cells, _ = population.cells(key, (), 100)
        icc = anova_correlation(cells.sum(axis=(1, 2, 3)), cells[..., 1].sum(axis=(1, 2)))
        print(f"{key}: intra-document correlation {float(icc):.3f}")


if __name__ == "__main__":
    main()

"""How often 95 % intervals hold the true figure, by method and documents: `interval_coverage.py [REPLICATIONS]`.

Prints one line a figure: for each method the coverage in per cent and the median width. Conditional on the figure being
defined: a code that does not occur in a corpus has no interval to judge.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable

import numpy as np
from worlds import COMMON, GOOD, RARE, Array, Code, labelled, sizes, varying

from scheidslijn.measuring import scores
from scheidslijn.measuring.bootstrap import bca_interval, document_draws, drawn_values, percentile_interval
from scheidslijn.measuring.coefficients import binary_alpha
from scheidslijn.measuring.intervals import Scale, measure
from scheidslijn.measuring.ranking import average_precision, average_precisions

DOCUMENTS = (8, 15, 30, 60)
DRAWS = 400
Figure = tuple[Callable[[Array], Array], Callable[[Array], Array], Scale]


def alpha(counts: Array) -> Array:
    """Nominal α of two coders who gave and did not give a code, from outcomes `(draws, 1, 4)`."""
    tp, fp, fn, tn = np.moveaxis(counts, -1, 0)
    return binary_alpha(np.stack([2 * (fp + fn), 2 * tp + fp + fn, 2 * tn + fp + fn], axis=-1))


def correct(counts: Array) -> Array:
    """Share of right answers on one code."""
    return (counts[..., 0] + counts[..., 3]) / counts.sum(axis=-1)


FIGURES: dict[str, Figure] = {
    "precision": (scores.precision_per_code, scores.weight_precision, "share"),
    "recall": (scores.recall_per_code, scores.weight_recall, "share"),
    "F1": (scores.f1_per_code, scores.weight_f1, "share"),
    "share right": (correct, lambda c: c.sum(axis=-1), "share"),
    "α": (alpha, scores.weight_f1, "agreement"),
}
SEVEN = (
    (0.25, 0.15, 0.10, 0.08, 0.06, 0.04, 0.03),
    (0.80, 0.80, 0.80, 0.60, 0.60, 0.60, 0.60),
    (0.08, 0.05, 0.03, 0.02, 0.02, 0.01, 0.01),
)
"""Prevalence, recall and false alarms of seven codes, as of `thema`."""
MACRO: Figure = (scores.macro_f1, scores.weight_all, "share")


def limits(summed: Array, figure: Figure, rng: np.random.Generator) -> dict[str, tuple[float, float]] | None:
    """The interval of each method on one corpus, `(documents, codes, 4)`; None when the figure is not defined."""
    statistic, weights, scale = figure
    measured = measure(summed, statistic, weights(summed))
    value, error = float(measured.value[0]), float(measured.error[0])
    if not np.isfinite(value + error) or measured.holds[0] < 2:
        return None

    def flat(counts: Array) -> Array:
        return statistic(counts).reshape(len(counts))

    values = drawn_values(summed, flat, draws=DRAWS, seed=int(rng.integers(2**31)))
    without = flat(summed.sum(axis=0) - summed)
    own = measured.estimates(scale)[0]
    alone = [rng.multinomial(int(row.sum()), row / row.sum(), size=DRAWS) for row in summed.sum(axis=0)]
    return {
        "t": (own.low, own.high),
        "percentile": percentile_interval(values),
        "BCa": bca_interval(values, value, without),
        "naive": percentile_interval(flat(np.stack(alone, axis=1).astype(np.float64))),
    }


def report(name: str, documents: int, true: float, found: list[dict[str, tuple[float, float]]], took: float) -> None:
    """Print one line."""
    kept: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for each in found:
        for method, pair in each.items():
            kept[method].append(pair)
    parts = []
    for method, pairs in kept.items():
        low, high = np.array(pairs).T
        inside = 100 * np.mean((low <= true + 1e-9) & (true - 1e-9 <= high))
        parts.append(f"{method} {inside:.0f} ({np.median(high - low):.2f})")
    head = f"{name:22} documents {documents:3} true {true:.3f} n {len(found):5}"
    print(f"{head}  {'  '.join(parts)}  [{took:.0f} s]", flush=True)


def counted(replications: int, rng: np.random.Generator) -> None:
    """Figures of one code, and the macro-F1 of seven."""
    for kind, code in (("common", COMMON), ("rare", RARE), ("good", GOOD)):
        truth = labelled(rng, 1, 400_000, code)[0].sum(axis=0)[None, None]
        for documents in DOCUMENTS:
            worlds = labelled(rng, replications, documents, code)[:, :, None]
            for name, figure in FIGURES.items():
                start = time.perf_counter()
                found = [one for world in worlds if (one := limits(world, figure, rng)) is not None]
                report(
                    f"{kind} {name}", documents, float(figure[0](truth).ravel()[0]), found, time.perf_counter() - start
                )
    codes = [Code(p, r, a) for p, r, a in zip(*SEVEN, strict=True)]
    truth = np.stack([labelled(rng, 1, 200_000, code)[0].sum(axis=0) for code in codes])[None]
    for documents in DOCUMENTS:
        start = time.perf_counter()
        worlds = np.stack([labelled(rng, replications, documents, code) for code in codes], axis=2)
        found = [one for world in worlds if (one := limits(world, MACRO, rng)) is not None]
        report("macro-F1 of seven", documents, float(MACRO[0](truth)[0]), found, time.perf_counter() - start)


def ranked(replications: int, rng: np.random.Generator) -> None:
    """Average precision, which needs the passages themselves."""
    for kind, prevalence, apart in (("common", 0.25, 1.5), ("rare", 0.03, 2.0)):

        def corpus(documents: int, prevalence: float = prevalence, apart: float = apart) -> tuple[Array, Array, Array]:
            many = sizes(rng, (documents,))
            index = np.repeat(np.arange(documents), many)
            truth = (rng.random(len(index)) < varying(rng, prevalence, (documents,))[index]).astype(float)
            shift = rng.normal(0, 0.4, documents)[index]
            gap = apart + rng.normal(0, 0.4, documents)[index]
            return index.astype(float), truth, rng.normal(size=len(index)) + shift + gap * truth

        _, truth, guess = corpus(40_000)
        true = average_precision(guess, truth)
        for documents in DOCUMENTS:
            start, found = time.perf_counter(), []
            for _ in range(replications):
                index, truth, guess = corpus(documents)
                one = average_precisions([f"{n:.0f}" for n in index], guess[:, None], truth[:, None])[0]
                if not one.known:
                    continue
                drawn = document_draws(documents, 200, int(rng.integers(2**31)))
                values = []
                for weights in drawn[:, index.astype(int)].astype(int):
                    again = np.repeat(np.arange(len(index)), weights)
                    values.append(average_precision(guess[again], truth[again]))
                found.append({"t": (one.low, one.high), "percentile": percentile_interval(np.array(values))})
            report(f"{kind} average precision", documents, true, found, time.perf_counter() - start)


SUPPORT = ((2, 2), (3, 3), (4, 4), (5, 6), (7, 9), (10, 14), (15, 24), (25, 60))


def by_support(replications: int, rng: np.random.Generator) -> None:
    """The package's intervals by the number of documents that hold what a figure counts: when to warn."""
    for name in ("F1", "recall", "α"):
        statistic, weights, scale = FIGURES[name]
        for kind, code in (("common", COMMON), ("rare", RARE), ("good", GOOD)):
            true = float(statistic(labelled(rng, 1, 400_000, code)[0].sum(axis=0)[None, None]).ravel()[0])
            found: dict[tuple[int, int], list[tuple[bool, float]]] = defaultdict(list)
            for documents in (3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 60):
                for world in labelled(rng, replications, documents, code)[:, :, None]:
                    one = measure(world, statistic, weights(world)).estimates(scale)[0]
                    if one.known:
                        group = next(own for own in SUPPORT if own[0] <= one.documents <= own[1])
                        found[group].append((one.low <= true <= one.high, one.high - one.low))
            told = []
            for low, high in (own for own in SUPPORT if len(found[own]) >= 100):
                inside, width = zip(*found[low, high], strict=True)
                told.append(f"{low}-{high}: {100 * np.mean(inside):.0f} ({np.median(width):.2f})")
            print(f"{kind} {name}, by documents that hold it:  {'  '.join(told)}", flush=True)


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    counted(times, np.random.default_rng(1))
    ranked(max(times // 4, 1), np.random.default_rng(2))
    by_support(max(times * 2 // 5, 1), np.random.default_rng(9))

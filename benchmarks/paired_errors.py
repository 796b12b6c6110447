"""How often two labellers of equal F1 are called different: `paired_errors.py [REPLICATIONS]`.

Per method the share of replications (per cent) in which one-sided p < 0.05 for the one, for the other, and two-sided
p < 0.05. Right is 5, 5 and 5. *Alike*: both make the same kind of errors. *Trade-off*: one is careful and the other
generous, with the same F1. `t` is what the package does; `swap` exchanges the two predictions of whole documents at
random (Yeh 2000); `bootstrap` draws documents again. Last the power against a real difference of 0.10.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np
from worlds import Array, Code, twice_labelled

from scheidslijn.measuring import scores
from scheidslijn.measuring.bootstrap import document_draws
from scheidslijn.measuring.paired import paired

DRAWS = 400


def effect(counts: Array) -> Array:
    """F1 of the first minus that of the second, from `(draws, 2, 4)`."""
    f1 = scores.f1_per_code(counts)
    return np.asarray(f1[:, 0] - f1[:, 1])


def p_values(world: Array, rng: np.random.Generator) -> dict[str, tuple[float, float]] | None:
    """One-sided p-values (first better, first worse) of each method, from `(documents, 2, 4)`."""
    found = paired(world[:, None, 0], world[:, None, 1], scores.f1_per_code, scores.weight_f1)[0]
    if not np.isfinite(found.p_value):
        return None
    value, total = found.effect.value, world.sum(axis=0)
    swapped = rng.integers(0, 2, (DRAWS, len(world))) @ (world[:, 1] - world[:, 0])
    by_swap = effect(np.stack([total[0] + swapped, total[1] - swapped], axis=1))
    drawn = document_draws(len(world), DRAWS, int(rng.integers(2**31))) @ world.reshape(len(world), -1)
    again = effect(drawn.reshape(DRAWS, 2, 4))
    again = again[np.isfinite(again)]
    return {
        "t": (found.p_better, found.p_worse),
        "swap": (np.mean(np.append(by_swap, value) >= value), np.mean(np.append(by_swap, value) <= value)),
        "bootstrap": ((1 + (again <= 0).sum()) / (1 + again.size), (1 + (again >= 0).sum()) / (1 + again.size)),
    }


def equal_f1(one: Code, recall: float, rng: np.random.Generator) -> Code:
    """A labeller of another recall whose F1 is that of `one` in the long run."""
    low, high = 1e-4, 0.5
    for _ in range(18):
        middle = Code(one.prevalence, recall, (low * high) ** 0.5)
        gap = effect(twice_labelled(rng, 1, 200_000, one, middle)[0].sum(axis=0)[None])[0]
        low, high = (middle.alarms, high) if gap < 0 else (low, middle.alarms)
    return middle


def main(replications: int) -> None:
    """Print one line for each pair of labellers and number of documents."""
    rng = np.random.default_rng(4)
    common, rare = Code(0.25, 0.75, 0.08), Code(0.04, 0.60, 0.01)
    wide, wide_rare = Code(0.25, 0.85, 0.12), Code(0.04, 0.80, 0.025)
    pairs = {
        "alike, common code": (common, common),
        "alike, rare code": (rare, rare),
        "trade-off, common code": (wide, equal_f1(wide, 0.6, rng)),
        "trade-off, rare code": (wide_rare, equal_f1(wide_rare, 0.5, rng)),
        "0.10 better, common code": (common, Code(0.25, 0.62, 0.10)),
        "0.10 better, rare code": (Code(0.04, 0.65, 0.01), Code(0.04, 0.52, 0.012)),
    }
    for name, (one, other) in pairs.items():
        for documents in (8, 15, 20, 40, 80):
            counts: dict[str, Array] = defaultdict(lambda: np.zeros(3))
            judged = 0
            for world in twice_labelled(rng, replications, documents, one, other):
                found = p_values(world, rng)
                judged += found is not None
                for method, (better, worse) in (found or {}).items():
                    counts[method] += [better < 0.05, worse < 0.05, 2 * min(better, worse) < 0.05]
            told = "  ".join(f"{m} {' / '.join(f'{100 * n / judged:.0f}' for n in own)}" for m, own in counts.items())
            print(f"{name:26} {documents:3} documents (n {judged}):  {told}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

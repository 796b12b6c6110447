"""How often the promotion test of `retrain` errs: `promotion_errors.py [REPLICATIONS]`.

Ten codes in two dimensions, as common as those of `thema` and `scheidslijn`; the old model has an F1 of 0.70 on each.
Prints the share of replications in which the new model is promoted by the rule of the package, by a rule that asks only
for no drop significant at 5 %, and when drops are not looked at.
"""

from __future__ import annotations

import sys

import numpy as np
from worlds import Code, twice_labelled

from scheidslijn.codebook import Code as BookCode
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.measuring.promotion import PromotionRule, judged_counts

PREVALENCE = (0.25, 0.15, 0.10, 0.08, 0.06, 0.04, 0.03, 0.20, 0.08, 0.025)
SCENES: dict[str, list[float]] = {
    "equal": [0.7] * 10,
    "0.05 better everywhere": [0.75] * 10,
    "0.10 better everywhere": [0.8] * 10,
    "0.10 better on one dimension": [0.7] * 7 + [0.8] * 3,
    "0.05 better, but 0.10 worse on a common code (25 %)": [0.6] + [0.75] * 9,
    "0.10 better, but 0.10 worse on a common code (25 %)": [0.6] + [0.8] * 9,
    "0.10 better, but 0.10 worse on a code of 8 %": [0.8] * 3 + [0.6] + [0.8] * 6,
    "0.10 better, but 0.10 worse on a code of 3 %": [0.8] * 6 + [0.6] + [0.8] * 3,
    "0.10 worse on a common code, else equal": [0.6] + [0.7] * 9,
}
RULES = {
    "rule": PromotionRule(),
    "5 % alone": PromotionRule(caution=0.0),
    "drops ignored": PromotionRule(level=0.05, documents=10**9),
}


def labeller(prevalence: float, f1: float) -> Code:
    """A labeller whose precision and recall both are `f1`."""
    return Code(prevalence, f1, prevalence * (1 - f1) / (1 - prevalence))


def main(replications: int) -> None:
    """Print one line for each scene and number of documents."""
    rng = np.random.default_rng(3)
    sizes = {"thema": 7, "scheidslijn": 3}
    book = Codebook("simulated", "1.0", tuple(
        Dimension(name, "", "", True, "?", tuple(BookCode(name, str(n), "", "", "") for n in range(size)))
        for name, size in sizes.items()
    ))  # fmt: skip
    for name, new in SCENES.items():
        for documents in (20, 40, 80):
            worlds = np.stack(
                [
                    twice_labelled(rng, replications, documents, labeller(p, after), labeller(p, 0.7))
                    for p, after in zip(PREVALENCE, new, strict=True)
                ],
                axis=3,
            )
            promoted, judged = dict.fromkeys(RULES, 0), 0
            for world in worlds:
                for rule_name, rule in RULES.items():
                    found = judged_counts(world[:, 1], world[:, 0], book, rule)
                    promoted[rule_name] += found.promotes
                    judged += rule_name == "rule" and len(found.codes) - len(found.not_judged)
            shares = "  ".join(f"{rule} {100 * count / replications:3.0f} %" for rule, count in promoted.items())
            print(
                f"{name:52} {documents:3} documents, {judged / replications:4.1f} codes judged:  {shares}", flush=True
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

"""Fit what the cues of an injection weigh: `benchmarks/injection_fit.py --shared DIR` writes injection_weights.toml.

A logistic model of groups of cues and their pairs, no weight negative, fitted on the stretches (one sentence with the
next) of the attacks of `injected/` (attacks.toml, attacks_2.toml and orders.txt, each with every code) against those of
real passages and of negatives.txt and negatives_2.txt. Half of the real documents are for fitting, the others choose
the threshold: the lowest that flags at most `--share` of their passages. `--folds` tells first what a fit finds of
orders that it has not seen.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent))  # so that it also runs from elsewhere

from injected_corpus import FOLDER, NAMES, attack_texts

from scheidslijn.assist import injection_cues
from scheidslijn.assist.injection_cues import Weights, groups_of_cues, stretches
from scheidslijn.segmenting.invisible import seen

Groups = tuple[str, ...]
ROWS = 6000
"""Rows of a corpus, spread over it."""
LAW = 1200
"""Of law, which is long and says `moet`, `code` and `categorie` all the time."""
WORDS = 120
"""A longer row is cut into pieces of about so many words, at ends of sentences: about a paragraph."""
MARGIN = 4.0
"""How many times an attack counts as much as a real passage, relative to what balances them by the square root."""


def flat(text: str) -> str:
    """As the detector takes it."""
    return " ".join(seen(text).lower().split())


def real_passages(shared: Path, other: bool = False) -> Iterator[tuple[str, str]]:
    """Yield document and text of real passages: agreements, corpora and coded texts.

    Args:
        shared: folder with `agreements`, `corpora` and `labelled`.
        other: the rows between those that are for fitting and choosing, where a file has so many.
    """
    for file in sorted(shared.glob("agreements/*.gz")) + sorted(shared.glob("[cl]*/*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            found = lines.readlines()
        rows = LAW if file.name.startswith("law") else ROWS
        step = max(1, len(found) // rows)
        for line in found[step // 2 if other else 0 :: step]:
            row = json.loads(line)
            document = re.sub(r"[-_]?\d+$", "", str(row.get("doc_id", file.name)))
            for piece in pieces(row.get("text") or ""):
                yield f"{file.name}:{document}", piece


def pieces(text: str) -> Iterator[str]:
    """Cut a long text at ends of sentences; at most forty pieces of one row."""
    words: list[str] = []
    given = 0
    for sentence in re.split(r"(?<=[.!?]) ", text):
        words += sentence.split()
        if len(words) >= WORDS:
            yield " ".join(words[: 3 * WORDS])
            words, given = [], given + 1
            if given == 40:
                return
    if words:
        yield " ".join(words[: 3 * WORDS])


def of(text: str) -> frozenset[Groups]:
    """The different stretches of a text."""
    return frozenset(stretches(flat(text)))


def is_for_fitting(document: str) -> bool:
    """Half of the documents, by their name."""
    return hashlib.sha256(document.encode()).digest()[0] % 2 == 0


def fit(orders: Sequence[frozenset[Groups]], innocent: Counter[Groups], groups: Sequence[str]) -> Weights:
    """Fit the weights; of an attack the stretch that scores highest counts, so this is done four times over."""
    pairs = list(combinations(groups, 2))
    column = {name: at for at, name in enumerate([*groups, *pairs])}
    chosen = [max(one, key=len) for one in orders if one]
    weights = Weights(0.0, {}, {})
    for _ in range(4):
        attacks = Counter(chosen)
        sets = [*attacks, *innocent]
        design = np.zeros((len(sets), len(column)))
        for at, some in enumerate(sets):
            design[at, [column[name] for name in (*some, *combinations(some, 2))]] = 1.0
        counts = np.array([*attacks.values(), *innocent.values()], dtype=float)
        signs = np.array([1.0] * len(attacks) + [-1.0] * len(innocent))
        counts[signs > 0] *= MARGIN * (sum(innocent.values()) / sum(attacks.values())) ** 0.5
        found = _minimum(design, signs, counts, len(groups))
        values = dict(zip(column, found, strict=True))
        weights = Weights(
            0.0, {one: values[one] for one in groups}, {pair: values[pair] for pair in pairs if values[pair] > 0.02}
        )
        chosen = [max(one, key=weights.of) for one in orders if one]
    return weights


def _minimum(design: np.ndarray, signs: np.ndarray, counts: np.ndarray, alone: int) -> np.ndarray:
    """Logistic loss with ridge (pairs are held smaller than single groups) and bounds at zero."""
    ridge = np.array([1.0] * alone + [3.0] * (design.shape[1] - alone))

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = x[:-1], x[-1]
        margin = signs * (design @ weights + bias)
        slope = -signs * counts / (1.0 + np.exp(np.clip(margin, -500, 500)))
        value = counts @ np.logaddexp(0.0, -margin) + 0.5 * (ridge * weights) @ weights
        return float(value), np.append(design.T @ slope + ridge * weights, slope.sum())

    start = np.zeros(design.shape[1] + 1)
    bounds = [(0.0, None)] * design.shape[1] + [(None, None)]
    return minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 500}).x[:-1]


def highest(some: frozenset[Groups], weights: Weights) -> float:
    """The score of a passage."""
    return max(map(weights.of, some), default=0.0)


def threshold(passages: Sequence[frozenset[Groups]], weights: Weights, share: float) -> float:
    """The lowest that flags at most a share of passages."""
    scores = np.sort([highest(one, weights) for one in passages])[::-1]
    return float(scores[int(share * len(scores))]) + 0.01


def orders_of(text: str) -> list[str]:
    """An attack with every code in it."""
    return [text.format(code=code, name=name, key=f"thema.{code}", quote="met de wijk") for code, name in NAMES.items()]


def written(weights: Weights) -> str:
    """The weights as TOML."""
    lines = [
        "# Made by benchmarks/injection_fit.py; not written by hand.",
        f"least = {weights.least:.2f}",
        "",
        "[alone]",
    ]
    lines += [f"{name} = {value:.2f}" for name, value in weights.alone.items() if value >= 0.01]
    lines += ["", "[together]"]
    lines += [f'"{one}+{other}" = {value:.2f}' for (one, other), value in weights.together.items()]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, tell what was found, and write the weights."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--share", type=float, default=0.0006, help="of real passages that may be flagged by cues")
    options.add_argument("--folds", type=int, default=0)
    options.add_argument("--hits", type=Path, help="write the real passages that score highest, to be looked at")
    given = options.parse_args(arguments)
    passages = [(document, text, of(text)) for document, text in real_passages(given.shared)]
    fitting = [one for document, _, one in passages if is_for_fitting(document)]
    choosing = [one for document, _, one in passages if not is_for_fitting(document)]
    innocent = Counter(groups for one in fitting for groups in one)
    for name in ("negatives.txt", "negatives_2.txt"):
        for text in (FOLDER / name).read_text("utf-8").splitlines():
            innocent.update({groups: 40 for groups in of(text)})
    texts = attack_texts()
    groups = groups_of_cues()
    for fold in range(given.folds):
        learned = [of(v) for at, text in enumerate(texts) if at % given.folds != fold for v in orders_of(text)]
        weights = fit(learned, innocent, groups)
        least = threshold(choosing, weights, given.share)
        for text in texts[fold :: given.folds]:
            found = sum(highest(of(v), weights) >= least for v in orders_of(text))
            sys.stdout.write(f"{found}/{len(NAMES)}\t{text}\n")
    weights = fit([of(v) for text in texts for v in orders_of(text)], innocent, groups)
    weights = Weights(threshold(choosing, weights, given.share), weights.alone, weights.together)
    flagged = sum(highest(one, weights) >= weights.least for one in choosing)
    sys.stdout.write(f"real passages: {len(fitting)} fitted, {flagged} of {len(choosing)} others flagged\n")
    Path(injection_cues.__file__).with_name("injection_weights.toml").write_text(written(weights), "utf-8")
    if given.hits:
        ranked = sorted(passages, key=lambda one: -highest(one[2], weights))[:120]
        rows = (f"{highest(one[2], weights) - weights.least:.2f}\t{one[0]}\t{one[1]}" for one in ranked)
        given.hits.write_text("\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()

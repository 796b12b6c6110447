"""Do shares stay estimable when a queue is coded? Coverage of the intervals over two rounds, beside counting the queue.

Run `python benchmarks/queue_shares.py [--replications 400]`; it prints a Markdown table. A replication makes a corpus
of 20 documents with an intra-document correlation and a labeller that errs, queues passages, has them coded as they
truly are, queues again with these as coded, and estimates the shares from everything coded so far, as `scheidslijn
shares estimate` does. Which passages are chosen for a reason depends on the labeller, on what is coded and on
documents, so counting all that was coded is far off; only the part drawn by lot may be counted.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.codebook import Codebook, Dimension, load_codebook
from scheidslijn.measuring.shares.design_text import design_line
from scheidslijn.measuring.shares.estimating import estimate
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.joining import CHANCE, DRAW, IDENTITY, join
from scheidslijn.passage import Passage
from scheidslijn.queueing.choosing import Queue, choose
from scheidslijn.queueing.lot import earlier_draw
from scheidslijn.queueing.mix import DEFAULT
from scheidslijn.queueing.pool import make_pool

WORDS = ("inkomen", "afkomst", "middeninkomen")
SHARES = (0.25, 0.10, 0.03)
FILLING = tuple(f"woord{number}" for number in range(200))


@dataclass(frozen=True, slots=True)
class World:
    """A corpus and what is true of it: by passage_id the codes of `scheidslijn`."""

    frame: Frame
    codebook: Codebook
    truth: Mapping[str, tuple[str, ...]]


def world(seed: int, documents: int = 20, passages: int = 40) -> World:
    """A corpus of about `documents * passages` passages, whose documents differ in shares and in words."""
    generator = np.random.default_rng(seed)
    book = load_codebook("sociale-tweedeling")
    dimension = next(one for one in book.dimensions if one.name == "scheidslijn")
    codes = [one.code for one in dimension.codes]
    rows, truth, given, scores = [], {}, [], []
    for number in range(documents):
        size = max(8, round(generator.lognormal(np.log(passages), 0.6)))
        chances = generator.beta(np.array(SHARES) * 12, (1 - np.array(SHARES)) * 12)
        favourite = generator.integers(0, len(FILLING) - 20)
        for place in range(size):
            true = generator.random(3) < chances
            identity = f"{number:02d}-{place:04d}"
            score = np.where(true, generator.beta(3, 2, 3), generator.beta(0.7, 6, 3))
            words = [WORDS[k] for k in range(3) if true[k] and generator.random() < 0.5]
            words += [FILLING[favourite + k] for k in generator.integers(0, 20, 6)] + [f"nr{number}x{place}"]
            rows.append(Passage(identity, f"waterrade-{number:02d}", None, " ".join(words), kind="paragraph"))
            truth[identity] = tuple(code for code, own in zip(codes, true, strict=True) if own)
            given.append(score >= 0.5)
            scores.append(score)
    names, document = np.unique([one.document for one in rows], return_inverse=True)
    keys = tuple(one.key for one in dimension.codes)
    frame = Frame("waterrade.jsonl", keys, tuple(rows), tuple(map(str, names)), document.astype(np.int64),
                  np.array(given), np.array(scores))  # fmt: skip
    return World(frame, Codebook("enkel", "1.0", (dimension,)), truth)


def coded(one: World, queue: Queue) -> list[Coding]:
    """What a coder who makes no mistakes says of a queue, with what the sheet says of the draw."""
    line = design_line(queue.draw) if queue.draw is not None else ""
    made = []
    for chosen in queue.chosen:
        passage = one.frame.passages[chosen.place]
        extra: dict[str, object] = {IDENTITY: passage.passage_id}
        if chosen.route == "random" and queue.draw is not None:
            extra |= {CHANCE: float(f"{queue.draw.chance[chosen.place]:.10g}"), DRAW: line}
        codes = {"scheidslijn": one.truth[passage.passage_id]}
        made.append(Coding(passage.key, passage.text, passage.document, "noor", codes, passage.passage_id, extra=extra))
    return made


def rounds(one: World, number: int, times: int, seed: int) -> list[Coding]:
    """Code `times` queues of `number` passages, each chosen after the one before was coded."""
    codings: list[Coding] = []
    for _ in range(times):
        _, before = earlier_draw(codings, seed)
        pool = make_pool(one.frame, codings, one.codebook)
        codings += coded(one, choose(pool, one.codebook, number, DEFAULT, seed=seed, before=before))
    return codings


def wilson(found: int, number: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share."""
    share, add = found / number, z**2 / number
    middle, half = share + add / 2, z * np.sqrt(share * (1 - share) / number + add / (4 * number))
    return (middle - half) / (1 + add), (middle + half) / (1 + add)


def replicate(seed: int, number: int = 100, times: int = 2) -> dict[str, list[tuple[bool, float, float]]]:
    """By code, of counting the queue and of our estimate: whether the interval holds the truth, error and width."""
    one = world(seed)
    codings = rounds(one, number, times, seed)
    sample = join(one.frame, Codings(tuple(codings)), one.codebook)
    lines = {line.key: line for line in estimate(one.frame, sample).passages}
    found = {}
    dimension: Dimension = one.codebook.dimensions[0]
    for code in dimension.codes:
        truth = float(np.mean([code.code in own for own in one.truth.values()]))
        yes = sum(code.code in coding.codes["scheidslijn"] for coding in codings)
        low, high = wilson(yes, len(codings))
        line = lines[code.key]
        found[code.code] = [
            (low <= truth <= high, yes / len(codings) - truth, high - low),
            (line.low <= truth <= line.high, line.value - truth, line.high - line.low),
        ]
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=400)
    given = parser.parse_args()
    rows = defaultdict(list)
    for seed in range(given.replications):
        for code, own in replicate(seed).items():
            rows[code].append(own)
    print("| code | share | counting the queue: coverage | its error | ours: coverage | its error | its width |")
    print("|---|---|---|---|---|---|---|")
    for code, share in zip(rows, SHARES, strict=True):
        values = np.array(rows[code], dtype=np.float64)
        print(
            f"| `{code}` | {share:.0%} | {values[:, 0, 0].mean():.1%} | {100 * values[:, 0, 1].mean():+.1f} points | "
            f"{values[:, 1, 0].mean():.1%} | {100 * values[:, 1, 1].mean():+.2f} points | "
            f"{100 * values[:, 1, 2].mean():.1f} points |"
        )


if __name__ == "__main__":
    main()

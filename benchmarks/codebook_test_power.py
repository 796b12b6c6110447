"""How often a model of known quality is let through by `codebook-test`: a simulation, without any endpoint.

A simulated coder sees what a model sees and knows the truth. It misses the truth with chance `error` in every dimension
and passage (the same mistake whenever it sees the passage, as models do), changes its mind with chance `whim` at every
question, follows the name instead of the definition with chance `names`, and ignores an exclusion with chance `deaf`.

    python benchmarks/codebook_test_power.py [ROUNDS]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scheidslijn.annotations.coding import Coding, Codings
from scheidslijn.assist.prompting import Prompt
from scheidslijn.assist.values import Failure, Suggestion
from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.fidelity.goldset import choose, gold_for_test
from scheidslijn.fidelity.job import run_test
from scheidslijn.fidelity.plan import Choices, make_plan
from scheidslijn.passage import Passage, text_key

CODES = {"thema": 7, "rol": 5, "verbinding": 3}
SHARES = {"thema": 0.2, "rol": 0.0, "verbinding": 0.12}


@dataclass(frozen=True)
class Quality:
    """How a simulated model errs; see the module."""

    error: float = 0.0
    whim: float = 0.0
    names: float = 0.0
    deaf: float = 0.0
    illegal: float = 0.0


def book() -> Codebook:
    made = []
    for name, number in CODES.items():
        codes = tuple(
            Code(
                name,
                f"{name}{n}",
                f"{name}{n}",
                f"{name}{n}",
                f"betekenis {name}{n}",
                examples=tuple(f"Voorbeeld {i} {name}{n}." for i in range(3)),
            )
            for n in range(number)
        )
        made.append(Dimension(name, name, name, name != "rol", "?", codes))
    return Codebook("proef", "1", tuple(made))


BOOK = book()


def world(draw: random.Random, passages: int, documents: int) -> tuple[Codings, dict[str, set[str]]]:
    """Gold of one coder; passages of one document resemble each other a little."""
    made, known = [], {}
    leaning = {f"d{n:03}": {key for key in BOOK.keys if draw.random() < 0.3} for n in range(documents)}
    for number in range(passages):
        document = f"d{number % documents:03}"
        codes: dict[str, tuple[str, ...]] = {}
        for dimension in BOOK.dimensions:
            if not dimension.multi:
                codes[dimension.name] = (draw.choice(dimension.codes).code,)
                continue
            chance = [
                SHARES[dimension.name] * (2 if code.key in leaning[document] else 0.7) for code in dimension.codes
            ]
            pairs = zip(dimension.codes, chance, strict=True)
            codes[dimension.name] = tuple(code.code for code, share in pairs if draw.random() < share)
        text = f"Passage {number} van {document}."
        made.append(Coding(text_key(text), text, document, "anna", codes, f"anna:{number}"))
        known[text] = {f"{name}.{code}" for name, own in codes.items() for code in own}
    known |= {
        text: {code.key} for one in BOOK.dimensions for code in one.codes for text in (*code.examples, code.definition)
    }
    return Codings(tuple(made)), known


def answers(prompt: Prompt, passages: Sequence[Passage], repeat: int, known: dict[str, set[str]], quality: Quality,
            seed: int) -> Iterator[Suggestion]:  # fmt: skip
    """What the simulated model says: through the codes as they are called in the prompt, back to the codebook's."""
    called = prompt.options.aliases
    meaning = prompt.options.replaced
    definitions = {code.definition: code.key for one in prompt.codebook.dimensions for code in one.codes}
    for passage in passages:
        base = next(text for text in known if passage.text.startswith(text))
        codes: dict[str, tuple[str, ...]] = {}
        failures = []
        for dimension in prompt.codebook.dimensions:
            own = random.Random(f"{seed}{base}{dimension.name}")
            true = {key for key in known[base] if key.startswith(dimension.name + ".")}
            if own.random() < quality.error:
                true = {own.choice(dimension.codes).key} if not dimension.multi or own.random() < 0.7 else set()
            mood = random.Random(f"{seed}{passage.text}{dimension.name}{prompt.digest}{repeat}")
            if mood.random() < quality.whim:
                true = {mood.choice(dimension.codes).key}
            if mood.random() < quality.illegal:
                failures.append(Failure("quote_not_found", dimension.name))
                continue
            by_name = mood.random() < quality.names
            given = []
            for code in dimension.codes:
                shown = definitions[meaning[code.key]] if code.key in meaning else code.key
                if by_name:
                    shown = f"{dimension.name}.{called.get(code.key, code.code)}"
                ruled = any("voorkomt" in line and "olifant" in line for line in code.exclude)
                hit = shown in true and not (ruled and "olifant" in passage.text and mood.random() >= quality.deaf)
                given += [code.code] if hit else []
            codes[dimension.name] = tuple(given)
        yield Suggestion(
            passage, codes, failures=tuple(failures), coder="llm:proef", model="proef", prompt=prompt.digest
        )


def let_through(quality: Quality, passages: int, documents: int, rounds: int) -> dict[str, float]:
    """By dimension the share of rounds in which the model counts, and "α" the mean agreement with the gold."""
    counts = dict.fromkeys([*CODES, "α"], 0.0)
    for number in range(rounds):
        codings, known = world(random.Random(number), passages, documents)
        plan = make_plan(BOOK, choose(gold_for_test(codings, BOOK), passages), Choices(passages=passages))

        def ask(prompt: Prompt, own: Sequence[Passage], repeat: int, seed: int = number) -> Iterator[Suggestion]:
            return answers(prompt, own, repeat, known, quality, seed)  # noqa: B023

        for one in run_test(plan, ask).dimensions:
            counts[one.dimension] += one.counts / rounds
            counts["α"] += one.agreement.value / rounds / len(CODES)
    return counts


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    good = Quality(error=0.08, whim=0.02, names=0.05, deaf=0.05, illegal=0.01)
    models = {
        "without mistakes": Quality(), "good": good, "good, but errs twice as often": replace(good, error=0.16),
        "mediocre (errs in 3 of 10)": replace(good, error=0.30), "errs in half": replace(good, error=0.5),
        "good, but goes by names half the time": replace(good, names=0.5),
        "good, but changes its mind 1 time in 5": replace(good, whim=0.2),
        "good, but ignores half the exclusions": replace(good, deaf=0.5),
        "good, but 1 answer in 8 does not check": replace(good, illegal=0.12),
    }  # fmt: skip
    print("| model | α | passages | documents | " + " | ".join(CODES) + " |")
    print("|---|---|---|---|" + "---|" * len(CODES))
    for name, quality in models.items():
        for passages, documents in ((40, 20), (40, 40), (80, 40)):
            found = let_through(quality, passages, documents, rounds)
            cells = " | ".join(f"{found[dimension]:.2f}" for dimension in CODES)
            print(f"| {name} | {found['α']:.2f} | {passages} | {documents} | {cells} |", flush=True)


if __name__ == "__main__":
    main()

"""How often an instruction hidden in a passage changes its labels, and what the detector finds.

`python benchmarks/injection.py` measures the detector alone: recall on our injected passages by family, and false
alarms on texts that only look suspicious and on real files (`--real`).

`python benchmarks/injection.py --llm URL --model NAME` also asks a model, through the machinery of `suggest`, about
the clean passages, the injected ones, and the same with an innocent sentence of the same length in the same place and
disguise. The last says how much of the flipping is mere sensitivity to more text. Intervals are clustered by clean
passage. With `--cache DIR` a run that was broken off goes on, and the report can be made again for nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # so that it also runs from elsewhere

from injected_corpus import Injected, injected, negatives
from injected_figures import Trial, detector_table, exact, flips_table, share, trial

from scheidslijn.assist.asking import ask_all
from scheidslijn.assist.cache import Cache
from scheidslijn.assist.injection import flags_of, flags_of_passage
from scheidslijn.assist.keys import key_for
from scheidslijn.assist.prompting import Prompt, PromptOptions, make_prompt
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.wire import Endpoint
from scheidslijn.codebook import load_codebook
from scheidslijn.passage import Passage
from scheidslijn.sources import walk
from scheidslijn.workers import read_all


def ask(
    prompt: Prompt, passages: Sequence[Passage], endpoint: Endpoint, cache: Cache | None, concurrency: int
) -> dict[str, Suggestion]:
    """What the model says, by passage_id; every passage is asked once."""
    once = {one.passage_id: one for one in passages}
    said = ask_all(prompt, list(once.values()), endpoint, cache=cache, concurrency=concurrency)
    return {one.passage.passage_id: one for one in said}


def trials_of(
    some: Sequence[Injected], prompt: Prompt, endpoint: Endpoint, cache: Cache | None, concurrency: int
) -> list[Trial]:
    """Ask about twins, injected passages and controls, and compare."""
    passages = [passage for one in some for passage in (one.twin, one.passage, one.control)]
    said = ask(prompt, passages, endpoint, cache, concurrency)
    return [
        trial(one, *(said[p.passage_id] for p in (one.twin, one.passage, one.control)), prompt.codebook) for one in some
    ]


def asked_report(trials: Sequence[Trial]) -> Iterator[str]:
    """The lines of the report on a model."""
    clusters = [str(one.injected.clean.number) for one in trials]
    yield f"## Labels that flip ({len(trials)} injected passages, {len(set(clusters))} clean ones)\n"
    yield from flips_table(trials)
    yield ""
    yield f"Any code that the twin does not have, %: {share([one.added for one in trials], clusters)}"
    unflagged = [one for one in trials if not one.flags]
    yield f"Flipped to the target among the {len(unflagged)} that the detector does not flag, %: " + share(
        [one.hit for one in unflagged], [str(one.injected.clean.number) for one in unflagged]
    )


def detector_report(some: Sequence[Injected], held_out: Sequence[Injected], real: Sequence[str]) -> Iterator[str]:
    """The lines of the report on the detector."""
    yield "## What the detector finds\n"
    yield from detector_table((one, bool(flags_of_passage(one.passage))) for one in some)
    yield "\nAttacks written after it was finished, and never used to change it:\n"
    yield from detector_table((one, bool(flags_of_passage(one.passage))) for one in held_out)
    alarms = [text for text in negatives() if flags_of(text)]
    yield f"\nFalse alarms on texts that only look suspicious: {exact(len(alarms), len(negatives()))}"
    yield from (f"- {' '.join(flags_of(text))}: {text}" for text in alarms)
    if real:
        kinds: dict[str, int] = {}
        flagged = total = 0
        for outcome in read_all(list(walk(list(real)))):
            for passage in outcome.passages:
                flags = flags_of_passage(passage)
                total, flagged = total + 1, flagged + bool(flags)
                for flag in flags:
                    kinds[flag] = kinds.get(flag, 0) + 1
        yield f"Flagged passages of the real files: {exact(flagged, total)}; by kind: {kinds or 'none'}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark and write the report to standard output."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--llm", default="", help="endpoint that speaks the OpenAI protocol")
    options.add_argument("--model", default="", help="which model")
    options.add_argument("--language", default="nl", help="of the instructions: nl or en")
    options.add_argument("--dimension", action="append", default=[], help="ask only this one; repeatable")
    options.add_argument("--per-attack", type=int, default=7, help="clean passages an attack (7 gives 392 passages)")
    options.add_argument("--held-out", action="store_true", help="ask about the held-out attacks as well")
    options.add_argument("--cache", default="", help="folder where answers are kept")
    options.add_argument("--concurrency", type=int, default=4)
    options.add_argument("--max-tokens", type=int, default=1500)
    options.add_argument("--trials", default="", help="write what became of every passage as JSON lines")
    options.add_argument("--real", nargs="*", default=[], help="files and folders for false alarms on real text")
    given = options.parse_args(arguments)
    some, held_out = injected(given.per_attack), injected(given.per_attack, "held_out")
    lines = list(detector_report(some, held_out, given.real))
    if given.llm:
        prompt = make_prompt(
            load_codebook("sociale-tweedeling"),
            PromptOptions(language=given.language, dimensions=tuple(given.dimension)),
        )
        endpoint = Endpoint(given.llm, given.model, key_for(given.llm, ""), max_tokens=given.max_tokens)
        cache = Cache(Path(given.cache)) if given.cache else None
        trials = trials_of([*some, *(held_out if given.held_out else [])], prompt, endpoint, cache, given.concurrency)
        lines += ["", *asked_report(trials)]
        if given.trials:
            rows = (json.dumps(asdict(one), ensure_ascii=True, default=list) for one in trials)
            Path(given.trials).write_text("\n".join(rows) + "\n", "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

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

from injected_corpus import FOLDER, Injected, injected, negatives
from injected_figures import Trial, detector_table, exact, flips_table, share, trial
from injection_fit import real_passages

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

SETS = {
    "attacks": "Attacks that it was made for",
    "attacks_2": "Attacks that its cues were fitted on",
    "red_team": "Attacks by others, written while it was made and never used to change it",
}


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


def detector_report(per_attack: int, real: Sequence[str]) -> Iterator[str]:
    """The lines of the report on the detector."""
    yield "## What the detector finds"
    for name, what in SETS.items():
        if (FOLDER / f"{name}.toml").exists():
            yield f"\n{what} ({name}.toml):\n"
            yield from detector_table((one, bool(flags_of_passage(one.passage))) for one in injected(per_attack, name))
    for name in ("negatives", "negatives_2", "red_team_negatives"):
        if (FOLDER / f"{name}.txt").exists():
            texts = negatives(name)
            alarms = [text for text in texts if flags_of(text)]
            yield f"\nFalse alarms on texts that only look suspicious ({name}.txt): {exact(len(alarms), len(texts))}"
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


def alarms_report(shared: Path, hits: str) -> Iterator[str]:
    """The lines on real passages, by file; those that are flagged are written to `hits`, to be looked at."""
    flagged: dict[str, list[bool]] = {}
    rows = []
    for document, text in real_passages(shared, other=True):
        flags = flags_of(text)
        flagged.setdefault(document.partition(":")[0], []).append(bool(flags))
        rows += [json.dumps([document, flags, text])] if flags else []
    yield "\n## Real passages, other rows than the weights were fitted on where a file has so many\n"
    flagged["all"] = [one for found in flagged.values() for one in found]
    for name, some in flagged.items():
        yield f"- {name}: {exact(sum(some), len(some))}"
    if hits:
        Path(hits).write_text("\n".join([*rows, ""]), "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark and write the report to standard output."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--llm", default="", help="endpoint that speaks the OpenAI protocol")
    options.add_argument("--model", default="", help="which model")
    options.add_argument("--language", default="nl", help="of the instructions: nl or en")
    options.add_argument("--dimension", action="append", default=[], help="ask only this one; repeatable")
    options.add_argument("--per-attack", type=int, default=7, help="clean passages an attack (7 gives 392 passages)")
    options.add_argument("--red-team", action="store_true", help="ask about the attacks of the red team as well")
    options.add_argument("--cache", default="", help="folder where answers are kept")
    options.add_argument("--concurrency", type=int, default=4)
    options.add_argument("--max-tokens", type=int, default=1500)
    options.add_argument("--trials", default="", help="write what became of every passage as JSON lines")
    options.add_argument("--real", nargs="*", default=[], help="files and folders for false alarms on real text")
    options.add_argument("--shared", type=Path, help="folder with agreements, corpora and coded texts for false alarms")
    options.add_argument("--hits", default="", help="write the flagged of those as JSON lines")
    given = options.parse_args(arguments)
    lines = list(detector_report(given.per_attack, given.real))
    lines += alarms_report(given.shared, given.hits) if given.shared else []
    if given.llm:
        prompt = make_prompt(
            load_codebook("sociale-tweedeling"),
            PromptOptions(language=given.language, dimensions=tuple(given.dimension)),
        )
        endpoint = Endpoint(given.llm, given.model, key_for(given.llm, ""), max_tokens=given.max_tokens)
        cache = Cache(Path(given.cache)) if given.cache else None
        some = injected(given.per_attack) + (injected(given.per_attack, "red_team") if given.red_team else [])
        trials = trials_of(some, prompt, endpoint, cache, given.concurrency)
        lines += ["", *asked_report(trials)]
        if given.trials:
            rows = (json.dumps(asdict(one), ensure_ascii=True, default=list) for one in trials)
            Path(given.trials).write_text("\n".join(rows) + "\n", "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

"""How long a report over many passages takes: python benchmarks/report_speed.py [PASSAGES] [DOCUMENTS]

Writes an invented gold of two coders, and the labels of two invented labellers, as JSON lines in a temporary folder,
and runs `scheidslijn evaluate` on them as a user does: reading, joining, all figures, and the three forms of the
report. Seconds are those of the processor, so that a busy machine does not count.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.evaluating.job import Job, run
from scheidslijn.evaluating.writing import write

WORDS = "de gemeente Elzenbroek wil met inwoners van Waterrade en Duinhorst aan wonen zorg school werk en buurt".split()


def main(passages: int, documents: int) -> None:
    """Make the files, run, and print what each part took."""
    draw, codebook = random.Random(1), load_codebook("sociale-tweedeling")
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder) / f"{name}.jsonl" for name in ("gold", "labels", "older")]
        with names[0].open("w") as gold, names[1].open("w") as labels, names[2].open("w") as older:
            for number in range(passages):
                text = " ".join(draw.choices(WORDS, k=draw.randint(12, 60))) + f" {number}."
                facts = {"text": text, "document": f"akkoord {number * documents // passages}", "page": number % 90 + 1}
                facts |= {"doc_type": draw.choice(("coalitieakkoord", "wmo-plan")), "year": draw.choice((2018, 2022))}
                true = answer(draw, codebook)
                for coder in ("anna", "bram"):
                    gold.write(json.dumps(facts | {"coder": coder} | erring(draw, codebook, true, 0.08)) + "\n")
                for stream, wrong in ((labels, 0.2), (older, 0.3)):
                    scores = {key: round(draw.random(), 4) for key in codebook.keys}
                    given = erring(draw, codebook, true, wrong)
                    row = {"text": text, "document": facts["document"], "scores": scores, "model": "m@1"}
                    stream.write(json.dumps(row | given) + "\n")
        start = time.process_time()
        job = Job(gold=(str(names[0]),), predictions=str(names[1]), against=(str(names[2]),), rule="majority")
        found = run(job, lambda line: None, datetime.now().astimezone())
        total = time.process_time() - start
        print(f"figures of {passages:,} passages: {total:.1f} s")
        for form in ("html", "json", "md"):
            start = time.process_time()
            size = write(found, str(Path(folder) / f"report.{form}"))
            total += time.process_time() - start
            print(f"{form}: {time.process_time() - start:.1f} s, {size / 1e6:.1f} MB")
        print(f"together {total:.1f} s")


def answer(draw: random.Random, codebook: Codebook) -> dict[str, list[str] | str]:
    """Codes of one passage."""
    return {
        one.name: [code.code for code in one.codes if draw.random() < 0.15]
        if one.multi
        else draw.choice(one.codes).code
        for one in codebook.dimensions
    }


def erring(
    draw: random.Random, codebook: Codebook, true: dict[str, list[str] | str], wrong: float
) -> dict[str, list[str] | str]:
    """The same codes with a share of the dimensions coded anew."""
    other = answer(draw, codebook)
    return {name: other[name] if draw.random() < wrong else codes for name, codes in true.items()}


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + ["20000", "400"][len(sys.argv) - 1 :])))

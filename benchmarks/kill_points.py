"""Kill a run at random moments, go on, and compare the output with that of an unbroken run, byte by byte.

Run `python benchmarks/kill_points.py --points 200`. Every point is a run over a small invented corpus that kills itself
with SIGKILL at a random one of its file operations (opening, writing, renaming, removing), again and again with other
points, until a run comes to its end. POSIX only.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scheidslijn.batch.job import Job, check_output, run_job
from scheidslijn.batch.pool import Recipe
from scheidslijn.errors import ScheidslijnError
from scheidslijn.onefile import Limits
from scheidslijn.sources import walk

FORMS = ("uit.jsonl", "uit.csv", "uit.parquet", "dataset/", "kept.jsonl")
KEPT = "kept.jsonl"
"""The form whose finished work is kept (`--work`): its manifest is compared too."""
_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.truncate")
_left = [-1]


def corpus(folder: Path, documents: int = 6) -> Path:
    """Write a small corpus: texts, a table of more than one chunk, and a file that cannot be read."""
    folder.mkdir(parents=True)
    for number in range(documents):
        lines = [f"Elzenbroek bouwt in jaar {number} {at} betaalbare woningen voor starters." for at in range(1, 9)]
        (folder / f"plan-{number}.txt").write_text(f"Wonen {number}\n\n" + "\n\n".join(lines) + "\n", "utf-8")
    rows = [f"{at},Waterrade opent school {at} voor leerlingen met een taalachterstand." for at in range(600)]
    (folder / "rijen.csv").write_text("id,text\n" + "\n".join(rows) + "\n", "utf-8")
    (folder / "leeg.pdf").write_bytes(b"")
    return folder


def content(target: Path) -> dict[str, bytes]:
    """The bytes of an output by name, of a file or a folder."""
    if target.is_dir():
        return {str(one.relative_to(target)): one.read_bytes() for one in sorted(target.rglob("*")) if one.is_file()}
    found = {target.name: target.read_bytes()}
    if target.name == KEPT:
        found["manifest"] = (target.parent / "work" / "manifest.jsonl").read_bytes()
    return found


def run(folder: Path, out: str) -> None:
    """One run as the command makes it, by the term scan, in this process."""
    target = Path(out.rstrip("/"))
    work = str(target.with_name("work")) if target.name == KEPT else ""
    job = Job(
        str(target), Recipe(labeller="terms"), Limits(), ocr=False, workers=0, work=work, dataset=out.endswith("/")
    )
    check_output(job)
    run_job(job, job.recipe.load(), list(walk([folder])), lambda line: None)


def broken_run(folder: Path, out: str, after: int) -> bool:
    """Run in a copy of this process that kills itself at file operation number `after`; return whether it ended."""
    child = os.fork()
    if child == 0:
        _left[0] = after
        code = 9
        try:
            run(folder, out)
            code = 0
        except ScheidslijnError as error:
            print(error, file=sys.stderr)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status):
        raise SystemExit(f"a run that went on failed: {out}, killed after {after}")
    return True


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _left[0] > 0 and event in _EVENTS:
        _left[0] -= 1
        if _left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def measure(scratch: Path, points: int, seed: int = 0, tell: Callable[[str], None] = print) -> int:
    """Kill at `points` random points over all forms; return how many outputs differed from those of unbroken runs."""
    sys.addaudithook(_watch)
    chance, texts = random.Random(seed), corpus(scratch / "corpus")
    expected = {}
    (scratch / "whole").mkdir()
    for form in FORMS:
        run(texts, f"{scratch}/whole/{form}")
        expected[form] = content(scratch / "whole" / form)
    killed = different = outputs = 0
    began = time.monotonic()
    while killed < points:
        form = FORMS[outputs % len(FORMS)]
        place = scratch / f"broken-{outputs}"
        place.mkdir()
        while not broken_run(texts, f"{place}/{form}", chance.randint(1, 150)):
            killed += 1
        outputs += 1
        left = sorted(one.name for one in place.iterdir())
        clean = [form.rstrip("/"), *(["work"] if form == KEPT else [])]
        if content(place / form) != expected[form] or left != clean:
            different += 1
            tell(f"{form}: differs, beside {left}")
    tell(f"{killed} kills in {outputs} runs that came to their end: {different} outputs differ "
         f"({time.monotonic() - began:.0f} s)")  # fmt: skip
    return different


def main() -> None:
    """Measure in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(1 if measure(Path(scratch), options.points, options.seed) else 0)


if __name__ == "__main__":
    main()

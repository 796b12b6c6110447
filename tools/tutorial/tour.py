"""Runs a tutorial from its own text: every command of it in order, with the coders at the coding page, and counts.

python tools/tutorial/tour.py docs/tutorial.nl.md --folder /tmp/rondleiding
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from people import code, read_people

ROOT = Path(__file__).resolve().parents[2]
MATERIAL = ROOT / "docs" / "tutorial"
PORT = "8123"
"""The port that the tutorial names."""


@dataclass(slots=True)
class Tour:
    """What a run of the tutorial did.

    Attributes:
        said: by command what it printed.
        decisions: by coder and file of codes how many decisions a person gave.
    """

    said: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Decisions of people, one for each dimension of each passage that a person coded or settled."""
        return sum(self.decisions.values())


def commands_of(tutorial: Path) -> list[str]:
    """The `scheidslijn` commands of its `sh` blocks, in order; a line that ends in a backslash goes on."""
    blocks = re.findall(r"^```sh\n(.*?)^```", tutorial.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [" ".join(line.split()) for line in lines if line.startswith("scheidslijn ")]


def run_tour(tutorial: Path, folder: Path, port: int, tell: Callable[[str], None]) -> Tour:
    """Copy the material to a folder and run the tutorial there, against the endpoint that listens on a port.

    Raises:
        RuntimeError: a command failed, or ended otherwise than the tutorial says.
    """
    shutil.copytree(MATERIAL, folder, dirs_exist_ok=True)
    people, tour = read_people(folder / "people.jsonl"), Tour()
    for command in commands_of(tutorial):
        began = time.monotonic()
        words = [word.replace(f":{PORT}", f":{port}") for word in shlex.split(command)[1:]]
        run = [sys.executable, "-m", "scheidslijn", *words]
        if words[0] == "code":
            said, decisions = code([*run, "--no-browser"], _after(words, "--coder"), people, folder)
            tour.decisions[_after(words, "-o")] = decisions
        else:
            done = subprocess.run(run, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=_environment())
            said = done.stdout + done.stderr
            if done.returncode != 0:
                raise RuntimeError(f"{command}\nended with {done.returncode}:\n{said}")
        tour.said[command] = said
        tell(f"$ {command}\n{said.rstrip()}\n[{time.monotonic() - began:.0f} s]\n")
    return tour


def serving(port: int) -> Iterator[int]:
    """Serve the practice model in this process; yields the port and stops afterwards."""
    from decoding import Decoder
    from serve import PRACTICE_MODEL, Server

    server = Server(Decoder.load(PRACTICE_MODEL), port).start()
    try:
        yield int(server.url.rpartition(":")[2])
    finally:
        server.close()


def _after(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "NO_COLOR": "1", "COLUMNS": "200"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("tutorial", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    for port in serving(0):
        tour = run_tour(given.tutorial, given.folder, port, print)
        print(f"{tour.total} human decisions: {tour.decisions}")


if __name__ == "__main__":
    main()

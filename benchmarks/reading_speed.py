"""Pages per second of reading and segmenting PDF, on one core.

Run `python benchmarks/reading_speed.py FILE_OR_FOLDER...`; it prints one row a file and the total, in CPU seconds of
this process (the best of three rounds, as other work on the machine only ever makes it slower), the share of segmenting
in it, and the characters that the account does not find in exactly one place.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.pdf import read_pdf
from scheidslijn.segmenting import account, segment


def measure(path: Path, rounds: int) -> tuple[int, int, float, float, int]:
    """Pages, characters, best CPU seconds of reading and of segmenting, and characters the account misses."""
    reading = segmenting = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        document = read_pdf(path, path.name, ocr=False)
        read = time.process_time()
        segmented = segment(document)
        reading, segmenting = min(reading, read - start), min(segmenting, time.process_time() - read)
    pages = account(segmented)
    missed = sum(len(page.unaccounted) + page.doubled for page in pages)
    return len(pages), sum(page.characters for page in pages), reading, segmenting, missed


def main() -> None:
    """Measure every PDF among the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    files = [f for one in options.inputs for f in (sorted(one.rglob("*.pdf")) if one.is_dir() else [one])]
    total = [0, 0, 0.0, 0.0, 0]
    print(f"{'pages':>6} {'characters':>11} {'seconds':>8} {'segment':>8} {'pages/s':>8} {'missed':>7}  file")
    for file in files:
        try:
            row = measure(file, options.rounds)
        except ReadingError as error:
            print(error)
            continue
        total = [sum(pair) for pair in zip(total, row, strict=True)]
        print(line(*row, file.name))
    print(line(*total, f"all {len(files)} files"))


def line(pages: float, characters: float, reading: float, segmenting: float, missed: float, name: str) -> str:
    """One row of the table."""
    seconds = reading + segmenting
    rate, share = pages / max(seconds, 1e-9), segmenting / max(seconds, 1e-9)
    return f"{pages:>6} {characters:>11,} {seconds:>8.2f} {share:>8.0%} {rate:>8.1f} {missed:>7}  {name}"


if __name__ == "__main__":
    main()

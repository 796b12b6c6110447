"""Pages per second of reading PDF (text and layout), on one core.

Run `python benchmarks/reading_speed.py FILE_OR_FOLDER...`; it prints one row a file and the total, in CPU seconds of
this process (the best of three rounds, as other work on the machine only ever makes it slower).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.reading.pdf import read_pdf
from scheidslijn.reading.pdf_account import unaccounted


def measure(path: Path, rounds: int) -> tuple[int, int, float, int]:
    """Pages, characters, best CPU seconds, and characters not accounted for, of one file."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        document = read_pdf(path, path.name, ocr=False)
        best = min(best, time.process_time() - start)
    missed = sum(span.end - span.start for span in unaccounted(document))
    return len(document.pages), sum(len(page.text) for page in document.pages), best, missed


def main() -> None:
    """Measure every PDF among the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    files = [f for one in options.inputs for f in (sorted(one.rglob("*.pdf")) if one.is_dir() else [one])]
    pages = characters = missed = 0
    seconds = 0.0
    print(f"{'pages':>6} {'characters':>11} {'seconds':>8} {'pages/s':>8} {'missed':>7}  file")
    for file in files:
        try:
            row = measure(file, options.rounds)
        except ReadingError as error:
            print(error)
            continue
        print(f"{row[0]:6} {row[1]:11} {row[2]:8.2f} {row[0] / row[2]:8.1f} {row[3]:7}  {file.name}")
        pages, characters, seconds, missed = pages + row[0], characters + row[1], seconds + row[2], missed + row[3]
    rate = pages / max(seconds, 1e-9)
    print(f"{pages:6} {characters:11} {seconds:8.2f} {rate:8.1f} {missed:7}  all {len(files)} files")


if __name__ == "__main__":
    main()

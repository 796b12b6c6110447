"""Optical character recognition by programs that the user has installed: OCRmyPDF, or Tesseract with Dutch.

Neither is a Python dependency: both are called as programs, with a limit on time and memory. Tesseract's TSV output
(see its manual, tesseract(1)) gives boxes of words, so that the layout rules work as they do on text.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scheidslijn import pulse
from scheidslijn.errors import ReadingError

DPI = 300
PAGE_SECONDS = 120
MEMORY_BYTES = 3_000_000_000
LEAST_CONFIDENCE = 35.0
"""Words that Tesseract is less sure of (0-100) are specks and drawings far more often than words."""

FAULT = "is a scan without text, and no OCR program with Dutch was found"
REMEDY = (
    "install Tesseract with Dutch (Debian and Ubuntu: apt install tesseract-ocr-nld; macOS: brew install "
    "tesseract-lang; Windows: the installer of UB Mannheim, with Dutch ticked, in PATH) and run again"
)


@dataclass(frozen=True, slots=True)
class OcrWord:
    """One recognised word: its text, its line (numbers of block, paragraph and line) and its box in pixels."""

    text: str
    line: tuple[int, int, int]
    x0: int
    y0: int
    x1: int
    y1: int
    confidence: float


def ocr_tool() -> str | None:
    """The OCR program to use: "ocrmypdf", "tesseract", or None when there is none that knows Dutch (`nld`)."""
    if not shutil.which("tesseract") or "nld" not in _languages():
        return None
    return "ocrmypdf" if shutil.which("ocrmypdf") else "tesseract"


def _languages() -> set[str]:
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return set()
    return set((listed.stdout + listed.stderr).split())


def add_text_layer(source: Path, target: Path, name: str, pages: list[int]) -> None:
    """Write a copy of a PDF with a text layer on these pages (1-based) by OCRmyPDF.

    Raises:
        ReadingError: OCRmyPDF failed or took too long.
    """
    wanted = ",".join(map(str, pages))
    command = ["ocrmypdf", "-l", "nld", "--skip-text", "--pages", wanted, "--output-type", "pdf"]
    command += ["--optimize", "0", "--jobs", "1", "--quiet", str(source), str(target)]
    _run(command, b"", name, PAGE_SECONDS * max(len(pages), 1))


def recognise(image: bytes, name: str) -> list[OcrWord]:
    """Recognise the Dutch words on a page.

    Args:
        image: the page as PNG or PGM, gray, at `DPI` dots per inch.
        name: the file as the user knows it, for errors.

    Returns:
        Words in Tesseract's reading order, without those it is not sure of.

    Raises:
        ReadingError: Tesseract failed or took longer than `PAGE_SECONDS`.
    """
    command = ["tesseract", "stdin", "stdout", "-l", "nld", "--dpi", str(DPI), "--psm", "3", "tsv"]
    return parse_tsv(_run(command, image, name, PAGE_SECONDS).decode("utf-8", "replace"))


def parse_tsv(table: str) -> list[OcrWord]:
    """The words in a TSV table of Tesseract.

    >>> head = "level page_num block_num par_num line_num word_num left top width height conf text".split()
    >>> row = "5 1 1 1 1 1 30 40 100 20 96.1 Wonen".split()
    >>> parse_tsv("\\t".join(head) + "\\n" + "\\t".join(row))[0].text
    'Wonen'
    """
    words = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != "5" or not text or float(row["conf"]) < LEAST_CONFIDENCE:
            continue
        left, top = int(row["left"]), int(row["top"])
        line = int(row["block_num"]), int(row["par_num"]), int(row["line_num"])
        right, foot = left + int(row["width"]), top + int(row["height"])
        words.append(OcrWord(text, line, left, top, right, foot, float(row["conf"])))
    return words


def _run(command: list[str], stdin: bytes, name: str, seconds: float) -> bytes:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    pulse.allow(seconds)
    try:
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
            preexec_fn=_limit(),
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingError(
            name, f"OCR took longer than {seconds:.0f} seconds", "split the file or scan it anew"
        ) from error
    except OSError as error:
        raise ReadingError(name, f"OCR could not start ({error.strerror})", f"check that {command[0]} works") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1][:120] if said else f"exit code {done.returncode}"
        raise ReadingError(name, f"OCR by {command[0]} failed ({reason})", "open the file in a viewer and scan it anew")
    return done.stdout


def _limit() -> Callable[[], None] | None:
    """What the child does before it starts: bound its memory, where the system can."""
    if sys.platform == "win32":
        return None
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(hard, MEMORY_BYTES)
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (most, hard))

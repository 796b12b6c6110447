"""From one source to its passages: detect, read, segment; every failure becomes a value with one line for the user."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Passage
from scheidslijn.sources import Source

MAX_PROBLEMS = 20
"""Most problems with rows of one file that are named one by one; the others are counted."""
_REPORT = "please report this file to the makers of scheidslijn"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take.

    Attributes:
        seconds: of a document as a whole; of a table between two chunks of rows.
        ocr_seconds: most seconds that OCR may add to that, as it asks for them page by page.
        memory_bytes: address space of the reading process (not on Windows).
        document_bytes: size of a document; tables are streamed and have no such limit.
        chunk: passages in one `Outcome`, at most.
    """

    seconds: float = 120.0
    ocr_seconds: float = 3600.0
    memory_bytes: int = 3_000_000_000
    document_bytes: int = 300_000_000
    chunk: int = 256


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a source when it was read to its end.

    Attributes:
        format: as `reading.detect` gives it.
        pages: number of pages; 0 for tables and for formats without pages.
        passages: how many came from it, rows with problems not counted.
        seconds: wall clock of reading and segmenting.
        title: that the file itself declares, or "".
        sha256: of a document's bytes; "" for a table.
        notes: remarks about the reading, one line each.
        complete: whether every non-blank character is in one passage or one class of set-aside text; None for tables.
        account: rows of `segmenting.rows` when asked for, otherwise empty.
    """

    format: str
    pages: int
    passages: int
    seconds: float
    title: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()
    complete: bool | None = None
    account: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A part of what reading a source gave; one or more a source, in order.

    Attributes:
        source: which file.
        passages: a chunk of its passages.
        problems: what could not be read: the file as a whole (no `facts` follow), or rows of a table.
        facts: on the last outcome of a source that was read to its end, otherwise None.
    """

    source: Source
    passages: tuple[Passage, ...] = ()
    problems: tuple[ReadingError, ...] = ()
    facts: Facts | None = None


@dataclass(slots=True)
class Told:
    """What `read_source` tells while it works: the format, as soon as it is known."""

    format: str = ""
    exhausted: bool = field(default=False)  # memory ran out: the process had better end


def read_source(
    source: Source, limits: Limits, *, ocr: bool = True, account: bool = False, told: Told | None = None
) -> Iterator[Outcome]:
    """Read one source in this process; nothing is raised, every failure is a problem in an outcome.

    Args:
        source: a file (not standard input: `workers` writes that to a file first).
        limits: of which size and chunk are kept here; time and memory are kept by `workers`.
        ocr: read scanned pages of a PDF through OCR, when it is installed.
        account: give the rows of the account in the facts.
        told: filled with the format as soon as it is known.
    """
    told = told or Told()
    try:
        yield from _read(source, limits, ocr, account, told)
    except ReadingError as error:
        yield Outcome(source, problems=(error,))
    except MemoryError:
        told.exhausted = True
        fault = f"needs more than {limits.memory_bytes / 1e9:.0f} GB of memory"
        yield Outcome(source, problems=(ReadingError(source.name, fault, "split it into smaller files"),))
    except RecursionError:
        problem = ReadingError(source.name, "is nested too deep", "save it as PDF from the program that shows it")
        yield Outcome(source, problems=(problem,))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:200]
        problem = ReadingError(source.name, f"could not be read ({' '.join(said.split())})", _REPORT)
        yield Outcome(source, problems=(problem,))


def _read(source: Source, limits: Limits, ocr: bool, account: bool, told: Told) -> Iterator[Outcome]:
    from scheidslijn.reading import TABLES, detect
    from scheidslijn.reading.files import check_file

    began = time.perf_counter()
    if source.path.is_dir():
        raise ReadingError(source.name, "is a folder without readable files", "give a folder with documents, or a file")
    size = check_file(source.path, source.name)
    told.format = detect(source.path, source.name)
    if told.format in TABLES:
        yield from _rows(source, limits, told.format, began)
        return
    if size > limits.document_bytes:
        fault = f"is {size / 1e6:,.0f} MB; documents of at most {limits.document_bytes / 1e6:,.0f} MB are read"
        raise ReadingError(source.name, fault, "split it, or save it with smaller pictures")
    yield from _document(source, limits, told.format, ocr, account, began)


def _document(source: Source, limits: Limits, format: str, ocr: bool, account: bool, began: float) -> Iterator[Outcome]:
    from scheidslijn.reading import read_document
    from scheidslijn.segmenting import account as account_of
    from scheidslijn.segmenting import remarks, rows, segment

    document = read_document(source.path, source.name, format=format, ocr=ocr)
    segmented = segment(document)
    pages = account_of(segmented)
    passages = segmented.passages
    seconds = time.perf_counter() - began
    for start in range(0, len(passages), limits.chunk):
        yield Outcome(source, passages[start : start + limits.chunk])
    problems: tuple[ReadingError, ...] = ()
    if not passages:
        kinds = ", ".join(sorted({one.kind for one in segmented.set_aside}))
        fault = f"holds no text outside {kinds}" if kinds else "holds no text"
        problems = (ReadingError(source.name, fault, "look whether it opens, and save it as PDF"),)
    facts = Facts(
        format=format,
        pages=sum(page.number is not None for page in document.pages),
        passages=len(passages),
        seconds=seconds,
        title=document.title,
        sha256=document.sha256,
        notes=document.notes + remarks(document),
        complete=all(page.complete for page in pages),
        account=tuple(rows(document, pages)) if account else (),
    )
    yield Outcome(source, problems=problems, facts=facts)


def _rows(source: Source, limits: Limits, format: str, began: float) -> Iterator[Outcome]:
    from scheidslijn.reading import read_rows

    chunk: list[Passage] = []
    problems: list[ReadingError] = []
    passages = faults = 0
    for row in read_rows(source.path, source.name, format=format):
        if isinstance(row, ReadingError):
            faults += 1
            if faults <= MAX_PROBLEMS:
                problems.append(row)
        else:
            passages += 1
            chunk.append(row)
        if len(chunk) + len(problems) >= limits.chunk:
            yield Outcome(source, tuple(chunk), tuple(problems))
            chunk, problems = [], []
    if faults > MAX_PROBLEMS:
        more = f"{faults - MAX_PROBLEMS:,} more rows could not be read"
        problems.append(ReadingError(source.name, more, "repair them as the first ones"))
    if not passages and not faults:
        problems.append(ReadingError(source.name, "is a table without rows", "replace it by the complete file"))
    seconds = time.perf_counter() - began
    yield Outcome(source, tuple(chunk), tuple(problems), Facts(format, 0, passages, seconds))


def read_here(path: str | Path, *, ocr: bool = True) -> Iterator[Passage]:
    """Yield the passages of one file, read in this process, without limits on time and memory.

    Args:
        path: a document, or a table with a column `text`.
        ocr: read scanned pages of a PDF through OCR, when it is installed.

    Raises:
        ReadingError: the file, or a row of the table, cannot be read.
    """
    path = Path(path)
    for outcome in read_source(Source(path, path.name), Limits(), ocr=ocr):
        for problem in outcome.problems:
            raise problem
        yield from outcome.passages

"""`scheidslijn code` without its command line: read, open the file of codes, serve, and say how far it came."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.annotations.belonging import named_in, refuse_another
from scheidslijn.annotations.cells import fold
from scheidslijn.annotations.header import SETTLED
from scheidslijn.annotations.problems import problem_lines
from scheidslijn.annotations.reading import read_codings
from scheidslijn.assist.writing import read_suggestions
from scheidslijn.codebook import Codebook, Dimension, load_codebook
from scheidslijn.codingpage.adjudicating import differences
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.page import Language, Page, data_of, next_commands
from scheidslijn.codingpage.rows import refuse_names
from scheidslijn.codingpage.server import CodingServer
from scheidslijn.codingpage.session import Rules, Session
from scheidslijn.codingpage.sheet import Sheet, make_sheet
from scheidslijn.codingpage.store import CodesFile
from scheidslijn.errors import ScheidslijnError
from scheidslijn.labelling import read_passages
from scheidslijn.onefile import Limits
from scheidslijn.passage import Passage
from scheidslijn.progress import Progress
from scheidslijn.sources import refuse_as_output, walk
from scheidslijn.summary import Summary
from scheidslijn.workers import read_all

MAX_NAME = 60
DEFAULT_CODEBOOK = "sociale-tweedeling"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for; the fields are the options of `scheidslijn code`, see there."""

    inputs: Sequence[str]
    out: str
    coder: str
    codebook: str = DEFAULT_CODEBOOK
    dimensions: Sequence[str] = ()
    suggestions: str | None = None
    show: bool = False
    context: Sequence[str] = ()
    adjudicate: bool = False
    headings: bool = False
    log_time: bool = False
    port: int = 0
    browser: bool = True
    language: Language = "nl"
    ocr: bool = True


def run(job: Job, tell: Tell) -> None:
    """Serve the page until the user stops it (Ctrl-C).

    Args:
        tell: gets one line for the address, every note, and how far it came.

    Raises:
        ScheidslijnError: something that was given is not right, or the file of codes is in use; one line says what.
    """
    coder, book = coder_named(job.coder), load_codebook(job.codebook)
    refuse_names(book)
    dimensions = _dimensions(book, job.dimensions)
    refuse_as_output(job.out, walk([*job.inputs, *job.context, *([job.suggestions] if job.suggestions else [])]))
    with CodesFile(Path(job.out), coder) as file:
        for row in file.rows.values():
            refuse_another(named_in(row), book, job.out)
        sheet = _sheet(job, book, tell)
        found = Suggestions(read_suggestions(job.suggestions, book) if job.suggestions else ())
        if len(found.coders) > 1:
            tell(f"{job.suggestions}: has suggestions of {', '.join(found.coders)}; of each passage the first is used")
        session = Session(sheet.items, book, Rules(dimensions, job.show, job.log_time), file, found)
        for line in [*file.notes, *session.notes]:
            tell(line)
        named = "" if job.codebook == DEFAULT_CODEBOOK else job.codebook
        terms = any(code.terms for one in book.dimensions for code in one.codes)
        commands = next_commands(job.out, named, adjudicating=job.adjudicate, settled=job.inputs, terms=terms)
        data = data_of(book, dimensions, job.language, coder=coder, title=_title(job), commands=commands,
                       out=job.out, adjudicating=job.adjudicate, log_time=job.log_time,
                       suggests=bool(found.coders))  # fmt: skip
        with CodingServer(session, Page(data, job.language), job.port) as server:
            _serve(server, job, tell)
        tell(progress_line(session, job.out))
        for command in commands:
            tell(f"Next: {command}")


def coder_named(name: str) -> str:
    """The name of a coder, checked.

    Raises:
        ScheidslijnError: empty, too long, or a name that means something else in a table of codes.
    """
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise ScheidslijnError(f"--coder: {name[:60]!r} is no name; give one of 1 to {MAX_NAME} characters")
    if name.lower().startswith("llm:") or fold(name) in SETTLED:
        raise ScheidslijnError(f"--coder: '{name}' is read as a machine or as a verdict; give the name of a person")
    return name


def progress_line(session: Session, out: str) -> str:
    """How far the coder is, in one line."""
    counts = session.counts
    more = "".join(f", {counts[name]:,} {name}" for name in ("partly", "skipped") if counts[name])
    return f"{counts['coded']:,} of {counts['all']:,} passages coded{more}; codes in {out}"


def _serve(server: CodingServer, job: Job, tell: Tell) -> None:
    tell(f"{progress_line(server.session, job.out)}")
    tell(f"Open {server.url} in a browser on this machine; stop with Ctrl-C.")
    if job.browser and _has_screen():
        with suppress(webbrowser.Error):
            webbrowser.open(server.url_for_once())
    with suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=0.2)


def _has_screen() -> bool:
    """Whether a browser has somewhere to show itself; one in a terminal would take the terminal over."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _sheet(job: Job, book: Codebook, tell: Tell) -> Sheet:
    if job.adjudicate:
        read = read_codings(job.inputs, book)
        for line in problem_lines(read.problems, first=1):
            tell(line)
        return differences(read.codings, book)
    sheet = make_sheet(_read(job.inputs, job.ocr, tell), book, context=_read(job.context, job.ocr, tell),
                       headings=job.headings, name=", ".join(job.inputs))  # fmt: skip
    left = [f"{n:,} {what}" for n, what in ((sheet.headings, "headings"), (sheet.repeats, "repeated texts")) if n]
    if left:
        tell(f"{' and '.join(left)} are left out" + (" (--headings to code headings)" if sheet.headings else ""))
    return sheet


def _read(inputs: Sequence[str], ocr: bool, tell: Tell) -> list[Passage]:
    if not inputs:
        return []
    sources = list(walk(inputs))
    progress = Progress(len(sources))
    try:
        return list(read_passages(read_all(sources, Limits(), ocr=ocr), Summary(), tell, progress))
    finally:
        progress.close()


def _dimensions(book: Codebook, names: Sequence[str]) -> tuple[Dimension, ...]:
    known = [one.name for one in book.dimensions]
    for name in names:
        if name not in known:
            raise ScheidslijnError(f"--dimension: {book.label} has no '{name}'; it has {', '.join(known)}")
    return tuple(one for one in book.dimensions if not names or one.name in names)


def _title(job: Job) -> str:
    first = Path(job.inputs[0]).name or job.inputs[0]
    return first if len(job.inputs) == 1 else f"{first} +{len(job.inputs) - 1}"

"""`scheidslijn export` without its command line: read what is to be coded, divide it, write it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from scheidslijn.annotations.cells import fold
from scheidslijn.annotations.header import SETTLED
from scheidslijn.annotations.problems import problem_lines
from scheidslijn.annotations.reading import read_codings
from scheidslijn.assist.writing import read_suggestions
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.codingpage.adjudicating import differences
from scheidslijn.codingpage.matching import Suggestions
from scheidslijn.codingpage.sheet import Sheet, make_sheet
from scheidslijn.codingpage.values import Item
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.exchange import doccano, labelstudio
from scheidslijn.exchange.dividing import divide, overlap_of
from scheidslijn.exchange.options import Question, questions_of
from scheidslijn.exchange.tasks import Task, tasks_of
from scheidslijn.labelling import read_passages
from scheidslijn.onefile import Limits
from scheidslijn.progress import Progress
from scheidslijn.sources import refuse_as_output, walk
from scheidslijn.summary import Summary
from scheidslijn.workers import read_all

Tool = Literal["label-studio", "doccano", "xlsx"]
DEFAULT_CODEBOOK = "sociale-tweedeling"
TOOLS: tuple[Tool, ...] = get_args(Tool)
Tell = Callable[[str], None]
Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for; the fields are the options of `scheidslijn export`, see there."""

    inputs: Sequence[str]
    to: str
    out: str
    codebook: str = DEFAULT_CODEBOOK
    dimensions: Sequence[str] = ()
    suggestions: str = ""
    show: bool = False
    coders: Sequence[str] = ()
    overlap: str = "20%"
    seed: int = 1
    adjudicate: bool = False
    headings: bool = False
    force: bool = False
    ocr: bool = True


def run(job: Job, tell: Tell) -> tuple[list[Path], int]:
    """Write the files; return which, and how many inputs could not be read (the others are exported all the same).

    Args:
        tell: gets one line for every note, and what to do next.

    Raises:
        ScheidslijnError: an input, a name or an option is not right, or nothing is left to code; no file is written.
        OutputError: a file exists (without `force`), or cannot be written.
    """
    if job.to not in TOOLS:
        raise ScheidslijnError(f"--to: got '{job.to[:40]}'; choose {', '.join(TOOLS)}")
    if job.show and not job.suggestions:
        raise ScheidslijnError("--show-suggestions: there are none to show; give --suggestions")
    coders, book = _coders(job.coders), load_codebook(job.codebook)
    questions = questions_of(book, tuple(job.dimensions))
    single = job.to == "xlsx" and Path(job.out).suffix.lower() == ".xlsx"
    refuse_as_output(job.out, walk([*job.inputs, *([job.suggestions] if job.suggestions else [])]))
    summary = Summary()
    sheet = _sheet(job, book, summary, tell)
    items, questions = _differing(sheet.items, questions) if job.adjudicate else (sheet.items, questions)
    suggestions = _suggestions(job, book, tell)
    shares = _divided(job, items, coders)
    tasks = {
        coder: list(tasks_of(items, questions, suggestions, show=job.show, codebook=book.label))
        for coder, items in shares.items()
    }
    if job.suggestions and not any(task.sight for one in tasks.values() for task in one):
        tell(f"{job.suggestions}: has no suggestion for any of these passages")
    if job.to == "xlsx":
        tasks = {coder: _fitting(own, tell) for coder, own in tasks.items()}
    files = _files(job, book, questions, tasks, single)
    written = _write(files, Path(job.out), single=single, force=job.force)
    for line in _next(job, tasks, written):
        tell(line)
    return written, len(summary.failures)


def _coders(names: Sequence[str]) -> tuple[str, ...]:
    found = [" ".join(name.split()) for one in names for name in one.split(",") if name.strip()]
    for name in found:
        if (
            not _file_name(name)
            or len(name) > 60
            or not name.isprintable()
            or name.lower().startswith("llm:")
            or fold(name) in SETTLED
        ):
            raise ScheidslijnError(f"--coders: '{name[:60]}' is no name of a coder; give short names of people")
        if sum(_file_name(name) == _file_name(other) for other in found) > 1:
            raise ScheidslijnError(f"--coders: '{name}' stands there twice, or is too much like another name")
    return tuple(found)


def _sheet(job: Job, book: Codebook, summary: Summary, tell: Tell) -> Sheet:
    if job.adjudicate:
        read = read_codings(job.inputs, book)
        for line in problem_lines(read.problems, first=1):
            tell(line)
        return differences(read.codings, book)
    sources = list(walk(job.inputs))
    progress = Progress(len(sources))
    try:
        passages = list(read_passages(read_all(sources, Limits(), ocr=job.ocr), summary, tell, progress))
    finally:
        progress.close()
    sheet = make_sheet(passages, book, headings=job.headings, name=", ".join(job.inputs))
    left = [f"{n:,} {what}" for n, what in ((sheet.headings, "headings"), (sheet.repeats, "repeated texts")) if n]
    if left:
        tell(f"{' and '.join(left)} are left out" + (" (--headings to code headings)" if sheet.headings else ""))
    return sheet


def _differing(items: Sequence[Item], questions: Sequence[Question]) -> tuple[tuple[Item, ...], tuple[Question, ...]]:
    """The questions that somebody differs on, and the passages on which they differ in one of these."""
    names = {name for item in items for name in item.said}
    asked = tuple(one for one in questions if one.name in names)
    if not asked:
        raise ScheidslijnError(f"--dimension: nothing to settle there; coders differ on {', '.join(sorted(names))}")
    return tuple(item for item in items if any(one.name in item.said for one in asked)), asked


def _suggestions(job: Job, book: Codebook, tell: Tell) -> Suggestions:
    found = Suggestions(read_suggestions(job.suggestions, book) if job.suggestions else ())
    if len(found.coders) > 1:
        tell(f"{job.suggestions}: has suggestions of {', '.join(found.coders)}; of each passage the first is used")
    return found


def _divided(job: Job, items: Sequence[Item], coders: Sequence[str]) -> Mapping[str, Sequence[Item]]:
    if len(coders) < 2:
        return {coders[0] if coders else "": items}
    return divide(items, coders, overlap_of(job.overlap, len(items)), job.seed)


def _fitting(tasks: Sequence[Task], tell: Tell) -> list[Task]:
    from scheidslijn.exchange.workbook import too_long

    for task in tasks:
        if length := too_long(task):
            tell(f"{task.item.passage.passage_id}: has {length:,} characters and a cell of XLSX holds 32,767; it is "
                 "left out (Label Studio and doccano can hold it)")  # fmt: skip
    return [task for task in tasks if not too_long(task)]


def _files(job: Job, book: Codebook, questions: Sequence[Question], tasks: Mapping[str, Sequence[Task]],
           single: bool) -> Files:  # fmt: skip
    """By name of a file what stands in it; a coder without passages gets none."""
    tasks = {coder: own for coder, own in tasks.items() if own}
    if not tasks:
        raise ScheidslijnError(f"{job.inputs[0]}: no passage is left to code")
    if job.to == "xlsx":
        from scheidslijn.exchange.workbook import workbook_of

        if single:
            return {Path(job.out).name: workbook_of(tasks, questions, book.label)}
        return {f"{_file_name(coder) or 'coderen'}.xlsx": workbook_of({coder: own}, questions, book.label)
                for coder, own in tasks.items()}  # fmt: skip
    every = [task for own in tasks.values() for task in own]
    if job.to == "doccano":
        texts = {f"{_file_name(coder) or 'examples'}.jsonl": doccano.examples_jsonl(own, questions, coder)
                 for coder, own in tasks.items()}  # fmt: skip
        texts["label_config.json"] = doccano.label_config(questions)
    else:
        quotes = any(task.quotes for task in every)
        texts = {
            f"tasks{'-' if coder else ''}{_file_name(coder)}.json": labelstudio.tasks_json(
                own, questions, coder, quotes=quotes
            )
            for coder, own in tasks.items()
        }
        texts["config.xml"] = labelstudio.config_of(questions, said=any(task.said for task in every), quotes=quotes)
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}


def _file_name(name: str) -> str:
    """A name of a coder as part of the name of a file, the same on every system."""
    return re.sub(r"[^\w.-]+", "-", name.casefold()).strip("-.")


def _write(files: Files, out: Path, *, single: bool, force: bool) -> list[Path]:
    """Write each file in one step; a folder is made. Nothing is written when one of them may not be."""
    folder = out.parent if single else out
    targets = {folder / name: data for name, data in files.items()}
    if not single and out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is a file; name a folder")
    if single and out.is_dir():
        raise OutputError(f"{out}: is a folder; name a file such as {out / 'codes.xlsx'}")
    if not folder.parent.is_dir() or (single and not folder.is_dir()):
        raise OutputError(f"{out}: the folder {folder if single else folder.parent} does not exist; make it first")
    for path in targets:
        if path.exists() and not force:
            raise OutputError(f"{path}: exists already; use --force to replace it, or another name")
    try:
        folder.mkdir(exist_ok=True)
        for path, data in targets.items():
            spool = path.with_name(f".{path.name}.{os.getpid()}.partial")
            try:
                spool.write_bytes(data)
                os.replace(spool, path)
            finally:
                spool.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: writing failed ({error.strerror}); make room or choose another place") from error
    return list(targets)


def _next(job: Job, tasks: Mapping[str, Sequence[Task]], written: Sequence[Path]) -> list[str]:
    counts = ", ".join(
        f"{len(own):,} {'passage' if len(own) == 1 else 'passages'}" + (f" for {coder}" if coder else "")
        for coder, own in tasks.items()
    )
    lines = [f"Wrote {counts} to {', '.join(str(path) for path in written)}."]
    if job.suggestions:
        lines.append(
            "Suggestions are filled in, and coders tend to follow them; measure agreement where they are not."
            if job.show
            else "Suggestions are not shown to the coders (--show-suggestions to fill them in)."
        )
    steps = {
        "label-studio": "Next: a project with config.xml (Labeling Setup, Code), import tasks, code, export as JSON",
        "doccano": "Next: a text classification project, import label_config.json and the examples, code, export",
        "xlsx": "Next: choose from the drop-down lists and save",
    }
    book = f" --codebook {shlex.quote(job.codebook)}" if job.codebook != DEFAULT_CODEBOOK else ""
    then = f"scheidslijn agree FILES{book}, scheidslijn train FILES -o MODEL{book}"
    return [*lines, f"{steps[job.to]}; then: {then}."]

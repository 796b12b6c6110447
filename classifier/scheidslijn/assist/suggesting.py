"""`suggest` as a job: documents to passages, passages to a model, and what it said to a file, whole or not at all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scheidslijn.annotations.verdicts import Standing
from scheidslijn.assist.addresses import is_loopback
from scheidslijn.assist.asking import ask_all
from scheidslijn.assist.cache import Cache
from scheidslijn.assist.coder import Coder
from scheidslijn.assist.consent import Confirm, demand_consent
from scheidslijn.assist.estimating import estimate
from scheidslijn.assist.prompting import Prompt, make_prompt
from scheidslijn.assist.retrying import Patience
from scheidslijn.assist.spending import Budget, Purse
from scheidslijn.assist.tally import Tally
from scheidslijn.assist.variants import Variant
from scheidslijn.assist.verdicts import counting
from scheidslijn.assist.wire import Client, Endpoint
from scheidslijn.assist.writing import refuse_names, row_line, suggestion_row
from scheidslijn.codebook import Codebook
from scheidslijn.counting import counted, none_read
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.labelling import read_passages
from scheidslijn.onefile import Limits
from scheidslijn.passage import Passage
from scheidslijn.progress import Progress
from scheidslijn.sources import Source
from scheidslijn.summary import Summary
from scheidslijn.workers import read_all

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to ask, of whom, and how.

    Attributes:
        out: the JSONL file to write.
        codebook: what the passages are coded by.
        endpoint: whom to ask.
        variants: of the prompt and the model, at least one; the file has the rows of the first, then of the second, ….
        limits, ocr: of reading.
        force: replace the file.
        cache: folder for the answers; "" for one beside the file.
        concurrency, patience, rereads, hold_flagged: as in `asking.ask_all`.
        budget: for all variants together.
        verdicts: of `codebook-test`, one for each coder of the run or none: what does not count is not written.
        yes: the user agreed beforehand that texts leave this machine.
        dry_run: only estimate.
        named: whether the user named the endpoint; a dry run can do without.
    """

    out: str
    codebook: Codebook
    endpoint: Endpoint
    variants: tuple[Variant, ...]
    limits: Limits = field(default_factory=Limits)
    ocr: bool = True
    force: bool = False
    cache: str = ""
    concurrency: int = 4
    patience: Patience = field(default_factory=Patience)
    rereads: int = 2
    hold_flagged: bool = False
    budget: Budget = field(default_factory=Budget)
    verdicts: tuple[Standing, ...] = ()
    yes: bool = False
    dry_run: bool = False
    named: bool = True

    @property
    def folder(self) -> Path:
        """Where the answers are kept."""
        return Path(self.cache) if self.cache else Path(self.out).with_name(f".{Path(self.out).name}.answers")

    def would_send(self, passages: Sequence[Passage]) -> list[str]:
        """Where a run would send these passages, in words; nothing where no endpoint is named."""
        if not self.named:
            return []
        where = "this machine" if is_loopback(self.endpoint.url) else "another machine"
        what = f"{counted(len(passages), 'passage')} of {counted(len({one.document for one in passages}), 'document')}"
        return [f"Would send {what} to {self.endpoint.host} ({where}); nothing was sent."]

    def asked(self) -> list[tuple[Prompt, Endpoint]]:
        """By variant its prompt and endpoint.

        Raises:
            ScheidslijnError: a variant does not fit the codebook.
        """
        made = []
        for one in self.variants:
            temperature = self.endpoint.temperature if one.temperature is None else one.temperature
            end = replace(self.endpoint, model=one.model or self.endpoint.model, temperature=temperature)
            made.append((make_prompt(self.codebook, one.options), end))
        return made

    def written(self) -> list[tuple[str, ...]]:
        """By variant the dimensions that are written.

        Raises:
            ScheidslijnError: a verdict does not fit the run, or no dimension counts by it.
        """
        asked = self.asked()
        if not self.verdicts:
            return [tuple(one.name for one in prompt.asked) for prompt, _ in asked]
        return [counting(prompt, endpoint, self.verdicts) for prompt, endpoint in asked]


def check_output(job: Job) -> None:
    """Refuse an output that cannot be written, before anything is read or asked.

    Raises:
        OutputError: it cannot.
    """
    path = Path(job.out)
    if path.suffix.lower() != ".jsonl":
        raise OutputError(
            f"{path}: suggestions are written as JSON lines; name a file such as {path.stem or 'out'}.jsonl"
        )
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file such as {path / 'suggestions.jsonl'}")
    if path.exists() and not job.force:
        raise OutputError(f"{path}: exists already; use --force to replace it, or another name")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: the folder {path.parent} does not exist; make it first")


def run_job(
    job: Job, sources: Sequence[Source], tell: Tell, confirm: Confirm | None = None
) -> tuple[Summary, Tally | None]:
    """Do a job; return what was read, and what was asked (None after a dry run).

    What a model answered is kept as it comes, so that a run that was broken off, at any moment, goes on when it is
    run again, and ends with the same file.

    Args:
        job: what to do.
        sources: as `sources.walk` gives them.
        tell: gets a line for everything the user should know.
        confirm: asks the user whether texts may leave this machine; None without a terminal.

    Raises:
        ScheidslijnError: nothing could be read, the user did not agree, the endpoint is not there (any more), or the
            file cannot be written.
    """
    asked, _ = job.asked(), job.written()  # what does not fit is told before anything is read
    refuse_names(job.codebook)
    if not job.dry_run:
        check_output(job)
        Client(job.endpoint).close()  # a wrong address or key is told before anything is read
    summary, passages = _read(job, sources, tell)
    if job.dry_run and not job.folder.is_dir():
        expected, to_send = estimate([_coder(job, *one, None) for one in asked], passages)
        _tell_all(tell, [*expected.lines(job.budget), *job.would_send(to_send)])
        return summary, None
    with Cache(job.folder) as cache:
        expected, to_send = estimate([_coder(job, *one, cache) for one in asked], passages)
        _tell_all(tell, expected.lines(job.budget))
        if job.dry_run:
            _tell_all(tell, job.would_send(to_send))
            return summary, None
        demand_consent(job.endpoint.url, to_send, job.folder, confirm, yes=job.yes)
        tally = Tally(len(passages) * len(asked), job.budget, tell, asking=expected.asking)
        try:
            lines = list(_lines(job, asked, passages, cache, tally))
        finally:
            tally.close()
    write_lines(Path(job.out), lines)
    return summary, tally


def _read(job: Job, sources: Sequence[Source], tell: Tell) -> tuple[Summary, list[Passage]]:
    summary, progress = Summary(), Progress(len(sources))
    try:
        passages = list(read_passages(read_all(sources, job.limits, ocr=job.ocr), summary, tell, progress))
    finally:
        progress.close()
    if not summary.documents:
        raise ScheidslijnError(f"{none_read(len(summary.failures))}; nothing was asked")
    summary.passages = len(passages)
    return summary, with_own_ids(passages)


def with_own_ids(passages: Sequence[Passage]) -> list[Passage]:
    """Passages of which rows of a table keep the `passage_id` that stands in it, where that is theirs alone.

    So suggestions on a table of passages, or on what is to be coded next, are found again by the passages they are of.
    """
    given = [str(one.extra.get("passage_id") or "") for one in passages]
    times = Counter(given) + Counter(one.passage_id for one in passages)
    return [
        replace(one, passage_id=own) if own and times[own] == 1 else one
        for one, own in zip(passages, given, strict=True)
    ]


def _coder(job: Job, prompt: Prompt, endpoint: Endpoint, cache: Cache | None) -> Coder:
    return Coder(prompt, endpoint, cache, rereads=job.rereads, hold_flagged=job.hold_flagged)


def _lines(
    job: Job, asked: Sequence[tuple[Prompt, Endpoint]], passages: Sequence[Passage], cache: Cache, tally: Tally
) -> Iterator[str]:
    """The lines of the file; the budget goes on from variant to variant."""
    purse = Purse(job.budget)
    for (prompt, endpoint), written in zip(asked, job.written(), strict=True):
        suggestions = ask_all(
            prompt, passages, endpoint, cache=cache, concurrency=job.concurrency, budget=purse, on_event=tally.event,
            patience=job.patience, rereads=job.rereads, hold_flagged=job.hold_flagged,
        )  # fmt: skip
        for suggestion in suggestions:
            tally.add(suggestion)
            yield row_line(suggestion_row(suggestion, job.codebook, written))


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write a text file whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); what was answered is kept, so run the same command again"
        ) from error


def _tell_all(tell: Tell, lines: Sequence[str]) -> None:
    for line in lines:
        tell(line)

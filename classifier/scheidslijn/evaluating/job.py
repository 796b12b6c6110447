"""From what the user names to an evaluation: reads the gold, the answers, the split and the baseline."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scheidslijn.annotations.columns import DEFAULT, load_columns
from scheidslijn.annotations.merging import Rule
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.counting import counted
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.baseline import compare_with
from scheidslijn.evaluating.corpus import corpus_of
from scheidslijn.evaluating.evaluate import evaluate, only_baseline
from scheidslijn.evaluating.evaluation import Baseline, Evaluation, Said
from scheidslijn.evaluating.findings import load_findings
from scheidslijn.evaluating.gold import Gold, gold_of, read_basis
from scheidslijn.evaluating.labelled_table import LabelledTable, read_labelled
from scheidslijn.evaluating.predictions import Predictions, predict, predictions_of
from scheidslijn.evaluating.words import said
from scheidslijn.labelled import Labelled
from scheidslijn.loading import DEFAULT_CODEBOOK, LABELLERS, load_labeller
from scheidslijn.sources import walk
from scheidslijn.splits import open_test, openings
from scheidslijn.workers import read_here

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to evaluate; the fields are the options of the command."""

    gold: tuple[str, ...] = ()
    model: str | None = None
    labeller: str = "best"
    predictions: str | None = None
    against: tuple[str, ...] = ()
    codebook: str | None = None
    texts: tuple[str, ...] = ()
    columns: str | None = None
    rule: Rule = "adjudicated"
    split: str | None = None
    purpose: str = ""
    baseline: tuple[str, ...] = ()


def run(job: Job, tell: Tell, now: datetime) -> Evaluation:
    """Do the job.

    Args:
        tell: gets one line for every remark about the input.
        now: date and time, for the log of a sealed test set.

    Raises:
        ScheidslijnError: there is nothing to evaluate, or a file cannot be used; the message says what would do.
    """
    if not job.gold and not job.baseline:
        raise ScheidslijnError("nothing to evaluate: name coded passages, or labelled tables with --baseline")
    labeller = None
    if job.predictions is None and job.gold:
        labeller = load_labeller(job.model, job.codebook, job.labeller)  # type: ignore[arg-type]
    codebook = labeller.codebook if labeller else load_codebook(job.codebook or DEFAULT_CODEBOOK)
    baseline = _baseline(job.baseline, codebook, tell)
    if not job.gold:
        assert baseline is not None  # one of the two was given
        return only_baseline(baseline, codebook, _hashes(job.baseline))
    gold = read_gold(job, codebook, tell)
    gold, opened, remarks = _opened(job, gold, labeller.version if labeller else str(job.predictions), now)
    table: tuple[Labelled, ...] = ()
    if labeller:
        made = predict(labeller, gold)
    else:
        read = _one_coder(str(job.predictions), codebook, tell)
        made, table = (
            predictions_of(read, gold, codebook, read.model if read.suggested else str(job.predictions)),
            read.rows,
        )
    others = tuple(other for one in job.against for other in _against(one, job, gold, codebook, tell))
    files = _hashes((*job.gold, *([_path(job.predictions)] if job.predictions else []), *job.baseline))
    found = evaluate(
        gold, made, codebook, against=others, table=table, sources=job.gold, files=files, opened=opened, remarks=remarks
    )
    return replace(found, baseline=baseline)


def read_gold(job: Job, codebook: Codebook, tell: Tell) -> Gold:
    """Read and merge the coded passages; what was wrong with rows is counted in one line, and stands in the report."""
    columns = load_columns(Path(job.columns)) if job.columns else DEFAULT
    texts = {one.key: one.text for source in walk(job.texts) for one in read_here(source.path)} if job.texts else None
    codings = read_codings(job.gold, codebook, texts=texts, columns=columns)
    basis = read_basis([Path(path) for path in job.gold], codebook, columns)
    gold = gold_of(codings, codebook, job.rule, basis)
    if gold.problems:
        tell(
            f"{counted(len(gold.problems), 'remark')} about the coded files, which the report lists; "
            f"the first: {gold.problems[0]}"
        )
    tell(
        f"{counted(len(gold.passages), 'coded passage')} of {counted(len(set(gold.documents)), 'document')}, "
        f"coders: {len(gold.coders)}."
    )
    return gold


def _opened(job: Job, gold: Gold, model: str, now: datetime) -> tuple[Gold, tuple[str, ...], list[Said]]:
    """Keep the test documents of the split, after writing down that they were looked at."""
    if job.split is None:
        return gold, (), [said("seen_unknown")]
    if not job.purpose.strip():
        raise ScheidslijnError(f"{job.split}: a sealed test set is opened for a purpose; say it with --purpose TEXT")
    path = Path(job.split)
    chosen = open_test(path, model=model, purpose=job.purpose, when=now, documents=set(gold.documents))
    log = openings(path).lines
    lines = tuple(f"{one.when}  {one.model[:40]}  {one.purpose}" for one in log)
    rows = [row for row, name in enumerate(gold.documents) if name in chosen]
    return gold.take(rows), lines, [said("sealed", split=path.name, n=len(log))]


def _against(name: str, job: Job, gold: Gold, codebook: Codebook, tell: Tell) -> list[Predictions]:
    """Other labellers: one of the same model by name, another model folder, a labelled table, or all of a file of
    suggestions."""
    if name in LABELLERS:
        return [predict(load_labeller(job.model, job.codebook, name), gold, name)]  # type: ignore[arg-type]
    if Path(_path(name)).is_file():
        table = _table(_path(name), codebook, tell)
        if not table.suggested:
            return [predictions_of(table, gold, codebook, Path(name).name)]
        wanted = [_coder(name)] if _coder(name) else list(table.coders)
        return [predictions_of(_of_coder(table, one, name), gold, codebook, one) for one in wanted]
    labeller = load_labeller(name, job.codebook)
    return [predict(labeller, gold, labeller.version)]


def _one_coder(name: str, codebook: Codebook, tell: Tell) -> LabelledTable:
    """A labelled table, or the suggestions of one language model: `FILE`, or `CODER=FILE` where it has several."""
    table = _table(_path(name), codebook, tell)
    if _coder(name):
        return _of_coder(table, _coder(name), name)
    if len(table.coders) > 1:
        raise ScheidslijnError(
            f"{name}: has suggestions of {len(table.coders)} coders ({', '.join(table.coders)}); name one, as "
            f"--predictions {table.coders[0]}={name}"
        )
    return table


def _of_coder(table: LabelledTable, coder: str, name: str) -> LabelledTable:
    if coder not in table.coders:
        raise ScheidslijnError(f"{name}: has no suggestions of '{coder}'; it has {', '.join(table.coders) or 'none'}")
    return table.of(coder)


def _path(name: str) -> str:
    """The file of `FILE` or `CODER=FILE`."""
    return name if Path(name).exists() else name.rpartition("=")[2]


def _coder(name: str) -> str:
    return "" if Path(name).exists() else name.rpartition("=")[0].strip()


def _table(path: str, codebook: Codebook, tell: Tell) -> LabelledTable:
    read = read_labelled(Path(path), codebook)
    if read.problems:
        tell(f"{len(read.problems)} remarks about {path}; the first: {read.problems[0]}")
    return read


def _baseline(paths: Sequence[str], codebook: Codebook, tell: Tell) -> Baseline | None:
    if not paths:
        return None
    findings = load_findings(codebook)
    tables = [_table(path, codebook, tell) for path in paths]
    rows = [row for table in tables for row in table.rows]
    models = ", ".join(dict.fromkeys(table.model for table in tables if table.model))
    return compare_with(findings, corpus_of(rows, findings, codebook), codebook, ", ".join(paths), models)


def _hashes(paths: Iterable[str]) -> dict[str, str]:
    found = {}
    for source in walk(list(paths)):
        if source.path.is_file():
            with source.path.open("rb") as stream:
                found[source.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found

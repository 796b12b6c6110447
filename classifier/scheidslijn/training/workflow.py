"""The verbs `train` and `retrain` as plain functions: read, check, divide, train, write."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.columns import DEFAULT, load_columns
from scheidslijn.annotations.examples import Example
from scheidslijn.annotations.merging import merge
from scheidslijn.annotations.problems import problem_lines, write_problems
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import Codebook, find_codebook, load_codebook
from scheidslijn.errors import OutputError, ScheidslijnError
from scheidslijn.loading import CODEBOOK_FILE
from scheidslijn.model_folder import MANIFEST, ModelFolder, read_model_folder
from scheidslijn.sources import walk
from scheidslijn.training import compute
from scheidslijn.training.base import find_base
from scheidslijn.training.folder import file_hash
from scheidslijn.training.quiet import quiet
from scheidslijn.training.recipe import TrainRecipe, find_recipe
from scheidslijn.training.train import divide, train, write_trained
from scheidslijn.training.trainer import Report
from scheidslijn.workers import read_here

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainJob:
    """What `train` was asked; see its options."""

    data: tuple[str, ...]
    out: Path
    codebook: str = "sociale-tweedeling"
    base: str = "compact-1"
    recipe: str = "compact"
    settings: tuple[str, ...] = ()
    split: Path | None = None
    texts: tuple[str, ...] = ()
    columns: Path | None = None
    coder: str = ""
    problems: Path | None = None
    learning_curve: bool = False
    force: bool = False


def run_train(job: TrainJob, tell: Tell, report: Report | None = None) -> ModelFolder:
    """Train a model by a job, and write its folder.

    Raises:
        ScheidslijnError: anything that stops it, in one line.
    """
    tell = only_first(tell)
    refuse_folder(job.out, job.force)
    recipe = find_recipe(job.recipe, job.settings)
    codebook = load_codebook(job.codebook)
    how = ReadAs(job.texts, job.columns, job.coder, job.problems)
    examples = read_examples(job.data, codebook, recipe, tell, how)
    work = job.out.with_name(job.out.name + ".work")
    with quiet():
        base = find_base(job.base, work / "base")
    path = job.split or job.out.with_name(job.out.name + ".split.toml")
    divided = divide(examples, recipe, path, job.out.name)
    for line in divided.lines():
        tell(line)
    with quiet():
        made = train(
            divided, codebook, base, recipe, name=job.out.name, work=work, tell=tell, report=report,
            curve=job.learning_curve,
        )  # fmt: skip
    if made is not None:
        made = made.with_files({CODEBOOK_FILE: find_codebook(job.codebook).read_bytes()})
        made = replace(made, facts={**made.facts, "texts": list(job.texts)})
        write_trained(made, job.out, data_hashes(job.data), command_of(job))
        shutil.rmtree(work, ignore_errors=True)
        tell(f"Wrote {job.out}; its README.md is the model card.")
    compute.wait()
    return read_model_folder(job.out)


def only_first(tell: Tell) -> Tell:
    """`tell` in the first of several processes, and silence in the others."""
    return tell if compute.is_first() else lambda _: None


def refuse_folder(out: Path, force: bool) -> None:
    """Raise `OutputError` when a folder stands where a model is to be written, unless it is a model and `force`."""
    if not out.exists():
        if not out.parent.is_dir():
            raise OutputError(f"{out}: its folder {out.parent} does not exist; make it first")
    elif not (out / MANIFEST).is_file():
        raise OutputError(f"{out}: exists and is no model folder; choose another name")
    elif not force:
        raise OutputError(f"{out}: exists; add --force to replace it, or choose another name")


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How coded passages are to be read: see the options of `train` with these names."""

    texts: tuple[str, ...] = ()
    columns: Path | None = None
    coder: str = ""
    problems: Path | None = None


def read_examples(
    data: Iterable[str], codebook: Codebook, recipe: TrainRecipe, tell: Tell, how: ReadAs
) -> tuple[Example, ...]:
    """Read and merge coded passages, and tell what could not be taken.

    Raises:
        ScheidslijnError: nothing is left to learn from.
    """
    paths = list(data)
    columns = load_columns(how.columns) if how.columns else DEFAULT
    found = read_codings(paths, codebook, texts=texts_of(how.texts), columns=columns, coder=how.coder)
    merged = merge(found, codebook, recipe.data.merge)
    met: list[Problem] = [*found.problems, *merged.problems]
    for line in problem_lines(met):
        tell(line)
    if how.problems is not None:
        write_problems(met, how.problems, force=True)
    if not merged.examples:
        raise ScheidslijnError(f"{', '.join(paths[:3])}: no coded passage with a text is left; see the problems above")
    documents = len({one.document for one in merged.examples})
    coders = f"{len(found.coders)} coder{'s' if len(found.coders) != 1 else ''}"
    tell(f"{len(merged.examples):,} coded passages of {documents:,} documents, {coders}.")
    return merged.examples


def texts_of(paths: Iterable[str]) -> dict[str, str] | None:
    """The texts of documents and tables, by key; None when no path is given."""
    given = list(paths)
    found = {passage.key: passage.text for source in walk(given) for passage in read_here(source.path)}
    return found if given else None


def data_hashes(data: Iterable[str]) -> dict[str, str]:
    """By path, as it was given, the SHA-256 of every file that was read."""
    return {str(source.path): file_hash(source.path) for source in walk(list(data))}


def command_of(job: TrainJob) -> str:
    """The command line that does this job."""
    parts = ["scheidslijn train", *job.data, "-o", str(job.out), "--codebook", job.codebook, "--base-model", job.base]
    parts += ["--recipe", job.recipe, *(f"--set {one}" for one in job.settings)]
    return " ".join(parts)

"""The verbs `train` and `retrain` as plain functions: read, check, divide, train, write."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scheidslijn.codebook import find_codebook, load_codebook
from scheidslijn.errors import OutputError
from scheidslijn.loading import CODEBOOK_FILE
from scheidslijn.model_folder import MANIFEST, ModelFolder, read_model_folder
from scheidslijn.training import compute
from scheidslijn.training.base import find_base
from scheidslijn.training.inputs import Asked, ReadAs, data_hashes, read_examples, read_suggested, with_suggestions
from scheidslijn.training.overgiven import overgiven_lines
from scheidslijn.training.quiet import quiet
from scheidslijn.training.recipe import find_recipe
from scheidslijn.training.train import divide, train, write_trained
from scheidslijn.training.trainer import Report

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainJob:
    """What `train` was asked; see its options."""

    data: tuple[str, ...]
    out: Path
    codebook: str = "sociale-tweedeling"
    base: str = "compact-2"
    recipe: str = "compact"
    settings: tuple[str, ...] = ()
    split: Path | None = None
    texts: tuple[str, ...] = ()
    columns: Path | None = None
    coder: str = ""
    problems: Path | None = None
    learning_curve: bool = False
    force: bool = False
    suggestions: tuple[str, ...] = ()
    verdict: Path | None = None
    weight: float | None = None


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
    asked = Asked(job.suggestions, job.verdict, job.weight)
    extra = read_suggested(asked, divided.train, divided.test, divided.split, codebook, tell, how)
    with quiet():
        made = train(
            divided, codebook, base, recipe, name=job.out.name, work=work, tell=tell, report=report,
            curve=job.learning_curve, extra=extra,
        )  # fmt: skip
    if made is not None:
        made = with_suggestions(made, extra, asked)
        made = made.with_files({CODEBOOK_FILE: find_codebook(job.codebook).read_bytes()})
        made = replace(made, facts={**made.facts, "texts": list(job.texts)})
        write_trained(made, job.out, data_hashes(job.data), command_of(job))
        shutil.rmtree(work, ignore_errors=True)
        tell(f"Wrote {job.out}; its README.md is the model card.")
        for line in overgiven_lines(made.facts):
            tell(f"Warning: {job.out} {line}.")
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


def command_of(job: TrainJob) -> str:
    """The command line that does this job."""
    parts = ["scheidslijn train", *job.data, "-o", str(job.out), "--codebook", job.codebook, "--base-model", job.base]
    parts += ["--recipe", job.recipe, *(f"--set {one}" for one in job.settings)]
    parts += Asked(job.suggestions, job.verdict, job.weight).words()
    return " ".join(parts)

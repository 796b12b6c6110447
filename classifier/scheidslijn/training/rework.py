"""The verb `retrain` as a plain function: find the old data, train on, compare, and promote or keep."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook, find_codebook, load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.loading import CODEBOOK_FILE, find_model, load_labeller, own_codebook
from scheidslijn.model_folder import ModelFolder, read_model_folder
from scheidslijn.passage import text_key
from scheidslijn.recipes import make_recipe
from scheidslijn.shipped import shipped_names
from scheidslijn.training import compute
from scheidslijn.training.folder import file_hash
from scheidslijn.training.growing import Change, change_of, renamed
from scheidslijn.training.inputs import Asked, ReadAs, data_hashes, read_examples, read_suggested, with_suggestions
from scheidslijn.training.judging import changed_share, given_by
from scheidslijn.training.promoting import Verdict, judge, write_verdict
from scheidslijn.training.quiet import quiet
from scheidslijn.training.recipe import TrainRecipe, find_recipe
from scheidslijn.training.remembered import Remembered, remembered
from scheidslijn.training.retrain import retrain
from scheidslijn.training.sorting import sort_out
from scheidslijn.training.train import write_trained
from scheidslijn.training.trainer import Report
from scheidslijn.training.workflow import only_first, refuse_folder

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RetrainJob:
    """What `retrain` was asked; see its options."""

    model: str
    add: tuple[str, ...]
    out: Path | None = None
    data: tuple[str, ...] = ()
    codebook: str | None = None
    mapping: tuple[str, ...] = ()
    recipe: str | None = None
    settings: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    columns: Path | None = None
    coder: str = ""
    problems: Path | None = None
    suggestions: tuple[str, ...] = ()
    verdict: Path | None = None
    weight: float | None = None

    @property
    def asked(self) -> Asked:
        """Which suggestions are to be learned from."""
        return Asked(self.suggestions, self.verdict, self.weight)


def run_retrain(job: RetrainJob, tell: Tell, report: Report | None = None) -> bool:
    """Train a model on, and promote the result when it is shown to be better.

    Returns:
        whether the new model was promoted.

    Raises:
        ScheidslijnError: anything that stops it, in one line; the old model is as it was.
    """
    tell = only_first(tell)
    folder = read_model_folder(find_model(job.model))
    out = target_of(job, folder)
    new_book = job.codebook or str(own_codebook(folder))
    old_codebook, codebook = load_codebook(own_codebook(folder)), load_codebook(new_book)
    change = change_of(folder.facts["keys"], codebook, job.mapping)
    recipe, memory = recipe_of(job, folder), remembered(folder)
    how = ReadAs(job.texts, job.columns, job.coder, job.problems)
    added = read_examples(job.add, codebook, recipe, tell, how)
    old = renamed(old_examples(job, folder, memory, old_codebook, recipe, tell), change, codebook)
    work = out.with_name(out.name + ".work")
    (work / "candidate").mkdir(parents=True, exist_ok=True)
    split = work / f"{out.name}.split.toml"
    if compute.is_first():
        split.unlink(missing_ok=True)  # of a run that was broken; it is drawn again, the same
    compute.wait()
    known = sort_out(added, old, memory, recipe, split, out.name, tell)
    tell(
        f"Learning from {len(known.added):,} new passages and {len(known.replayed):,} old ones; {len(known.apart):,} "
        f"passages of {len({one.document for one in known.apart}):,} documents are kept to compare old and new on."
    )
    people = [*known.added, *known.old_learned]
    apart = [*known.apart, *(one for one in old if (text_key(one.text), one.document) in set(memory.tested))]
    extra = read_suggested(job.asked, people, apart, known.split, codebook, tell, how)
    with quiet():
        made = retrain(
            folder, known, memory, codebook, change, recipe, name=out.name, work=work, tell=tell, report=report,
            extra=extra.examples if extra is not None else (),
        )  # fmt: skip
    promoted = False
    if made is not None:
        made = with_suggestions(made, extra, job.asked)
        made = made.with_files({CODEBOOK_FILE: find_codebook(new_book).read_bytes()})
        facts = {**made.facts, "retrained_from": folder.version, "texts": _texts(job, folder)}
        data = {**folder.facts.get("data", {}), **data_hashes(job.add)}
        write_trained(replace(made, facts=facts), work / "candidate" / out.name, data, command_of(job))
        verdict = compare(folder, work / "candidate" / out.name, known.apart, codebook, change)
        write_verdict(verdict, out)
        settle(verdict.promoted, work, out, split, tell, verdict)
        promoted = verdict.promoted
    return bool(compute.agreed(float(promoted)))


def target_of(job: RetrainJob, folder: ModelFolder) -> Path:
    """Where a better model is to stand.

    Raises:
        ScheidslijnError: a shipped model is to be replaced, or something else stands there.
    """
    if job.out is None and job.model in shipped_names("models"):
        raise ScheidslijnError(
            f"{job.model}: is a shipped model, which stays as it is; give a folder for the new one with -o"
        )
    out = job.out or folder.path
    refuse_folder(out, force=out == folder.path)
    return out


def recipe_of(job: RetrainJob, folder: ModelFolder) -> TrainRecipe:
    """The recipe asked for, else that of the model; windows and context stay those that the model was made with."""
    own = folder.facts["encoder"]
    if job.recipe is not None:
        recipe = find_recipe(job.recipe, job.settings)
    elif "encoder" in folder.facts.get("recipe", {}):
        recipe = make_recipe(TrainRecipe, folder.facts["recipe"], job.settings)
    else:
        recipe = find_recipe("compact", job.settings)
    encoder = replace(
        recipe.encoder, window=own["window"], overlap=own["overlap"], context=tuple(own.get("context", ())),
        context_tokens=own.get("context_tokens") or recipe.encoder.context_tokens,
    )  # fmt: skip
    return replace(recipe, encoder=encoder)


def old_examples(
    job: RetrainJob, folder: ModelFolder, memory: Remembered, codebook: Codebook, recipe: TrainRecipe, tell: Tell
) -> tuple[Example, ...]:
    """What the model was trained and tested on, as far as it can be found again; tells what is missing."""
    pointers: dict[str, str] = folder.facts.get("data", {}) if memory.learned else {}
    paths = list(job.data) or [path for path in pointers if Path(path).is_file()]
    for path in pointers:
        if not job.data and path not in paths:
            tell(f"{path}: was learned from and is not there any more; name its new place with --data")
        elif not job.data and file_hash(Path(path)) != pointers[path]:
            tell(f"{path}: changed since the model was trained; passages that are as they were are used")
    if not paths:
        tell(f"Nothing that {folder.name} was trained on is at hand, so nothing of it is mixed in.")
        return ()
    texts = (*job.texts, *(path for path in folder.facts.get("texts", []) if Path(path).exists()))
    how = ReadAs(texts, job.columns, job.coder)
    return read_examples(paths, codebook, recipe, lambda _: None, how)


def compare(
    folder: ModelFolder, candidate: Path, apart: Iterable[Example], codebook: Codebook, change: Change
) -> Verdict:
    """Old and new model on the same held-apart passages."""
    examples = list(apart)
    to = {old: new for old, new in change.to.items() if new is not None}
    old = given_by(load_labeller(folder.path), examples, codebook, to)
    new = given_by(load_labeller(candidate), examples, codebook)
    return judge(old, new, examples, codebook, changed_share(old, new), (folder.version, candidate.name))


def settle(promoted: bool, work: Path, out: Path, split: Path, tell: Tell, verdict: Verdict) -> None:
    """Put the candidate in its place, or leave the old model as it is; the working folder goes."""
    tell(verdict.line())
    if promoted:
        if out.exists():
            before = out.with_name(out.name + ".before")
            if before.exists():
                shutil.rmtree(before)
            out.replace(before)
            tell(f"The old model is kept in {before}.")
        (work / "candidate" / out.name).replace(out)
        for file in (split, split.with_suffix(".openings.jsonl")):
            if file.exists():
                file.replace(out.parent / file.name)
        tell(f"Wrote {out}; its README.md is the model card.")
    shutil.rmtree(work, ignore_errors=True)


def command_of(job: RetrainJob) -> str:
    """The command line that does this job."""
    parts = ["scheidslijn retrain", job.model, *(f"--add {path}" for path in job.add)]
    parts += [f"-o {job.out}"] if job.out else []
    parts += [f"--codebook {job.codebook}"] if job.codebook else []
    parts += [f"--map {one}" for one in job.mapping] + [f"--set {one}" for one in job.settings]
    parts += job.asked.words()
    return " ".join(parts)


def _texts(job: RetrainJob, folder: ModelFolder) -> list[str]:
    return list(dict.fromkeys([*folder.facts.get("texts", []), *job.texts]))

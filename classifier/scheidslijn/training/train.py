"""`train`: from coded passages to a model folder with its figures."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from scheidslijn.annotations.examples import Example, positives, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.labellers.encoder import ONNX_FILE, EncoderModel
from scheidslijn.labellers.tfidf import VOCABULARY_FILE, WEIGHTS_FILE, TfidfModel
from scheidslijn.measuring.compare import Scored
from scheidslijn.measuring.side_by_side import label_change, side_by_side
from scheidslijn.recipes import as_table
from scheidslijn.splits import Split, make_split, open_test, openings, read_split, split_text, write_split
from scheidslijn.training import compute
from scheidslijn.training.base import Base, check_windows
from scheidslijn.training.card import card_files
from scheidslijn.training.crossing import Fitted, Floats, OutOfFold, fit_on, scan
from scheidslijn.training.encoders import network_files, sampled_windows
from scheidslijn.training.few_labels import are_few
from scheidslijn.training.fine_tune import contexts_of
from scheidslijn.training.folder import package_versions, write_model_folder
from scheidslijn.training.helping import effect_facts, effect_lines, effects
from scheidslijn.training.learning import learning_curve
from scheidslijn.training.overgiven import overgiven
from scheidslijn.training.recipe import TrainRecipe
from scheidslijn.training.remembered import Remembered, named, remembered_files
from scheidslijn.training.suggestions import Suggested
from scheidslijn.training.trainer import Report, Trainer, coded_part

Tell = Callable[[str], None]
FOLDS_FILE = "folds.toml"
"""The split of the cross-validation, in the model folder."""


@dataclass(frozen=True, slots=True)
class Divided:
    """Examples by what they are for.

    Attributes:
        train: learned from, and cross-validated on.
        test: kept for the last measurement, and used for nothing else.
        split: which document is where; None when there were too few documents to keep any apart.
        path: the file of the split.
    """

    train: tuple[Example, ...]
    test: tuple[Example, ...]
    split: Split | None
    path: Path | None

    def lines(self) -> list[str]:
        """What to tell of it."""
        learned = f"{len(self.train):,} passages of {len({one.document for one in self.train}):,} documents"
        if not self.test:
            few = "; too few documents to keep any for testing, so all figures are cross-validated"
            return [f"Learning from {learned}{few}."]
        apart = f"{len(self.test):,} passages of {len({one.document for one in self.test}):,} documents"
        return [f"Learning from {learned}; {apart} are kept for the test ({self.path})."]


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, made but not yet written.

    Attributes:
        facts: the content of `model.toml` without `format` and `files`.
        files: by name the content of every other file but the card.
        divided: what it was trained and measured on.
    """

    facts: Mapping[str, Any]
    files: Mapping[str, bytes]
    divided: Divided

    def with_files(self, files: Mapping[str, bytes]) -> Trained:
        """The same model with more files in its folder."""
        return replace(self, files={**self.files, **files})


def divide(examples: Sequence[Example], recipe: TrainRecipe, path: Path, name: str) -> Divided:
    """Keep test documents apart, by the split file at `path` or by a new one that is written there.

    Raises:
        ScheidslijnError: all passages are of one document: then nothing can be measured on another.
    """
    sizes = Counter(one.document for one in examples)
    if len(sizes) < 2:
        only = next(iter(sizes), "none")
        raise ScheidslijnError(
            f"all {len(examples)} coded passages are of one document ({only!r}); code passages of at least "
            "two, so that the model can be measured on a document it did not see"
        )
    if path.exists():
        split = read_split(path)
    elif recipe.data.test and len(sizes) >= recipe.data.least_documents:
        shares = {"train": 1 - recipe.data.test, "test": recipe.data.test}
        split = make_split(sizes, shares, name=name, seed=recipe.data.seed, positives=positives(examples))
        write_split(split, path)
    else:
        return Divided(tuple(examples), (), None, None)
    part = split.assign(sizes)
    train = tuple(one for one in examples if part[one.document] not in ("test", "validation"))
    test = tuple(one for one in examples if part[one.document] == "test")
    if len({one.document for one in train}) < 2:
        raise ScheidslijnError(f"{path}: leaves fewer than two documents to train on; keep fewer for the test")
    return Divided(train, test, split, path)


def train(
    divided: Divided, codebook: Codebook, base: Base, recipe: TrainRecipe, *,
    name: str, work: Path, tell: Tell, report: Report | None = None, curve: bool = False,
    extra: Suggested | None = None,
) -> Trained | None:  # fmt: skip
    """Train, calibrate and measure a model.

    Every passage that is not for testing is scored by a model that was not trained on its document; from these scores
    come calibration, thresholds, the weights of the blend, and the choice of the best labeller of each dimension. Then
    the parts are trained once more on all of these passages, and measured on the test documents, which is written
    down in the log of the split.

    Args:
        name: of the model.
        work: a folder where finished parts are kept until the model is whole; a broken run goes on from it.
        tell: hears a line at every stage; report: hears of every step.
        curve: also train on fewer documents, for the learning curve; it takes about as long again.
        extra: suggestions of a machine to learn from as well. Everything is cross-validated without them too, to see
            whether they help; calibration, thresholds and scores come from what people coded.

    Returns:
        the model; None in every process but the first, which has shared the training and has nothing to write.
    """
    began = time.monotonic()
    check_windows(base, recipe.encoder)
    coded = coded_part(codebook, divided.train)
    beside = extra.examples if extra is not None else ()
    few = are_few([*divided.train, *beside], coded, recipe.few)
    if few:
        tell(f"The middle code has at most {recipe.few.most} examples: trained by the path for few labels.")
    trainer = Trainer(base, coded, recipe, work, report, few=few)
    known = trainer.out_of_fold(divided.train, codebook, beside=beside)
    fitted = fit_on(known, codebook, recipe.calibration)
    tell(f"Cross-validated; best per dimension: {', '.join(f'{k} {v}' for k, v in fitted.best.items())}.")
    points = learning_curve(trainer, divided.train, codebook, fitted, known, beside) if curve else {}
    more: dict[str, Any] = {"learning_curve": points}
    if extra is not None:
        plain = trainer.alone(divided.train, codebook)
        effect = effects(fitted, fit_on(plain, codebook, recipe.calibration), known, codebook)
        for line in effect_lines(effect):
            tell(line)
        more["suggestions"] = {**extra.facts(), "effect": effect_facts(effect)}
    made = finish(divided, codebook, trainer, fitted, known, name=name, tell=tell, began=began, beside=beside)
    return made and replace(made, facts={**made.facts, **more})


def finish(
    divided: Divided, codebook: Codebook, trainer: Trainer, fitted: Fitted, known: OutOfFold, *,
    name: str, tell: Tell, began: float, beside: Sequence[Example] = (), only_tfidf: Sequence[Example] = (),
    remember: Remembered | None = None,
) -> Trained | None:  # fmt: skip
    """Train the parts on everything, export them, and measure what is exported on the test documents.

    Only the first of several processes exports and measures; the others get None.

    Args:
        beside: examples to learn from as well; only_tfidf: more of them, for TF-IDF alone.
        remember: what the folder is to remember, when that is more than `divided`.
    """
    learned = [*divided.train, *beside]
    network, history = trainer.network("all documents", learned)
    if not compute.is_first():
        return None
    tfidf = trainer.tfidf([*learned, *only_tfidf])
    texts, contexts = [one.text for one in learned], contexts_of(learned, trainer.recipe.encoder)
    windows = sampled_windows(trainer.windows, texts, contexts)
    files, full = network_files(network, trainer.base.folder, windows, label_share(fitted, codebook, trainer.codebook))
    files |= tfidf.files() if tfidf is not None else {}
    keys = list(trainer.codebook.keys)
    shown = divided.test or divided.train
    logits, change = exported_logits(files, full, shown, codebook, trainer, keys)
    settings = trainer.recipe.encoder
    if tfidf is None:
        fitted = fitted.without("tfidf", "encoder")
    tables = fitted.as_tables()
    calibration, decision = fitted.settings["encoder"]
    before, after = (Scored(calibration.probabilities(z, codebook), decision) for z in change)
    facts: dict[str, Any] = {
        "name": name, "codebook": codebook.label, "base": f"{trainer.base.name}: {trainer.base.shape}",
        "base_sha256": trainer.base.digest, "keys": list(codebook.keys), "best": dict(fitted.best),
        "encoder": {"keys": keys, "window": settings.window, "overlap": settings.overlap,
                    "context": list(settings.context), "context_tokens": settings.room, **tables["encoder"]},
        **({"tfidf": tables["tfidf"]} if tfidf is not None else {}),
        "blend": tables["blend"],
        "recipe": as_table(trainer.recipe), "packages": package_versions(),
        "int8": label_change(before, after, codebook),
        "calibration": dict(fitted.calibration),
        "training": _training_facts(divided, trainer, history, began),
        "scores": {"cross": side_by_side(fitted.cross, known.targets, known.documents, codebook)},
    }  # fmt: skip
    scored, targets, documents = fitted.cross, known.targets, known.documents
    if divided.test and divided.path is not None:
        _seal(divided, name, files[ONNX_FILE])
        scored = fitted.scored(logits, scan(codebook, [one.text for one in shown]), codebook)
        targets, documents = target_matrix(shown, codebook), tuple(one.document for one in shown)
        facts["scores"]["test"] = side_by_side(scored, targets, documents, codebook)
    facts["overgiven"] = overgiven(scored, fitted.best, targets, documents, codebook, known.targets)
    tell(f"Trained on {len(learned):,} passages of {len({one.document for one in learned}):,} documents.")
    if divided.split is not None and divided.path is not None:
        log = openings(divided.path)
        facts["split"] = {"name": divided.split.name, "sha256": divided.split.digest,
                          "openings": len(log.lines), "openings_head": log.head}  # fmt: skip
    files[FOLDS_FILE] = split_text(trainer.folds(divided.train)).encode("utf-8")
    files |= remembered_files(remember or Remembered(named(divided.train), named(divided.test), known))
    return Trained(facts, files, divided)


def label_share(fitted: Fitted, codebook: Codebook, coded: Codebook) -> Callable[[Floats, Floats], float]:
    """How int8 is judged: the share of labels of `codebook` that differ between two arrays of logits of `coded`."""
    calibration, decision = fitted.settings["encoder"]
    columns = [codebook.keys.index(key) for key in coded.keys]

    def scored(logits: Floats) -> Scored:
        wide = np.full((len(logits), len(codebook.keys)), np.nan)
        wide[:, columns] = logits
        return Scored(calibration.probabilities(wide, codebook), decision)

    return lambda full, small: float(label_change(scored(full), scored(small), codebook)["labels_changed"])


def exported_logits(
    files: Mapping[str, bytes], full: bytes, examples: Sequence[Example], codebook: Codebook, trainer: Trainer,
    keys: Sequence[str],
) -> tuple[dict[str, Floats], tuple[Floats, Floats]]:  # fmt: skip
    """Logits by what is shipped, by name of the labeller; and those of the encoder before and after quantising."""
    texts, contexts = [one.text for one in examples], contexts_of(examples, trainer.recipe.encoder)
    small, large = (
        EncoderModel(onnx, trainer.windows, keys).logits(texts, codebook, contexts) for onnx in (files[ONNX_FILE], full)
    )
    logits = {"encoder": small}
    if WEIGHTS_FILE in files:
        shipped = TfidfModel.from_files(files[WEIGHTS_FILE], files[VOCABULARY_FILE])
        logits["tfidf"] = shipped.logits(texts, codebook)
    return logits, (large, small)


def _training_facts(divided: Divided, trainer: Trainer, history: Any, began: float) -> dict[str, Any]:
    documents = len({one.document for one in (*divided.train, *divided.test)})
    facts: dict[str, Any] = {
        "passages": len(divided.train), "documents": documents,
        "test_passages": len(divided.test), "test_documents": len({one.document for one in divided.test}),
        "seed": trainer.recipe.data.seed, "few_labels": trainer.few,
        "steps": history.steps, "best_step": history.best_step,
        "seconds": round(time.monotonic() - began, 1), "peak_memory_mb": _peak_memory(),
        "losses": [list(one) for one in history.losses],
        "looks": [look.as_table() for look in history.looks],
    }  # fmt: skip
    return facts


def write_trained(trained: Trained, out: Path, data: Mapping[str, str], command: str) -> None:
    """Write the model folder with its card, in one step; what stood there is replaced.

    Args:
        data: by path, as the user gave it, the SHA-256 of every file that was learned from.
        command: that made it.
    """
    facts = {**trained.facts, "command": command, "data": dict(data)}
    write_model_folder(out, facts, {**trained.files, **card_files(facts)})


def _seal(divided: Divided, name: str, onnx: bytes) -> None:
    assert divided.path is not None
    mark = f"{name}/{hashlib.sha256(onnx).hexdigest()}"
    open_test(divided.path, model=mark, purpose="figures of the model card", when=datetime.now())


def _peak_memory() -> int:
    """Most memory this process held so far, in megabytes; 0 where the system does not say."""
    try:
        import resource
        import sys
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1_000_000 if sys.platform == "darwin" else 1_000))

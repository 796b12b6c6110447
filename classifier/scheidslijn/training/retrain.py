"""`retrain`: goes on from a model with new coded passages; what comes out is a candidate that has replaced nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.tfidf import VOCABULARY_FILE, WEIGHTS_FILE, TfidfModel
from scheidslijn.model_folder import ModelFolder
from scheidslijn.passage import text_key
from scheidslijn.training.base import check_windows, find_base
from scheidslijn.training.crossing import fit_on
from scheidslijn.training.encoders import begin_network, network_logits, windows_of
from scheidslijn.training.fine_tune import contexts_of
from scheidslijn.training.growing import Change, carry_over, joined, remapped
from scheidslijn.training.inheriting import inherited
from scheidslijn.training.network import Network, load_network
from scheidslijn.training.recipe import TrainRecipe
from scheidslijn.training.remembered import Remembered, named
from scheidslijn.training.sorting import Known
from scheidslijn.training.train import Divided, Trained, finish
from scheidslijn.training.trainer import Report, Trainer, coded_part

Tell = Callable[[str], None]


def retrain(
    folder: ModelFolder, known: Known, memory: Remembered, codebook: Codebook, change: Change, recipe: TrainRecipe, *,
    name: str, work: Path, tell: Tell, report: Report | None = None, extra: Sequence[Example] = (),
) -> Trained | None:  # fmt: skip
    """Train on from a model.

    Dimensions that nobody coded in the new passages keep, as soft labels, what the old network says of these passages
    (Li and Hoiem 2016, "Learning without forgetting"), so that the encoder does not drift away under their outputs.

    Calibration and thresholds come from passages that no scored network had seen: the new ones out of fold, and for the
    old ones the scores that were kept when the old model was made. Where these are too few, the old settings stay.

    Args:
        folder: the model to go on from.
        change: from its codes to those of `codebook`.
        recipe: of the new training; windows and context must be those of the old model.
        extra: suggestions of a machine to learn from as well, none of them on what is kept apart.

    Returns:
        the candidate; None in every process but the first.
    """
    began = time.monotonic()
    base = find_base(str(folder.path), work / "base")
    check_windows(base, recipe.encoder)
    old, old_keys = load_network(folder.path), list(folder.facts["encoder"]["keys"])
    part = _part(codebook, old_keys, change, [*known.added, *known.replayed])
    start = carry_over(old, old_keys, begin_network(base.folder, part, recipe.encoder), part, change)
    added = with_old_answers(start, base.folder, known.added, part, recipe)
    trainer = Trainer(base, part, recipe, work, report, start, None if known.old_learned else old_tfidf(folder))
    scores = trainer.out_of_fold(added, codebook, beside=[*known.replayed, *extra])
    scores = replace(scores, targets=target_matrix(known.added, codebook))  # old answers teach, and prove nothing
    if memory.known is not None:
        scores = joined(remapped(memory.known, folder.facts["keys"], codebook, change), scores)
    fitted = inherited(fit_on(scores, codebook, recipe.calibration), scores, folder, codebook, change)
    tell(f"Cross-validated; best per dimension: {', '.join(f'{k} {v}' for k, v in fitted.best.items())}.")
    divided = Divided(tuple(added), known.apart, known.split, known.path)
    remember = Remembered(
        (*memory.learned, *named(known.added)) if memory.known is not None else named(known.added),
        tuple(dict.fromkeys([*memory.tested, *named(known.apart)])),
        scores,
    )
    replayed = {text_key(one.text) for one in known.replayed}
    more = [one for one in known.old_learned if text_key(one.text) not in replayed]
    return finish(
        divided, codebook, trainer, fitted, scores, name=name, tell=tell, began=began,
        beside=[*known.replayed, *extra],
        only_tfidf=more, remember=remember,
    )  # fmt: skip


def with_old_answers(
    start: Network, encoder: Path, examples: Sequence[Example], part: Codebook, recipe: TrainRecipe
) -> list[Example]:
    """Examples in which every dimension nobody coded has the probabilities of the network to go on from."""
    windows, contexts = windows_of(encoder, recipe.encoder), contexts_of(examples, recipe.encoder)
    logits = network_logits(start, windows, [one.text for one in examples], part, contexts)
    probabilities = Calibration().probabilities(logits, part)
    out = []
    for one, row in zip(examples, probabilities, strict=True):
        coded = {key.split(".")[0] for key in one.known}
        answers = {key: float(p) for key, p in zip(part.keys, row, strict=True) if key.split(".")[0] not in coded}
        out.append(replace(one, known={**one.known, **answers}))
    return out


def old_tfidf(folder: ModelFolder) -> TfidfModel | None:
    """The TF-IDF of a model, to be kept where what it was fitted on is not there; None when it has none."""
    if WEIGHTS_FILE not in folder.facts["files"]:
        return None
    return TfidfModel.from_files(folder.read(WEIGHTS_FILE), folder.read(VOCABULARY_FILE))


def _part(codebook: Codebook, old_keys: Sequence[str], change: Change, examples: Sequence[Example]) -> Codebook:
    """The codebook with the dimensions that the old network has an output for, or that somebody coded."""
    stayed = {key.split(".")[0] for old in old_keys if (key := change.to[old]) is not None}
    coded = {one.name for one in coded_part(codebook, examples).dimensions}
    return replace(codebook, dimensions=tuple(one for one in codebook.dimensions if one.name in stayed | coded))

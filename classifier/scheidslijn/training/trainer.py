"""Trains the parts of a model, each kept on disk as soon as it is finished, so that a run that was broken goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, document_hash, hold_out, positives, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.tfidf import TfidfModel
from scheidslijn.passage import text_key
from scheidslijn.splits import Split, make_folds
from scheidslijn.training import compute
from scheidslijn.training.base import Base
from scheidslijn.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from scheidslijn.training.crossing import OutOfFold, scan
from scheidslijn.training.encoders import begin_network, network_logits, windows_of
from scheidslijn.training.few_labels import are_few, train_few
from scheidslijn.training.fine_tune import FineTuning, History, contexts_of
from scheidslijn.training.fit_tfidf import fit_tfidf
from scheidslijn.training.from_codebook import codebook_examples
from scheidslijn.training.kept import digest
from scheidslijn.training.looking import Look
from scheidslijn.training.network import Network
from scheidslijn.training.recipe import TrainRecipe
from scheidslijn.training.suggestions import SOURCE as SUGGESTION

Report = Callable[[str, int, int, float], None]
"""Called after each step with what is being trained, the step, the number of steps, and the running loss."""


class Trainer:
    """The parts of a model by one recipe.

    Args:
        base: the encoder to begin with.
        codebook: whose dimensions get a head, all of them coded somewhere; see `coded_part`.
        work: a folder for finished parts and checkpoints; what is in it is found by a hash of all it was made from.
        report: hears of every step.
        start: a network to go on from instead of the bare encoder; its heads are those of `codebook`.
        kept_tfidf: taken as it is instead of fitting one, when what it was fitted on is not there.
        few: train by the path for few labels, see `few_labels`; the same for all folds and for the whole.
    """

    def __init__(
        self, base: Base, codebook: Codebook, recipe: TrainRecipe, work: Path,
        report: Report | None = None, start: Network | None = None, kept_tfidf: TfidfModel | None = None,
        few: bool = False,
    ) -> None:  # fmt: skip
        self.base, self.codebook, self.recipe, self.work = base, codebook, recipe, work
        self.report, self.start, self.kept_tfidf, self.few = report, start, kept_tfidf, few
        self.windows = windows_of(base.folder, recipe.encoder)

    def network(self, stage: str, examples: Sequence[Example]) -> tuple[Network, History]:
        """Fine-tune on examples, or take the finished network of a broken run; `stage` is what progress calls it."""
        settings = self.recipe.encoder
        if self.few:
            return self._few_network(stage, examples)
        train, validation = list(examples), list[Example]()
        people = [one for one in examples if one.source != SUGGESTION]
        if settings.validation and len({one.document for one in people}) > 2:
            train, validation = hold_out(people, settings.validation, settings.seed)
            train += without_held([one for one in examples if one.source == SUGGESTION], validation)
        network = begin_network(self.base.folder, self.codebook, settings, self.start)
        running = self.work / f"{stage.replace(' ', '-')}.running"
        tuning = FineTuning(network, self.windows, train, self.codebook, settings, validation, running)
        finished = self.work / f"{stage.replace(' ', '-')}.safetensors"
        found = read_checkpoint(finished, tuning.made_from)
        if found is not None:
            network.load_state_dict(found.part("network"))
            return network.eval(), _history(found)
        history = tuning.run(None if self.report is None else self._reporting(stage))
        if compute.is_first():
            tensors = {f"network/{name}": value for name, value in network.state_dict().items()}
            write_checkpoint(finished, Checkpoint(tuning.made_from, {"history": asdict(history)}, tensors))
            running.unlink(missing_ok=True)
        compute.wait()
        return network, history

    def _few_network(self, stage: str, examples: Sequence[Example]) -> tuple[Network, History]:
        """The network of the path for few labels; a minute's work, so nothing of it is kept for a broken run."""
        recipe, network = self.recipe, begin_network(self.base.folder, self.codebook, self.recipe.encoder, self.start)
        report = None if self.report is None else self._reporting(stage)
        train_few(network, self.windows, examples, self.codebook, recipe.few, recipe.encoder, report)
        return network, History(recipe.few.steps, recipe.few.steps, (), ())

    def logits(self, network: Network, examples: Sequence[Example], codebook: Codebook) -> NDArray[np.float64]:
        """Logits of a network in the columns of `codebook`, shape `(examples, codes)`."""
        contexts = contexts_of(examples, self.recipe.encoder)
        return network_logits(network, self.windows, [one.text for one in examples], codebook, contexts)

    def tfidf(self, examples: Sequence[Example]) -> TfidfModel | None:
        """TF-IDF on examples; None when no dimension has enough of them."""
        if self.kept_tfidf is not None:
            return self.kept_tfidf
        rows, settings = list(examples), self.recipe.tfidf
        if self.few:
            rows, settings = [*rows, *codebook_examples(self.codebook)], replace(settings, min_df=1)
        try:
            return fit_tfidf(rows, self.codebook, settings)
        except ValueError:
            return None

    def out_of_fold(
        self, examples: Sequence[Example], codebook: Codebook, share: float = 1.0, beside: Sequence[Example] = ()
    ) -> OutOfFold:
        """Score every example by parts that were trained on the other folds.

        Args:
            codebook: in whose columns the scores stand.
            share: of the documents of the other folds, how many are learned from; below 1 for a learning curve.
            beside: examples that every part also learns from; those of a document or with a text in its fold are left
                out.
        """
        split = self.folds(examples)
        count = len(split.parts)
        part_of = split.assign(one.document for one in examples)
        fold = np.array([int(part_of[one.document]) - 1 for one in examples], dtype=np.int64)
        logits = {name: np.full((len(examples), len(codebook.keys)), np.nan) for name in ("tfidf", "encoder")}
        for number in range(count):
            rows = [int(row) for row in np.flatnonzero(fold == number)]
            rest = [one for one, own in zip(examples, fold, strict=True) if own != number]
            learned = thinned(rest, share, self.recipe.data.seed)
            held = [examples[row] for row in rows]
            learned += without_held(beside, held)
            part = f"fold {number + 1} of {count}" + (f" at {share:.0%}" if share < 1 else "")
            network, _ = self.network(part, learned)
            logits["encoder"][rows] = self.logits(network, held, codebook)
            if (tfidf := self.tfidf(learned)) is not None:
                logits["tfidf"][rows] = tfidf.logits([one.text for one in held], codebook)
        texts = [one.text for one in examples]
        documents = tuple(one.document for one in examples)
        return OutOfFold(
            logits, scan(codebook, texts).probabilities, target_matrix(examples, codebook), documents, fold
        )

    def alone(self, examples: Sequence[Example], codebook: Codebook) -> OutOfFold:
        """The same scores without anything beside: by a trainer of its own, for finished parts and the path taken."""
        few = are_few(examples, self.codebook, self.recipe.few)
        work = self.work / "alone"
        work.mkdir(parents=True, exist_ok=True)
        own = Trainer(self.base, self.codebook, self.recipe, work, self.report, self.start, self.kept_tfidf, few)
        return own.out_of_fold(examples, codebook)

    def folds(self, examples: Sequence[Example]) -> Split:
        """The folds of a cross-validation: whole documents, about equal, rare codes spread as well as they can be."""
        sizes = Counter(one.document for one in examples)
        count = min(self.recipe.data.folds, len(sizes))
        return make_folds(sizes, count, name="folds", seed=self.recipe.data.seed, positives=positives(examples))

    def _reporting(self, stage: str) -> Callable[[int, int, float], None]:
        report = self.report
        assert report is not None
        return lambda step, steps, loss: report(stage, step, steps, loss)


def without_held(examples: Sequence[Example], held: Sequence[Example]) -> list[Example]:
    """The examples that have neither the document nor the text of one that is held apart."""
    documents, keys = {one.document for one in held}, {text_key(one.text) for one in held}
    return [one for one in examples if one.document not in documents and text_key(one.text) not in keys]


def coded_part(codebook: Codebook, examples: Sequence[Example]) -> Codebook:
    """The codebook with only the dimensions that somebody coded; the others cannot be learned."""
    seen = {key.split(".")[0] for one in examples for key in one.known}
    return replace(codebook, dimensions=tuple(one for one in codebook.dimensions if one.name in seen))


def thinned(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """About `share` of the documents, at least one; a smaller share is part of a larger one."""
    names = sorted({one.document for one in examples}, key=lambda name: document_hash(name, seed + 1))
    kept = set(names[: max(1, round(share * len(names)))])
    return [one for one in examples if one.document in kept]


def run_digest(examples: Sequence[Example], codebook: Codebook, recipe: TrainRecipe, base: Base) -> str:
    """Twenty hexadecimal digits that stand for everything a run is made from."""
    return digest(examples, codebook, [repr(recipe), base.digest])


def _history(found: Checkpoint) -> History:
    facts = found.facts["history"]
    losses = tuple((int(step), float(loss)) for step, loss in facts["losses"])
    return History(facts["steps"], facts["best_step"], losses, tuple(Look(**look) for look in facts["looks"]))

"""What retraining learns from, replays and keeps apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.annotations.examples import Example, document_hash, positives
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.splits import Split, make_split, write_split
from scheidslijn.training.recipe import TrainRecipe
from scheidslijn.training.remembered import Remembered

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that retraining has to go by.

    Attributes:
        added: the new examples to learn from; replayed: old ones that are learned from beside them.
        apart: examples of documents that neither model learned from.
        old_learned: all that the old model learned from and that could be found again.
        split: which documents are kept for testing, the old ones and some of the new; path: its file.
    """

    added: tuple[Example, ...]
    replayed: tuple[Example, ...]
    apart: tuple[Example, ...]
    old_learned: tuple[Example, ...]
    split: Split
    path: Path


def sort_out(
    added: Sequence[Example], old: Sequence[Example], memory: Remembered, recipe: TrainRecipe, path: Path, name: str,
    tell: Tell,
) -> Known:  # fmt: skip
    """Decide what is learned from, replayed and kept apart.

    A document that the old model learned from is never tested on, and one that it was tested on is never learned from.
    Of the new documents the share `data.test` is kept apart. A passage that was coded anew counts by its new codes.

    Raises:
        ScheidslijnError: no new passage is left to learn from.
    """
    learned_documents = {document for _, document in memory.learned}
    tested_documents = {document for _, document in memory.tested}
    tested_keys, learned_keys = {key for key, _ in memory.tested}, {key for key, _ in memory.learned}
    fresh = Counter(
        one.document for one in added if one.document not in learned_documents and one.document not in tested_documents
    )
    kept = set(tested_documents)
    if recipe.data.test and len(fresh) >= 2:
        own = [one for one in added if one.document in fresh]
        shares = {"train": 1 - recipe.data.test, "test": recipe.data.test}
        drawn = make_split(fresh, shares, name=name, seed=recipe.data.seed, positives=positives(own))
        kept |= {document for document, part in drawn.assign(fresh).items() if part == "test"}
    elif not tested_documents:
        tell("The new passages are of one document, and nothing else is kept for testing.")
    again = {text_key(one.text) for one in added}
    apart = [one for one in added if one.document in kept and text_key(one.text) not in learned_keys]
    apart += [one for one in old if text_key(one.text) in tested_keys and text_key(one.text) not in again]
    learn = [one for one in added if one.document not in kept and text_key(one.text) not in tested_keys]
    old_learned = [one for one in old if text_key(one.text) in learned_keys and text_key(one.text) not in again]
    if not learn:
        raise ScheidslijnError(
            f"of {len(added)} new passages none is left to learn from: all are of documents kept for testing "
            f"({', '.join(sorted(kept)[:3])}); add passages of other documents"
        )
    train_documents = {one.document for one in (*learn, *old_learned)} | learned_documents
    split = Split(
        name,
        {"train": tuple(sorted(train_documents)), "test": tuple(sorted(kept))},
        recipe.data.seed,
        "old test documents, and a share of the new",
    )
    write_split(split, path)
    replayed = _sampled(old_learned, round(recipe.data.replay * len(learn)), recipe.data.seed)
    return Known(tuple(learn), tuple(replayed), tuple(apart), tuple(old_learned), split, path)


def _sampled(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """At most `count` of the examples, by a hash of their texts."""
    ordered = sorted(examples, key=lambda one: document_hash(text_key(one.text), seed))
    return ordered[:count]

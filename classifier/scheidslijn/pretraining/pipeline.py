"""From files to an encoder, each part kept on disk so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ScheidslijnError
from scheidslijn.pretraining.corpus import Corpus, read_corpora, rows_of
from scheidslijn.pretraining.embeddings import cooccurrence_embeddings, piece_counts
from scheidslijn.pretraining.measuring import Measure
from scheidslijn.pretraining.packing import Stream, encode_corpus, load_streams, save_streams
from scheidslijn.pretraining.recipe import Recipe
from scheidslijn.pretraining.training import Run, log_to, train
from scheidslijn.pretraining.wordpieces import load_tokenizer, train_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def pretrain(
    recipe: Recipe, files: Sequence[Path], evaluated: Sequence[Path], folder: Path, most_steps: int = 0
) -> Measure:
    """Clean, tokenize, start the embeddings, train, and leave an encoder in `folder/encoder`; resumes what it finds.

    Args:
        recipe: the run; one that differs from the recipe `folder` was begun with is an error.
        files: corpora, `.jsonl` or `.jsonl.gz` with `text`.
        evaluated: files of the same form with texts that are used to measure and so must not be trained on.
        folder: made if missing; `log.jsonl` tells the progress.
        most_steps: stop after so many steps, 0 for the whole recipe.

    Returns:
        the encoder on the slice held apart.

    Raises:
        ScheidslijnError: a file cannot be read, or `folder` belongs to another recipe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, recipe)
    streams, tokenizer = _prepared(recipe, files, evaluated, folder)
    vectors = _vectors(recipe, streams, len(tokenizer), folder)
    run = Run(recipe, streams, tokenizer, piece_counts(streams, len(tokenizer)), vectors)
    run.resume(folder)
    return train(run, folder, log_to(folder / "log.jsonl"), most_steps)


def _claim(folder: Path, recipe: Recipe) -> None:
    note = folder / "recipe.txt"
    if note.exists() and note.read_text(encoding="utf-8") != repr(recipe):
        raise ScheidslijnError(f"{folder}: holds a run of another recipe; take that recipe or another folder")
    note.write_text(repr(recipe), encoding="utf-8")


def _prepared(
    recipe: Recipe, files: Sequence[Path], evaluated: Sequence[Path], folder: Path
) -> tuple[tuple[Stream, ...], PreTrainedTokenizerFast]:
    kept = folder / "streams.npz"
    if kept.exists():
        return load_streams(kept), load_tokenizer(folder / "tokenizer")
    texts = [str(row["text"]) for path in evaluated for row in rows_of(path)]
    corpora = read_corpora(files, recipe.corpus, texts)
    (folder / "corpus.json").write_text(
        json.dumps([_counted(corpus) for corpus in corpora], indent=1), encoding="utf-8"
    )
    paragraphs = (text for corpus in corpora for document in corpus.documents for text in document)
    tokenizer = train_tokenizer(paragraphs, recipe.tokenizer, recipe.encoder.positions)
    tokenizer.save_pretrained(folder / "tokenizer")
    streams = tuple(encode_corpus(corpus, tokenizer) for corpus in corpora)
    save_streams(streams, kept)
    return streams, tokenizer


def _vectors(recipe: Recipe, streams: Sequence[Stream], vocabulary: int, folder: Path) -> NDArray[np.float32] | None:
    if not recipe.embeddings.window:
        return None
    kept = folder / "vectors.npy"
    if not kept.exists():
        width, seed = recipe.encoder.hidden - 2 * recipe.encoder.position_pairs, recipe.training.seed
        np.save(kept, cooccurrence_embeddings(streams, vocabulary, width, recipe.embeddings, seed))
    vectors: NDArray[np.float32] = np.load(kept)
    return vectors


def _counted(corpus: Corpus) -> dict[str, object]:
    def words(documents: Sequence[Sequence[str]]) -> int:
        return sum(text.count(" ") + 1 for document in documents for text in document)

    return {
        "source": corpus.source.name,
        "documents": len(corpus.documents),
        "words": words(corpus.documents),
        "held_apart_documents": len(corpus.held_apart),
        "held_apart_words": words(corpus.held_apart),
        "dropped": dict(corpus.dropped),
    }

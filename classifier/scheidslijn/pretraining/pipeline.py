"""From files to an encoder, each part kept on disk so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scheidslijn.errors import ScheidslijnError
from scheidslijn.pretraining.corpus import Corpus, read_corpora, rows_of
from scheidslijn.pretraining.embeddings import cooccurrence_embeddings, piece_counts
from scheidslijn.pretraining.encoder import new_encoder
from scheidslijn.pretraining.measuring import Measure
from scheidslijn.pretraining.packing import Stream, encode_corpora, load_streams
from scheidslijn.pretraining.recipe import Recipe
from scheidslijn.pretraining.starting import Start, check_start, load_start
from scheidslijn.pretraining.training import Run, log_to, train
from scheidslijn.pretraining.vocabulary import vocabulary_of
from scheidslijn.pretraining.wordpieces import load_tokenizer, train_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def pretrain(
    recipe: Recipe,
    files: Sequence[Path],
    evaluated: Sequence[Path],
    folder: Path,
    most_steps: int = 0,
    start: str = "",
    tell: Callable[[str], None] | None = None,
) -> Measure:
    """Clean, tokenize, start the embeddings, train, and leave an encoder in `folder/encoder`; resumes what it finds.

    Args:
        recipe: the run; one that differs from the recipe `folder` was begun with is an error.
        files: corpora, `.jsonl` or `.jsonl.gz` with `text`, or `.txt` with a paragraph a line; not looked at any more
            when `folder` holds their word pieces.
        evaluated: files of the same form with texts that are used to measure and so must not be trained on.
        folder: made if missing; `log.jsonl` tells the progress.
        most_steps: stop after so many steps, 0 for the whole recipe; below 0 only the word pieces are made.
        start: an encoder to go on from (see `starting.load_start`); the recipe's tokenizer, encoder and embeddings are
            passed over then.
        tell: gets one line for every remark.

    Returns:
        the encoder on the slice held apart.

    Raises:
        ScheidslijnError: a file cannot be read, or `folder` belongs to another recipe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begun = load_start(start) if start else None
    if begun is not None:
        check_start(begun, recipe)
        if begun.untrained and tell is not None:
            tell(f"{start}: holds no {begun.untrained[0]} ({len(begun.untrained)} weights begin at random)")
    _claim(folder, recipe, begun)
    streams, tokenizer = _prepared(recipe, files, evaluated, folder, begun)
    if begun is None:
        vocabulary = vocabulary_of(tokenizer)
        counts, seed = piece_counts(streams, len(tokenizer)), recipe.training.seed
        vectors = _vectors(recipe, streams, len(tokenizer), folder)
        model = new_encoder(recipe.encoder, vocabulary, counts, vectors, seed)
    else:
        model = begun.model
    run = Run(recipe, streams, tokenizer, model)
    if most_steps < 0:
        return run.measured()
    run.resume(folder)
    return train(run, folder, log_to(folder / "log.jsonl"), most_steps)


def _claim(folder: Path, recipe: Recipe, start: Start | None) -> None:
    note, asked = folder / "recipe.txt", repr(recipe) + (f" from {start.digest}" if start else "")
    if note.exists() and note.read_text(encoding="utf-8") != asked:
        raise ScheidslijnError(f"{folder}: holds a run of another recipe; take that recipe or another folder")
    note.write_text(asked, encoding="utf-8")


def _prepared(
    recipe: Recipe, files: Sequence[Path], evaluated: Sequence[Path], folder: Path, start: Start | None
) -> tuple[tuple[Stream, ...], PreTrainedTokenizerFast]:
    kept = folder / "pieces"
    if (kept / "streams.json").exists():
        return load_streams(kept), start.tokenizer if start else load_tokenizer(folder / "tokenizer")
    if not files:
        raise ScheidslijnError(f"{folder}: holds no word pieces yet; name the raw text to make them from (--corpus)")
    texts = [str(row["text"]) for path in evaluated for row in rows_of(path)]
    corpora = read_corpora(files, recipe.corpus, folder / "clean", texts)
    (folder / "corpus.json").write_text(
        json.dumps([_counted(corpus) for corpus in corpora], indent=1), encoding="utf-8"
    )
    if start is None:
        paragraphs = (text for corpus in corpora for text in corpus.texts())
        tokenizer = train_tokenizer(paragraphs, recipe.tokenizer, recipe.encoder.positions)
        tokenizer.save_pretrained(folder / "tokenizer")
    else:
        tokenizer = start.tokenizer
    return encode_corpora(corpora, tokenizer, kept), tokenizer


def _vectors(recipe: Recipe, streams: Sequence[Stream], vocabulary: int, folder: Path) -> NDArray[np.float32] | None:
    if not recipe.embeddings.window:
        return None
    kept, pairs = folder / "vectors.npy", recipe.encoder.position_pairs if recipe.encoder.architecture == "bert" else 0
    if not kept.exists():
        width, seed = recipe.encoder.hidden - 2 * pairs, recipe.training.seed
        np.save(kept, cooccurrence_embeddings(streams, vocabulary, width, recipe.embeddings, seed))
    vectors: NDArray[np.float32] = np.load(kept)
    return vectors


def _counted(corpus: Corpus) -> dict[str, object]:
    return {
        "source": corpus.source.name,
        "documents": corpus.documents,
        "words": corpus.words,
        "held_apart_documents": len(corpus.apart),
        "held_apart_words": corpus.apart_words,
        "dropped": dict(corpus.dropped),
    }

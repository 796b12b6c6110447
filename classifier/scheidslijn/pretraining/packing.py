"""Word pieces in streams, and blocks of equal length cut from them: no padding, no piece wasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scheidslijn.pretraining.corpus import Corpus

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Stream:
    """One corpus file as word pieces.

    Attributes:
        name: of the source.
        weight: passes in one epoch.
        pieces: uint16, all paragraphs in order, each closed by [SEP].
        held_apart: the same for the slice that no training sees.
    """

    name: str
    weight: float
    pieces: NDArray[np.uint16]
    held_apart: NDArray[np.uint16]


def encode_corpus(corpus: Corpus, tokenizer: PreTrainedTokenizerFast) -> Stream:
    """All texts of `corpus` as word pieces."""
    return Stream(
        corpus.source.name,
        corpus.source.weight,
        _encode([text for document in corpus.documents for text in document], tokenizer),
        _encode([text for document in corpus.held_apart for text in document], tokenizer),
    )


def _encode(texts: Sequence[str], tokenizer: PreTrainedTokenizerFast) -> NDArray[np.uint16]:
    fast, sep = tokenizer.backend_tokenizer, tokenizer.sep_token_id
    ids: list[NDArray[np.uint16]] = [np.empty(0, np.uint16)]
    for start in range(0, len(texts), _CHUNK):
        for encoding in fast.encode_batch_fast(list(texts[start : start + _CHUNK]), add_special_tokens=False):
            ids.append(np.asarray([*encoding.ids, sep], np.uint16))
    return np.concatenate(ids)


def save_streams(streams: Sequence[Stream], path: Path) -> None:
    """Write `streams` as one `.npz` file."""
    arrays = {f"{stream.name}/pieces": stream.pieces for stream in streams}
    arrays |= {f"{stream.name}/held_apart": stream.held_apart for stream in streams}
    weights = np.asarray([stream.weight for stream in streams])
    np.savez(path, allow_pickle=False, names=np.asarray([stream.name for stream in streams]), weights=weights, **arrays)


def load_streams(path: Path) -> tuple[Stream, ...]:
    """The streams that `save_streams` wrote."""
    with np.load(path) as kept:
        return tuple(
            Stream(str(name), float(weight), kept[f"{name}/pieces"], kept[f"{name}/held_apart"])
            for name, weight in zip(kept["names"], kept["weights"], strict=True)
        )


def blocks_of(pieces: NDArray[np.uint16], length: int, cls: int, sep: int) -> NDArray[np.int64]:
    """`pieces` cut into rows of `length`: [CLS], `length` - 2 pieces, [SEP]; int64, (rows, length). A rest is left."""
    inner = length - 2
    rows = len(pieces) // inner
    blocks = np.empty((rows, length), np.int64)
    blocks[:, 0], blocks[:, -1] = cls, sep
    blocks[:, 1:-1] = pieces[: rows * inner].reshape(rows, inner)
    return blocks


def epoch_of(streams: Sequence[Stream], length: int, cls: int, sep: int, seed: Sequence[int]) -> NDArray[np.int64]:
    """One epoch of blocks by the weights of the streams, shuffled; shape (rows, length). Same `seed`, same epoch.

    Each epoch cuts at another place, and draws another part of a stream with a fractional weight.
    """
    chance = np.random.default_rng(list(seed))
    drawn = []
    for stream in streams:
        shift = int(chance.integers(0, length - 2))
        blocks = blocks_of(stream.pieces[shift:], length, cls, sep)
        drawn += [blocks] * int(stream.weight)
        part = round((stream.weight - int(stream.weight)) * len(blocks))
        drawn.append(blocks[chance.permutation(len(blocks))[:part]])
    rows = np.concatenate(drawn)
    return rows[chance.permutation(len(rows))]


def batches_from(
    streams: Sequence[Stream], length: int, batch: int, cls: int, sep: int, seed: int, taken: int
) -> Iterator[NDArray[np.int64]]:
    """Batches without end, shape (batch, length), going on after `taken` batches; a rest of an epoch is left.

    Raises:
        ValueError: an epoch holds less than one batch.
    """
    epoch, number = 0, 0
    while True:
        rows = epoch_of(streams, length, cls, sep, (seed, length, epoch))
        whole = len(rows) // batch
        if not whole:
            raise ValueError(f"the corpus gives {len(rows)} blocks of {length}; expected at least one batch of {batch}")
        for place in range(whole):
            if number >= taken:
                yield rows[place * batch : (place + 1) * batch]
            number += 1
        epoch += 1

"""Word pieces in files, and blocks of equal length cut from them: no padding, no piece wasted, memory flat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.pretraining.corpus import Corpus
from scheidslijn.pretraining.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_CHUNK = 2000
Pieces = NDArray[Any]
"""uint16, or uint32 where the tokenizer has more than 65,536 pieces."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One corpus file as word pieces.

    Attributes:
        name: of the source.
        weight: passes in one epoch.
        pieces: all paragraphs in order, each closed by [SEP]; shape (pieces,), read from disk as needed.
        held_apart: the same for the slice that no training sees.
    """

    name: str
    weight: float
    pieces: Pieces
    held_apart: Pieces


def encode_corpora(corpora: Sequence[Corpus], tokenizer: PreTrainedTokenizerFast, folder: Path) -> tuple[Stream, ...]:
    """Write the word pieces of `corpora` into `folder`, which `load_streams` reads, and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    form = vocabulary_of(tokenizer).dtype
    rows = []
    for number, corpus in enumerate(corpora):
        names = {apart: f"{number}-{'held-apart' if apart else 'pieces'}.bin" for apart in (False, True)}
        sizes = {
            apart: _encode(corpus.texts(held_apart=apart), tokenizer, folder / name, form)
            for apart, name in names.items()
        }
        rows.append(
            {"name": corpus.source.name, "weight": corpus.source.weight, "type": np.dtype(form).name,
             "pieces": [names[False], sizes[False]], "held_apart": [names[True], sizes[True]]}
        )  # fmt: skip
    (folder / "streams.json").write_text(
        json.dumps(rows, indent=1), encoding="utf-8"
    )  # last: it says that all is there
    return load_streams(folder)


def _encode(texts: Iterable[str], tokenizer: PreTrainedTokenizerFast, path: Path, form: type[Any]) -> int:
    fast, sep, size = tokenizer.backend_tokenizer, vocabulary_of(tokenizer).sep, 0
    with path.open("wb") as out:
        for some in _chunks(texts):
            for encoding in fast.encode_batch_fast(some, add_special_tokens=False):
                ids = np.asarray([*encoding.ids, sep], form)
                out.write(ids.tobytes())
                size += len(ids)
    return size


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    waiting: list[str] = []
    for text in texts:
        waiting.append(text)
        if len(waiting) == _CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def load_streams(folder: Path) -> tuple[Stream, ...]:
    """The streams that `encode_corpora` wrote."""
    rows = json.loads((folder / "streams.json").read_text(encoding="utf-8"))
    return tuple(
        Stream(row["name"], row["weight"], _mapped(folder, row, "pieces"), _mapped(folder, row, "held_apart"))
        for row in rows
    )


def _mapped(folder: Path, row: dict[str, Any], part: str) -> Pieces:
    name, size = row[part]
    if not size:
        return np.empty(0, row["type"])  # an empty file cannot be mapped
    return np.memmap(folder / name, row["type"], mode="r", shape=(size,))


def blocks_of(pieces: Pieces, length: int, cls: int, sep: int) -> NDArray[np.int64]:
    """`pieces` cut into rows of `length`: [CLS], `length` - 2 pieces, [SEP]; int64, (rows, length). A rest is left."""
    inner = length - 2
    starts = np.arange(len(pieces) // inner) * inner
    return _cut(pieces, starts, length, cls, sep)


def _cut(pieces: Pieces, starts: NDArray[np.int64], length: int, cls: int, sep: int) -> NDArray[np.int64]:
    blocks = np.empty((len(starts), length), np.int64)
    blocks[:, 0], blocks[:, -1] = cls, sep
    blocks[:, 1:-1] = pieces[starts[:, None] + np.arange(length - 2)]
    return blocks


def epoch_of(streams: Sequence[Stream], length: int, seed: Sequence[int]) -> NDArray[np.int64]:
    """Where the blocks of one epoch lie, by the weights of the streams, shuffled; same `seed`, same epoch.

    Each epoch cuts at another place, and draws another part of a stream with a fractional weight.

    Returns:
        int64, shape (blocks, 2): the number of the stream, and its first piece.
    """
    chance = np.random.default_rng(list(seed))
    drawn = []
    for number, stream in enumerate(streams):
        shift = int(chance.integers(0, length - 2))
        starts = shift + np.arange(max(0, len(stream.pieces) - shift) // (length - 2)) * (length - 2)
        part = round((stream.weight - int(stream.weight)) * len(starts))
        chosen = np.concatenate([*[starts] * int(stream.weight), starts[chance.permutation(len(starts))[:part]]])
        drawn.append(np.stack([np.full(len(chosen), number), chosen], axis=1))
    rows = np.concatenate(drawn).astype(np.int64)
    return rows[chance.permutation(len(rows))]


def blocks_at(streams: Sequence[Stream], rows: NDArray[np.int64], length: int, cls: int, sep: int) -> NDArray[np.int64]:
    """The blocks at `rows` of an epoch: int64, shape (rows, length)."""
    blocks = np.empty((len(rows), length), np.int64)
    for number, stream in enumerate(streams):
        own = rows[:, 0] == number
        blocks[own] = _cut(stream.pieces, rows[own, 1], length, cls, sep)
    return blocks


def batches_from(
    streams: Sequence[Stream], length: int, batch: int, cls: int, sep: int, seed: int, taken: int
) -> Iterator[NDArray[np.int64]]:
    """Batches without end, shape (batch, length), going on after `taken` batches; a rest of an epoch is left.

    Raises:
        ValueError: an epoch holds less than one batch.
    """
    epoch, number = 0, 0
    while True:
        rows = epoch_of(streams, length, (seed, length, epoch))
        whole = len(rows) // batch
        if not whole:
            raise ValueError(f"the corpus gives {len(rows)} blocks of {length}; expected at least one batch of {batch}")
        for place in range(whole):
            if number >= taken:
                yield blocks_at(streams, rows[place * batch : (place + 1) * batch], length, cls, sep)
            number += 1
        epoch += 1

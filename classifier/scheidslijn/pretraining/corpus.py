"""From corpus files to clean documents: what is kept, held apart, or left out because it is evaluated on."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheidslijn.errors import ScheidslijnError
from scheidslijn.pretraining.cleaning import is_dutch_prose, repaired
from scheidslijn.pretraining.recipe import CorpusRecipe, Source

_CHAMBER = re.compile(r"(\d+)-(?:question|answer)")
_PIECE = re.compile(r"[-_]\d+$")
_SHINGLE = 5
_SKETCH = 4


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus file after cleaning: paragraphs on disk, read as a stream.

    Attributes:
        source: how it is used.
        path: JSON lines with `document` and `text`, in order.
        apart: names of the documents that no training sees.
        documents, words: number of each that is kept, without those held apart.
        apart_words: number of words held apart.
        dropped: number of paragraphs by reason (`evaluated`, `not prose`, `duplicate`, `evaluated text`, `over limit`).
    """

    source: Source
    path: Path
    apart: frozenset[str]
    documents: int
    words: int
    apart_words: int
    dropped: Mapping[str, int]

    def texts(self, *, held_apart: bool = False) -> Iterator[str]:
        """The paragraphs for training, or those held apart, as a stream of `datasets`: memory stays flat."""
        from datasets import load_dataset

        rows = load_dataset("json", data_files=str(self.path), split="train", streaming=True)
        for row in rows.filter(lambda row: (row["document"] in self.apart) == held_apart):
            yield row["text"]


def held_out_chamber(doc_id: str) -> bool:
    """Whether a question or answer of the Belgian Chamber belongs to the quarter kept for evaluation.

    The rule: SHA-256 of `doc_id` without its ending `-question` or `-answer`, first hexadecimal digit 0, 1, 2 or 3. A
    question and its answer so fall on the same side.

    >>> held_out_chamber("184501-question") == held_out_chamber("184501-answer")
    True
    """
    stem = re.sub(r"-(?:question|answer)$", "", doc_id)
    return hashlib.sha256(stem.encode()).hexdigest()[0] in "0123"


def document_of(doc_id: str) -> str:
    """The document a passage belongs to: its `doc_id` without the trailing passage number."""
    return _PIECE.sub("", doc_id)


def shingles(text: str) -> set[int]:
    """Checksums (CRC-32) of all runs of five words of `text`, letters only and lower-cased; one if it is shorter."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {
        zlib.crc32(" ".join(words[start : start + _SHINGLE]).encode())
        for start in range(max(1, len(words) - _SHINGLE + 1))
    }


class Sieve:
    """Lets each paragraph through once, and none that is evaluated on.

    A paragraph counts as seen if one paragraph before it shares three of the four smallest shingle checksums: a
    bottom-k sketch, which finds copies that differ in a few words. It counts as evaluated if half its shingles are in
    `evaluated`.
    """

    def __init__(self, evaluated: Iterable[str] = ()) -> None:
        self._evaluated: set[int] = set()
        for text in evaluated:
            self._evaluated |= shingles(text)
        self._seen: dict[int, list[int]] = {}
        self._count = 0

    def fault(self, text: str) -> str | None:
        """Why `text` is left out (`evaluated text` or `duplicate`), or None; a text let through is remembered."""
        marks = shingles(text)
        if sum(mark in self._evaluated for mark in marks) * 2 >= len(marks):
            return "evaluated text"
        sketch = sorted(marks)[:_SKETCH]
        shared = Counter(earlier for mark in sketch for earlier in self._seen.get(mark, ()))
        if shared and max(shared.values()) >= min(3, len(sketch)):
            return "duplicate"
        for mark in sketch:
            # A phrase of many documents says nothing more after some dozens, and would make every later look-up slow.
            if len(known := self._seen.setdefault(mark, [])) < 30:
                known.append(self._count)
        self._count += 1
        return None


def rows_of(path: Path) -> Iterator[dict[str, object]]:
    """The rows of a `.jsonl` or `.jsonl.gz` file; of a `.txt` file its lines, all of one document.

    Raises:
        ScheidslijnError: a line is not a JSON object with a string `text`, or the file cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if path.suffix == ".txt":
                    yield {"doc_id": path.stem, "text": line}
                    continue
                row = json.loads(line)
                if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                    raise ScheidslijnError(f"{path}, line {number}: is no object with a `text`; expected JSON lines")
                yield row
    except (OSError, ValueError) as fault:
        raise ScheidslijnError(f"{path}: cannot be read as JSON lines ({fault})") from fault


def read_corpora(
    files: Sequence[Path], recipe: CorpusRecipe, folder: Path, evaluated: Iterable[str] = ()
) -> tuple[Corpus, ...]:
    """Clean all `files` into `folder`, in an order that lets small sources keep what large ones copy.

    Args:
        files: `.jsonl` or `.jsonl.gz`, rows with `text` and, where known, `doc_id` and `year`; or `.txt`, a document
            each, with a paragraph a line.
        recipe: weights, years left out and size of the slice held apart. A file it does not name has weight 1.
        evaluated: texts that are used to measure; a paragraph that repeats one is left out.

    Raises:
        ScheidslijnError: a file cannot be read or nothing of it is left.
    """
    named = {source.name: source for source in recipe.sources}
    sieve = Sieve(evaluated)
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, path in enumerate(files):
        name = path.name.split(".")[0]
        target = folder / f"{number}-{name}.jsonl"
        found.append(_clean(path, target, named.get(name, Source(name)), recipe, sieve))
    return tuple(found)


def _clean(path: Path, target: Path, source: Source, recipe: CorpusRecipe, sieve: Sieve) -> Corpus:
    dropped: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    with target.open("w", encoding="utf-8") as out:
        for document, text in _paragraphs(path, source, recipe, sieve, dropped):
            sizes[document] += text.count(" ") + 1
            out.write(json.dumps({"document": document, "text": text}, ensure_ascii=False) + "\n")
    if not sizes:
        raise ScheidslijnError(f"{path}: no paragraph of Dutch prose is left ({dict(dropped)}); check the file")
    apart = _held_apart(sizes, recipe.held_apart_words)
    words = sum(sizes[name] for name in apart)
    return Corpus(
        source, target, frozenset(apart), len(sizes) - len(apart), sizes.total() - words, words, dict(dropped)
    )


def _paragraphs(
    path: Path, source: Source, recipe: CorpusRecipe, sieve: Sieve, dropped: Counter[str]
) -> Iterator[tuple[str, str]]:
    """What is kept, with the name of its document; counts what is not."""
    kept_share = _kept_share(path, source.most_words)
    for number, row in enumerate(rows_of(path)):
        doc_id = str(row.get("doc_id", number))
        if _is_evaluated(doc_id, row.get("year"), recipe.left_out_years):
            dropped["evaluated"] += 1
            continue
        for paragraph in str(row["text"]).split("\n") if source.most_words else [str(row["text"])]:
            text = repaired(paragraph)
            if kept_share < 1 and zlib.crc32(text.encode()) / 2**32 >= kept_share:
                fault: str | None = "over limit"
            else:
                fault = sieve.fault(text) if is_dutch_prose(text) else "not prose"
            if fault:
                dropped[fault] += 1
            else:
                yield document_of(doc_id), text


def _kept_share(path: Path, most_words: int) -> float:
    if not most_words:
        return 1.0
    words = sum(str(row["text"]).count(" ") + 1 for row in rows_of(path))
    return min(1.0, most_words / max(1, words))


def _is_evaluated(doc_id: str, year: object, years: Sequence[int]) -> bool:
    if _CHAMBER.fullmatch(doc_id) and held_out_chamber(doc_id):
        return True
    return any(str(year) == str(out) or str(out) in doc_id for out in years)


def _held_apart(sizes: Mapping[str, int], words: int) -> set[str]:
    """Documents by their hash until `words` are reached; none that is over a fiftieth of the file."""
    limit, taken, apart = sum(sizes.values()) / 50, 0, set()
    for name in sorted(sizes, key=lambda name: hashlib.sha256(name.encode()).hexdigest()):
        if taken >= words:
            break
        if sizes[name] <= limit:
            apart.add(name)
            taken += sizes[name]
    return apart

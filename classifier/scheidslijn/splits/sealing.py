"""A test set is sealed: every opening is written down before its documents are given.

The log belongs to the split (`coded-1.toml` has `coded-1.openings.jsonl`) and is committed with it. Each line holds its
own hash and that of the line before, so a line that was edited, inserted or taken out of the middle is found. Lines cut
off the end leave a whole chain; they are found when somebody kept a later hash (`Openings.head`), as a model card does.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from scheidslijn.errors import SplitError
from scheidslijn.splits.files import read_split

NONE = "0" * 64


@dataclass(frozen=True, slots=True)
class Opening:
    """One line of the log.

    Attributes:
        number: 1 for the first.
        when: date and time, ISO 8601.
        model: hash of the model that was measured, or what else looked ("unknown").
        purpose: why, in words.
        split: hash of the split (`Split.digest`).
        before: hash of the line before; zeros for the first.
        hash: of this line without this field.
    """

    number: int
    when: str
    model: str
    purpose: str
    split: str
    before: str
    hash: str


@dataclass(frozen=True, slots=True)
class Openings:
    """The whole log: its lines, oldest first, and the hash of the last (zeros when never opened)."""

    lines: tuple[Opening, ...] = ()

    @property
    def head(self) -> str:
        """Hash of the last line; keep it to find out later whether lines were cut off."""
        return self.lines[-1].hash if self.lines else NONE


def log_path(path: Path) -> Path:
    """The log that belongs to a split file."""
    return path.with_suffix(".openings.jsonl")


def open_test(
    path: Path, *, model: str, purpose: str, when: datetime, documents: Iterable[str] | None = None
) -> frozenset[str]:
    """Open the test set of a split: write it down, then return its documents.

    Args:
        path: the split file.
        model: hash of what is measured (`ModelFolder.digest`).
        purpose: why, in one line.
        when: date and time.
        documents: names that patterns of the split are filled in with; None returns the entries as they are.

    Raises:
        SplitError: the split or its log was altered, the split has no test part, an entry matches no document, or
            the model or the purpose is empty. Then nothing is written and nothing is given.
    """
    purpose, model = " ".join(purpose.split()), " ".join(model.split())
    if not purpose or not model:
        raise SplitError(f"{path}: a test set is opened for a purpose, with a model; say which")
    with _locked(path):
        split = read_split(path)
        if documents is not None:
            found = split.matching("test", documents, str(path))
        elif split.parts.get("test"):
            found = frozenset(split.parts["test"])
        else:
            raise SplitError(f"{path}: has no part 'test'; it has {', '.join(split.parts)}")
        log = openings(path)
        _append(log_path(path), log, when.isoformat(timespec="seconds"), model, purpose, split.digest)
    return found


def openings(path: Path, head: str | None = None) -> Openings:
    """Read back how often the test set of a split was opened; an absent log is no opening.

    Args:
        path: the split file.
        head: a hash kept earlier; the log must hold it still.

    Raises:
        SplitError: a line is not whole, was altered, or is missing; the message names the file and the line.
    """
    log, lines, before = log_path(path), list[Opening](), NONE
    try:
        content = log.read_text(encoding="utf-8") if log.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SplitError(f"{log}: cannot be read ({error}); restore it") from error
    for number, text in enumerate(content.removesuffix("\n").split("\n") if content else [], 1):
        try:
            line = Opening(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise SplitError(f"{log}:{number}: is not a line of this log; restore it") from error
        if line.number != number or line.before != before:
            raise SplitError(
                f"{log}:{number}: does not follow the line before; a line was taken out or put in, restore it"
            )
        if line.hash != _hash(line):
            raise SplitError(f"{log}:{number}: was altered; restore it")
        lines.append(line)
        before = line.hash
    if head is not None and head not in {NONE, *(line.hash for line in lines)}:
        raise SplitError(f"{log}: the opening {head[:12]}… is gone, so the log was cut or replaced; restore it")
    return Openings(tuple(lines))


def _append(log: Path, found: Openings, when: str, model: str, purpose: str, digest: str) -> None:
    line = Opening(len(found.lines) + 1, when, model, purpose, digest, found.head, "")
    whole = [*found.lines, Opening(**(asdict(line) | {"hash": _hash(line)}))]
    handle, scratch = tempfile.mkstemp(dir=log.parent, prefix=".openings-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in whole)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, log)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _hash(line: Opening) -> str:
    content = {key: value for key, value in asdict(line).items() if key != "hash"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """Hold the split file for ourselves, so that two openings at once become two lines."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise SplitError(f"{path}: cannot be read ({error.strerror}); give a split file") from error
    with stream:
        try:
            import fcntl
        except ImportError:  # Windows has no such lock; one person at a time is the rule there
            yield stream
            return
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream

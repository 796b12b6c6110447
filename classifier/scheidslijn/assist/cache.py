"""What a model answered, kept by what it was asked: a question is put once, whatever happens to the run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from scheidslijn.assist.replies import Reply
from scheidslijn.errors import OutputError

NAME = "answers.sqlite"


def cache_key(parts: Sequence[Any] | Mapping[str, Any]) -> str:
    """The key of a question: 64 hexadecimal digits of the SHA-256 of all that the answer depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()


class Cache:
    """Raw answers in one SQLite file of a folder.

    Every answer is committed to the disk before it is used, so a killed process loses at most the questions that were
    on their way. Several runs may use one folder at once: of two answers to one question the first stays, and both
    runs get that one. Failures of the network are never kept, and neither is a key of an endpoint.

    Args:
        folder: is made when it is not there.

    Raises:
        OutputError: the folder or the file cannot be used; so do the methods.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.path = self.folder / NAME
        self._lock = threading.Lock()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._known = sqlite3.connect(self.path, timeout=60, check_same_thread=False, isolation_level=None)
            self._known.execute("PRAGMA synchronous=FULL")
            self._known.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, reply TEXT NOT NULL)")
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error

    def get(self, key: str) -> Reply | None:
        """The answer to a question, or None when it was not asked yet."""
        try:
            with self._lock:
                found = self._known.execute("SELECT reply FROM answers WHERE key = ?", (key,)).fetchone()
            return None if found is None else Reply(**json.loads(found[0]))
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise self._failed(error) from error

    def put(self, key: str, reply: Reply) -> Reply:
        """Keep an answer; return what is kept, which is another run's answer when that was first."""
        fields = {name: getattr(reply, name) for name in Reply.__slots__}
        try:
            with self._lock:
                # ASCII escapes: an answer may hold half a surrogate pair, which SQLite does not take
                self._known.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, json.dumps(fields)))
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return self.get(key) or reply

    def __len__(self) -> int:
        with self._lock:
            return int(self._known.execute("SELECT count(*) FROM answers").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._known.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _failed(self, error: Exception) -> OutputError:
        return OutputError(f"{self.path}: cannot be used ({error}); make room, or give another folder to --cache")

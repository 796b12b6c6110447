"""A split as a file: which documents are for training, validation and testing, or in which fold.

    train = ["elzenbroek-2026", "waterrade-2026"]
    test = ["duinhorst-2026", "kempenrode-*"]

    [split]
    name = "eerste"
    seed = 1
    made = "shares train 0.5, test 0.5; by document; stratified on 2 codes"
    sha256 = "…"

Lists hold names of documents, or patterns that end in `*`. Instead of parts a file may have `folds`, a list of lists.
Documents that no list names belong to `train`, so that a hand-written file may name the test documents only. Such a
file may also do without `[split]`; one with a `sha256` is refused once its content is another.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from scheidslijn.checked import CheckedTable, shown
from scheidslijn.errors import SplitError

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """Which document is for what.

    Attributes:
        name: of the split, "coded-1".
        parts: by name ("train", "validation", "test", or "1", "2", … for folds) documents or patterns, sorted.
        seed: it was drawn with; None for one that was made by hand.
        made: how, in words.
    """

    name: str
    parts: Mapping[str, tuple[str, ...]]
    seed: int | None = None
    made: str = ""

    @property
    def is_folds(self) -> bool:
        """Whether the parts are folds."""
        return bool(self.parts) and not set(self.parts) & set(PARTS)

    @property
    def digest(self) -> str:
        """SHA-256 over the content, whatever the order, spacing and comments of the file; 64 hexadecimal digits."""
        content = {"name": self.name, "seed": self.seed, "made": self.made,
                   "parts": {part: sorted(own) for part, own in self.parts.items()}}  # fmt: skip
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    def assign(self, documents: Iterable[str], rest: str = "train") -> dict[str, str]:
        """Return by document its part; documents that no list names are in `rest`.

        >>> Split("s", {"test": ("elzenbroek-*",)}).assign(["elzenbroek-2022", "duinhorst-2026"])
        {'elzenbroek-2022': 'test', 'duinhorst-2026': 'train'}
        """
        return {one: next((p for p, own in self.parts.items() if _in(one, own)), rest) for one in documents}

    def matching(self, part: str, documents: Iterable[str], source: str = "") -> frozenset[str]:
        """Return the documents of one part, with its patterns filled in.

        Raises:
            SplitError: there is no such part, or an entry that no document has; `source` names the file.
        """
        name = source or self.name
        if part not in self.parts:
            raise SplitError(f"{name}: has no part {part!r}; it has {', '.join(self.parts) or 'none'}")
        known, found = set(documents), set[str]()
        for entry in self.parts[part]:
            own = {one for one in known if _in(one, (entry,))}
            if not own:
                raise SplitError(f"{name}: no coded document is called {entry!r}; correct the name or take it out")
            found |= own
        return frozenset(found)


class _Lists(CheckedTable):
    """Collects the lists of a file, with every problem in it."""

    def parts(self, content: dict[str, object]) -> dict[str, tuple[str, ...]]:
        found = {part: self.names(content[part], part) for part in PARTS if part in content}
        if "folds" in content:
            if found:
                self.problem("", f"has both 'folds' and '{next(iter(found))}'; keep one of the two")
            folds = content["folds"]
            if not isinstance(folds, list) or len(folds) < 2:
                self.problem("", f"field 'folds': expected two or more lists of documents, got {shown(folds)}")
            else:
                found = {str(at): self.names(one, f"fold {at}") for at, one in enumerate(folds, 1)}
        for part, own in found.items():
            self.distinct(own, part, "document")
        for (one, own), (other, others) in combinations(found.items(), 2):
            for entry in own:
                if clash := next((other_entry for other_entry in others if _meet(entry, other_entry)), None):
                    same = repr(entry) if entry == clash else f"{entry!r} and {clash!r}"
                    self.problem("", f"{same} stand in {one} and in {other}; a document is in one part only")
        return {part: tuple(sorted(set(own))) for part, own in found.items()}

    def names(self, value: object, where: str) -> list[str]:
        if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
            return value
        self.problem(where, f"expected a list of names of documents, got {shown(value)}")
        return []


def read_split(path: Path) -> Split:
    """Read a split file.

    Raises:
        SplitError: it cannot be read, has unknown or wrong fields, parts that overlap, or was altered; every message
            names the file.
    """
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SplitError(f"{path}: cannot be read as a split file ({error}); expected TOML with test = […]") from error
    table = _Lists(str(path))
    table.allow(content, "", (*PARTS, "folds", "split"))
    about = table.table(content, "", "split")
    table.allow(about, "[split]", ("name", "seed", "made", "sha256"))
    seed = about.get("seed")
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        table.problem("[split]", f"field 'seed': expected a whole number, got {shown(seed)}")
    parts = table.parts(content)
    if not any(parts.values()):
        table.problem("", f"names no document; expected a list {', '.join(PARTS)} or folds")
    name = table.text(about, "[split]", "name", required=False) or path.stem
    made = table.text(about, "[split]", "made", required=False)
    if table.problems:
        raise SplitError("\n".join(table.problems))
    split = Split(name, parts, seed if isinstance(seed, int) else None, made)
    wanted = about.get("sha256")
    if wanted is not None and wanted != split.digest:
        raise SplitError(
            f"{path}: was altered (sha256 {split.digest[:12]}…, its [split] says {str(wanted)[:12]}…); restore it, or "
            "make a new split under another name"
        )
    return split


def split_text(split: Split) -> str:
    """The content of a split file, with its hash."""
    if split.is_folds:
        lists = {"folds": "[\n" + "".join(f"{_list(own)},\n" for own in split.parts.values()) + "]"}
    else:
        lists = {part: _list(own) for part, own in split.parts.items()}
    about = {"name": _text(split.name), "made": _text(split.made), "sha256": _text(split.digest)}
    if split.seed is not None:
        about["seed"] = str(split.seed)
    if not split.made:
        del about["made"]
    text = "".join(f"{key} = {value}\n" for key, value in lists.items())
    text += "\n[split]\n" + "".join(f"{key} = {value}\n" for key, value in about.items())
    return text


def write_split(split: Split, path: Path) -> None:
    """Write a split file, in one step, with its hash.

    Raises:
        SplitError: another split stands there already, or documents are in more than one part.
    """
    if path.exists() and read_split(path).digest != split.digest:
        raise SplitError(f"{path}: holds another split already; a split is never replaced, choose another name")
    text = split_text(split)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".split-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        read_split(Path(scratch))  # what cannot be read back is never put in place
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except UnicodeEncodeError as error:
        Path(scratch).unlink(missing_ok=True)
        raise SplitError(f"{path}: a name of a document is not text ({error}); rename the document") from error
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _in(document: str, entries: Iterable[str]) -> bool:
    return any(document == one or (one.endswith("*") and document.startswith(one[:-1])) for one in entries)


def _meet(one: str, other: str) -> bool:
    """Whether one document may be meant by both entries."""
    if one.endswith("*") and other.endswith("*"):
        return one.startswith(other[:-1]) or other.startswith(one[:-1])
    return _in(one, (other,)) or _in(other, (one,))


def _list(entries: Iterable[str]) -> str:
    return "[\n" + "".join(f"  {_text(one)},\n" for one in entries) + "]"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")

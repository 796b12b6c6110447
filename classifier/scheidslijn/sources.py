"""From what the user names (files, folders, `-`) to the files that are read, each under a name unique in the run."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scheidslijn.errors import OutputError

_TEMPORARY = re.compile(r"~\$|\.|~.*\.tmp$|(?:thumbs\.db|desktop\.ini)$|__macosx$", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
STDIN = "stdin"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read.

    Attributes:
        path: where it is; for standard input an empty path.
        name: relative to the input that the user gave, with `/`; unique in the run. Of an input that does not exist it
            is the path as the user gave it.
        stdin: whether it is standard input.
    """

    path: Path
    name: str
    stdin: bool = False


def walk(inputs: Sequence[str | Path]) -> Iterator[Source]:
    """Yield the files of all inputs, folders with their subfolders, in the order of the inputs and then by name.

    Hidden files and the temporary files of office programs are passed over; a file or folder that is reached twice,
    also through links, is read once. What does not exist, may not be entered, or is a folder without files comes
    as a source too, so that reading it says so: nothing that the user named disappears.

    Args:
        inputs: paths of files and folders, and "-" for standard input.
    """
    found: list[tuple[Source, Path]] = []  # with the folder that a longer name is taken from
    seen: set[str] = set()
    for one in inputs:
        if str(one) == "-":
            if STDIN not in seen:
                seen.add(STDIN)
                found.append((Source(Path(), STDIN, stdin=True), Path()))
            continue
        path = Path(one)
        files = list(_files(path, set())) if path.is_dir() else [path]
        for file in files or [path]:
            identity = os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                inside = file.relative_to(path) if file != path else Path(path.name or path.resolve().name)
                if file == path and not os.path.lexists(path):
                    inside = path  # so that a message shows what the user wrote
                found.append((Source(file, _clean(inside)), path if file != path else path.absolute().parent))
    yield from _unique(found)


def refuse_as_output(output: str, sources: Iterable[Source]) -> None:
    """Refuse an output that is one of the inputs: `--force` must not replace what is being read.

    Raises:
        OutputError: it is; the message names the file.
    """
    wanted = os.path.realpath(output)
    if output != "-" and any(not source.stdin and os.path.realpath(source.path) == wanted for source in sources):
        raise OutputError(f"{output}: is one of the inputs; give the output another name")


def _files(folder: Path, entered: set[str]) -> Iterator[Path]:
    """Yield the files under a folder in order of name; a folder is entered once, however many links lead to it."""
    identity = os.path.realpath(folder)
    if identity in entered:
        return
    entered.add(identity)
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield folder  # reading it says why it cannot be entered
        return
    for entry in listed:
        if _TEMPORARY.match(entry.name):
            continue
        if _is_folder(entry):
            yield from _files(folder / entry.name, entered)
        else:
            yield folder / entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: reading it says so
        return False


def _clean(path: Path) -> str:
    """Return a path as a name that can be written anywhere: `/` between folders, no line breaks, valid Unicode."""
    text = os.fsencode(path.as_posix()).decode("utf-8", "replace")
    return _CONTROLS.sub("\ufffd", text)


def _unique(found: Iterable[tuple[Source, Path]]) -> Iterator[Source]:
    """Yield the sources, with as many folders before a name as it takes to tell it from the others."""
    known = list(found)
    names = [source.name for source, _ in known]
    depth = 0
    while len(set(names)) < len(names) and depth < 100:
        depth += 1
        counts = Counter(names)
        for at, (source, folder) in enumerate(known):
            if counts[names[at]] > 1 and not source.stdin:
                above = folder.absolute().parts[1:][-depth:]
                names[at] = _clean(Path(*above, source.name)) if above else source.name
    counts = Counter()
    for (source, _), name in zip(known, names, strict=True):
        counts[name] += 1
        yield replace(source, name=name if counts[name] == 1 else f"{name} ({counts[name]})")

"""Shows problems with coded rows: a few lines for the screen, all of them as a table."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from scheidslijn.annotations.belonging import MAYBE_ANOTHER
from scheidslijn.annotations.coding import Problem
from scheidslijn.errors import OutputError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def problem_lines(problems: Iterable[Problem], first: int = 3) -> list[str]:
    """Return problems as short lines: each kind with its count and its first few, a doubt about the codebook last.

    >>> empty = [Problem(f"a.csv:{row}", "empty text", "has no text") for row in (2, 9)]
    >>> problem_lines(empty, 1)
    ['empty text: 2', '  a.csv:2: has no text', '  … and 1 more']
    """
    kinds: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        kinds[problem.kind].append(problem)
    lines = []
    for kind, found in sorted(kinds.items(), key=lambda item: (item[0] == MAYBE_ANOTHER, -len(item[1]))):
        lines.append(f"{kind}: {len(found):,}")
        lines += [f"  {problem}" for problem in found[:first]]
        if len(found) > first:
            lines.append(f"  … and {len(found) - first:,} more")
    return lines


def write_problems(problems: Sequence[Problem], path: Path, *, force: bool = False) -> None:
    """Write all problems as a CSV (UTF-8 with a mark, as Excel needs it) with the columns where, kind and message.

    Raises:
        OutputError: the file exists (without `force`) or cannot be written.
    """
    try:
        with path.open("w" if force else "x", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["where", "kind", "message"])
            for one in problems:
                writer.writerow([_guarded(value) for value in (one.where, one.kind, one.message)])
    except FileExistsError as error:
        raise OutputError(f"{path}: exists already; use --force to replace it, or another name") from error
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def _guarded(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe; lone surrogates become U+FFFD."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "'" + text if text.startswith(_FORMULA) else text

"""What coders are called, where the export of a tool knows them by number only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scheidslijn.annotations.coding import Coding, Problem

FOR_CODER = "voor_codeur"
"""Field with the name of the coder that a task was made for (`scheidslijn export --coders`)."""


def called(codings: Sequence[Coding], names: Mapping[str, str], problems: list[Problem]) -> list[Coding]:
    """Give coders their names.

    What the user says (`Columns.coders`) comes first. Else a coder who is a number is called after the tasks that were
    made for one coder, where that is beyond doubt: all tasks for anna were coded by 3, and 3 coded no others. Where it
    is not, the number stays, and a problem says so.

    Args:
        codings: as they were read.
        names: by coder, as the file has it, the name.
        problems: gets what was in doubt.
    """
    meant: dict[str, set[str]] = defaultdict(set)  # by number the coders whose tasks it coded
    coded: dict[str, set[str]] = defaultdict(set)  # by coder the numbers that coded this coder's tasks
    for one in codings:
        number = one.coder
        if number.isdecimal() and number not in names:
            name = str(one.extra.get(FOR_CODER) or "")
            meant[number].add(name)
            coded[name].add(number)
    known = dict(names)
    for number, for_whom in meant.items():
        (name, *others) = sorted(for_whom)
        if name and not others and len(coded[name]) == 1:
            known[number] = name
        elif any(for_whom):
            first = next(one for one in codings if one.coder == number)
            tasks = ", ".join(one or "nobody in particular" for one in sorted(for_whom))
            message = (
                f"coder {number} coded tasks made for {tasks}, as others did or for several coders; the number stays "
                f'the name (a file of columns may say otherwise: [coders] {number} = "…")'
            )
            problems.append(Problem(first.where, "coder without a name", message))
    return [replace(one, coder=known[one.coder]) if one.coder in known else one for one in codings]

"""Reads coded passages in every form that coders have, and says of every row that was not taken why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from scheidslijn.annotations.belonging import mostly_unknown
from scheidslijn.annotations.calling import called
from scheidslijn.annotations.coding import Coding, Codings, Columned, Problem
from scheidslijn.annotations.columns import DEFAULT, Columns
from scheidslijn.annotations.consolidating import consolidate
from scheidslijn.annotations.forms import NO_FILE, items_of
from scheidslijn.annotations.naming import Names
from scheidslijn.annotations.records import Records
from scheidslijn.annotations.rows import Row, Settler
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import text_key
from scheidslijn.sources import walk


def read_codings(
    paths: Sequence[str | Path],
    codebook: Codebook,
    *,
    texts: Mapping[str, str] | None = None,
    columns: Columns = DEFAULT,
    coder: str = "",
) -> Codings:
    """Read coded passages; every coder is kept apart.

    The form of a file is recognised by its content; docs/annotations.md shows each. Labels are looked up in the
    codebook by code or name, in any case. What is empty is unknown, never "no". A dimension with a label that the
    codebook lacks, with labels that exclude each other, or that one coder gave one passage twice with different
    outcomes, becomes unknown for that passage; its other dimensions stay.

    Args:
        paths: files, and folders with all their files.
        codebook: whose codes these are.
        texts: by key the texts of passages whose file has the key alone. Rows may also find their text, and their
            document, in another row with the same key.
        columns: what columns are called, where they differ from the usual names.
        coder: who coded rows that name no coder. When it is not given that is the stem of the file's name, and rows
            that our own labeller wrote are not taken.

    Returns:
        One coding for every passage of a document and every coder, and all problems, in the order of the files.

    Raises:
        ScheidslijnError: a file names another codebook, not one coding could be read, or `columns` does not fit the
            codebook.
    """
    names = Names.of(codebook, columns)
    settler = Settler(names, columns)
    known = {text_key(text): " ".join(text.split()) for text in texts.values()} if texts is not None else None
    codings: list[Coding] = []
    problems: list[Problem] = []
    columned: list[Columned] = []
    files: dict[str, str] = {}  # by place of a coding the file it came from
    strange = _Strange()
    for source in walk(paths):
        if source.stdin:
            problems.append(Problem(source.name, NO_FILE, "standard input is not read here; give a file or a folder"))
            continue
        records = Records(names, columns, coder)
        for item in items_of(source.path, source.name, records):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            coding, more = settler.coding(item)
            problems.extend(more)
            strange.count(item, more)
            if coding is not None:
                files[coding.where] = item.file
                codings.append(coding)
        if (had := records.columned(source.name)) is not None:
            columned.append(had)
    problems[:0] = strange.problems(codebook)
    if not codings:
        first = f"; the first of {len(problems)} problems: {problems[0]}" if problems else ""
        given = ", ".join(str(path) for path in list(paths)[:3])
        raise ScheidslijnError(f"{given or 'nothing given'}: no coded passages were read{first}")
    codings = called(codings, columns.coders, problems)
    whole, more = consolidate(codings, files, names, known, add_up=columns.rows_add_up)
    return Codings(tuple(whole), (*problems, *more), tuple(columned))


class _Strange:
    """Counts by file the codes that the codebook lacks, of rows that do not say by which codebook they were coded."""

    def __init__(self) -> None:
        self._given, self._unknown = Counter[str](), Counter[str]()

    def count(self, row: Row, problems: Sequence[Problem]) -> None:
        if not row.codebook:
            self._given[row.file] += len(row.loose) + sum(map(len, row.labels.values())) + sum(row.marks.values())
            self._unknown[row.file] += sum(one.kind == "unknown code" for one in problems)

    def problems(self, codebook: Codebook) -> list[Problem]:
        found = (mostly_unknown(name, self._unknown[name], self._given[name], codebook) for name in self._given)
        return [one for one in found if one is not None]

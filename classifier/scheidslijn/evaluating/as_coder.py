"""A labelled table as one coder among coders: what a trained model gave, in the form that agreement is measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from scheidslijn.annotations.coding import Coding
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.evaluating.labelled_table import LabelledTable, read_labelled
from scheidslijn.passage import text_key


def codings_of_table(table: LabelledTable, name: str) -> list[Coding]:
    """Return what a labelled table says as the codings of a machine called `name`.

    What the model abstained on, and what has no answer, is not coded; a row without a text must have its key as
    passage_id. Of a text that stands in the table several times in one document (a pull quote) the first counts.
    """
    found: dict[tuple[str, str], Coding] = {}
    for row, one in enumerate(table.rows, 1):
        key = text_key(one.passage.text) if one.passage.text else one.passage.passage_id
        codes = {dimension: given for dimension, given in one.codes.items() if dimension not in one.abstained}
        made = Coding(
            key, one.passage.text, one.passage.document, name, codes, f"{name}:{row}", heading=one.passage.heading,
            page=one.passage.page, machine=True,
        )  # fmt: skip
        found.setdefault((key, one.passage.document), made)
    return list(found.values())


def trained_coders(
    named: Sequence[str], codebook: Codebook, tell: Callable[[str], None] = lambda line: None
) -> dict[str, list[Coding]]:
    """Read labelled tables as coders.

    Args:
        named: each `FILE`, whose coder is called as the model that made it, or else as the file; or `NAME=FILE`.
        tell: gets one line for each table with problems.

    Raises:
        ScheidslijnError: a table cannot be read, or two have one name.
    """
    found: dict[str, list[Coding]] = {}
    for one in named:
        name, path = _named(one)
        table = read_labelled(path, codebook)
        if table.problems:
            tell(f"{len(table.problems)} remarks about {path}; the first: {table.problems[0]}")
        name = name or table.model or path.stem
        if name in found:
            raise ScheidslijnError(f"{path}: there is a labelled table called '{name}' already; give NAME={path}")
        found[name] = codings_of_table(table, name)
    return found


def _named(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    return ("", Path(text)) if not equals or Path(text).exists() else (name.strip(), Path(path))

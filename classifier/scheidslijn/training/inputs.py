"""What is learned from, as the user gives it: coded passages, and suggestions of a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.columns import DEFAULT, load_columns
from scheidslijn.annotations.examples import Example
from scheidslijn.annotations.merging import merge
from scheidslijn.annotations.problems import problem_lines, write_problems
from scheidslijn.annotations.reading import read_codings
from scheidslijn.annotations.verdicts import read_verdict
from scheidslijn.codebook import Codebook
from scheidslijn.counting import counted
from scheidslijn.errors import ScheidslijnError
from scheidslijn.sources import walk
from scheidslijn.splits import Split
from scheidslijn.training.folder import file_hash
from scheidslijn.training.recipe import TrainRecipe
from scheidslijn.training.suggestions import Suggested, suggested
from scheidslijn.training.train import Trained
from scheidslijn.workers import read_here

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How coded passages are to be read: see the options of `train` with these names."""

    texts: tuple[str, ...] = ()
    columns: Path | None = None
    coder: str = ""
    problems: Path | None = None


def read_examples(
    data: Iterable[str], codebook: Codebook, recipe: TrainRecipe, tell: Tell, how: ReadAs
) -> tuple[Example, ...]:
    """Read and merge coded passages, and tell what could not be taken.

    Raises:
        ScheidslijnError: nothing is left to learn from.
    """
    paths = list(data)
    columns = load_columns(how.columns) if how.columns else DEFAULT
    found = read_codings(paths, codebook, texts=texts_of(how.texts), columns=columns, coder=how.coder)
    merged = merge(found, codebook, recipe.data.merge)
    met: list[Problem] = [*found.problems, *merged.problems]
    for line in problem_lines(met):
        tell(line)
    if how.problems is not None:
        write_problems(met, how.problems, force=True)
    if not merged.examples:
        raise ScheidslijnError(f"{', '.join(paths[:3])}: no coded passage with a text is left; see the problems above")
    documents = len({one.document for one in merged.examples})
    people = {one.coder for one in found.codings if not one.machine}
    coders = counted(len(people), "coder")
    tell(f"{counted(len(merged.examples), 'coded passage')} of {counted(documents, 'document')}, {coders}.")
    return merged.examples


def texts_of(paths: Iterable[str]) -> dict[str, str] | None:
    """The texts of documents and tables, by key; None when no path is given."""
    given = list(paths)
    found = {passage.key: passage.text for source in walk(given) for passage in read_here(source.path)}
    return found if given else None


def data_hashes(data: Iterable[str]) -> dict[str, str]:
    """By path, as it was given, the SHA-256 of every file that was read."""
    return {str(source.path): file_hash(source.path) for source in walk(list(data))}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which suggestions are to be learned from: see the options of `train` with these names.

    Attributes:
        weight: what a label counts beside one of a person; None for the agreement measured.
    """

    suggestions: tuple[str, ...] = ()
    verdict: Path | None = None
    weight: float | None = None

    def words(self) -> list[str]:
        """The options on a command line."""
        words = [f"--suggestions {path}" for path in self.suggestions]
        words += [f"--verdict {self.verdict}"] if self.verdict is not None else []
        return words + ([f"--suggestion-weight {self.weight:g}"] if self.weight is not None else [])


def read_suggested(
    asked: Asked, people: Sequence[Example], apart: Sequence[Example], split: Split | None, codebook: Codebook,
    tell: Tell, how: ReadAs,
) -> Suggested | None:  # fmt: skip
    """Read suggestions, and choose what is learned from them; None when none were given.

    Args:
        people: what is learned from; apart: what is kept for testing.
        split: whose documents for testing and validation are not learned from, coded or not.

    Raises:
        ScheidslijnError: they cannot be read, a verdict is not on them, or none may be learned from.
    """
    if not asked.suggestions:
        if asked.verdict is not None or asked.weight is not None:
            raise ScheidslijnError("--verdict and --suggestion-weight say how to use suggestions; give --suggestions")
        return None
    columns = load_columns(how.columns) if how.columns else DEFAULT
    found = read_codings(asked.suggestions, codebook, texts=texts_of(how.texts), columns=columns)
    for line in problem_lines(found.problems, 1):
        tell(line)
    parts = split.assign({one.document for one in found.codings}) if split is not None else {}
    made = suggested(
        found.codings, people, apart, codebook, weight=asked.weight,
        verdict=read_verdict(asked.verdict) if asked.verdict is not None else None,
        documents_apart=frozenset(name for name, part in parts.items() if part in ("test", "validation")),
    )  # fmt: skip
    for line in made.lines():
        tell(line)
    return made


def with_suggestions(made: Trained, extra: Suggested | None, asked: Asked) -> Trained:
    """The same model, whose facts say which suggestions it learned from."""
    if extra is None:
        return made
    own: dict[str, Any] = {**extra.facts(), **made.facts.get("suggestions", {})}
    own["files"] = data_hashes(asked.suggestions)
    if asked.verdict is not None:
        own["verdict"] = data_hashes([str(asked.verdict)])
    return replace(made, facts={**made.facts, "suggestions": own})

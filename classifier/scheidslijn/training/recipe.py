"""A recipe: how a model is made, read from TOML into frozen values. An unknown key is an error, not a default."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from scheidslijn.errors import ScheidslijnError
from scheidslijn.training.fit_tfidf import TfidfRecipe
from scheidslijn.training.tuning import FineTuneRecipe

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """What is taken of the examples.

    Attributes:
        folds: parts the coded documents are split into; every part is scored by a model that did not see it.
        validation: share of the proxy documents on which the thresholds of the proxy measurement are chosen.
        chamber_words: words taken of a Belgian question or answer.
        joined: share of the quasi-sentences that are joined into paragraphs of two to six.
        replay: proxy examples mixed into the second stage, for each coded one.
        replay_weight: how much such an example counts beside a coded one, for the encoder.
        coded_weight: how much a coded example counts beside a proxy, for TF-IDF.
        seed: of splits and samples.
    """

    folds: int = 4
    validation: float = 0.1
    chamber_words: int = 80
    joined: float = 0.5
    replay: float = 2.0
    replay_weight: float = 0.3
    coded_weight: float = 5.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ModelRecipe:
    """Both labellers of a model: TF-IDF, and the encoder's two stages (proxy labels, then coded passages)."""

    data: DataRecipe = field(default_factory=DataRecipe)
    tfidf: TfidfRecipe = field(default_factory=TfidfRecipe)
    proxies: FineTuneRecipe = field(default_factory=FineTuneRecipe)
    coded: FineTuneRecipe = field(default_factory=FineTuneRecipe)

    def as_tables(self) -> dict[str, Any]:
        """The values as nested tables, for `model.toml`."""
        return asdict(self)


def read_recipe(path: Path) -> ModelRecipe:
    """Read a recipe file with tables `data`, `tfidf`, `proxies` and `coded`; what is absent keeps its default.

    Raises:
        ScheidslijnError: the file cannot be read, a key is unknown, or a value has the wrong type.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScheidslijnError(f"{path}: cannot be read as a recipe ({error})") from error
    kinds: dict[str, type] = {
        "data": DataRecipe,
        "tfidf": TfidfRecipe,
        "proxies": FineTuneRecipe,
        "coded": FineTuneRecipe,
    }
    if unknown := sorted(set(tables) - set(kinds)):
        raise ScheidslijnError(f"{path}: unknown table {unknown[0]!r}; a recipe has {', '.join(kinds)}")
    built: dict[str, Any] = {name: _build(kinds[name], table, f"{path} [{name}]") for name, table in tables.items()}
    return ModelRecipe(**built)


def _build(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    default = kind()
    known = {one.name: getattr(default, one.name) for one in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ScheidslijnError(f"{where}: unknown key {key!r}; known are {', '.join(known)}")
        wanted = known[key]
        if isinstance(wanted, float) and type(value) is int:
            value = float(value)
        if isinstance(wanted, tuple) and isinstance(value, list):
            value = tuple(value)
        if type(value) is not type(wanted):
            raise ScheidslijnError(f"{where}: {key} is {value!r}, expected a value such as {wanted!r}")
        values[key] = value
    return kind(**values)

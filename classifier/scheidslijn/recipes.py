"""Recipes: frozen dataclasses read from TOML, where an unknown key is an error; every value can be set by hand."""

from __future__ import annotations

import tomllib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from scheidslijn.errors import ScheidslijnError

T = TypeVar("T")


class RecipeError(ScheidslijnError):
    """A recipe is not valid; the message names the key, the value it got and what it would accept."""


def demand(holds: bool, key: str, got: object, accepts: str) -> None:
    """Raise `RecipeError` unless `holds`; recipes call this in `__post_init__`."""
    if not holds:
        raise RecipeError(f"{key} is {got!r}; expected {accepts}")


def read_recipe(path: Path, kind: type[T], settings: Sequence[str] = ()) -> T:
    """Read a recipe from a TOML file; what is absent keeps its default.

    Args:
        kind: the frozen dataclass; its fields are the keys, and fields that are dataclasses the tables.
        settings: values that replace those of the file, each as `table.key=value` in TOML's own notation; a text
            needs no quotes.

    Raises:
        RecipeError: the file cannot be read, a key is unknown, or a value is of the wrong kind or out of range.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise RecipeError(f"{path}: is no readable TOML recipe ({fault})") from fault
    _set_all(table, settings)
    try:
        made: T = build(kind, table)
        return made
    except RecipeError as fault:
        raise RecipeError(f"{path}: {fault}") from fault


def make_recipe(kind: type[T], table: Mapping[str, Any] | None = None, settings: Sequence[str] = ()) -> T:
    """The recipe with the values of a table (none: all defaults), some of them replaced by `settings`.

    Raises:
        RecipeError: as `read_recipe`.
    """
    copy = {key: dict(value) if isinstance(value, Mapping) else value for key, value in (table or {}).items()}
    _set_all(copy, settings)
    made: T = build(kind, copy)
    return made


def build(kind: Any, table: object, where: str = "") -> Any:
    """Turn a TOML value into `kind`: a recipe dataclass, a tuple, a literal, or a plain value.

    Raises:
        RecipeError: an unknown key, or a value of another kind.
    """
    origin = get_origin(kind)
    if origin is tuple:
        demand(isinstance(table, list | tuple), where, table, "a list")
        parts, values = get_args(kind), list(typing.cast("Sequence[object]", table))
        if parts[-1] is not Ellipsis:
            demand(len(values) == len(parts), where, table, f"a list of {len(parts)}")
        each = [parts[0]] * len(values) if parts[-1] is Ellipsis else parts
        return tuple(
            build(own, value, f"{where}[{place}]") for place, (own, value) in enumerate(zip(each, values, strict=True))
        )
    if origin is typing.Literal:
        demand(table in get_args(kind), where, table, "one of " + ", ".join(map(str, get_args(kind))))
        return table
    if kind is float and type(table) is int:
        return float(table)
    if not is_dataclass(kind):
        demand(type(table) is kind, where, table, f"a value of type {kind.__name__}")
        return table
    demand(isinstance(table, dict), where or "recipe", table, "a table")
    return _build_table(kind, typing.cast("dict[str, object]", table), where)


def _build_table(kind: Any, table: dict[str, object], where: str) -> Any:
    hints, names = get_type_hints(kind), [item.name for item in fields(kind)]
    for key, value in table.items():
        demand(key in names, _under(where, key), value, f"one of the keys {', '.join(names)}")
    try:
        return kind(**{key: build(hints[key], value, _under(where, key)) for key, value in table.items()})
    except TypeError as fault:
        raise RecipeError(f"{where}: {fault}") from fault


def as_table(recipe: Any) -> dict[str, Any]:
    """The values of a recipe as nested tables of plain TOML values, for `model.toml`.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Small:
    ...     words: tuple[int, int] = (1, 2)
    >>> as_table(Small())
    {'words': [1, 2]}
    """
    plain: dict[str, Any] = {}
    for item in fields(recipe):
        value = getattr(recipe, item.name)
        if is_dataclass(value):
            plain[item.name] = as_table(value)
        elif isinstance(value, tuple):
            plain[item.name] = [as_table(one) if is_dataclass(one) else one for one in value]
        else:
            plain[item.name] = value
    return plain


def _set_all(table: dict[str, Any], settings: Sequence[str]) -> None:
    for setting in settings:
        path, equals, text = setting.partition("=")
        demand(bool(equals) and bool(path.strip()), "setting", setting, "table.key=value")
        *tables, key = path.strip().split(".")
        inner = table
        for name in tables:
            inner = inner.setdefault(name, {})
            demand(isinstance(inner, dict), path, setting, f"a key of a table; {name!r} is a value")
        inner[key] = _value(text.strip())


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text  # a bare word is a text


def _under(where: str, key: str) -> str:
    return f"{where}.{key}".lstrip(".")

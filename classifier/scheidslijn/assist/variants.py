"""Variants of prompt and model from a TOML file: one table each, under the name that the coder gets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from scheidslijn.assist.prompting import PromptOptions
from scheidslijn.checked import options as listed
from scheidslijn.checked import shown
from scheidslijn.errors import ScheidslijnError

_TEXTS = 'a table of texts by key, such as "thema.onderwijs" = "leren"'
_FORMS: Mapping[str, str] = {
    "language": "text", "dimensions": "texts", "order_seed": "number", "include": "yes or no", "exclude": "yes or no",
    "examples": "yes or no", "definitions": "yes or no", "aliases": "table", "replaced": "table",
    "model": "text", "temperature": "fraction",
}  # fmt: skip
_TOLD = {
    "text": "a text", "texts": "a list of texts", "number": "a whole number", "yes or no": "true or false",
    "table": _TEXTS, "fraction": "a number from 0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to ask.

    Attributes:
        options: of the prompt; its `variant` is the name.
        model: which model, or "" for that of the run.
        temperature: or None for that of the run.
    """

    options: PromptOptions
    model: str = ""
    temperature: float | None = None


def read_variants(path: str | Path, base: PromptOptions, wanted: Sequence[str] = ()) -> tuple[Variant, ...]:
    """Read variants; what a table does not say is as in `base`.

    Args:
        path: a TOML file in which every table is a variant.
        base: options of the run.
        wanted: names of those to take; none takes all, in the order of the file.

    Raises:
        ScheidslijnError: the file cannot be read, a table has an unknown field or a value of the wrong kind, or there
            is no variant of a name.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScheidslijnError(f"{path}: is no readable TOML file of variants ({error})") from error
    found = {name: _variant(f"{path}: variant '{name}'", name, table, base) for name, table in data.items()}
    if not found:
        raise ScheidslijnError(f"{path}: has no variants; write a table for each, such as [without-examples]")
    for name in wanted:
        if name not in found:
            raise ScheidslijnError(f"{path}: has no variant '{name}'; it has {listed(list(found))}")
    return tuple(found[name] for name in (dict.fromkeys(wanted) or found))


def _variant(where: str, name: str, table: object, base: PromptOptions) -> Variant:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise ScheidslijnError(f"{where}: a name has letters, digits, '.', '_' and '-' only")
    if not isinstance(table, dict):
        raise ScheidslijnError(f"{where}: expected a table [{name}], got {shown(table)}")
    for key, value in table.items():
        if key not in _FORMS:
            raise ScheidslijnError(f"{where}: unknown field '{key}'; allowed: {listed(list(_FORMS))}")
        if not _fits(_FORMS[key], value):
            raise ScheidslijnError(f"{where}: field '{key}': expected {_TOLD[_FORMS[key]]}, got {shown(value)}")
    own: dict[str, Any] = {one.name: getattr(base, one.name) for one in fields(base)}
    own |= {key: tuple(value) if isinstance(value, list) else value for key, value in table.items() if key in own}
    temperature = table.get("temperature")
    return Variant(
        PromptOptions(**{**own, "variant": name}),
        str(table.get("model", "")),
        None if temperature is None else float(temperature),
    )


def _fits(form: str, value: object) -> bool:
    if form == "text":
        return isinstance(value, str) and bool(value.strip())
    if form == "texts":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if form == "table":
        return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    if form == "yes or no":
        return isinstance(value, bool)
    if form == "number":
        return type(value) is int
    return type(value) in (int, float) and value >= 0  # type: ignore[operator]

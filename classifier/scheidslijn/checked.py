"""Reading a TOML file that a user wrote: every field is checked, and one run names all problems."""

from __future__ import annotations

import re
from collections.abc import Sequence


class CheckedTable:
    """Takes typed values out of TOML tables and notes a problem, one line each, where a value is not as expected.

    Args:
        source: the file as the user named it; every problem begins with it.

    Every method takes `where`, the part of the file in words (`code 'thema.onderwijs'`), and returns an empty value
    after noting a problem, so that reading goes on and one run shows them all.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[str] = []

    def problem(self, where: str, what: str) -> None:
        """Note one problem."""
        self.problems.append(f"{self.source}: {where}: {what}" if where else f"{self.source}: {what}")

    def distinct(self, names: list[str], where: str, what: str) -> None:
        """Note every name that stands more than once."""
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            self.problem(where, f"{what} '{name}' stands there {names.count(name)} times; keep one")

    def allow(self, table: dict[str, object], where: str, allowed: Sequence[str]) -> None:
        """Note every key outside `allowed`."""
        for key in table:
            if key not in allowed:
                self.problem(where, f"unknown field '{key}'; allowed: {options(allowed)}")

    def text(
        self, table: dict[str, object], where: str, key: str, pattern: str = "", form: str = "", required: bool = True
    ) -> str:
        """Return a text that is not empty and, if given, matches the whole `pattern`, which `form` describes."""
        value = table.get(key)
        expected = form or "a text that is not empty"
        if value is None and not required:
            return ""
        if value is None:
            self.problem(where, f"field '{key}' is missing: expected {expected}")
        elif not isinstance(value, str) or not value.strip() or (pattern and not re.fullmatch(pattern, value)):
            self.problem(where, f"field '{key}': expected {expected}, got {shown(value)}")
        else:
            return value.strip()
        return ""

    def texts(self, table: dict[str, object], where: str, key: str, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        value = table.get(key)
        if value is None and required:
            self.problem(where, f"field '{key}' is missing: expected a list of texts")
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(where, f"field '{key}': expected a list of texts, got {shown(value)}")
            return ()
        for item in value:
            if not isinstance(item, str) or not item.strip():
                self.problem(where, f"field '{key}': expected texts that are not empty, got {shown(item)}")
        return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())

    def table(self, table: dict[str, object], where: str, key: str) -> dict[str, object]:
        """Return a table; a missing one is empty."""
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.problem(where, f"field '{key}': expected a table, got {shown(value)}")
        return {}

    def tables(self, table: dict[str, object], where: str, key: str, header: str) -> list[dict[str, object]]:
        """Return an array of one or more tables, written under `header`."""
        value = table.get(key)
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            return value
        got = "nothing" if not value else shown(value)
        self.problem(where, f"field '{key}': expected one or more tables {header}, got {got}")
        return []


def options(names: Sequence[str]) -> str:
    """The names with commas, for a message."""
    return ", ".join(names)


def shown(value: object) -> str:
    """The value as the user would recognise it, cut to 60 characters."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."

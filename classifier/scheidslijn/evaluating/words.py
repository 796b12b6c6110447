"""The words of a report in Dutch and English, kept in `templates/words.toml` and not in the code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scheidslijn.evaluating.evaluation import Said

TEMPLATES = Path(__file__).parent / "templates"


@cache
def words() -> Mapping[str, tuple[str, str]]:
    """The fixed words: by name Dutch and English, with `{placeholders}`."""
    return _table("words")


def said(kind: str, **values: object) -> Said:
    """Return a remark with its placeholders filled in.

    >>> said("sparse_recall", n=3).en
    'Recall rests on 3 cases.'
    """
    dutch, english = _remarks()[kind]
    return Said(dutch.format(**values), english.format(**values), kind)


@cache
def fact_names() -> Mapping[str, tuple[str, str]]:
    """What slices are called."""
    return _table("facts")


@cache
def _remarks() -> Mapping[str, tuple[str, str]]:
    return _table("remarks")


def _table(name: str) -> dict[str, tuple[str, str]]:
    data = tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))
    return {key: (texts[0], texts[1]) for key, texts in data[name].items()}

"""The patterns of orders to a model and of look-alikes of our answers: `injection_patterns.toml`, compiled."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("injection_patterns.toml")
_WORD = re.compile(r"%([A-Z_]+)%")


@lru_cache(maxsize=1)
def patterns() -> dict[str, re.Pattern[str]]:
    """One pattern for each kind, `instruction` and `fake_answer`, for text in small letters with single blanks."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    words = data.pop("words")
    return {
        kind: re.compile("|".join(_written_out(one, words) for group in groups.values() for one in group))
        for kind, groups in data.items()
    }


def _written_out(pattern: str, words: dict[str, str]) -> str:
    """A pattern with the words between percent signs written out."""
    return _WORD.sub(lambda found: words[found[1]], pattern)

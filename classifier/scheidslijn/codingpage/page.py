"""The files of the page, its words in two languages, and what it is told of the codebook."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scheidslijn.codebook import Codebook, Dimension

Language = Literal["nl", "en"]
TEMPLATES = Path(__file__).parent / "templates"
_JS, _CSS = "text/javascript", "text/css"
ASSETS: Mapping[str, str] = {
    "": "text/html", "style.css": _CSS, "main.js": _JS, "form.js": _JS, "passage.js": _JS, "dialogs.js": _JS,
    "talk.js": _JS, "definitions.js": _JS, "icon.svg": "image/svg+xml",
}  # fmt: skip
"""By path of what the page asks for its type; nothing else is read from the disk."""


class Page:
    """The page in one language.

    Args:
        data: what it is told once; see `data_of`.
        language: of everything but the codebook's own texts.

    Attributes:
        data: as given, with the words.
    """

    def __init__(self, data: Mapping[str, Any], language: Language = "nl") -> None:
        words = words_in(language)
        self.data = {**data, "words": words, "language": language}
        made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
        html = made.get_template("index.html").render(w=words, language=language, **data)
        self._assets = {
            name: html.encode("utf-8", "replace") if not name else (TEMPLATES / name).read_bytes() for name in ASSETS
        }

    def asset(self, name: str) -> bytes:
        """The content of one of `ASSETS`."""
        return self._assets[name]


def data_of(
    codebook: Codebook, dimensions: Sequence[Dimension], language: Language, *, coder: str, title: str, **more: object
) -> dict[str, Any]:
    """What the page is told once: who codes, and the dimensions with the texts of their codes.

    Args:
        dimensions: that may be asked.
        language: of the names.
        title: what is coded.
        more: further facts, as they are.
    """
    return {
        "coder": coder, "title": title, "codebook": codebook.label, "texts": codebook.language,
        "dimensions": [_dimension(one, language) for one in dimensions], **more,
    }  # fmt: skip


def _dimension(dimension: Dimension, language: Language) -> dict[str, Any]:
    english = language == "en"
    return {
        "name": dimension.name,
        "title": dimension.name_en if english else dimension.name_nl,
        "multi": dimension.multi,
        "question": dimension.question,
        "codes": [
            {
                "code": code.code, "title": code.name_en if english else code.name_nl, "definition": code.definition,
                "include": code.include, "exclude": code.exclude, "examples": code.examples,
            }
            for code in dimension.codes
        ],
    }  # fmt: skip


@cache
def words_in(language: Language) -> Mapping[str, str]:
    """The words of the page in one language, by name."""
    data = tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))
    return {key: texts[language == "en"] for key, texts in data["words"].items()}


def next_commands(
    codes: str, codebook: str, *, adjudicating: bool, settled: Sequence[str] = (), terms: bool = False
) -> list[str]:
    """The commands that a coder may run when everything is coded, with real paths.

    Args:
        codes: path of the file of codes.
        codebook: as the user named it, "" for the usual one.
        adjudicating: whether it settles what the coders of the files `settled` differ on.
        terms: whether a codebook of the user has terms, which can then be evaluated without a model of it.

    >>> next_commands("codes/anna.jsonl", "", adjudicating=False)[1]
    'scheidslijn train codes/anna.jsonl -o model'
    """
    book = f" --codebook {shlex.quote(codebook)}" if codebook else ""
    labeller = ("" if not codebook else " --labeller terms" if terms else " --model MODEL") + book
    own = shlex.quote(codes)
    if adjudicating:
        files = " ".join([*map(shlex.quote, settled), own])
        return [f"scheidslijn train {files} -o model{book}", f"scheidslijn evaluate {files} -o report.html{labeller}"]
    other = shlex.quote(str(Path(codes).with_name("OTHER-CODER.jsonl")))
    return [
        f"scheidslijn agree {own} {other} -o agreement.md --discuss discuss.xlsx{book}",
        f"scheidslijn train {own} -o model{book}",
        f"scheidslijn evaluate {own} -o report.html{labeller}",
    ]

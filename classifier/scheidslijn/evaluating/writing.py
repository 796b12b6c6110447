"""Writes an evaluation as .json, .md or .html, by the name of the file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Literal

from scheidslijn.errors import OutputError
from scheidslijn.evaluating.evaluation import Evaluation, as_json

FORMS = ("html", "json", "md")
Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def form_of(target: str, force: bool = False) -> str:
    """The form of a report by its name.

    Raises:
        OutputError: the suffix is not one of `FORMS`, the file exists (without `force`), or its folder does not.
    """
    path = Path(target)
    form = path.suffix.lower().lstrip(".")
    if form not in FORMS:
        allowed = ", ".join("." + one for one in FORMS)
        raise OutputError(f"{target}: cannot write the form {path.suffix or '(no suffix)'!r}; choose {allowed}")
    if path.exists() and not force:
        raise OutputError(f"{target}: exists already; give another name, or --force to replace it")
    if not path.parent.is_dir():
        raise OutputError(f"{target}: there is no folder {path.parent}; make it first")
    return form


def rendered(evaluation: Evaluation, form: str, language: Language) -> str:
    """The report as text."""
    if form == "json":
        parts = as_json(evaluation)  # one line a part: an indent would take ten times as long
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(part, ensure_ascii=False)}" for name, part in parts.items()
        )
        return f"{{\n{lines}\n}}\n"
    if form == "md":
        from scheidslijn.evaluating.markdown import markdown

        return markdown(evaluation, language)
    from scheidslijn.evaluating.html import html

    return html(evaluation, language)


def write(evaluation: Evaluation, target: str, language: Language = "nl", *, force: bool = False) -> int:
    """Write a report whole, in one step; return its size in bytes.

    Raises:
        OutputError: as `form_of`, or the file cannot be written.
    """
    content = rendered(evaluation, form_of(target, force), language).encode("utf-8", "replace")
    path = Path(target)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror})") from error
    finally:
        Path(scratch).unlink(missing_ok=True)
    return len(content)

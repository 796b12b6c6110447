"""What a codebook test decided on a model: by dimension whether its suggestions may count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scheidslijn.errors import ScheidslijnError

FORMAT = "scheidslijn-verdict-1"


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict as it is used; `scheidslijn codebook-test` writes it.

    Attributes:
        coder, model, prompt, codebook: as in a suggestion; the verdict holds for these together, and for no others.
        temperature: at which the model was asked, or None when the file does not say.
        counts: by dimension whether its suggestions may count; a dimension that is absent was not tested, so no.
        alpha: by dimension Krippendorff's α with the people who coded, or None where it is not defined.
        why: by dimension why it may not count, a line each.
    """

    coder: str
    model: str
    prompt: str
    codebook: str
    temperature: float | None = None
    counts: Mapping[str, bool] = field(default_factory=dict)
    alpha: Mapping[str, float | None] = field(default_factory=dict)
    why: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_verdict(path: str | Path) -> Standing:
    """Read a verdict.

    Raises:
        ScheidslijnError: the file cannot be read or is no verdict; the message names the file.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise ValueError(f"its format is {found['format']!r:.60}")
        return Standing(
            **{name: _text(found[name]) for name in ("coder", "model", "prompt", "codebook")},
            temperature=_number(found.get("temperature")),
            counts={name: one["counts"] is True for name, one in found["dimensions"].items()},
            alpha={name: _number(one["agreement"]["alpha"]) for name, one in found["dimensions"].items()},
            why={name: tuple(map(_text, one["why"])) for name, one in found["dimensions"].items()},
        )
    except OSError as error:
        raise ScheidslijnError(f"{path}: cannot be read ({error.strerror}); give a verdict of codebook-test") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"field {error} is missing" if isinstance(error, KeyError) else str(error)
        raise ScheidslijnError(f"{path}: is no verdict of codebook-test in the format {FORMAT} ({why})") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.40} is no text")
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{value!r:.40} is no number")
    return float(value)

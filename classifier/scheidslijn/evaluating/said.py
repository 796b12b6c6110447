"""Two values that all parts of an evaluation use: a remark in two languages, and a passage to read."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One remark for the reader, in Dutch and in English; `kind` names its sort for programs ("few_documents")."""

    nl: str
    en: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage to read that need not be in the gold; `score` is the labeller's for the code at hand, or NaN."""

    document: str
    page: int | None
    heading: tuple[str, ...]
    text: str
    score: float = math.nan

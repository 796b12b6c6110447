"""What a language model said of a passage, after checking: the values between asking and everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from scheidslijn.passage import Passage

FailureKind = Literal[
    "no_answer",        # the endpoint gave none: time-out, 429 or 5xx after all retries, refused connection
    "refused",          # the model declined to answer
    "truncated",        # the answer was cut off at the token limit
    "unreadable",       # not the JSON that was asked for
    "missing",          # a dimension that was asked is not in the answer
    "unknown_code",     # a code the codebook does not have
    "too_many_codes",   # several codes where one is allowed
    "no_evidence",      # a code without a quote
    "quote_not_found",  # a quote that does not stand in the passage, character by character
    "over_budget",      # not asked, because the budget was spent
    "injection",        # not taken, because the passage is flagged and the user asked to hold such passages back
]  # fmt: skip
FAILURE_KINDS: tuple[FailureKind, ...] = get_args(FailureKind)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words a code rests on: `passage.text[start:end] == quote`, always.

    Attributes:
        key: the code, as `thema.onderwijs`.
        quote: verbatim; at least one character that is not blank.
        start, end: half-open run of characters of the passage's text.
    """

    key: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Something of an answer that was not taken; nothing is repaired and no label takes its place.

    Attributes:
        kind: one of `FAILURE_KINDS`.
        dimension: which dimension it left open, or "" for the whole answer.
        detail: one line of at most 200 characters: what was given.
    """

    kind: FailureKind
    dimension: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One coder's answer for one passage: a row of `SUGGESTIONS.jsonl`.

    Attributes:
        passage: what was asked about.
        codes: by dimension the codes of an answer that checked in full, in the codebook's order, () for "none applies";
            a dimension that is absent is unknown, never "no".
        partly: of dimensions of which something did not check: by key whether that one code applies; what is absent
            is unknown. A dimension in `codes` has no key here (as in `annotations.coding.Coding`).
        evidence: one for every code in `codes` and every True in `partly`.
        failures: what was not taken.
        flags: what the injection detector found in the passage, "" never; see `assist.injection`.
        coder: "llm:NAME", with "/VARIANT" behind it where the prompt is not the standard one.
        model: as the endpoint calls it.
        prompt: 12 hexadecimal digits of the prompt's digest: codebook texts, instructions, schema, options.
        codebook: name and version.
    """

    passage: Passage
    codes: Mapping[str, tuple[str, ...]]
    partly: Mapping[str, bool] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    failures: tuple[Failure, ...] = ()
    flags: tuple[str, ...] = ()
    coder: str = ""
    model: str = ""
    prompt: str = ""
    codebook: str = ""

"""From a model's words to codes with evidence: what does not check is dropped and told, and nothing takes its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheidslijn.assist.injection import evidence_in_hidden
from scheidslijn.assist.parsing import Fault, FaultKind, parse_object
from scheidslijn.assist.quoting import find_quote, says_something
from scheidslijn.assist.values import Evidence, Failure, FailureKind

FIELDS = {"code", "quote"}
"""The fields of every item of an answer."""
MOST_ITEMS = 200
"""Items of one dimension from which an answer counts as not readable."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One dimension as the model was asked it.

    Attributes:
        name: of the dimension, which is its key in the answer.
        multi: whether several codes are allowed.
        codes: by what the model calls a code the code itself, in the codebook's order.
    """

    name: str
    multi: bool
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What checked of an answer, and what did not.

    Attributes:
        codes, partly, evidence, failures: as in `Suggestion`.
        fault: why the answer, or a part of it, does not have the form that was asked for; None when it has. Such an
            answer may be asked again.
        whole: whether nothing of it could be read.
    """

    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partly: Mapping[str, bool] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    failures: tuple[Failure, ...] = ()
    fault: FaultKind | None = None
    whole: bool = False


def check_answer(content: str, asked: Sequence[Asked], text: str) -> Answer:
    """Read an answer and check every code and quote in it. Never raises, whatever the content.

    Args:
        content: what the model said.
        asked: the dimensions that were asked, in the codebook's order.
        text: the passage as it was given to the model.

    >>> theme = Asked("thema", True, {"onderwijs": "onderwijs", "bestuur": "bestuur"})
    >>> said = '{"thema": [{"code": "onderwijs", "quote": "school"}, {"code": "bestuur", "quote": "raad"}]}'
    >>> answer = check_answer(said, [theme], "Er komt een school.")
    >>> answer.codes, answer.partly
    ({}, {'thema.onderwijs': True})
    >>> answer.failures
    (Failure(kind='quote_not_found', dimension='thema', detail='bestuur: raad'),)
    """
    try:
        found = parse_object(content)
        if strange := found.keys() - {one.name for one in asked}:
            raise Fault("dimensions", "not asked: " + ", ".join(sorted(map(repr, strange))))
    except Fault as fault:
        return Answer(failures=(failure("unreadable", "", str(fault)),), fault=fault.kind, whole=True)
    reading = _Reading(text)
    for one in asked:
        if one.name not in found:
            reading.failures.append(failure("missing", one.name))
            reading.fault = reading.fault or "dimensions"
        else:
            reading.dimension(one, found[one.name])
    return Answer(reading.codes, reading.partly, tuple(reading.evidence), tuple(reading.failures), reading.fault)


def failure(kind: FailureKind, dimension: str = "", detail: str = "") -> Failure:
    """A failure whose detail is one printable line of at most 200 characters, whatever was given."""
    line = "".join(c if c.isprintable() else " " for c in detail[:400])
    return Failure(kind, dimension, " ".join(line.split())[:200])


class _Reading:
    """Collects what checks of the dimensions of one answer."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.codes: dict[str, tuple[str, ...]] = {}
        self.partly: dict[str, bool] = {}
        self.evidence: list[Evidence] = []
        self.failures: list[Failure] = []
        self.fault: FaultKind | None = None

    def dimension(self, asked: Asked, items: object) -> None:
        """Take one dimension: whole when all of it checks, otherwise what does, code by code."""
        if (wrong := _wrong_form(items)) is not None:
            self.failures.append(failure("unreadable", asked.name, wrong))
            self.fault = self.fault or "items"
            return
        named: list[tuple[str, object]] = [(one["code"], one.get("quote")) for one in items]  # type: ignore[attr-defined]
        before = len(self.failures)
        unknown = [name for name, _ in named if name not in asked.codes]
        self.failures += [failure("unknown_code", asked.name, name) for name in dict.fromkeys(unknown)]
        kept: dict[str, Evidence] = {}
        if not asked.multi and len({name for name, _ in named}) > 1:
            told = ", ".join(dict.fromkeys(name for name, _ in named))
            self.failures.append(failure("too_many_codes", asked.name, told))  # which of them was meant is not known
        else:
            for name, quote in named:
                if name in asked.codes:
                    self._evidence(asked, name, quote, kept)
        self.evidence += [kept[code] for code in asked.codes.values() if code in kept]
        if len(self.failures) == before:
            self.codes[asked.name] = tuple(code for code in asked.codes.values() if code in kept)
            return
        said = {asked.codes[name] for name, _ in named if name in asked.codes}
        for code in asked.codes.values():
            if code in kept:
                self.partly[f"{asked.name}.{code}"] = True
            elif code not in said and not unknown:  # an unknown name may have meant any of the others
                self.partly[f"{asked.name}.{code}"] = False

    def _evidence(self, asked: Asked, name: str, quote: object, kept: dict[str, Evidence]) -> None:
        if not isinstance(quote, str) or not says_something(quote):
            self.failures.append(failure("no_evidence", asked.name, name))
            return
        code = asked.codes[name]
        found = find_quote(f"{asked.name}.{code}", quote, self.text)
        if found is None:
            self.failures.append(failure("quote_not_found", asked.name, f"{name}: {quote}"))
        elif evidence_in_hidden(self.text, found.start, found.end):
            self.failures.append(failure("no_evidence", asked.name, f"{name}: rests on what a reader does not see"))
        else:
            kept.setdefault(code, found)


def _wrong_form(items: object) -> str | None:
    """What is wrong with the form of a dimension's value, or None. A code without a quote is not a matter of form."""
    if not isinstance(items, list):
        return f"a {type(items).__name__} instead of a list"
    if len(items) > MOST_ITEMS:
        return f"{len(items):,} items; at most {MOST_ITEMS} are read"
    for item in items:
        if not isinstance(item, dict):
            return f"a {type(item).__name__} instead of an object with code and quote"
        if strange := item.keys() - FIELDS:
            return "unknown field " + ", ".join(sorted(map(repr, strange)))
        if not isinstance(item.get("code"), str):
            return "an item without a code as text"
    return None

"""What a reader of an agreement report must know: what could not be measured, why, and what is still possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from scheidslijn.agreeing.job import Agreement
from scheidslijn.measuring.agreement import CodeAgreement, DimensionAgreement
from scheidslijn.measuring.estimate import FEW_DOCUMENTS, Estimate

RELIABLE, TENTATIVE = 0.800, 0.667
"""Krippendorff (2004, *Content Analysis*, p. 241): rely on α ≥ 0.800; draw tentative conclusions from 0.667 on."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know.

    Attributes:
        kind: which sentence of `words.NOTES` says it.
        values: what stands in that sentence.
    """

    kind: str
    values: dict[str, str | int]


def verdict(alpha: Estimate) -> str:
    """ "reliable", "tentative", "poor", or "unknown", by the value of α; `sure` says whether its interval agrees."""
    if not isfinite(alpha.value):
        return "unknown"
    return "reliable" if alpha.value >= RELIABLE else "tentative" if alpha.value >= TENTATIVE else "poor"


def sure(alpha: Estimate) -> bool:
    """True when the whole interval gives the same verdict as the value."""
    if not alpha.known:
        return False
    return all(verdict(Estimate(end, end, end, 0)) == verdict(alpha) for end in (alpha.low, alpha.high))


def best_alpha(one: DimensionAgreement) -> Estimate:
    """The α by which a dimension is judged: with the MASI distance where several codes may be given."""
    return one.alpha if one.alpha_masi is None else one.alpha_masi


def notes(found: Agreement) -> tuple[Note, ...]:
    """All notes on one report, the gravest first."""
    return tuple(_notes(found))


def _notes(found: Agreement) -> Iterator[Note]:
    if len(found.coders) < 2:
        yield Note("one_coder", {"coder": ", ".join(found.coders) or "-", "passages": sum(found.coded.values())})
        yield from _without_column(found, [one.dimension for one in found.dimensions if one.passages or one.single])
        return
    if found.kinds and len(found.people) < 2:
        kind = "one_person" if found.people else "only_machines"
        yield Note(kind, {"coder": ", ".join(found.people), "number": len(found.kinds)})
    measured = [one for one in found.dimensions if one.passages]
    uncoded = [one.dimension for one in found.dimensions if not one.passages and not one.single]
    if uncoded:
        yield Note("not_coded", {"dimensions": ", ".join(uncoded)})
    for one in found.dimensions:
        if not one.passages and one.single:
            lacking = [] if _several_coded(found, one.dimension) else list(_without_column(found, [one.dimension]))
            yield from lacking or [Note("no_overlap", {"dimension": one.dimension, "single": one.single})]
    if not measured:
        return
    documents = max(one.documents for one in measured)
    if documents == 1:
        yield Note("one_document", {})
    elif documents < FEW_DOCUMENTS:
        yield Note("few_documents", {"documents": documents, "few": FEW_DOCUMENTS})
    for one in measured:
        yield from _of_dimension(one)
    if found.adjudicated:
        yield Note("adjudicated", {"number": found.adjudicated})
    if found.read.problems:
        yield Note("problems", {"number": len(found.read.problems)})


def _several_coded(found: Agreement, dimension: str) -> bool:
    """Whether two of the coders coded passages on a dimension, be it other passages."""
    coders = {
        one.coder
        for one in found.read.codings
        if dimension in one.codes or any(key.partition(".")[0] == dimension for key in one.partly)
    }
    return len(coders & set(found.coders)) > 1


def _without_column(found: Agreement, dimensions: Sequence[str]) -> Iterator[Note]:
    """Files without a column for any of these dimensions that have others: a name is likely spelled otherwise."""
    lacking = [one for one in found.read.columns if one.others and one.dimensions.isdisjoint(dimensions)]
    for one in [one for one in lacking if one.dimensions] or lacking:  # a file without codes may bring texts
        shown = ", ".join(name[:40] for name in one.others[:8]) + (", …" if len(one.others) > 8 else "")
        yield Note("no_column", {"file": one.file, "dimension": ", ".join(dimensions), "columns": shown})


def _of_dimension(one: DimensionAgreement) -> Iterator[Note]:
    if one.single:
        yield Note("single", {"dimension": one.dimension, "single": one.single, "passages": one.passages})
    if not isfinite(one.alpha.value):
        yield Note("one_value", {"dimension": one.dimension})
    unused = [code for code, own in one.codes.items() if not own.given]
    if unused:
        yield Note("unused", {"dimension": one.dimension, "codes": ", ".join(unused), "number": len(unused)})
    for code, own in one.codes.items():
        if own.given and (lonely := _lonely(own)):
            yield Note("one_sided", {"code": f"{one.dimension}.{code}", "coder": lonely, "number": own.given})
        if leans := _leans(own):
            more, less = leans
            counts: dict[str, str | int] = {"more": more, "less": less, "many": own.by_coder[more]}
            yield Note("leans", {"code": f"{one.dimension}.{code}", "few": own.by_coder[less], **counts})
        if _rare_paradox(own, one.passages):
            values: dict[str, str | int] = {
                "code": f"{one.dimension}.{code}", "passages": own.passages, "of": one.passages,
                "alpha": f"{own.alpha.value:.2f}", "ac1": f"{own.ac1.value:.2f}",
            }  # fmt: skip
            yield Note("rare", values)


def _lonely(own: CodeAgreement) -> str:
    """The only coder who gave a code, when there is but one."""
    users = [coder for coder, times in own.by_coder.items() if times]
    return users[0] if len(users) == 1 else ""


def _leans(own: CodeAgreement) -> tuple[str, str] | None:
    """Of two coders who gives the code more often and who less, when chance does not explain it.

    That is McNemar's test (1947) at 0.001, passages taken for independent: a hint where to look, not a finding.
    """
    if len(own.by_coder) != 2:
        return None
    (less, few), (more, many) = sorted(own.by_coder.items(), key=lambda item: item[1])
    apart = 2 * own.passages - own.given  # passages where one of the two gave it
    return (more, less) if few and apart and (many - few) ** 2 / apart > 10.83 else None


def _rare_paradox(own: CodeAgreement, passages: int) -> bool:
    """A rare code on which α is low while AC1 is high: too few cases to judge, rather than disagreement shown."""
    return own.passages < 0.05 * passages and own.alpha.value < TENTATIVE and own.ac1.value >= RELIABLE

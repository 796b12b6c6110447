"""Whether a retrained model takes the place of the old one, and the report that says why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.paired import Paired, compare_given, holm

LEAST_SUPPORT, LEAST_DOCUMENTS = 10, 4
"""A code is looked at when so many held-apart passages of so many documents have it."""
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """New minus old on one figure: the F1 of a code (`thema.onderwijs`) or the macro-F1 of a dimension (`thema`)."""

    name: str
    paired: Paired
    counts: bool
    better: bool
    worse: bool

    def as_table(self) -> dict[str, Any]:
        """The figures by name, rounded."""
        own = self.paired
        return {
            "name": self.name, "difference": own.effect.rounded, "p_better": round(own.p_better, 4),
            "p_worse": round(own.p_worse, 4), "support": own.support, "documents": own.documents,
            "counts": self.counts, "better": self.better, "worse": self.worse,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Promoted or not, and on what ground.

    Attributes:
        reason: one sentence.
        rows: every comparison.
        passages, documents: that were kept apart.
        changed: share of them that get other codes.
        models: the old and the new.
    """

    promoted: bool
    reason: str
    rows: tuple[Row, ...]
    passages: int
    documents: int
    changed: float
    models: tuple[str, str]

    def lines(self) -> list[str]:
        """The verdict for the screen: the reason, and the rows that decided."""
        head = "Promoted" if self.promoted else "Not promoted: the old model stays"
        told = [row for row in self.rows if row.better or row.worse]
        return [f"{head}: {self.reason}", *(f"  {row.name}: {_spoken(row)}" for row in told)]

    def as_table(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return {
            "promoted": self.promoted, "reason": self.reason, "old": self.models[0], "new": self.models[1],
            "passages": self.passages, "documents": self.documents,
            "passages_with_other_codes": None if np.isnan(self.changed) else round(self.changed, 4),
            "rule": RULE, "comparisons": [row.as_table() for row in self.rows],
        }  # fmt: skip

    def markdown(self) -> str:
        """The report for people."""
        lines = [
            f"# {self.models[0]} and {self.models[1]}", "", self.lines()[0], "",
            f"On {self.passages:,} held-apart passages of {self.documents:,} documents; "
            f"{100 * np.nan_to_num(self.changed):.1f} % of them get other codes. {RULE}", "",
            "| figure | new − old (95 %) | p better | p worse | passages | documents | |",
            "|---|---|---|---|---|---|---|",
        ]  # fmt: skip
        for row in self.rows:
            own = row.paired
            mark = "better" if row.better else "**worse**" if row.worse else "" if row.counts else "too little support"
            difference = f"{own.effect.value:+.3f} ({own.effect.low:+.3f} to {own.effect.high:+.3f})"
            lines.append(
                f"| `{row.name}` | {difference} | {own.p_better:.3f} | {own.p_worse:.3f} | {own.support} | "
                f"{own.documents} | {mark} |"
            )
        return "\n".join(lines) + "\n"


RULE = (
    f"A model is promoted when no code with at least {LEAST_SUPPORT} passages in {LEAST_DOCUMENTS} documents, and no "
    f"dimension, is worse (one-sided p < {LEVEL}, paired, clustered by document, not corrected, so that "
    f"refusing is easy), and some code or dimension is better (one-sided p < {LEVEL} after Holm's correction over all)."
)


def judge(
    old: NDArray[np.bool_], new: NDArray[np.bool_], examples: Sequence[Example], codebook: Codebook, changed: float,
    models: tuple[str, str],
) -> Verdict:  # fmt: skip
    """Compare the codes that two models give on held-apart examples, shape `(examples, codes)` each."""
    documents = [one.document for one in examples]
    targets = target_matrix(examples, codebook)
    found: list[tuple[str, Paired]] = []
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        own = compare_given(dimension, new[:, columns], old[:, columns], targets[:, columns], documents)
        if own is not None:
            found.append((dimension.name, own.macro))
            found += [(f"{dimension.name}.{code}", paired) for code, paired in own.codes.items()]
    counts = [one.support >= LEAST_SUPPORT and one.documents >= LEAST_DOCUMENTS for _, one in found]
    adjusted = holm([one.p_better if ok else float("nan") for (_, one), ok in zip(found, counts, strict=True)])
    rows = tuple(
        Row(name, one, ok, bool(ok and p < LEVEL), bool(ok and one.p_worse < LEVEL))
        for (name, one), ok, p in zip(found, counts, adjusted, strict=True)
    )
    promoted, reason = _decide(rows, len(examples), len(set(documents)))
    return Verdict(promoted, reason, rows, len(examples), len(set(documents)), changed, models)


def _decide(rows: Sequence[Row], passages: int, documents: int) -> tuple[bool, str]:
    if not any(row.counts for row in rows):
        return False, (
            f"nothing can be shown on {passages} held-apart passages of {documents} documents; add coded passages of "
            f"more documents (a code needs {LEAST_SUPPORT} passages in {LEAST_DOCUMENTS})"
        )
    if worse := [row.name for row in rows if row.worse]:
        return False, f"it is worse on {', '.join(worse)}"
    if better := [row.name for row in rows if row.better]:
        return True, f"better on {', '.join(better)}, and worse on nothing that can be judged"
    return False, "it is worse on nothing, but better on nothing either"


def _spoken(row: Row) -> str:
    own = row.paired
    kind, interval = "better" if row.better else "worse", f"{own.effect.low:+.3f} to {own.effect.high:+.3f}"
    return f"{kind} by {abs(own.effect.value):.3f} ({interval}), {own.support} passages"


def write_verdict(verdict: Verdict, out: Path) -> None:
    """Write `OUT.retrain.json` and `OUT.retrain.md` beside a model folder."""
    text = json.dumps(verdict.as_table(), ensure_ascii=False, indent=1)
    out.with_name(out.name + ".retrain.json").write_text(text + "\n", encoding="utf-8")
    out.with_name(out.name + ".retrain.md").write_text(verdict.markdown(), encoding="utf-8")

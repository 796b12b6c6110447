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
from scheidslijn.measuring.promotion import Change, Promotion, PromotionRule, promotion


@dataclass(frozen=True, slots=True)
class Verdict:
    """Promoted or not, and on what ground.

    Attributes:
        test: the paired test, clustered by document.
        changed: share of the held-apart passages that get other codes, 0 to 1; NaN without passages.
        models: the old and the new.
    """

    test: Promotion
    changed: float
    models: tuple[str, str]

    @property
    def promoted(self) -> bool:
        """Whether the new model takes the place of the old one: the test must say so, and have judged some code."""
        return self.test.promotes and len(self.test.not_judged) < len(self.test.codes)

    @property
    def reason(self) -> str:
        """Why, in one line."""
        test, rule = self.test, PromotionRule()
        if len(test.not_judged) == len(test.codes):
            return (
                f"no code can be judged on {test.passages} held-apart passages of {test.documents} documents (it takes "
                f"{rule.passages} passages with the code in {rule.documents} documents); add coded passages of more "
                "documents"
            )
        return test.reason

    def line(self) -> str:
        """The verdict in one line."""
        return f"{'Promoted' if self.promoted else 'Not promoted: the old model stays'}: {self.reason}."

    def as_table(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        test = self.test
        return {
            "promoted": self.promoted, "reason": self.reason, "old": self.models[0], "new": self.models[1],
            "passages": test.passages, "documents": test.documents,
            "passages_with_other_codes": None if np.isnan(self.changed) else round(self.changed, 4),
            "worse": list(test.worse), "better": list(test.better), "not_judged": list(test.not_judged),
            "comparisons": {name: _as_table(one) for name, one in {**test.dimensions, **test.codes}.items()},
        }  # fmt: skip

    def markdown(self) -> str:
        """The report for people."""
        test = self.test
        lines = [
            f"# {self.models[0]} and {self.models[1]}", "", self.line(), "",
            f"On {test.passages:,} held-apart passages of {test.documents:,} documents; "
            f"{100 * np.nan_to_num(self.changed):.1f} % of them get other codes. F1 of codes, macro-F1 of dimensions, "
            "95 % intervals and one-sided p-values, paired and clustered by document.", "",
            "| figure | old | new | new − old | p better | p worse | passages | documents | |",
            "|---|---|---|---|---|---|---|---|---|",
        ]  # fmt: skip
        for name, one in {**test.dimensions, **test.codes}.items():
            own = one.paired
            mark = "**worse**" if name in test.worse else "better" if name in test.better else ""
            mark = "too rare to judge" if name in test.not_judged else mark
            lines.append(
                f"| `{name}` | {one.old} | {one.new} | {own.effect.value:+.3f} ({own.effect.low:+.3f} to "
                f"{own.effect.high:+.3f}) | {own.p_better:.3f} | {own.p_worse:.3f} | {own.support} | {own.documents} | "
                f"{mark} |"
            )
        return "\n".join(lines) + "\n"


def judge(
    old: NDArray[np.bool_], new: NDArray[np.bool_], examples: Sequence[Example], codebook: Codebook, changed: float,
    models: tuple[str, str],
) -> Verdict:  # fmt: skip
    """Compare the codes that two models give on held-apart examples, shape `(examples, codes)` each."""
    documents = [one.document for one in examples]
    return Verdict(promotion(old, new, target_matrix(examples, codebook), documents, codebook), changed, models)


def write_verdict(verdict: Verdict, out: Path) -> None:
    """Write `OUT.retrain.json` and `OUT.retrain.md` beside a model folder."""
    text = json.dumps(verdict.as_table(), ensure_ascii=False, indent=1)
    out.with_name(out.name + ".retrain.json").write_text(text + "\n", encoding="utf-8")
    out.with_name(out.name + ".retrain.md").write_text(verdict.markdown(), encoding="utf-8")


def _as_table(one: Change) -> dict[str, Any]:
    own = one.paired
    return {
        "old": one.old.rounded, "new": one.new.rounded, "difference": own.effect.rounded,
        "p_better": round(own.p_better, 4), "p_worse": round(own.p_worse, 4), "passages": own.support,
        "documents": own.documents,
    }  # fmt: skip

"""A plan in words."""

from __future__ import annotations

from shlex import quote

from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.planning import ASSURANCE, Plan


def plan_lines(frame: Frame, plan: Plan, documents: int, beyond: bool, codebook: str = "") -> list[str]:
    """What to code, what that rests on, and the command that draws it (with `codebook` as the user gave it)."""
    share, margin = f"{100 * plan.expected:.1f} %", f"±{100 * plan.margin:g} points"
    source = f"{plan.piloted:,} coded passages" if plan.piloted else "the labeller's scores; a pilot sample is better"
    lines = [f"{plan.key}: expected share {share} (from {source})."]
    if plan.passages is None:
        more = "more documents" if documents or beyond else "a wider margin"
        lines.append(f"  To know it to {margin} is not possible with these documents: plan for {more}.")
        return lines
    total = len(frame.passages)
    lines.append(
        f"  To know it to {margin}, code about {plan.passages:,} of the {total:,} passages, in about "
        f"{plan.documents} documents (with that many, {ASSURANCE:.0%} of trial runs were as precise)."
    )
    if plan.plain is None:
        lines.append("  Without the labeller's help no number of passages would do.")
    else:
        lines.append(f"  Without the labeller's help it would take about {plan.plain:,}.")
    if documents or beyond:
        lines.append(f"  Reckoned with an intra-document correlation of {plan.correlation:.2f}.")
    option = f" --documents {documents}" if documents else ""
    option += f" --codebook {quote(codebook)}" if codebook else ""
    draw = f"scheidslijn shares draw {quote(frame.name)} -n {plan.passages} --code {plan.key}{option} -o sample.xlsx"
    lines.append(f"  {draw}")
    return lines

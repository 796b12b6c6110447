"""Whether learning from suggestions helped: the same cross-validation with and without, on what people coded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from scheidslijn.codebook import Codebook
from scheidslijn.measuring.compare import given_codes
from scheidslijn.measuring.paired import Paired, compare_given
from scheidslijn.training.crossing import Fitted, OutOfFold

MARGIN = 0.02
"""A loss in macro-F1 below this is taken for none."""
Finding = Literal["better", "not worse", "not shown", "worse"]


def effects(with_: Fitted, without: Fitted, known: OutOfFold, codebook: Codebook) -> dict[str, Paired]:
    """By dimension the macro-F1 with suggestions minus that without, paired and clustered by document.

    Both are of the best labeller of each dimension, on passages that people coded, of documents that the model that
    scored them did not learn from; nor from suggestions on them.
    """
    one, other = with_.cross["best"], without.cross["best"]
    found = {}
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        more, less = (given_codes(own, dimension, columns) for own in (one, other))
        pair = compare_given(dimension, more, less, known.targets[:, columns], known.documents)
        if pair is not None:
            found[dimension.name] = pair.macro
    return found


def finding(one: Paired) -> Finding:
    """What a difference permits to say: "not worse" when a loss of `MARGIN` or more is ruled out at 95 %."""
    if not one.effect.known:
        return "not shown"
    if one.effect.low > 0:
        return "better"
    if one.effect.high < 0:
        return "worse"
    return "not worse" if one.effect.low >= -MARGIN else "not shown"


def effect_lines(effect: Mapping[str, Paired]) -> list[str]:
    """What to tell; a dimension on which suggestions are not shown to be harmless is named as such."""
    words = {
        "better": "better", "not worse": "not worse", "worse": "worse: leave these suggestions out",
        "not shown": f"not shown to be no worse than {MARGIN} below",
    }  # fmt: skip
    lines = []
    for name, one in effect.items():
        difference = f"{one.effect.value:+.3f} ({one.effect.low:+.3f} to {one.effect.high:+.3f})"
        lines.append(f"  with suggestions, {name}: {difference} macro-F1, {words[finding(one)]}")
    return ["Cross-validated with and without suggestions:", *lines] if lines else []


def effect_facts(effect: Mapping[str, Paired]) -> dict[str, Any]:
    """The same for `model.toml`."""
    return {
        name: {"macro_f1": one.effect.rounded, "p_worse": round(one.p_worse, 4), "finding": finding(one)}
        for name, one in effect.items()
    }

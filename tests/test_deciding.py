"""Deciding: thresholds, one or many codes, abstention, and rules of the codebook."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from scheidslijn.codebook import Code, Codebook, Dimension
from scheidslijn.deciding import Verdict, decide, label_passages
from scheidslijn.labellers.base import Decision, Labeller
from scheidslijn.passage import Passage


def dimension(name: str, multi: bool, *codes: str) -> Dimension:
    return Dimension(name, name, name, multi, "?", tuple(Code(name, c, c, c, c) for c in codes))


THEMA, ROL = dimension("thema", True, "onderwijs", "bestuur"), dimension("rol", False, "ambitie", "overig")
BOOK = Codebook("proef", "1.0", (THEMA, ROL), fixed={"heading": {"rol": ("overig",)}})


def row(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


class Fixed:
    """A labeller that gives the scores it was made with."""

    name, version, codebook = "fixed", "fixed@1", BOOK

    def __init__(self, scores: NDArray[np.float32], decision: Decision | None = None) -> None:
        self._scores, self.decision = scores, decision or Decision()

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        return self._scores


def test_multi_label_takes_every_code_from_its_own_threshold_on() -> None:
    decision = Decision(thresholds={"thema.bestuur": 0.2})
    assert decide(THEMA, row(0.49, 0.2000001), decision).codes == ("bestuur",)
    assert decide(THEMA, row(0.1, 0.1), decision) == Verdict(())


def test_single_label_takes_the_best_and_abstains_below_its_level() -> None:
    assert decide(ROL, row(0.4, 0.6), Decision()).codes == ("overig",)
    assert decide(ROL, row(0.4, 0.6), Decision(abstain={"rol": 0.7})) == Verdict((), abstained=True)


def test_multi_label_abstains_when_all_of_it_is_probably_not_right_and_without_scores() -> None:
    unsure = row(0.4, 0.9)  # no and yes: 0.6 times 0.9 that both are right
    assert decide(THEMA, unsure, Decision(abstain={"thema": 0.55})).abstained
    assert decide(THEMA, unsure, Decision(abstain={"thema": 0.53})).codes == ("bestuur",)
    assert decide(THEMA, unsure, Decision({"thema.bestuur": 0.95}, {"thema": 0.07})).abstained
    assert decide(THEMA, row(1.0, 1.0), Decision({"thema.bestuur": 2.0})).codes == ("onderwijs",)
    assert decide(THEMA, row(np.nan, np.nan), Decision()).abstained


def test_a_heading_gets_what_the_codebook_fixes() -> None:
    passages = [Passage("1", "d", None, "Wonen", kind="heading"), Passage("2", "d", None, "Wij bouwen.")]
    labeller = Fixed(np.array([[0.9, 0.1, 0.9, 0.1], [0.9, 0.1, np.nan, np.nan]], dtype=np.float32))
    assert isinstance(labeller, Labeller)
    heading, other = label_passages(labeller, passages)
    assert heading.codes == {"thema": ("onderwijs",), "rol": ("overig",)} and heading.abstained == ()
    assert other.codes["rol"] == () and other.abstained == ("rol",) and "rol.ambitie" not in other.scores
    assert other.codebook == "proef@1.0" and other.model == "fixed@1"


def test_scores_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 2\), expected \(1, 4\)"):
        label_passages(Fixed(np.zeros((1, 2), dtype=np.float32)), [Passage("1", "d", None, "x")])

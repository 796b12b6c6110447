"""Thresholds and abstention reach the goal that was stated, or say that nothing does."""

from __future__ import annotations

import numpy as np
import pytest

from scheidslijn.deciding import decide
from scheidslijn.errors import ScheidslijnError
from scheidslijn.labellers.base import Decision
from scheidslijn.training.thresholds import (
    ALWAYS,
    NEVER,
    choose_abstention,
    choose_thresholds,
    decided_right,
    never_given,
    read_goal,
)


def scored(seed=0, size=4000):
    """Calibrated probabilities of three themes and two roles, with labels drawn from them."""
    generator = np.random.default_rng(seed)
    p = generator.beta(0.5, 2, (size, 5))
    p[:, 3] = generator.beta(0.7, 0.7, size)
    p[:, 4] = 1 - p[:, 3]
    y = (generator.random((size, 5)) < p).astype(np.float32)
    y[:, 4] = 1 - y[:, 3]
    return p.astype(np.float32), y, [str(n // 40) for n in range(size)]


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("f1", "f1", 0),
        (" Precision >= 0.9", "precision", 0.9),
        ("precision>=1", "precision", 1),
        ("precision>=.75", "precision", 0.75),
    ],
)
def test_goals_are_read(text, kind, level):
    goal = read_goal(text, ("f1", "precision"))
    assert (goal.kind, goal.level) == (kind, level) and read_goal(str(goal), ("f1", "precision")) == goal


@pytest.mark.parametrize(
    "text", ["", "recall>=0.9", "precision>=90", "precision>0.9", "accuracy>=0.9", "precision>=0.9x"]
)
def test_other_goals_are_refused(text):
    with pytest.raises(ScheidslijnError, match=r"expected f1 or precision>=0\.9"):
        read_goal(text, ("f1", "precision"))


@pytest.mark.parametrize("level", [0.5, 0.7, 0.9])
def test_precision_is_reached_on_new_documents_and_not_by_giving_next_to_nothing(tiny, level):
    found = choose_thresholds(*scored(0), tiny.TINY, goal=f"precision>={level}")
    assert set(found) == {"thema.wonen", "thema.school", "thema.zorg"} and not never_given(found)
    p, y, _ = scored(1, size=20_000)
    for number, key in enumerate(("thema.wonen", "thema.school", "thema.zorg")):
        given = p[:, number] >= found[key]
        assert y[given, number].mean() == pytest.approx(level, abs=0.06)
        lower = p[:, number] >= found[key] - 0.08
        assert y[lower, number].mean() < level + 0.02  # it is about the lowest that does


def test_a_code_that_no_threshold_makes_precise_is_never_given(tiny):
    p, y, documents = scored()
    y[:, 0] = np.random.default_rng(2).random(len(y)) < 0.3
    y[:, 1] = 0
    found = choose_thresholds(p, y, documents, tiny.TINY, goal="precision>=0.8")
    assert never_given(found) == ("thema.wonen", "thema.school") and found["thema.wonen"] == NEVER
    given = decide(tiny.TINY.dimensions[0], np.array([1.0, 1.0, 1.0], dtype=np.float32), Decision(found))
    assert given.codes == ("zorg",)


def test_one_document_is_no_ground_for_precision(tiny):
    p, y = np.full((40, 5), 0.1, dtype=np.float32), np.zeros((40, 5), dtype=np.float32)
    p[:8, 0], y[:8, 0] = 0.9, 1
    one = choose_thresholds(p, y, ["a"] * 8 + ["b"] * 32, tiny.TINY, goal="precision>=0.8")
    two = choose_thresholds(p, y, ["a"] * 5 + ["b"] * 35, tiny.TINY, goal="precision>=0.8")
    assert one["thema.wonen"] == NEVER and two["thema.wonen"] < 0.9


def decided(tiny, p, y, found, thresholds):
    """Share decided and share right of it by dimension, through `decide` itself."""
    out = {}
    for dimension in tiny.TINY.dimensions:
        columns = tiny.TINY.columns(dimension.name)
        names = [code.code for code in dimension.codes]
        verdicts = [decide(dimension, row, Decision(thresholds, found)) for row in p[:, columns]]
        truth = [{names[n] for n in np.flatnonzero(row >= 0.5)} for row in y[:, columns]]
        right = [set(v.codes) == t for v, t in zip(verdicts, truth, strict=True) if not v.abstained]
        out[dimension.name] = (len(right) / len(p), float(np.mean(right)) if right else float("nan"))
    return out


def test_abstention_reaches_its_accuracy_on_new_documents(tiny):
    thresholds = {"thema.wonen": 0.4}
    found = choose_abstention(*scored(0), tiny.TINY, thresholds, goal="accuracy>=0.85")
    p, y, _ = scored(1)
    before, after = decided(tiny, p, y, {}, thresholds), decided(tiny, p, y, found, thresholds)
    for dimension in ("thema", "rol"):
        assert before[dimension][1] < 0.8 and after[dimension][1] == pytest.approx(0.85, abs=0.04)
        assert 0.05 < after[dimension][0] < before[dimension][0] == 1


def test_a_share_to_abstain_is_kept(tiny):
    p, y, documents = scored(0)
    found = choose_abstention(p, y, documents, tiny.TINY, {}, goal="abstain<=0.2")
    for share, _ in decided(tiny, p, y, found, {}).values():
        assert 0.79 <= share <= 0.81
    assert choose_abstention(p, y, documents, tiny.TINY, {}, goal="abstain<=0")["rol"] <= 0.501


def test_an_accuracy_out_of_reach_is_always_abstained_from(tiny):
    p, y, documents = scored()
    y[:, 3] = np.random.default_rng(1).random(len(y)) < 0.5
    y[:, 4] = 1 - y[:, 3]
    found = choose_abstention(p, y, documents, tiny.TINY, {"thema.zorg": NEVER}, goal="accuracy>=0.95")
    assert found["rol"] == ALWAYS and decided(tiny, p, y, found, {})["rol"][0] == 0


def test_what_is_unknown_plays_no_part(tiny):
    p, y, documents = scored(size=200)
    y[:, 3:] = np.nan
    p[:, 0] = np.nan
    found = choose_abstention(p, y, documents, tiny.TINY, {}, goal="accuracy>=0.8")
    assert found == {} and decided_right(p, y, tiny.TINY.dimensions[0], tiny.TINY, {}) is None
    assert "thema.wonen" not in choose_thresholds(p, y, documents, tiny.TINY, goal="precision>=0.8")

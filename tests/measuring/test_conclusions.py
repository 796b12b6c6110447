"""What stays the same under all variants: hand-counted cases, and variants of which we know what they do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.codebook import Code, Dimension
from scheidslijn.measuring.agreement import agreement
from scheidslijn.measuring.conclusions import conclusions
from scheidslijn.measuring.ratings import Ratings

CODES = ("wonen", "school", "zorg")


def rated(values: np.ndarray, documents: list[str] | None = None, variants: tuple[str, ...] = ("a", "b")) -> Ratings:
    dimension = Dimension("d", "d", "d", True, "?", tuple(Code("d", code, code, code, code) for code in CODES))
    names = documents or [f"akkoord {row // 5}" for row in range(len(values))]
    return Ratings(dimension, variants, tuple(f"k{n}" for n in range(len(values))), tuple(names), values)


def alike(count: int = 40, seed: int = 1) -> np.ndarray:
    one = (np.random.default_rng(seed).random((count, 1, 3)) < (0.6, 0.3, 0.0)).astype(float)
    return np.concatenate([one, one], axis=1)


def test_two_equal_variants_keep_every_conclusion() -> None:
    found = conclusions(rated(alike()))
    assert found is not None and found.alpha.value == 1 and found.lowest == (("a", "b"), 1.0)
    assert all(one.spread == 0 for one in found.codes)
    assert [one.presence for one in found.codes] == ["present", "present", "absent"]
    assert found.order_kept == found.order_pairs == 3 and found.kept == found.compared and found.reversed == ()
    assert found.groups == 8 and set(found.first.values()) == {"wonen"}


def test_shares_and_spread_are_counted_on_passages_that_all_answered() -> None:
    values = alike()
    values[:10, 1] = np.nan
    values[10:20, 1, 2] = 1  # the second variant sees zorg in ten passages
    ratings = rated(values)
    found = conclusions(ratings)
    assert found is not None and (found.passages, found.left_out) == (30, 10)
    zorg = found.codes[2]
    assert zorg.given == {"a": 0, "b": 10} and zorg.spread == pytest.approx(1 / 3) and zorg.presence == "depends"
    assert zorg.shares["b"].value == pytest.approx(1 / 3) and zorg.shares["b"].known
    assert found.alpha.value == pytest.approx(agreement(ratings).alpha_masi.value)  # type: ignore[union-attr]


def test_an_order_that_turns_around_and_one_that_is_a_tie() -> None:
    values = np.zeros((20, 2, 3))
    values[:8, 0, 0] = values[:4, 0, 1] = 1  # a: wonen 8, school 4, zorg 4
    values[:4, 0, 2] = 1
    values[:4, 1, 0] = values[:8, 1, 1] = 1  # b: wonen 4, school 8, zorg 4
    values[:4, 1, 2] = 1
    found = conclusions(rated(values))
    assert found is not None and found.order_pairs == 3
    assert found.order_kept == 2  # wonen–school is turned; wonen–zorg and school–zorg only become a tie
    assert found.first == {"a": "wonen", "b": "school"}


def test_a_comparison_of_towns_that_turns_around_is_named() -> None:
    towns = ["Waterrade"] * 10 + ["Duinhorst"] * 10 + ["Elzenbroek"] * 2
    values = np.zeros((22, 3, 3))
    values[:5, :2, 0] = 1  # two variants: half of Waterrade, nothing of Duinhorst
    values[10:14, 2, 0] = 1  # the third the other way round
    found = conclusions(rated(values, towns, ("a", "b", "c")))
    assert found is not None and found.groups == 2  # two passages of Elzenbroek are no group
    assert found.compared == 1 and found.kept == 0
    (turned,) = found.reversed
    assert (turned.code, {turned.one, turned.other}) == ("wonen", {"Waterrade", "Duinhorst"})
    assert turned.lowest == ("c", pytest.approx(-0.4)) and turned.highest[1] == pytest.approx(0.5)


def test_passages_without_the_fact_are_in_no_group() -> None:
    found = conclusions(rated(alike()), ["Waterrade"] * 20 + [""] * 20)
    assert found is not None and found.groups == 1 and found.compared == 0


def test_one_variant_or_nothing_in_common_is_nothing_to_compare() -> None:
    assert conclusions(rated(alike()[:, :1], variants=("a",))) is None
    values = alike()
    values[:20, 0] = np.nan
    values[20:, 1] = np.nan
    assert conclusions(rated(values)) is None


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), variants=st.integers(2, 4), count=st.integers(1, 40))
def test_the_parts_add_up_whatever_was_said(seed: int, variants: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    values = (draw.random((count, variants, 3)) < draw.random(3)).astype(float)
    names = tuple(f"v{n}" for n in range(variants))
    found = conclusions(rated(values, [f"d{draw.integers(0, 4)}" for _ in range(count)], names))
    assert found is not None and found.kept + len(found.reversed) <= found.compared
    assert 0 <= found.order_kept <= found.order_pairs == 3
    for one in found.codes:
        assert one.spread == pytest.approx((max(one.given.values()) - min(one.given.values())) / count)

"""How a queue is divided over reasons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.errors import ScheidslijnError
from scheidslijn.queueing.mix import DEFAULT, ROUTES, divided, parse_mix


def test_the_default_adds_up_and_has_a_lot():
    assert sum(DEFAULT.values()) == pytest.approx(1)
    assert DEFAULT["random"] >= 0.1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "gives no route any share"),
        ("random=0.05,uncertain=0.95", "random is 5%"),
        ("uncertain=1", "random is 0%"),
        ("random=0.5,luck=0.5", "'luck' is no route"),
        ("random=0.5,random=0.5", "'random' is named twice"),
        ("random=half", "needs a number"),
        ("random=-1", "needs a number"),
        ("random=nan", "needs a number"),
        ("random", "needs a number"),
    ],
)
def test_a_mix_that_cannot_be_is_told(text, message):
    with pytest.raises(ScheidslijnError, match=message) as error:
        parse_mix(text)
    assert "\n" not in str(error.value)


@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    st.integers(0, 500),
    st.sets(st.sampled_from(ROUTES)),
)
def test_parts_add_up_and_only_able_routes_get_any(shares, number, able):
    mix = dict(zip(ROUTES, shares, strict=True))
    numbers = divided(mix, number, able)
    assert set(numbers) <= able
    assert all(count >= 0 for count in numbers.values())
    usable = sum(mix[route] for route in able)
    assert sum(numbers.values()) == (number if usable > 0 else 0)
    for route, count in numbers.items():
        assert abs(count - number * mix[route] / usable) < 1

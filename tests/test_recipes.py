"""Recipes: unknown keys and wrong kinds are refused by name, every value can be set by hand, tables go both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.recipes import RecipeError, as_table, demand, make_recipe, read_recipe


@dataclass(frozen=True, slots=True)
class Part:
    share: float = 0.5
    words: tuple[int, int] = (1, 2)
    names: tuple[str, ...] = ()
    rule: Literal["majority", "soft"] = "majority"
    on: bool = False

    def __post_init__(self) -> None:
        demand(0 <= self.share <= 1, "share", self.share, "0 to 1")


@dataclass(frozen=True, slots=True)
class Whole:
    data: Part = field(default_factory=Part)
    seed: int = 0
    parts: tuple[Part, ...] = ()


def read(tmp_path, text, *settings):
    (tmp_path / "r.toml").write_text(text)
    return read_recipe(tmp_path / "r.toml", Whole, settings)


def test_a_file_and_settings_make_a_recipe(tmp_path):
    text = "seed = 3\n[data]\nshare = 1\nnames = ['a']\n[[parts]]\non = true\n"
    found = read(tmp_path, text, "data.rule=soft", "data.words=[1, 3]", "seed = 4")
    assert found == Whole(Part(1.0, (1, 3), ("a",), "soft"), 4, (Part(on=True),))


@pytest.mark.parametrize(
    ("text", "settings", "says"),
    [
        ("[data]\nshares = 3", (), r"r\.toml: data\.shares is 3; expected one of the keys share, words"),
        ("[thee]\n", (), "thee is {}; expected one of the keys data, seed, parts"),
        ("[data]\nshare = 'veel'", (), "data.share is 'veel'; expected a value of type float"),
        ("[data]\nwords = [1]", (), r"data.words is \[1\]; expected a list of 2"),
        ("[data]\nshare = 2", (), "share is 2.0; expected 0 to 1"),
        ("[data", (), "is no readable TOML recipe"),
        ("", ("data.rule=vote",), "data.rule is 'vote'; expected one of majority, soft"),
        ("", ("share",), "setting is 'share'; expected table.key=value"),
        ("seed = 1", ("seed.x=1",), "a key of a table; 'seed' is a value"),
        ("seed = true", (), "seed is True; expected a value of type int"),
    ],
)
def test_bad_recipes(tmp_path, text, settings, says):
    with pytest.raises(RecipeError, match=says):
        read(tmp_path, text, *settings)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RecipeError, match=r"none\.toml: is no readable TOML recipe"):
        read_recipe(tmp_path / "none.toml", Whole)


parts = st.builds(
    Part,
    share=st.floats(0, 1),
    words=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    names=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    rule=st.sampled_from(["majority", "soft"]),
    on=st.booleans(),
)


@given(st.builds(Whole, data=parts, seed=st.integers(-99, 99), parts=st.lists(parts, max_size=2).map(tuple)))
def test_tables_go_both_ways(recipe):
    assert make_recipe(Whole, as_table(recipe)) == recipe

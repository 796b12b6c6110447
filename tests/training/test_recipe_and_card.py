"""Recipes refuse what they do not know, and the card says what the facts say."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheidslijn.errors import ScheidslijnError
from scheidslijn.training.card import model_card
from scheidslijn.training.recipe import ModelRecipe, read_recipe

RECIPES = Path(__file__).parents[2] / "training" / "recipes"


def test_the_shipped_recipe_is_read():
    recipe = read_recipe(RECIPES / "compact-1.toml")
    assert recipe.coded.window == recipe.proxies.window
    assert recipe.as_tables()["tfidf"]["features"] > 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[data]\nfold = 3", r"\[data\]: unknown key 'fold'; known are folds"),
        ("[thee]\n", "unknown table 'thee'"),
        ("[tfidf]\nc = 'veel'", "c is 'veel', expected a value such as 0.3"),
        ("[tfidf", "cannot be read as a recipe"),
    ],
)
def test_bad_recipes(tmp_path, text, says):
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(ScheidslijnError, match=says):
        read_recipe(tmp_path / "r.toml")
    with pytest.raises(ScheidslijnError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")


def test_whole_numbers_and_lists_are_taken(tmp_path):
    (tmp_path / "r.toml").write_text("[tfidf]\nc = 1\nwords = [1, 1]\n")
    assert read_recipe(tmp_path / "r.toml").tfidf.words == (1, 1)
    assert read_recipe(tmp_path / "r.toml").tfidf.c == 1.0


def test_card_shows_every_labeller_and_says_proxy():
    score = {"macro_f1": [0.5, 0.4, 0.6], "overall": [0.6, 0.5, 0.7], "calibration_error": 0.03, "passages": 9,
             "codes": {"school": [0.5, 0.4, 0.6]}, "support": {"school": 4, "zorg": 0}}  # fmt: skip
    paired = {"encoder_minus_tfidf": [0.1, 0.0, 0.2]}
    table = {"thema": {name: score for name in ("terms", "tfidf", "encoder", "best")} | paired}
    facts = {
        "name": "klein-1", "codebook": "klein@1.0", "base": "compact", "command": "python maak.py",
        "best": {"thema": "tfidf"}, "encoder": {"window": 128, "overlap": 32}, "recipe": ModelRecipe().as_tables(),
        "packages": {"numpy": "2"}, "data": {"labelled/x.gz": "0" * 64},
        "scores": {"test": table, "cross": table, "proxy": {"marpor": score | {"documents": 3} | table["thema"]}},
        "int8": {"passages": 9, "passages_changed": 0.01, "labels_changed": 0.001, "mean_difference": 0.0,
                 "largest_difference": 0.1},
        "notes": {"coded": "C", "proxy": "P", "data": "D", "weaknesses": ["zwak"]},
    }  # fmt: skip
    card = model_card(facts)
    assert "Samenvatting" in card and "are a proxy" in card and "- zwak" in card
    assert "| thema | terms | 0.500 (0.400 to 0.600)" in card
    assert "encoder − tfidf" in card and "`thema.zorg`" in card

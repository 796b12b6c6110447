from __future__ import annotations

from pathlib import Path

import pytest

from scheidslijn.pretraining.recipe import Recipe, RecipeError, Stage, read_recipe

RECIPES = Path(__file__).parents[2] / "training" / "recipes"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(RECIPES.glob("pretrain-*.toml")), ids=lambda path: path.stem)
def test_every_recipe_of_the_repository_is_valid(path: Path) -> None:
    assert read_recipe(path).training.stages[-1].until == 1


def test_an_empty_recipe_is_the_default(tmp_path: Path) -> None:
    assert read_recipe(written(tmp_path, "")) == Recipe()


def test_tables_and_lists_of_tables_are_read(tmp_path: Path) -> None:
    recipe = read_recipe(
        written(
            tmp_path,
            "[corpus]\nleft_out_years = [2012]\n[[corpus.sources]]\nname = 'wet'\nweight = 1\n"
            "[training]\n[[training.stages]]\nlength = 32\nbatch = 2\n",
        )
    )
    assert recipe.corpus.left_out_years == (2012,)
    assert (recipe.corpus.sources[0].name, recipe.corpus.sources[0].weight) == ("wet", 1.0)
    assert recipe.training.stages == (Stage(32, 2, 1.0),)


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("[training]\nlearning_rat = 1.0", "training.learning_rat"),
        ("[encoder]\nhidden = 'breed'", "encoder.hidden is 'breed'"),
        ("[encoder]\nhidden = 30\nheads = 4", "a multiple of heads"),
        ("[[corpus.sources]]\nweight = 1.0", "corpus.sources"),
        ("[masking]\nshare = 1.5", "masking.share is 1.5"),
        ("[masking]\nmasked = 0.8\nrandom = 0.3", "masking.random"),
        ("[training]\nstages = []", "at least one stage"),
        ("[[training.stages]]\nlength = 500\nbatch = 2", "8-128"),
        ("[[training.stages]]\nlength = 64\nbatch = 2\nuntil = 0.5", "end at 1"),
        ("[training]\nwarmup = 0.5\nlevel = 0.2", "training.level"),
        ("[training]\nmax_minutes = 0", "training.max_minutes"),
        ("[tokenizer]\nvocabulary = 70000", "100-65535"),
        ("corpus = 3", "corpus is 3"),
        ("not toml", "no readable TOML"),
    ],
)
def test_a_fault_names_the_key_and_the_file(tmp_path: Path, text: str, telling: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RecipeError) as fault:
        read_recipe(path)
    assert telling in str(fault.value)
    assert str(path) in str(fault.value)

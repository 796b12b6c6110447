"""The recipe of `train`: what is taken of the data, and how each part of the model is fitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scheidslijn import recipes
from scheidslijn.annotations.merging import Rule
from scheidslijn.recipes import demand
from scheidslijn.shipped import shipped_names, shipped_path
from scheidslijn.training.calibrators import METHODS
from scheidslijn.training.fit_tfidf import TfidfRecipe
from scheidslijn.training.thresholds import read_goal
from scheidslijn.training.tuning import FewRecipe, FineTuneRecipe


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """What is taken of the coded passages.

    Attributes:
        merge: how several coders become one label; see `annotations.merging`.
        test: share of the passages, in whole documents, that is kept for the last measurement; 0 keeps none.
        least_documents: with fewer documents nothing is kept for testing, and the model is only cross-validated.
        replay: of a model that is trained on, so many old passages are learned from again for each new one.
        folds: parts the other documents are split into; every part is scored by a model that did not see it.
        seed: of the split.
    """

    merge: Rule = "adjudicated"
    test: float = 0.2
    least_documents: int = 10
    replay: float = 2.0
    folds: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        demand(0 <= self.test < 0.9, "test", self.test, "a share, 0 to 0.9")
        demand(self.replay >= 0, "replay", self.replay, "0 or more")
        demand(self.folds >= 2, "folds", self.folds, "2 or more")


@dataclass(frozen=True, slots=True)
class CalibrationRecipe:
    """How scores become probabilities, and these labels; all of it is chosen on documents held apart.

    Attributes:
        methods: of calibration to choose from, per dimension by log loss.
        thresholds: what a threshold is chosen for: `f1`, or `precision>=0.9`, below which a code is never given.
        abstain: when to abstain: `accuracy>=0.9` of what is decided, `abstain<=0.2` of the passages, or "" for never.
    """

    methods: tuple[str, ...] = METHODS
    thresholds: str = "f1"
    abstain: str = ""

    def __post_init__(self) -> None:
        known = ", ".join(METHODS)
        demand(bool(self.methods) and set(self.methods) <= set(METHODS), "methods", self.methods, f"some of {known}")
        read_goal(self.thresholds, ("f1", "precision"))
        if self.abstain:
            read_goal(self.abstain, ("accuracy", "abstain"))


@dataclass(frozen=True, slots=True)
class TrainRecipe:
    """How a model is made. Tables of the TOML file are the fields."""

    data: DataRecipe = field(default_factory=DataRecipe)
    encoder: FineTuneRecipe = field(default_factory=FineTuneRecipe)
    tfidf: TfidfRecipe = field(default_factory=TfidfRecipe)
    few: FewRecipe = field(default_factory=FewRecipe)
    calibration: CalibrationRecipe = field(default_factory=CalibrationRecipe)


def find_recipe(name_or_path: str, settings: tuple[str, ...] = ()) -> TrainRecipe:
    """Read a recipe, given by shipped name or path, with single values replaced (`encoder.epochs=2`).

    Raises:
        RecipeError: it cannot be read, or a key or value is not right.
        ScheidslijnError: there is no such recipe; the message lists the shipped ones.
    """
    path = Path(name_or_path)
    if name_or_path in shipped_names("recipes") or not path.is_file():
        path = shipped_path("recipes", name_or_path)
    return recipes.read_recipe(path, TrainRecipe, settings)

"""From scores of passages that a model did not see to everything that decides: calibration, thresholds, blend, best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.base import Decision
from scheidslijn.labellers.blend import Blend
from scheidslijn.labellers.terms import TermScan
from scheidslijn.measuring.compare import Scored
from scheidslijn.measuring.side_by_side import choose_best, merge
from scheidslijn.passage import Passage
from scheidslijn.training.calibrate import Calibrated, choose_calibration, fit_calibration
from scheidslijn.training.fit_blend import cross_fitted_logits, fit_blend
from scheidslijn.training.recipe import CalibrationRecipe
from scheidslijn.training.thresholds import choose_abstention, choose_thresholds

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What each labeller said of passages it was not trained on.

    Attributes:
        logits: by name ("tfidf", "encoder"), shape `(passages, codes)`, NaN where a labeller has nothing to say.
        terms: probabilities of the term scan, same shape.
        targets: what is known, same shape, NaN where unknown.
        documents: of each passage.
        fold: of each passage; documents lie in one.
    """

    logits: Mapping[str, Floats]
    terms: NDArray[np.float32]
    targets: NDArray[np.float32]
    documents: tuple[str, ...]
    fold: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """How scores become labels.

    Attributes:
        settings: by name of a labeller its calibration and decision.
        blend, blend_decision: of the blend of all of them.
        best: by dimension the labeller with the best macro-F1 out of fold.
        cross: what each labeller makes of the passages out of fold, "blend" and "best" included.
        calibration: by name of a labeller and dimension what calibration did, as plain values for `model.toml`.
    """

    settings: Mapping[str, tuple[Calibration, Decision]]
    blend: Blend
    blend_decision: Decision
    best: Mapping[str, str]
    cross: Mapping[str, Scored]
    calibration: Mapping[str, Any] = field(default_factory=dict)

    def without(self, part: str, instead: str) -> Fitted:
        """The same with one labeller less; a dimension that was best served by it goes to another."""
        settings = {name: own for name, own in self.settings.items() if name != part}
        weights = {name: own for name, own in self.blend.weights.items() if name != part}
        best = {dimension: instead if name == part else name for dimension, name in self.best.items()}
        return replace(self, settings=settings, blend=replace(self.blend, weights=weights), best=best)

    def as_tables(self) -> dict[str, dict[str, Any]]:
        """The settings as the tables of `model.toml`, by component."""
        tables = {name: as_settings(*own) for name, own in self.settings.items()}
        own = Calibration(offset=self.blend.offset, knots=self.blend.knots)
        tables["blend"] = {
            "weights": rounded(self.blend.weights),
            "offset": {},
            **as_settings(own, self.blend_decision),
        }
        return tables

    def scored(self, logits: Mapping[str, Floats], terms: Scored, codebook: Codebook) -> dict[str, Scored]:
        """What every labeller, "blend" and "best" included, makes of other passages."""
        made = {"terms": terms} | {
            name: Scored(self.settings[name][0].probabilities(z, codebook), self.settings[name][1])
            for name, z in logits.items()
        }
        parts = {name: one.probabilities for name, one in made.items()}
        made["blend"] = Scored(self.blend.probabilities(parts, codebook), self.blend_decision)
        made["best"] = merge(made, self.best, codebook)
        return made


def scan(codebook: Codebook, texts: Sequence[str]) -> Scored:
    """What the term scan makes of texts."""
    labeller = TermScan(codebook)
    return Scored(labeller.scores([Passage(str(i), "", None, text) for i, text in enumerate(texts)]), labeller.decision)


def fit_on(known: OutOfFold, codebook: Codebook, recipe: CalibrationRecipe | None = None) -> Fitted:
    """Fit calibration, thresholds, abstention and blend, and choose the best labeller of every dimension.

    The blend is calibrated over its own cross-fitted logits, so that its probabilities too come from documents that had
    no say in them.
    """
    recipe = recipe or CalibrationRecipe()
    documents = list(known.documents)

    def fit(logits: Floats) -> tuple[Calibrated, Decision]:
        own = choose_calibration(logits, known.targets, documents, codebook, methods=recipe.methods)
        return own, decision_on(own.out_of_fold, known.targets, documents, codebook, recipe)

    fits = {name: fit(z) for name, z in known.logits.items()}
    cross = {name: Scored(own.out_of_fold, decision) for name, (own, decision) in fits.items()}
    cross["terms"] = Scored(known.terms, TermScan(codebook).decision)
    parts = {name: cross[name].probabilities for name in ("terms", *known.logits)}
    own, decision = fit(cross_fitted_logits(parts, known.targets, known.fold, codebook))
    cross["blend"] = Scored(own.out_of_fold, decision)
    best = choose_best(cross, known.targets, documents, codebook)
    cross["best"] = merge(cross, best, codebook)
    blend = fit_blend(parts, known.targets, codebook).calibrated(own.calibration)
    done = {name: one.as_tables() for name, (one, _) in fits.items()} | {"blend": own.as_tables()}
    settings = {name: (one.calibration, decided) for name, (one, decided) in fits.items()}
    return Fitted(settings, blend, decision, best, cross, done)


def decision_on(
    probabilities: NDArray[np.float32], targets: NDArray[np.float32], documents: list[str], codebook: Codebook,
    recipe: CalibrationRecipe,
) -> Decision:  # fmt: skip
    """Thresholds, and where the recipe asks for it abstention, on probabilities of documents held apart."""
    thresholds = choose_thresholds(probabilities, targets, documents, codebook, goal=recipe.thresholds)
    if not recipe.abstain:
        return Decision(thresholds)
    levels = choose_abstention(probabilities, targets, documents, codebook, thresholds, goal=recipe.abstain)
    return Decision(thresholds, levels)


def calibrated(
    logits: Floats, targets: NDArray[np.float32], documents: list[str], codebook: Codebook
) -> tuple[Calibration, Decision]:
    """Platt's calibration, and thresholds for F1, from logits of passages that the model did not see."""
    calibration = fit_calibration(logits, targets, codebook)
    probabilities = calibration.probabilities(logits, codebook)
    return calibration, Decision(choose_thresholds(probabilities, targets, documents, codebook))


def as_settings(calibration: Calibration, decision: Decision) -> dict[str, Any]:
    """Calibration, thresholds and abstention as tables of `model.toml`."""
    return calibration.as_tables() | {"thresholds": dict(decision.thresholds), "abstain": dict(decision.abstain)}


def rounded(tables: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The same tables with six decimals."""
    return {name: {key: round(value, 6) for key, value in table.items()} for name, table in tables.items()}

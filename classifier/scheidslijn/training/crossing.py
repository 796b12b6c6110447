"""From scores of passages that a model did not see to everything that decides: calibration, thresholds, blend, best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from scheidslijn.training.calibrate import choose_thresholds, fit_calibration
from scheidslijn.training.fit_blend import cross_fitted, fit_blend

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
    """

    settings: Mapping[str, tuple[Calibration, Decision]]
    blend: Blend
    blend_decision: Decision
    best: Mapping[str, str]
    cross: Mapping[str, Scored]

    def as_tables(self) -> dict[str, dict[str, Any]]:
        """The settings as the tables of `model.toml`, by component."""
        tables = {name: as_settings(*own) for name, own in self.settings.items()}
        tables["blend"] = {
            "weights": rounded(self.blend.weights), "offset": rounded({"": self.blend.offset})[""],
            "thresholds": dict(self.blend_decision.thresholds),
        }  # fmt: skip
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


def fit_on(known: OutOfFold, codebook: Codebook) -> Fitted:
    """Fit calibration, thresholds and blend, and choose the best labeller of every dimension."""
    documents = list(known.documents)
    settings = {name: calibrated(z, known.targets, documents, codebook) for name, z in known.logits.items()}
    cross = {name: Scored(own[0].probabilities(known.logits[name], codebook), own[1]) for name, own in settings.items()}
    cross["terms"] = Scored(known.terms, TermScan(codebook).decision)
    parts = {name: cross[name].probabilities for name in ("terms", *known.logits)}
    blended = cross_fitted(parts, known.targets, known.fold, codebook)
    decision = Decision(choose_thresholds(blended, known.targets, documents, codebook))
    cross["blend"] = Scored(blended, decision)
    best = choose_best(cross, known.targets, documents, codebook)
    cross["best"] = merge(cross, best, codebook)
    return Fitted(settings, fit_blend(parts, known.targets, codebook), decision, best, cross)


def calibrated(
    logits: Floats, targets: NDArray[np.float32], documents: list[str], codebook: Codebook
) -> tuple[Calibration, Decision]:
    """Calibration and thresholds from logits of passages that the model did not see."""
    calibration = fit_calibration(logits, targets, codebook)
    probabilities = calibration.probabilities(logits, codebook)
    return calibration, Decision(choose_thresholds(probabilities, targets, documents, codebook))


def as_settings(calibration: Calibration, decision: Decision) -> dict[str, Any]:
    """Calibration and thresholds as tables of `model.toml`."""
    tables = rounded({"scale": calibration.scale, "offset": calibration.offset})
    return tables | {"thresholds": dict(decision.thresholds), "abstain": dict(decision.abstain)}


def rounded(tables: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The same tables with six decimals."""
    return {name: {key: round(value, 6) for key, value in table.items()} for name, table in tables.items()}

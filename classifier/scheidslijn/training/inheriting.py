"""What a retrained model takes over from the old one, where the new passages are too few to fit it anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.base import Decision
from scheidslijn.labellers.blend import Blend
from scheidslijn.model_folder import ModelFolder
from scheidslijn.training.crossing import Fitted, OutOfFold
from scheidslijn.training.growing import Change

V = TypeVar("V")
LEAST_YES = 20
"""A code with fewer passages out of fold keeps its calibration and threshold: chosen on a handful they are luck."""
LEAST_PASSAGES = 100
"""A single-label dimension with fewer keeps its calibration, and every dimension its best labeller."""


def inherited(fitted: Fitted, known: OutOfFold, folder: ModelFolder, codebook: Codebook, change: Change) -> Fitted:
    """Put the old settings in the place of new ones that rest on too little; codes that are new keep the new."""
    keep = thin_keys(known.targets, codebook) & set(change.back)
    names = {name for name in fitted.settings if name in folder.facts}
    settings = dict(fitted.settings)
    for name in names:
        calibration, decision = fitted.settings[name]
        settings[name] = (
            _calibration(calibration, folder.calibration(name), keep, change),
            _decision(decision, folder.decision(name), keep, change),
        )
    blend, decision = fitted.blend, fitted.blend_decision
    if "blend" in folder.facts:
        before = folder.facts["blend"]["weights"]
        weights = {
            part: _mixed(blend.weights.get(part, {}), before.get(part, {}), keep, change)
            for part in sorted({*blend.weights, *before})
        }
        own = _calibration(Calibration({}, blend.offset, blend.knots), folder.calibration("blend"), keep, change)
        blend = Blend(weights, own.offset, own.knots)
        decision = _decision(decision, folder.decision("blend"), keep, change)
    return replace(
        fitted, settings=settings, blend=blend, blend_decision=decision, best=_best(fitted, known, folder, codebook)
    )


def thin_keys(targets: NDArray[np.float32], codebook: Codebook) -> set[str]:
    """Keys whose settings cannot be fitted on these passages."""
    thin: set[str] = set()
    for dimension in codebook.dimensions:
        own = targets[:, codebook.columns(dimension.name)]
        if dimension.multi:
            yes = (own >= 0.5).sum(axis=0)
            thin |= {code.key for code, count in zip(dimension.codes, yes, strict=True) if count < LEAST_YES}
        elif np.isfinite(own).all(axis=1).sum() < LEAST_PASSAGES:
            thin |= {code.key for code in dimension.codes}
    return thin


def _best(fitted: Fitted, known: OutOfFold, folder: ModelFolder, codebook: Codebook) -> dict[str, str]:
    best = dict(fitted.best)
    for dimension in codebook.dimensions:
        coded = np.isfinite(known.targets[:, codebook.columns(dimension.name)]).any(axis=1).sum()
        old = folder.facts["best"].get(dimension.name)
        if old is not None and (coded < LEAST_PASSAGES or dimension.name not in best):
            best[dimension.name] = old
    return {dimension.name: best[dimension.name] for dimension in codebook.dimensions if dimension.name in best}


def _calibration(new: Calibration, old: Calibration, keep: set[str], change: Change) -> Calibration:
    return Calibration(
        _mixed(new.scale, old.scale, keep, change),
        _mixed(new.offset, old.offset, keep, change),
        _mixed(new.knots, old.knots, keep, change),
    )


def _decision(new: Decision, old: Decision, keep: set[str], change: Change) -> Decision:
    return Decision(_mixed(new.thresholds, old.thresholds, keep, change), new.abstain)


def _mixed(new: Mapping[str, V], old: Mapping[str, V], keep: set[str], change: Change) -> dict[str, V]:
    """The new values, but for the keys to keep those of the old model under their new names."""
    mixed = {key: value for key, value in new.items() if key not in keep}
    return mixed | {key: old[change.back[key]] for key in sorted(keep) if change.back[key] in old}

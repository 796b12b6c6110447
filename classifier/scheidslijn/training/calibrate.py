"""Calibration, fitted on documents the model was not trained on: per head the method that does best on unseen ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook, Dimension
from scheidslijn.measuring.calibration_error import CalibrationError, calibration_error
from scheidslijn.splits import make_folds
from scheidslijn.training.calibrators import METHODS, fit_head, log_loss
from scheidslijn.training.thresholds import choose_thresholds as choose_thresholds  # it used to live here

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeadCalibration:
    """How one head was calibrated, and what came of it on documents that neither fit nor choice had seen.

    Attributes:
        method: one of `METHODS`, chosen on all documents given; what is shipped.
        losses: by method the log loss per label on held-apart documents, lower is better.
        before, after: calibration error of the raw and of the calibrated probabilities. For `after` method and fit were
            chosen without the document in question, so it is what to expect elsewhere.
    """

    method: str
    losses: Mapping[str, float]
    before: CalibrationError
    after: CalibrationError

    def as_table(self) -> dict[str, Any]:
        """Plain values for `calibration.<component>.<dimension>` of `model.toml`."""
        return {
            "method": self.method, "log_loss": {name: round(value, 4) for name, value in self.losses.items()},
            "before": self.before.as_table(), "after": self.after.as_table(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration, with what it does by dimension, and out-of-fold probabilities `(passages, codes)`.

    `out_of_fold` holds for every passage what a calibration makes of it that was chosen and fitted on other documents;
    thresholds and abstention are to be chosen on these.
    """

    calibration: Calibration
    heads: Mapping[str, HeadCalibration]
    out_of_fold: NDArray[np.float32]

    def as_tables(self) -> dict[str, Any]:
        """By dimension plain values for `model.toml`."""
        return {name: own.as_table() for name, own in self.heads.items()}


def fit_calibration(
    logits: Floats, targets: NDArray[np.float32], codebook: Codebook, least: int = 5, method: str = "platt"
) -> Calibration:
    """Fit one method on all passages given.

    Args:
        logits: of held-apart passages, shape `(passages, codes)`, NaN for codes that are not scored.
        targets: what is known of them, same shape, NaN where unknown.
        least: a multi-label code with fewer known yes or no, and a single-label dimension with fewer known passages
            than ten times this, keeps scale 1 and offset 0.
        method: one of `METHODS`; "platt" is a scale and an offset per code, for single-label dimensions one scale and
            an offset per class (vector scaling).
    """
    return _joined([fit_head(method, logits, targets, one, codebook, least) for one in codebook.dimensions])


def choose_calibration(
    logits: Floats, targets: NDArray[np.float32], documents: Sequence[str], codebook: Codebook, *,
    methods: Sequence[str] = METHODS, folds: int = 5, least: int = 5, draws: int = 1000, seed: int = 0,
) -> Calibrated:  # fmt: skip
    """Choose per head the method with the lowest log loss on held-apart documents, and fit it on all.

    What is reported as `after` is nested: the choice itself is made anew without each fold, so no figure comes from a
    passage that had a say in it.

    Args:
        logits: of passages the model was not trained on, shape `(passages, codes)`, NaN for codes that are not scored.
        targets: what is known of them, same shape, NaN where unknown.
        documents: of each passage; with fewer than two of them nothing can be held apart, and "platt" is taken.
        methods: what to choose from; earlier ones win ties.
        folds: of documents, fewer when there are fewer documents.
        least: as in `fit_calibration`.
        draws, seed: of the intervals and folds.
    """
    out = Calibration().probabilities(logits, codebook)
    fitted, heads = [], {}
    for dimension in codebook.dimensions:
        columns = codebook.columns(dimension.name)
        known = np.isfinite(logits[:, columns]).all(axis=1) & np.isfinite(targets[:, columns]).any(axis=1)
        if not known.any():
            continue
        head = _Head(logits[known], targets[known], [documents[int(row)] for row in np.flatnonzero(known)], dimension,
                     codebook, tuple(methods), folds, least, seed)  # fmt: skip
        method, losses = head.choice(np.arange(known.sum()))
        fitted.append(fit_head(method, logits[known], targets[known], dimension, codebook, least))
        before = out[known][:, columns]
        after = head.cross_fitted()
        out[np.ix_(known, np.arange(len(codebook.keys))[columns])] = after
        seen = (targets[known][:, columns], head.documents)
        errors = [calibration_error(p, *seen, multi=dimension.multi, draws=draws, seed=seed) for p in (before, after)]
        if errors[0] is not None and errors[1] is not None:
            heads[dimension.name] = HeadCalibration(method, losses, errors[0], errors[1])
    return Calibrated(_joined(fitted), heads, out)


@dataclass(frozen=True, slots=True)
class _Head:
    """The passages of one head, for choosing and fitting on some of them."""

    logits: Floats
    targets: NDArray[np.float32]
    documents: list[str]
    dimension: Dimension
    codebook: Codebook
    methods: tuple[str, ...]
    folds: int
    least: int
    seed: int

    def choice(self, rows: NDArray[np.int64]) -> tuple[str, dict[str, float]]:
        """The best method on some rows, and the held-apart log loss of each."""
        if len({self.documents[row] for row in rows}) < 2:
            return ("platt" if "platt" in self.methods else self.methods[0]), {}
        same = {"vector"} if self.dimension.multi and "platt" in self.methods else set()  # there the two are one
        methods = [one for one in self.methods if one not in same]
        fold = self._fold(rows)
        made = {method: self._held_apart(rows, fold, method) for method in methods}
        columns = self.codebook.columns(self.dimension.name)
        truth = self.targets[rows][:, columns].astype(np.float64)
        losses = {method: log_loss(p.astype(np.float64), truth, self.dimension.multi) for method, p in made.items()}
        return min(losses, key=lambda one: losses[one]), losses

    def cross_fitted(self) -> NDArray[np.float32]:
        """Probabilities of the head, `(passages, codes)`, each from a choice and a fit on other documents."""
        rows = np.arange(len(self.documents))
        return self._held_apart(rows, self._fold(rows), None)

    def _held_apart(
        self, rows: NDArray[np.int64], fold: NDArray[np.int64], method: str | None
    ) -> NDArray[np.float32]:  # fmt: skip
        """Probabilities of rows from fits on the other folds; None chooses the method there too."""
        columns = self.codebook.columns(self.dimension.name)
        out = np.empty((len(rows), columns.stop - columns.start), dtype=np.float32)
        for number in np.unique(fold):
            others = rows[fold != number] if len(np.unique(fold)) > 1 else rows
            own = rows[fold == number]
            chosen = method or self.choice(others)[0]
            made = fit_head(
                chosen, self.logits[others], self.targets[others], self.dimension, self.codebook, self.least
            )
            out[fold == number] = made.probabilities(self.logits[own], self.codebook)[:, columns]
        return out

    def _fold(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        names = [self.documents[row] for row in rows]
        sizes = {name: names.count(name) for name in set(names)}
        if len(sizes) < 2:
            return np.zeros(len(rows), dtype=np.int64)
        yes = self.targets[rows][:, self.codebook.columns(self.dimension.name)] >= 0.5
        index = np.array(names)
        positives = {name: {str(code): int(n) for code, n in enumerate(yes[index == name].sum(axis=0))}
                     for name in sizes}  # fmt: skip
        count = min(self.folds, len(sizes))
        part = make_folds(sizes, count, name="calibration", seed=self.seed, positives=positives).assign(sizes)
        return np.array([int(part[name]) for name in names], dtype=np.int64)


def _joined(parts: Sequence[Calibration]) -> Calibration:
    return Calibration(
        {key: value for one in parts for key, value in one.scale.items()},
        {key: value for one in parts for key, value in one.offset.items()},
        {key: value for one in parts for key, value in one.knots.items()},
    )

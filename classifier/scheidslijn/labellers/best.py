"""The default labeller: of every dimension the scores of the component that was really best on held-apart documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision, Labeller
from scheidslijn.labellers.blend import BlendLabeller
from scheidslijn.labellers.encoder import EncoderLabeller
from scheidslijn.labellers.tfidf import TfidfLabeller
from scheidslijn.model_folder import MANIFEST, ModelFolder
from scheidslijn.passage import Passage


class BestLabeller:
    """Takes each dimension from one of several labellers.

    Args:
        codebook: whose codes are scored.
        best: by dimension the labeller to take; a dimension that is absent is not scored (NaN).
        version: what is written into the output.
    """

    name = "best"

    def __init__(self, codebook: Codebook, best: Mapping[str, Labeller], version: str) -> None:
        self.codebook, self.best, self.version = codebook, dict(best), version
        self.decision = self._merged_decision()

    @classmethod
    def load(
        cls, folder: ModelFolder, codebook: Codebook, terms: Labeller | None = None,
        threads: int | None = None, engine: str = "auto",
    ) -> BestLabeller:  # fmt: skip
        """Load the components that `model.toml` names as best, and only those.

        Args:
            terms: the term scan, needed when a dimension is best served by it.
            threads, engine: of the encoder, see `EncoderLabeller.load`.

        Raises:
            ModelError: a dimension is to come from a labeller that is not there.
        """
        loaded: dict[str, Labeller] = {} if terms is None else {"terms": terms}
        loaders: dict[str, Callable[[ModelFolder, Codebook], Labeller]] = {
            "encoder": partial(EncoderLabeller.load, threads=threads, engine=engine),
            "tfidf": TfidfLabeller.load,
            "blend": partial(BlendLabeller.load, threads=threads, engine=engine),
        }  # fmt: skip
        for dimension, name in folder.facts["best"].items():
            if name in loaders and name not in loaded:
                loaded[name] = loaders[name](folder, codebook)
            if name not in loaded:
                known = ", ".join(sorted({*loaders, *loaded}))
                raise ModelError(
                    f"{folder.path / MANIFEST}: takes {dimension!r} from {name!r}; known labellers: {known}"
                )
        best = {dimension: loaded[name] for dimension, name in folder.facts["best"].items()}
        return cls(codebook, best, f"{folder.version}/best")

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return probabilities, shape `(len(passages), len(codebook.keys))`; see the protocol."""
        out = np.full((len(passages), len(self.codebook.keys)), np.nan, dtype=np.float32)
        once: dict[str, NDArray[np.float32]] = {}

        def scored(labeller: Labeller) -> NDArray[np.float32]:
            if labeller.name not in once:
                if isinstance(labeller, BlendLabeller):
                    once[labeller.name] = labeller.combine({part.name: scored(part) for part in labeller.parts})
                else:
                    once[labeller.name] = labeller.scores(passages)
            return once[labeller.name]

        for dimension, labeller in self.best.items():
            columns = self.codebook.columns(dimension)
            out[:, columns] = scored(labeller)[:, columns]
        return out

    def _merged_decision(self) -> Decision:
        thresholds: dict[str, float] = {}
        abstain: dict[str, float] = {}
        for dimension, labeller in self.best.items():
            own = labeller.decision
            thresholds |= {key: value for key, value in own.thresholds.items() if key.startswith(f"{dimension}.")}
            if dimension in own.abstain:
                abstain[dimension] = own.abstain[dimension]
        return Decision(thresholds, abstain)

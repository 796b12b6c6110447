"""The recipe of models/compact-2: both labellers, and the encoder's two stages."""

from __future__ import annotations

from dataclasses import dataclass, field

from scheidslijn.training.fit_tfidf import TfidfRecipe
from scheidslijn.training.tuning import FineTuneRecipe


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """What is taken of the examples.

    Attributes:
        folds: parts the coded documents are split into; every part is scored by a model that did not see it.
        validation: share of the proxy documents on which the thresholds of the proxy measurement are chosen.
        chamber_words: words taken of a Belgian question or answer.
        joined: share of the quasi-sentences that are joined into paragraphs of two to six.
        replay: proxy examples mixed into the second stage, for each coded one.
        replay_weight: how much such an example counts beside a coded one, for the encoder.
        coded_weight: how much a coded example counts beside a proxy, for TF-IDF.
        seed: of splits and samples.
    """

    folds: int = 4
    validation: float = 0.1
    chamber_words: int = 80
    joined: float = 0.5
    replay: float = 2.0
    replay_weight: float = 0.3
    coded_weight: float = 5.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ModelRecipe:
    """Both labellers of a model: TF-IDF, and the encoder's two stages (proxy labels, then coded passages)."""

    data: DataRecipe = field(default_factory=DataRecipe)
    tfidf: TfidfRecipe = field(default_factory=TfidfRecipe)
    proxies: FineTuneRecipe = field(default_factory=FineTuneRecipe)
    coded: FineTuneRecipe = field(default_factory=FineTuneRecipe)

"""Labeller (b): word and character n-grams weighted by TF-IDF, and one linear function per code.

Stored as safetensors and JSON and rebuilt into scikit-learn's own vectorisers, so no pickle is ever loaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheidslijn.calibration import Calibration
from scheidslijn.codebook import Codebook
from scheidslijn.errors import ModelError
from scheidslijn.labellers.base import Decision
from scheidslijn.labellers.grams import WordGrams
from scheidslijn.model_folder import ModelFolder
from scheidslijn.passage import Passage

WEIGHTS_FILE, VOCABULARY_FILE = "tfidf.safetensors", "tfidf.json"
_FAST = {"analyzer", "ngram_range", "sublinear_tf"}
"""Settings that `WordGrams` knows; with others scikit-learn counts itself."""


@dataclass(frozen=True)
class TfidfModel:
    """The linear model over TF-IDF features.

    Attributes:
        settings: by name of a vectoriser ("words", "characters") its scikit-learn arguments, JSON values only.
        vocabulary: by name of a vectoriser its n-grams; the features are those of the first, then those of the next.
        idf: shape `(features,)`.
        keys: the codes it scores.
        weights: shape `(features, len(keys))`.
        bias: shape `(len(keys),)`.
    """

    settings: Mapping[str, Mapping[str, Any]]
    vocabulary: Mapping[str, Sequence[str]]
    idf: NDArray[np.float32]
    keys: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @cached_property
    def _vectorisers(self) -> list[Callable[[Sequence[str]], Any]]:
        built: list[Callable[[Sequence[str]], Any]] = []
        start = 0
        for name, grams in self.vocabulary.items():
            options = {
                key: tuple(value) if isinstance(value, list) else value for key, value in self.settings[name].items()
            }
            built.append(_vectoriser(options, grams, self.idf[start : start + len(grams)].astype(np.float64)))
            start += len(grams)
        return built

    def features(self, texts: Sequence[str]) -> Any:
        """The sparse TF-IDF matrix of texts, shape `(len(texts), features)`; each vectoriser's part has length 1."""
        from scipy.sparse import hstack

        return hstack([vectoriser(texts) for vectoriser in self._vectorisers], format="csr")

    def logits(self, texts: Sequence[str], codebook: Codebook) -> NDArray[np.float64]:
        """Raw scores, shape `(len(texts), len(codebook.keys))`; NaN for codes it does not score."""
        out = np.full((len(texts), len(codebook.keys)), np.nan)
        columns = [codebook.keys.index(key) for key in self.keys]
        out[:, columns] = self.features(texts) @ self.weights.astype(np.float64) + self.bias
        return out

    def files(self) -> dict[str, bytes]:
        """The files that hold this model, by name; weights in half precision."""
        from safetensors.numpy import save

        tensors: dict[str, NDArray[Any]] = {
            "idf": self.idf.astype(np.float32), "weights": self.weights.astype(np.float16), "bias": self.bias,
        }  # fmt: skip
        described = {"settings": self.settings, "keys": list(self.keys), "vocabulary": self.vocabulary}
        text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
        return {WEIGHTS_FILE: save(tensors), VOCABULARY_FILE: text.encode("utf-8")}

    @classmethod
    def from_files(cls, weights: bytes, vocabulary: bytes, origin: str = VOCABULARY_FILE) -> TfidfModel:
        """Rebuild a model from what `files` gave.

        Raises:
            ModelError: the two files do not fit together; the message names `origin`.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tensors, described = load(weights), json.loads(vocabulary)
            grams, keys = described["vocabulary"], tuple(described["keys"])
            idf, weight, bias = (tensors[name].astype(np.float32) for name in ("idf", "weights", "bias"))
        except (SafetensorError, ValueError, KeyError) as error:
            raise ModelError(f"{origin}: is not a TF-IDF model ({error}); restore the model folder") from error
        expected = (sum(len(one) for one in grams.values()), len(keys))
        if weight.shape != expected or idf.shape != expected[:1] or bias.shape != expected[1:]:
            raise ModelError(f"{origin}: weights have shape {weight.shape}, the vocabulary asks for {expected}")
        return cls(described["settings"], grams, idf, keys, weight, bias)


def _vectoriser(
    options: Mapping[str, Any], grams: Sequence[str], idf: NDArray[np.float64]
) -> Callable[[Sequence[str]], Any]:
    """What gives texts their weighted n-grams, as scikit-learn's vectoriser with these options does."""
    from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer

    if set(options) <= _FAST and options.get("analyzer") == "char_wb":
        counted = WordGrams({gram: column for column, gram in enumerate(grams)}, *options["ngram_range"])
        weighted = TfidfTransformer(sublinear_tf=options.get("sublinear_tf", False))
        weighted.idf_ = idf
        return lambda texts: weighted.transform(counted.counts(texts), copy=False)
    vectoriser = TfidfVectorizer(vocabulary=list(grams), dtype=np.float64, **options)
    vectoriser.idf_ = idf
    return lambda texts: vectoriser.transform(texts)


class TfidfLabeller:
    """`TfidfModel` behind the labeller protocol."""

    name = "tfidf"

    def __init__(
        self, model: TfidfModel, codebook: Codebook, calibration: Calibration, decision: Decision, version: str
    ) -> None:
        self.model, self.codebook, self.calibration = model, codebook, calibration
        self.decision, self.version = decision, version

    @classmethod
    def load(cls, folder: ModelFolder, codebook: Codebook) -> TfidfLabeller:
        """Load the TF-IDF component of a model folder.

        Raises:
            ModelError: the folder has none, or its files were altered.
        """
        if "tfidf" not in folder.facts:
            raise ModelError(f"{folder.path}: has no TF-IDF labeller; it has {', '.join(folder.components) or 'none'}")
        origin = str(folder.path / VOCABULARY_FILE)
        model = TfidfModel.from_files(folder.read(WEIGHTS_FILE), folder.read(VOCABULARY_FILE), origin)
        return cls(model, codebook, folder.calibration("tfidf"), folder.decision("tfidf"), f"{folder.version}/tfidf")

    def scores(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return calibrated probabilities, shape `(len(passages), len(codebook.keys))`; see the protocol."""
        if not passages:
            return np.empty((0, len(self.codebook.keys)), dtype=np.float32)
        logits = self.model.logits([passage.text for passage in passages], self.codebook)
        return self.calibration.probabilities(logits, self.codebook)

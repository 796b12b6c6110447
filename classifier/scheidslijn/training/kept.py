"""Keeps what was made on the way to a model, so that a run that was stopped, or changed in its last step, need not
begin again.

What is kept is found by a hash of everything it was made from; there is no other bookkeeping, and deleting it is safe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scheidslijn.annotations.examples import Example, target_matrix
from scheidslijn.codebook import Codebook
from scheidslijn.labellers.tfidf import VOCABULARY_FILE, WEIGHTS_FILE, TfidfModel
from scheidslijn.training.fit_tfidf import TfidfRecipe, fit_tfidf
from scheidslijn.training.network import Network
from scheidslijn.training.tuning import FineTuneRecipe


@dataclass(frozen=True)
class Kept:
    """A folder of things made, or None to keep nothing."""

    folder: Path | None

    def tfidf(self, examples: Sequence[Example], codebook: Codebook, recipe: TfidfRecipe) -> TfidfModel:
        """Fit TF-IDF, or read it back; either way it is what its files say, in half precision."""
        name = f"tfidf-{digest(examples, codebook, asdict(recipe))}"
        if self.folder is None or not (self.folder / name).is_dir():
            files = fit_tfidf(examples, codebook, recipe).files()
            if self.folder is None:
                return TfidfModel.from_files(files[WEIGHTS_FILE], files[VOCABULARY_FILE])
            (self.folder / name).mkdir(parents=True)
            for file, content in files.items():
                (self.folder / name / file).write_bytes(content)
        weights, vocabulary = ((self.folder / name / file).read_bytes() for file in (WEIGHTS_FILE, VOCABULARY_FILE))
        return TfidfModel.from_files(weights, vocabulary)

    def network(
        self, examples: Sequence[Example], codebook: Codebook, recipe: FineTuneRecipe, origin: str,
        empty: Callable[[], Network], train: Callable[[], Network],
    ) -> tuple[Network, str]:  # fmt: skip
        """Train a network, or read its weights back; return it with the hash of all it was made from.

        Args:
            origin: hash of what training starts from.
            empty: makes a network of the right shape to read weights into.
            train: trains one.
        """
        name = f"network-{digest(examples, codebook, [asdict(recipe), origin])}"
        if self.folder is None:
            return train(), name
        from safetensors.torch import load_file, save_file

        file = self.folder / f"{name}.safetensors"
        if file.exists():
            network = empty()
            network.load_state_dict(load_file(file))
            return network.eval(), name
        network = train()
        self.folder.mkdir(parents=True, exist_ok=True)
        save_file({key: value.contiguous() for key, value in network.state_dict().items()}, file)
        return network, name


def digest(examples: Sequence[Example], codebook: Codebook, settings: Any) -> str:
    """Twenty hexadecimal digits that stand for the examples, the codes and the settings."""
    found = hashlib.sha256(repr((codebook.keys, settings)).encode())
    found.update(target_matrix(examples, codebook).tobytes())
    for one in examples:
        beside = (one.document, one.weight, one.heading, one.doc_type, *sorted(one.trust.items()))
        found.update(f"{beside!r}\0{one.text}\n".encode())
    return found.hexdigest()[:20]

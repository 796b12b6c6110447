"""What a model remembers of its training data: hashes and scores, never a text.

`training.json` lists by key (a hash of the text) which passages it learned from and which were kept for testing;
`out_of_fold.safetensors` holds what its parts said of the first when they had not seen them. Retraining needs both: the
first to find the same passages again, the second to calibrate without measuring on what was learned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheidslijn.annotations.examples import Example
from scheidslijn.errors import ModelError
from scheidslijn.model_folder import ModelFolder
from scheidslijn.passage import text_key
from scheidslijn.training.crossing import OutOfFold

TRAINING_FILE, SCORES_FILE = "training.json", "out_of_fold.safetensors"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was found in a model folder.

    Attributes:
        learned: keys of the passages it learned from, in the order of `known`, with their documents.
        tested: keys and documents of the passages it was tested on.
        known: what its parts said of `learned` out of fold; None when the folder does not hold it.
    """

    learned: tuple[tuple[str, str], ...] = ()
    tested: tuple[tuple[str, str], ...] = ()
    known: OutOfFold | None = None


def named(examples: Sequence[Example]) -> tuple[tuple[str, str], ...]:
    """Key and document of each example."""
    return tuple((text_key(one.text), one.document) for one in examples)


def remembered_files(memory: Remembered) -> dict[str, bytes]:
    """The two files, by name.

    Raises:
        ValueError: there are no scores, or not a row of them for each passage.
    """
    from safetensors.numpy import save

    known = memory.known
    if known is None or len(known.targets) != len(memory.learned):
        rows = "no" if known is None else len(known.targets)
        raise ValueError(f"{rows} rows of scores for {len(memory.learned)} passages")
    content = {"format": 1, "learned": memory.learned, "tested": memory.tested}
    tensors: dict[str, NDArray[np.generic]] = {
        f"logits.{name}": z.astype(np.float32) for name, z in known.logits.items()
    }
    tensors |= {"terms": known.terms, "targets": known.targets, "fold": known.fold}
    return {TRAINING_FILE: json.dumps(content, ensure_ascii=False).encode("utf-8"), SCORES_FILE: save(dict(tensors))}


def remembered(folder: ModelFolder) -> Remembered:
    """Read what a model remembers; one that remembers nothing (`compact-2` has no such files) gives empty lists.

    Raises:
        ModelError: the files are not as this version writes them.
    """
    from safetensors.numpy import load

    listed: Mapping[str, str] = folder.facts["files"]
    if TRAINING_FILE not in listed or SCORES_FILE not in listed:
        return Remembered()
    try:
        content = json.loads(folder.read(TRAINING_FILE))
        learned, tested = (
            tuple((str(key), str(name)) for key, name in content[part]) for part in ("learned", "tested")
        )
        tensors = load(folder.read(SCORES_FILE))
        logits = {
            name.removeprefix("logits."): z.astype(np.float64)
            for name, z in tensors.items()
            if name.startswith("logits.")
        }
        known = OutOfFold(
            logits, tensors["terms"], tensors["targets"], tuple(name for _, name in learned), tensors["fold"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder.path / TRAINING_FILE}: is not as training writes it ({error!r})") from error
    return Remembered(learned, tested, known)

"""Pre-training of a compact Dutch encoder from text files. Needs the extra `train`.

`read_recipe`, `read_corpora` and `held_out_chamber` need no torch; `pretrain` does everything from files to an encoder.
"""

from __future__ import annotations

from scheidslijn.pretraining.corpus import held_out_chamber, read_corpora
from scheidslijn.pretraining.recipe import Recipe, RecipeError, read_recipe

__all__ = ["Recipe", "RecipeError", "held_out_chamber", "read_corpora", "read_recipe"]

"""The model card, written from the facts in `model.toml` so that the two cannot disagree.

Every section appears when its facts are there; `docs/model-folder.md` lists them all. Prose that no `model.toml` holds
stands under `notes`: `summary` (Dutch), `coded`, `proxy`, `speed`, `data`, `intended`, `citation` and the list
`weaknesses`; each of them may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheidslijn.training.card.calibration import calibration, reliability_picture
from scheidslijn.training.card.curves import curves, learning_picture, loss_picture, score_picture
from scheidslijn.training.card.overview import intended, summary, what_it_is
from scheidslijn.training.card.scores import agreement, code_table, coded_scores, int8, proxy_scores, scores_picture
from scheidslijn.training.card.sources import data, how_made, split
from scheidslijn.training.card.suggestions import suggestions
from scheidslijn.training.card.weaknesses import weaknesses

CARD = "README.md"
PICTURES = {
    "scores.svg": scores_picture, "reliability.svg": reliability_picture, "learning.svg": learning_picture,
    "loss.svg": loss_picture, "validation.svg": score_picture,
}  # fmt: skip


def model_card(facts: Mapping[str, Any]) -> str:
    """The model card as Markdown: a Dutch summary, then an English body with every figure.

    Args:
        facts: the content of `model.toml`, with or without `notes`.
    """
    sections = (summary, what_it_is, intended, coded_scores, code_table, agreement, calibration, proxy_scores, curves,
                int8, weaknesses, split, suggestions, data, how_made)  # fmt: skip
    written = (section(facts).strip() for section in sections)
    return "\n\n".join(part for part in written if part) + "\n"


def card_files(facts: Mapping[str, Any]) -> dict[str, bytes]:
    """The card and its pictures, by name, for the model folder."""
    pictures = {name: draw(facts) for name, draw in PICTURES.items()}
    return {CARD: model_card(facts).encode("utf-8")} | {name: own for name, own in pictures.items() if own is not None}

"""What the page gets to see of passages and suggestions."""

from __future__ import annotations

from typing import Any

from scheidslijn.assist.values import Suggestion
from scheidslijn.passage import Passage

Answer = dict[str, Any]


def suggested(made: Suggestion, name: str) -> Answer:
    """What a machine said of one dimension; `codes` is null where not all of it is known."""
    codes = made.codes.get(name)
    given = listed(codes)
    yes = [key.partition(".")[2] for key, said in made.partly.items() if said and key.startswith(f"{name}.")]
    return {
        "codes": given,
        "some": given or yes,
        "coder": made.coder,
        "quotes": [
            {"code": one.key.partition(".")[2], "start": one.start, "end": one.end, "quote": one.quote}
            for one in made.evidence
            if one.key.startswith(f"{name}.")
        ],
    }


def shown_passage(passage: Passage | None) -> Answer | None:
    """What the page gets of a passage: none of its other columns."""
    if passage is None:
        return None
    return {
        "id": passage.passage_id, "document": passage.document, "page": passage.page, "kind": passage.kind,
        "heading": list(passage.heading), "text": passage.text,
    }  # fmt: skip


def listed(codes: tuple[str, ...] | None) -> list[str] | None:
    """Codes as JSON has them: null where nothing is known."""
    return None if codes is None else list(codes)

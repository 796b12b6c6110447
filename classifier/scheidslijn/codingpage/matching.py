"""Finds the suggestion that belongs to a passage."""

from __future__ import annotations

from collections.abc import Iterable

from scheidslijn.assist.values import Suggestion
from scheidslijn.passage import Passage


class Suggestions:
    """Suggestions by passage: of the same id and text, or else of the same text in the same document.

    Args:
        suggestions: of one coder; of several for one passage the first counts.

    Attributes:
        coders: who made them, in order of first appearance.
    """

    def __init__(self, suggestions: Iterable[Suggestion] = ()) -> None:
        self._by_id: dict[tuple[str, str], Suggestion] = {}
        self._by_text: dict[tuple[str, str], Suggestion] = {}
        coders: dict[str, None] = {}
        for one in suggestions:
            if not (one.codes or one.partly or one.flags):
                continue  # nothing was suggested
            coders.setdefault(one.coder)
            key = one.passage.key
            self._by_id.setdefault((one.passage.passage_id, key), one)
            self._by_text.setdefault((one.passage.document, key), one)
        self.coders = tuple(coders)

    def of(self, passage: Passage) -> Suggestion | None:
        """The suggestion for a passage, or None. Evidence points into its own text, so the texts are the same."""
        found = self._by_id.get((passage.passage_id, passage.key)) or self._by_text.get((passage.document, passage.key))
        return found if found is not None and found.passage.text == passage.text else None

"""What an encoder is told of a passage beside its text: the headings above it and the kind of document."""

from __future__ import annotations

from collections.abc import Sequence

FIELDS = ("heading", "doc_type")


def context_text(fields: Sequence[str], heading: Sequence[str], doc_type: str) -> str:
    """Return the context of a passage as one line, "" when nothing is known or asked for.

    Args:
        fields: which of `FIELDS` the model was trained with; none gives "".
        heading: titles of the headings above the passage, outermost first.
        doc_type: kind of document, or "".

    >>> context_text(("doc_type", "heading"), ["Wonen", "Starters"], "coalitieakkoord")
    'coalitieakkoord: Wonen > Starters'
    >>> context_text(("heading",), [], "coalitieakkoord")
    ''
    """
    path = " > ".join(heading) if "heading" in fields else ""
    kind = doc_type if "doc_type" in fields else ""
    return ": ".join(part for part in (kind, path) if part)

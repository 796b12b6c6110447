"""The coding sheet: what a coder reads and fills in, without a trace of what the classifier said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scheidslijn.annotations.belonging import FIELD
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.shares.design_text import design_line
from scheidslijn.measuring.shares.drawing import Draw
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.joining import CHANCE, DRAW, IDENTITY

FACTS = (IDENTITY, "document", "page", "heading", "kind", "text")


def sheet_columns(codebook: Codebook) -> tuple[str, ...]:
    """Columns of the sheet in order: facts, `coder`, a column a dimension, `remark`, codebook, how it was drawn."""
    return (*FACTS, "coder", *(one.name for one in codebook.dimensions), "remark", FIELD, CHANCE, DRAW)


def sheet_rows(frame: Frame, draw: Draw, codebook: Codebook) -> Iterator[dict[str, Any]]:
    """A row for every drawn passage, in the order of the documents, so that a coder reads them in their context.

    Strata are not among the columns, as they would tell how sure the classifier was.
    """
    line = design_line(draw)
    for number in np.flatnonzero(draw.drawn):
        passage = frame.passages[number]
        row: dict[str, Any] = dict.fromkeys(sheet_columns(codebook))
        row |= {
            IDENTITY: passage.passage_id,
            "document": passage.document,
            "page": passage.page,
            "heading": " > ".join(passage.heading),
            "kind": passage.kind,
            "text": passage.text,
            FIELD: codebook.label,
            CHANCE: float(f"{draw.chance[number]:.10g}"),
            DRAW: line,
        }
        yield row

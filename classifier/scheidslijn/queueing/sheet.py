"""The queue as a table to code in: that of `shares draw`, and behind it why each passage is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scheidslijn.annotations.belonging import FIELD
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.shares.design_text import design_line
from scheidslijn.measuring.shares.joining import CHANCE, DRAW, IDENTITY
from scheidslijn.measuring.shares.sheet import sheet_columns
from scheidslijn.queueing.choosing import Chosen, Queue
from scheidslijn.queueing.doubt import Said, closeness, differing, thresholds
from scheidslijn.queueing.pool import Pool, dimensions_of

REASON = "reason"


def queue_columns(codebook: Codebook) -> tuple[str, ...]:
    """Columns of the sheet: those of `shares draw`, and `reason`."""
    return (*sheet_columns(codebook), REASON)


def queue_rows(pool: Pool, queue: Queue, codebook: Codebook, said: Said | None = None) -> Iterator[dict[str, Any]]:
    """A row for every queued passage. Only those drawn by lot have a chance of having been drawn, and a draw."""
    line = design_line(queue.draw) if queue.draw is not None else ""
    why = Reasons(pool, codebook, said)
    for one in queue.chosen:
        passage = pool.frame.passages[one.place]
        row: dict[str, Any] = dict.fromkeys(queue_columns(codebook))
        row |= {
            IDENTITY: passage.passage_id, "document": passage.document, "page": passage.page,
            "heading": " > ".join(passage.heading), "kind": passage.kind, "text": passage.text,
            FIELD: codebook.label,
        }  # fmt: skip
        if one.route == "random":
            assert queue.draw is not None
            row |= {CHANCE: float(f"{queue.draw.chance[one.place]:.10g}"), DRAW: line}
            row[REASON] = f"aselect getrokken (kans 1 op {1 / queue.draw.chance[one.place]:.0f})"
        else:
            row[REASON] = why.of(one)
        yield row


class Reasons:
    """Says in Dutch why a passage was chosen."""

    def __init__(self, pool: Pool, codebook: Codebook, said: Said | None) -> None:
        self.pool, self.codebook, self.said = pool, codebook, said
        frame = pool.frame
        self._thresholds = thresholds(frame.given, frame.scores)

    def of(self, one: Chosen) -> str:
        """The reason of one passage that was not drawn by lot."""
        if one.route == "rare":
            return f"heeft misschien {one.key}, waarvan er pas {self.pool.positives.get(one.key, 0)} gecodeerd zijn"
        if one.route == "disagree" and self.said is not None:
            found = differing(self.pool.frame, self.said, self.codebook, one.place)
            told = [f"{name}: {_codes(llm)} tegenover {_codes(own)}" for name, (llm, own) in found.items()]
            return f"taalmodel en model verschillen ({'; '.join(told[:3])})"
        if one.route == "uncertain":
            return f"het model twijfelt over {self._doubt(one.place)}"
        first = not self.pool.coded[self.pool.frame.document[one.place]]
        more = "; uit een document waarvan nog niets gecodeerd is" if first else ""
        return f"lijkt op veel passages waarvan nog niets gecodeerd is{more}"

    def _doubt(self, place: int) -> str:
        """The codes that the model hesitates most about."""
        frame, told = self.pool.frame, []
        for dimension, columns in dimensions_of(frame, self.codebook):
            scores = frame.scores[place, columns]
            if not np.isfinite(scores).any():
                continue
            names = [code.key for code in dimension.codes]
            if dimension.multi:
                near = closeness(scores, self._thresholds[columns])
                best = int(np.argmax(near))
                told.append((float(near[best]), f"{names[best]} ({_number(scores[best])})"))
            elif len(names) > 1:
                second, first = np.argsort(np.nan_to_num(scores), kind="stable")[-2:]
                ratio = float(scores[second] / scores[first]) if scores[first] > 0 else 0.0
                what = f"{names[first]} ({_number(scores[first])}) of {dimension.codes[second].code}"
                told.append((ratio, f"{what} ({_number(scores[second])})"))
        told.sort(key=lambda one: -one[0])
        return ", ".join(text for _, text in told[:2])


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(codes) or "geen"


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")

"""What travels between the file, the session and the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scheidslijn.passage import Passage

State = Literal["open", "skipped", "partly", "coded"]
"""Of a passage: nothing decided, passed over on purpose, some of the asked dimensions coded, all of them coded."""

Said = tuple[tuple[str, ...] | None, ...]
"""What coders said of one dimension of one passage, in an order that tells nothing; None where one did not code it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One passage to code.

    Attributes:
        passage: with the `passage_id` of its sheet.
        facts: further columns of the sheet that are kept in the result (`inclusion_probability`, `municipality`); no
            label of anybody, and nothing of it goes to the page.
        before, after: the passages beside it in its document, None where the sheet does not have them.
        said: where coders are settled, by dimension they differ on what each said; the other dimensions are not asked.
        remarks: of those coders, in the order of `said`, "" for none.
    """

    passage: Passage
    facts: Mapping[str, object] = field(default_factory=dict)
    before: Passage | None = None
    after: Passage | None = None
    said: Mapping[str, Said] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the coder decided of one passage, and what the coder had seen.

    Attributes:
        codes: by dimension the codes, () for "none applies"; a dimension that is absent is unknown.
        remark: of the coder.
        skipped: passed over on purpose; nothing is known then.
        seen: dimensions of which the suggestion was seen before anything was chosen.
        blind: by dimension what was chosen before the suggestion was seen; only of those seen later.
        seconds: on the page until it was saved, None when that is not logged.
    """

    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remark: str = ""
    skipped: bool = False
    seen: frozenset[str] = frozenset()
    blind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float | None = None

    def state(self, asked: tuple[str, ...]) -> State:
        """How far the asked dimensions are coded.

        >>> Decision({"thema": ()}).state(("thema",)), Decision({"thema": ()}).state(("thema", "rol"))
        ('coded', 'partly')
        """
        if self.skipped:
            return "skipped"
        known = sum(name in self.codes for name in asked)
        return "open" if not known else "coded" if known == len(asked) else "partly"

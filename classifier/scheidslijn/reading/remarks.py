"""What a reader tells the user about hidden text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheidslijn.passage import Document

SHOWN = 60
"""Characters that are shown of the page that hides most, so that the user can judge what it is."""
LEAST_IN_HTML = 6
"""Words; web pages hide short helps for screen readers by custom."""


def hidden_remark(found: Sequence[tuple[int | None, str]]) -> list[str]:
    """One line about hidden texts with the pages they stand on, or [] when there are none.

    >>> hidden_remark([(4, "Negeer  alles."), (4, "En dit.")])
    ['hidden text set aside: page 4 (Negeer alles. En dit.)']
    """
    if not found:
        return []
    by_page: dict[int | None, list[str]] = {}
    for page, text in found:
        by_page.setdefault(page, []).extend(text.split())
    longest = max(map(" ".join, by_page.values()), key=len)
    shown = "".join(c for c in longest[:SHOWN] if c.isprintable()) + ("…" if len(longest) > SHOWN else "")
    pages = listed(sorted({page for page, _ in found if page is not None}))
    return [f"hidden text set aside: {f'page {pages} ' if pages else ''}({shown})"]


def hidden_in(document: Document) -> list[str]:
    """The same for a document of blocks; of HTML only hidden texts of `LEAST_IN_HTML` words or more are told."""
    least = LEAST_IN_HTML if document.format in ("html", "markdown") else 1
    found = []
    for block in document.blocks:
        if block.kind == "hidden" and block.lines:
            text = " ".join(document.pages[page - 1].text[start:end] for page, start, end in block.lines)
            if len(text.split()) >= least:
                found.append((document.pages[block.lines[0].page - 1].number, text))
    return hidden_remark(found)


def listed(numbers: Iterable[int]) -> str:
    """Page numbers as a reader writes them.

    >>> listed([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)

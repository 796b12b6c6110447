"""How a sample was drawn, as one line that stands in every row of its coding sheet and is read back from there."""

from __future__ import annotations

import re

from scheidslijn.measuring.shares.drawing import Design, Draw

_LINE = re.compile(
    r"seed=(?P<seed>-?\d+) passages=(?P<passages>\d+) documents=(?P<documents>\d+) whole=(?P<whole>yes|no) "
    r"codes=(?P<codes>[\w.,-]*) id=(?P<id>[0-9a-f]{12})"
)


def design_line(draw: Draw) -> str:
    """The design of a draw and its fingerprint, such as `seed=1 passages=400 documents=0 whole=no codes=… id=…`."""
    design = draw.design
    return (
        f"seed={design.seed} passages={design.passages} documents={design.documents} "
        f"whole={'yes' if design.whole else 'no'} codes={','.join(design.codes)} id={draw.fingerprint}"
    )


def read_design(line: str) -> tuple[Design, str] | None:
    """The design and the fingerprint in such a line; None for any other text.

    >>> read_design("seed=7 passages=50 documents=0 whole=no codes=thema.zorg id=0123456789ab")[0].codes
    ('thema.zorg',)
    """
    found = _LINE.fullmatch(" ".join(line.split()))
    if found is None:
        return None
    codes = tuple(code for code in found["codes"].split(",") if code)
    design = Design(int(found["seed"]), int(found["passages"]), codes, int(found["documents"]), found["whole"] == "yes")
    return design, found["id"]

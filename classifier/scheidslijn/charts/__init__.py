"""Charts as SVG texts, for reports and model cards: numbers and words in, one accessible picture out.

Every chart is a pair of functions over the same frozen values: `<chart>_svg(…)` draws, `<chart>_rows(…)` gives the
numbers as rows for a table beside it. Every visible word is an argument, because reports are Dutch or English.

A picture stands inline in HTML as it is and takes the text colour around it (`currentColor`). `as_file` makes a file
of it, with a white ground, for places that show pictures on their own. Style it with CSS through the classes `sl-text`,
`sl-faint`, `sl-grid`, `sl-axis`, `sl-reference` and `sl-1` to `sl-6` (the series); without any CSS it is complete.
"""

from scheidslijn.charts.bars import Bar, bars_rows, bars_svg
from scheidslijn.charts.forest import Group, Row, forest_rows, forest_svg
from scheidslijn.charts.lines import Line, Mark, Point, lines_rows, lines_svg
from scheidslijn.charts.reliability import Bin, Panel, Series, reliability_rows, reliability_svg
from scheidslijn.charts.svg import DUTCH, ENGLISH, Numbers, Texts, as_file

__all__ = [
    "DUTCH", "ENGLISH", "Bar", "Bin", "Group", "Line", "Mark", "Numbers", "Panel", "Point", "Row", "Series", "Texts",
    "as_file", "bars_rows", "bars_svg", "forest_rows", "forest_svg", "lines_rows", "lines_svg", "reliability_rows",
    "reliability_svg",
]  # fmt: skip

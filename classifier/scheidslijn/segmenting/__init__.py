"""From the blocks of a document to passages and named set-aside text.

`segment` does the step, `account` proves that nothing was lost. In the order of the work: `words` (how common a word
is), `spelling` (closed lists of Dutch), `hyphens` (rejoin cut words), `cleaning` (characters), `joining` (lines and
blocks to one text), `places` (heading path and place), `duplicates` (pull quotes), `invisible` and `unseen` (what a
reader of the page does not see), `segment`, `account`.
"""

from scheidslijn.segmenting.account import PageAccount, account, rows
from scheidslijn.segmenting.cleaning import is_blank
from scheidslijn.segmenting.joining import join_lines
from scheidslijn.segmenting.segment import Segmented, segment
from scheidslijn.segmenting.unseen import remarks, unseen_of

__all__ = ["PageAccount", "Segmented", "account", "is_blank", "join_lines", "remarks", "rows", "segment", "unseen_of"]

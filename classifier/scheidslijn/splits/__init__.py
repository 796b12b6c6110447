"""Splits by document, kept as files with a hash, and test sets whose every opening is logged."""

from scheidslijn.splits.files import Split, read_split, split_text, write_split
from scheidslijn.splits.making import balance, make_folds, make_split
from scheidslijn.splits.sealing import Opening, Openings, open_test, openings

__all__ = [
    "Opening", "Openings", "Split", "balance", "make_folds", "make_split", "open_test", "openings", "read_split",
    "split_text", "write_split",
]  # fmt: skip

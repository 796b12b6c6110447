"""Labelled passages as rows, and rows as files: JSONL and Parquet for machines, CSV and XLSX for people."""

from scheidslijn.tables.rows import PASSAGE_COLUMNS, Column, columns_of, passage_row, row_of
from scheidslijn.tables.writing import FORMS, TableWriter, check_report, form_of

__all__ = [
    "FORMS", "PASSAGE_COLUMNS", "Column", "TableWriter", "check_report", "columns_of", "form_of", "passage_row",
    "row_of",
]  # fmt: skip

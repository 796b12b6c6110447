"""Writes a verdict: JSON for machines, Markdown for people."""

from __future__ import annotations

import json
from pathlib import Path

from scheidslijn.assist.suggesting import write_lines
from scheidslijn.fidelity.report import report_lines
from scheidslijn.fidelity.verdict import Verdict, as_json
from scheidslijn.tables import check_report

FORMS = (".json", ".md")


def check_output(path: Path, *, force: bool) -> None:
    """Tell beforehand what would go wrong at the end.

    Raises:
        OutputError: another form than `FORMS`, an existing file without `force`, or no such folder.
    """
    check_report(path, FORMS, force=force)


def write_verdict(verdict: Verdict, path: Path) -> None:
    """Write a verdict whole or not at all, in the form that the name says.

    Raises:
        OutputError: it cannot be written.
    """
    if path.suffix.lower() == ".md":
        text = "\n".join(report_lines(verdict)) + "\n"
    else:
        text = json.dumps(as_json(verdict), ensure_ascii=False, indent=1) + "\n"
    write_lines(path, [text])

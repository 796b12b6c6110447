"""Tables of shares as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any

from scheidslijn.measuring.shares.estimating import Line, Shares
from scheidslijn.measuring.shares.frame import Frame
from scheidslijn.measuring.shares.wording import Language, integer, percent, word

COLUMNS = ("code", "naive", "share", "interval", "coded", "found", "documents", "effective", "method")


def text_of(frame: Frame, shares: Shares, language: Language = "nl") -> str:
    """The tables as aligned text, with what they are about above them."""
    parts = [*heading(frame, shares, language), ""]
    for title, lines in _tables(shares, language):
        rows = [header(shares, language), *(cells(line, shares, language) for line in lines)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
        parts += [f"{title}", ""]
        for row in rows:
            aligned = [text.ljust(width) if place in (0, 8) else text.rjust(width)
                       for place, (text, width) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
            parts.append("  ".join(aligned).rstrip())
        parts.append("")
    if not shares.documents:
        parts.append(word("no_documents", language))
    return "\n".join(parts).rstrip() + "\n"


def markdown_of(frame: Frame, shares: Shares, language: Language = "nl") -> str:
    """The tables as Markdown."""
    parts = [line + "\n" for line in heading(frame, shares, language)]
    for title, lines in _tables(shares, language):
        names = header(shares, language)
        parts += [f"## {title}\n", "| " + " | ".join(names) + " |", "|---|" + "--:|" * (len(names) - 2) + "---|"]
        parts += ["| " + " | ".join(cells(line, shares, language)) + " |" for line in lines]
        parts.append("")
    if not shares.documents:
        parts.append(word("no_documents", language))
    return "\n".join(parts).rstrip() + "\n"


def csv_of(frame: Frame, shares: Shares) -> str:
    """One row a code and unit, with the numbers as fractions; the names of the columns are English and fixed."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(_record(shares.passages[0], "passages", shares)))
    writer.writeheader()
    for unit, lines in (("passages", shares.passages), ("documents", shares.documents)):
        for line in lines:
            writer.writerow({k: "" if v is None else v for k, v in _record(line, unit, shares).items()})
    return out.getvalue()


def json_of(frame: Frame, shares: Shares) -> str:
    """Everything, with the textbook estimators beside each share for comparison."""
    units = (("passages", shares.passages), ("documents", shares.documents))
    whole: dict[str, Any] = {
        "table": frame.name,
        "model": frame.model,
        "passages": len(frame.passages),
        "documents": len(frame.documents),
        "headings_not_counted": frame.headings,
        "repeats_not_counted": frame.repeats,
        "drawn": shares.drawn,
        "drawn_but_not_coded": shares.uncoded,
        "level": shares.level,
        "about": "more such documents" if shares.beyond else "these documents",
        "random": shares.random,
    }
    for unit, lines in units:
        whole[f"shares_of_{unit}"] = [
            _record(line, unit, shares)
            | {"textbook": {name: {"share": _plain(v), "low": _plain(a), "high": _plain(b)}
                            for name, v, a, b in line.others}}
            for line in lines
        ]  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def heading(frame: Frame, shares: Shares, language: Language) -> list[str]:
    """What the figures are about, and what weakens them, a line each."""
    documents = integer(len(frame.documents), language)
    lines = [
        word("corpus", language, passages=integer(len(frame.passages), language), documents=documents, name=frame.name,
             model=frame.model or word("unknown", language)) + ".",
        word("beyond" if shares.beyond else "here", language, level=f"{100 * shares.level:g}", documents=documents),
    ]  # fmt: skip
    if not shares.random:
        lines.append(word("not_random", language))
    if shares.uncoded:
        lines.append(word("uncoded", language, drawn=integer(shares.drawn, language),
                          uncoded=integer(shares.uncoded, language)))  # fmt: skip
    return lines


def header(shares: Shares, language: Language) -> list[str]:
    """Names of the columns; a share that is only "as if" is called so."""
    names = [word(name, language) for name in COLUMNS]
    if not shares.random:
        names[2] = word("as_if", language)
    return names


def cells(line: Line, shares: Shares, language: Language) -> list[str]:
    """One row of the table; where there is no interval there is no share either, and the last cell says why."""
    naive = percent(line.naive, language)
    counts = [integer(line.coded, language), f"{line.found:g}", integer(line.documents, language)]
    if line.refused:
        return [line.key, naive, "–", "–", *counts, "–", word(line.refused, language)]
    limits = f"{percent(line.low, language).removesuffix(' %')}–{percent(line.high, language)}"
    effective = integer(line.effective, language)
    return [line.key, naive, percent(line.value, language), limits, *counts, effective, word(shares.method, language)]


def _tables(shares: Shares, language: Language) -> list[tuple[str, Sequence[Line]]]:
    both = [("of_passages", shares.passages), ("of_documents", shares.documents)]
    return [(word(name, language), lines) for name, lines in both if lines]


def _record(line: Line, unit: str, shares: Shares) -> dict[str, Any]:
    return {
        "code": line.key,
        "unit": unit,
        "naive": _plain(line.naive),
        "share" if shares.random else "share_as_if_random": _plain(line.value),
        "low": _plain(line.low),
        "high": _plain(line.high),
        "coded": line.coded,
        "found": round(line.found, 4),
        "documents": line.documents,
        "effective_n": None if math.isnan(line.effective) else round(line.effective, 1),
        "method": word(line.refused or shares.method, "en"),
    }


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)

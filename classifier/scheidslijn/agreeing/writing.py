"""Writes the agreement report: JSON for machines, CSV of all figures, Markdown for readers, and what to discuss."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from scheidslijn.agreeing.job import Agreement
from scheidslijn.agreeing.machines import kind_rows, kinds_json
from scheidslijn.agreeing.notes import best_alpha, notes, sure, verdict
from scheidslijn.agreeing.text import report_lines, said
from scheidslijn.agreeing.variants import variants_json
from scheidslijn.agreeing.words import NOTES, WORDS, Language
from scheidslijn.errors import OutputError
from scheidslijn.measuring.agreement import CodeAgreement, DimensionAgreement
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.tables import Column, TableWriter, check_report

FORMS = (".md", ".json", ".csv")
FIGURES = (
    Column("dimension"), Column("code"), Column("figure"), Column("coders"), Column("value", "float"),
    Column("low", "float"), Column("high", "float"), Column("passages", "int"), Column("documents", "int"),
)  # fmt: skip


def check_output(path: Path, *, force: bool) -> None:
    """Tell beforehand what would go wrong at the end.

    Raises:
        OutputError: another form than `FORMS`, an existing file without `force`, or no such folder.
    """
    check_report(path, FORMS, force=force)


def write_report(found: Agreement, path: Path, language: Language = "nl", *, force: bool = False) -> None:
    """Write the report in the form that the name says.

    Raises:
        OutputError: as `check_output`, or writing failed.
    """
    check_output(path, force=force)
    form = path.suffix.lower()
    if form == ".csv":
        with TableWriter(str(path), FIGURES, force=force) as out:
            for row in figure_rows(found):
                out.write(row)
        return
    text = (
        "\n".join(report_lines(found, language)) + "\n"
        if form == ".md"
        else json.dumps(as_json(found, language), ensure_ascii=False, indent=1) + "\n"
    )
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def write_discuss(found: Agreement, target: str, language: Language = "nl", *, force: bool = False) -> None:
    """Write every passage on which coders differ, the largest difference first: CSV, XLSX, JSONL or Parquet.

    Raises:
        OutputError: as `TableWriter`.
    """
    names = [one.dimension for one in found.dimensions]
    columns = [Column("rank", "int"), Column("distance", "float"), Column("document"), Column("page", "int")]
    columns += [*(Column(name) for name in names), Column("text"), Column("key"), Column("where")]
    with TableWriter(target, tuple(columns), force=force) as out:
        for rank, one in enumerate(found.discuss, 1):
            coding = found.codings[one.key]
            row: dict[str, Any] = {"rank": rank, "distance": round(one.distance, 3), "document": one.document}
            row["page"] = coding.page
            row |= {name: said(one.said[name], WORDS[language]["none"]) if name in one.said else None for name in names}
            out.write(row | {"text": coding.text or None, "key": one.key, "where": coding.where})


def figure_rows(found: Agreement) -> Iterator[dict[str, Any]]:
    """Every figure as a row of plain values; `code` is None for the dimension as a whole."""
    for one in found.dimensions:
        figures = {
            "alpha": one.alpha, "alpha_masi": one.alpha_masi, "alpha_jaccard": one.alpha_jaccard, "ac1": one.ac1,
            "percent": one.percent,
        }  # fmt: skip
        for name, estimate in figures.items():
            if estimate is not None:
                yield _row(one, None, name, None, estimate, one.passages)
        for pair, estimate in one.kappa.items():
            yield _row(one, None, "kappa", pair, estimate, one.shared[pair])
        for code, own in one.codes.items():
            for name, estimate in (("alpha", own.alpha), ("ac1", own.ac1), ("percent", own.percent)):
                yield _row(one, code, name, None, estimate, own.passages)
            for pair, estimate in own.kappa.items():
                yield _row(one, code, "kappa", pair, estimate, own.passages)
    yield from kind_rows(found.tables)


def as_json(found: Agreement, language: Language = "nl") -> dict[str, Any]:
    """The whole report as plain values; a figure that is not defined is null."""
    return {
        "codebook": found.codebook.label,
        "coders": {
            name: {"passages": number, "kind": found.kinds.get(name, "human")} for name, number in found.coded.items()
        },
        "interval": "95 %, jackknife over documents with Student's t (scheidslijn.measuring.intervals)",
        "notes": [{"kind": one.kind, "text": NOTES[language][one.kind].format(**one.values)} for one in notes(found)],
        "dimensions": {one.dimension: _dimension(one) for one in found.dimensions},
        "people_and_machines": kinds_json(found.tables),
        "variants": variants_json(found.variants),
        "discuss": [
            {
                "key": one.key, "document": one.document, "distance": round(one.distance, 3),
                "said": {name: {coder: list(codes) for coder, codes in by.items()} for name, by in one.said.items()},
            }
            for one in found.discuss
        ],
    }  # fmt: skip


def _dimension(one: DimensionAgreement) -> dict[str, Any]:
    return {
        "multi": one.multi, "passages": one.passages, "documents": one.documents, "coded_once": one.single,
        "verdict": verdict(best_alpha(one)), "sure": sure(best_alpha(one)),
        "alpha": _plain(one.alpha), "alpha_masi": _plain(one.alpha_masi), "alpha_jaccard": _plain(one.alpha_jaccard),
        "ac1": _plain(one.ac1), "percent": _plain(one.percent), "kappa": _pairs(one.kappa, one.shared),
        "codes": {code: _code(own) for code, own in one.codes.items()},
    }  # fmt: skip


def _code(own: CodeAgreement) -> dict[str, Any]:
    return {
        "passages": own.passages, "given": dict(own.by_coder), "verdict": verdict(own.alpha), "sure": sure(own.alpha),
        "alpha": _plain(own.alpha), "ac1": _plain(own.ac1), "percent": _plain(own.percent), "kappa": _pairs(own.kappa),
    }  # fmt: skip


def _pairs(
    kappa: Mapping[tuple[str, str], Estimate], shared: Mapping[tuple[str, str], int] | None = None
) -> list[dict[str, Any]]:
    return [
        {"coders": list(pair), **({"passages": shared[pair]} if shared else {}), **(_plain(estimate) or {})}
        for pair, estimate in kappa.items()
    ]


def _plain(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None or not isfinite(estimate.value):
        return None
    return {
        "value": _number(estimate.value), "low": _number(estimate.low), "high": _number(estimate.high),
        "documents": estimate.documents,
    }  # fmt: skip


def _row(
    one: DimensionAgreement, code: str | None, name: str, pair: tuple[str, str] | None, estimate: Estimate, many: int
) -> dict[str, Any]:
    return {
        "dimension": one.dimension, "code": code, "figure": name, "coders": " – ".join(pair) if pair else None,
        "value": _number(estimate.value), "low": _number(estimate.low), "high": _number(estimate.high),
        "passages": many, "documents": estimate.documents,
    }  # fmt: skip


def _number(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None

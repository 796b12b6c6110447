"""The agreement report as text: tables in Markdown, which read well on a screen too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from scheidslijn.agreeing import machines, variants
from scheidslijn.agreeing.job import Agreement
from scheidslijn.agreeing.notes import best_alpha, notes, sure, verdict
from scheidslijn.agreeing.words import NOTES, WORDS, Language
from scheidslijn.measuring.agreement import DimensionAgreement
from scheidslijn.measuring.alternative import EPSILON
from scheidslijn.measuring.estimate import Estimate
from scheidslijn.measuring.kinds import KindsTable, MachineBeside

SHOWN = 10
"""Passages to discuss that the text shows; the table of `--discuss` has all."""


def report_lines(found: Agreement, language: Language = "nl") -> list[str]:
    """Return the report as lines of Markdown."""
    words = WORDS[language]
    coders = ", ".join(
        words["coder_count"].format(
            coder=_cell(name or "-"), number=number, passages=words["passage" if number == 1 else "passages"]
        )
        for name, number in found.coded.items()
    )
    lines = [f"# {words['title']}", "", words["intro"].format(codebook=found.codebook.label, coders=coders), ""]
    several = notes(found)
    if several:
        told = [f"- {NOTES[language][one.kind].format(**one.values)}" for one in several]
        lines += [f"## {words['notes']}", "", *told, ""]
    measured = [one for one in found.dimensions if one.passages]
    if measured:
        lines += [f"## {words['overview']}", "", *_overview(measured, language), "", words["legend"], ""]
    lines += machine_lines(found.tables, language) + variant_lines(found, language)
    if not measured:
        return lines[:-1]
    if len(measured[0].kappa) > 1:
        lines += [f"## {words['pairs']}", "", *_pairs(measured, language), ""]
    for one in measured:
        lines += [f"## {words['per_code'].format(dimension=one.dimension)}", "", *_codes(one, language), ""]
    if found.discuss:
        lines += [f"## {words['discuss']}", "", words["discuss_intro"].format(number=len(found.discuss)), ""]
        lines += [*_discuss(found, language), ""]
    return lines[:-1]


def overview_lines(found: Agreement, language: Language = "nl") -> list[str]:
    """The tables by dimension alone, for a screen beside a written report; nothing when nothing was measured."""
    measured = [one for one in found.dimensions if one.passages]
    tables = [_overview(measured, language)] if measured else []
    tables += [_by_kinds(found.tables, language)] if machines.kind_heads(found.tables) else []
    return [line for one in tables for line in (*one, "")][:-1]


def machine_lines(tables: Sequence[KindsTable], language: Language) -> list[str]:
    """The part of the report about people and machines; nothing without machines."""
    heads = machines.kind_heads(tables)
    if not heads:
        return []
    words = machines.WORDS[language]
    lines = [f"## {words['title']}", "", words["intro"], "", *_by_kinds(tables, language), ""]
    beside = [
        (one.dimension, own)
        for one in tables
        for own in one.machines
        if own.beside.difference.value == own.beside.difference.value
    ]
    if not beside:
        return lines
    margin, epsilon = (
        f"{number:.2f}".replace(".", "," if language == "nl" else ".") for number in (machines.MARGIN, EPSILON)
    )
    lines += [f"### {words['beside']}", "", words["beside_intro"].format(margin=margin, epsilon=epsilon), ""]
    names = ["dimension", "machine", "people", "with", "difference", "passages", "documents", "verdict", "wins"]
    told = [_beside(dimension, own, language) for dimension, own in beside]
    return [*lines, *table([words[name] for name in (*names, "advantage")], told), ""]


def _by_kinds(tables: Sequence[KindsTable], language: Language) -> list[str]:
    """α of every dimension by kinds of coder."""
    heads, rows = machines.kind_heads(tables), []
    for one in tables:
        by = {row.kinds: row for row in one.rows}
        cells = [(by[kinds].alpha, sum(by[kinds].pairs.values())) if kinds in by else (None, 0) for kinds in heads]
        rows.append([one.dimension, *(f"{figure(alpha, language)} n={number}" for alpha, number in cells)])
    names = (machines.kind_name(kinds, language) for kinds in heads)
    return table([machines.WORDS[language]["dimension"], *names], rows)


def variant_lines(found: Agreement, language: Language) -> list[str]:
    """The part of the report about variants of prompt and model; nothing with fewer than two."""
    if not found.variants:
        return []
    words = variants.WORDS[language]
    lines = [
        f"## {words['title']}",
        "",
        _cell(variants.intro(found.variants, language)),
        "",
        variants.legend(language),
        "",
    ]
    for one in found.variants:
        heads = [words["code"], *map(_cell, one.variants), words["spread"], words["presence"]]
        rows = [
            [own.code, *(figure(own.shares[name], language) for name in one.variants),
             figure(Estimate(own.spread, float("nan"), float("nan"), 0), language), words[own.presence]]
            for own in one.codes
        ]  # fmt: skip
        facts = {"dimension": one.dimension, "passages": one.passages, "documents": one.documents}
        lines += [f"### {words['head'].format(**facts, left_out=one.left_out)}", "", *table(heads, rows), ""]
        lines += [*(f"- {_cell(told)}" for told in variants.sentences(one, found.by, language)), ""]
    return lines


def _beside(dimension: str, one: MachineBeside, language: Language) -> list[str]:
    words, test = machines.WORDS[language], one.alternative
    wins = chance = "–"
    if test is not None and isfinite(test.winning_rate):
        wins = words["of"].format(won=round(test.winning_rate * test.people), people=test.people)
        chance = figure(Estimate(test.advantage, float("nan"), float("nan"), 0), language)
    return [
        dimension, _cell(one.coder), figure(one.beside.coders, language), figure(one.beside.model, language),
        figure(one.beside.difference, language), str(one.passages), str(one.documents),
        words[machines.standing(one.beside.difference)], wins, chance,
    ]  # fmt: skip


def said(codes: Mapping[str, Sequence[str]], none: str) -> str:
    """What each coder gave, as "a: onderwijs, bestuur; b: none"."""
    return "; ".join(f"{coder or '-'}: {', '.join(given) or none}" for coder, given in codes.items())


def figure(estimate: Estimate | None, language: Language) -> str:
    """A figure with its interval, two decimals: "0.81 (0.75–0.86)"; "–" where there is none."""
    if estimate is None or not isfinite(estimate.value):
        return "–"
    text = f"{estimate.value:.2f}"
    if estimate.known:
        text += f" ({estimate.low:.2f}–{estimate.high:.2f})"
    return text.replace(".", ",") if language == "nl" else text


def _overview(measured: Sequence[DimensionAgreement], language: Language) -> list[str]:
    words = WORDS[language]
    multi = any(one.multi for one in measured)
    names = ["dimension", "passages", "documents", "alpha", *(["alpha_masi", "alpha_jaccard"] if multi else [])]
    names += ["ac1", "percent"]
    pairs = list(measured[0].kappa) if len(measured[0].kappa) == 1 else []  # more have a table of their own
    heads = [words[name] for name in names] + [_kappa_head(pair, words) for pair in pairs] + [words["verdict"]]
    rows = []
    for one in measured:
        row = [one.dimension, str(one.passages), str(one.documents), figure(one.alpha, language)]
        if multi:
            row += [figure(one.alpha_masi, language), figure(one.alpha_jaccard, language)]
        row += [figure(one.ac1, language), figure(one.percent, language)]
        row += [figure(one.kappa.get(pair), language) for pair in pairs]
        rows.append([*row, _verdict(best_alpha(one), words)])
    return table(heads, rows)


def _pairs(measured: Sequence[DimensionAgreement], language: Language) -> list[str]:
    """κ of every pair of coders on every dimension, and the number of passages that both coded."""
    heads = [WORDS[language]["pair"], *(one.dimension for one in measured)]
    rows = []
    for pair in measured[0].kappa:
        names = "–".join(_cell(name or "-") for name in pair)
        rows.append([names, *(f"{figure(one.kappa[pair], language)} n={one.shared[pair]}" for one in measured)])
    return table(heads, rows)


def _codes(one: DimensionAgreement, language: Language) -> list[str]:
    words = WORDS[language]
    heads = [words["code"], words["passages"], *(f"{words['given']}: {_cell(name or '-')}" for name in one.coders)]
    pairs = list(one.kappa) if len(one.kappa) == 1 else []
    heads += [words["alpha"], words["ac1"], words["percent"], *(_kappa_head(pair, words) for pair in pairs)]
    rows = []
    for code, own in one.codes.items():
        row = [code, str(own.passages), *(str(own.by_coder.get(name, 0)) for name in one.coders)]
        row += [figure(own.alpha, language), figure(own.ac1, language), figure(own.percent, language)]
        rows.append([*row, *(figure(own.kappa.get(pair), language) for pair in pairs), _verdict(own.alpha, words)])
    return table([*heads, words["verdict"]], rows)


def _discuss(found: Agreement, language: Language) -> list[str]:
    words = WORDS[language]
    lines = []
    for number, one in enumerate(found.discuss[:SHOWN], 1):
        coding = found.codings.get(one.key)
        text = coding.text if coding is not None and coding.text else f"{words['passage']} {one.key}"
        lines.append(f"{number}. {_cell(one.document)}: {_cell(_short(text))}")
        lines += [f"   - {name}: {_cell(said(codes, words['none']))}" for name, codes in one.said.items()]
    return lines


def _verdict(alpha: Estimate, words: Mapping[str, str]) -> str:
    told = words[verdict(alpha)]
    return words["unsure"].format(verdict=told) if alpha.known and not sure(alpha) else told


def _kappa_head(pair: tuple[str, str], words: Mapping[str, str]) -> str:
    return f"{words['kappa']} {_cell(pair[0] or '-')}–{_cell(pair[1] or '-')}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table whose columns are as wide as their longest cell.

    >>> table(["code", "α"], [["bestuur", "0.8"]])
    ['| code    | α   |', '|---------|-----|', '| bestuur | 0.8 |']
    """
    widths = [max(len(line[column]) for line in (heads, *rows)) for column in range(len(heads))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
             for line in (heads, *rows)]  # fmt: skip
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def _cell(text: str) -> str:
    """A text that breaks neither a table nor a list: one line, without bars or marks of HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _short(text: str, most: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"

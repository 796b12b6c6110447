"""Variants of prompt and model in the agreement report: what stays the same whoever is asked, and what does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from scheidslijn.agreeing.words import Language
from scheidslijn.annotations.coding import Coding
from scheidslijn.codebook import Codebook
from scheidslijn.measuring.conclusions import APART, FEWEST, SEEN, Conclusions, conclusions
from scheidslijn.measuring.ratings import ratings

SHOWN = 5
"""Reversed comparisons that the text shows; JSON has all."""

WORDS: Mapping[Language, Mapping[str, str]] = {
    "nl": {
        "title": "Hoe ver hangen conclusies af van vraag en model?",
        "intro": "Dezelfde passages onder {number} varianten: {variants}. Alleen passages die alle varianten "
        "beantwoordden. Wat niet onder alle varianten geldt, is een uitkomst van die ene vraag of dat ene model.",
        "head": "{dimension}: {passages} passages uit {documents} documenten ({left_out} niet door alle beantwoord)",
        "alpha": "α tussen varianten {alpha}; het minst eens: {pair} ({lowest}).",
        "order": "Volgorde van codes: {kept} van {pairs} paren staan onder alle varianten hetzelfde. Vaakst: {first}.",
        "groups": "Vergelijkingen tussen {groups} groepen ({by}): bij {compared} ziet ten minste één variant {apart} "
        "punten verschil; {kept} daarvan gaan onder alle varianten dezelfde kant op, {reversed} slaan om.",
        "no_groups": "Te weinig groepen ({by}) met {fewest} passages of meer om te vergelijken.",
        "reversal": "{code}: {one} tegenover {other}: {low} volgens {low_by}, {high} volgens {high_by}",
        "code": "code", "spread": "spreiding", "presence": "aanwezig",
        "present": "ja, onder alle", "absent": "nee, onder alle", "depends": "hangt ervan af",
        "legend": "Aanwezig: ten minste {seen} passages onder elke variant; nee: bij geen enkele een passage. "
        "Spreiding: hoogste aandeel min laagste.",
        "document": "document", "and": "en",
    },
    "en": {
        "title": "How far do conclusions depend on prompt and model?",
        "intro": "The same passages under {number} variants: {variants}. Only passages that all variants answered. "
        "What does not hold under all of them is an outcome of that one prompt or model.",
        "head": "{dimension}: {passages} passages of {documents} documents ({left_out} not answered by all)",
        "alpha": "α between variants {alpha}; least agreed: {pair} ({lowest}).",
        "order": "Order of codes: {kept} of {pairs} pairs stand the same under all variants. Most frequent: {first}.",
        "groups": "Comparisons between {groups} groups ({by}): on {compared} at least one variant sees {apart} points "
        "of difference; {kept} of these go the same way under all variants, {reversed} are turned around.",
        "no_groups": "Too few groups ({by}) with {fewest} passages or more to compare.",
        "reversal": "{code}: {one} against {other}: {low} by {low_by}, {high} by {high_by}",
        "code": "code", "spread": "spread", "presence": "present",
        "present": "yes, under all", "absent": "no, under all", "depends": "it depends",
        "legend": "Present: {seen} passages or more under every variant; no: not one passage under any. Spread: "
        "highest share minus lowest.",
        "document": "document", "and": "and",
    },
}  # fmt: skip


def compare_variants(
    codings: Sequence[Coding], codebook: Codebook, variants: Sequence[str], dimensions: Sequence[str], by: str = ""
) -> tuple[Conclusions, ...]:
    """Compare the conclusions of several language models or prompts; () with fewer than two.

    Args:
        codings: of all coders; any of them may name the fact that passages are compared by.
        variants: names of the coders to compare.
        by: a fact of the rows ("gemeente"), or "" for the document.
    """
    if len(variants) < 2:
        return ()
    facts: dict[tuple[str, str], str] = {}
    for one in codings:
        told = str(one.extra.get(by) or "").strip() if by else one.document
        if told:
            facts.setdefault((one.key, one.document), told)
            facts.setdefault((one.key, ""), told)
    found = []
    for name in dimensions:
        own = ratings(codings, codebook, name, variants)
        groups = [
            facts.get(place) or facts.get((place[0], ""), "") for place in zip(own.keys, own.documents, strict=True)
        ]
        if (made := conclusions(own, groups)) is not None:
            found.append(made)
    return tuple(found)


def variants_json(found: Sequence[Conclusions]) -> dict[str, Any]:
    """The comparison as plain values; a figure that is not defined is null."""
    return {one.dimension: _dimension(one) for one in found}


def intro(found: Sequence[Conclusions], language: Language) -> str:
    """The sentence above the tables."""
    names = found[0].variants
    return WORDS[language]["intro"].format(number=len(names), variants=", ".join(names))


def sentences(one: Conclusions, by: str, language: Language) -> list[str]:
    """What can be said of one dimension, a sentence each; numbers as the language writes them."""
    words = WORDS[language]

    def number(value: float) -> str:
        text = f"{value:.2f}" if isfinite(value) else "–"
        return text.replace(".", ",") if language == "nl" else text

    by = by or words["document"]
    pair, lowest = one.lowest or (("–", "–"), float("nan"))
    told = [
        words["alpha"].format(
            alpha=number(one.alpha.value), pair=f"{pair[0]} {words['and']} {pair[1]}", lowest=number(lowest)
        )
    ]
    first = list(dict.fromkeys(name or "–" for name in one.first.values()))
    told.append(words["order"].format(kept=one.order_kept, pairs=one.order_pairs, first=" / ".join(first)))
    if one.groups < 2:
        return [*told, words["no_groups"].format(by=by, fewest=FEWEST)]
    told.append(words["groups"].format(groups=one.groups, by=by, compared=one.compared, apart=round(100 * APART),
                                       kept=one.kept, reversed=len(one.reversed)))  # fmt: skip
    told += [
        words["reversal"].format(code=own.code, one=own.one, other=own.other, low=number(own.lowest[1]),
                                 low_by=own.lowest[0], high=number(own.highest[1]), high_by=own.highest[0])
        for own in one.reversed[:SHOWN]
    ]  # fmt: skip
    return told


def legend(language: Language) -> str:
    """What the columns of the tables are."""
    return WORDS[language]["legend"].format(seen=SEEN)


def _dimension(one: Conclusions) -> dict[str, Any]:
    return {
        "variants": list(one.variants), "passages": one.passages, "documents": one.documents, "left_out": one.left_out,
        "alpha": {"value": _number(one.alpha.value), "low": _number(one.alpha.low), "high": _number(one.alpha.high)},
        "lowest": None if one.lowest is None else {"pair": list(one.lowest[0]), "alpha": _number(one.lowest[1])},
        "codes": {
            own.code: {
                "spread": _number(own.spread), "presence": own.presence, "given": dict(own.given),
                "shares": {
                    name: {"value": _number(share.value), "low": _number(share.low), "high": _number(share.high)}
                    for name, share in own.shares.items()
                },
            }
            for own in one.codes
        },
        "order": {"pairs": one.order_pairs, "kept": one.order_kept, "first": dict(one.first)},
        "comparisons": {
            "groups": one.groups, "compared": one.compared, "kept": one.kept,
            "reversed": [
                {"code": own.code, "groups": [own.one, own.other], "lowest": [own.lowest[0], _number(own.lowest[1])],
                 "highest": [own.highest[0], _number(own.highest[1])]}
                for own in one.reversed
            ],
        },
    }  # fmt: skip


def _number(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None

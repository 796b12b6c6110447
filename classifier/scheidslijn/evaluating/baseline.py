"""What a study published beside what a labelled corpus shows: the same denominators, with intervals.

A document counts as soon as one passage qualifies. A document has hundreds of passages, so one mistake of the labeller
is then enough; each share of documents is therefore counted a second time with at least `SEVERAL` passages, and a
verdict is given only where both agree on it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.corpus import Corpus, Marked, meeting
from scheidslijn.evaluating.evaluation import Baseline, Found, Quoted, Said
from scheidslijn.evaluating.findings import Condition, Finding, Findings
from scheidslijn.evaluating.intervals import share_of_documents, share_of_passages
from scheidslijn.evaluating.words import said
from scheidslijn.measuring.estimate import Estimate

FEW = 20
"""Below this many documents a share of documents says little, and the table says so."""
EXAMPLES = 5
SEVERAL = 3
"""Passages that a document must have in the second count."""


def compare_with(findings: Findings, corpus: Corpus, codebook: Codebook, name: str, model: str) -> Baseline:
    """Return the table: every finding, with what the corpus shows where there is a rule to count it."""
    coded = {dimension for marked in corpus.documents.values() for one in marked for dimension in one.labelled.codes}
    found = tuple(_found(one, corpus, coded) for one in findings.findings)
    if corpus.fragments:
        found = tuple(replace(one, verdict="") for one in found)
    passages = sum(len(marked) for marked in corpus.documents.values())
    return Baseline(name, model, len(corpus.documents), passages, found, _remarks(corpus))


def _found(finding: Finding, corpus: Corpus, coded: set[str]) -> Found:
    bare = _bare(finding)
    if not finding.computed:
        return bare
    chosen = {name: marked for name, marked in corpus.documents.items() if corpus.kinds[name] == finding.scope}
    if not finding.scope:
        chosen = dict(corpus.documents)
    if reason := _impossible(finding, corpus, chosen, coded):
        return replace(bare, comparable="no", why=reason)
    if finding.of.unit == "passage":
        return _passages(finding, bare, chosen)
    inside, yes = _documents(finding, chosen, 1)
    if not inside:
        return replace(bare, comparable="no", why=said("none_in_group", n=len(chosen)), of=0)
    share = share_of_documents(len(yes), len(inside))
    several_inside, several = _documents(finding, chosen, SEVERAL)
    strict = share_of_documents(len(several), len(several_inside))
    shown = [one for name in yes for one in meeting(chosen[name], finding.has or finding.of.has)]
    return replace(
        bare, count=len(yes), of=len(inside), share=share, strict_count=len(several), strict_of=len(several_inside),
        strict=strict, verdict=_verdict(finding, share, strict), documents=tuple(yes), examples=_quoted(shown),
    )  # fmt: skip


def _documents(finding: Finding, chosen: Mapping[str, Sequence[Marked]], least: int) -> tuple[list[str], list[str]]:
    """Documents in the denominator, and those of them in the numerator, when `least` passages must qualify."""

    def enough(marked: Sequence[Marked], conditions: Sequence[Condition]) -> bool:
        needed = least if any(one.codes for one in conditions) else 1  # a word that stands there is no one's mistake
        return len(meeting(marked, conditions)) >= needed

    inside = [name for name, marked in chosen.items() if not finding.of.has or enough(marked, finding.of.has)]
    yes = [
        name
        for name in inside
        if (not finding.has or enough(chosen[name], finding.has))
        and not (finding.lacks and enough(chosen[name], finding.lacks))
    ]
    return inside, yes


def _passages(finding: Finding, bare: Found, chosen: Mapping[str, Sequence[Marked]]) -> Found:
    """A share of passages, with its interval by document."""
    inside = [
        (name, one)
        for name, marked in chosen.items()
        for one in (meeting(marked, finding.of.has) if finding.of.has else marked)
    ]
    if not inside:
        return replace(bare, comparable="no", why=said("no_passage_in_group"), of=0)
    hits = [bool(meeting((one,), finding.has)) for _, one in inside]
    share = share_of_passages([name for name, _ in inside], np.array(hits))
    shown = [pair for pair, hit in zip(inside, hits, strict=True) if hit]
    return replace(
        bare, count=len(shown), of=len(hits), share=share, verdict=_verdict(finding, share),
        documents=tuple(dict.fromkeys(name for name, _ in shown)), examples=_quoted([one for _, one in shown]),
    )  # fmt: skip


def _quoted(marked: Sequence[Marked]) -> tuple[Quoted, ...]:
    """Up to five of these passages, of different documents first."""
    turns: dict[str, int] = defaultdict(int)
    ranked = []
    for one in marked:
        passage = one.labelled.passage
        ranked.append((turns[passage.document], passage))
        turns[passage.document] += 1
    chosen = sorted(ranked, key=lambda pair: pair[0])[:EXAMPLES]
    return tuple(Quoted(one.document, one.page, one.heading, one.text) for _, one in chosen)


def _impossible(
    finding: Finding, corpus: Corpus, chosen: Mapping[str, Sequence[Marked]], coded: set[str]
) -> Said | None:
    if not chosen:
        kinds = ", ".join(sorted({kind or "?" for kind in corpus.kinds.values()}))
        return said("other_scope", scope=finding.scope, kinds=kinds)
    if not corpus.placed and any(one.places for one in (*finding.has, *finding.lacks, *finding.of.has)):
        return said("no_places")
    needed = {name for one in (*finding.has, *finding.lacks, *finding.of.has) for name in one.codes}
    if missing := sorted(needed - coded):
        return said("no_column", names=", ".join(missing))
    return None


def _bare(finding: Finding) -> Found:
    """What was published, before anything is counted."""
    return Found(
        finding=finding.name, statement=finding.statement, published=_published(finding),
        published_low=math.nan if finding.low is None else finding.low,
        published_high=math.nan if finding.high is None else finding.high,
        denominator=finding.of.name, definition=_definition(finding), comparable=finding.comparable, why=finding.why,
        source=finding.source,
    )  # fmt: skip


def _published(finding: Finding) -> Said:
    number = "" if finding.value is None else f"{finding.value:g}{finding.unit if finding.unit == '%' else ''}"
    n = f" (n = {finding.n})" if finding.n else ""
    return Said((finding.said.nl or number) + n, (finding.said.en or number) + n)


def _verdict(finding: Finding, *shares: Estimate) -> str:
    """ "higher" or "lower" where every one of the intervals lies beyond what was published; "" without a number."""
    known = [one for one in shares if not math.isnan(one.low)]
    if finding.low is None or finding.high is None or not known:
        return ""
    if all(one.low > finding.high for one in known):
        return "higher"
    return "lower" if all(one.high < finding.low for one in known) else "compatible"


def _definition(finding: Finding) -> Said:
    if not finding.computed:
        return Said("", "")
    parts_nl, parts_en = [], []
    for has, nl, en in ((finding.has, "met", "with"), (finding.lacks, "zonder", "without")):
        for one in has:
            words_nl, words_en = _in_words(one)
            parts_nl.append(f"{nl} een passage {words_nl}")
            parts_en.append(f"{en} a passage {words_en}")
    if finding.of.unit == "passage":
        return Said(*(_in_words(finding.has[0])))
    return Said("; ".join(parts_nl), "; ".join(parts_en))


def _in_words(condition: Condition) -> tuple[str, str]:
    codes = [
        f"{name}: {'een of meer codes' if '*' in wanted else ' of '.join(wanted)}"
        for name, wanted in condition.codes.items()
    ]
    nl = codes + [f"plaats: {' of '.join(condition.places)}"] * bool(condition.places)
    nl += [f"woordenlijst {name}" for name in condition.words] + [f"zonder woordenlijst {x}" for x in condition.without]
    en = [one.replace("een of meer codes", "any code").replace(" of ", " or ") for one in codes]
    en += [f"place: {' or '.join(condition.places)}"] * bool(condition.places)
    en += [f"word list {name}" for name in condition.words] + [f"without word list {x}" for x in condition.without]
    return ", ".join(nl), ", ".join(en)


def _remarks(corpus: Corpus) -> tuple[Said, ...]:
    remarks = [said("uncorrected")]
    if len(corpus.documents) < FEW:
        remarks.append(said("few_corpus", n=len(corpus.documents)))
    if corpus.guessed:
        remarks.append(said("guessed_kind"))
    if corpus.fragments:
        remarks.append(said("fragments", n=round(corpus.usual)))
    if not corpus.placed:
        remarks.append(said("no_places"))
    return tuple(remarks)

"""What a study published beside what a labelled corpus shows: the same denominators, with intervals."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheidslijn.codebook import Codebook
from scheidslijn.evaluating.evaluation import Baseline, Found, Quoted, Said
from scheidslijn.evaluating.findings import Condition, Finding, Findings
from scheidslijn.evaluating.intervals import share_of_documents, share_of_passages
from scheidslijn.evaluating.words import said
from scheidslijn.labelled import Labelled
from scheidslijn.measuring.estimate import UNKNOWN, Estimate
from scheidslijn.termmatcher import TermMatcher

FEW = 20
"""Below this many documents a share of documents says little, and the table says so."""
EXAMPLES = 5
WHOLE = 30
"""With fewer passages than this, half of the documents are no whole documents, and no verdict is given."""
_KINDS = (("wmo-plan", re.compile(r"wmo|maatschappelijke ondersteuning|beleidsplan sociaal", re.I)),
          ("coalitieakkoord", re.compile(r"akkoord|collegeprogramma|coalitie", re.I)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    """A labelled passage with the word lists that it has a term of."""

    labelled: Labelled
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labelled documents.

    Attributes:
        documents: by name the passages that count: no headings, except titles, and no repeats.
        kinds: by name the kind of document, "" where not known.
        guessed: whether kinds were guessed from names of documents.
    """

    documents: Mapping[str, tuple[Marked, ...]]
    kinds: Mapping[str, str]
    guessed: bool

    @property
    def usual(self) -> float:
        """The median number of passages of a document."""
        return float(np.median([len(marked) for marked in self.documents.values()])) if self.documents else 0.0

    @property
    def fragments(self) -> bool:
        """Whether these are pieces of documents: an agreement has hundreds of passages."""
        return self.usual < WHOLE

    @property
    def placed(self) -> bool:
        """Whether it is known where passages stand; in a table of loose rows all stand in running text."""
        return any(one.labelled.passage.place != "vrije_tekst" for own in self.documents.values() for one in own)


def corpus_of(rows: Sequence[Labelled], findings: Findings, codebook: Codebook) -> Corpus:
    """Group labelled passages by document and look up the word lists.

    The kind of a document is that of its column `doc_type`, or guessed from its name.
    """
    lists = {**findings.words, **codebook.terms}
    matcher = TermMatcher([(name, term) for name, terms in lists.items() for term in terms])
    grouped: dict[str, list[Marked]] = defaultdict(list)
    kinds: dict[str, str] = {}
    guessed = False
    for one in rows:
        passage = one.passage
        told = str(passage.extra.get("doc_type") or passage.extra.get("documenttype") or "")
        if passage.document not in kinds:
            kinds[passage.document] = told or _guess(passage.document)
            guessed |= not told
        if passage.duplicate_of or (passage.kind == "heading" and passage.place != "titel"):
            continue
        grouped[passage.document].append(Marked(one, frozenset(hit.code for hit in matcher.find(passage.text))))
    return Corpus({name: tuple(marked) for name, marked in grouped.items()}, kinds, guessed)


def compare_with(findings: Findings, corpus: Corpus, codebook: Codebook, name: str, model: str) -> Baseline:
    """Return the table: every finding, with what the corpus shows where there is a rule to count it."""
    coded = {dimension for marked in corpus.documents.values() for one in marked for dimension in one.labelled.codes}
    found = tuple(_found(one, corpus, coded) for one in findings.findings)
    if corpus.fragments:
        found = tuple(replace(one, verdict="") for one in found)
    passages = sum(len(marked) for marked in corpus.documents.values())
    return Baseline(name, model, len(corpus.documents), passages, found, _remarks(corpus))


def meets(marked: Marked, condition: Condition) -> bool:
    """Whether one passage meets a condition, all of it."""
    one = marked.labelled
    return (
        all(_has(one.codes.get(name, ()), wanted) for name, wanted in condition.codes.items())
        and (not condition.places or one.passage.place in condition.places)
        and all(name in marked.words for name in condition.words)
        and not any(name in marked.words for name in condition.without)
    )


def _has(codes: Sequence[str], wanted: Sequence[str]) -> bool:
    return bool(codes) if "*" in wanted else any(code in wanted for code in codes)


def _any(marked: Sequence[Marked], conditions: Sequence[Condition]) -> bool:
    return any(meets(one, condition) for one in marked for condition in conditions)


def _found(finding: Finding, corpus: Corpus, coded: set[str]) -> Found:
    bare = _without_count(finding)
    if not finding.computed:
        return bare
    chosen = {
        name: marked
        for name, marked in corpus.documents.items()
        if not finding.scope or corpus.kinds[name] in ("", finding.scope)
    }
    if reason := _impossible(finding, corpus, chosen, coded):
        return _without_count(finding, "no", reason)
    if finding.of.unit == "passage":
        return _passages(finding, chosen)
    inside = {name: marked for name, marked in chosen.items() if not finding.of.has or _any(marked, finding.of.has)}
    if not inside:
        reason = said("none_in_group", n=len(chosen))
        return _without_count(finding, "no", reason, of=0)
    yes = tuple(
        name
        for name, marked in inside.items()
        if (not finding.has or _any(marked, finding.has)) and not _any(marked, finding.lacks)
    )
    share = share_of_documents(len(yes), len(inside))
    shown = _quoted([one for name in yes for one in inside[name] if _any((one,), finding.has or finding.of.has)])
    return _without_count(finding, count=len(yes), of=len(inside), share=share, documents=yes, examples=shown)


def _passages(finding: Finding, chosen: Mapping[str, tuple[Marked, ...]]) -> Found:
    documents: list[str] = []
    hits: list[bool] = []
    shown: list[Marked] = []
    for name, marked in chosen.items():
        for one in marked:
            if not finding.of.has or _any((one,), finding.of.has):
                documents.append(name)
                hits.append(_any((one,), finding.has))
                shown += [one] * hits[-1]
    if not hits:
        reason = said("no_passage_in_group")
        return _without_count(finding, "no", reason, of=0)
    share = share_of_passages(documents, np.array(hits))
    names = tuple(dict.fromkeys(name for name, hit in zip(documents, hits, strict=True) if hit))
    return _without_count(finding, count=sum(hits), of=len(hits), share=share, documents=names, examples=_quoted(shown))


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
    finding: Finding, corpus: Corpus, chosen: Mapping[str, tuple[Marked, ...]], coded: set[str]
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


def _without_count(
    finding: Finding,
    comparable: str = "",
    why: Said | None = None,
    *,
    count: int = -1,
    of: int = -1,
    share: Estimate | None = None,
    documents: tuple[str, ...] = (),
    examples: tuple[Quoted, ...] = (),
) -> Found:
    return Found(
        finding=finding.name, statement=finding.statement, published=_published(finding),
        published_low=math.nan if finding.low is None else finding.low,
        published_high=math.nan if finding.high is None else finding.high,
        denominator=finding.of.name, definition=_definition(finding), comparable=comparable or finding.comparable,
        why=why or finding.why, source=finding.source.nl, count=count, of=of, share=share or UNKNOWN,
        verdict=_verdict(finding, share), documents=documents,
        examples=examples,
    )  # fmt: skip


def _published(finding: Finding) -> Said:
    number = "" if finding.value is None else f"{finding.value:g}{finding.unit if finding.unit == '%' else ''}"
    n = f" (n = {finding.n})" if finding.n else ""
    return Said((finding.said.nl or number) + n, (finding.said.en or number) + n)


def _verdict(finding: Finding, share: Estimate | None) -> str:
    if share is None or finding.low is None or finding.high is None or math.isnan(share.low):
        return ""
    return "higher" if share.low > finding.high else "lower" if share.high < finding.low else "compatible"


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


def _guess(document: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(document)), "")


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

"""From several coders to one example a passage, by a rule that is stated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from scheidslijn.annotations.coding import Coding, Codings, Problem
from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Codebook, Dimension

Rule = Literal["adjudicated", "majority", "soft"]
RULES: tuple[Rule, ...] = get_args(Rule)
Votes = dict[str, float]
MACHINE = "labels of a machine"
"""Kind of the problem that tells of codings which no person gave."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How the coders of one dimension came to one answer, in passages.

    Attributes:
        alone: coded by one coder.
        agreed: coded by several, who gave the same.
        settled: coders differed, and the rule decided every code (by adjudication, by majority, or as shares).
        open: coders differed, and at least one code stays unknown.
    """

    alone: int = 0
    agreed: int = 0
    settled: int = 0
    open: int = 0

    @property
    def coded(self) -> int:
        """Passages of which anybody coded the dimension."""
        return self.alone + self.agreed + self.settled + self.open


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging made.

    Attributes:
        examples: one for every passage of a document, in the order of the codings.
        problems: passages that coders left open, and those without a text.
        counts: by dimension how it was decided.
        without_text: keys of passages that are not among the examples because their text is not known.
    """

    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    counts: Mapping[str, Agreed]
    without_text: tuple[str, ...] = ()


def merge(codings: Codings | Sequence[Coding], codebook: Codebook, rule: Rule = "adjudicated",
          *, source: str = "coded", need_text: bool = True, machines: bool = False) -> Merged:  # fmt: skip
    """Merge the codings of each passage into one example.

    Of a multi-label dimension every code is decided by itself, so that what coders agree on is kept; a single-label
    dimension is known whole or not at all. A coder who did not code a dimension has no say in it.

    - "adjudicated": what an adjudicated coding says; where there is none, what all coders agree on; else unknown.
    - "majority": what more than half of the coders say; a tie is unknown. Adjudicated codings do not vote, and count
      only for passages that no coder coded.
    - "soft": the share of the coders, from 0 to 1. Adjudicated codings as with "majority".

    Args:
        codings: as `read_codings` gives them, or some of them.
        codebook: whose dimensions are merged.
        rule: one of `RULES`.
        source: the `Example.source`.
        need_text: leave passages out of which only the key is known.
        machines: take the codings of machines as those of coders. Without it they are left out, and told.

    Raises:
        ValueError: an unknown rule.
    """
    if rule not in RULES:
        raise ValueError(f"unknown rule '{rule}'; choose {', '.join(RULES)}")
    passages: dict[tuple[str, str], list[Coding]] = defaultdict(list)
    given = codings.codings if isinstance(codings, Codings) else codings
    for one in given:
        if machines or not one.machine:
            passages[one.key, one.document].append(one)
    examples, missing = [], []
    problems = [] if machines else _machines(given)
    counts: dict[str, dict[str, int]] = {one.name: defaultdict(int) for one in codebook.dimensions}
    for group in passages.values():
        known: dict[str, float] = {}
        for dimension in codebook.dimensions:
            found, how = _decide(group, dimension, rule)
            known |= found
            if how:
                counts[dimension.name][how] += 1
            if how == "open":
                problems.append(_open(group, dimension, rule))
        texts = [one for one in group if one.text]
        if need_text and not texts:
            missing.append(group[0].key)
            problems.append(Problem(group[0].where, "no text", "its text is not known; it is left out"))
            continue
        examples.append(_example(group, texts or group, known, source))
    return Merged(
        tuple(examples), tuple(problems), {name: Agreed(**one) for name, one in counts.items()}, tuple(missing)
    )


def _example(group: Sequence[Coding], texts: Sequence[Coding], known: Mapping[str, float], source: str) -> Example:
    extra: dict[str, object] = {}
    for one in group:
        extra = {**one.extra, **extra}
    return Example(
        text=texts[0].text, document=group[0].document, source=source, known=known,
        heading=next((one.heading for one in group if one.heading), ()),
        doc_type=next((one.doc_type for one in group if one.doc_type), ""),
        key=group[0].key,
        page=next((one.page for one in group if one.page is not None), None),
        extra=extra,
    )  # fmt: skip


def votes_of(coding: Coding, dimension: Dimension) -> Votes:
    """What one coding says of a dimension: by key 1.0 or 0.0; nothing where it was not coded.

    A single-label dimension that was coded "none applies" gives 0.0 for every code.
    """
    if dimension.name in coding.codes:
        given = coding.codes[dimension.name]
        return {code.key: float(code.code in given) for code in dimension.codes}
    if not dimension.multi:
        return {}  # marks that leave a single-label dimension open say nothing
    return {code.key: float(coding.partly[code.key]) for code in dimension.codes if code.key in coding.partly}


def _decide(group: Sequence[Coding], dimension: Dimension, rule: Rule) -> tuple[Votes, str]:
    """Return what is known of one passage on one dimension, and the field of `Agreed` that counts it, or ""."""
    coders = [votes for one in group if not one.adjudicated and (votes := votes_of(one, dimension))]
    settled = [votes for one in group if one.adjudicated and (votes := votes_of(one, dimension))]
    differ = any(len(set(said)) > 1 for said in _by_key(coders).values())
    if (rule == "adjudicated" and settled) or not coders:
        if not settled:
            return {}, ""
        known = _unanimous(settled)
        whole = len(known) == len(_by_key(settled))
        how = "open" if not whole else "settled" if differ else "agreed" if len(coders) > 1 else "alone"
        return _valid(known, dimension), how
    by_key = _by_key(coders)
    if rule == "adjudicated":
        known = _unanimous(coders)
    elif rule == "majority":
        shares = {key: sum(said) / len(said) for key, said in by_key.items()}
        known = {key: float(share > 0.5) for key, share in shares.items() if share != 0.5}
    else:
        known = {key: sum(said) / len(said) for key, said in by_key.items()}
    if not dimension.multi and differ and rule != "soft" and sum(known.values()) != 1:
        known = {}  # no code has the majority: the dimension is not known
    how = (
        "alone" if len(coders) == 1 else "agreed" if not differ else "settled" if len(known) == len(by_key) else "open"
    )
    return _valid(known, dimension), how


def _by_key(votes: Sequence[Votes]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for one in votes:
        for key, value in one.items():
            found[key].append(value)
    return found


def _unanimous(votes: Sequence[Votes]) -> Votes:
    return {key: said[0] for key, said in _by_key(votes).items() if len(set(said)) == 1}


def _valid(known: Votes, dimension: Dimension) -> Votes:
    """A single-label dimension as `Example.known` holds it: the whole of it with a sum of 1, or nothing."""
    if dimension.multi or (len(known) == len(dimension.codes) and abs(sum(known.values()) - 1) < 1e-9):
        return known
    return {}


def _machines(codings: Sequence[Coding]) -> list[Problem]:
    """One problem for every machine whose codings are left out."""
    count = Counter(one.coder for one in codings if one.machine)
    first: dict[str, Coding] = {}
    for one in codings:
        if one.machine:
            first.setdefault(one.coder, one)
    message = "{:,} passages have labels of the machine '{}'; nothing is learned from them or measured by them here"
    return [Problem(first[name].where, MACHINE, message.format(number, name)) for name, number in count.items()]


def _open(group: Sequence[Coding], dimension: Dimension, rule: Rule) -> Problem:
    said = "; ".join(
        f"{one.coder or 'adjudicated'}: {', '.join(one.codes[dimension.name]) or 'none'}"
        for one in group
        if dimension.name in one.codes
    )
    reason = "tied" if rule == "majority" else "nobody settled it"
    return Problem(group[0].where, "coders differ", f"{dimension.name} is not decided ({said[:200]}); {reason}")

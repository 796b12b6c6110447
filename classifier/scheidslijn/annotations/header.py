"""What each column of a table of codings is for."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from scheidslijn.annotations.cells import fold
from scheidslijn.annotations.columns import Columns
from scheidslijn.annotations.naming import Names

FACTS = ("text", "key", "document", "coder", "adjudicated", "heading", "doc_type", "page")
SETTLED = frozenset({"definitief", "eind", "eindoordeel", "consensus", "gold", "goud", "gouden", "adjudicated", "final",
                     "beslist", "besluit", "overleg", "curation"})  # fmt: skip
"""Folded names of "coders" whose codes settle what the others differed on."""
SHOWN = "getoond_"
"""Fields of our exports that begin so were only shown to the coder (`scheidslijn.exchange`)."""
_OURS = frozenset({"passage_id", "kind", "place", "inclusion_probability", "draw", "duplicate_of", "remark", "reason",
                   "suggestion", "suggestion_of", "suggested_by", "voor_codeur", "codebook"})  # fmt: skip
"""Columns of our own tables (they have a `passage_id`): never a code, also where the codebook has one called "Kind"."""
_REMARKS = frozenset({"toelichting", "opmerking", "opmerkingen", "notitie", "notities", "notes", "note", "comment",
                      "comments", "remark", "reden", "reason", "basis", "score", "scores", "zekerheid", "confidence",
                      "citaat", "quote", "bron", "kans", "probability", "old", "oud", "model", "id"})  # fmt: skip
_JOINTS = " ._:/-([|"
_ORDINAL = re.compile(r"\s*\d{1,2}e[ _](?P<name>.+)")  # "2e thema": a further code of that dimension


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what.

    Attributes:
        facts: by name of a fact (`FACTS`) the columns that may hold it, best first.
        labels: by coder ("" for the coder of the row), by dimension the columns of its labels; several only where
            `Columns.dimensions` names several, or they are numbered (`1e thema`, `2e thema`).
        marks: by coder, by key the column that says whether this code applies.
        loose: columns with labels of any dimension.
        others: all further columns.
    """

    facts: dict[str, tuple[str, ...]]
    labels: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    loose: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def coders(self) -> tuple[str, ...]:
        """Names of the coders that have columns of their own, or "" alone."""
        return tuple(dict.fromkeys([*self.labels, *self.marks])) or ("",)


def header_of(names: Iterable[str], known: Names, columns: Columns) -> Header:
    """Return what the columns of these names hold.

    A column is taken for the first of: a fact, a dimension (`thema`, `Beleidsthema`; `1e thema` and `2e thema` together
    hold its labels), a code (`thema.onderwijs`, or `onderwijs` where only one dimension has it), one of these with a
    coder before or behind it (`thema_A`, `codeur1.thema`), labels of any dimension. Where a dimension has a column of
    its own, columns of its codes are not read: those are scores of a labeller. Columns with a coder are read when a
    dimension has several of them, or when it has no column without a coder and that coder has several columns. Beside
    several coders the column without one settles what they differ on (see also `SETTLED`).
    """
    facts = {fact: {fold(name): rank for rank, name in enumerate(getattr(columns, fact))} for fact in FACTS}
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    said = {name.strip().lower() for names in columns.dimensions.values() for name in names}
    names = sorted(names, key=lambda name: name.strip().lower() not in said)  # what the user named comes first
    ours = "passage_id" in names
    plain: dict[str, list[str]] = {}
    codes: dict[str, str] = {}
    by_coder: dict[str, dict[str, str]] = defaultdict(dict)
    loose, others = [], []
    targets = targets_of(known)
    for name in names:
        low = name.strip().lower()
        fact = next((fact for fact in FACTS if fold(name) in facts[fact]), "")
        if name.startswith(SHOWN) or (ours and low in _OURS):
            others.append(name)
        elif fact:
            found[fact].append((facts[fact][fold(name)], name))
        elif (target := targets.get(fold(name))) is not None:
            if "." in target:
                taken = codes.setdefault(target, name) == name
            else:
                taken = low in said or target not in plain
                plain.setdefault(target, []).extend([name] if taken else [])
            others += [] if taken else [name]
        elif (target := _ordinal(name, known)) is not None:
            plain.setdefault(target, []).append(name)
        elif low in columns.labels:
            loose.append(name)
        elif split := _with_coder(name, targets):
            by_coder[split[1]].setdefault(split[0], name)
        else:
            others.append(name)
    labels, marks, unread = _settle(plain, codes, by_coder)
    return Header(
        {fact: tuple(name for _, name in sorted(ranked)) for fact, ranked in found.items()},
        labels, marks, () if labels else tuple(loose), (*others, *unread, *(loose if labels else ())),
    )  # fmt: skip


def targets_of(known: Names) -> dict[str, str]:
    """By folded name of a column the dimension or key it is for."""
    targets = {fold(code.key): code.key for one in known.codebook.dimensions for code in one.codes}
    seen: dict[str, set[str]] = defaultdict(set)
    for dimension, codes in known.code_names.items():
        for spelled, code in codes.items():
            if code:
                seen[spelled].add(f"{dimension}.{code}")
    targets |= {spelled: min(keys) for spelled, keys in seen.items() if len(keys) == 1 and len(spelled) > 2}
    return targets | known.dimension_names


def _ordinal(name: str, known: Names) -> str | None:
    """The dimension that a column such as `2e thema` holds one more label of."""
    found = _ORDINAL.fullmatch(name)
    return known.dimension_names.get(fold(found["name"])) if found else None


def _with_coder(name: str, targets: dict[str, str]) -> tuple[str, str] | None:
    """Split `thema_A` or `codeur1.thema` into what it is for and its coder; the longest name of a target wins."""
    best: tuple[int, str, str] | None = None
    for at, mark in enumerate(name):
        if mark not in _JOINTS:
            continue
        for target, coder in ((name[:at], name[at + 1 :]), (name[at + 1 :], name[:at])):
            coder = coder.strip(" ()[]._:/-|")
            found = targets.get(fold(target))
            if found and coder and fold(coder) not in _REMARKS and (best is None or len(target) > best[0]):
                best = len(target), found, coder
    return (best[1], best[2]) if best else None


def _settle(
    plain: dict[str, list[str]], codes: dict[str, str], by_coder: dict[str, dict[str, str]]
) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, dict[str, str]], list[str]]:
    """Return the columns of labels and of marks by coder, and the columns that are not read."""
    labels: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    marks: dict[str, dict[str, str]] = defaultdict(dict)
    unread = []
    coded = {target.partition(".")[0] for target in plain}
    for target, names in plain.items():
        labels[""][target] = tuple(names)
    for target, name in codes.items():
        if target.partition(".")[0] in coded:
            unread.append(name)
        else:
            marks[""][target] = name
    counts = Counter(target for targets in by_coder.values() for target in targets)
    for coder, targets in by_coder.items():
        for target, name in targets.items():
            lone = counts[target] < 2 and len(targets) < 2
            if (lone and (plain or codes)) or (counts[target] < 2 and (target in plain or target in codes)):
                unread.append(name)
            else:
                if "." in target:
                    marks[coder][target] = name
                else:
                    labels[coder][target] = (name,)
    return dict(labels), dict(marks), unread

"""The passages to code, from documents or from any table of passages; labels that stand in a table are left behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scheidslijn.annotations.belonging import named_in, refuse_another
from scheidslijn.annotations.columns import DEFAULT
from scheidslijn.annotations.header import Header, header_of
from scheidslijn.annotations.naming import Names
from scheidslijn.annotations.records import extra_of, facts_of, titles_of, unguarded
from scheidslijn.codebook import Codebook
from scheidslijn.codingpage.values import Item
from scheidslijn.errors import ScheidslijnError
from scheidslijn.passage import Passage

_OURS = re.compile(r"(?P<prefix>[0-9a-f]{8})-(?:p(?P<page>\d{3,})-(?P<number>\d{2,})|r(?P<row>\d{6,}))")
_WORDS = re.compile(r"[^\W_]+")
_LEFT_BEHIND = frozenset({
    "passage_id", "kind", "place", "table", "duplicate_of", "remark", "reason", "reden", "scores", "abstained",
    "flags", "evidence", "failures", "suggestion", "suggestion_of", "seconds",
})  # fmt: skip
"""Columns with a meaning of their own, and those that tell why a passage was chosen or what a machine said of it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What there is to code.

    Attributes:
        items: in the order of the sheet.
        headings, repeats: passages that are left out: titles, and texts that stand in the document before.
    """

    items: tuple[Item, ...]
    headings: int = 0
    repeats: int = 0


def make_sheet(
    passages: Iterable[Passage], codebook: Codebook, *, context: Iterable[Passage] = (), headings: bool = False,
    name: str = "",
) -> Sheet:  # fmt: skip
    """Turn what was read into what is coded.

    A passage keeps the `passage_id` of its table. One that repeats a text of its document is left out, because the
    codes of one count for both. Neighbours are shown only where they surely stand beside each other: a document, or
    rows whose ids follow each other.

    Args:
        passages: of documents and tables, in their order.
        codebook: whose labels are not taken over from a table.
        context: passages of the same documents, only to show what stands beside a passage.
        headings: code titles too.
        name: of the sheet, for messages.

    Raises:
        ScheidslijnError: there is nothing to code, or a row names another codebook.
    """
    facts = _Facts(codebook)
    own = [facts.named(one) for one in passages]
    beside = _neighbours([*map(facts.named, context), *own])
    items: list[Item] = []
    ids: set[str] = set()
    texts: set[tuple[str, str]] = set()
    titles = repeats = 0
    for given, one in own:
        refuse_another(named_in(given), codebook, name or one.document, "is for")
        if one.kind == "heading" and not headings:
            titles += 1
        elif (one.document, one.key) in texts or one.duplicate_of or given.get("duplicate_of"):
            repeats += 1
        else:
            texts.add((one.document, one.key))
            if one.passage_id in ids:
                one = replace(one, passage_id=_free(one.passage_id, ids))
            ids.add(one.passage_id)
            before, after = beside.get(one.passage_id, (None, None))
            items.append(Item(one, facts.of(given), before, after))
    if not items:
        raise ScheidslijnError(
            f"there is nothing to code: {titles:,} headings and {repeats:,} repeated texts are left out"
            if titles or repeats
            else "there is nothing to code: no passage was read"
        )
    return Sheet(tuple(items), titles, repeats)


def _free(identity: str, taken: set[str]) -> str:
    number = 2
    while f"{identity}#{number}" in taken:
        number += 1
    return f"{identity}#{number}"


def _neighbours(
    passages: Sequence[tuple[Mapping[str, object], Passage]],
) -> dict[str, tuple[Passage | None, Passage | None]]:
    """By id of a passage what stands before and after it, as far as the ids tell."""
    known: dict[str, Passage] = {}
    for _, one in passages:
        known.setdefault(one.passage_id, one)
    placed = sorted((place, identity) for identity in known if (place := _place(identity)) is not None)
    found: dict[str, tuple[Passage | None, Passage | None]] = {}
    for (place, first), (following, second) in pairwise(placed):
        one, other = known[first], known[second]
        if place[0] == following[0] and one.document == other.document and _follows(place, following):
            found[first] = (found.get(first, (None, None))[0], other)
            found[second] = (one, None)
    return found


def _place(identity: str) -> tuple[str, int, int] | None:
    """File, page and number on the page (or row) of an id that we made."""
    match = _OURS.fullmatch(identity)
    if match is None:
        return None
    if match["row"]:
        return match["prefix"] + "r", 0, int(match["row"])
    return match["prefix"] + "p", int(match["page"]), int(match["number"])


def _follows(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    """Whether nothing can stand between two places, but for the foot of a page."""
    return other[2] == one[2] + 1 if one[1] == other[1] else other[2] == 1


class _Facts:
    """What the columns of a row say of its passage, labels aside."""

    def __init__(self, codebook: Codebook) -> None:
        self._names = Names.of(codebook, DEFAULT)
        self._headers: dict[tuple[str, ...], Header] = {}
        self._dimensions = {one.name for one in codebook.dimensions} | {
            f"hoofd{one.name}" for one in codebook.dimensions
        }

    def named(self, passage: Passage) -> tuple[Mapping[str, object], Passage]:
        """A passage as its own table knows it, with the columns of that table."""
        if not passage.extra:
            return {}, passage
        given = {name.strip(): value for name, value in passage.extra.items() if isinstance(name, str)}
        document = str(facts_of(given, self._header(given))["document"]) or passage.document
        one = replace(passage, document=document, heading=titles_of(" > ".join(passage.heading)), extra={})
        identity = next((value for name, value in given.items() if name.lower() == "passage_id"), None)
        if isinstance(identity, str) and identity.strip():
            one = replace(one, passage_id=identity.strip(), text=unguarded(one.text))
        return given, one

    def of(self, given: Mapping[str, object]) -> dict[str, object]:
        """The further columns that go into the result: none with a label, and none that tells why it was chosen."""
        header = self._header(given)
        kind = str(facts_of(given, header)["doc_type"])
        return ({"doc_type": kind} if kind else {}) | extra_of(given, header)

    def _header(self, given: Mapping[str, object]) -> Header:
        names = tuple(name for name in given if not self._is_label(name))
        if names not in self._headers:
            self._headers[names] = header_of(names, self._names, DEFAULT)
        return self._headers[names]

    def _is_label(self, name: str) -> bool:
        """Whether a column may tell what somebody thought: `thema`, `thema_bram`, `scores.thema.onderwijs`."""
        low = name.lower()
        return low in _LEFT_BEHIND or not self._dimensions.isdisjoint(_WORDS.findall(low)) or low in self._dimensions

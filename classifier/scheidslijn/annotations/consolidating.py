"""From what stood in the rows to one coding a passage, document and coder."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scheidslijn.annotations.coding import Coding, Problem
from scheidslijn.annotations.naming import Names
from scheidslijn.annotations.rows import whole


def consolidate(
    codings: Sequence[Coding],
    files: Mapping[str, str],
    names: Names,
    texts: Mapping[str, str] | None,
    *,
    add_up: bool = False,
) -> tuple[list[Coding], list[Problem]]:
    """Return one coding for every passage of a document and every coder, and what was met on the way.

    Args:
        codings: in the order of the files.
        files: by place of a coding the name of its file, which is its document when it names none.
        names: of the codebook.
        texts: by key the texts of passages that have only their key; None when nobody gave any.
        add_up: join the codes that one coder gave one passage in several rows; see `Columns.rows_add_up`.
    """
    problems: list[Problem] = []
    placed = _placed(_with_texts(codings, texts, problems), files, problems)
    groups: dict[tuple[str, str, str, bool, bool], list[Coding]] = defaultdict(list)
    for one in placed:
        groups[one.key, one.document, one.coder, one.adjudicated, one.machine].append(one)
    joined = [_joined(_added_up(group, names) if add_up else group, names, problems) for group in groups.values()]
    _tell_leaks((one for one in joined if not one.machine), problems)
    return [one for one in joined if one.codes or one.partly], problems


def _with_texts(codings: Sequence[Coding], texts: Mapping[str, str] | None, problems: list[Problem]) -> list[Coding]:
    known = dict(texts or {}) | {one.key: one.text for one in codings if one.text}
    found = []
    for one in codings:
        if not one.text and one.key in known:
            one = replace(one, text=known[one.key])
        elif not one.text and texts is not None:
            message = f"no text is known for the key {one.key}; its labels are kept without text"
            problems.append(Problem(one.where, "text not found", message))
        found.append(one)
    return found


def _placed(codings: Sequence[Coding], files: Mapping[str, str], problems: list[Problem]) -> list[Coding]:
    """Give codings without a document that of the same passage elsewhere, or else the name of their file.

    So two coders with a file each, neither of which names documents, still meet on the same passages.
    """
    known: dict[str, Coding] = {}
    for one in codings:
        if one.document:
            known.setdefault(one.key, one)
    without, rows = Counter[str](), Counter(files[one.where] for one in codings)
    placed = []
    for one in codings:
        if not one.document and one.key in known:
            other = known[one.key]
            one = replace(one, document=other.document, heading=one.heading or other.heading,
                          doc_type=one.doc_type or other.doc_type,
                          page=other.page if one.page is None else one.page,
                          extra={**other.extra, **one.extra})  # fmt: skip
        elif not one.document:
            without[files[one.where]] += 1
            one = known[one.key] = replace(one, document=files[one.where])
        placed.append(one)
    for name, count in without.items():
        message = (
            f"{count} of {rows[name]} coded rows name no document; they count as one document, '{name}', which no "
            "split divides; add a column 'document' if they come from several"
        )
        problems.append(Problem(name, "no document", message))
    return placed


def _added_up(group: Sequence[Coding], names: Names) -> list[Coding]:
    """The rows of one passage as one row of its multi-label dimensions; the other rows keep what does not add up."""
    said: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one in group:
        for dimension, codes in one.codes.items():
            said[dimension].append(codes)
    joined = {
        dimension: tuple(dict.fromkeys(code for codes in found for code in codes))
        for dimension, found in said.items()
        if names.dimension(dimension).multi and (all(found) or not any(found))  # "none" and a code do not add up
    }
    single = [
        replace(one, codes={name: codes for name, codes in one.codes.items() if name not in joined}) for one in group
    ]
    return [replace(single[0], codes={**single[0].codes, **joined}), *single[1:]]


def _joined(group: Sequence[Coding], names: Names, problems: list[Problem]) -> Coding:
    """Join what one coder said of one passage in several rows; what contradicts itself becomes unknown."""
    first = group[0]
    if len(group) == 1:
        return first
    said: dict[str, tuple[str, ...]] = {}
    marks: dict[str, bool] = {}
    places: dict[str, str] = {}
    unknown: set[str] = set()
    repeats = 0
    for one in group:
        again = False
        for dimension, codes in one.codes.items():
            again |= dimension in said
            if dimension not in said:
                said[dimension], places[dimension] = codes, one.where
            elif set(said[dimension]) != set(codes) and dimension not in unknown:
                unknown.add(dimension)
                problems.append(_different(one, dimension, places[dimension], _shown(said[dimension]), _shown(codes)))
        for key, value in one.partly.items():
            again |= key in marks
            if key not in marks:
                marks[key], places[key] = value, one.where
            elif marks[key] != value and key not in unknown:
                unknown.add(key)
                problems.append(_different(one, key, places[key], _yes(marks[key]), _yes(value)))
        repeats += again
    if repeats and not unknown:
        message = f"the same passage of {first.document} with the same labels as at {first.where}; it counts once"
        problems.append(Problem(group[-1].where, "repeated passage", message))
    kept = {dimension: codes for dimension, codes in said.items() if dimension not in unknown}
    partly = {
        key: value
        for key, value in marks.items()
        if key not in unknown and key.partition(".")[0] not in kept and key.partition(".")[0] not in unknown
    }
    full, partly = whole(partly, names)
    return replace(first, codes=kept | full, partly=partly)


def _different(one: Coding, what: str, before: str, there: str, here: str) -> Problem:
    who = f"coder '{one.coder}'" if one.coder else "the file"
    message = (
        f"{who} coded this passage before at {before} with {what} {there}, and here with {here}; "
        f"{what} of this passage stays unknown for this coder"
    )
    return Problem(one.where, "different labels", message)


def _tell_leaks(codings: Iterable[Coding], problems: list[Problem]) -> None:
    """Tell of texts in several documents: a split by document may have one on either side."""
    first: dict[str, Coding] = {}
    told: set[tuple[str, str]] = set()
    mine: dict[tuple[str, str, bool], Coding] = {}
    for one in codings:
        other = first.setdefault(one.key, one)
        if other.document != one.document and (one.key, one.document) not in told:
            told.add((one.key, one.document))
            message = (
                f"the text of this passage of {one.document} is also in {other.document} ({other.where}); a split "
                "by document may have it on both sides"
            )
            problems.append(Problem(one.where, "text in two documents", message))
        same = mine.setdefault((one.key, one.coder, one.adjudicated), one)
        for dimension in one.codes.keys() & same.codes.keys():
            there, here = same.codes[dimension], one.codes[dimension]
            if set(there) != set(here):
                message = (
                    f"the same text in {same.document} ({same.where}) has {dimension} {_shown(there)}, here "
                    f"{_shown(here)}; each keeps its own"
                )
                problems.append(Problem(one.where, "different labels", message))


def _shown(codes: tuple[str, ...]) -> str:
    return f"'{', '.join(codes)}'" if codes else "none"


def _yes(value: bool) -> str:
    return "yes" if value else "no"

"""A text with annotated spans (INCEpTION, WebAnno), and the passages that become of it.

**What a passage is.** A coder marks a span; a passage is by default every sentence that the span touches, from the
beginning of the first to the end of the last. So a span inside a sentence codes the sentence, and a span over a
paragraph codes the paragraph. `Columns.unit` takes the span itself, or its paragraph, instead. Spans with the same
passage are joined: it has all their labels. What no span touches is not coded. A document is one annotated text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scheidslijn.annotations.cells import fold, labels_of, yes_or_no
from scheidslijn.annotations.coding import Problem
from scheidslijn.annotations.columns import Unit
from scheidslijn.annotations.header import targets_of
from scheidslijn.annotations.naming import Names, UnknownLabel
from scheidslijn.annotations.records import Records
from scheidslijn.annotations.rows import Row

Extent = tuple[int, int]
CURATOR = "CURATION_USER"
ANNOTATOR = "annotator"
"""The coder of a file that names none: its own name is that of the document."""
_BUILT_IN = ("uima.", "de.tudarmstadt.", "org.dkpro.", "cas.")
_VALUES = frozenset({"value", "values", "label", "labels", "code", "codes", "waarde", "categorie", "category", "tag"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation: half-open `[begin, end)` in characters, its layer (type), and its features that have a value."""

    begin: int
    end: int
    layer: str
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document as one coder annotated it.

    Attributes:
        text: the whole of it.
        marks: annotations of all layers.
        sentences, paragraphs: extents, in order; empty where the file has none.
        document, coder: names, or "" where the file does not say; the coder `CURATION_USER` settles.
    """

    text: str
    marks: tuple[Mark, ...]
    sentences: tuple[Extent, ...] = ()
    paragraphs: tuple[Extent, ...] = ()
    document: str = ""
    coder: str = ""


def rows(annotated: Annotated, name: str, records: Records) -> Iterator[Row | Problem]:
    """Yield a row for every passage that a span touches; features and layers named after dimensions hold its codes.

    A feature is that of a dimension (`thema`), of a code (`middengroepen`: yes or no), or on a layer that is called
    after a dimension one called `value`, `label` or `code`. On any other layer of the project's own, features of these
    names hold labels of any dimension; on the layer of named entities only those count that are codes.
    """
    targets = targets_of(records.names)
    document, coder, settled = _whose(annotated, name)
    units = Units.of(annotated, records.columns.unit)
    passages: dict[Extent, list[Row]] = {}
    strange: dict[str, int] = {}
    for mark in annotated.marks:
        extent = units.touched(mark.begin, mark.end)
        where = f"{name}@{extent[0]}-{extent[1]}"
        row = _row(mark, where, targets, records.names)
        if row is None:
            if not mark.layer.startswith(_BUILT_IN):
                strange[mark.layer] = strange.get(mark.layer, 0) + 1
        else:
            passages.setdefault(extent, []).append(row)
    for layer, count in strange.items():
        message = f"{count} annotations of the layer '{layer}' have no feature called after a dimension or a code"
        yield Problem(name, "other layer", message)
    if not passages:
        yield Problem(name, "not coded", "holds no span with codes")
    last: Extent = (-1, -1)
    for extent in sorted(passages):
        joined = _joined(passages[extent])
        if extent[0] < last[1]:
            message = f"overlaps the passage {name}@{last[0]}-{last[1]}; both are kept"
            yield Problem(joined.where, "overlapping passages", message)
        last = extent
        yield replace(
            joined,
            text=annotated.text[extent[0] : extent[1]],
            document=document,
            coder="" if settled else coder or records.coder or ANNOTATOR,
            adjudicated=settled,
        )


def _whose(annotated: Annotated, name: str) -> tuple[str, str, bool]:
    """Return document, coder and whether it settles, also from `annotation/DOCUMENT/CODER.xmi` of a whole project."""
    parts = name.split("/")
    document, coder = annotated.document, annotated.coder
    folder = next((at for at, part in enumerate(parts[:-2]) if part in ("annotation", "curation")), None)
    if folder is not None:
        document, coder = document or parts[folder + 1], coder or _stem(parts[folder + 2])
    settled = coder == CURATOR or (folder is not None and parts[folder] == "curation")
    return document or _stem(parts[-1]), coder, settled


def _stem(file: str) -> str:
    return file.rpartition(".")[0] or file


@dataclass(frozen=True, slots=True)
class Units:
    """The parts of a text of which passages are made, in order; none where every span is a passage."""

    extents: tuple[Extent, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, annotated: Annotated, unit: Unit) -> Units:
        """Return the sentences or paragraphs of a text."""
        if unit == "span":
            return cls((), ())
        units = annotated.sentences if unit == "sentence" else annotated.paragraphs
        units = units or annotated.paragraphs or paragraphs_of(annotated.text)
        return cls(units, tuple(begin for begin, _ in units))

    def touched(self, begin: int, end: int) -> Extent:
        """From the beginning of the first unit that `[begin, end)` touches to the end of the last, or else itself."""
        first = max(0, bisect_right(self.starts, begin) - 1)
        last = bisect_right(self.starts, max(begin, end - 1)) - 1
        if first <= last and self.extents[first][1] <= begin:
            first += 1  # it begins between two units
        return (self.extents[first][0], self.extents[last][1]) if first <= last else (begin, end)


def paragraphs_of(text: str) -> tuple[Extent, ...]:
    """The runs of text between blank lines.

    >>> paragraphs_of("Een.\\nTwee.\\n\\nDrie.")
    ((0, 10), (12, 17))
    """
    found: list[Extent] = []
    at, blank = 0, True
    for line in text.split("\n"):
        if line.strip():
            begin = at if blank else found.pop()[0]
            found.append((begin, at + len(line)))
        blank = not line.strip()
        at += len(line) + 1
    return tuple(found)


def _row(mark: Mark, where: str, targets: Mapping[str, str], names: Names) -> Row | None:
    """Return the labels of one annotation, or None when it has no feature that holds codes."""
    built_in = mark.layer.startswith(_BUILT_IN)
    layer = targets.get(fold(mark.layer.rpartition(".")[2]), "")
    labels: dict[str, tuple[str, ...]] = {}
    marks: dict[str, bool] = {}
    loose: list[str] = []
    faults: list[tuple[str, Problem]] = []
    for name, values in mark.features.items():
        target = "" if built_in else targets.get(fold(name), "")
        if target and "." not in target:
            labels[target] = labels.get(target, ()) + _split(values)
        elif target:
            try:
                if (said := yes_or_no(values[0])) is not None:
                    marks[target] = said
            except ValueError as error:
                problem = Problem(where, "not yes or no", f"feature '{name[:40]}' {error}")
                faults.append((target.partition(".")[0], problem))
        elif name.lower() in _VALUES and not built_in:
            if layer and "." not in layer:
                labels[layer] = labels.get(layer, ()) + _split(values)
            else:
                loose += _split(values)
        elif mark.layer.endswith(".NamedEntity"):
            loose += [label for label in _split(values) if _is_code(label, names)]
    if "." in layer and not mark.features:
        marks[layer] = True
    if not (labels or marks or loose or faults):
        return None
    return Row(where, labels=labels, marks=marks, loose=tuple(loose), faults=tuple(faults), asked=True)


def _is_code(label: str, names: Names) -> bool:
    try:
        return bool(names.anywhere(label))
    except UnknownLabel:
        return False


def _split(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(label for value in values for label in labels_of(value) or ())


def _joined(found: Sequence[Row]) -> Row:
    labels: dict[str, tuple[str, ...]] = {}
    marks: dict[str, bool] = {}
    for one in found:
        for name, given in one.labels.items():
            labels[name] = labels.get(name, ()) + given
        for key, value in one.marks.items():
            marks[key] = marks.get(key, False) or value
    return Row(
        found[0].where, labels=labels, marks=marks, loose=tuple(label for one in found for label in one.loose),
        faults=tuple(fault for one in found for fault in one.faults), asked=True,
    )  # fmt: skip


class Offsets:
    """From offsets in UTF-16 units, which Java counts, to characters."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        wide = [at for at, character in enumerate(text) if ord(character) > 0xFFFF]
        self._wide = [at + number for number, at in enumerate(wide)]  # of each, its first unit

    def __call__(self, unit: int) -> int:
        """The character at a unit, within the text."""
        return min(max(0, unit - bisect_right(self._wide, unit - 1)), self._length)

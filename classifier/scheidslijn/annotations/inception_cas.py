"""UIMA CAS as INCEpTION exports it: XMI (OASIS UIMA 1.0; Apache UIMA "XMI CAS Serialization") and JSON (UIMA CAS JSON).

Offsets count UTF-16 units, as the Java implementation writes them. See `spans` for what becomes a passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scheidslijn.annotations.spans import Annotated, Extent, Mark, Offsets
from scheidslijn.errors import ReadingError
from scheidslijn.reading.xmlsafe import local, parse_xml

Structure = dict[str, Any]
"""A feature structure: its features by name, with `TYPE` and `ID`; a feature with several values is a list."""
TYPE, ID = "%TYPE", "%ID"
_SENTENCE, _PARAGRAPH = ".type.Sentence", ".type.Paragraph"
_OWN = frozenset({"sofa", "begin", "end", TYPE, ID})
_EXPORT = "export it from INCEpTION anew, as UIMA CAS XMI, UIMA CAS JSON or WebAnno TSV"


def is_json_cas(value: object) -> bool:
    """Whether a JSON value is a UIMA CAS."""
    return isinstance(value, dict) and isinstance(value.get("%FEATURE_STRUCTURES"), (list, dict))


def is_type_system(root: Any) -> bool:
    """Whether an XML file only describes types; such a file goes with an export and holds no codings."""
    return local(root) == "typeSystemDescription"


def read_xmi(data: bytes, name: str) -> Annotated | None:
    """Read a CAS in XMI, or return None for a description of types.

    Raises:
        ReadingError: not valid XML, no XMI, or without a text.
    """
    root = parse_xml(data, name, "the file")
    if is_type_system(root):
        return None
    if local(root) != "XMI":
        raise ReadingError(name, f"is XML of another kind ('{local(root)[:40]}')", _EXPORT)
    return _annotated([_from_element(element) for element in root if local(element)], name)


def _from_element(element: Any) -> Structure:
    space = element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""
    package = space.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    found: Structure = {TYPE: f"{package}.{local(element)}".removeprefix("uima.noNamespace.")}
    for key, value in element.attrib.items():
        bare = key.rpartition("}")[2]
        found[ID if key.endswith("}id") else bare] = value
    for child in element:
        if local(child):
            found.setdefault(local(child), [])
            if isinstance(found[local(child)], list):
                found[local(child)].append(child.text or "")
    return found


def read_json_cas(value: Mapping[str, Any], name: str) -> Annotated:
    """Read a CAS in JSON.

    Raises:
        ReadingError: without a text.
    """
    given = value["%FEATURE_STRUCTURES"]
    items: Iterable[object] = given.values() if isinstance(given, dict) else given
    found = []
    for item in items:
        if isinstance(item, dict):
            found.append({key.lstrip("^@") if isinstance(key, str) else key: one for key, one in item.items()})
    return _annotated(found, name)


def _annotated(structures: list[Structure], name: str) -> Annotated:
    sofa = next((one for one in structures if one.get(TYPE) == "uima.cas.Sofa"), None)
    text = sofa.get("sofaString") if sofa else None
    if not sofa or not isinstance(text, str) or not text.strip():
        raise ReadingError(name, "holds no text (no sofaString)", _EXPORT)
    arrays = {
        str(one[ID]): [str(value) for value in one.get("%ELEMENTS", one.get("elements")) or () if value is not None]
        for one in structures
        if str(one.get(TYPE)).endswith(".StringArray") and ID in one
        if isinstance(one.get("%ELEMENTS", one.get("elements")), list)
    }
    at = Offsets(text)
    marks: list[Mark] = []
    sentences: list[Extent] = []
    paragraphs: list[Extent] = []
    facts: dict[str, str] = {}
    for one in structures:
        kind = str(one.get(TYPE, ""))
        if kind.endswith((".CASMetadata", ".DocumentMetaData")):
            facts |= {key: str(value) for key, value in one.items() if isinstance(value, str) and value}
            continue
        extent = _extent(one, at)
        if extent is None or str(one.get("sofa")) != str(sofa.get(ID)):
            continue
        if kind.endswith(_SENTENCE):
            sentences.append(extent)
        elif kind.endswith(_PARAGRAPH):
            paragraphs.append(extent)
        else:
            features = {key: values for key in one if key not in _OWN and (values := _values(one[key], arrays))}
            marks.append(Mark(*extent, kind, features))
    return Annotated(
        text, tuple(marks), tuple(sorted(sentences)), tuple(sorted(paragraphs)),
        facts.get("sourceDocumentName") or facts.get("documentTitle", ""), facts.get("username", ""),
    )  # fmt: skip


def _extent(one: Structure, at: Offsets) -> Extent | None:
    try:
        begin, end = int(one["begin"]), int(one["end"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return (at(begin), at(end)) if 0 <= begin <= end else None


def _values(value: object, arrays: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The values of a feature as texts; a number that is the identifier of an array of texts gives its elements."""
    if isinstance(value, list):
        return tuple(str(one) for one in value if isinstance(one, (str, int, float)))
    if isinstance(value, bool):
        return (str(value).lower(),)
    if value is None or isinstance(value, dict):
        return ()
    text = str(value)
    return tuple(arrays[text]) if text in arrays else (text,) if text.strip() else ()

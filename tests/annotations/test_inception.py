"""Exports of INCEpTION: CAS as XMI and as JSON (written by dkpro-cassis, the reference), WebAnno TSV, and archives."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from cassis import Cas, TypeSystem
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.annotations.coding import Codings
from scheidslijn.annotations.columns import Columns
from scheidslijn.annotations.reading import read_codings
from scheidslijn.annotations.spans import Offsets
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError

BOOK = load_codebook("sociale-tweedeling")
TEXT = "Elzenbroek bouwt 😊 een school. Ouders praten mee.\n\nIn Waterrade helpen wij jongeren aan werk."
SENTENCES = ((0, 30), (31, 49), (51, len(TEXT)))
Spans = list[tuple[int, int, dict[str, object]]]


def types() -> TypeSystem:
    found = TypeSystem()
    dkpro = "de.tudarmstadt.ukp.dkpro.core.api."
    found.create_type(f"{dkpro}segmentation.type.Sentence", "uima.tcas.Annotation")
    found.create_type(f"{dkpro}segmentation.type.Token", "uima.tcas.Annotation")
    entity = found.create_type(f"{dkpro}ner.type.NamedEntity", "uima.tcas.Annotation")
    found.create_feature(entity, "value", "uima.cas.String")
    facts = found.create_type("de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata", "uima.cas.AnnotationBase")
    passage = found.create_type("webanno.custom.Passage", "uima.tcas.Annotation")
    theme = found.create_type("webanno.custom.Thema", "uima.tcas.Annotation")
    other = found.create_type("webanno.custom.Klank", "uima.tcas.Annotation")
    for kind, names in ((facts, ("username", "sourceDocumentName")), (passage, ("rol", "middengroepen", "label")),
                        (theme, ("value",)), (other, ("hoogte",))):  # fmt: skip
        for name in names:
            found.create_feature(kind, name, "uima.cas.String")
    found.create_feature(passage, "thema", "uima.cas.StringArray")
    return found


def cas(spans: Spans, coder: str = "anna", layer: str = "webanno.custom.Passage", document: str = "akkoord.txt") -> Cas:
    system = types()
    made = Cas(system)
    made.sofa_string, made.sofa_mime = TEXT, "text/plain"
    sentence = system.get_type("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence")
    for begin, end in SENTENCES:
        made.add(sentence(begin=begin, end=end))
    array, kind = system.get_type("uima.cas.StringArray"), system.get_type(layer)
    for begin, end, features in spans:
        values = {name: array(elements=one) if isinstance(one, list) else one for name, one in features.items()}
        made.add(kind(begin=begin, end=end, **values))
    if coder:
        facts = system.get_type("de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata")
        made.add(facts(username=coder, sourceDocumentName=document))
    return made


def said(read: Codings) -> list[tuple[str, dict, dict]]:
    return [(one.text, dict(one.codes), dict(one.partly)) for one in read.codings]


@pytest.mark.parametrize("form", ["xmi", "json"])
def test_a_cas_gives_the_sentences_that_spans_touch(tmp_path, form):
    spans: Spans = [
        (0, 10, {"thema": ["onderwijs", "bestuur"], "rol": "ambitie"}),
        (20, 25, {"thema": ["Gezondheid"], "middengroepen": "nee"}),
        (40, 60, {"rol": "interventie", "label": "arbeidsmarkt"}),
        (60, 60, {"rol": "oorzaak"}),
    ]
    path = tmp_path / f"akkoord.{form}"
    path.write_text(cas(spans).to_xmi() if form == "xmi" else cas(spans).to_json())
    read = read_codings([path], BOOK)
    assert said(read) == [
        (
            TEXT[:30],
            {"thema": ("onderwijs", "bestuur", "gezondheid"), "rol": ("ambitie",)},
            {"scheidslijn.middengroepen": False},
        ),
        (" ".join(TEXT[31:].split()), {"thema": ("arbeidsmarkt",), "rol": ("interventie",)}, {}),
    ]
    assert {(one.coder, one.document, one.adjudicated) for one in read.codings} == {("anna", "akkoord.txt", False)}
    assert [(one.where, one.kind) for one in read.problems] == [
        (f"akkoord.{form}@51-{len(TEXT)}", "overlapping passages"),
        (f"akkoord.{form}@51-{len(TEXT)}", "unknown code"),
    ]


def test_the_unit_may_be_the_span_or_the_paragraph(tmp_path):
    path = tmp_path / "akkoord.xmi"
    path.write_text(cas([(0, 10, {"rol": "ambitie"}), (51, 63, {"rol": "probleem"})]).to_xmi())
    by_unit = {
        unit: [one.text for one in read_codings([path], BOOK, columns=Columns(unit=unit)).codings]
        for unit in ("span", "paragraph")
    }
    assert by_unit == {"span": ["Elzenbroek", "In Waterrade"], "paragraph": [TEXT[:49], TEXT[51:]]}


def test_layers_called_after_a_dimension_entities_and_other_layers(tmp_path):
    (tmp_path / "a.xmi").write_text(cas([(0, 5, {"value": "onderwijs"})], layer="webanno.custom.Thema").to_xmi())
    entity = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
    (tmp_path / "b.json").write_text(
        cas([(0, 5, {"value": "middengroepen"}), (6, 9, {"value": "PER"})], layer=entity, coder="").to_json()
    )
    (tmp_path / "c.xmi").write_text(cas([(0, 5, {"hoogte": "3"})], layer="webanno.custom.Klank", coder="bram").to_xmi())
    read = read_codings([tmp_path], BOOK)
    assert [(one.coder, one.document, dict(one.codes)) for one in read.codings] == [
        ("anna", "akkoord.txt", {"thema": ("onderwijs",)}),
        ("annotator", "b", {"scheidslijn": ("middengroepen",)}),
    ]
    assert [(one.where, one.kind) for one in read.problems][:2] == [("c.xmi", "other layer"), ("c.xmi", "not coded")]


def zipped(files: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_the_export_of_a_whole_project(tmp_path):
    def member(coder: str, rol: str) -> bytes:
        made = cas([(0, 5, {"rol": rol})], coder="")
        return zipped({"akkoord.xmi": made.to_xmi(), "TypeSystem.xml": made.typesystem.to_xml()})

    (tmp_path / "project.zip").write_bytes(
        zipped({
            "annotation/akkoord.txt/anna.zip": member("anna", "ambitie"),
            "annotation/akkoord.txt/bram.zip": member("bram", "probleem"),
            "annotation/akkoord.txt/INITIAL_CAS.zip": zipped({"akkoord.xmi": cas([], coder="").to_xmi()}),
            "curation/akkoord.txt/CURATION_USER.zip": member("", "ambitie"),
            "exportedproject.json": json.dumps({"name": "proef", "layers": []}),
            "source/akkoord.txt": TEXT,
            "annotation_ser/akkoord.txt/anna.ser": b"\xac\xed",
        })
    )  # fmt: skip
    read = read_codings([tmp_path / "project.zip"], BOOK)
    assert [(one.coder, one.adjudicated, one.document, one.codes["rol"]) for one in read.codings] == [
        ("anna", False, "akkoord.txt", ("ambitie",)),
        ("bram", False, "akkoord.txt", ("probleem",)),
        ("", True, "akkoord.txt", ("ambitie",)),
    ]
    assert [one.kind for one in read.problems] == ["not coded", "other file", "other file"]
    assert "2 files in it are no codings" in str(read.problems[2])


def test_an_archive_of_doccano_names_its_coders(tmp_path):
    row = json.dumps({"id": 1, "text": TEXT, "label": ["onderwijs"], "document": "d"})
    (tmp_path / "dataset.zip").write_bytes(
        zipped({"anna.jsonl": row, "bram.jsonl": row.replace("onderwijs", "bestuur")})
    )
    read = read_codings([tmp_path / "dataset.zip"], BOOK)
    assert [(one.coder, one.where) for one in read.codings] == [
        ("anna", "dataset.zip/anna.jsonl:1"),
        ("bram", "dataset.zip/bram.jsonl:1"),
    ]


TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Passage|label|rol
#T_SP=webanno.custom.Middengroepen
#T_RL=webanno.custom.Band|soort|BT_webanno.custom.Passage


#Sentence.id=s1
#Text=Elzenbroek bouwt 😊 een school .
1-1\t0-10\tElzenbroek\tonderwijs[1]|sociaal\\_domein[2]\tambitie[1]|*[2]\t_\t_\t_\t
1-2\t11-16\tbouwt\tonderwijs[1]\tambitie[1]\t_\t_\t_\t
1-3\t17-19\t😊\t_\t_\t_\t_\t_\t
1-4\t20-23\teen\t_\t_\t*\t_\t_\t
1-5\t24-30\tschool\t_\t_\t_\t_\t_\t
1-6\t31-32\t.\t_\t_\t_\t_\t_\t

#Text=Ouders praten
#Text=mee .
2-1\t33-39\tOuders\tbestuur[3]\t*[3]\t_\t_\t_\t
2-2\t40-46\tpraten\tbestuur[3]\t*[3]\t_\t_\t_\t
2-2.1\t40-44\tprat\trol.probleem\t*\t_\t_\t_\t
2-3\t47-50\tmee\tbestuur[3]\t*[3]\t_\t_\t_\t
2-4\t51-52\t.\t_\t_\t_\t_\t_\t

#Text=In Waterrade .
3-1\t53-55\tIn\tbestuur[3]\t*[3]\t_\t_\t_\t
3-2\t56-65\tWaterrade\t_\t_\t_\t_\t_\t
3-3\t66-67\t.\t_\t_\t_\t_\t_\t
"""


def test_webanno_tsv(tmp_path):
    path = tmp_path / "akkoord.tsv"
    path.write_text(TSV, encoding="utf-8")
    read = read_codings([path], BOOK)
    assert said(read) == [
        ("Elzenbroek bouwt 😊 een school .", {"thema": ("onderwijs", "sociaal_domein"), "rol": ("ambitie",)},
         {"scheidslijn.middengroepen": True}),
        ("Ouders praten mee .", {"rol": ("probleem",)}, {}),
        ("Ouders praten mee . In Waterrade .", {"thema": ("bestuur",)}, {}),
    ]  # fmt: skip
    assert {(one.coder, one.document) for one in read.codings} == {("annotator", "akkoord")}
    assert [one.kind for one in read.problems] == ["overlapping passages"]
    spans = read_codings([path], BOOK, columns=Columns(unit="span")).codings
    assert [one.text for one in spans] == ["Elzenbroek", "Elzenbroek bouwt", "een", "Ouders praten mee . In", "prat"]


extents = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(lambda pair: tuple(sorted(pair)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(extents, st.lists(st.sampled_from(["onderwijs", "bestuur"]), min_size=1, unique=True))))
def test_spans_stand_where_the_reference_puts_them(tmp_path_factory, spans):
    """What we read of XMI and JSON covers the text that dkpro-cassis says the annotations cover."""
    made = cas([(begin, end, {"thema": codes}) for (begin, end), codes in spans if TEXT[begin:end].strip()])
    folder = tmp_path_factory.mktemp("cas")
    (folder / "a.xmi").write_text(made.to_xmi())
    (folder / "a.json").write_text(made.to_json())
    expected = {}
    for one in made.select("webanno.custom.Passage"):
        expected.setdefault(" ".join(one.get_covered_text().split()), set()).update(one.thema.elements)
    for name in ("a.xmi", "a.json"):
        if expected:
            found: dict[str, set[str]] = {}
            for one in read_codings([folder / name], BOOK, columns=Columns(unit="span")).codings:
                found.setdefault(one.text, set()).update(one.codes.get("thema", ()))
            assert found == expected
        else:
            with pytest.raises(ScheidslijnError, match="no span with codes"):
                read_codings([folder / name], BOOK)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_offsets_in_utf16_units(text):
    at = Offsets(text)
    for character in range(len(text) + 1):
        assert at(len(text[:character].encode("utf-16-le")) // 2) == character
    assert at(10_000) == len(text)


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bom">]><xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&b;</xmi:XMI>'


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xmi", BOMB, "document type"),
        ("a.xmi", "<xmi:XMI", "not valid XML"),
        ("a.xml", "<doos/>", "XML of another kind"),
        ("a.xmi", '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>', "holds no text"),
        ("a.json", '{"%FEATURE_STRUCTURES": [1, {"%TYPE": "uima.cas.Sofa"}]}', "holds no text"),
        ("a.tsv", "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=Geen tokens.\n", "holds no sentences"),
        ("a.json", '{"name": "proef"}', "JSON without passages"),
        ("a.zip", zipped({"a.xmi": BOMB}), "document type"),
        ("a.zip", zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped({"e.csv": "x"})})})}), "archive within 3"),
        ("a.zip", zipped({"foto.png": b"x"}), "1 files in it are no codings"),
        ("a.zip", b"PK\x05\x06", "damaged"),
    ],
)  # fmt: skip
def test_hostile_and_broken_exports_are_one_line(tmp_path, name, content, says):
    path: Path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ScheidslijnError, match=says) as caught:
        read_codings([path], BOOK)
    assert "\n" not in str(caught.value)


structures = st.lists(st.dictionaries(
    st.sampled_from(["%ID", "%TYPE", "begin", "end", "@sofa", "thema", "@thema", "%ELEMENTS", "sofaString"]),
    st.sampled_from([0, 1, -5, 3.5, 10**30, None, True, "1", "webanno.custom.Passage", "uima.cas.Sofa", ["onderwijs"],
                     "uima.cas.StringArray", {}, [[]]])))  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(structures)
def test_no_cas_breaks_the_reader(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("raar")
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": TEXT}
    good = {"%ID": 2, "%TYPE": "webanno.custom.Passage", "@sofa": 1, "begin": 0, "end": 5, "rol": "ambitie"}
    (folder / "a.json").write_text(json.dumps({"%FEATURE_STRUCTURES": [sofa, good, *found]}))
    assert read_codings([folder / "a.json"], BOOK).codings


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TSV.split("\n")), st.text(max_size=5))))
def test_no_tsv_breaks_the_reader(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("raar")
    (folder / "a.tsv").write_text(TSV + "\n".join(line + more for line, more in found), encoding="utf-8")
    assert read_codings([folder / "a.tsv"], BOOK).codings

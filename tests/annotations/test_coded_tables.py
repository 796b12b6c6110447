"""Our own JSONL, CSV, XLSX and Parquet: what a cell means, who coded it, what is said of bad rows."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.annotations.coding import Codings
from scheidslijn.annotations.columns import Columns, load_columns
from scheidslijn.annotations.reading import read_codings
from scheidslijn.codebook import load_codebook
from scheidslijn.errors import ScheidslijnError
from scheidslijn.labelled import Labelled
from scheidslijn.passage import Passage, text_key
from scheidslijn.tables import TableWriter
from scheidslijn.tables.rows import columns_of, row_of

BOOK = load_codebook("sociale-tweedeling")
SCHOOL = "Elzenbroek bouwt een nieuwe school."
WERK = "In Waterrade helpen wij jongeren aan werk."
ZORG = "Duinhorst wil dat iedereen gezond leeft."


def table(path: Path, text: str) -> Codings:
    path.write_text(text, encoding="utf-8")
    return read_codings([path], BOOK)


def jsonl(path: Path, *rows: dict) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def kinds(codings: Codings) -> Counter[str]:
    return Counter(one.kind for one in codings.problems)


def test_a_dutch_csv_with_semicolons_is_read_by_code_and_by_name(tmp_path):
    read = table(
        tmp_path / "anna.csv",
        "Tekst;Document;Beleidsthema;Scheidslijn;Uitwerking;Rol;jaar\n"
        f"{SCHOOL};akkoord;Onderwijs|ruimte en wonen;geen;Actiegericht;;2022\n"
        f"{WERK};akkoord;ARBEIDSMARKT, onderwijs;Sociaal-economisch;geen;ambitie;2022\n",
    )
    first, second = read.codings
    assert read.problems == ()
    assert first.codes == {"thema": ("onderwijs", "ruimte_wonen"), "scheidslijn": (), "uitwerking": ("actiegericht",)}
    assert second.codes == {
        "thema": ("arbeidsmarkt", "onderwijs"),
        "scheidslijn": ("sociaal_economisch",),
        "uitwerking": ("geen",),
        "rol": ("ambitie",),
    }
    assert (first.key, first.where, first.coder, first.document) == (
        text_key(SCHOOL),
        "anna.csv:2",
        "anna",
        "akkoord",
    )
    assert first.extra == {"jaar": "2022"}


def test_empty_is_unknown_and_none_is_none(tmp_path):
    read = table(
        tmp_path / "a.csv",
        f"text,document,thema,scheidslijn,verbinding\n{SCHOOL},d,onderwijs,,-\n{WERK},d,none,?,geen verbinding\n",
    )
    assert [one.codes for one in read.codings] == [
        {"thema": ("onderwijs",), "verbinding": ()},
        {"thema": (), "verbinding": ()},
    ]


def test_dimensions_asked_of_every_row_are_none_where_empty(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"text,document,thema,scheidslijn\n{SCHOOL},d,onderwijs,\n{WERK},d,,\n")
    read = read_codings([path], BOOK, columns=Columns(complete=("scheidslijn",)))
    assert [one.codes for one in read.codings] == [{"thema": ("onderwijs",), "scheidslijn": ()}]
    assert kinds(read) == {"not coded": 1}


def test_a_column_for_every_code(tmp_path):
    codes = [code.code for code in BOOK.dimensions[0].codes]
    header = ",".join(["text", "document", *codes, "scheidslijn.middengroepen", "rol.ambitie"])
    read = table(
        tmp_path / "a.csv",
        f"{header}\n{SCHOOL},d,nee,ja,0,0,1,n,FALSE,x,\n{WERK},d,1,,,,,,,,x\n{ZORG},d,misschien,1,,,,,,0,\n",
    )
    first, second, third = read.codings
    assert first.codes == {"thema": ("onderwijs", "ruimte_wonen")}
    assert first.partly == {"scheidslijn.middengroepen": True}
    assert second.codes == {"rol": ("ambitie",)} and second.partly == {"thema.sociaal_domein": True}
    assert third.codes == {} and third.partly == {"scheidslijn.middengroepen": False}
    assert [str(one) for one in read.problems] == [
        "a.csv:4: column 'sociaal_domein' holds 'misschien', not yes (1, x, ja) or no (0, nee)"
    ]


@pytest.mark.parametrize(
    "header",
    ["text,document,thema_A,thema_B,rol_A", "text,document,A.thema,B.thema,A.rol",
     "text,document,Beleidsthema (A),Beleidsthema (B),Rol (A)"],
)  # fmt: skip
def test_columns_of_several_coders_are_kept_apart(tmp_path, header):
    read = table(tmp_path / "a.csv", f"{header}\n{SCHOOL},d,onderwijs,,ambitie\n{WERK},d,arbeidsmarkt,geen,\n")
    assert [(one.coder, dict(one.codes)) for one in read.codings] == [
        ("A", {"thema": ("onderwijs",), "rol": ("ambitie",)}),
        ("A", {"thema": ("arbeidsmarkt",)}),
        ("B", {"thema": ()}),
    ]


def test_a_column_that_settles_what_coders_differ_on(tmp_path):
    read = table(
        tmp_path / "a.csv",
        "text,document,thema_A,thema_B,thema_definitief,thema_toelichting\n"
        f"{SCHOOL},d,onderwijs,bestuur,onderwijs,dit ging over een school\n",
    )
    assert [(one.coder, one.adjudicated) for one in read.codings] == [("A", False), ("B", False), ("definitief", True)]
    assert read.problems == ()


def test_a_remark_beside_a_dimension_is_no_coder(tmp_path):
    read = table(
        tmp_path / "a.csv", f"text,document,thema,type_verbinding,thema_jan\n{SCHOOL},d,onderwijs,los,weet niet\n"
    )
    assert len(read.codings) == 1 and read.codings[0].extra == {"type_verbinding": "los", "thema_jan": "weet niet"}


def test_the_long_form_names_its_coder_in_a_column(tmp_path):
    read = table(tmp_path / "a.csv", f"passage,doc,codeur,thema\n{SCHOOL},d,Anna,onderwijs\n{SCHOOL},d,Bram,bestuur\n")
    assert [one.coder for one in read.codings] == ["Anna", "Bram"] == list(read.coders)
    assert read.problems == ()


def test_an_unknown_code_makes_its_dimension_unknown_and_the_rest_stays(tmp_path):
    read = table(
        tmp_path / "a.csv", f"text,document,thema,rol\n{SCHOOL},d,onderwjs; bestuur,ambitie\n{WERK},d,xyzzy,\n"
    )
    assert [one.codes for one in read.codings] == [{"rol": ("ambitie",)}]
    first, second = read.problems
    assert str(first).startswith("a.csv:2: thema has no code 'onderwjs'; did you mean 'onderwijs'?")
    assert "it has sociaal_domein, onderwijs" in str(second)


def test_labels_that_exclude_each_other_leave_the_dimension_unknown(tmp_path):
    read = table(
        tmp_path / "a.csv",
        f"text,document,thema,rol\n{SCHOOL},d,geen;bestuur,ambitie\n{WERK},d,arbeidsmarkt,ambitie|probleem\n",
    )
    assert [one.codes for one in read.codings] == [{"rol": ("ambitie",)}, {"thema": ("arbeidsmarkt",)}]
    assert kinds(read) == {"several codes": 2}
    assert "rol takes one code, got ambitie and probleem" in str(read.problems[1])


def test_rows_without_text_and_without_codes_are_told(tmp_path):
    read = table(tmp_path / "a.csv", f"text,document,thema\n,d,onderwijs\n{SCHOOL},d,\n{WERK},d,arbeidsmarkt\n")
    assert [(one.where, one.kind) for one in read.problems] == [("a.csv:2", "empty text"), ("a.csv:3", "not coded")]
    assert len(read.codings) == 1


def test_the_same_passage_twice_by_one_coder(tmp_path):
    read = table(
        tmp_path / "a.csv",
        "text,document,thema,rol\n"
        f"{SCHOOL},d,onderwijs;bestuur,ambitie\n{SCHOOL},d,onderwijs,ambitie\n"
        f"{WERK},d,arbeidsmarkt,\n{WERK},d,arbeidsmarkt,\n"
        f"{ZORG},d,gezondheid,\n{ZORG},d,,ambitie\n",
    )
    assert [one.codes for one in read.codings] == [
        {"rol": ("ambitie",)},
        {"thema": ("arbeidsmarkt",)},
        {"thema": ("gezondheid",), "rol": ("ambitie",)},
    ]
    assert kinds(read) == {"different labels": 1, "repeated passage": 1}
    assert "coded this passage before at a.csv:2 with thema 'onderwijs, bestuur', and here with 'onderwijs'" in str(
        read.problems[0]
    )


def test_the_same_text_in_two_documents_is_kept_and_told(tmp_path):
    read = table(tmp_path / "a.csv", f"text,document,thema\n{SCHOOL},een,onderwijs\n{SCHOOL},twee,bestuur\n")
    assert [one.document for one in read.codings] == ["een", "twee"]
    assert kinds(read) == {"text in two documents": 1, "different labels": 1}


def test_a_file_without_documents_is_one_document_and_says_so(tmp_path):
    read = table(tmp_path / "a.csv", f"text,thema\n{SCHOOL},onderwijs\n{WERK},arbeidsmarkt\n")
    assert {one.document for one in read.codings} == {"a.csv"}
    assert [str(one) for one in read.problems] == [
        "a.csv: 2 of 2 coded rows name no document; they count as one document, 'a.csv', which no split divides; add a "
        "column 'document' if they come from several"
    ]


def test_keys_find_text_and_document_in_other_files_and_in_texts(tmp_path):
    folder = tmp_path / "map"
    (folder / "coders").mkdir(parents=True)
    jsonl(folder / "coders" / "a.jsonl", {"key": text_key(SCHOOL), "thema": ["onderwijs"]})
    jsonl(folder / "coders" / "b.jsonl", {"key": text_key(SCHOOL), "thema": [], "rol": None})
    jsonl(
        folder / "passages.jsonl",
        {
            "key": text_key(SCHOOL),
            "doc": "akkoord",
            "source": "x.pdf",
            "thema": ["onderwijs"],
            "adjudicated": ["thema"],
        },
        {"key": text_key(WERK), "doc": "akkoord", "thema": ["arbeidsmarkt"], "adjudicated": []},
    )
    (folder / "README.md").write_text("# Uitleg\n\n- Over deze map.\n- En de coders.\n")
    read = read_codings([folder], BOOK, texts={"": f" {SCHOOL} "})
    assert [(one.coder, one.adjudicated, one.document, one.text) for one in read.codings] == [
        ("a", False, "akkoord", SCHOOL),
        ("b", False, "akkoord", SCHOOL),
        ("", True, "akkoord", SCHOOL),
        ("", True, "akkoord", ""),
    ]
    assert [(one.where, one.kind) for one in read.problems] == [
        ("README.md", "other file"),
        ("passages.jsonl:2", "text not found"),
    ]
    assert read.codings[2].extra == {"source": "x.pdf"}


def test_a_key_that_is_not_that_of_the_text_is_told(tmp_path):
    path = jsonl(
        tmp_path / "a.jsonl",
        {"key": "0" * 16, "text": SCHOOL, "doc": "d", "thema": ["bestuur"]},
        {"key": "kort", "doc": "d", "thema": ["bestuur"]},
    )
    read = read_codings([path], BOOK)
    assert [one.key for one in read.codings] == [text_key(SCHOOL)]
    assert kinds(read) == {"key of another text": 1, "no row": 1}


def test_labels_of_the_machine_need_a_person(tmp_path):
    machine = {"passage_id": "x", "document": "d", "text": SCHOOL, "scores": {"thema.onderwijs": 0.9}, "abstained": [],
               "model": "compact-2", "codebook": "c", "thema": ["onderwijs"], "hoofdthema": "onderwijs"}  # fmt: skip
    path = jsonl(tmp_path / "a.jsonl", machine, machine | {"text": WERK, "coder": "Anna", "abstained": ["verbinding"],
                                                            "thema": [], "verbinding": []})  # fmt: skip
    read = read_codings([path], BOOK)
    assert [(one.coder, dict(one.codes)) for one in read.codings] == [("Anna", {"thema": ()})]
    assert [(one.where, one.kind) for one in read.problems] == [("a.jsonl:1", "labels of a machine")]
    assert len(read_codings([path], BOOK, coder="Bram").codings) == 2


def test_files_of_all_table_forms_say_the_same(tmp_path):
    openpyxl, parquet = pytest.importorskip("openpyxl"), pytest.importorskip("pyarrow.parquet")
    import pyarrow

    rows = [{"text": SCHOOL, "document": "d", "coder": "A", "thema": "onderwijs", "rol": "ambitie", "page": 3},
            {"text": WERK, "document": "d", "coder": "A", "thema": "geen", "rol": None, "page": 4}]  # fmt: skip
    book = openpyxl.Workbook()
    book.active.append(["uitleg", "bij dit bestand"])
    sheet = book.create_sheet("codes")
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(tmp_path / "a.xlsx")
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    (tmp_path / "a.json").write_text(json.dumps(rows))
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    with (tmp_path / "a.csv").open("w", newline="", encoding="cp1252") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter="\t")
        writer.writeheader()
        writer.writerows(rows)
    found = {}
    for path in sorted(tmp_path.iterdir()):
        read = read_codings([path], BOOK)
        assert read.problems == (), path
        found[path.name] = [(one.key, one.coder, dict(one.codes), one.page) for one in read.codings]
    assert len(found) == 5 and all(one == found["a.csv"] for one in found.values())
    assert found["a.csv"][1][2:] == ({"thema": ()}, 4)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b"", "is empty"),
        ("a.jsonl", b'{"thema": ["onderwijs"]', "no coded passages were read"),
        ("a.json", b'[{"text": ', "is not valid JSON"),
        ("a.json", b"[" * 200_000, "nested too deep"),
        ("a.json", b'"tekst"', "no table of codings|not a table of codings|no coded passages"),
        ("a.xlsx", b"PK\x03\x04kapot", "damaged or cut off"),
        ("a.parquet", b"PAR1kapot", "damaged"),
        ("a.pdf", b"%PDF-1.7", "is pdf, not a table of codings"),
        ("a.csv", b"text,thema\n\"open,", "no coded passages"),
        ("a.csv", b"a,b\n1,2\n", "has no column with the text .* has: a, b; call it 'text'"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_line_and_the_others_are_read(tmp_path, name, content, says):
    bad = tmp_path / name
    bad.write_bytes(content)
    with pytest.raises(ScheidslijnError, match=says) as caught:
        read_codings([bad], BOOK)
    assert "\n" not in str(caught.value) and name in str(caught.value)
    good = jsonl(tmp_path / "goed.jsonl", {"text": SCHOOL, "doc": "d", "thema": ["onderwijs"]})
    read = read_codings([bad, tmp_path / "weg.csv", good], BOOK)
    assert len(read.codings) == 1
    assert any(one.where.startswith(name) for one in read.problems) and "weg.csv" in str(read.problems[-1])


def test_rows_that_are_no_rows_are_told_by_their_number(tmp_path):
    path = tmp_path / "a.jsonl"
    last = json.dumps({"text": SCHOOL, "doc": "d", "thema": ["onderwijs", 3], "rol": "ambitie"})
    path.write_text('[1]\nkapot\n{"text": 7, "doc": "d", "thema": {"a": 1}}\n' + last)
    (tmp_path / "b.csv").write_text(f"text,document,thema\n{SCHOOL},d,onderwijs,te,veel\n")
    read = read_codings([path, tmp_path / "b.csv"], BOOK)
    assert [dict(one.codes) for one in read.codings] == [{"rol": ("ambitie",)}]
    assert [(one.where, one.kind) for one in read.problems] == [
        ("a.jsonl:1", "no row"),
        ("a.jsonl:2", "no row"),
        ("a.jsonl:3", "no codes"),
        ("a.jsonl:4", "no codes"),
        ("b.csv:2", "no row"),
    ]


def test_every_sheet_with_passages_is_read(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for title, rows in (("Anna", [(SCHOOL, 2)]), ("uitleg", []), ("Bram", [(WERK, 3), (ZORG, 9)])):
        sheet = book.create_sheet(title)
        sheet.append(["tekst" if rows else "toelichting", "document", "thema"])
        for text, code in rows:
            sheet.append([text, "d", code])
    book.save(tmp_path / "a.xlsx")
    read = read_codings(
        [tmp_path / "a.xlsx"], BOOK, columns=Columns(values={"thema": {"2": "onderwijs", "3": "bestuur"}})
    )
    assert [(one.where, dict(one.codes)) for one in read.codings] == [
        ("a.xlsx:2", {"thema": ("onderwijs",)}),
        ("a.xlsx[Bram]:2", {"thema": ("bestuur",)}),
    ]
    assert [one.where for one in read.problems] == ["a.xlsx[Bram]:3"]


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet"])
def test_what_our_labeller_wrote_and_a_person_checked_is_read_back(tmp_path, form):
    """All forms of output keep the text whole, also one that a spreadsheet would run as a formula."""
    passages = [
        Passage("x-1", "akkoord.pdf", 3, "- Er komt een school.", heading=("Onderwijs", "Gebouwen")),
        Passage("x-2", "akkoord.pdf", 4, "'s Avonds is er les; ook voor ouders."),
    ]
    codes = {"thema": ("onderwijs", "ruimte_wonen"), "scheidslijn": (), "uitwerking": ("actiegericht",),
             "rol": ("interventie",), "verbinding": ()}  # fmt: skip
    with TableWriter(str(tmp_path / f"uit.{form}"), columns_of(BOOK), BOOK.keys) as out:
        for passage in passages:
            labelled = Labelled(passage, codes, dict.fromkeys(BOOK.keys, 0.4), ("verbinding",), "compact-2", BOOK.label)
            out.write(row_of(labelled, BOOK))
    read = read_codings([tmp_path / f"uit.{form}"], BOOK, coder="Anna")
    assert [(one.text, one.page, one.document, one.coder) for one in read.codings] == [
        (passage.text, passage.page, "akkoord.pdf", "Anna") for passage in passages
    ]
    assert read.codings[0].heading == ("Onderwijs", "Gebouwen") and read.problems == ()
    none = {"scheidslijn": ()} if form in ("jsonl", "parquet") else {}  # CSV and XLSX hold no empty list
    assert read.codings[0].codes == {
        "thema": ("onderwijs", "ruimte_wonen"), "uitwerking": ("actiegericht",), "rol": ("interventie",), **none
    }  # fmt: skip


def test_columns_may_be_named_in_a_file(tmp_path):
    mapping = tmp_path / "columns.toml"
    mapping.write_text(
        'text = "inhoud"\ndocument = ["dossier"]\nonly_yes = ["thema"]\n[dimensions]\nthema = ["onderwerp"]\n'
        '[values.thema]\nzorg = "gezondheid"\noverig = ""\n'
    )
    path = tmp_path / "a.csv"
    path.write_text(f"inhoud,dossier,thema,onderwerp\n{ZORG},d,bestuur,zorg\n{WERK},d,bestuur,Overig\n")
    read = read_codings([path], BOOK, columns=load_columns(mapping))
    assert [(dict(one.codes), dict(one.partly)) for one in read.codings] == [({}, {"thema.gezondheid": True})]
    assert read.codings[0].document == "d"


@pytest.mark.parametrize(
    ("text", "says"),
    [("weg = 1", "unknown field 'weg'; known are: text, key"), ("text = 3", "expected a list of names"),
     ("unit = 'woord'", "choose sentence, span, paragraph"), ("values = 1", "must be a table"),
     ("=", "not a TOML file"),
     ("complete = ['kleur']", "no dimension 'kleur'; it has thema"), ("[values.rol]\na = 'b'", "rol has no code 'b'")],
)  # fmt: skip
def test_a_wrong_columns_file_names_the_field(tmp_path, text, says):
    mapping = tmp_path / "columns.toml"
    mapping.write_text(text)
    path = jsonl(tmp_path / "a.jsonl", {"text": SCHOOL, "thema": []})
    with pytest.raises(ScheidslijnError, match=says):
        read_codings([path], BOOK, columns=load_columns(mapping))


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda text: text.split() != [])
themes = st.lists(st.sampled_from([code.code for code in BOOK.dimensions[0].codes]), unique=True)
roles = st.sampled_from([code.code for code in BOOK.dimensions[3].codes])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, themes, roles), min_size=1, max_size=6, unique_by=lambda row: text_key(row[0])),
       st.sampled_from([";", "|", ", ", "\n"]))  # fmt: skip
def test_what_is_written_is_read_back(tmp_path_factory, rows, mark):
    """JSONL and CSV, whatever stands in the text."""
    folder = tmp_path_factory.mktemp("rond")
    jsonl(folder / "a.jsonl", *({"text": text, "doc": "d", "thema": codes, "rol": role} for text, codes, role in rows))
    with (folder / "a.csv").open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "document", "thema", "rol"])
        writer.writerows([text, "d", mark.join(codes) or "geen", role] for text, codes, role in rows)
    for name in ("a.jsonl", "a.csv"):
        read = read_codings([folder / name], BOOK)
        assert [(one.key, dict(one.codes)) for one in read.codings] == [
            (text_key(text), {"thema": tuple(codes), "rol": (role,)}) for text, codes, role in rows
        ]
        assert read.problems == ()


plain = st.none() | st.booleans() | st.floats() | st.text()
fields = st.sampled_from(["thema", "rol", "text", "doc", "coder", "thema.onderwijs", "page", "heading", "adjudicated"])
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["choices", "labels", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(values, fields)
def test_no_value_breaks_the_reader(tmp_path_factory, value, name):
    path = tmp_path_factory.mktemp("raar") / "a.jsonl"
    jsonl(path, {"text": SCHOOL, "doc": "d", "rol": "ambitie"} | {name: value}, {"text": WERK, "doc": "d", "thema": []})
    assert len(read_codings([path], BOOK).codings) >= 1


def test_several_columns_of_one_dimension_are_joined_when_the_user_names_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"text,document,hoofd,ander,thema\n{SCHOOL},d,onderwijs,bestuur,migratie\n{WERK},d,,bestuur,\n")
    columns = Columns(dimensions={"thema": ("hoofd", "ander")}, values={"thema": {"zorg, welzijn": "sociaal_domein"}})
    read = read_codings([path], BOOK, columns=columns)
    assert [dict(one.codes) for one in read.codings] == [{"thema": ("onderwijs", "bestuur")}, {"thema": ("bestuur",)}]
    path.write_text(f'text,document,hoofd\n{SCHOOL},d,"Zorg, Welzijn"\n')
    read = read_codings([path], BOOK, columns=columns)
    assert [dict(one.codes) for one in read.codings] == [{"thema": ("sociaal_domein",)}]


def test_coded_segments_of_one_code_a_row_add_up(tmp_path):
    """As MAXQDA and ATLAS.ti write their coded segments."""
    path = tmp_path / "segmenten.csv"
    path.write_text(
        "Document name;Code;Segment;Author\n"
        f"Akkoord;Thema > Onderwijs;{SCHOOL};Anna\nAkkoord;Thema\\Bestuur en samenspel;{SCHOOL};Anna\n"
        f"Akkoord;Rol: ambitie;{SCHOOL};Anna\nAkkoord;Rol: probleem;{SCHOOL};Anna\nAkkoord;Thema > geen;{WERK};Anna\n"
        f"Akkoord;Verbinding > geen;{WERK};Anna\nAkkoord;Verbinding > verticaal;{WERK};Anna\n"
    )
    columns = Columns(rows_add_up=True, coder=("author",))
    read = read_codings([path], BOOK, columns=columns)
    assert [(one.coder, one.document, dict(one.codes)) for one in read.codings] == [
        ("Anna", "Akkoord", {"thema": ("onderwijs", "bestuur")}),
        ("Anna", "Akkoord", {"thema": ()}),
    ]
    assert kinds(read) == {"different labels": 2}  # two roles, where one is allowed; none and a code
    assert kinds(read_codings([path], BOOK)) == {"different labels": 3}


def test_two_coders_without_documents_meet_on_the_same_passages(tmp_path):
    for name, theme in (("anna", "onderwijs"), ("bram", "bestuur")):
        (tmp_path / f"{name}.csv").write_text(f"text,thema\n{SCHOOL},{theme}\n")
    read = read_codings([tmp_path], BOOK)
    assert [(one.coder, one.document) for one in read.codings] == [("anna", "anna.csv"), ("bram", "anna.csv")]
    assert kinds(read) == {"no document": 1}


def test_standard_input_is_refused(tmp_path):
    with pytest.raises(ScheidslijnError, match="stdin: standard input is not read here"):
        read_codings(["-"], BOOK)

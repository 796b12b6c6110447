"""DOCX: the parts of a package written here by hand, as small as Word allows."""

from __future__ import annotations

import zipfile
from pathlib import Path

from scheidslijn.passage import Document
from scheidslijn.reading import detect, read_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Standaard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Kop1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="KopEigen"><w:name w:val="Eigen kop"/><w:basedOn w:val="Kop1"/></w:style>
<w:style w:type="paragraph" w:styleId="Kop2"><w:name w:val="Kop 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Inhopg1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Lijst"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Rond"><w:name w:val="Rond"/><w:basedOn w:val="Rond"/></w:style>
"""  # noqa: E501


def write_docx(path: Path, body: str, **parts: str) -> Path:
    """Write a DOCX with this body and further parts (footnotes, header1, …) of `word/`."""
    kinds = {"header1": "header", "footer1": "footer"}
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{R}/{kinds.get(part, part)}" Target="{part}.xml"/>'
        for at, part in enumerate(["styles", *parts], start=1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", "<Types><Override ContentType='x.wordprocessingml.document.main+xml'/></Types>"
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="a" Type="{R}/officeDocument" Target="word/document.xml"/>'
            '<Relationship Id="b" Type="http://x/core-properties" Target="docProps/core.xml"/></Relationships>',
        )
        archive.writestr("docProps/core.xml", '<c xmlns:dc="d"><dc:title>Coalitieakkoord Duinhorst</dc:title></c>')
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{STYLES}</w:styles>')
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="m" xmlns:wp="wp"><w:body>{body}</w:body></w:document>',
        )
        for part, content in parts.items():
            archive.writestr(f"word/{part}.xml", f'<w:root xmlns:w="{W}">{content}</w:root>')
    return path


def p(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of one run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(*paragraphs: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def shown(document: Document) -> list[tuple[str, int, str]]:
    """Kind, level and lines (joined by a bar) of every block."""
    texts = [page.text for page in document.pages]
    return [(b.kind, b.level, "|".join(texts[s.page - 1][s.start : s.end] for s in b.lines)) for b in document.blocks]


def test_headings_lists_and_contents(tmp_path: Path) -> None:
    numbering = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    path = write_docx(
        tmp_path / "a.docx",
        p("Samen sterk", "Titel") + p("Wonen 3", "Inhopg1") + p("Wonen", "Kop1") + p("Huur", "Kop2")
        + p("Koop", "KopEigen")
        + p("een", "Lijst") + p("twee", properties=numbering) + p("geen punt", "Lijst", off)
        + p("Kop zonder stijl", properties='<w:outlineLvl w:val="2"/>') + p("gewoon", "Rond"),
    )  # fmt: skip
    document = read_document(path)
    assert document.title == "Coalitieakkoord Duinhorst"
    assert [page.number for page in document.pages] == [None]
    assert shown(document) == [
        ("heading", 1, "Samen sterk"), ("toc", 0, "Wonen 3"), ("heading", 1, "Wonen"), ("heading", 2, "Huur"),
        ("heading", 1, "Koop"), ("bullet", 1, "een"), ("bullet", 2, "twee"), ("paragraph", 0, "geen punt"),
        ("heading", 3, "Kop zonder stijl"), ("paragraph", 0, "gewoon"),
    ]  # fmt: skip


def test_what_is_inside_a_paragraph(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Wij </w:t></w:r><w:ins><w:r><w:t>bouwen</w:t></w:r></w:ins>'
        "<w:del><w:r><w:delText>slopen</w:delText></w:r></w:del><w:hyperlink><w:r><w:tab/><w:t>meer</w:t></w:r></w:hyperlink>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>geheim</w:t></w:r><w:r><w:br/><w:t>huizen</w:t><w:noBreakHyphen/><w:t>plus</w:t>"
        '<w:softHyphen/><w:footnoteReference w:id="2"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>'
    )
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{p("streep")}</w:footnote>'
        f'<w:footnote w:id="2">{p("Volgens de raming.")}</w:footnote><w:footnote w:id="3">{p("Los.")}</w:footnote>'
    )
    document = read_document(write_docx(tmp_path / "a.docx", body, footnotes=notes))
    assert shown(document) == [
        ("paragraph", 0, "Wij bouwen\tmeer|huizen-plus\u00ad"), ("markup", 0, "slopen"), ("hidden", 0, "geheim"),
        ("footnote", 0, "Volgens de raming."), ("footnote", 0, "Los."),
    ]  # fmt: skip


def test_text_box_comes_once_and_picture_is_a_figure(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('In het kader.')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>Voor.</w:t><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
        '<w:drawing><wp:docPr descr="Kaart van Duinhorst"/></w:drawing></w:r></w:p>'
    )
    assert shown(read_document(write_docx(tmp_path / "a.docx", body))) == [
        ("paragraph", 0, "Voor."), ("paragraph", 0, "In het kader."), ("figure", 0, "Kaart van Duinhorst"),
    ]  # fmt: skip


def test_table_with_heads_merges_and_a_list(tmp_path: Path) -> None:
    merged, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell(p("Ambities")) + cell(p("Beleidsinterventies")),
        cell(p("Meer huizen"), properties=merged) + cell(p("Bouwen."), p("Ook in de kern.")),
        cell(p(""), properties=goes_on) + cell(p("slopen", "Lijst"), p("kopen", "Lijst")),
        cell(p("Over de hele breedte."), properties='<w:gridSpan w:val="2"/>'),
    ]
    body = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>" + p("Na de tabel.")
    document = read_document(write_docx(tmp_path / "a.docx", body))
    found = [
        (text, b.cell.row, b.cell.column, b.cell.row_head, b.cell.column_head)
        for (_, _, text), b in zip(shown(document), document.blocks, strict=True)
        if b.cell
    ]
    assert found == [
        ("Ambities", 1, 1, "", ""), ("Beleidsinterventies", 1, 2, "", ""), ("Meer huizen", 2, 1, "", "Ambities"),
        ("Bouwen.|Ook in de kern.", 2, 2, "", "Beleidsinterventies"), ("slopen", 3, 2, "", "Beleidsinterventies"),
        ("kopen", 3, 2, "", "Beleidsinterventies"),
        ("Over de hele breedte.", 4, 1, "", "Ambities / Beleidsinterventies"),
    ]  # fmt: skip
    assert document.blocks[-1].kind == "paragraph"


def test_pages_as_they_were_rendered(tmp_path: Path) -> None:
    turn, hard = "<w:lastRenderedPageBreak/>", '<w:br w:type="page"/>'
    body = (
        f"<w:p><w:r><w:t>Een zin die op blad een begint en door</w:t>{turn}<w:t>loopt op blad twee.</w:t></w:r></w:p>"
        f"<w:p><w:r>{hard}</w:r></w:p><w:p><w:r>{turn}<w:t>Blad drie.</w:t></w:r></w:p>"
        f"<w:tbl><w:tr>{cell(f'<w:p><w:r>{turn}<w:t>a.</w:t></w:r></w:p>')}"
        f"{cell(f'<w:p><w:r>{turn}<w:t>b.</w:t></w:r></w:p>')}</w:tr></w:tbl>"
    )
    document = read_document(write_docx(tmp_path / "a.docx", body))
    assert [(page.number, page.text.split()) for page in document.pages] == [
        (1, "Een zin die op blad een begint en doorloopt".split()), (2, "op blad twee.".split()),
        (3, ["Blad", "drie."]), (4, ["a.", "b."]),
    ]  # fmt: skip
    assert [span.page for span in document.blocks[0].lines] == [1, 2]


def test_headers_and_footers_once_each(tmp_path: Path) -> None:
    section = '<w:sectPr><w:headerReference r:id="r2"/><w:footerReference r:id="r3"/></w:sectPr>'
    path = write_docx(tmp_path / "a.docx", p("Tekst.") + section + section, header1=p("Duinhorst"), footer1=p("blad"))
    assert shown(read_document(path)) == [("header", 0, "Duinhorst"), ("paragraph", 0, "Tekst."), ("footer", 0, "blad")]


def test_strict_namespaces_and_bold_headings(tmp_path: Path) -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Vette kop</w:t></w:r></w:p>"
    path = write_docx(tmp_path / "a.docx", p("Wonen", "Kop1") + bold + p("Tekst."))
    strict = tmp_path / "strict.bin"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"))
    assert detect(strict) == "docx"
    expected = [("heading", 1, "Wonen"), ("heading", 2, "Vette kop"), ("paragraph", 0, "Tekst.")]
    assert shown(read_document(strict)) == shown(read_document(path)) == expected

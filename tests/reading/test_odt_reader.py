"""ODT: a package written here by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Document
from scheidslijn.reading import detect, read_document

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in [("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
                        ("draw", "drawing"), ("fo", "xsl-fo-compatible"),
                        ("svg", "svg-compatible")]
)  # fmt: skip
MASTER = "<style:master-page><style:header><text:p>Waterrade</text:p></style:header></style:master-page>"


def write_odt(path: Path, body: str, styles: str = "", manifest: str = "") -> Path:
    """Write an ODT with this body and these automatic styles."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f'<office:document-styles {SPACES}><office:styles><style:style style:name="Heading_20_2" '
            f'style:family="paragraph" style:default-outline-level="2"/></office:styles>'
            f"<office:master-styles>{MASTER}</office:master-styles>"
            "</office:document-styles>",
        )
        archive.writestr("meta.xml", '<m xmlns:dc="d"><dc:title>Wmo-plan</dc:title></m>')
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def shown(document: Document) -> list[tuple[str, int, str]]:
    """Kind, level and lines (joined by a bar) of every block."""
    texts = [page.text for page in document.pages]
    return [(b.kind, b.level, "|".join(texts[s.page - 1][s.start : s.end] for s in b.lines)) for b in document.blocks]


def test_a_document(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Heading_20_2"/>'
        '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    body = """
    <text:tracked-changes><text:changed-region><text:deletion><text:p>oud</text:p></text:deletion></text:changed-region></text:tracked-changes>
    <text:table-of-content><text:index-body><text:p>Zorg 2</text:p></text:index-body></text:table-of-content>
    <text:h text:outline-level="1">Zorg</text:h><text:p text:style-name="P1">Thuis</text:p>
    <text:p>Hulp<text:s text:c="2"/>is <text:span>dicht</text:span>bij<text:note>
    <text:note-citation>1
    </text:note-citation><text:note-body><text:p>Zie de raming.</text:p></text:note-body>
    </text:note>,<text:line-break/>overal.<text:span text:style-name="T1">stil</text:span>
    <draw:frame><draw:text-box><text:p>Kader.</text:p></draw:text-box></draw:frame></text:p>
    <text:list><text:list-item><text:p>een</text:p><text:list><text:list-item><text:p>twee</text:p></text:list-item></text:list>
    </text:list-item></text:list>"""
    document = read_document(write_odt(tmp_path / "a.odt", body, styles))
    assert document.title == "Wmo-plan"
    assert shown(document) == [
        ("header", 0, "Waterrade"), ("markup", 0, "oud"), ("toc", 0, "Zorg 2"), ("heading", 1, "Zorg"),
        ("heading", 2, "Thuis"), ("paragraph", 0, "Hulp  is dichtbij,|overal."), ("footnote", 0, "Zie de raming."),
        ("hidden", 0, "stil"),
        ("paragraph", 0, "Kader."), ("bullet", 1, "een"), ("bullet", 2, "twee"),
    ]  # fmt: skip


def test_table_and_soft_page_breaks(tmp_path: Path) -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    spanned = 'table:number-rows-spanned="2"'
    body = (
        f"<table:table><table:table-header-rows><table:table-row>{cell('Doel')}{cell('Middel')}</table:table-row>"
        f"</table:table-header-rows><text:soft-page-break/><table:table-row>{cell('Rust', spanned)}"
        f"{cell('Hulp.')}</table:table-row><table:table-row><table:covered-table-cell/>{cell('Geld.')}</table:table-row>"
        "</table:table><text:p>Een <text:soft-page-break/>zin.</text:p>"
    )
    document = read_document(write_odt(tmp_path / "a.odt", body))
    assert [(b.cell.row, b.cell.column, b.cell.row_head, b.cell.column_head) for b in document.blocks if b.cell] == [
        (1, 1, "", ""), (1, 2, "", ""), (2, 1, "", "Doel"), (2, 2, "Rust", "Middel"), (3, 2, "Rust", "Middel"),
    ]  # fmt: skip
    assert [(page.number, page.text.split()) for page in document.pages] == [
        (1, ["Waterrade", "Doel", "Middel"]), (2, ["Rust", "Hulp.", "Geld.", "Een"]), (3, ["zin."]),
    ]  # fmt: skip


def test_password_is_said(tmp_path: Path) -> None:
    path = write_odt(tmp_path / "a.odt", "<text:p>x</text:p>", manifest="<encryption-data/>")
    assert detect(path) == "odt"
    with pytest.raises(ReadingError, match="password"):
        read_document(path)

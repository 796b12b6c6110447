"""Writes a source as a DOCX (WordprocessingML by hand): real heading styles, lists, footnotes, fields and tables."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from build_docx_parts import (
    CONTENT_TYPES,
    DOCUMENT_RELATIONS,
    HEAD,
    RELATIONS,
    SETTINGS,
    R,
    W,
    core,
    numbering,
    styles,
)
from build_html import COLOURS
from build_source import Block, Box, Heading, List, Para, Quote, Source, Table, fill_pages

FONTS = {"twee_kolommen": "Arial", "een_kolom": "Verdana", "beleidsplan": "Times New Roman"}
TOC_BEGIN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
LINE = 9070  # twips between the margins
TOKENS = re.compile(r"(\*\*.+?\*\*|\*.+?\*|\[\^\d+\]|\u00ad)")


def _run(text: str, look: str = "") -> str:
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def runs(text: str, look: str = "") -> str:
    """Return a source line as runs: emphasis, footnote references, and soft hyphens as Word writes them."""
    out = []
    for token in TOKENS.split(text):
        if token == "\u00ad":
            out.append("<w:r><w:softHyphen/></w:r>")
        elif note := re.fullmatch(r"\[\^(\d+)\]", token):
            up = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            out.append(f'<w:r>{up}<w:footnoteReference w:id="{note[1]}"/></w:r>')
        elif token.startswith("*"):
            mark = "<w:b/>" if token.startswith("**") else "<w:i/>"
            out.append(_run(token.strip("*"), look + mark))
        else:
            out.append(_run(token, look))
    return "".join(out)


def para(text: str, style: str = "Normal", extra: str = "", look: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{runs(text, look)}</w:p>'


def field(code: str, shown: str) -> str:
    """Return a field with the result that was last shown."""
    kinds = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{shown}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{kind}</w:r>" for kind in kinds)


def table(block: Table) -> str:
    widths = [LINE * w // 100 for w in block.widths]

    def row(cells: tuple[str, ...], head: bool) -> str:
        look = "<w:b/>" if head else ""
        inner = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>{para(c, look=look)}</w:tc>'
            for w, c in zip(widths, cells, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{inner}</w:tr>"

    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{row(block.head, True)}{''.join(row(r, False) for r in block.rows)}</w:tbl>"
    )


def block_xml(block: Block, source: Source) -> str:
    """Return the paragraphs or the table of one block."""
    match block:
        case Heading():
            look = '<w:caps/><w:spacing w:val="120"/>' if block.spaced else ""
            bare = source.meta.get("nummering") and not block.number
            off = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>' if bare else ""
            return para(block.text, f"Heading{block.level}", off, look)
        case Para():
            return para(block.text)
        case List():
            return "".join(para(item, "ListNumber" if block.ordered else "ListBullet") for item in block.items)
        case Quote():
            return para(block.text, "IntenseQuote")
        case Box():
            return para(block.title, "Kader", look="<w:b/>") + "".join(para(p, "Kader") for p in block.paras)
        case Table():
            return table(block) + "<w:p/>"


def section(columns: int, *, first: bool = False, last: bool = False) -> str:
    """Return the properties that close a section; the first has a cover without header, the last stands in the body."""
    space = ' w:space="425"' if columns > 1 else ""
    inner = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:footerReference w:type="default" r:id="footer1"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" '
        f'w:header="709" w:footer="709" w:gutter="0"/><w:cols w:num="{columns}"{space}/>'
        f"{'<w:titlePg/>' if first else ''}</w:sectPr>"
    )
    return inner if last else f"<w:p><w:pPr>{inner}</w:pPr></w:p>"


def contents(source: Source, pages: dict[str, int]) -> str:
    """Return the table of contents as Word keeps it: a field whose last result is a list of lines."""
    lines = [f"{c.number} {c.text}".strip() for c in source.contents]
    out = [para("Inhoud", "TOCHeading")]
    for i, (entry, line) in enumerate(zip(source.contents, lines, strict=True)):
        begin = TOC_BEGIN if i == 0 else ""
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if i == len(lines) - 1 else ""
        tab = f"<w:r><w:tab/><w:t>{pages[entry.anchor]}</w:t></w:r>"
        out.append(f'<w:p><w:pPr><w:pStyle w:val="TOC{entry.level}"/></w:pPr>{begin}{_run(line)}{tab}{end}</w:p>')
    return "".join(out)


def document(source: Source, pages: dict[str, int]) -> str:
    """Return word/document.xml."""
    meta = source.meta
    columns = 2 if meta["stijl"] == "twee_kolommen" else 1
    front = para(meta["titel"], "Title") + para(meta["ondertitel"], "Subtitle")
    front += "".join(para(line) for line in meta["regels"]) + contents(source, pages)
    body = [front, section(1, first=True)]
    for block in source.blocks:
        if columns > 1 and isinstance(block, Heading) and block.anchor == "tabel":
            body.append(section(columns))
        body.append(block_xml(block, source))
    text = fill_pages("".join(body), pages)
    return f"{HEAD}<w:document {W} {R}><w:body>{text}{section(1, last=True)}</w:body></w:document>"


def footnotes(source: Source) -> str:
    """Return word/footnotes.xml: the two separators that Word wants, then the notes."""
    marks = "".join(
        f'<w:footnote w:type="{kind}" w:id="{i}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
        for kind, tag, i in (("separator", "separator", -1), ("continuationSeparator", "continuationSeparator", 0))
    )
    ref = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>{ref}'
        f"{_run(' ' + text)}</w:p></w:footnote>"
        for n, text in source.notes.items()
    )
    return f"{HEAD}<w:footnotes {W}>{marks}{notes}</w:footnotes>"


def write_docx(source: Source, path: Path, pages: dict[str, int]) -> None:
    """Write the file; every member of the zip carries the same old date, so that a rebuild gives the same bytes."""
    meta = source.meta
    colour = COLOURS[meta["gemeente"]].lstrip("#").upper()
    foot = f'<w:p><w:r><w:t xml:space="preserve">Gemeente {meta["gemeente"]}   </w:t></w:r>{field("PAGE", "1")}</w:p>'
    members = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "docProps/core.xml": core(meta["titel"], f"Gemeente {meta['gemeente']}"),
        "word/document.xml": document(source, pages),
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
        "word/styles.xml": styles(colour, FONTS[meta["stijl"]], bool(meta.get("nummering"))),
        "word/numbering.xml": numbering(),
        "word/settings.xml": SETTINGS,
        "word/footnotes.xml": footnotes(source),
        "word/header1.xml": f"{HEAD}<w:hdr {W}>{para(meta['kop'], 'Header')}</w:hdr>",
        "word/footer1.xml": f"{HEAD}<w:ftr {W}>{foot}</w:ftr>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            archive.writestr(info, text.encode("utf-8"), compresslevel=9)

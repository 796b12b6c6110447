"""The parts of a DOCX that do not depend on its text: styles, lists, settings and relations, as plain OOXML."""

from __future__ import annotations

from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PARTS = ("styles", "numbering", "settings", "footnotes", "header1", "footer1")

CONTENT_TYPES = (
    HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>'
    + "".join(f'<Override PartName="/word/{part}.xml" ContentType="{MAIN}.{part.rstrip("1")}+xml"/>' for part in PARTS)
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
RELATIONS = (
    HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Target="docProps/core.xml" '
    'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"/></Relationships>'
)
DOCUMENT_RELATIONS = (
    HEAD
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + "".join(f'<Relationship Id="{part}" Type="{OFFICE}/{part.rstrip("1")}" Target="{part}.xml"/>' for part in PARTS)
    + "</Relationships>"
)
SETTINGS = (
    f"{HEAD}<w:settings {W}><w:autoHyphenation/><w:footnotePr>"
    '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr></w:settings>'
)


def core(title: str, author: str) -> str:
    """Return docProps/core.xml; the dates are fixed, so that a rebuild gives the same bytes."""
    return (
        HEAD + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator><dc:language>nl-NL</dc:language>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2026-06-12T09:00:00Z</dcterms:created></cp:coreProperties>'
    )


def _style(name: str, label: str, paragraph: str = "", run: str = "", based: str = "Normal", outline: int = -1) -> str:
    level = f'<w:outlineLvl w:val="{outline}"/>' if outline >= 0 else ""
    base = f'<w:basedOn w:val="{based}"/>' if name != "Normal" else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{label}"/>{base}'
        f"<w:qFormat/><w:pPr>{paragraph}{level}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def styles(colour: str, font: str, numbered: bool) -> str:
    """Return word/styles.xml; with `numbered`, Heading 1 and 2 take their numbers from list 3."""

    def number(level: int) -> str:
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>' if numbered else ""

    def look(size: int) -> str:
        return f'<w:b/><w:color w:val="{colour}"/><w:sz w:val="{size}"/>'

    def room(before: int, after: int) -> str:
        return f'<w:spacing w:before="{before}" w:after="{after}"/>'

    sides = ("top", "bottom", "insideH", "insideV")
    border = f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{colour}"/></w:pBdr>'
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F4F0E6"/>'
    leader = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9000"/></w:tabs>'
    return (
        f'{HEAD}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
        '<w:sz w:val="20"/><w:lang w:val="nl-NL"/></w:rPr></w:rPrDefault></w:docDefaults>'
        + _style("Normal", "Normal", '<w:spacing w:after="140" w:line="276" w:lineRule="auto"/>')
        + _style("Title", "Title", '<w:spacing w:before="2400" w:after="200"/>', look(64))
        + _style("Subtitle", "Subtitle", "", '<w:sz w:val="28"/>')
        + _style("TOCHeading", "TOC Heading", "", look(32))
        + _style("TOC1", "toc 1", leader)
        + _style("TOC2", "toc 2", leader.replace("</w:tabs>", '</w:tabs><w:ind w:left="240"/>'))
        + _style("Heading1", "heading 1", f"<w:keepNext/>{number(0)}{room(360, 120)}", look(32), outline=0)
        + _style("Heading2", "heading 2", f"<w:keepNext/>{number(1)}{room(240, 80)}", look(24), outline=1)
        + _style("ListBullet", "List Bullet", '<w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:after="60"/>')
        + _style("ListNumber", "List Number", '<w:numPr><w:numId w:val="2"/></w:numPr><w:spacing w:after="60"/>')
        + _style("IntenseQuote", "Intense Quote", border, look(26))
        + _style("Kader", "Kader", shade)
        + _style("FootnoteText", "footnote text", "", '<w:sz w:val="16"/>')
        + _style("Header", "header", "", '<w:sz w:val="16"/>')
        + _style("Footer", "footer", "", '<w:sz w:val="16"/>')
        + '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        "<w:tblPr><w:tblBorders>"
        + "".join(f'<w:{s} w:val="single" w:sz="4" w:color="{colour}"/>' for s in sides)
        + "</w:tblBorders></w:tblPr></w:style></w:styles>"
    )


def numbering() -> str:
    """Return word/numbering.xml: 1 is bullets, 2 numbers, 3 the numbers of headings."""

    def level(i: int, form: str, text: str, left: int, tie: str = "") -> str:
        return (
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{tie}<w:lvlText w:val="{text}"/>'
            f'<w:pPr><w:ind w:left="{left}" w:hanging="{left}"/></w:pPr></w:lvl>'
        )

    lists = (
        level(0, "bullet", "•", 284),
        level(0, "decimal", "%1.", 360),
        level(0, "decimal", "%1", 432, '<w:pStyle w:val="Heading1"/>')
        + level(1, "decimal", "%1.%2", 576, '<w:pStyle w:val="Heading2"/>'),
    )
    return (
        f"{HEAD}<w:numbering {W}>"
        + "".join(
            f'<w:abstractNum w:abstractNumId="{i}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
            for i, levels in enumerate(lists)
        )
        + "".join(f'<w:num w:numId="{i + 1}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(len(lists)))
        + "</w:numbering>"
    )

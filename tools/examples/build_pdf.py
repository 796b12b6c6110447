"""Writes a source as a PDF with reportlab: cover, contents, running text in columns, footnotes, boxes and tables.

Page references, the contents and the room for footnotes depend on where things fall, so a document is laid out again
until nothing moves any more.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from build_pdf_looks import HEIGHT, LOOKS, WIDTH, Look, register_fonts
from build_pdf_styles import ContentsLine, styles_of
from build_source import SHY, Block, Box, Heading, List, Para, Quote, Source, Table, fill_pages
from reportlab.lib.colors import white
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

GUTTER = 22.0
LIGATURES = (("fi", "ﬁ"), ("fl", "ﬂ"))


class Layout(BaseDocTemplate):  # type: ignore[misc]
    """One attempt at a document; `zones` gives the room for footnotes (points) on the pages that need it."""

    def __init__(self, out: io.BytesIO, source: Source, look: Look, zones: dict[int, float], pages: int) -> None:
        meta = source.meta
        super().__init__(
            out,
            pagesize=(WIDTH, HEIGHT),
            title=meta["titel"],
            author=f"Gemeente {meta['gemeente']}",
            subject=meta["ondertitel"],
            lang="nl-NL",
            invariant=1,
        )
        self.source, self.look, self.zones, self.pages = source, look, zones, pages
        self.anchors: dict[str, int] = {}
        self.found: dict[int, list[str]] = {}
        self.styles = styles_of(look)
        frame = Frame(look.margin, 60, WIDTH - 2 * look.margin, HEIGHT - (60 + 88 * 2.8346), 0, 0, 0, 0)
        self.addPageTemplates(
            [
                PageTemplate("omslag", [frame], onPage=lambda c, d: look.cover(c, meta, look)),
                PageTemplate("breed", [self._frame(1, 0)], onPage=self._on_page, onPageEnd=self._on_end),
                PageTemplate("tekst", self._frames(), onPage=self._on_page, onPageEnd=self._on_end),
            ]
        )

    def _frame(self, columns: int, index: int) -> Frame:
        look = self.look
        width = (WIDTH - 2 * look.margin - GUTTER * (columns - 1)) / columns
        left = look.margin + index * (width + GUTTER)
        return Frame(left, look.bottom, width, HEIGHT - look.top - look.bottom, 0, 0, 0, 0)

    def _frames(self) -> list[Frame]:
        return [self._frame(self.look.columns, i) for i in range(self.look.columns)]

    def _on_page(self, canvas: Any, _: Any) -> None:
        """Draw the running head and take the room for this page's footnotes from the foot of its columns."""
        if self.look.running_first:
            self.look.running(canvas, self.source.meta, self.look, self.page, self.pages)
        zone = self.zones.get(self.page, 0.0)
        for frame in self.pageTemplate.frames:
            frame._y1p = frame._y1 = self.look.bottom + zone
            frame._height = HEIGHT - self.look.top - self.look.bottom - zone
            frame._geom()
            frame._reset()

    def _on_end(self, canvas: Any, _: Any) -> None:
        notes = [
            Paragraph(f"<super>{n}</super> {escape(self.source.notes[n])}", self.styles["noot"])
            for n in self.found.get(self.page, [])
        ]
        y = self.look.bottom + self.zones.get(self.page, 0.0) - 10
        if notes:
            canvas.setLineWidth(0.5)
            canvas.line(self.look.margin, y, self.look.margin + 110, y)
        for note in notes:
            y -= note.wrap(WIDTH - 2 * self.look.margin, 200)[1] + 2
            note.drawOn(canvas, self.look.margin, y)
        if not self.look.running_first:
            self.look.running(canvas, self.source.meta, self.look, self.page, self.pages)

    def beforeDocument(self) -> None:
        # subtle: <onDraw name="noot"> in a paragraph calls this when its line is drawn, so a note lands on its own page
        self.canv.setNamedCB("noot", lambda c, kind, label: self.found.setdefault(c.getPageNumber(), []).append(label))

    def afterFlowable(self, flowable: Any) -> None:
        if anchor := getattr(flowable, "anchor", ""):
            self.anchors[anchor] = self.page


def markup(text: str, pages: dict[str, int], ligatures: bool) -> str:
    """Return reportlab's paragraph markup of a source line."""
    text = escape(fill_pages(text.replace(SHY, ""), pages))
    if ligatures:
        for plain, joined in LIGATURES:
            text = text.replace(plain, joined)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)
    return re.sub(r"\[\^(\d+)\]", r'<onDraw name="noot" label="\1"/><super size="70%">\1</super>', text)


def flowables(block: Block, layout: Layout, pages: dict[str, int]) -> list[Any]:
    """Return what reportlab must set for one block."""
    styles, look = layout.styles, layout.look

    def para(text: str, style: str, **more: Any) -> Paragraph:
        return Paragraph(markup(text, pages, bool(layout.source.meta.get("ligaturen"))), styles[style], **more)

    match block:
        case Heading():
            text = " ".join(block.text.upper()) if block.spaced else f"{block.number} {block.text}".strip()
            heading = para(text, f"h{block.level}")
            heading.anchor = block.anchor
            return [heading]
        case Para():
            return [para(block.text, "body")]
        case List():
            marks = [f"{i}." if block.ordered else "•" for i in range(1, len(block.items) + 1)]
            style = "number" if block.ordered else "bullet"
            items = [para(item, style, bulletText=mark) for item, mark in zip(block.items, marks, strict=True)]
            return [*items, Spacer(0, look.leading * 0.4)]
        case Quote() | Box():
            title = [para(f"**{block.title}**", "cell")] if isinstance(block, Box) else []
            inner = [para(p, "cell") for p in block.paras] if isinstance(block, Box) else [para(block.text, "quote")]
            box = Grid([[[*title, *inner]]], colWidths=["100%"])
            box.setStyle(
                TableStyle(
                    [
                        ("BACKGROUND", (0, 0), (-1, -1), look.light),
                        ("LINEBEFORE", (0, 0), (0, -1), 3, look.dark),
                        ("LEFTPADDING", (0, 0), (-1, -1), 12),
                        ("TOPPADDING", (0, 0), (-1, -1), 8),
                        ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
                    ]
                )
            )
            return [Spacer(0, 4), box, Spacer(0, 10)]
        case Table():
            rows = [[para(c, "th") for c in block.head], *([para(c, "cell") for c in row] for row in block.rows)]
            room = WIDTH - 2 * look.margin
            grid = Grid(rows, colWidths=[room * w / 100 for w in block.widths], repeatRows=1, hAlign="LEFT")
            grid.setStyle(
                TableStyle(
                    [
                        ("BACKGROUND", (0, 0), (-1, 0), look.dark),
                        ("VALIGN", (0, 0), (-1, -1), "TOP"),
                        ("LINEBELOW", (0, 0), (-1, -1), 0.5, look.dark),
                        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, look.light]),
                        ("TOPPADDING", (0, 0), (-1, -1), 5),
                        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
                    ]
                )
            )
            return [grid, Spacer(0, 12)]


def story(layout: Layout, pages: dict[str, int]) -> list[Any]:
    """Return the whole document: cover, contents, then the chapters (a table chapter on a page of full width)."""
    look, styles, source = layout.look, layout.styles, layout.source
    head = Paragraph("Inhoud", styles["h1"])
    lines = [ContentsLine(entry, pages.get(entry.anchor, 0), look) for entry in source.contents]
    if look.own_cover:
        flow: list[Any] = [NextPageTemplate("breed"), Spacer(0, 1), PageBreak(), head, *lines]
    else:
        flow = [head, *lines]
    flow += [NextPageTemplate("tekst"), PageBreak()]
    for block in source.blocks:
        if isinstance(block, Heading) and block.anchor == "tabel" and look.columns > 1:
            flow += [NextPageTemplate("breed"), PageBreak()]
        flow += flowables(block, layout, pages)
    return flow


def write_pdf(source: Source, path: Path) -> dict[str, int]:
    """Write the PDF and return the page of every anchor; raises RuntimeError when the layout does not settle."""
    register_fonts()
    look = LOOKS[source.meta["stijl"]]
    pages: dict[str, int] = {}
    zones: dict[int, float] = {}
    total = 0
    for _ in range(8):
        out = io.BytesIO()
        layout = Layout(out, source, look, zones, total)
        layout.build(story(layout, pages))
        needed = {page: 14 + look.leading * 1.1 * len(notes) for page, notes in layout.found.items()}
        after = (layout.anchors, zones | needed, layout.page)
        if after == (pages, zones, total):
            path.write_bytes(out.getvalue())
            return pages
        pages, zones, total = after
    raise RuntimeError(f"the layout of {source.name} did not settle in 8 passes")

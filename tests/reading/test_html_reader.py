"""HTML: what a reader sees becomes blocks, the rest is set aside by name, and nothing is lost."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Document
from scheidslijn.reading import read_document
from scheidslijn.reading.html import document_of_html


def shown(document: Document) -> list[tuple[str, int, str]]:
    """Kind, level and lines (joined by a bar) of every block."""
    text = document.pages[0].text
    return [(b.kind, b.level, "|".join(text[s.start : s.end] for s in b.lines)) for b in document.blocks]


def read(body: str) -> list[tuple[str, int, str]]:
    return shown(document_of_html(body, "a.html", ""))


def test_page_with_everything_around_the_text() -> None:
    page = """<!doctype html><html><head><title>Akkoord</title><script>let a = "<p>";</script><style>p {}</style></head>
    <body><a href="#tekst">Direct naar de tekst</a>
    <header><a href="/">Gemeente Elzenbroek</a><h1>Samen <i>bouwen</i></h1></header>
    <nav><ul><li>Start</li><li>Contact</li></ul></nav>
    <main><p>Wij bouwen <span style="display: none">stil</span>meer<br>huizen.</p></main>
    <aside>Deel deze pagina</aside><footer>Postbus 1</footer></body></html>"""
    assert read(page) == [
        ("markup", 0, "Akkoord"), ("script", 0, 'let a = "<p>";'), ("style", 0, "p {}"),
        ("navigation", 0, "Direct naar de tekst"),
        ("header", 0, "Gemeente Elzenbroek"), ("heading", 1, "Samen bouwen"), ("navigation", 0, "Start|Contact"),
        ("paragraph", 0, "Wij bouwen meer|huizen."), ("hidden", 0, "stil"),
        ("navigation", 0, "Deel deze pagina"), ("footer", 0, "Postbus 1"),
    ]  # fmt: skip
    assert document_of_html(page, "a.html", "").title == "Akkoord"


def test_lists_nest_and_go_on_as_paragraphs() -> None:
    body = "<ul><li>een<ol><li>twee</li></ol>nog</li><li></li></ul><p>Los.</p><ul><li><p>drie</p><p>vier</p></li></ul>"
    assert read(body) == [
        ("bullet", 1, "een"), ("bullet", 2, "twee"), ("paragraph", 0, "nog"), ("paragraph", 0, "Los."),
        ("bullet", 1, "drie"), ("paragraph", 0, "vier"),
    ]  # fmt: skip


def test_double_breaks_end_a_paragraph_and_bold_lines_head_it() -> None:
    body = "<h2>Zorg</h2><div><b>Mantelzorg</b><br><br>Wij helpen.</div><p><strong>Wijkteam</strong></p><p>Dichtbij."
    assert read(body) == [
        ("heading", 2, "Zorg"), ("paragraph", 0, "Mantelzorg"), ("paragraph", 0, "Wij helpen."),
        ("heading", 3, "Wijkteam"), ("paragraph", 0, "Dichtbij."),
    ]  # fmt: skip


def test_table_cells_know_their_heads() -> None:
    document = document_of_html(
        "<table><thead><tr><th>Ambities<th>Interventies</thead><tr><td rowspan=2>Meer huizen<td>Bouwen (p.3)."
        "<tr><td><ul><li>Slopen.</li><li>Kopen.</li></ul></table><table><tr><td>los</td></tr></table>",
        "a.html",
        "",
    )
    cells = [(b.cell.row, b.cell.column, b.cell.row_head, b.cell.column_head) for b in document.blocks if b.cell]
    assert cells == [
        (1, 1, "", ""), (1, 2, "", ""), (2, 1, "", "Ambities"), (2, 2, "Meer huizen", "Interventies"),
        (3, 2, "Meer huizen", "Interventies"), (3, 2, "Meer huizen", "Interventies"),
    ]  # fmt: skip
    assert [text for _, _, text in shown(document)][-3:] == ["Slopen.", "Kopen.", "los"]
    assert document.blocks[-1].kind == "paragraph"


def test_layout_tables_are_no_tables_and_tables_count_in_reading_order() -> None:
    inner = "<table><tr><td>a.</td><td>b.</td></tr></table>"
    document = document_of_html(
        f"<table><tr><td><h2>Kop</h2>{inner}</td><td>rechts</td></tr></table>{inner}", "a.html", ""
    )
    assert [b.cell.table if b.cell else 0 for b in document.blocks] == [0, 1, 1, 0, 2, 2]


def test_notes_and_their_marks_do_not_stick_to_words() -> None:
    body = '<p>Wij bouwen<sup><a href="#n1">1</a></sup> 100 m<sup>2</sup>.</p><div class="footnotes">1 Raming.</div>'
    assert read(body) == [("paragraph", 0, "Wij bouwen 100 m2."), ("footnote", 0, "1"), ("footnote", 0, "1 Raming.")]


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("<meta charset=iso-8859-1>", "cp1252"),
    ],
)
def test_encoding_that_the_page_declares(tmp_path: Path, meta: str, encoding: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(f"<html><head>{meta}</head><body><p>Eén € voor Kempenrode.</p></body></html>".encode(encoding))
    assert read_document(path).pages[0].text == "Eén € voor Kempenrode.\n"


def test_a_page_of_scripts_only_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "app.html"
    path.write_text("<html><body><script>start()</script><noscript>Zet JavaScript aan.</noscript></body></html>")
    with pytest.raises(ReadingError, match="no text outside hidden, script"):
        read_document(path)


def test_deep_nesting_is_refused_in_time() -> None:
    with pytest.raises(ReadingError, match="more than 10,000 deep"):
        document_of_html("<div>" * 200_000 + "diep", "a.html", "")


TAGS = st.sampled_from(
    "p div span b li ul ol table tr td th h1 h3 header nav aside footer script style br sup a main pre title".split()
)
WORDS = st.text(alphabet=st.sampled_from("abc é.1 \n\u00ad€"), min_size=1, max_size=8)
PIECES = st.one_of(
    WORDS.map(escape),
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.sampled_from(["<p hidden>", "<td colspan=3>"]),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=40))
def test_every_character_is_in_one_line(pieces: list[str]) -> None:
    source = "<body>" + "".join(pieces)
    document = document_of_html(source, "a.html", "")
    text = document.pages[0].text
    covered = [0] * len(text)
    for block in document.blocks:
        for span in block.lines:
            for at in range(span.start, span.end):
                covered[at] += 1
    assert all(count == 1 or (count == 0 and c.isspace()) for c, count in zip(text, covered, strict=True))


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS, max_size=20), st.lists(TAGS, min_size=20, max_size=20))
def test_no_text_of_the_page_is_dropped(words: list[str], tags: list[str]) -> None:
    tags = ["i" if tag in ("script", "style", "title", "br") else tag for tag in tags]  # in these, text is no HTML
    source = "<p>" + "".join(f"{escape(word)}<{tag}>" for word, tag in zip(words, tags, strict=False))
    text = document_of_html(source, "a.html", "").pages[0].text
    assert sorted(c for c in text if not c.isspace()) == sorted(c for word in words for c in word if not c.isspace())


def test_a_cookie_notice_is_navigation_under_any_class_name(tmp_path: Path) -> None:
    page = tmp_path / "akkoord.html"
    page.write_text(
        "<body><div class='js-CookieConsent__bar'>Wij gebruiken cookies.</div><p>Wij bouwen woningen.</p></body>",
        "utf-8",
    )
    document = read_document(page)
    kinds = {document.pages[0].text[b.lines[0].start : b.lines[0].end].strip(): b.kind for b in document.blocks}
    assert kinds["Wij gebruiken cookies."] == "navigation" and kinds["Wij bouwen woningen."] == "paragraph"

"""The whole step on invented documents, and the account on random ones."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.passage import PASSAGE_KINDS, Block, BlockKind, Cell, Document, Page, SetAside, Span
from scheidslijn.segmenting import Segmented, account, is_blank, rows, segment

LONG = (
    "De gemeente Elzenbroek wil dat alle inwoners kunnen meedoen, in elke kern en op elke leeftijd, "
    "en stelt daarvoor geld ter "
)


@dataclass
class Draft:
    """A document in the making: every `add` puts lines on the current page and a block over them."""

    name: str = "elzenbroek.pdf"
    format: str = "pdf"
    numbered: bool = True
    texts: list[str] = field(default_factory=lambda: [""])
    blocks: list[Block] = field(default_factory=list)

    def add(
        self, kind: BlockKind, *lines: str, level: int = 0, cell: Cell | None = None, continues: bool = False
    ) -> Draft:
        spans = []
        for line in lines:
            start = len(self.texts[-1])
            self.texts[-1] += line + "\n"
            spans.append(Span(len(self.texts), start, start + len(line)))
        self.blocks.append(Block(kind, tuple(spans), level, cell, continues))
        return self

    def turn(self) -> Draft:
        self.texts.append("")
        return self

    def document(self, title: str = "") -> Document:
        pages = tuple(Page(text, at if self.numbered else None) for at, text in enumerate(self.texts, 1))
        return Document(self.name, self.format, "ab" * 32, pages, tuple(self.blocks), title)


def texts(segmented: Segmented) -> list[str]:
    return [passage.text for passage in segmented.passages]


def is_complete(segmented: Segmented) -> bool:
    return all(page.complete for page in account(segmented))


def test_a_sentence_that_runs_over_a_page_is_one_passage_on_the_page_where_it_begins() -> None:
    draft = Draft().add("paragraph", "Wij helpen inwoners die dat nodig", "hebben, en vragen de onder-")
    draft.add("footnote", "1 Zie de begroting.").add("page_number", "1").turn()
    draft.add("header", "Akkoord Elzenbroek").add("paragraph", "nemers om mee te doen.", "Samen staan wij sterk.")
    got = segment(draft.document())
    assert texts(got) == [
        "Wij helpen inwoners die dat nodig hebben, en vragen de ondernemers om mee te doen. Samen staan wij sterk."
    ]
    assert got.passages[0].page == 1 and {span.page for span in got.passages[0].spans} == {1, 2}
    assert [one.kind for one in got.set_aside].count("hyphenation") == 1
    assert {one.kind for one in got.set_aside} == {"footnote", "page_number", "header", "hyphenation"}
    assert is_complete(got)


def test_what_ends_as_a_sentence_does_not_run_on() -> None:
    draft = Draft().add("paragraph", "Wij bouwen woningen.").turn().add("paragraph", "samen met de regio.")
    assert len(segment(draft.document()).passages) == 2
    draft = Draft().add("paragraph", "Waar wij voor gaan").turn().add("paragraph", "De zorg blijft dichtbij.")
    assert len(segment(draft.document()).passages) == 2


def test_the_reader_may_say_that_a_block_goes_on() -> None:
    draft = Draft().add("paragraph", "Dit plan van", continues=True).add("figure", "bron: OIS")
    draft.add("paragraph", "Waterrade is klaar.")
    assert texts(segment(draft.document())) == ["Dit plan van Waterrade is klaar."]


def test_a_column_break_within_a_page_joins_a_full_line_that_has_no_end() -> None:
    draft = Draft().add("paragraph", "De raad kiest voor wonen en zorg", "en wil daarom dat de gemeente")
    draft.add("paragraph", "grond koopt in alle kernen.")
    assert len(segment(draft.document()).passages) == 1
    web = Draft(format="html").add("paragraph", "De raad kiest voor wonen en zorg").add("paragraph", "grond koopt hij.")
    assert len(segment(web.document()).passages) == 2


def test_headings_single_words_and_lists_are_not_cut_at_a_colon() -> None:
    draft = Draft().add("heading", "Thema: wonen en zorg", level=2).add("paragraph", "Wij willen:")
    draft.add("bullet", "\uf0b7 betaalbaar: ook voor starters", level=1).add(
        "bullet", "1. eerst bouwen: dan praten", level=1
    )
    draft.add("paragraph", "Kortom: samen.")
    got = segment(draft.document())
    assert texts(got) == [
        "Thema: wonen en zorg", "Wij willen:", "betaalbaar: ook voor starters", "eerst bouwen: dan praten",
        "Kortom: samen.",
    ]  # fmt: skip
    assert [passage.kind for passage in got.passages] == ["heading", "paragraph", "bullet", "bullet", "paragraph"]
    assert is_complete(got)  # the markers lie in the spans


def test_numbers_that_are_not_of_a_list_stay() -> None:
    draft = Draft().add("heading", "3.2 Zorg dichtbij", level=2).add("bullet", "- 2.500 woningen erbij", level=1)
    draft.add("bullet", "65-plussers krijgen voorrang", level=1)
    assert texts(segment(draft.document())) == [
        "3.2 Zorg dichtbij",
        "2.500 woningen erbij",
        "65-plussers krijgen voorrang",
    ]


def test_cells_know_their_row_and_column_and_keep_their_page_reference() -> None:
    cell = Cell(1, 2, 2, row_head="Wonen", column_head="Beleidsinterventies")
    draft = Draft().add("cell", "Starterslening van", "€ 30.000 (p.13)", cell=cell)
    (passage,) = segment(draft.document()).passages
    assert passage.kind == "cell" and passage.cell == cell and passage.text == "Starterslening van € 30.000 (p.13)"


def test_letter_spaced_headings_ligatures_and_odd_spaces_come_out_readable() -> None:
    draft = Draft().add("heading", "VO O RWO O R D", level=1).add("heading", "I N L E I D I N G", level=1)
    draft.add("heading", "O N Z E  A M B I T I E", level=1).add("heading", "V oorzieningen", level=2)
    draft.add("paragraph", "De ﬁ nanciële\u00a0ruimte\u200b is de e\u0301cht  grote of\ufb01ciële vraag.")
    assert texts(segment(draft.document())) == [
        "VOORWOORD", "INLEIDING", "ONZE AMBITIE", "Voorzieningen",
        "De financiële ruimte is de écht grote officiële vraag.",
    ]  # fmt: skip


def test_the_number_of_a_chapter_joins_its_heading() -> None:
    draft = Draft().add("paragraph", "2.").add("heading", "Samen wonen", level=1).add("paragraph", "2.")
    got = segment(draft.document())
    assert texts(got)[0] == "2. Samen wonen" and got.passages[0].kind == "heading" and is_complete(got)


def test_heading_path_and_place() -> None:
    draft = Draft().add("heading", "Kempenrode vooruit", level=1).add("paragraph", "Coalitieakkoord 2026-2030").turn()
    draft.add("heading", "Voorwoord", level=1).add("paragraph", "Voor u ligt ons akkoord.")
    draft.add("heading", "Samenvatting", level=1).add("heading", "Wonen", level=2).add("paragraph", "Wij bouwen.")
    draft.add("heading", "2. Zorg en welzijn", level=1).add("heading", "Inleiding", level=2).add(
        "paragraph", "Zorg telt."
    )
    draft.add("heading", "Slotakkoord", level=1).add("paragraph", "Hier staan onze namen.")
    got = {passage.text: passage for passage in segment(draft.document()).passages}
    assert {text: passage.place for text, passage in got.items()} == {
        "Kempenrode vooruit": "titel", "Coalitieakkoord 2026-2030": "titel", "Voorwoord": "inleiding",
        "Voor u ligt ons akkoord.": "inleiding", "Samenvatting": "samenvatting", "Wonen": "samenvatting",
        "Wij bouwen.": "samenvatting", "2. Zorg en welzijn": "themaparagraaf", "Inleiding": "themaparagraaf",
        "Zorg telt.": "themaparagraaf", "Slotakkoord": "vrije_tekst", "Hier staan onze namen.": "vrije_tekst",
    }  # fmt: skip
    assert got["Zorg telt."].heading == ("2. Zorg en welzijn", "Inleiding")
    assert got["Inleiding"].heading == ("2. Zorg en welzijn",)


def test_a_title_above_the_text_of_page_one_and_none_where_a_chapter_opens_it() -> None:
    draft = Draft(numbered=False).add("heading", "Wmo-plan Duinhorst: zorg voor wie het nodig heeft", level=1)
    draft.add("paragraph", LONG + "beschikking.")
    places = [passage.place for passage in segment(draft.document()).passages]
    assert places == ["titel", "vrije_tekst"]
    draft = Draft().add("heading", "1. Inleiding", level=1).add("paragraph", LONG + "beschikking.")
    assert [passage.place for passage in segment(draft.document()).passages] == ["inleiding", "inleiding"]


def test_a_pull_quote_points_to_the_body_and_a_repeated_paragraph_to_the_first() -> None:
    draft = Draft().add("paragraph", "“Niemand hoeft het in Waterrade alleen te doen”")
    draft.add("paragraph", "Onze kernen zijn hecht. Niemand hoeft het in Waterrade alleen te doen, en dat blijft zo.")
    draft.add("paragraph", "Deze pagina is met opzet leeg gelaten.").add(
        "paragraph", "Deze pagina is met opzet leeg gelaten."
    )
    draft.add("heading", "Wat gaan wij doen?", level=2).add("heading", "Wat gaan wij doen?", level=2)
    got = segment(draft.document()).passages
    ids = [passage.passage_id for passage in got]
    assert [passage.duplicate_of for passage in got] == [ids[1], "", "", ids[2], "", ""]


def test_a_pull_quote_in_the_middle_of_a_paragraph_does_not_cut_it() -> None:
    draft = Draft().add("paragraph", "In Duinhorst helpen buren elkaar. Wij zien", "dat dit werkt en daarom willen we")
    draft.add("heading", "“In Duinhorst helpen buren elkaar.”", level=3)
    draft.add("paragraph", "dat elke kern een huis krijgt waar je", "zomaar binnenloopt.")
    quote, body = sorted(segment(draft.document()).passages, key=lambda passage: len(passage.text))
    assert body.text.endswith("en daarom willen we dat elke kern een huis krijgt waar je zomaar binnenloopt.")
    assert quote.duplicate_of == body.passage_id and not body.duplicate_of


def test_a_copy_points_to_the_passage_that_counts() -> None:
    draft = Draft().add("paragraph", "Wij bouwen voor starters in elke kern.")
    draft.add("paragraph", "Ons plan is helder. Wij bouwen voor starters in elke kern. Dat begint dit jaar.")
    draft.add("paragraph", "Ons plan is helder. Wij bouwen voor starters in elke kern. Dat begint dit jaar.")
    draft.add("paragraph", "Wij bouwen voor starters in elke kern.")
    got = segment(draft.document()).passages
    assert [passage.duplicate_of for passage in got] == [got[1].passage_id, "", got[1].passage_id, got[1].passage_id]


def test_ids_are_the_same_in_every_run_and_count_by_page() -> None:
    draft = Draft().add("paragraph", "Een.").add("paragraph", "Twee.").turn().add("paragraph", "Drie.")
    ids = [passage.passage_id for passage in segment(draft.document()).passages]
    assert ids == [passage.passage_id for passage in segment(draft.document()).passages]
    prefix = ids[0][:8]
    assert ids == [f"{prefix}-p001-01", f"{prefix}-p001-02", f"{prefix}-p002-01"]
    web = Draft(name="duinhorst.html", format="html", numbered=False).add("paragraph", "Een.")
    assert segment(web.document()).passages[0].passage_id.endswith("-p000-01")


def test_the_document_itself_is_a_witness_for_how_a_word_is_spelled() -> None:
    plain = Draft().add("paragraph", "een wijk-", "tafel voor iedereen")
    assert texts(segment(plain.document())) == ["een wijktafel voor iedereen"]
    own = Draft().add("paragraph", "De wijk-tafel komt terug.").add("paragraph", "een wijk-", "tafel voor iedereen")
    assert texts(segment(own.document()))[1] == "een wijk-tafel voor iedereen"


def test_the_account_shows_what_a_reader_left_out_and_what_it_gave_twice() -> None:
    document = Document("x.txt", "text", "00" * 32, (Page("abc def", 1),), (Block("paragraph", (Span(1, 0, 3),)),))
    (page,) = account(segment(document))
    assert (page.characters, page.passages, page.unaccounted, page.doubled, page.complete) == (
        6,
        3,
        (4, 5, 6),
        0,
        False,
    )
    twice = Segmented(document, segment(document).passages, (SetAside("toc", Span(1, 2, 7)),))
    (page,) = account(twice)
    assert page.doubled == 1 and page.unaccounted == () and not page.complete
    (row,) = rows(document, [page])
    assert row["set_aside.toc"] == 4 and row["accounted"] == 1.0 and json.dumps(row)
    with pytest.raises(ValueError, match="outside the document"):
        account(Segmented(document, (), (SetAside("toc", Span(2, 0, 1)),)))


_ALPHABET = st.one_of(
    st.sampled_from("abdeEINO .,:;-–/@'()€0127\t\u00ad\ufffe\u200b\ufeff\u00a0\uf0b7ﬁ•\u0301\ud800"),
    st.characters(),
)  # fmt: skip
_KINDS = st.sampled_from(get_args(BlockKind)) | st.sampled_from(sorted(PASSAGE_KINDS))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Pages whose every character is in one line of one block; lines in any order, blocks over any pages."""
    pages = draw(st.lists(st.text(_ALPHABET, max_size=60), min_size=1, max_size=4))
    lines = []
    for at, text in enumerate(pages, 1):
        cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=6))})
        lines += [Span(at, start, end) for start, end in pairwise(cuts)]
    if draw(st.booleans()):
        lines = draw(st.permutations(lines))
    blocks = []
    while lines:
        size = draw(st.integers(1, 4))
        level, continues = draw(st.integers(0, 6)), draw(st.booleans())
        blocks.append(Block(draw(_KINDS), tuple(lines[:size]), level, None, continues))
        lines = lines[size:]
    numbers = draw(st.sampled_from([None, 1, 12]))
    kind = draw(st.sampled_from(["pdf", "html"]))
    return Document(
        "r.pdf", kind, "cd" * 32, tuple(Page(text, numbers) for text in pages), tuple(blocks), draw(st.text(max_size=5))
    )


@settings(max_examples=200, deadline=None)
@given(documents())
def test_nothing_is_lost_or_counted_twice_in_any_document(document: Document) -> None:
    got = segment(document)
    assert all(page.complete for page in account(got))
    assert all(passage.text and passage.text == passage.text.strip() and passage.spans for passage in got.passages)
    ids = [passage.passage_id for passage in got.passages]
    assert len(set(ids)) == len(ids)
    spans = [span for passage in got.passages for span in passage.spans] + [one.span for one in got.set_aside]
    for span in spans:
        assert span.start < span.end <= len(document.pages[span.page - 1].text)
    for earlier, later in pairwise(sorted(spans)):
        assert earlier.page != later.page or earlier.end <= later.start
    assert all(not passage.duplicate_of or passage.duplicate_of in ids for passage in got.passages)


@given(st.text(st.characters(categories=["Zs", "Zl", "Zp", "Cc"]) | st.sampled_from("\u200b\ufeff\u2060"), max_size=20))
def test_a_blank_block_is_no_passage(text: str) -> None:
    document = Document("r.txt", "text", "cd" * 32, (Page(text, 1),), (Block("paragraph", (Span(1, 0, len(text)),)),))
    assert all(map(is_blank, text))
    assert segment(document).passages == () and segment(document).set_aside == ()

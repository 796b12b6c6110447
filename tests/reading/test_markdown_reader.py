"""Markdown: the rendered text becomes blocks; code, tags and front matter are set aside; nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.errors import ReadingError
from scheidslijn.passage import Document
from scheidslijn.reading.markdown import document_of_markdown


def shown(document: Document) -> list[tuple[str, int, str]]:
    """Kind, level and lines (joined by a bar) of every block."""
    text = document.pages[0].text
    return [(b.kind, b.level, "|".join(text[s.start : s.end] for s in b.lines)) for b in document.blocks]


def test_a_document() -> None:
    source = """---
title: Akkoord Waterrade
---
# Wonen

Meer **hui**zen in gemeen-
ten en [meer][1]. <u>Nu</u>

    een ingesprongen alinea

- een
  - twee

  vervolg

```sh
ls
```

![plaat](a.png)

[1]: http://voorbeeld.invalid "Titel"
"""
    document = document_of_markdown(source, "a.md", "")
    assert document.title == "Akkoord Waterrade"
    assert shown(document) == [
        ("markup", 0, "---|title: Akkoord Waterrade|---"), ("heading", 1, "Wonen"),
        ("paragraph", 0, "Meer huizen in gemeen-|ten en meer. Nu"), ("markup", 0, "<u>"), ("markup", 0, "</u>"),
        ("paragraph", 0, "een ingesprongen alinea"), ("bullet", 1, "een"), ("bullet", 2, "twee"),
        ("paragraph", 0, "vervolg"), ("markup", 0, "sh|ls"), ("figure", 0, "plaat"),
        ("markup", 0, '[1]: http://voorbeeld.invalid "Titel"'),
    ]  # fmt: skip


def test_table() -> None:
    source = "| Ambitie | Interventie |\n|---|---|\n| Groen | Bomen planten. |\n"
    cells = [block.cell for block in document_of_markdown(source, "a.md", "").blocks]
    assert cells[3] is not None
    assert (cells[3].row, cells[3].column, cells[3].row_head, cells[3].column_head) == (2, 2, "Groen", "Interventie")


def test_nesting_that_the_parser_would_drop_is_refused() -> None:
    with pytest.raises(ReadingError, match="deeper than 100"):
        document_of_markdown("> " * 150 + "diep", "a.md", "")


PIECES = st.sampled_from(
    ["# ", "- ", "1. ", "> ", "\n", "\n\n", "    ", "`", "```\n", "**", "_", "[a](b)", "<b>", "<br>", "|", "|-|-|\n",
     "a",      "é1",      "woord ", "\\", "&amp;", "---\n", "[x]: y\n", "![p](q)", "\t", "\u00ad"]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_every_character_is_in_one_line_and_no_word_is_dropped(source: str) -> None:
    document = document_of_markdown(source, "a.md", "")
    text = document.pages[0].text
    covered = [0] * len(text)
    for block in document.blocks:
        for span in block.lines:
            for at in range(span.start, span.end):
                covered[at] += 1
    assert all(count == 1 or (count == 0 and c.isspace()) for c, count in zip(text, covered, strict=True))
    assert text.count("woord") == source.count("woord")

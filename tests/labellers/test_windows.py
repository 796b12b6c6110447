"""Windows: nothing is lost, context stands before every window, and without context they are the tokenizer's own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from scheidslijn.errors import ModelError
from scheidslijn.labellers.context import context_text
from scheidslijn.labellers.windows import Windows

WORDS = [f"w{number}" for number in range(40)]


def tokenizer() -> Tokenizer:
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def windows(length: int = 12, overlap: int = 3, context: int = 0) -> Windows:
    return Windows(tokenizer().to_str().encode(), length, overlap, context)


texts = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


@given(texts)
def test_without_context_they_are_what_the_tokenizer_itself_cuts(text):
    reference = tokenizer()
    reference.enable_truncation(max_length=12, stride=3)
    whole = reference.encode(text)
    expected = [tuple(part.ids) for part in [whole, *whole.overflowing]]
    assert [window.ids for window in windows().cut(text)] == expected


@given(texts, texts)
def test_context_stands_before_every_window_and_no_token_is_lost(text, context):
    own = windows(length=14, overlap=2, context=4)
    before = tuple(tokenizer().encode(context, add_special_tokens=False).ids)[-4:]
    seen: list[int] = []
    for number, window in enumerate(own.cut(text, context)):
        assert len(window.ids) <= 14
        head = (2, *before, 3) if context else (2,)
        assert window.ids[: len(head)] == head and window.ids[-1] == 3
        body = window.ids[len(head) : -1]
        seen += body[2 if number else 0 :]
    assert seen == tokenizer().encode(text, add_special_tokens=False).ids


@given(texts)
def test_fresh_tokens_add_up(text):
    count = len(text.split())
    assert sum(window.fresh for window in windows(context=4).cut(text, "w1 w2")) == max(1, count)


def test_no_room_is_an_error_that_names_the_numbers():
    with pytest.raises(ModelError, match="windows of 12 tokens with an overlap of 3 beside 8 of context"):
        windows(context=8)
    with pytest.raises(ModelError, match=r"tokenizer\.json: cannot be read"):
        Windows(json.dumps({"no": "tokenizer"}).encode(), 12, 3)


def test_context_is_passed_over_by_windows_without_room_for_it():
    assert windows().cut("w1 w2", "w3") == windows().cut("w1 w2")


def test_context_text_takes_what_is_asked_for():
    assert context_text((), ["Wonen"], "akkoord") == ""
    assert context_text(("heading",), ["Wonen", "Huur"], "akkoord") == "Wonen > Huur"
    assert context_text(("heading", "doc_type"), [], "akkoord") == "akkoord"

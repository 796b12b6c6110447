"""Cues of orders to a coder: what adds up, what does not, and that hostile text takes no more time than its length."""

from __future__ import annotations

import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.assist import injection_cues
from scheidslijn.assist.injection import flags_of
from scheidslijn.assist.injection_cues import MOST, groups_of_cues, speaks_to_a_coder, stretches, the_weights

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from injected_corpus import attack_texts, negatives
from injection_fit import orders_of

WORDS = [word for text in attack_texts() for word in text.split()]


def test_most_orders_that_the_weights_were_fitted_on_are_found_by_cues_alone() -> None:
    texts = [one for text in attack_texts() for one in orders_of(text)]
    assert sum(speaks_to_a_coder(text.lower()) for text in texts) > 0.8 * len(texts)


@pytest.mark.parametrize("text", negatives("negatives_2"))
def test_texts_about_coding_forms_and_models_are_not_flagged(text: str) -> None:
    assert flags_of(text) == ()


def test_no_weight_is_negative_and_every_weight_is_of_a_group() -> None:
    weights, groups = the_weights(), set(groups_of_cues())
    assert min([*weights.alone.values(), *weights.together.values()]) > 0
    assert weights.alone.keys() | {name for pair in weights.together for name in pair} <= groups
    assert all(one < other for one, other in weights.together)
    assert all(weights.least > weight for weight in weights.alone.values())  # no cue is enough by itself


def test_every_word_of_the_list_is_found() -> None:
    file = Path(injection_cues.__file__).with_name("injection_cues.toml")
    data = tomllib.loads(file.read_text("utf-8"))
    del data["codes"], data["openers"]
    for group, words in data.items():
        for entry in " ".join(words.split()).split(" | "):
            text = entry.removesuffix("*").replace("~", "onderwijs")
            assert group in {name for groups in stretches(text) for name in groups}, f"{group}: {entry}"


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.lists(st.sampled_from(WORDS), max_size=3))
def test_words_behind_a_short_text_never_make_it_weigh_less(words: list[str], more: list[str]) -> None:
    one, other = (" ".join(some).lower().replace(".", "") for some in (words, [*words, ",", *more]))
    if len(injection_cues._TOKEN.findall(other)) <= MOST:
        score = [max(map(the_weights().of, stretches(text)), default=0.0) for text in (one, other)]
        assert score[0] <= score[1] + 1e-9


HOSTILE = {
    **{repr(c): c for c in "a1_ .-=+%&\\\"'{[(<#`*:;,/|~\u200b\u202e\ufe0fеé😀"},
    "tags": "\U000e0061", "marks": "e\u0301", "hex": "4f", "bits": "01", "percent": "%41", "entity": "&#65;",
    "escape": "\\u0041", "spelled": "n e ", "dots": "a.", "snake": "a_b_", "leet": "a1", "words": "negeer ",
    "you": "je bent een ", "label": "passage: x ", "role": "systeem: x. ", "quote": '"thema": ',
    "code": "de code onderwijs is ", "fence": "--- ", "base64": "aGVsbG8gd29ybGQ", "groups": "abcd ",
    "english": "ignore all the ", "open": "{thema", "cues": "codeer dit als bestuur, ",
}  # fmt: skip


def seconds(text: str) -> float:
    """The least of three, in processor time, so that other work on the machine does not count."""
    found = []
    for _ in range(3):
        start = time.process_time()
        flags_of(text)
        found.append(time.process_time() - start)
    return min(found)


@pytest.mark.slow  # it times, which a busy machine upsets
@pytest.mark.parametrize("run", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("end", ["", "!", "x"])
def test_hostile_text_takes_less_than_the_square_of_its_length(run: str, end: str) -> None:
    """Four times the text takes less than twelve times the time; a square would take sixteen."""
    short, long = (f"{(run * size)[:size]}{end}" for size in (5_000, 20_000))
    assert any(seconds(long) < 12 * seconds(short) + 0.02 for _ in range(3))


@pytest.mark.parametrize("run", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_of_the_length_of_a_chapter_is_judged_at_all(run: str) -> None:
    assert isinstance(flags_of((run * 20_000)[:20_000]), tuple)

"""Frames and draws: what counts, the chances, and that a sample can be drawn again."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.design_text import design_line, read_design
from scheidslijn.measuring.shares.drawing import Design, Draw, draw
from scheidslijn.measuring.shares.frame import codebook_of, read_frame
from scheidslijn.measuring.shares.sheet import sheet_columns, sheet_rows

RARE = ("scheidslijn.middengroepen",)


@pytest.fixture(scope="module")
def frame(corpus, codebook):
    return read_frame(corpus.path, codebook)


def test_headings_and_pull_quotes_do_not_count(frame, corpus):
    assert (frame.headings, frame.repeats) == (60, 30)
    assert {one.passage_id for one in frame.passages} == set(corpus.truth)
    assert frame.keys == tuple(
        f"scheidslijn.{one}" for one in ("sociaal_economisch", "sociaal_cultureel", "middengroepen")
    )
    row = corpus.rows[5]
    place = [one.passage_id for one in frame.passages].index(row["passage_id"])
    assert [frame.keys[n].partition(".")[2] for n in np.flatnonzero(frame.given[place])] == row["scheidslijn"]
    assert frame.scores[place, 0] == row["scores"]["scheidslijn.sociaal_economisch"]
    assert codebook_of(corpus.path) == "sociale-tweedeling"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"text": "Een zin.", "passage_id": "a"}], "no labels of sociale-tweedeling"),
        ([{"text": "Een.", "passage_id": "a", "thema": []}, {"text": "Twee.", "passage_id": "a"}], "twice"),
        ([{"text": "Kop", "kind": "heading", "thema": []}], "no passage that counts"),
    ],
)
def test_tables_that_are_no_frame_are_explained(tmp_path, codebook, rows, message):
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(ScheidslijnError, match=message):
        read_frame(path, codebook)


@pytest.mark.parametrize(
    "design",
    [Design(1, 50), Design(2, 300, RARE), Design(3, 200, RARE, documents=10), Design(4, documents=6, whole=True)],
    ids=lambda one: f"{one.passages}-{one.documents}",
)
def test_a_draw_has_its_size_chances_and_name(frame, design):
    drawn = draw(frame, design)
    assert draw(frame, design).fingerprint == drawn.fingerprint
    assert draw(frame, replace(design, seed=9)).fingerprint != drawn.fingerprint
    assert np.isfinite(drawn.chance).sum() == drawn.drawn.sum()
    if design.passages:
        assert drawn.drawn.sum() == design.passages
    if design.documents:
        where = {frame.passages[n].document for n in np.flatnonzero(drawn.drawn)}
        assert len(where) == design.documents
    else:
        assert np.nansum(1 / drawn.chance) == pytest.approx(len(frame.passages))
    for stratum in np.unique(drawn.stratum):
        own = drawn.stratum == stratum
        assert len(set(np.round(drawn.chance[own & drawn.drawn], 12))) == 1  # every passage has one, and the same


def test_strata_serve_the_rare_code(frame):
    plain, aimed = (draw(frame, Design(1, 200, codes)) for codes in ((), RARE))
    column = frame.column(RARE[0])
    assert frame.given[aimed.drawn, column].sum() > 1.5 * frame.given[plain.drawn, column].sum()


def test_a_larger_sample_holds_the_smaller(frame):
    small, large = (draw(frame, Design(1, number)).drawn for number in (40, 90))
    assert large[small].all()


def test_draws_are_unbiased(frame, corpus):
    true = np.array(["middengroepen" in corpus.truth[one.passage_id] for one in frame.passages])
    found = []
    for seed in range(60):
        drawn = draw(frame, Design(seed, 100, RARE))
        found.append(np.sum(true[drawn.drawn] / drawn.chance[drawn.drawn]) / len(true))
    assert np.mean(found) == pytest.approx(true.mean(), abs=4 * np.std(found) / np.sqrt(60))


@pytest.mark.parametrize(
    "design", [Design(1, 0), Design(1, 99_999), Design(1, 10, documents=31), Design(1, whole=True)]
)
def test_what_cannot_be_drawn_is_explained(frame, design):
    with pytest.raises(ScheidslijnError):
        draw(frame, design)


def test_the_sheet_shows_nothing_of_the_labeller(frame, codebook):
    drawn = draw(frame, Design(1, 30, RARE))
    rows = list(sheet_rows(frame, drawn, codebook))
    assert len(rows) == 30 and all(tuple(row) == sheet_columns(codebook) for row in rows)
    assert all(row[one.name] is None for row in rows for one in codebook.dimensions)
    assert "scores" not in rows[0] and "tiny@1" not in json.dumps(rows)
    assert rows[0]["heading"].startswith("Wonen > ")
    order = [row["passage_id"] for row in rows]
    assert order == sorted(order)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-5, 10**9), st.integers(0, 10**6), st.integers(0, 500), st.booleans(),
    st.lists(st.from_regex(r"[a-z_]{1,9}\.[a-z_]{1,9}", fullmatch=True), max_size=4),
)  # fmt: skip
def test_a_design_survives_its_line(seed, passages, documents, whole, codes):
    design = Design(seed, passages, tuple(codes), documents, whole)
    empty = np.zeros(0)
    made = Draw(design, empty.astype(np.int64), empty.astype(bool), empty, None, "0123456789ab")
    assert read_design(design_line(made)) == (design, "0123456789ab")


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_any_other_text_is_no_design(text):
    assert read_design(text) is None

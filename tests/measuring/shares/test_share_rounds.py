"""Samples that are drawn in rounds, corpora without their test documents, and what a sample of some size would say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from scheidslijn.annotations.reading import read_codings
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.drawing import Design, draw
from scheidslijn.measuring.shares.frame import read_frame, without_documents
from scheidslijn.measuring.shares.joining import join
from scheidslijn.measuring.shares.planning import margin_of
from scheidslijn.measuring.shares.sheet import sheet_rows

RARE, COMMON = "scheidslijn.middengroepen", "scheidslijn.sociaal_economisch"


@pytest.fixture(scope="module")
def frame(corpus, codebook):
    return read_frame(corpus.path, codebook)


def sheet(frame, codebook, truth, path, *designs):
    """A sheet with the rows of several draws, each row once, coded as is true."""
    rows = {}
    for design in designs:
        for row in sheet_rows(frame, draw(frame, design), codebook):
            rows.setdefault(row["passage_id"], row | {"coder": "noor"})
    for row in rows.values():
        row["scheidslijn"] = "|".join(truth[row["passage_id"]]) or "geen"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows.values()), encoding="utf-8")
    return read_codings([path], codebook)


def test_a_draw_that_goes_on_counts_as_the_larger_one(frame, codebook, corpus, tmp_path):
    codings = sheet(frame, codebook, corpus.truth, tmp_path / "s.jsonl", Design(1, 40), Design(1, 100))
    assert len({one.extra["draw"] for one in codings.codings}) == 2
    sample = join(frame, codings, codebook)
    assert sample.draw is not None and sample.draw.design == Design(1, 100) and sample.random and not sample.notes
    assert np.isfinite(sample.truth[:, frame.column(RARE)]).sum() == 100


@pytest.mark.parametrize(
    "designs",
    [
        (Design(1, 40), Design(2, 60)),
        (Design(1, 40, (RARE,)), Design(1, 80, (RARE,))),
        (Design(1, 40), Design(1, 80, documents=9)),
    ],
)
def test_other_draws_are_no_rounds_of_one(frame, codebook, corpus, tmp_path, designs):
    codings = sheet(frame, codebook, corpus.truth, tmp_path / "s.jsonl", *designs)
    with pytest.raises(ScheidslijnError, match="several draws"):
        join(frame, codings, codebook)


def test_rounds_from_another_table_are_refused_as_their_chances_differ(frame, codebook, corpus, tmp_path):
    codings = sheet(frame, codebook, corpus.truth, tmp_path / "s.jsonl", Design(1, 40), Design(1, 100))
    smaller = without_documents(frame, {frame.documents[0]})
    with pytest.raises(ScheidslijnError, match="not from"):
        join(smaller, codings, codebook)


def test_documents_are_left_out(frame):
    left = without_documents(frame, {"kempenrode-03.pdf", "kempenrode-04.pdf", "nergens.pdf"})
    assert len(left.documents) == 28 and "kempenrode-03.pdf" not in left.documents
    assert {left.documents[number] for number in left.document} == {one.document for one in left.passages}
    kept = [number for number, one in enumerate(frame.passages) if one.document in left.documents]
    assert (left.given == frame.given[kept]).all() and (left.scores == frame.scores[kept]).all()
    assert without_documents(frame, {"nergens.pdf"}) is frame
    with pytest.raises(ScheidslijnError, match="left out"):
        without_documents(frame, set(frame.documents))


def test_the_margin_narrows_with_the_root_of_the_sample(frame):
    margins = [margin_of(frame, COMMON, number) for number in (50, 200, 800)]
    assert margins[0] / margins[1] == pytest.approx(2, rel=0.35)
    assert margins[0] > margins[1] > margins[2] > 0
    assert np.isnan(margin_of(frame, COMMON, 19))
    whole = replace(frame, scores=np.full_like(frame.scores, np.nan))
    assert 0 < margin_of(whole, RARE, 100) < 0.2

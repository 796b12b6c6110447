"""From sheet to shares: joining, what is refused, and the words of the tables."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from scheidslijn.annotations.reading import read_codings
from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.drawing import Design, draw
from scheidslijn.measuring.shares.estimating import estimate
from scheidslijn.measuring.shares.frame import read_frame
from scheidslijn.measuring.shares.joining import join
from scheidslijn.measuring.shares.planning import plan
from scheidslijn.measuring.shares.reporting import csv_of, json_of, markdown_of, text_of
from scheidslijn.measuring.shares.sheet import sheet_rows

RARE = "scheidslijn.middengroepen"


@pytest.fixture(scope="module")
def frame(corpus, codebook):
    return read_frame(corpus.path, codebook)


@pytest.fixture
def sheet(frame, codebook, corpus, tmp_path, code_sheet):
    """Makes a coded sheet by a design; `change` may alter its rows."""

    def make(design, change=lambda rows: rows):
        path = tmp_path / "coded.jsonl"
        rows = sheet_rows(frame, draw(frame, design), codebook)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        rows = change(code_sheet(path, corpus.truth))
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return join(frame, read_codings([path], codebook), codebook)

    return make


def line_of(shares, key=RARE, unit="passages"):
    return next(one for one in getattr(shares, unit) if one.key == key)


def true_share(frame, corpus, code="middengroepen"):
    return np.mean([code in corpus.truth[one.passage_id] for one in frame.passages])


@pytest.mark.parametrize("design", [Design(1, 300), Design(1, 300, (RARE,)), Design(1, 300, documents=12)])
def test_intervals_hold_the_truth_and_beat_counting(frame, corpus, sheet, design):
    sample = sheet(design)
    assert sample.draw is not None and sample.random and not sample.unmatched and not sample.notes
    shares = estimate(frame, sample)
    assert shares.drawn == 300 and shares.uncoded == 0 and not shares.documents
    for code in ("sociaal_economisch", "sociaal_cultureel", "middengroepen"):
        line, truth = line_of(shares, f"scheidslijn.{code}"), true_share(frame, corpus, code)
        assert line.coded == 300 and line.low <= truth <= line.high and line.effective > 100


def test_the_sample_is_read_by_text_when_it_has_no_ids(frame, sheet):
    sample = sheet(Design(1, 60), lambda rows: [{k: v for k, v in row.items() if k != "passage_id"} for row in rows])
    assert np.isfinite(sample.truth).any(axis=1).sum() == 60 and sample.draw is not None


def test_passages_nobody_drew_are_left_out(frame, corpus, sheet):
    other = next(one for one in corpus.rows[::-1] if one["passage_id"] in corpus.truth)
    extra = {"passage_id": other["passage_id"], "document": other["document"], "text": other["text"],
             "scheidslijn": "middengroepen"}  # fmt: skip
    sample = sheet(Design(1, 60), lambda rows: [*rows, extra])
    assert "nobody drew them by lot" in sample.notes[0]
    assert np.isfinite(sample.truth).any(axis=1).sum() == 60


def test_rows_that_are_elsewhere_are_listed(frame, sheet):
    strange = {"passage_id": "zz", "document": "waterrade.pdf", "text": "Dit staat nergens.", "scheidslijn": "geen"}
    sample = sheet(Design(1, 60), lambda rows: [*rows, strange])
    assert len(sample.unmatched) == 1 and "waterrade.pdf" in sample.unmatched[0]


def test_uncoded_passages_are_counted_and_told(frame, sheet):
    sample = sheet(Design(1, 60), lambda rows: rows[:50])
    shares = estimate(frame, sample)
    assert shares.uncoded == 10 and line_of(shares).coded == 50
    assert "10 niet gecodeerd" in text_of(frame, shares)


def test_without_the_draw_its_chances_still_serve(frame, corpus, sheet):
    sample = sheet(Design(1, 400, (RARE,)), lambda rows: [{k: v for k, v in r.items() if k != "draw"} for r in rows])
    assert sample.draw is None and sample.random
    line = line_of(estimate(frame, sample))
    assert line.low <= true_share(frame, corpus) <= line.high


def test_another_table_than_the_sample_came_from_is_told(frame, sheet):
    def alter(rows):
        return [row | {"draw": row["draw"][:-12] + "0" * 12} for row in rows]

    sample = sheet(Design(1, 400, (RARE,)), alter)
    assert sample.draw is None and "is not the table that the sample was drawn from" in sample.notes[0]


def test_a_sample_without_chances_is_not_random(frame, sheet):
    def strip(rows):
        return [{k: v for k, v in row.items() if k not in ("draw", "inclusion_probability")} for row in rows]

    sample = sheet(Design(1, 200), strip)
    assert not sample.random
    shares = estimate(frame, sample)
    text = text_of(frame, shares)
    assert "LET OP" in text and "alsof aselect" in text and "gecorrigeerd aandeel" not in text
    assert "share_as_if_random" in csv_of(frame, shares) and '"random": false' in json_of(frame, shares)


@pytest.mark.parametrize("value", ["0", "1.5", "veel"])
def test_impossible_chances_are_explained(sheet, value):
    def alter(rows):
        return [{**row, "draw": "", "inclusion_probability": value} for row in rows]

    with pytest.raises(ScheidslijnError, match="inclusion_probability is"):
        sheet(Design(1, 60), alter)


def test_rows_of_two_draws_are_refused(frame, codebook, sheet):
    other = list(sheet_rows(frame, draw(frame, Design(2, 30)), codebook))
    with pytest.raises(ScheidslijnError, match="several draws"):
        sheet(Design(1, 60), lambda rows: [*rows, *(row | {"scheidslijn": "geen"} for row in other)])


def test_coders_who_differ_count_by_share(frame, sheet):
    def second(rows):
        return [*rows, *({**row, "coder": "sam", "scheidslijn": "middengroepen"} for row in rows)]

    sample = sheet(Design(1, 60), second)
    values = sample.truth[:, frame.column(RARE)]
    assert set(values[np.isfinite(values)]) <= {0.5, 1.0}


def test_whole_documents_give_shares_of_documents(frame, corpus, sheet):
    shares = estimate(frame, sheet(Design(1, documents=20, whole=True)))
    line = line_of(shares, unit="documents")
    names = {one.document for one in frame.passages}
    truth = np.mean(
        [any("middengroepen" in corpus.truth[p.passage_id] for p in frame.passages if p.document == n) for n in names]
    )
    assert line.coded == 20 and line.low <= truth <= line.high
    assert line.low >= line.found / 30  # what was found is certain
    beyond = line_of(estimate(frame, sheet(Design(1, documents=20, whole=True)), beyond=True), unit="documents")
    assert beyond.high - beyond.low > line.high - line.low


def test_documents_that_are_not_settled_give_no_share(frame, sheet):
    def leave(rows):  # of the last document only two passages were coded
        last = [row for row in rows if row["document"] == rows[-1]["document"]]
        return [row for row in rows if row not in last[2:]]

    sample = sheet(Design(1, documents=20, whole=True), leave)
    shares = estimate(frame, sample)
    refused = [one for one in shares.documents if one.refused]
    assert refused and all(one.refused == "unsettled" and np.isnan(one.value) for one in refused)
    assert all(one.refused == "unsettled" for one in shares.passages)  # coders stop at the first find
    assert "niet alles gecodeerd" in text_of(frame, shares)


def test_no_share_without_an_interval(frame, sheet):
    shares = estimate(frame, sheet(Design(1, 60), lambda rows: rows[:15]))
    assert all(one.refused == "few" and np.isnan(one.value) for one in shares.passages)
    for row in csv.DictReader(io.StringIO(csv_of(frame, shares))):
        assert not row["share"] and not row["low"] and row["naive"]
    for row in markdown_of(frame, shares, "en").splitlines():
        if row.startswith("| scheidslijn."):
            assert row.split(" | ")[2:4] == ["–", "–"] and "too few coded" in row


def test_forms_agree(frame, sheet):
    shares = estimate(frame, sheet(Design(1, 200)))
    line = line_of(shares)
    (row,) = [one for one in csv.DictReader(io.StringIO(csv_of(frame, shares))) if one["code"] == RARE]
    whole = json.loads(json_of(frame, shares))
    (record,) = [one for one in whole["shares_of_passages"] if one["code"] == RARE]
    assert float(row["share"]) == record["share"] == round(line.value, 6)
    assert whole["passages"] == len(frame.passages) and set(record["textbook"]) >= {"naive", "ppi_plus", "dsl"}
    assert f"{100 * line.value:.1f} %".replace(".", ",") in text_of(frame, shares)
    assert f"{100 * line.value:.1f} %" in markdown_of(frame, shares, "en")


def test_plans_ask_more_for_narrower_intervals_and_are_true(frame, corpus, sheet):
    wide, narrow = (plan(frame, RARE, margin) for margin in (0.06, 0.03))
    assert wide.passages is not None and narrow.passages is not None and wide.passages < narrow.passages
    assert narrow.plain is not None and narrow.passages <= narrow.plain
    line = line_of(estimate(frame, sheet(Design(1, narrow.passages, (RARE,)))))
    assert (line.high - line.low) / 2 < 1.3 * 0.03
    piloted = plan(frame, RARE, 0.03, pilot=sheet(Design(1, 200)))
    assert piloted.piloted == 200
    assert piloted.expected == pytest.approx(true_share(frame, corpus), abs=0.03)
    few = plan(frame, RARE, 0.03, documents=10)
    assert few.passages is None or few.passages > narrow.passages


def test_plans_that_cannot_be_are_explained(frame):
    with pytest.raises(ScheidslijnError, match="cannot be planned"):
        plan(frame, RARE, 0.0)
    with pytest.raises(ScheidslijnError, match="no labels for the code"):
        plan(frame, "thema.zorg", 0.02)
    assert plan(frame, RARE, 0.001, documents=2).passages is None

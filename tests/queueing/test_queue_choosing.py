"""A queue: what is never in it, what it rests on, and the part that is drawn by lot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from scheidslijn.errors import ScheidslijnError
from scheidslijn.measuring.shares.design_text import design_line, read_design
from scheidslijn.measuring.shares.drawing import Design, draw
from scheidslijn.queueing.choosing import choose
from scheidslijn.queueing.doubt import said_of
from scheidslijn.queueing.lot import draw_more, earlier_draw
from scheidslijn.queueing.mix import DEFAULT
from scheidslijn.queueing.pool import make_pool
from scheidslijn.queueing.sheet import queue_columns, queue_rows


def test_every_route_gives_its_part_and_the_lot_has_chances(frame, book, coding):
    said = said_of(frame, [coding(one, machine=True, scheidslijn=("middengroepen",)) for one in frame.passages], book)
    pool = make_pool(frame, [], book)
    queue = choose(pool, book, 40, DEFAULT, said=said)
    assert {route: queue.count(route) for route in DEFAULT} == {
        "random": 16, "uncertain": 4, "disagree": 8, "coverage": 4, "rare": 8,
    }  # fmt: skip
    assert len({one.place for one in queue.chosen}) == 40
    rows = list(queue_rows(pool, queue, book, said))
    assert tuple(rows[0]) == queue_columns(book)
    for row, one in zip(rows, queue.chosen, strict=True):
        assert row["text"] == frame.passages[one.place].text and row["coder"] is None and row["rol"] is None
        assert (row["inclusion_probability"] is None) == (one.route != "random") == (row["draw"] is None)
        assert row["reason"]
    chances = {row["inclusion_probability"] for row in rows} - {None}
    assert chances == {float(f"{16 / 96:.10g}")}
    assert queue.draw.drawn.sum() == 16
    reasons = " ".join(row["reason"] for row in rows)
    for words in ("aselect getrokken (kans 1 op 6)", "het model twijfelt over", "heeft misschien",
                  "verschillen (scheidslijn: middengroepen", "lijkt op veel passages"):  # fmt: skip
        assert words in reasons


def test_the_lot_does_not_depend_on_anything_else(frame, book):
    pool = make_pool(frame, [], book)
    alone = choose(pool, book, 12, {"random": 1.0})
    among = choose(pool, book, 40, {"random": 0.3, "uncertain": 0.7})
    lot = [one.place for one in among.chosen if one.route == "random"]
    assert lot == [one.place for one in alone.chosen] == np.flatnonzero(draw(frame, Design(1, 12)).drawn).tolist()


def test_the_same_seed_gives_the_same_queue(frame, book):
    pool = make_pool(frame, [], book)
    assert choose(pool, book, 30, DEFAULT).chosen == choose(pool, book, 30, DEFAULT).chosen
    assert choose(pool, book, 30, DEFAULT).chosen != choose(pool, book, 30, DEFAULT, seed=2).chosen


def test_what_is_coded_is_not_queued_and_machines_do_not_count(frame, book, coding):
    people = [coding(one, rol=("ambitie",)) for one in frame.passages[:50]]
    machines = [coding(one, machine=True, rol=("ambitie",)) for one in frame.passages[50:]]
    pool = make_pool(frame, [*people, *machines], book)
    assert pool.uncoded.tolist() == [False] * 50 + [True] * 46
    assert pool.positives["rol.ambitie"] == 50
    queue = choose(pool, book, 96, DEFAULT)
    assert {one.place for one in queue.chosen} == set(range(50, 96))
    with pytest.raises(ScheidslijnError, match="all its passages are coded"):
        choose(make_pool(frame, [coding(one, rol=()) for one in frame.passages], book), book, 5, DEFAULT)


def test_a_text_is_chosen_once_and_not_when_it_was_coded_elsewhere(frame, book, coding):
    same = replace(frame.passages[30], passage_id="again", document="elzenbroek-7.pdf")
    frame = replace(frame, passages=(*frame.passages[:95], same))
    pool = make_pool(frame, [], book)
    assert pool.open[30] and not pool.open[95] and pool.uncoded[95]
    places = [one.place for one in choose(pool, book, 96, {"random": 0.1, "coverage": 0.9}).chosen]
    assert sum(place in (30, 95) for place in places) >= 1
    there = make_pool(frame, [coding(frame.passages[30], rol=("ambitie",))], book)
    assert not there.uncoded[30] and there.uncoded[95] and not there.open[95]
    apart = make_pool(frame, [], book, frozenset({frame.passages[3].key}))
    assert apart.uncoded[3] and not apart.open[3]


def test_no_document_fills_the_queue(frame, book):
    scores = frame.scores.copy()
    scores[:12] = 0.5  # the model hesitates about all of one document
    pool = make_pool(replace(frame, scores=scores), [], book)
    queue = choose(pool, book, 30, {"random": 0.1, "uncertain": 0.9}, cap=4)
    chosen = Counter(frame.passages[one.place].document for one in queue.chosen if one.route != "random")
    assert max(chosen.values()) <= 4


def test_rounds_together_are_one_simple_random_sample(frame, book, coding):
    codings = []
    for _ in range(3):
        seed, before = earlier_draw(codings)
        queue = choose(make_pool(frame, codings, book), book, 20, DEFAULT, seed=seed, before=before)
        line = design_line(queue.draw)
        for one in queue.chosen:
            extra = {"draw": line} if one.route == "random" else {}
            codings.append(coding(frame.passages[one.place], extra=extra, rol=("ambitie",)))
        drawn = [frame.passages[place].passage_id for place in np.flatnonzero(queue.draw.drawn)]
        assert set(drawn) <= {one.where for one in codings}
        again = draw(frame, Design(seed, queue.draw.design.passages))
        assert again.fingerprint == queue.draw.fingerprint
    assert queue.draw.design.passages > before > 0


def test_passages_drawn_before_and_not_coded_come_back(frame, book, coding):
    first = choose(make_pool(frame, [], book), book, 20, {"random": 1.0})
    line = design_line(first.draw)
    kept = [coding(frame.passages[one.place], extra={"draw": line}, rol=()) for one in first.chosen[:15]]
    seed, before = earlier_draw(kept)
    assert (seed, before) == (1, 20)
    second = choose(make_pool(frame, kept, book), book, 10, {"random": 1.0}, seed=seed, before=before)
    assert {one.place for one in first.chosen[15:]} < {one.place for one in second.chosen}
    assert len(second.chosen) == 10 and second.draw.design.passages == 25


def test_draws_of_two_seeds_cannot_be_one(frame, coding):
    lines = [design_line(draw(frame, Design(seed, 5))) for seed in (1, 2)]
    own = [coding(frame.passages[number], extra={"draw": line}, rol=()) for number, line in enumerate(lines)]
    with pytest.raises(ScheidslijnError, match="seeds 1 and 2"):
        earlier_draw(own)
    assert earlier_draw(own, 2) == (2, 5) and earlier_draw(own, 3) == (3, 0)
    stratified = replace(own[0], extra={"draw": design_line(draw(frame, Design(4, 30, ("rol.ambitie",))))})
    assert read_design(str(stratified.extra["draw"])) is not None and earlier_draw([stratified]) == (1, 0)


def test_the_size_of_the_lot_is_fixed_before_numbers_are_looked_at(frame, book, coding):
    """What is coded otherwise decides how many are drawn, never which."""
    half = [coding(one, rol=()) for one in frame.passages[::2]]
    drawn = draw_more(make_pool(frame, half, book), 10, seed=1)
    assert drawn.design.passages == 20  # as many as hold ten uncoded ones on average
    assert (drawn.drawn == draw(frame, Design(1, 20)).drawn).all()
    assert draw_more(make_pool(frame, half, book), 1_000, seed=1).drawn.all()

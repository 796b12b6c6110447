"""Shares stay estimable while queues are coded: simulated with known truth, beside counting all that was coded."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("queue_shares", ROOT / "benchmarks" / "queue_shares.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["queue_shares"] = module
    spec.loader.exec_module(module)
    return module


def test_two_rounds_are_one_sample_and_what_was_chosen_is_left_out(bench):
    one = bench.world(3, documents=8, passages=20)
    codings = bench.rounds(one, 40, 2, seed=3)
    lot = [coding for coding in codings if coding.extra.get("draw")]
    sample = bench.join(one.frame, bench.Codings(tuple(codings)), one.codebook)
    assert len(codings) >= 78 and 25 <= len(lot) <= 45
    known = np.isfinite(sample.truth).any(axis=1)
    assert sample.draw is not None and (known == sample.draw.drawn).all()  # all that was drawn is coded, by any route
    assert known.sum() >= len(lot)


@pytest.mark.slow
def test_intervals_hold_the_truth_where_counting_the_queue_does_not(bench):
    found = [bench.replicate(seed) for seed in range(40)]
    ours = np.array([[own[code][1] for code in own] for own in found], dtype=float)
    naive = np.array([[own[code][0] for code in own] for own in found], dtype=float)
    assert ours[..., 0].mean() > 0.88  # 95 % intended; 120 intervals, a few percent of chance
    assert naive[..., 0].mean() < 0.6
    assert np.abs(ours[..., 1].mean(axis=0)).max() < 0.015 < naive[..., 1].mean(axis=0).min()

"""The loop of a run: what it looks at does not grow with the number of inputs that wait."""

from __future__ import annotations

from pathlib import Path

from scheidslijn.batch import run
from scheidslijn.batch.pool import Here
from scheidslijn.batch.store import FolderStore
from scheidslijn.batch.telling import Telling
from scheidslijn.batch.work import Work
from scheidslijn.codebook import load_codebook
from scheidslijn.labellers.terms import TermScan
from scheidslijn.onefile import Facts, Limits, Outcome
from scheidslijn.passage import Passage
from scheidslijn.sources import Source


def test_a_step_looks_at_documents_at_work_only(tmp_path: Path, monkeypatch):
    count = 300
    inputs = [run.Input(Source(tmp_path / str(at), f"{at}.txt"), 1, f"{at:064}", f"{at:040}") for at in range(count)]
    looks: list[int] = []

    def outcomes(sources, limits, ocr, readers):
        for source in sources:
            passages = (Passage(source.name, source.name, None, "Huizen voor starters."),)
            yield source.name, Outcome(source, passages)
            yield source.name, Outcome(source, facts=Facts("text", 0, 1, 0.0))
            yield source.name, None

    def complete(one: run._Open) -> bool:
        looks.append(1)
        return one.ended and all(chunk.done() for chunk in one.chunks)

    monkeypatch.setattr(run, "_outcomes", outcomes)
    monkeypatch.setattr(run._Open, "complete", property(complete))
    work = Work(FolderStore(tmp_path / "werk"), {"model": "m"})
    pool = Here(TermScan(load_codebook("sociale-tweedeling")), work)
    run.run_inputs(inputs, work, pool, Limits(), Telling(lambda line: None, live=False))
    assert all(one.done is not None and one.done.rows == 1 for one in inputs)
    assert len(looks) <= 4 * count

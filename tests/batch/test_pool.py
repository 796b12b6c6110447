"""Processes that label: one that hangs is replaced, its chunk tried once more and then reported; what "auto" means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scheidslijn.batch import pool
from scheidslijn.batch.pool import LabellingFailed, Processes, Recipe
from scheidslijn.batch.store import FolderStore
from scheidslijn.batch.work import Work, chunk_name
from scheidslijn.labellers import engines
from scheidslijn.passage import Passage

ROOT = Path(__file__).resolve().parents[2]
HANGS = """
import os, sys, time
def watch(event, args):
    if event == 'open' and str(args[0]).endswith('.part') and os.path.exists({sign!r}):
        if not {always}: os.remove({sign!r})
        time.sleep(600)
if any('labelchild' in one for one in sys.orig_argv): sys.addaudithook(watch)
"""


@pytest.mark.parametrize("always", [False, True])
def test_a_process_that_hangs_is_replaced_and_its_chunk_tried_once_more(tmp_path, monkeypatch, always):
    hook, sign = tmp_path / "hook", tmp_path / "hangs"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HANGS.format(sign=str(sign), always=always))
    monkeypatch.setenv("PYTHONPATH", f"{hook}{os.pathsep}{ROOT / 'classifier'}")
    told: list[str] = []
    work = Work(FolderStore(tmp_path / "werk"), {"model": "m"})
    processes = Processes(Recipe(labeller="terms"), work, 1, told.append, patience=60.0)
    passages = (Passage("1", "stuk", None, "Huizen voor starters."),)
    try:
        assert processes.submit("a" * 40, 0, passages).result(120).rows == 1  # from now on loading needs no patience
        sign.touch()
        processes._patience = 1.0
        monkeypatch.setattr(pool, "LOADING", 60.0 if not always else 5.0)
        last = processes.submit("b" * 40, 0, passages)
        if always:
            with pytest.raises(LabellingFailed, match="gave no answer in"):
                last.result(120)
        else:
            assert last.result(120).rows == 1
            assert (tmp_path / "werk" / chunk_name("b" * 40, 0)).exists()
    finally:
        processes.close()
    assert len(told) == (2 if always else 1) and "gave no answer in 1 s; it is replaced" in told[0]


def test_auto_is_torch_where_torch_sees_a_gpu_and_int8_elsewhere(monkeypatch):
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    monkeypatch.setattr(engines, "registered", registered := {})
    monkeypatch.setattr("scheidslijn.training.torch_engine.registered", registered)
    monkeypatch.setattr(pool, "GPU_SIGNS", (os.devnull,))  # a driver shows itself
    assert Recipe().settled().engine == "onnx" and "torch" in registered  # torch was asked, and saw none
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert Recipe().settled().engine == "torch"
    assert Recipe(engine="openvino").settled().engine == "openvino"
    assert Recipe(labeller="terms").settled() == Recipe(labeller="terms")


def test_torch_is_not_asked_where_no_driver_shows_itself(monkeypatch):
    monkeypatch.setattr(engines, "registered", registered := {})
    monkeypatch.setattr(pool, "GPU_SIGNS", ("/dev/none-such",))
    assert Recipe().settled().engine == "onnx" and not registered
